"""How Django knows the app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Messages to people: what was written to whom by which channel, and whether it went out."""

    name = "xindai.notices"
    label = "notices"
