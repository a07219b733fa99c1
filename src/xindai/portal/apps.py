"""The app of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What borrowers see of their own."""

    name = "xindai.portal"
    label = "portal"
