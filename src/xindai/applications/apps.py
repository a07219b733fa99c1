"""How Django finds applications."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Applications: from the first wish to the decision, with the service clock of the tier."""

    name = "xindai.applications"
    label = "applications"
