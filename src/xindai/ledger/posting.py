"""Posting: the building block by which every verb that moves money writes to the books.

Called inside a verb's transaction.  Correction is a reversal on a later date, never an edit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.kernel import clock, sql
from xindai.kernel.errors import IdempotencyConflict, InvalidInput, StateConflict
from xindai.ledger import accounts, hashing
from xindai.ledger.models import Entry, Transaction

LARGEST_MINOR: Final = 2**63 - 1
"""The largest amount that a column of the journal holds, either way: what is posted can be reversed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting: the role of its account and a signed amount, + is debit.

    Branch and product are those of the posting unless the line names its own.
    """

    role: str
    amount_minor: int
    branch_id: int | None = None
    product_code: str | None = None


def post(
    actor: Actor | None = None,
    *,
    key: str,
    kind: str,
    business_date: date,
    lines: Sequence[Line],
    branch_id: int,
    product_code: str,
    currency: str = "CNY",
    loan_no: str | None = None,
    narrative: str = "",
    reverses: Transaction | None = None,
) -> Transaction:
    """Post a balanced transaction once.

    The same key with the same content answers with the first transaction.  Raises InvalidInput
    when the lines do not sum to zero, IdempotencyConflict when the key stands for something else,
    NotFound for a role without an account, StateConflict on a sealed day.
    """
    _require_balance(lines, branch_id)
    row = Transaction(
        key=key, kind=kind, business_date=business_date, at=clock.now(), actor=actor.label if actor else "system:",
        loan_no=loan_no or "", branch_id=branch_id, product_code=product_code, currency=currency,
        narrative=narrative, reverses=reverses,
    )  # fmt: skip
    entries = [_entry(row, line) for line in lines]
    row.fingerprint = hashing.fingerprint(row, entries)
    row.content_hash = hashing.content_hash(row, entries)
    if not _insert(row):
        return _same_as_before(row)
    Entry.objects.bulk_create(entries)
    return row


@dataclass(frozen=True, slots=True)
class Posting:
    """A transaction to be posted with others; the fields are those of ``post``."""

    key: str
    kind: str
    business_date: date
    lines: Sequence[Line]
    branch_id: int
    product_code: str
    currency: str
    loan_no: str = ""
    narrative: str = ""


def post_all(actor: Actor, postings: Sequence[Posting]) -> list[Transaction]:
    """Post many balanced transactions by one statement for the transactions and one for their entries.

    The caller holds the lock under which these keys are made, so they are new; the database refuses a
    key that is not, and a sealed day.  Raises InvalidInput, NotFound as ``post``.
    """
    now = clock.now()
    rows, entries = [], []
    for posting in postings:
        _require_balance(posting.lines, posting.branch_id)
        row = Transaction(
            key=posting.key, kind=posting.kind, business_date=posting.business_date, at=now, actor=actor.label,
            loan_no=posting.loan_no, branch_id=posting.branch_id, product_code=posting.product_code,
            currency=posting.currency, narrative=posting.narrative,
        )  # fmt: skip
        lines = [_entry(row, line) for line in posting.lines]
        row.fingerprint = hashing.fingerprint(row, lines)
        row.content_hash = hashing.content_hash(row, lines)
        rows.append(row)
        entries += lines
    Transaction.objects.bulk_create(rows)
    Entry.objects.bulk_create(entries)
    return rows


def reverse(
    actor: Actor | None, *, key: str, original: Transaction, business_date: date, narrative: str = ""
) -> Transaction:
    """Post the opposite of a transaction, once.  Raises StateConflict when it has been reversed under another key."""
    entries = Entry.objects.filter(transaction=original).select_related("account").order_by("pk")
    other = Transaction.objects.filter(reverses=original).exclude(key=key).first()
    if other is not None:
        raise StateConflict(_("“{key}” has already been reversed."), key=original.key)
    return post(
        actor,
        key=key,
        kind="reversal",
        business_date=business_date,
        lines=[Line(entry.account.role, -entry.amount_minor, entry.branch_id, entry.product_code) for entry in entries],
        branch_id=original.branch_id,
        product_code=original.product_code,
        currency=original.currency,
        loan_no=original.loan_no,
        narrative=narrative,
        reverses=original,
    )


def _require_balance(lines: Sequence[Line], branch_id: int) -> None:
    if not lines:
        raise InvalidInput("lines", _("A posting needs lines."), _("Give at least two lines."))
    if any(abs(line.amount_minor) > LARGEST_MINOR for line in lines):
        raise InvalidInput(
            "lines",
            _("An amount is larger than the journal can hold."),
            _("Give amounts of at most {most} minor units."),
            most=LARGEST_MINOR,
        )
    sums: dict[int, int] = {}
    for line in lines:
        branch = line.branch_id or branch_id
        sums[branch] = sums.get(branch, 0) + line.amount_minor
    if any(sums.values()):
        raise InvalidInput(
            "lines",
            _("The lines do not sum to zero: {difference} minor units too many on the debit side."),
            _("Every debit needs its credit in the same branch."),
            difference=sum(sums.values()),
        )


def _entry(row: Transaction, line: Line) -> Entry:
    return Entry(
        transaction=row,
        account_id=accounts.account_id(line.role),
        branch_id=line.branch_id or row.branch_id,
        product_code=line.product_code or row.product_code,
        currency=row.currency,
        loan_no=row.loan_no,
        amount_minor=line.amount_minor,
        business_date=row.business_date,
    )


def _insert(row: Transaction) -> bool:
    """Insert the transaction; False when its key has been used.  The database refuses a sealed day."""
    try:
        is_new = sql.insert_once(row, "key")
    except IntegrityError as error:
        if sql.violated_constraint(error) != "ledger_day_not_sealed":
            raise
        raise StateConflict(
            _("The day {on} of the books is sealed."),
            field="business_date",
            remedy=_("Post on the open business day."),
            on=row.business_date,
        ) from None
    row._state.adding = not is_new
    return is_new


def _same_as_before(row: Transaction) -> Transaction:
    first = Transaction.objects.get(key=row.key)
    if first.fingerprint != row.fingerprint:
        raise IdempotencyConflict(row.key)
    return first
