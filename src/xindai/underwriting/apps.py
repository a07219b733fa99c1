"""How Django finds underwriting."""

from django.apps import AppConfig


class UnderwritingConfig(AppConfig):
    """Underwriting: rules decide with reasons; what they refer is decided under four eyes."""

    name = "xindai.underwriting"
    label = "underwriting"
