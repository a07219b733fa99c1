"""Roll rates: where the principal that was in a bucket of arrears at one month end stood at the next.

Balance-weighted: each cell is the principal *at the earlier close* of the loans that moved from the row's bucket to the
column's.  Cure is the column of no arrears; settled are loans that ended by being paid, written off those that ended
by a write-off.  Each row adds up to what stood in its bucket.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Case, CharField, Count, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from loanmath import Status
from xindai.reporting.figures.view import Behind, Definition, Tally, View, day_of_loan, figure_of, first_of_month
from xindai.reporting.portfolio import PRINCIPAL
from xindai.servicing.models import Loan, LoanDay

BUCKETS: Final[Mapping[str, int]] = {"current": 0, "1-30": 30, "31-60": 60, "61-90": 90, "over-90": 10**6}
"""The buckets of arrears, each with its most days past due."""
SETTLED: Final = "settled"
WRITTEN_OFF: Final = "written_off"
ENDS: Final = (*BUCKETS, SETTLED, WRITTEN_OFF)
LATE: Final = "late"
STARTS: Final[Mapping[str, tuple[str, ...]]] = {code: (code,) for code in BUCKETS} | {
    LATE: tuple(code for code in BUCKETS if code != "current")
}
"""What may be asked for at the earlier close: a bucket, or all that are late."""

ROLL: Final = Definition(
    _("Roll rates"),
    _(
        "Of the principal that stood in a bucket of arrears at the end of the month before, the share that stood in each bucket a month later, was settled, or was written off. Weighted by the principal at the earlier close."
    ),
    _("Day rows of the loans at two month ends"),
)


def matrix(view: View, at: date) -> dict[tuple[str, str], Tally]:
    """Return what moved from bucket to bucket in the month that ends with the close of `at`; in one query."""
    rows = view.rows(LoanDay.objects.filter(business_date=before(at), status=Status.ACTIVE), "loan__branch_id")
    now = LoanDay.objects.filter(business_date=at, part=OuterRef("part"), loan=OuterRef("loan"), status=Status.ACTIVE)
    moved = rows.annotate(was=_bucket(), now=_end(now, "loan__state")).values("was", "now")
    sums = moved.annotate(count=Count("loan_id"), sum=Sum(PRINCIPAL)).order_by("was", "now")
    return {(row["was"], row["now"]): Tally(row["count"], row["sum"]) for row in sums}


def behind(view: View, *, at: date, was: str, now: str = "") -> Behind:
    """Return the loans that moved from one bucket (or from any of arrears) to another, or all that stood there."""
    earlier = day_of_loan(before(at), status=Status.ACTIVE)
    found = view.loans(at).annotate(
        figure_minor=figure_of(earlier, PRINCIPAL),
        was=Subquery(earlier.annotate(bucket=_bucket()).values("bucket")[:1]),
        now=_end(day_of_loan(at, status=Status.ACTIVE), "state"),
    )
    found = found.filter(was__in=STARTS[was], now__in=[now] if now else ENDS)

    def tell() -> Tally:
        moved = matrix(view, at).items()
        return sum((one for (start, end), one in moved if start in STARTS[was] and now in ("", end)), Tally())

    return Behind(ROLL, found, tell, at)


def before(at: date) -> date:
    """Return the month end before the one that is looked at."""
    return first_of_month(at) - timedelta(days=1)


def _bucket() -> Case:
    steps = [When(overdue_days__lte=most, then=Value(code)) for code, most in BUCKETS.items()]
    return Case(*steps, output_field=CharField())


def _end(now: "QuerySet[LoanDay]", state: str) -> Coalesce:
    """Return the bucket at the later close; of a loan without a row there, how it ended."""
    ended: Any = Case(When(**{state: Loan.State.WRITTEN_OFF}, then=Value(WRITTEN_OFF)), default=Value(SETTLED))
    return Coalesce(Subquery(now.annotate(bucket=_bucket()).values("bucket")[:1]), ended, output_field=CharField())
