"""Registers the classification with Django."""

from django.apps import AppConfig


class ClassificationConfig(AppConfig):
    """Classification of customers."""

    name = "xindai.classification"
    label = "classification"
