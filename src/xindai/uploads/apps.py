"""How Django knows the app."""

from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Files of many acts at once: read, worked row by row, each row by the verb that a page would call."""

    name = "xindai.uploads"
    label = "uploads"
