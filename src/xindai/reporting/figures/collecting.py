"""Collection efficiency: of what fell due in a month, how much was paid by the month's last close.

Current: collected of the instalments that fell due in the month / these instalments.  With arrears: collected of these
and of what was overdue before / both.  A loan's payments meet its oldest claims first, so what is unpaid at the close
is the newest: unpaid of the month's dues = the smaller of the two.  Principal and interest; penalty interest is not
planned and therefore not in it.  What a write-off took off the books counts as not collected.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Least, TruncMonth
from django.utils.translation import gettext_lazy as _

from loanmath import Status
from xindai.reporting.figures.view import (
    Behind,
    Definition,
    Tally,
    View,
    day_of_loan,
    end_of_month,
    figure_of,
    first_of_month,
    month_ends,
    within,
)
from xindai.servicing.models import Instalment, Loan, LoanDay

MONTHS: Final = 12
PARTS: Final = ("due", "collected", "unpaid", "before", "after", "collected_with_arrears")
PLANNED: Final = F("principal_minor") + F("interest_minor")
OWED: Final = F("principal_due_minor") + F("interest_due_minor")

EFFICIENCY: Final = Definition(
    _("Collection efficiency"),
    _(
        "Of the instalments that fell due in the month, the share paid by its last close. With arrears: of these and of what was overdue before. What was written off counts as not collected."
    ),
    _("Instalments in force on their due dates, and day rows at month ends"),
)


@dataclass(frozen=True, slots=True)
class Month:
    """What fell due in a month and what of it is unpaid at its end; before it, and then; minor units."""

    end: date
    due_minor: int
    unpaid_minor: int
    overdue_before_minor: int
    overdue_after_minor: int

    @property
    def collected_minor(self) -> int:
        """What was paid of the month's instalments."""
        return self.due_minor - self.unpaid_minor

    @property
    def asked_with_arrears_minor(self) -> int:
        """What fell due in the month and what was overdue before it."""
        return self.due_minor + self.overdue_before_minor

    @property
    def collected_with_arrears_minor(self) -> int:
        """What was paid of both."""
        return self.asked_with_arrears_minor - self.overdue_after_minor

    def told(self, part: str) -> int:
        """Return one of `PARTS`."""
        return {
            "due": self.due_minor,
            "collected": self.collected_minor,
            "unpaid": self.unpaid_minor,
            "before": self.overdue_before_minor,
            "after": self.overdue_after_minor,
            "collected_with_arrears": self.collected_with_arrears_minor,
        }[part]


def months(view: View, count: int = MONTHS) -> list[Month]:
    """Return the last whole months, the earliest first; in three queries."""
    ends = month_ends(view.as_of, count)
    due = _due(view, ends)
    owed = _owed(view, [first_of_month(ends[0]) - timedelta(days=1), *ends])
    lost = _lost(view, ends)
    return [_month(end, due.get(end, 0), owed, lost.get(end, [])) for end in ends]


def behind(view: View, *, at: date, part: str) -> Behind:
    """Return the loans behind one of `PARTS` in the month that ends at `at`; those with nothing of it are left out."""
    earlier = _owes(first_of_month(at) - timedelta(days=1))
    rows = view.loans(at).annotate(due=_due_of_loan(at), before=earlier, owed=_owes(at))
    gone = Q(state=Loan.State.WRITTEN_OFF, ended_on__lte=at)
    unpaid = Case(When(gone, then=F("due")), default=Least(F("due"), F("owed")), output_field=BigIntegerField())
    after = Case(When(gone, then=F("due") + F("before")), default=F("owed"), output_field=BigIntegerField())
    amounts: dict[str, Any] = {
        "due": F("due"),
        "unpaid": unpaid,
        "collected": F("due") - unpaid,
        "before": F("before"),
        "after": after,
        "collected_with_arrears": F("due") + F("before") - after,
    }
    rows = rows.annotate(figure_minor=amounts[part]).exclude(figure_minor=0)
    return Behind(EFFICIENCY, rows, lambda: Tally(rows.count(), _month_at(view, at).told(part)), at)


def _month_at(view: View, at: date) -> Month:
    before = first_of_month(at) - timedelta(days=1)
    return _month(at, _due(view, [at]).get(at, 0), _owed(view, [before, at]), _lost(view, [at]).get(at, []))


