"""What works behind the pages: events that wait or were given up, and the jobs of the workers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from xindai.kernel.models import OutboxEvent
from xindai.kernel.outbox import MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Outbox:
    """How many events wait, since when, how many have failed at least once, and how many were given up."""

    waiting: int
    oldest: datetime | None
    failing: int
    given_up: int
    last_delivered: datetime | None


def outbox() -> Outbox:
    """Return the state of the outbox in one query."""
    waits = Q(delivered_at=None)
    sums: Mapping[str, Any] = OutboxEvent.objects.aggregate(
        waiting=Count("pk", filter=waits & Q(attempts__lt=MAX_ATTEMPTS)),
        oldest=Min("occurred_at", filter=waits),
        failing=Count("pk", filter=waits & Q(attempts__gt=0, attempts__lt=MAX_ATTEMPTS)),
        given_up=Count("pk", filter=waits & Q(attempts__gte=MAX_ATTEMPTS)),
        last_delivered=Max("delivered_at"),
    )
    return Outbox(**sums)


def failed_events() -> "QuerySet[OutboxEvent]":
    """Return the events that have failed at least once and are not delivered, the oldest first."""
    return OutboxEvent.objects.filter(delivered_at=None, attempts__gt=0).order_by("pk")


def worker_jobs() -> "QuerySet[ProcrastinateJob]":
    """Return the jobs of the workers, the latest first."""
    return ProcrastinateJob.objects.order_by("-pk")
