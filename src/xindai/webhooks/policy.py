"""The figures of the policy by which deliveries are made."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from xindai.kernel import business_date
from xindai.kernel.errors import Unavailable
from xindai.policies import queries as policies

_SECTION: Final = "webhooks"


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """When a failed delivery is tried again, how long an answer is waited for, when an endpoint is given up.

    Waits are drawn out by up to ``spread_ppm`` of themselves, so that not all that failed together comes back together.
    ``kept`` is how long deliveries that have come to their end are kept; a pack that is silent keeps them for ever.
    """

    retry_after: tuple[timedelta, ...]
    answer_seconds: int
    disable_after: timedelta
    spread_ppm: int
    kept: timedelta | None


def in_force() -> DeliveryPolicy:
    """The figures of the day.  Raises NoPolicyInForce, Unavailable when the pack in force is older than webhooks."""
    pack = policies.pack_as_of(business_date.to_show())
    if _SECTION not in pack.content:
        raise Unavailable(
            _("The policy in force says nothing about webhooks."),
            remedy=_("Put a pack live that has the section “webhooks”; the shipped pack shows how."),
        )
    figures = pack.section(_SECTION)
    kept_days = figures.get("kept_days")
    return DeliveryPolicy(
        tuple(timedelta(seconds=seconds) for seconds in figures["retry_after_seconds"]),
        figures["answer_seconds"],
        timedelta(hours=figures["disable_after_hours"]),
        figures.get("spread_ppm", 0),
        None if kept_days is None else timedelta(days=kept_days),
    )
