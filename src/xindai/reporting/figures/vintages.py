"""Vintages: of the loans paid out in a month, how many were ever over 90 days late by so many months later.

Cumulative, by number and by amount paid out.  Months on book are whole calendar months after the month of the
disbursement; lateness is looked at on the last close of each month, and a loan that was written off counts as bad from
the month of its write-off on.  The month that is not over yet is cut.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, F, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from loanmath import Status
from xindai.reporting.figures.view import (
    Behind,
    Definition,
    Tally,
    View,
    add_months,
    end_of_month,
    first_of_month,
    month_ends,
    months_between,
    within,
)
from xindai.servicing.models import Loan, LoanDay

MONTHS: Final = 24
BAD_OVER_DAYS: Final = 90

VINTAGE: Final = Definition(
    _("Vintage, ever over 90 days"),
    _(
        "Of the loans paid out in one month, the share that was over 90 days late at the end of any month since, or was written off. Cumulative; the month that is not over is cut."
    ),
    _("Loans, their day rows at month ends, and their write-offs"),
)


@dataclass(frozen=True, slots=True)
class Cohort:
    """The loans paid out in one month; `bad[k]` is what was ever bad by the end of the k-th month after it."""

    month: date
    paid_out: Tally
    bad: tuple[Tally, ...]


def cohorts(view: View) -> list[Cohort]:
    """Return the cohorts of the last 24 whole months that lent anything, the earliest first; in three queries."""
    ends = month_ends(view.as_of, MONTHS)
    paid_out = _paid_out(view, ends)
    fresh: dict[date, dict[int, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for disbursed_on, principal_minor, bad_on in _bad_loans(view, ends):
        month = first_of_month(disbursed_on)
        fresh[month][months_between(month, bad_on)] += Tally(1, principal_minor)
    return [Cohort(month, paid_out[month], _summed(fresh[month], month, ends[-1])) for month in sorted(paid_out)]


def behind(view: View, *, month: date, months_on_book: int | None = None) -> Behind:
    """Return the loans paid out in a month: all, or those that were ever bad by the end of the k-th month after it."""
    until = min(end_of_month(add_months(month, months_on_book or 0)), month_ends(view.as_of, 1)[0])
    ends = month_ends(until, MONTHS + 1)
    rows = (
        view.loans()
        .filter(within("disbursed_on", month, end_of_month(month)))
        .annotate(figure_minor=F("principal_minor"))
    )

    def tell() -> Tally:
        cohort = next((one for one in cohorts(view) if one.month == month), Cohort(month, Tally(), ()))
        if months_on_book is None:
            return cohort.paid_out
        return cohort.bad[months_on_book] if months_on_book < len(cohort.bad) else Tally()

    if months_on_book is None:
        return Behind(VINTAGE, rows, tell, view.as_of)
    late = LoanDay.objects.filter(loan=OuterRef("pk"), business_date__in=ends, overdue_days__gt=BAD_OVER_DAYS)
    lost = Q(state=Loan.State.WRITTEN_OFF, ended_on__lte=until)
    rows = rows.alias(first_late=Subquery(late.order_by("business_date").values("business_date")[:1]))
    rows = rows.filter(Q(first_late__isnull=False) | lost)
    return Behind(VINTAGE, rows, tell, view.as_of)


def _paid_out(view: View, ends: list[date]) -> dict[date, Tally]:
    rows = view.rows(Loan.objects.filter(within("disbursed_on", first_of_month(ends[0]), ends[-1])))
    sums = rows.values(month=TruncMonth("disbursed_on")).annotate(count=Count("pk"), sum=Sum("principal_minor"))
    return {row["month"]: Tally(row["count"], row["sum"]) for row in sums.order_by("month")}


def _bad_loans(view: View, ends: list[date]) -> list[tuple[date, int, date]]:
    """Return day of disbursement, principal and the first month end at which it was bad, of each loan that was."""
    first: dict[int, tuple[date, int, date]] = {}
    late = LoanDay.objects.filter(business_date__in=ends, overdue_days__gt=BAD_OVER_DAYS)
    late = view.rows(late.filter(loan__disbursed_on__gte=first_of_month(ends[0])), "loan__branch_id")
    for row in late.values("loan", "loan__disbursed_on", "loan__principal_minor").annotate(on=Min("business_date")):
        first[row["loan"]] = (row["loan__disbursed_on"], row["loan__principal_minor"], row["on"])
    lost = Loan.objects.filter(
        state=Status.WRITTEN_OFF, disbursed_on__gte=first_of_month(ends[0]), ended_on__lte=ends[-1]
    )
    for pk, disbursed_on, principal_minor, ended_on in view.rows(lost).values_list(
        "pk", "disbursed_on", "principal_minor", "ended_on"
    ):
        since = end_of_month(ended_on or ends[-1])
        known = first.get(pk)
        first[pk] = (disbursed_on, principal_minor, min(since, known[2]) if known else since)
    return list(first.values())


def _summed(fresh: dict[int, Tally], month: date, last: date) -> tuple[Tally, ...]:
    """Add up what became bad month by month, as far as whole months are over."""
    sums, so_far = [], Tally()
    for months_on_book in range(months_between(month, last) + 1):
        so_far += fresh.get(months_on_book, Tally())
        sums.append(so_far)
    return tuple(sums)
