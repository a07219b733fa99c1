"""Verbs on the books, and the posting block that other verbs call."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel.errors import NotFound
from xindai.ledger import accounts, posting, sealing, verifying
from xindai.ledger.models import Account, ChainCheck, DaySeal, Transaction
from xindai.ledger.posting import Line, post

__all__ = ["Line", "check_chain", "open_accounts", "post", "reverse_transaction", "seal_day"]


@verb("ledger.open_accounts")
def open_accounts(actor: Actor) -> list[Account]:
    """Open every account of the chart that is not yet there."""
    return [
        Account.objects.get_or_create(
            code=line.code,
            defaults={"role": line.role, "kind": line.kind, "name": {"zh": line.zh, "en": line.en}},
        )[0]
        for line in accounts.CHART
    ]


@verb("ledger.reverse")
def reverse_transaction(
    actor: Actor, *, key: str, original_key: str, business_date: date, narrative: str
) -> Transaction:
    """Post the opposite of a transaction, once.  Raises NotFound, StateConflict when already reversed."""
    original = Transaction.objects.filter(key=original_key).first()
    if original is None:
        raise NotFound(_("transaction"), original_key)
    return posting.reverse(actor, key=key, original=original, business_date=business_date, narrative=narrative)


@verb("ledger.seal_day")
def seal_day(actor: Actor, *, on: date) -> DaySeal:
    """Seal a day of the books; sealing it again changes nothing."""
    return sealing.seal(on)


@verb("ledger.check_chain")
def check_chain(actor: Actor, *, is_whole: bool = True) -> ChainCheck | None:
    """Hold the sealed days against the chain and keep the result, signed; None when there is nothing to read.

    The whole check trusts no earlier one; the other reads on from the last that found the books sound.
    """
    return verifying.check(actor.label, is_whole=is_whole)
