"""When a claim may be proposed for write-off: the policy's figures, and what is missing for a loan."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from loanmath import FiveTier
from xindai.policies.packs import Pack


@dataclass(frozen=True, slots=True)
class WriteOffPolicy:
    """The section ``write_off`` of the pack, as of a date."""

    five_tiers: frozenset[FiveTier]
    overdue_days_min: int
    steps_required: tuple[str, ...]

    @classmethod
    def of(cls, pack: Pack) -> "WriteOffPolicy":
        """From the pack in force."""
        section: dict[str, Any] = pack.section("write_off")
        return cls(
            five_tiers=frozenset(FiveTier[tier.upper()] for tier in section["five_tier"]),
            overdue_days_min=section["overdue_days_min"],
            steps_required=tuple(section["steps_required"]),
        )

    def missing(self, five_tier: int, overdue_days: int, steps_taken: Collection[str]) -> list[str]:
        """Codes of what is missing for a write-off: ``five_tier``, ``overdue_days``, or ``step:<code>``."""
        found = []
        if five_tier not in self.five_tiers:
            found.append("five_tier")
        if overdue_days < self.overdue_days_min:
            found.append("overdue_days")
        return found + [f"step:{code}" for code in self.steps_required if code not in steps_taken]
