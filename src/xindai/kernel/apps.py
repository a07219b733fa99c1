"""How Django knows the app."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """What knows nothing of lending: errors, dates, money fields, audit, outbox, keys."""

    name = "xindai.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Let every app's events and handlers register."""
        autodiscover_modules("events", "handlers")
        post_migrate.connect(_index_trails, dispatch_uid="trails")


def _index_trails(sender: AppConfig, **_told: Any) -> None:
    """Index the trails of an app whose tables have just been brought up to date."""
    audit = import_module("xindai.kernel.audit")
    audit.index_trails(sender.label)
