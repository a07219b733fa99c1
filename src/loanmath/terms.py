"""The frozen terms of a loan: everything agreed on that the mathematics needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, Self

from loanmath.allocation import USUAL_ORDER, Ahead, Allocation
from loanmath.calendar import BusinessDayRule, add_months
from loanmath.choices import Levelling, Method, Overdue, Prepaid, Recalculation, Repricing, Rest, TrancheRows
from loanmath.daycount import DayCount
from loanmath.errors import LoanMathError
from loanmath.frequency import USUAL_ODD_PERIODS, DuePeriod, Frequency, OddPeriods, Unit, due_periods
from loanmath.kinds import (
    Reader,
    choice,
    day,
    listed,
    optional,
    part,
    require_all,
    require_flags,
    require_kind,
    text,
    together,
    values_of,
    whole,
    word,
)
from loanmath.money import exponent
from loanmath.rates import LARGEST_RATE_PPB, PPB
from loanmath.rounding import Rounding, divide, divide_to_multiple
from loanmath.shape import MOST_ROWS, NO_GRACE, PLAIN, Grace, Shape, require_range

__all__ = [
    "MONTHLY",
    "Levelling",
    "Method",
    "Overdue",
    "Prepaid",
    "RateStep",
    "Recalculation",
    "Repricing",
    "Rest",
    "Terms",
    "Tranche",
    "TrancheRows",
]

MONTHLY: Final = Frequency(unit=Unit.MONTH)


@dataclass(frozen=True, slots=True)
class Tranche:
    """A further sum that will be paid out, as agreed."""

    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class RateStep:
    """From a day on another rate a year holds."""

    on: date
    rate_ppb: int


@dataclass(frozen=True, slots=True)
class KindAllocation:
    """In which order one kind of payment is allocated: ``kind`` is that of its event."""

    kind: str
    allocation: Allocation


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one loan.

    Amounts are minor units of ``currency``; rates are parts per billion a year.  Rows follow the
    frequency from ``first_due_on`` (or its natural first date), ``instalments`` of them or up to ``matures_on``; with
    a fixed or a minimum payment ``instalments`` is the most there may be; ``own_dates`` are due dates agreed one by one
    instead.  Of each sum paid out ``down_payment_ppb`` is due the same
    day.  Overdue principal and interest bear ``penalty_rate_ppb`` by calendar days over the day count's year.
    ``counts_periods`` makes the interest of a whole period the annual rate over the periods of a year, spread over
    its days; odd days then count over 365.
    ``tranche_rows`` lets the principal be paid out in tranches (``principal_minor`` is the first one; ``tranches``
    are those agreed beforehand);
    ``levelled_on_minor`` finds the instalment on another sum, such as the one approved.
    ``rounds_stretches`` rounds the interest of each stretch of days instead of the row's once.
    ``non_accrual_allocation`` holds instead of ``allocation`` once the loan no longer accrues (先本后息, say), and
    ``allocations`` for payments of a kind of their own, such as a merchant's credit.
    ``early_fee_ppb`` of principal paid ahead of time is the fee for doing so.
    Raises LoanMathError when the terms have no meaning.
    """

    currency: str
    principal_minor: int
    rate_ppb: int
    day_count: DayCount
    method: Method
    disbursed_on: date
    first_due_on: date | None = None
    instalments: int
    frequency: Frequency = MONTHLY
    odd: OddPeriods = USUAL_ODD_PERIODS
    matures_on: date | None = None
    own_dates: tuple[date, ...] = ()
    counts_periods: bool = False
    rounding: Rounding = Rounding.HALF_UP
    rounds_stretches: bool = False
    business_day: BusinessDayRule = BusinessDayRule.NONE
    shape: Shape = PLAIN
    grace: Grace = NO_GRACE
    levelling: Levelling = Levelling.ROWS
    repricing: Repricing = Repricing.AT_ONCE
    rate_steps: tuple[RateStep, ...] = ()
    down_payment_ppb: int = 0
    tranche_rows: TrancheRows | None = None
    tranches: tuple[Tranche, ...] = ()
    levelled_on_minor: int = 0
    recalculation: Recalculation | None = None
    penalty_rate_ppb: int = 0
    misuse_rate_ppb: int = 0
    fee_minor: int = 0
    early_fee_ppb: int = 0
    non_accrual_after_days: int = 90
    allocation: Allocation = USUAL_ORDER
    non_accrual_allocation: Allocation | None = None
    allocations: tuple[KindAllocation, ...] = ()

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            value = getattr(self, name)
            if type(value) is not kind:
                object.__setattr__(self, name, choice(name, kind, value))
        exponent(self.currency)
        self._require_kinds()
        for name, (low, high) in _RANGES.items():
            require_range(name, getattr(self, name), low, high)
        for place, step in enumerate(self.rate_steps):
            require_kind(f"rate_steps[{place}].on", step.on, date)
            require_range("rate_steps", step.rate_ppb, 0, LARGEST_RATE_PPB)
        for place, tranche in enumerate(self.tranches):
            require_kind(f"tranches[{place}].on", tranche.on, date)
            require_range("tranches", tranche.amount_minor, 1, 10**15)
        object.__setattr__(self, "tranches", tuple(sorted(self.tranches, key=lambda tranche: tranche.on)))
        for is_wrong, code, field, remedy in _contradictions(self):
            if is_wrong:
                raise LoanMathError(code, field, remedy)

    def _require_kinds(self) -> None:
        """Raise LoanMathError ``wrong_kind`` for a value of another kind than its field has; lists become tuples."""
        for name, kind in _NEEDED_KINDS.items():
            value = getattr(self, name)
            if type(value) is not kind:
                require_kind(name, value, kind)
        for name, kind in _OPTIONAL_KINDS.items():
            value = getattr(self, name)
            if value is not None and type(value) is not kind:
                require_kind(name, value, kind)
        for name, kind in _LISTED_KINDS.items():
            values = getattr(self, name)
            if values != ():
                object.__setattr__(self, name, require_all(name, values, kind))
        require_flags(self, ("counts_periods", "rounds_stretches"))
        if self.tranche_rows is not None:
            object.__setattr__(self, "tranche_rows", choice("tranche_rows", TrancheRows, self.tranche_rows))

    @classmethod
    def for_months(
        cls,
        *,
        term_months: int,
        method: Method | str,
        disbursed_on: date,
        **others: Any,
    ) -> Self:
        """Terms of so many months with monthly due dates on the day of disbursement.

        A bullet loan falls due once, at the end of its months, unless its months are capitalised (``grace``).
        """
        is_bullet = method == Method.BULLET and not others.get("grace", NO_GRACE).capitalised
        return cls(
            method=Method(method),
            disbursed_on=disbursed_on,
            first_due_on=add_months(disbursed_on, term_months if is_bullet else 1, field="term_months"),
            instalments=1 if is_bullet else term_months,
            **others,
        )

    @property
    def year_units(self) -> int:
        """The units of the day count that make a year."""
        return self.day_count.year_units(self.disbursed_on)

    @property
    def is_yearly(self) -> bool:
        """Whether interest falls due once a year."""
        return self.frequency.is_yearly

    @property
    def divisor(self) -> int:
        """What amount x ppb x units is divided by to give interest in minor units."""
        return PPB * self.year_units

    @property
    def penalty_day_count(self) -> DayCount:
        """By which days penalties run: calendar days, also where interest counts months of thirty."""
        return self.day_count.by_calendar

    @property
    def penalty_divisor(self) -> int:
        """What overdue amount x ppb x units is divided by to give penalty in minor units."""
        return PPB * self.penalty_day_count.year_units(self.disbursed_on)

    @property
    def bears_on_outstanding(self) -> bool:
        """Whether interest accrues day by day on what is really outstanding."""
        again = self.recalculation
        return again is not None and again.rest is Rest.DAY and again.overdue is Overdue.FROM_DUE

    @property
    def instalment_rounding(self) -> Rounding:
        """How an instalment is rounded to its multiple."""
        return self.shape.multiple_rounding or self.rounding

    def to_multiple(self, numerator: int, denominator: int) -> int:
        """An instalment given as a quotient, as a whole multiple."""
        return divide_to_multiple(numerator, denominator, self.shape.multiple_minor, self.instalment_rounding)

    def allocation_of(self, kind: str, *, is_non_accrual: bool) -> Allocation:
        """In which order a payment is allocated: by its kind if agreed, else by whether the loan accrues."""
        by_kind = next((one.allocation for one in self.allocations if one.kind == kind), None)
        if by_kind is not None:
            return by_kind
        return (self.non_accrual_allocation if is_non_accrual else None) or self.allocation

    def early_fee(self, principal_minor: int) -> int:
        """What principal paid ahead of time costs (``early_fee_ppb`` of it)."""
        return divide(principal_minor * self.early_fee_ppb, PPB, self.rounding)

    def down_payment(self, paid_out_minor: int) -> int:
        """What is due at once of a sum paid out."""
        if not self.down_payment_ppb:
            return 0
        share = paid_out_minor * self.down_payment_ppb
        return min(paid_out_minor, divide_to_multiple(share, PPB, self.shape.multiple_minor, self.rounding))

    def due_periods(self) -> tuple[DuePeriod, ...]:
        """The rows' nominal dates; a day missing in a month becomes its last day.

        A regular first period keeps the day of disbursement: paid out on 31 January, due on
        29 February, 31 March, 30 April.
        """
        if self.own_dates:
            starts = (self.disbursed_on, *self.own_dates)
            return tuple(DuePeriod(start, end) for start, end in pairwise(starts))
        count = None if self.matures_on else self.instalments
        return due_periods(
            self.frequency,
            self.disbursed_on,
            count,
            first_due_on=self.first_due_on,
            matures_on=self.matures_on,
            odd=self.odd,
        )

    def due_dates(self) -> list[date]:
        """The nominal due dates."""
        return [period.end for period in self.due_periods()]

    def to_json(self) -> dict[str, Any]:
        """Plain values that JSON can carry, in a fixed order."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The terms that :meth:`to_json` wrote; what is left out has its default.

        Raises LoanMathError that names the field with its path, such as ``shape.weights[2]``.
        """
        if type(data) is dict and "period_months" in data:
            data = dict(data)
            months = data.pop("period_months")
            data["frequency"] = f"P{part('period_months', whole, months)}M"
        return cls(**values_of(cls, data, _READERS, is_term=True))


