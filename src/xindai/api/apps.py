"""The app of the interface."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST interface."""

    name = "xindai.api"
    label = "api"
