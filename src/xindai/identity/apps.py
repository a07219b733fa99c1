"""How Django knows the app."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The bank's people: who they are, what they may do, and the second pair of eyes."""

    name = "xindai.identity"
    label = "identity"
