"""How Django knows the app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Double entry: what is posted stays, balances, and is chained by hashes."""

    name = "xindai.ledger"
    label = "ledger"
