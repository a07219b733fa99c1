"""The policy's collection rules, and whether a contact is allowed at a moment: pure functions."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CONTACT_CHANNELS: Final = frozenset({"message", "call", "visit"})
"""Channels by which the debtor is addressed in person; letters and courts keep no hours."""


@dataclass(frozen=True, slots=True)
class StepRule:
    """What is to be done when a loan has been overdue for so many days."""

    overdue_days: int
    code: str
    channel: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class CollectionPolicy:
    """The section ``collections`` of the pack, as of a date."""

    version: str
    contact_from: time
    contact_until: time
    connected_calls_a_day_max: int
    days_to_record_outcome: int
    steps: tuple[StepRule, ...]

    @classmethod
    def of(cls, section: dict[str, Any], version: str) -> "CollectionPolicy":
        """From the section's plain values."""
        return cls(
            version=version,
            contact_from=time.fromisoformat(section["contact_from"]),
            contact_until=time.fromisoformat(section["contact_until"]),
            connected_calls_a_day_max=section["connected_calls_a_day_max"],
            days_to_record_outcome=section["days_to_record_outcome"],
            steps=tuple(
                StepRule(step["overdue_days"], step["code"], step["channel"], step["name"]) for step in section["steps"]
            ),
        )

    def steps_reached(self, overdue_days: int) -> list[StepRule]:
        """The steps whose day has come, the earliest first."""
        return [step for step in self.steps if step.overdue_days <= overdue_days]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a contact is not allowed now."""

    code: str
    message: Promise
    remedy: Promise
    params: dict[str, object]


def refusal(policy: CollectionPolicy, channel: str, local: datetime, connected_calls_today: int) -> Refusal | None:
    """The rule that forbids a contact at a local time, or None.

    ``connected_calls_today`` counts the debtor's, whatever the loan.
    """
    if channel not in CONTACT_CHANNELS:
        return None
    if not policy.contact_from <= local.time() < policy.contact_until:
        return Refusal(
            "outside_contact_hours",
            _("Nobody is contacted outside {from_time}–{until_time}."),
            _("Wait until the hours of contact begin."),
            {"from_time": f"{policy.contact_from:%H:%M}", "until_time": f"{policy.contact_until:%H:%M}"},
        )
    if channel == "call" and connected_calls_today >= policy.connected_calls_a_day_max:
        return Refusal(
            "too_many_calls",
            _("The debtor has been reached {calls} times today; no more calls are allowed."),
            _("Call again tomorrow or write a letter."),
            {"calls": connected_calls_today},
        )
    return None
