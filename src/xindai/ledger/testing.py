"""Factories for tests."""

from xindai.identity.actors import Actor
from xindai.ledger import services
from xindai.ledger.models import Account


def open_chart() -> list[Account]:
    """The chart of accounts of the test, opened once."""
    return services.open_accounts(Actor.system("test"))
