"""Why a class, a provision, a penalty, a balance or a settlement is what it is, laid out for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from loanmath.daycount import units_by_code
from loanmath.grading import GradingPolicy, tier_by_days
from loanmath.impairment import provision
from loanmath.rates import PPB
from loanmath.rounding import accumulate, first_remainder
from loanmath.state import State


@dataclass(frozen=True, slots=True)
class ProvisionExplanation:
    """Why a provision is what it is: ``base_minor`` x ``rate_ppb`` / 10^9, rounded half up."""

    base_minor: int
    tier: int
    rate_ppb: int
    numerator: int
    denominator: int
    provision_minor: int


def explain_provision(outstanding_minor: int, tier: int, policy: GradingPolicy) -> ProvisionExplanation:
    """The parts of a provision; its amount is that of :func:`loanmath.impairment.provision`."""
    rate_ppb = policy.provision_rates_ppb[tier - 1]
    amount_minor = int(provision(outstanding_minor, tier, policy))
    return ProvisionExplanation(outstanding_minor, tier, rate_ppb, outstanding_minor * rate_ppb, PPB, amount_minor)


@dataclass(frozen=True, slots=True)
class ClassExplanation:
    """Why a loan has its class.

    ``by_days`` is the class that the days past due alone demand, more than ``above_days`` of them.  A worse ``tier`` is
    kept until all arrears are paid and ``good_conduct_months`` have passed since.
    """

    tier: int
    by_days: int
    above_days: int | None
    good_conduct_months: int

    @property
    def is_kept(self) -> bool:
        """Whether the class is worse than the days past due alone demand."""
        return self.tier > self.by_days


def explain_class(tier: int, overdue_days: int, policy: GradingPolicy) -> ClassExplanation:
    """The rule by which a loan of so many days past due has its class."""
    by_days = int(tier_by_days(overdue_days, policy))
    floor = policy.floors_days[by_days - 2] if by_days > 1 else None
    above_days = None if floor is None else max(floor, policy.technical_lateness_days)
    return ClassExplanation(tier, by_days, above_days, policy.good_conduct_months)


@dataclass(frozen=True, slots=True)
class PenaltyNights:
    """Nights in a row with the same claim overdue: ``base_minor`` bears penalty from ``first`` until ``until``."""

    first: date
    until: date
    base_minor: int
    units: int


@dataclass(frozen=True, slots=True)
class PenaltyExplanation:
    """Why so much penalty has accrued since the arrears began.

    Each stretch adds ``base_minor`` x ``rate_ppb`` x ``units``; their sum over ``denominator`` is the exact amount, which
    rounding turns into ``accrued_minor``.
    """

    nights: tuple[PenaltyNights, ...]
    rate_ppb: int
    numerator: int
    denominator: int
    accrued_minor: int


def explain_penalty(
    closes: Iterable[tuple[date, int]], rate_ppb: int, divisor: int, code: int, rounding_code: int
) -> PenaltyExplanation:
    """Explain the penalty of the nights after these closes, each given with the principal and interest overdue at it.

    The closes follow one another day by day.  ``divisor``, ``code`` and ``rounding_code`` are the loan's
    (``TERM_COLUMNS``); each night is accumulated as the daily step does it.
    """
    nights: list[PenaltyNights] = []
    run, remainder, numerator = 0, first_remainder(divisor, rounding_code), 0
    for on, base_minor in closes:
        first = on.toordinal()
        units = units_by_code(first, first + 1)[code]
        run, remainder = accumulate(run, remainder, base_minor, rate_ppb * units, divisor, rounding_code)
        numerator += base_minor * rate_ppb * units
        until = date.fromordinal(first + 1)
        if nights and nights[-1].base_minor == base_minor:
            nights[-1] = PenaltyNights(nights[-1].first, until, base_minor, nights[-1].units + units)
        else:
            nights.append(PenaltyNights(on, until, base_minor, units))
    return PenaltyExplanation(tuple(nights), rate_ppb, numerator, divisor, int(run))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sum, signed; ``code`` names it."""

    code: str
    amount_minor: int


def explain_principal(state: State) -> tuple[Part, ...]:
    """What the outstanding principal consists of: what was paid out and added, less what came back or was given up."""
    parts = (
        Part("disbursed", state.disbursed_minor),
        Part("capitalised", state.capitalised_minor),
        Part("repaid", -state.repaid_minor),
        Part("forgiven", -state.forgiven_minor),
        Part("written_off", -state.written_off_minor),
    )
    return tuple(part for part in parts if part.amount_minor or part.code == "disbursed")


def explain_settlement(state: State, early_fee_minor: int = 0) -> tuple[Part, ...]:
    """What settling the loan at this moment consists of; the parts sum to ``settlement_minor`` and the fee."""
    parts = (
        Part("principal_not_due", state.principal_not_due_minor),
        Part("principal_due", state.principal_due_minor),
        Part("interest_due", state.interest_due_minor),
        Part("interest_accrued", state.interest_accrued_minor),
        Part("penalty_due", state.penalty_due_minor),
        Part("fee_due", state.fee_due_minor),
        Part("charges_not_due", state.charges_not_due_minor),
        Part("early_fee", early_fee_minor),
        Part("overpaid", -state.overpaid_minor),
        Part("interest_ahead", -state.interest_ahead_minor),
    )
    return tuple(part for part in parts if part.amount_minor)
