"""Whose book, at which close, and what a figure means: what every module of this folder is given and gives back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.db import models
from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.reporting import loans
from xindai.servicing.models import LoanDay

Row = TypeVar("Row", bound=models.Model)

EVERYBODY: Final = Actor.system("figures")
"""Sees all branches; only to count the rows that a reader may not see."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure in words: its name, what it means, and from which rows it is read."""

    name: Promise
    meaning: Promise
    source: Promise


@dataclass(frozen=True, slots=True)
class View:
    """The reader, the close that is looked at, and one branch or all that the reader sees."""

    actor: Actor
    as_of: date
    branch_id: int | None = None

    def rows(self, found: "QuerySet[Row]", field: str = "branch_id") -> "QuerySet[Row]":
        """Keep the rows of the view's branches; `field` leads to the branch."""
        mine = scope.rows(self.actor, found, field)
        only: dict[str, Any] = {field: self.branch_id}
        return mine if self.branch_id is None else mine.filter(**only)

    def loans(self, on: date | None = None) -> "QuerySet[Any]":
        """Return the loans of the view as `reporting.loans` shows them at a close (default: the view's own)."""
        found = loans.loans(self.actor, on or self.as_of)
        return found if self.branch_id is None else found.filter(branch_id=self.branch_id)

    def of_everybody(self) -> "View":
        """Return the same view without the reader's limits."""
        return replace(self, actor=EVERYBODY)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a mark stands for, and what they add up to (minor units; 0 where rows are only counted)."""

    count: int = 0
    amount_minor: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.amount_minor + other.amount_minor)


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind a mark: `rows` carry `figure_minor` where they are summed; `tell` says what the chart shows.

    `on` is the close at which the rows are shown.
    """

    definition: Definition
    rows: "QuerySet[Any]"
    tell: Callable[[], Tally]
    on: date


def day_of_loan(day: date, **narrowed: int) -> "QuerySet[LoanDay]":
    """Return the day row of the loan that the outer query is at, for a subquery."""
    return LoanDay.objects.filter(business_date=day, part=OuterRef("part"), loan=OuterRef("pk"), **narrowed)


def figure_of(days: "QuerySet[LoanDay]", amount: Any) -> Subquery:
    """Return an amount of the day row, NULL where there is none."""
    return Subquery(days.annotate(figure=amount).values("figure")[:1], output_field=BigIntegerField())


def first_of_month(day: date) -> date:
    """Return the first day of the month."""
    return day.replace(day=1)


def add_months(first: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def end_of_month(day: date) -> date:
    """Return the last day of the month."""
    return add_months(first_of_month(day), 1) - timedelta(days=1)


def months_between(earlier: date, later: date) -> int:
    """Return how many months lie between the months of two days."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def month_ends(as_of: date, months: int) -> list[date]:
    """Return the last days of so many whole months up to `as_of`, the earliest first; a month that is not over is cut."""
    last = as_of if as_of == end_of_month(as_of) else first_of_month(as_of) - timedelta(days=1)
    return [end_of_month(add_months(first_of_month(last), -back)) for back in reversed(range(months))]


def closes(as_of: date, months: int) -> list[date]:
    """Return the last days of the months before `as_of`, and `as_of` itself, the earliest first."""
    ends = [end_of_month(add_months(first_of_month(as_of), -back)) for back in range(1, months)]
    return [*reversed(ends), as_of]


def within(field: str, first: date, last: date) -> Q:
    """Return the condition that a date lies between two days, both included."""
    return Q(**{f"{field}__gte": first, f"{field}__lte": last})
