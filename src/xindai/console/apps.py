"""The app of the console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The staff console."""

    name = "xindai.console"
    label = "console"
