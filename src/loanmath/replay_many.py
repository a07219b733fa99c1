"""Many loans replayed to a day: those in order as columns, those with a history of their own one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from loanmath.calendar import NO_REST_DAYS, BusinessDayRule, Calendar
from loanmath.columns import IntColumn, LoanColumns, is_carried
from loanmath.daily import COLUMNS, DayColumns
from loanmath.daycount import CODES as DAY_COUNT_CODES
from loanmath.daycount import between
from loanmath.errors import LoanMathError, brief
from loanmath.events import Event, EventKind
from loanmath.grading import FiveTier, GradingPolicy
from loanmath.grids import year_units_of
from loanmath.impairment import provision
from loanmath.many import schedule_blocks
from loanmath.replay import replay
from loanmath.rounding import accumulate, first_remainder
from loanmath.schedule import schedule
from loanmath.shape import NO_GRACE
from loanmath.state import State, Status, term_values
from loanmath.terms import Method, Terms

NO_HISTORIES: Mapping[int, Sequence[Event]] = {}


def replay_many(
    loans: LoanColumns,
    as_of: date,
    *,
    policy: GradingPolicy,
    histories: Mapping[int, Sequence[Event]] = NO_HISTORIES,
    calendar: Calendar = NO_REST_DAYS,
) -> DayColumns:
    """The states of all loans after the close of a day, by position: as ``replay`` gives them.

    A loan without a history of its own is in order: paid out as agreed, and each row paid in full on its due date.
    Raises LoanMathError as ``replay`` does, about ``loans[n].field``, n the loan's position from 0, and ``no_such_loan``
    for a history of none.
    """
    loans.check()
    _require_loans(histories, len(loans))
    is_fast = np.array([_goes_in_columns(product) for product in loans.products], dtype=np.bool_)[loans.product]
    is_fast[list(histories)] = False
    found = DayColumns.of({name: np.full(len(loans), getattr(_PENDING, name, 0)) for name in COLUMNS})
    for positions in _alike(loans, np.flatnonzero(is_fast)):
        try:
            rows = _current_rows(loans.take(positions), as_of, calendar)
        except LoanMathError:  # one by one the loan that is wrong is named by its own position
            is_fast[positions] = False
            continue
        if loans.products[int(loans.product[positions[0]])].method is Method.FLAT:
            # Its interest is agreed beyond the day on which its principal is repaid.
            is_fast[positions[rows.ended_early]] = False
        found = found.with_loans(positions, _in_order(loans.take(positions), rows, as_of, policy))
    alone = np.flatnonzero(~is_fast)
    if len(alone):
        terms = [loans.terms(place) for place in alone.tolist()]
        states = [
            _alone(one, place, histories.get(place), as_of, policy, calendar)
            for place, one in zip(alone.tolist(), terms, strict=True)
        ]
        found = found.with_loans(alone, DayColumns.from_states(states, terms))
    return found


def _require_loans(histories: Iterable[object], count: int) -> None:
    for place in histories:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < count:
            raise LoanMathError(
                "no_such_loan",
                f"histories[{brief(place)}]",
                "There are {count} loans: give histories by their positions, from 0 on",
                count=count,
            )


def _alone(
    terms: Terms, place: int, own: Sequence[Event] | None, as_of: date, policy: GradingPolicy, calendar: Calendar
) -> State:
    """The state of one loan by itself."""
    try:
        events = _history(terms, own, as_of, calendar)
        return replay(terms, events, as_of, policy=policy, calendar=calendar).state
    except LoanMathError as error:
        raise error.within(f"loans[{place}]") from None


def _goes_in_columns(product: Terms) -> bool:
    """Whether the current row of a loan in order says all of its state: rows fall due as they close."""
    is_plain = product.grace == NO_GRACE and product.business_day is BusinessDayRule.NONE
    counts_days = product.day_count in DAY_COUNT_CODES and not product.counts_periods
    return is_carried(product) and is_plain and counts_days and product.recalculation is None


def _alike(loans: LoanColumns, positions: IntColumn) -> Iterator[IntColumn]:
    """Loans of one product with the same units of a year."""
    for place, product in enumerate(loans.products):
        chosen = positions[loans.product[positions] == place]
        years = year_units_of(product, loans.disbursed_on[chosen])
        yield from (chosen[years == year] for year in np.unique(years))


def _history(terms: Terms, own: Sequence[Event] | None, as_of: date, calendar: Calendar) -> Sequence[Event]:
    """The events of a loan up to a day; without any of its own, those of a loan in order."""
    if own is not None:
        return [event for event in own if event.on <= as_of]
    if terms.disbursed_on > as_of:
        return []
    paid = [
        Event(f"row {row.number}", EventKind.REPAY, row.due_on, row.total_minor)
        for row in schedule(terms, calendar)
        if row.due_on <= as_of and row.total_minor
    ]
    return [Event("out", EventKind.DISBURSE, terms.disbursed_on, terms.principal_minor), *paid]


def _in_order(loans: LoanColumns, rows: _Rows, as_of: date, policy: GradingPolicy) -> DayColumns:
    """The states of loans of one product that have paid what has fallen due, or are not paid out yet."""
    terms, count = loans.terms(0), len(loans)
    today = as_of.toordinal()
    has_row = (rows.number <= loans.instalments) | rows.ended_early
    is_out = loans.disbursed_on <= today
    is_active = has_row & ~rows.ended_early & is_out
    code = int(DAY_COUNT_CODES[terms.day_count])
    base = (loans.principal_minor if terms.method is Method.FLAT else rows.opening_minor) * is_active
    rate = loans.rate_ppb * has_row
    starts, place = np.unique(rows.start, return_inverse=True)
    units = np.array([between(code, start, max(start, today + 1)) for start in starts.tolist()], dtype=np.int64)[place]
    own = term_values(terms)
    start = int(first_remainder(terms.divisor, own["rounding_code"]))
    interest, remainder = accumulate(
        np.zeros(count, dtype=np.int64), start, base, rate * units * is_active, terms.divisor, own["rounding_code"]
    )
    values = {name: np.full(count, getattr(_PENDING, name, 0)) for name in COLUMNS}
    values |= {name: np.full(count, value) for name, value in own.items()}
    values |= {
        "status": np.where(is_active, int(Status.ACTIVE), int(Status.CLOSED)) * is_out,
        "disbursed_minor": loans.principal_minor * is_out,
        "repaid_minor": (loans.principal_minor - rows.opening_minor * is_active) * is_out,
        "principal_not_due_minor": rows.opening_minor * is_active,
        "accrual_base_minor": base,
        "interest_accrued_minor": interest,
        "interest_row_minor": interest,
        "interest_remainder": remainder,
        "penalty_remainder": np.full(count, int(first_remainder(own["penalty_divisor"], own["rounding_code"]))),
        "accrual_rate_ppb": rate,
        "accrual_divisor": np.full(count, terms.divisor),
        "accrual_code": code * has_row * is_out,
        "provision_minor": provision(rows.opening_minor * is_active, int(FiveTier.NORMAL), policy),
    }
    return DayColumns.of(values)


class _Rows:
    """The current row of each loan: its number (one more than there are when all have passed), start and opening."""

    def __init__(self, loans: LoanColumns) -> None:
        self.number = np.ones(len(loans), dtype=np.int64)
        self.start = loans.disbursed_on.copy()
        self.opening_minor = loans.principal_minor.copy()
        self.ended_early = np.zeros(len(loans), dtype=np.bool_)
        """Repaid before its last row, as tiny loans may be: the loan closes there."""


def _current_rows(loans: LoanColumns, as_of: date, calendar: Calendar) -> _Rows:
    """The rows in which the loans are after the opening of a day."""
    rows, today = _Rows(loans), as_of.toordinal()
    for block in schedule_blocks(loans, calendar):
        is_past = block.accrual_to <= today
        rows.number += np.bincount(block.position[is_past], minlength=len(loans))
        number = rows.number[block.position]
        is_before, is_now = block.number == number - 1, block.number == number
        rows.start[block.position[is_before]] = block.accrual_to[is_before]
        rows.opening_minor[block.position[is_now]] = block.opening_minor[is_now]
        rows.ended_early[block.position[(block.opening_minor == 0) & (block.number <= number)]] = True
    return rows


_PENDING = State()