_KINDS: Final[dict[str, type[StrEnum]]] = {
    "day_count": DayCount,
    "method": Method,
    "rounding": Rounding,
    "business_day": BusinessDayRule,
    "levelling": Levelling,
    "repricing": Repricing,
}
_NEEDED_KINDS: Final[dict[str, type]] = {
    "disbursed_on": date,
    "frequency": Frequency,
    "odd": OddPeriods,
    "shape": Shape,
    "grace": Grace,
    "allocation": Allocation,
}
_OPTIONAL_KINDS: Final[dict[str, type]] = {
    "first_due_on": date,
    "matures_on": date,
    "recalculation": Recalculation,
    "non_accrual_allocation": Allocation,
}
_LISTED_KINDS: Final[dict[str, type]] = {
    "own_dates": date,
    "rate_steps": RateStep,
    "tranches": Tranche,
    "allocations": KindAllocation,
}
_RANGES: Final = {
    "principal_minor": (1, 10**15),
    "rate_ppb": (0, LARGEST_RATE_PPB),
    "penalty_rate_ppb": (0, LARGEST_RATE_PPB),
    "misuse_rate_ppb": (0, LARGEST_RATE_PPB),
    "instalments": (1, MOST_ROWS),
    "fee_minor": (0, 10**15),
    "early_fee_ppb": (0, PPB),
    "levelled_on_minor": (0, 10**15),
    "down_payment_ppb": (0, PPB),
    "non_accrual_after_days": (0, 36_500),
}


