"""The state of a loan: frozen for one loan, and the open book in which formulae write."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, Final, Self

from loanmath.allocation import Due
from loanmath.daycount import CODES as DAY_COUNT_CODES
from loanmath.errors import wrong_kind
from loanmath.exact import Number
from loanmath.kinds import listed, values_of
from loanmath.rounding import CODES, first_remainder
from loanmath.shape import require_range
from loanmath.terms import Terms


class Status(IntEnum):
    """Where the loan is in its life."""

    PENDING = 0
    """Agreed, not disbursed."""
    ACTIVE = 1
    CLOSED = 2
    """Everything paid."""
    WRITTEN_OFF = 3


PENDING, ACTIVE, CLOSED, WRITTEN_OFF = (int(status) for status in Status)
"""The same as plain numbers, which are found and compared at once: every day of every loan asks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A loan at one moment.  Amounts are minor units, days are day ordinals (0: none).

    The fields without ``dues`` are also the columns of many loans.  Penalty, interest due and
    interest accrued are what the borrower owes; they stand on the balance sheet while the loan
    accrues, and in the memo accounts (``memo_interest_minor``) while it does not.
    """

    status: int = Status.PENDING
    disbursed_minor: int = 0
    repaid_minor: int = 0
    """Principal repaid."""
    written_off_minor: int = 0
    recovered_minor: int = 0
    """Received after the write-off."""
    overpaid_minor: int = 0
    """Paid, and not asked for yet; meets the next row that falls due."""
    principal_not_due_minor: int = 0
    principal_due_minor: int = 0
    """Principal that has fallen due and is unpaid."""
    accrual_base_minor: int = 0
    """The balance on which normal interest accrues."""
    interest_accrued_minor: int = 0
    """Interest accrued that has not fallen due."""
    interest_row_minor: int = 0
    """The part of it that belongs to the current row."""
    interest_remainder: int = 0
    """The fraction carried in the current row, over the terms' divisor (see rounding)."""
    interest_due_minor: int = 0
    penalty_due_minor: int = 0
    penalty_run_minor: int = 0
    """Penalty accrued since the arrears began."""
    penalty_remainder: int = 0
    memo_interest_minor: int = 0
    memo_written_off_minor: int = 0
    """Principal written off and not recovered: the claim is kept."""
    oldest_due_on: int = 0
    """Due day of the oldest instalment that is not fully paid."""
    overdue_days: int = 0
    """Days past due at the last close; 0 on the due day itself."""
    is_non_accrual: int = 0
    five_tier: int = 1
    cured_on: int = 0
    """The day on which a non-performing loan paid all its arrears."""
    provision_minor: int = 0
    accrual_rate_ppb: int = 0
    """The rate at which the base bears interest now."""
    accrual_divisor: int = 1
    """What base x rate x units is divided by in the current row."""
    accrual_code: int = 0
    """The serial number of days by which the current row counts (``DayCountCode``)."""
    interest_ahead_minor: int = 0
    """Interest paid before its instalment falls due."""
    fee_due_minor: int = 0
    charges_not_due_minor: int = 0
    """Fees and penalties charged that fall due later."""
    capitalised_minor: int = 0
    """Interest added to the principal."""
    forgiven_minor: int = 0
    """Principal forgiven, or credited without money."""
    is_stopped: int = 0
    """Whether interest and penalty no longer accrue at all."""
    is_charged_off: int = 0
    """Whether the loan has left the balance sheet while its instalments are still claimed."""
    is_misused: int = 0
    """Whether the money serves another purpose than agreed, which a heavier penalty rate punishes."""
    dues: tuple[Due, ...] = ()
    """The unpaid instalments, oldest first."""

    @property
    def outstanding_minor(self) -> int:
        """All principal still in the books."""
        return self.principal_not_due_minor + self.principal_due_minor

    @property
    def arrears_minor(self) -> int:
        """All that has fallen due and is unpaid."""
        return self.penalty_due_minor + self.fee_due_minor + self.interest_due_minor + self.principal_due_minor

    @property
    def settlement_minor(self) -> int:
        """What settles the loan at this moment, an overpayment taken into account."""
        claim_minor = self.arrears_minor + self.interest_accrued_minor + self.principal_not_due_minor
        claim_minor += self.charges_not_due_minor
        return claim_minor - self.overpaid_minor - self.interest_ahead_minor

    def check_invariants(self) -> None:
        """Assert what holds after every step of every loan."""
        for name in STATE_COLUMNS:
            assert getattr(self, name) >= 0, name
        gone = self.repaid_minor + self.forgiven_minor + self.written_off_minor
        assert self.outstanding_minor == self.disbursed_minor + self.capitalised_minor - gone
        assert self.principal_due_minor == sum(due.principal_minor for due in self.dues)
        assert self.interest_due_minor == sum(due.interest_minor for due in self.dues)
        assert self.fee_due_minor == sum(due.fee_minor for due in self.dues)
        assert self.penalty_due_minor >= sum(due.penalty_minor for due in self.dues)
        assert self.oldest_due_on == (self.dues[0].due_on if self.dues else 0)
        assert self.interest_row_minor <= self.interest_accrued_minor

    def to_json(self) -> dict[str, Any]:
        """Plain values that JSON can carry."""
        values: dict[str, Any] = {name: int(getattr(self, name)) for name in STATE_COLUMNS}
        return values | {"dues": [list(due) for due in self.dues]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The state that :meth:`to_json` wrote; what is left out is as in a loan that has not begun.

        Raises LoanMathError that names the field, such as ``dues[1].due_on``.
        """
        values = values_of(cls, data, {"dues": _dues})
        dues = values.pop("dues", ())
        numbers = values.values()
        # Nearly every state is whole numbers all over: only another one is looked at field by field.
        if not _INT.issuperset(map(type, numbers)) or min(numbers, default=0) < 0 or max(numbers, default=0) > _LARGEST:
            for name, value in values.items():
                require_range(name, value, 0, _LARGEST)
        return cls(**values, dues=dues)


_INT: Final = frozenset({int})
_LARGEST: Final = (1 << 63) - 1
"""What a column of many loans can hold."""


def _dues(values: Any) -> tuple[Due, ...]:
    found: tuple[Due, ...] = listed(_due)(values)
    return found


def _due(values: Any) -> Due:
    if not isinstance(values, list | tuple) or not _FEWEST <= len(values) <= len(Due._fields):
        raise wrong_kind("", values, f"a list of {', '.join(Due._fields)}")
    for name, value in zip(Due._fields, values, strict=False):
        require_range(name, value, 0, _LARGEST)
    return Due(*values)


_FEWEST: Final = len(Due._fields) - len(Due._field_defaults)


STATE_COLUMNS: Final = tuple(item.name for item in fields(State) if item.name != "dues")
"""The fields of a state that are columns of many loans, in order."""

TERM_COLUMNS: Final = (
    "penalty_rate_ppb",
    "misuse_rate_ppb",
    "penalty_code",
    "penalty_divisor",
    "rounding_code",
    "non_accrual_after_days",
    "is_principal_first",
    "bears_on_outstanding",
)
"""What the daily step needs of the terms, as numbers."""


def term_values(terms: Terms) -> dict[str, int]:
    """The terms as the numbers of :data:`TERM_COLUMNS`."""
    return {
        "penalty_rate_ppb": terms.penalty_rate_ppb,
        "misuse_rate_ppb": terms.misuse_rate_ppb,
        "penalty_code": int(DAY_COUNT_CODES[terms.penalty_day_count]),
        "penalty_divisor": terms.penalty_divisor,
        "rounding_code": int(CODES[terms.rounding]),
        "non_accrual_after_days": terms.non_accrual_after_days,
        "is_principal_first": int(terms.allocation.is_principal_first),
        "bears_on_outstanding": int(terms.bears_on_outstanding),
    }


class Book:
    """The open book of one loan (ints) or many (int64 columns), in which a step writes.

    Formulae assign new values and never change a column in place.
    """

    __slots__ = (*STATE_COLUMNS, *TERM_COLUMNS)

    status: Number
    disbursed_minor: Number
    repaid_minor: Number
    written_off_minor: Number
    recovered_minor: Number
    overpaid_minor: Number
    principal_not_due_minor: Number
    principal_due_minor: Number
    accrual_base_minor: Number
    interest_accrued_minor: Number
    interest_row_minor: Number
    interest_remainder: Number
    interest_due_minor: Number
    penalty_due_minor: Number
    penalty_run_minor: Number
    penalty_remainder: Number
    memo_interest_minor: Number
    memo_written_off_minor: Number
    oldest_due_on: Number
    overdue_days: Number
    is_non_accrual: Number
    five_tier: Number
    cured_on: Number
    provision_minor: Number
    accrual_rate_ppb: Number
    accrual_divisor: Number
    accrual_code: Number
    interest_ahead_minor: Number
    fee_due_minor: Number
    charges_not_due_minor: Number
    capitalised_minor: Number
    forgiven_minor: Number
    is_stopped: Number
    is_charged_off: Number
    is_misused: Number
    penalty_rate_ppb: Number
    misuse_rate_ppb: Number
    penalty_code: Number
    penalty_divisor: Number
    rounding_code: Number
    non_accrual_after_days: Number
    is_principal_first: Number
    bears_on_outstanding: Number

    def __init__(self, **values: Number) -> None:
        for name in (*STATE_COLUMNS, *TERM_COLUMNS):
            setattr(self, name, values[name])

    def close_state(self, dues: tuple[Due, ...]) -> State:
        """The frozen state of one loan."""
        return State(**{name: int(getattr(self, name)) for name in STATE_COLUMNS}, dues=dues)


def pending_book(terms: Terms) -> Book:
    """The book of a loan before its disbursement."""
    values = {name: int(getattr(_PENDING, name)) for name in STATE_COLUMNS} | term_values(terms)
    values["accrual_rate_ppb"], values["accrual_divisor"] = terms.rate_ppb, terms.divisor
    code = values["rounding_code"]
    values["interest_remainder"] = first_remainder(values["accrual_divisor"], code)
    values["penalty_remainder"] = first_remainder(values["penalty_divisor"], code)
    return Book(**values)


_PENDING: Final = State()
