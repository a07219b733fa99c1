"""What a transaction's hashes cover.

Values are joined by the unit separator (0x1F), the values of one entry by the record separator
(0x1E); neither can stand in a code, a number or a narrative.  ``kernel.sql`` computes the same
content hash from the rows, and a test holds the two together.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from xindai.ledger.models import Entry, Transaction

GENESIS: Final = "0" * 64
"""What the first link of the chain hangs on."""

_UNIT: Final = "\x1f"
_RECORD: Final = "\x1e"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def fingerprint(transaction: Transaction, entries: Sequence[Entry]) -> str:
    """SHA-256 of what was asked for: everything but the identity, the moment and the person."""
    return _digest(
        transaction.kind, transaction.business_date, transaction.loan_no, transaction.branch_id,
        transaction.product_code, transaction.currency, transaction.narrative, transaction.reverses_id or "",
        *map(_entry_text, entries),
    )  # fmt: skip


def content_hash(transaction: Transaction, entries: Sequence[Entry]) -> str:
    """SHA-256 of everything that the transaction and its entries hold."""
    return _digest(
        transaction.pk, transaction.key, transaction.kind, transaction.business_date,
        (transaction.at - _EPOCH) // timedelta(microseconds=1), transaction.actor,
        transaction.loan_no, transaction.branch_id, transaction.product_code, transaction.currency,
        transaction.narrative, transaction.reverses_id or "",
        *map(_entry_text, entries),
    )  # fmt: skip


def link(previous: str, content: str) -> str:
    """The next link of the chain."""
    return _digest(previous, content)


def _entry_text(entry: Entry) -> str:
    return _RECORD.join(
        map(
            str,
            (
                entry.account_id, entry.branch_id, entry.product_code, entry.currency, entry.loan_no,
                entry.amount_minor, entry.business_date,
            ),
        )
    )  # fmt: skip


def _digest(*values: object) -> str:
    return sha256(_UNIT.join(map(str, values)).encode()).hexdigest()