def _contradictions(terms: Terms) -> Iterator[tuple[bool, str, str, str]]:
    """What may not stand together: condition, code, field, remedy."""
    yield from _of_dates(terms)
    yield from _of_method(terms)
    yield from _of_shape(terms)
    yield (
        terms.allocation.ahead is Ahead.CURRENT and terms.recalculation is None,
        "current_needs_recalculation",
        "allocation.ahead",
        "Money can pay the current instalment ahead only where interest is recalculated: choose next, last or spread",
    )
    yield (
        any(one.on >= other.on for one, other in pairwise(terms.rate_steps)),
        "steps_not_rising",
        "rate_steps",
        "Give the steps of the rate by rising dates",
    )
    yield (
        bool(terms.rate_steps) and terms.rate_steps[0].on <= terms.disbursed_on,
        "step_too_early",
        "rate_steps",
        "A step of the rate lies after the disbursement: until then the rate of the loan holds",
    )
    yield (
        terms.shape.advance > 0 and bool(terms.method is not Method.LEVEL or terms.tranches or terms.down_payment_ppb),
        "advance_not_possible",
        "shape.advance",
        "Instalments in advance need a level plan without tranches and down payment",
    )
    yield (
        any(tranche.on < terms.disbursed_on for tranche in terms.tranches),
        "tranche_too_early",
        "tranches",
        "A tranche is paid out on the day of the disbursement or later",
    )
    yield (
        terms.tranche_rows is TrancheRows.ALL and bool(terms.tranches) and terms.method is not Method.FLAT,
        "tranche_before_its_day",
        "tranche_rows",
        "Rows before a tranche would bear interest on what is not paid out yet: choose after or from, or flat interest",
    )
    keeps_rows = terms.matures_on is not None or bool(terms.own_dates or terms.tranches)
    pays_at_once = terms.down_payment_ppb > 0 or terms.shape.advance > 0
    yield (
        terms.repricing is Repricing.TERM and (terms.method is not Method.LEVEL or keeps_rows or pays_at_once),
        "term_cannot_follow",
        "repricing",
        "The number of rows follows the rate in a level plan alone, without maturity, tranches and sums due at once",
    )


