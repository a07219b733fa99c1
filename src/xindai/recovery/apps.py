"""Collections as a Django app."""

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """Collections."""

    name = "xindai.recovery"
    label = "recovery"
