"""The loan of a neutral case: its words, and the terms of this engine that they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from loanmath.allocation import Allocation, Component
from loanmath.charges import Basis
from loanmath.daycount import DayCount
from loanmath.errors import LoanMathError
from loanmath.frequency import Frequency, Unit
from loanmath.money import exponent
from loanmath.neutral.fields import Fields
from loanmath.neutral.orders import DEFAULT, allocations_of
from loanmath.rates import PPB
from loanmath.rounding import Rounding
from loanmath.shape import MOST_ROWS, Grace, Shape
from loanmath.terms import Levelling, Method, Overdue, Prepaid, Recalculation, Rest, Terms, Tranche, TrancheRows

ROUNDING: Final = Rounding.HALF_EVEN
"""How the format rounds everything."""

_KNOWN: Final = (
    *("product", "submitted", "expected_disbursement", "principal", "currency", "decimals", "rounding"),
    *("annual_rate_pct", "interest_method", "interest_calculation_period", "amortisation"),
    *("term", "term_unit", "repay_every", "repay_unit", "instalments"),
    *("grace_note", "grace_principal_periods", "grace_interest_payment_periods"),
    *("engine", "days_in_year", "days_in_month", "partial_period_interest", "instalment_multiple_of"),
    *("strategy", "strategy_code", "processing", "future_allocation"),
    *("multi_disbursal", "down_payment", "interest_recalculation", "overdue_charge"),
)
_KNOWN_OF_RECALCULATION: Final = (
    *("enabled", "rest_frequency", "compounding", "compounding_frequency"),
    *("prepayment_adjustment", "pre_close_interest"),
)
_UNITS: Final = {"days": Unit.DAY, "weeks": Unit.WEEK, "months": Unit.MONTH}
_METHODS: Final = {"equal_instalments": Method.LEVEL, "equal_principal": Method.EQUAL_PRINCIPAL}
_PERIODS: Final = {"daily": True, "same_as_repayment_period": False}
_MOST_UNITS: Final = 9999


class PaidOut(NamedTuple):
    """A sum that was, or is to be, paid out."""

    on: date
    amount_minor: int


class OverdueCharge(NamedTuple):
    """What is charged, once, on an instalment that is not paid on its due date."""

    basis: Basis
    rate_ppb: int
    component: Component


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """The loan of a case, read.  Amounts are minor units, rates parts per billion a year."""

    starts_on: date
    """The day on which it is expected to be paid out, else that of the application."""
    currency: str
    principal_minor: int
    rate_ppb: int
    is_progressive: bool
    """Whether what happens is applied in order of time; else rows are built first, with all that is known."""
    is_by_day: bool
    method: Method
    instalments: int
    frequency: Frequency
    day_count: DayCount
    counts_periods: bool
    multiple_minor: int
    grace: Grace
    has_tranches: bool
    down_payment_ppb: int
    pays_down_by_itself: bool
    recalculation: Recalculation | None
    overdue_charge: OverdueCharge | None
    allocations: Mapping[str, Allocation]

    @property
    def is_flat(self) -> bool:
        """Whether interest is reckoned on the whole sum paid out."""
        return self.method is Method.FLAT

    def terms(self, paid_out: Sequence[PaidOut], approved_minor: int, fee_minor: int) -> Terms:
        """The terms of the loan of which these sums have been paid out, the earliest first; the fee is taken from it."""
        first, *later = paid_out
        progressive = self.is_progressive
        is_levelled_on_approved = not progressive and self.has_tranches and self.rate_ppb > 0 and not self.is_flat
        return Terms(
            currency=self.currency,
            principal_minor=first.amount_minor,
            rate_ppb=self.rate_ppb,
            day_count=self.day_count,
            counts_periods=self.counts_periods,
            method=self.method,
            disbursed_on=first.on,
            instalments=self.instalments,
            frequency=self.frequency,
            rounding=ROUNDING,
            rounds_stretches=not progressive,
            shape=Shape(multiple_minor=self.multiple_minor, is_evened=progressive and self.method is Method.LEVEL),
            grace=self.grace,
            levelling=self._levelling(),
            down_payment_ppb=self.down_payment_ppb,
            tranche_rows=self._tranche_rows(),
            tranches=() if progressive else tuple(Tranche(*one) for one in later),
            levelled_on_minor=approved_minor if is_levelled_on_approved else 0,
            recalculation=self.recalculation,
            fee_minor=fee_minor,
            allocation=self.allocations[DEFAULT],
        )

    def _levelling(self) -> Levelling:
        if self.is_progressive:
            return Levelling.ROWS
        return Levelling.THIRTY_DAYS if self.is_by_day else Levelling.PERIODS

    def _tranche_rows(self) -> TrancheRows:
        if self.is_progressive:
            return TrancheRows.AFTER
        return TrancheRows.ALL if self.is_flat else TrancheRows.FROM


def read_loan(value: object) -> Loan:
    """The loan of a case.  Raises LoanMathError that names the field."""
    loan = Fields(value, "loan", _KNOWN)
    currency = _currency(loan)
    is_progressive = loan.choice("engine", {"cumulative": False, "progressive": True})
    is_by_day = loan.choice("interest_calculation_period", _PERIODS)
    is_flat = loan.choice("interest_method", {"flat": True, "declining": False})
    method = loan.choice("amortisation", _METHODS)
    frequency = _frequency(loan)
    day_count, counts_periods = _day_count(
        loan, frequency, is_by_day=is_by_day and not is_flat, is_progressive=is_progressive
    )
    recalculation, is_current = _recalculation(loan, is_progressive=is_progressive)
    down_payment_ppb, pays_down_by_itself = _down_payment(loan)
    instalments = _instalments(loan, frequency)
    # Both dates are read wherever they stand: a slip in the one that does not count is a slip as well.
    dates = [loan.day(name) for name in ("expected_disbursement", "submitted") if loan.has(name)]
    return Loan(
        starts_on=dates[0] if dates else loan.day("submitted"),
        currency=currency,
        principal_minor=loan.money("principal", currency),
        rate_ppb=loan.rate("annual_rate_pct"),
        is_progressive=is_progressive,
        is_by_day=is_by_day,
        method=Method.FLAT if is_flat else method,
        instalments=instalments,
        frequency=frequency,
        day_count=day_count,
        counts_periods=counts_periods,
        multiple_minor=_multiple(loan, currency),
        grace=Grace(
            principal=loan.whole("grace_principal_periods", 0, instalments - 1, otherwise=0),
            interest=loan.whole("grace_interest_payment_periods", 0, instalments - 1, otherwise=0),
        ),
        has_tranches=loan.flag("multi_disbursal", otherwise=False),
        down_payment_ppb=down_payment_ppb,
        pays_down_by_itself=pays_down_by_itself,
        recalculation=recalculation,
        overdue_charge=_overdue_charge(loan),
        allocations=allocations_of(loan, is_current=is_current),
    )


def _currency(loan: Fields) -> str:
    """The currency; the format says its decimals and its rounding besides, which must be the ones there are."""
    currency = str(loan.needed("currency"))
    try:
        places = exponent(currency)
    except LoanMathError as error:
        raise LoanMathError(error.code, loan.at("currency"), error.message, **error.params) from None
    loan.whole("decimals", places, places, otherwise=places)
    loan.choice("rounding", {"HALF_EVEN": ROUNDING}, otherwise="HALF_EVEN")
    loan.flag("partial_period_interest", otherwise=False)
    return currency


def _frequency(loan: Fields) -> Frequency:
    return Frequency(unit=loan.choice("repay_unit", _UNITS), every=loan.whole("repay_every", 1, _MOST_UNITS))


def _instalments(loan: Fields, frequency: Frequency) -> int:
    """How many there are; a term that is given in the unit of their distance is as long as they are."""
    instalments = loan.whole("instalments", 1, MOST_ROWS)
    unit = loan.choice("term_unit", _UNITS, otherwise=str(loan.needed("repay_unit")))
    if not loan.has("term"):
        return instalments
    needed = instalments * frequency.every
    term = loan.whole("term", 1, MOST_ROWS * _MOST_UNITS)
    if unit is frequency.unit and term != needed:
        raise LoanMathError(
            "term_contradicts",
            loan.at("term"),
            "it is {term}, but {instalments} instalments with {every} from one to the next last {needed}: correct one of them",
            term=term,
            instalments=instalments,
            every=frequency.every,
            needed=needed,
        )
    return instalments


def _multiple(loan: Fields, currency: str) -> int:
    """What the instalment is a multiple of, in minor units; nothing and zero leave it as it is."""
    if not loan.has("instalment_multiple_of"):
        return 1
    return loan.money("instalment_multiple_of", currency, may_be_zero=True) or 1


def _day_count(loan: Fields, frequency: Frequency, *, is_by_day: bool, is_progressive: bool) -> tuple[DayCount, bool]:
    """The day count, and whether whole periods count as parts of a year.

    Months of 30 days in a year of 360 count as twelfths; periods of weeks or days have their real days in any case.
    """
    actual = DayCount.ACT_ACT_31_DECEMBER if is_progressive else DayCount.ACT_FIRST_YEAR
    years = {"actual": actual, "360": DayCount.ACT_360, "365": DayCount.ACT_365F}
    by_year = loan.choice("days_in_year", years)
    has_thirty = loan.choice("days_in_month", {"actual": False, "30": True})
    if not is_by_day:
        return DayCount.ACT_365F, True
    if not has_thirty or frequency.unit is not Unit.MONTH:
        return by_year, False
    if by_year is not DayCount.ACT_360:
        raise LoanMathError(
            "contradiction", loan.at("days_in_month"), "months of 30 days need days_in_year 360: change one of the two"
        )
    return by_year, True


def _recalculation(loan: Fields, *, is_progressive: bool) -> tuple[Recalculation | None, bool]:
    """How interest follows what is really outstanding, and whether money ahead of time pays the current instalment."""
    again = loan.child("interest_recalculation", _KNOWN_OF_RECALCULATION)
    if again is None or not again.flag("enabled", otherwise=True):
        return None, False
    rests = {"daily": Rest.DAY, "same_as_repayment_period": Rest.ROW}
    rest = again.choice("rest_frequency", rests, otherwise="daily")
    compounds = again.choice("compounding", {"none": False, "interest": True}, otherwise="none")
    again.choice("compounding_frequency", {"monthly_on_day_1": 1}, otherwise="monthly_on_day_1")
    again.choice("pre_close_interest", {"till_pre_close_date": 1}, otherwise="till_pre_close_date")
    adjustments = {
        "adjust_last_unpaid_period": Prepaid.LAST,
        "reduce_emi_amount": Prepaid.LOWER,
        "reduce_number_of_instalments": Prepaid.SHORTEN,
    }
    prepaid = again.choice("prepayment_adjustment", adjustments, otherwise="adjust_last_unpaid_period")
    if is_progressive:
        _require_progressive(again, prepaid, compounds=compounds)
        return Recalculation(), False
    followed = Recalculation(
        prepaid=prepaid, rest=rest, overdue=Overdue.FROM_ROW, moves_interest=False, compounds=compounds
    )
    return followed, rest is Rest.DAY


def _require_progressive(again: Fields, prepaid: Prepaid, *, compounds: bool) -> None:
    """A progressive loan keeps its instalments and compounds nothing; by either rest, interest follows day by day."""
    for is_other, name, only in (
        (prepaid is not Prepaid.LAST, "prepayment_adjustment", "adjust_last_unpaid_period"),
        (compounds, "compounding", "none"),
    ):
        if is_other:
            raise LoanMathError(
                "combination_unknown", again.at(name), "a progressive loan has {only} here: give that", only=only
            )


def _down_payment(loan: Fields) -> tuple[int, bool]:
    """The part of each sum paid out that is due at once, and whether it is taken the same day."""
    down = loan.child("down_payment", ("percent", "auto_repayment"))
    if down is None:
        return 0, False
    rate_ppb = down.rate("percent")
    if rate_ppb > PPB:
        raise LoanMathError("out_of_range", down.at("percent"), "it is more than the whole: give a share up to 100")
    return rate_ppb, down.flag("auto_repayment", otherwise=False)


def _overdue_charge(loan: Fields) -> OverdueCharge | None:
    rule = loan.child("overdue_charge", ("of", "percent", "penalty"))
    if rule is None:
        return None
    bases = {
        "instalment principal": Basis.ROW_PRINCIPAL,
        "instalment principal + interest": Basis.ROW_PRINCIPAL_AND_INTEREST,
    }
    is_penalty = rule.flag("penalty", otherwise=False)
    return OverdueCharge(
        rule.choice("of", bases), rule.rate("percent"), Component.PENALTY if is_penalty else Component.FEE
    )
