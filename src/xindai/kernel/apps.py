"""How Django knows the app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """What knows nothing of lending: errors, dates, money fields, audit, outbox, keys."""

    name = "xindai.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Let every app's events and handlers register."""
        autodiscover_modules("events", "handlers")