def _of_dates(terms: Terms) -> Iterator[tuple[bool, str, str, str]]:
    first, own = terms.first_due_on, terms.own_dates
    yield (
        first is not None and first <= terms.disbursed_on,
        "first_due_too_early",
        "first_due_on",
        "The first due date must lie after the disbursement",
    )
    yield (
        bool(own) and (len(own) != terms.instalments or terms.matures_on is not None or terms.counts_periods),
        "dates_contradict",
        "own_dates",
        "Give as many dates of one's own as instalments, without a maturity, and count interest by days",
    )
    yield (
        any(one >= other for one, other in pairwise((terms.disbursed_on, *own))),
        "dates_not_rising",
        "own_dates",
        "Give the due dates in ascending order, after the disbursement",
    )


def _of_shape(terms: Terms) -> Iterator[tuple[bool, str, str, str]]:
    """What a method knows nothing of: it would be left out without a word."""
    shape, method = terms.shape, terms.method
    for name, methods in _MEANT_FOR.items():
        yield (
            bool(getattr(shape, name)) and method not in methods,
            "not_for_the_method",
            f"shape.{name}",
            _NOT_FOR_IT,
        )
    yield (
        shape.multiple_minor > 1 and method in _WITHOUT_MULTIPLE and not terms.down_payment_ppb,
        "not_for_the_method",
        "shape.multiple_minor",
        _NOT_FOR_IT,
    )
    yield (
        0 < shape.amortised_over < terms.instalments,
        "amortised_over_too_few",
        "shape.amortised_over",
        "The instalment is found over at least as many rows as the plan has: give more, or leave it out",
    )