def _month(
    end: date, due_minor: int, owed: "dict[date, list[tuple[int, int, int]]]", lost: Iterable[tuple[int, int]]
) -> Month:
    """Put a month together from its dues, the loans that owe at its ends, and those written off in it."""
    before = {loan: owes for loan, owes, _due_then in owed.get(first_of_month(end) - timedelta(days=1), ())}
    now = owed.get(end, [])
    lost_due = sum(due for _loan, due in lost)
    lost_before = sum(before.get(loan, 0) for loan, _due_then in lost)
    return Month(
        end=end,
        due_minor=due_minor,
        unpaid_minor=sum(min(due, owes) for _loan, owes, due in now) + lost_due,
        overdue_before_minor=sum(before.values()),
        overdue_after_minor=sum(owes for _loan, owes, _due_then in now) + lost_before + lost_due,
    )


def _in_force() -> Q:
    """Rows of the plan that was in force when they fell due, of loans that had not ended before."""
    planned = Q(in_force_from__lte=F("due_on")) & (Q(in_force_until=None) | Q(in_force_until__gt=F("due_on")))
    return planned & (Q(loan__ended_on=None) | Q(loan__ended_on__gte=F("due_on")))


def _due(view: View, ends: list[date]) -> dict[date, int]:
    """Return what fell due in each month."""
    rows = Instalment.objects.filter(_in_force(), within("due_on", first_of_month(ends[0]), ends[-1]))
    rows = view.rows(rows, "loan__branch_id")
    sums = rows.values(month=TruncMonth("due_on")).annotate(sum=Sum(PLANNED)).order_by("month")
    return {end_of_month(row["month"]): row["sum"] for row in sums}


def _owed(view: View, days: list[date]) -> dict[date, list[tuple[int, int, int]]]:
    """Return the loans that owe at month ends: id, what they owe, what fell due of them in that month."""
    rows = view.rows(LoanDay.objects.filter(business_date__in=days, status=Status.ACTIVE), "loan__branch_id")
    due = Instalment.objects.filter(
        _in_force(),
        loan=OuterRef("loan"),
        due_on__lte=OuterRef("business_date"),
        due_on__gte=OuterRef("month"),
    )
    summed = due.order_by().values("loan").annotate(sum=Sum(PLANNED)).values("sum")
    found: dict[date, list[tuple[int, int, int]]] = {}
    rows = (
        rows.annotate(owes=OWED, month=TruncMonth("business_date"))
        .filter(owes__gt=0)
        .annotate(due=Coalesce(Subquery(summed), Value(0)))
    )
    for day, loan, owes, due_minor in rows.values_list("business_date", "loan", "owes", "due"):
        found.setdefault(day, []).append((loan, owes, due_minor))
    return found


def _lost(view: View, ends: list[date]) -> dict[date, list[tuple[int, int]]]:
    """Return the loans written off in each month, with what fell due of them in it until then."""
    rows = view.rows(
        Loan.objects.filter(within("ended_on", first_of_month(ends[0]), ends[-1]), state=Loan.State.WRITTEN_OFF)
    )
    due = Instalment.objects.filter(
        _in_force(), loan=OuterRef("pk"), due_on__lte=OuterRef("ended_on"), due_on__gte=OuterRef("month")
    )
    summed = due.order_by().values("loan").annotate(sum=Sum(PLANNED)).values("sum")
    found: dict[date, list[tuple[int, int]]] = {}
    rows = rows.annotate(month=TruncMonth("ended_on")).annotate(due=Coalesce(Subquery(summed), Value(0)))
    for loan, ended_on, due_minor in rows.values_list("pk", "ended_on", "due"):
        found.setdefault(end_of_month(ended_on or ends[-1]), []).append((loan, due_minor))
    return found


def _owes(at: date) -> Coalesce:
    owes = figure_of(day_of_loan(at, status=Status.ACTIVE), OWED)
    return Coalesce(owes, Value(0, output_field=BigIntegerField()))


def _due_of_loan(at: date) -> Coalesce:
    rows = Instalment.objects.filter(_in_force(), within("due_on", first_of_month(at), at), loan=OuterRef("pk"))
    summed = rows.order_by().values("loan").annotate(sum=Sum(PLANNED)).values("sum")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), Value(0, output_field=BigIntegerField()))
