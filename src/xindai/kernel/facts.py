"""Bitemporal facts: what held when, as it was known when."""

from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from django.db import models

Row = TypeVar("Row", bound="Fact")


class Fact(models.Model):
    """One dated statement; never changed - a later statement of the same name takes its place.

    ``valid_from`` is the date from which it holds, ``known_at`` the moment the lender learnt it,
    ``source`` who said so and ``evidence`` where that can be seen.  A subclass adds the foreign key
    to its subject and names it in ``subject``.
    """

    subject: ClassVar[str]

    name = models.CharField(max_length=64)
    value = models.JSONField()
    source = models.CharField(max_length=32)
    valid_from = models.DateField()
    known_at = models.DateTimeField()
    evidence = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} from {self.valid_from}"


def as_of(queryset: "models.QuerySet[Row]", valid_on: date, known_at: datetime | None = None) -> "models.QuerySet[Row]":
    """The one statement per subject and name that held on a date, as known at a moment (default: now).

    Of several the latest ``valid_from`` wins, then the latest known.
    """
    subject = queryset.model.subject
    rows: Any = queryset.filter(valid_from__lte=valid_on)
    if known_at is not None:
        rows = rows.filter(known_at__lte=known_at)
    found: models.QuerySet[Row] = rows.order_by(subject, "name", "-valid_from", "-known_at", "-pk").distinct(
        subject, "name"
    )
    return found