_NOT_FOR_IT: Final = "It has no meaning with this method: leave it out, or choose another method"
_BY_INSTALMENT: Final = frozenset({Method.LEVEL, Method.EQUAL_PRINCIPAL})
_MEANT_FOR: Final[dict[str, frozenset[Method]]] = {
    "weights": _BY_INSTALMENT,
    "growth_ppb": _BY_INSTALMENT,
    "balloon_minor": _BY_INSTALMENT | {Method.FIXED, Method.MINIMUM},
    "amortised_over": _BY_INSTALMENT,
    "instalment_minor": frozenset({Method.FIXED}),
    "minimum_ppb": frozenset({Method.MINIMUM}),
    "minimum_minor": frozenset({Method.MINIMUM}),
    "parts": frozenset({Method.CUSTOM}),
    "is_evened": frozenset({Method.LEVEL}),
}
_WITHOUT_MULTIPLE: Final = frozenset({Method.INTEREST_FIRST, Method.BULLET})


def _of_method(terms: Terms) -> Iterator[tuple[bool, str, str, str]]:
    shape = terms.shape
    yield (
        terms.method is Method.BULLET
        and (terms.instalments != terms.grace.capitalised + 1 or terms.matures_on is not None),
        "bullet_has_one_row",
        "instalments",
        "A bullet loan has exactly one instalment",
    )
    yield (
        terms.method is Method.FIXED and not shape.instalment_minor,
        "instalment_missing",
        "shape.instalment_minor",
        "Give the fixed instalment",
    )
    yield (
        terms.method is Method.MINIMUM and not shape.minimum_ppb and not shape.minimum_minor,
        "minimum_missing",
        "shape.minimum_ppb",
        "Give the share of a minimum payment, or its floor",
    )
    yield (
        terms.method is Method.CUSTOM and sum(shape.parts) > terms.principal_minor,
        "parts_exceed_principal",
        "shape.parts",
        "The principal parts are more than the principal: give parts that add up to it",
    )
    yield (
        terms.method is Method.CUSTOM and terms.down_payment_ppb > 0,
        "parts_with_down_payment",
        "down_payment_ppb",
        "A plan of one's own has no down payment: give it as a part due early",
    )


def _allocations(values: Any) -> tuple[KindAllocation, ...]:
    return tuple(KindAllocation(kind, allocation) for kind, allocation in _READ_ALLOCATIONS(values))


def _tranches(values: Any) -> tuple[Tranche, ...]:
    return tuple(Tranche(on, amount_minor) for on, amount_minor in _READ_TRANCHES(values))


def _rate_steps(values: Any) -> tuple[RateStep, ...]:
    return tuple(RateStep(on, rate_ppb) for on, rate_ppb in _READ_STEPS(values))


_READ_ALLOCATIONS: Final = listed(together(("kind", text), ("allocation", Allocation.from_json)))
_READ_TRANCHES: Final = listed(together(("on", day), ("amount_minor", whole)))
_READ_STEPS: Final = listed(together(("on", day), ("rate_ppb", whole)))
_READERS: Final[dict[str, Reader]] = {
    "disbursed_on": day,
    "first_due_on": optional(day),
    "own_dates": listed(day),
    "matures_on": optional(day),
    "frequency": Frequency.from_json,
    "odd": OddPeriods.from_json,
    "shape": Shape.from_json,
    "grace": Grace.from_json,
    "tranches": _tranches,
    "rate_steps": _rate_steps,
    "tranche_rows": optional(word(TrancheRows)),
    "recalculation": optional(Recalculation.from_json),
    "allocation": Allocation.from_json,
    "non_accrual_allocation": optional(Allocation.from_json),
    "allocations": _allocations,
}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        if value and isinstance(value[0], date):
            return [day.isoformat() for day in value]
        return [[_plain(getattr(part, item.name)) for item in fields(part)] for part in value]
    if hasattr(value, "to_json"):
        return value.to_json()
    return str(value) if isinstance(value, StrEnum) else value
