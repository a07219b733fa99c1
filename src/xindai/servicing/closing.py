"""The end of a business date for a part of the book: one step of the engine, written once and added up twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from json import dumps

import numpy as np
from django.db.models import Sum

from loanmath import GradingPolicy, Line, Role, Status
from loanmath.daily import DayColumns, DayPostings, close_day
from loanmath.state import STATE_COLUMNS
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import outbox, sql
from xindai.ledger.posting import Posting, post_all
from xindai.servicing import events
from xindai.servicing.errors import DayDoesNotAgree
from xindai.servicing.journal import END_OF_DAY, ledger_lines
from xindai.servicing.models import POSTED_ROLES, Loan, LoanDay, posted_column
from xindai.servicing.opening import ENGINE_VERSION, IntColumn, Part, hash_of, open_part


@dataclass(frozen=True, slots=True)
class PartClosed:
    """What the end of day of a part came to."""

    loans: int
    debit_minor: int
    credit_minor: int
    input_hash: str
    output_hash: str


@dataclass(frozen=True, slots=True)
class _Group:
    """Loans of one branch and product, whose day is posted together."""

    branch_id: int
    product_version_id: int
    totals: dict[Role, int]


@verb("loan.close_part")
def close_part(
    actor: Actor,
    *,
    part: int,
    on: date,
    policy: GradingPolicy,
    previous_hash: str | None,
    previous_version: str = ENGINE_VERSION,
) -> PartClosed:
    """Close the date for one part: write each loan's day, post the totals, prove them equal, tell what changed.

    ``previous_hash`` is what the day before was closed with (None on the part's first day), by the engine of
    ``previous_version``.
    Raises DayDoesNotAgree where a sum or a hash is not what it must be; then nothing is written.
    """
    opened = open_part(part, on, previous_version)
    if previous_hash is not None and previous_hash != opened.previous_hash:
        raise DayDoesNotAgree(on, part)
    closed, at_close = close_day(opened.columns, on, policy)
    postings = opened.postings + at_close
    states = {"loan": opened.loan_ids} | {name: getattr(closed, name) for name in STATE_COLUMNS}
    _write_days(opened, states, postings)
    groups = list(_grouped(opened, postings))
    products = _prove(opened, groups)
    moved = [group for group in groups if any(group.totals.values())]
    post_all(actor, [_posting(opened, group, *products[group.product_version_id]) for group in moved])
    _follow(opened, closed)
    outbox.emit_all(list(_messages(opened, closed)), on=on)
    debit, credit = _turnover(groups)
    return PartClosed(len(opened.loan_ids), debit, credit, _input_hash(opened, policy), hash_of(states))


def _write_days(opened: Part, states: dict[str, IntColumn], postings: DayPostings) -> None:
    """One wide row for each loan."""
    count = len(opened.loan_ids)
    posted = {posted_column(role): postings.amounts.get(role, np.zeros(count, dtype=np.int64)) for role in POSTED_ROLES}
    day = np.full(count, opened.on.toordinal(), dtype=np.int64)
    part = np.full(count, opened.number, dtype=np.int64)
    sql.copy_in(LoanDay, {"business_date": day, "part": part} | states | posted)


def _grouped(opened: Part, postings: DayPostings) -> Iterator[_Group]:
    """Totals by branch and product, in that order."""
    keys = np.stack([opened.branch_ids, opened.product_version_ids])
    found, place = np.unique(keys, axis=1, return_inverse=True)
    sums = np.zeros((len(POSTED_ROLES), found.shape[1]), dtype=np.int64)
    for number, role in enumerate(POSTED_ROLES):
        if role in postings.amounts:
            np.add.at(sums[number], place.reshape(-1), postings.amounts[role])
    for column in range(found.shape[1]):
        totals = {role: int(sums[number, column]) for number, role in enumerate(POSTED_ROLES)}
        yield _Group(int(found[0, column]), int(found[1, column]), totals)


def _prove(opened: Part, groups: list[_Group]) -> dict[int, tuple[str, str]]:
    """The rows as they stand in the database must add up to the totals that are about to be posted.

    Returns code and currency of each product version that the loans were made with.
    """
    sums = [Sum(posted_column(role)) for role in POSTED_ROLES]
    rows = LoanDay.objects.filter(business_date=opened.on, part=opened.number)
    by_group = rows.order_by("loan__branch", "loan__product_version").values_list(
        "loan__branch", "loan__product_version", "loan__product_code", "loan__currency"
    )
    written, products = [], {}
    for branch_id, product_id, code, currency, *amounts in by_group.annotate(*sums):
        written.append(_Group(branch_id, product_id, dict(zip(POSTED_ROLES, amounts, strict=True))))
        products[product_id] = (code, currency)
    if written != groups or any(sum(group.totals.values()) for group in groups):
        raise DayDoesNotAgree(opened.on, opened.number)
    return products


def _posting(opened: Part, group: _Group, product_code: str, currency: str) -> Posting:
    """The one posting of a branch and product for the date."""
    return Posting(
        key=f"day/{opened.on.isoformat()}/{opened.number}/{group.branch_id}/{group.product_version_id}",
        kind=END_OF_DAY,
        business_date=opened.on,
        lines=ledger_lines(Line(role, amount) for role, amount in group.totals.items() if amount),
        branch_id=group.branch_id,
        product_code=product_code,
        currency=currency,
    )


def _turnover(groups: list[_Group]) -> tuple[int, int]:
    """Debits and credits posted, both as positive sums."""
    amounts = [amount for group in groups for amount in group.totals.values()]
    return sum(amount for amount in amounts if amount > 0), -sum(amount for amount in amounts if amount < 0)


def _input_hash(opened: Part, policy: GradingPolicy) -> str:
    """SHA-256 over everything that the close was computed from."""
    columns = {"loan": opened.loan_ids} | {name: getattr(opened.columns, name) for name in STATE_COLUMNS}
    figures = dumps([opened.on.isoformat(), opened.number, opened.previous_hash, policy.to_json()], sort_keys=True)
    return sha256((figures + hash_of(columns)).encode()).hexdigest()


def _follow(opened: Part, closed: DayColumns) -> None:
    """Close the rows of loans that an overpayment paid off when their last instalment fell due."""
    paid_off = opened.loan_ids[closed.status == Status.CLOSED].tolist()
    for loan in Loan.objects.select_for_update().filter(pk__in=paid_off, state=Status.ACTIVE).order_by("pk"):
        loan.state, loan.ended_on = Status.CLOSED, opened.on
        loan.save_versioned()
        outbox.emit(events.LoanClosed(loan_no=loan.no, on=opened.on), aggregate_id=loan.no, on=opened.on)


def _messages(opened: Part, closed: DayColumns) -> Iterator[tuple[outbox.Event, str]]:
    """Loans that fell overdue, were cured or changed their class, each with its number."""
    was = opened.was
    fell = (was.overdue_days == 0) & (closed.overdue_days > 0)
    cured = (was.overdue_days > 0) & (closed.overdue_days == 0) & (closed.status != Status.WRITTEN_OFF)
    regraded = (was.five_tier > 0) & (was.five_tier != closed.five_tier) & (closed.status == Status.ACTIVE)
    touched = opened.loan_ids[fell | cured | regraded].tolist()
    if not touched:
        return
    numbers = dict(Loan.objects.filter(pk__in=touched).values_list("pk", "no"))
    arrears = closed.penalty_due_minor + closed.interest_due_minor + closed.principal_due_minor
    for place in np.flatnonzero(fell | cured | regraded).tolist():
        no = numbers[int(opened.loan_ids[place])]
        if fell[place]:
            yield (
                events.LoanFellOverdue(
                    loan_no=no,
                    overdue_days=int(closed.overdue_days[place]),
                    arrears_minor=int(arrears[place]),
                    on=opened.on,
                ),
                no,
            )
        if cured[place]:
            yield events.LoanCured(loan_no=no, on=opened.on), no
        if regraded[place]:
            yield (
                events.LoanReclassified(
                    loan_no=no,
                    five_tier_before=int(was.five_tier[place]),
                    five_tier=int(closed.five_tier[place]),
                    on=opened.on,
                ),
                no,
            )
