"""Cost of risk: what expected and real losses took from the result, of the average gross loans.

Impairment charge of a month = allowance at its end - allowance at the end of the month before + principal written off
in it: what had to be set aside to get from the one to the other.  Cost of risk = the charge of the last twelve months /
the average of gross outstanding principal at their thirteen month ends.  Coverage = allowance / non-performing
principal; provision ratio = allowance / gross outstanding principal.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncMonth
from django.utils.translation import gettext_lazy as _

from loanmath import Status
from xindai.reporting.figures import at_risk
from xindai.reporting.figures.view import (
    Behind,
    Definition,
    Tally,
    View,
    add_months,
    day_of_loan,
    end_of_month,
    figure_of,
    first_of_month,
    within,
)
from xindai.reporting.portfolio import Book
from xindai.servicing.models import LoanEvent

MONTHS: Final = 12

COST_OF_RISK: Final = Definition(
    _("Cost of risk"),
    _(
        "Impairment charge of the last twelve months, divided by the average gross outstanding principal at the ends of these months and of the one before. The charge is the change of the allowance and what was written off against it."
    ),
    _("Day rows at month ends, and write-offs"),
)
COVERAGE: Final = Definition(
    _("Coverage"),
    _(
        "Allowance divided by the non-performing principal; beside it the allowance divided by all outstanding principal."
    ),
    _("Day rows of the loans at month ends"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """A month's end with its book, and what the month charged against the result; minor units."""

    end: date
    book: Book
    charge_minor: int
    written_off_minor: int


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months, the last one up to the view's close."""

    before: Book
    months: tuple[Month, ...]

    @property
    def charge_minor(self) -> int:
        """The impairment charge of the year."""
        return sum(month.charge_minor for month in self.months)

    @property
    def gross_sum_minor(self) -> int:
        """Gross loans at the month ends, summed; with `closes` their average."""
        return self.before.principal_minor + sum(month.book.principal_minor for month in self.months)

    @property
    def closes(self) -> int:
        """How many closes the average is taken of."""
        return len(self.months) + 1


def year(view: View) -> Year:
    """Return the twelve months that end with the view's close; in two queries."""
    days = closes_of_year(view.as_of)
    books = at_risk.books(view, days)
    written_off = _written_off(view, days[0] + timedelta(days=1), view.as_of)
    months = []
    for before, end in pairwise(days):
        lost = written_off.get(first_of_month(end), 0)
        charge = books[end].allowance_minor - books[before].allowance_minor + lost
        months.append(Month(end, books[end], charge, lost))
    return Year(books[days[0]], tuple(months))


def closes_of_year(as_of: date) -> list[date]:
    """Return the month ends of the year before `as_of`, and `as_of` itself, the earliest first: thirteen days."""
    return [end_of_month(add_months(first_of_month(as_of), -back)) for back in range(MONTHS, 0, -1)] + [as_of]


def behind(view: View, *, at: date | None = None) -> Behind:
    """Return the loans that a month (that ends at `at`), or the whole year, charged or relieved."""
    days = closes_of_year(view.as_of)
    before, end = (days[0], view.as_of) if at is None else (first_of_month(at) - timedelta(days=1), at)
    lost = LoanEvent.objects.filter(_counts(), within("on", before + timedelta(days=1), end), loan=OuterRef("pk"))
    gone = lost.annotate(gone=_gone()).values("gone")[:1]
    charged = _or_none(figure_of(_day(end), F("provision_minor"))) - _or_none(
        figure_of(_day(before), F("provision_minor"))
    )
    rows = view.loans(end).annotate(figure_minor=charged + _or_none(Subquery(gone, output_field=BigIntegerField())))
    rows = rows.exclude(figure_minor=0)

    def tell() -> Tally:
        told = year(view)
        charge = told.charge_minor if at is None else sum(one.charge_minor for one in told.months if one.end == at)
        return Tally(rows.count(), charge)

    return Behind(COST_OF_RISK, rows, tell, end)


def _day(on: date) -> "QuerySet[Any]":
    return day_of_loan(on, status=Status.ACTIVE)


def _or_none(figure: Any) -> Coalesce:
    return Coalesce(figure, Value(0), output_field=BigIntegerField())


def _counts() -> Q:
    """Write-offs of loans that stayed written off."""
    return Q(kind=LoanEvent.Kind.WRITE_OFF, loan__state=Status.WRITTEN_OFF)


def _gone() -> Cast:
    return Cast(KeyTextTransform("written_off_minor", "state_after"), BigIntegerField())


def _written_off(view: View, first: date, last: date) -> dict[date, int]:
    """Return the principal written off in each month, by the month's first day."""
    rows = view.rows(LoanEvent.objects.filter(_counts(), within("on", first, last)), "loan__branch_id")
    sums = rows.values(month=TruncMonth("on")).annotate(sum=Sum(_gone())).order_by("month")
    return {row["month"]: row["sum"] for row in sums}
