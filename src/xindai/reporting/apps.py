"""The app of reports."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Reports; it stores nothing of its own."""

    name = "xindai.reporting"
    label = "reporting"
