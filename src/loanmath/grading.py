"""Five-tier class by days past due, after the policy's figures.

Source of the rule: Measures for Risk Classification of Financial Assets of Commercial Banks
(CBIRC and PBC Order 2023 No. 1), articles 6 to 13 and the rules on upgrading.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final, Self

from loanmath.calendar import add_months, day_of
from loanmath.errors import LoanMathError, wrong_kind
from loanmath.exact import Number, pick
from loanmath.kinds import listed, require_all, require_kind, values_of, whole


class FiveTier(IntEnum):
    """The five classes; from substandard on a loan is non-performing."""

    NORMAL = 1
    SPECIAL_MENTION = 2
    SUBSTANDARD = 3
    DOUBTFUL = 4
    LOSS = 5


@dataclass(frozen=True, slots=True)
class GradingPolicy:
    """The figures that grading and provisioning need, as of one date of the policy.

    ``floors_days``: a loan more days past due than these is at least special mention,
    substandard, doubtful, loss.  ``provision_rates_ppb``: share of the outstanding principal to
    be provided for, by class from normal to loss.
    """

    floors_days: tuple[int, int, int, int]
    technical_lateness_days: int
    good_conduct_months: int
    provision_rates_ppb: tuple[int, int, int, int, int]

    def __post_init__(self) -> None:
        for name, count in (("floors_days", 4), ("provision_rates_ppb", 5)):
            figures = require_all(name, getattr(self, name), int)
            if len(figures) != count:
                raise wrong_kind(name, figures, f"a list of {count} whole numbers")
            object.__setattr__(self, name, figures)
        for name in ("technical_lateness_days", "good_conduct_months"):
            require_kind(name, getattr(self, name), int)
        if list(self.floors_days) != sorted(self.floors_days) or self.floors_days[0] < 0:
            raise LoanMathError(
                "floors_not_rising",
                "floors_days",
                "The floors in days must rise from special mention to loss",
            )
        if any(not 0 <= rate <= 10**9 for rate in self.provision_rates_ppb):
            raise LoanMathError(
                "provision_rate_out_of_range",
                "provision_rates_ppb",
                "A provision rate lies between 0 % and 100 %",
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values for storing beside a decision."""
        return {
            "floors_days": list(self.floors_days),
            "technical_lateness_days": self.technical_lateness_days,
            "good_conduct_months": self.good_conduct_months,
            "provision_rates_ppb": list(self.provision_rates_ppb),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The policy that :meth:`to_json` wrote.  Raises LoanMathError that names the field."""
        return cls(**values_of(cls, data, {"floors_days": listed(whole), "provision_rates_ppb": listed(whole)}))


_NORMAL: Final = int(FiveTier.NORMAL)
_SUBSTANDARD: Final = int(FiveTier.SUBSTANDARD)

UNGRADED: Final = GradingPolicy((0, 90, 180, 360), 0, 0, (0, 0, 0, 0, 0))
"""For loans whose class and provision are not asked for."""


def tier_by_days(overdue_days: Number, policy: GradingPolicy) -> Number:
    """The class that the days past due alone demand; technical lateness is no lateness."""
    first, second, third, last = policy.floors_days
    # A number comes first, so that columns of truths are added as numbers.
    worse = 0 + (overdue_days > first) + (overdue_days > second) + (overdue_days > third) + (overdue_days > last)
    return _NORMAL + worse * (overdue_days > policy.technical_lateness_days)


def regrade(
    tier: Number,
    cured_on: Number,
    overdue_days: Number,
    has_arrears: Number,
    first: int,
    last: int,
    policy: GradingPolicy,
) -> tuple[Number, Number]:
    """Class and day of cure after the closes of ``first`` to ``last`` (day ordinals).

    A non-performing loan keeps its class until all arrears are paid and the months of good
    conduct have passed since; lateness beyond the technical days starts the wait afresh.
    The days past due must lie on one side of every threshold from ``first`` to ``last``.
    """
    by_days = tier_by_days(overdue_days, policy)
    was_non_performing = tier >= _SUBSTANDARD
    newly_cured_on = pick((has_arrears == 0) & (cured_on == 0), first, cured_on)
    cured_on = newly_cured_on * (was_non_performing & (overdue_days <= policy.technical_lateness_days))
    is_served = (cured_on > 0) & (cured_on <= latest_cure(last, policy.good_conduct_months))
    must_stay = was_non_performing & (is_served == 0)
    tier_after = pick(must_stay & (tier > by_days), tier, by_days)
    return tier_after, cured_on * must_stay


@lru_cache(maxsize=16_384)
def latest_cure(on: int, months: int) -> int:
    """The latest day of cure whose months of good conduct are over on day ``on`` (ordinals); 0 where none can be."""
    try:
        latest = add_months(date.fromordinal(on), -months).toordinal()
    except LoanMathError:  # that is before the calendar begins
        return 0
    while upgrade_day(latest + 1, months) <= on:
        latest += 1
    return latest


def upgrade_day(cured_on: int, months: int) -> int:
    """The first day on which a loan cured on this day may leave the non-performing classes.

    It is the day after the last of the calendar where the calendar does not reach it.
    """
    try:
        return add_months(day_of(cured_on, "cured_on"), months).toordinal()
    except LoanMathError:
        return _AFTER_THE_LAST


_AFTER_THE_LAST: Final = date.max.toordinal() + 1
