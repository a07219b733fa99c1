"""Registers the demonstration bank with Django."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """The demonstration bank."""

    name = "xindai.demonstration"
    label = "demonstration"
