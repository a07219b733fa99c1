"""What settles a loan on a day, and how the figure comes about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from loanmath import PlanRow, Replay, Status
from loanmath.daycount import between
from loanmath.explaining import Part, explain_settlement
from loanmath.rounding import accumulate, first_remainder
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput
from xindai.servicing import queries
from xindai.servicing.errors import LoanHasEnded
from xindai.servicing.models import Loan

FURTHEST_DAYS: Final = 366
"""A figure for a day further ahead helps nobody: rates and payments will have moved on."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the interest that is not due yet has accrued: ``base_minor`` x rate x ``units`` / ``divisor``."""

    base_minor: int
    rate_ppb: int
    first: date
    until: date
    units: int
    year_units: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What ends a loan on a day if nothing else is paid until then; the parts sum to the amount, in minor units.

    ``stretches`` are the working of the accrued interest, empty where it does not come from the current row alone.
    """

    on: date
    amount_minor: int
    parts: tuple[Part, ...]
    stretches: tuple[Stretch, ...]


def settlement(loan: Loan, on: date) -> Settlement:
    """The figure of a day, from the open business date on.  Raises InvalidInput for another day, LoanHasEnded."""
    if loan.state != Status.ACTIVE:
        raise LoanHasEnded(_("Loan {loan} is no longer running."), loan=loan.no)
    today = business_date.to_show()
    furthest = today + timedelta(days=FURTHEST_DAYS)
    if not today <= on <= furthest:
        raise InvalidInput(
            "on",
            _("There is no figure for {on}."),
            _("Choose a day from {first} to {last}."),
            on=on,
            first=today,
            last=furthest,
        )
    now = queries.replayed(loan, on)
    return Settlement(
        on,
        max(0, now.settlement_minor),
        explain_settlement(now.state, now.early_fee_minor),
        _working(now, on, loan.rounding_code),
    )


def _working(now: Replay, on: date, rounding_code: int) -> tuple[Stretch, ...]:
    """The stretches of the current row, if they come to what has accrued."""
    row = next((row for row in now.rows if row.accrual_from < on <= row.accrual_to), None)
    if row is None:
        return ()
    stretches = _stretches(row, on)
    divisor = row.working.denominator
    numerator = sum(one.base_minor * one.rate_ppb * one.units for one in stretches)
    accrued, _rest = accumulate(0, first_remainder(divisor, rounding_code), numerator, 1, divisor, rounding_code)
    return stretches if accrued == now.state.interest_accrued_minor else ()


def _stretches(row: PlanRow, on: date) -> tuple[Stretch, ...]:
    found = []
    for one in row.segments:
        if one.start < on:
            end = min(one.end, on)
            units = row.units_of_day * between(row.code, one.start.toordinal(), end.toordinal())
            found.append(Stretch(one.base_minor, one.rate_ppb, one.start, end, units, row.working.year_units))
    return tuple(found)
