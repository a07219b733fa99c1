"""Portfolio definitions, each in one place: arrears at risk, non-performing loans, coverage, by class and product.

Definitions (share = part / gross outstanding principal, written-off loans excluded):

- portfolio at risk over n days: outstanding principal of loans with any arrears over n days;
- non-performing: principal in the classes substandard, doubtful and loss;
- coverage: allowance / non-performing principal.

Sums are exact minor units; shares stay pairs of integers until a page writes them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

from loanmath import Status
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.reporting.models import BookSlice, KeptClose
from xindai.servicing.models import LoanDay

FIRST_NON_PERFORMING: Final = 3
LOAN_CLASSES: Final = (1, 2, 3, 4, 5)
PRINCIPAL: Final = F("principal_not_due_minor") + F("principal_due_minor")
_SUMMED: Final = (
    "loans", "principal_minor", "allowance_minor", "over_30_minor", "over_60_minor", "over_90_minor",
    "loans_over_30", "loans_over_60", "loans_over_90",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slice:
    """Loans of one product in one class on one day; amounts in minor units.

    `over_30_minor`, `over_60_minor` and `over_90_minor` are the outstanding principal of those with arrears over so
    many days, `loans_over_30` and the like their number.
    """

    product_code: str
    loan_class: int
    loans: int
    principal_minor: int
    allowance_minor: int
    over_30_minor: int
    over_60_minor: int
    over_90_minor: int
    loans_over_30: int
    loans_over_60: int
    loans_over_90: int

    @property
    def is_non_performing(self) -> bool:
        """Tell whether the class is substandard, doubtful or loss."""
        return self.loan_class >= FIRST_NON_PERFORMING


@dataclass(frozen=True, slots=True)
class Book:
    """What some slices of the portfolio add up to."""

    slices: tuple[Slice, ...]

    @property
    def loans(self) -> int:
        """Number of loans."""
        return sum(one.loans for one in self.slices)

    @property
    def principal_minor(self) -> int:
        """Gross outstanding principal."""
        return sum(one.principal_minor for one in self.slices)

    @property
    def allowance_minor(self) -> int:
        """Allowance held against the loans."""
        return sum(one.allowance_minor for one in self.slices)

    @property
    def over_30_minor(self) -> int:
        """Outstanding principal of loans with arrears over 30 days."""
        return sum(one.over_30_minor for one in self.slices)

    @property
    def over_60_minor(self) -> int:
        """Outstanding principal of loans with arrears over 60 days."""
        return sum(one.over_60_minor for one in self.slices)

    @property
    def over_90_minor(self) -> int:
        """Outstanding principal of loans with arrears over 90 days."""
        return sum(one.over_90_minor for one in self.slices)

    def loans_over(self, days: int) -> int:
        """Number of loans with arrears over 30, 60 or 90 days."""
        return sum(getattr(one, f"loans_over_{days}") for one in self.slices)

    def over_minor(self, days: int) -> int:
        """Outstanding principal of loans with arrears over 30, 60 or 90 days."""
        return sum(getattr(one, f"over_{days}_minor") for one in self.slices)

    @property
    def non_performing_minor(self) -> int:
        """Outstanding principal classed substandard, doubtful or loss."""
        return sum(one.principal_minor for one in self.slices if one.is_non_performing)

    def of_class(self, loan_class: int) -> "Book":
        """The part in one class."""
        return Book(tuple(one for one in self.slices if one.loan_class == loan_class))

    def of_product(self, product_code: str) -> "Book":
        """The part in one product."""
        return Book(tuple(one for one in self.slices if one.product_code == product_code))

    @property
    def product_codes(self) -> tuple[str, ...]:
        """The products in the book, in the order of their codes."""
        return tuple(sorted({one.product_code for one in self.slices}))


def book_at(actor: Actor, as_of: date) -> Book:
    """Return the portfolio that the actor may see at the close of a day."""
    return books_at(actor, [as_of])[as_of]


def books_at(actor: Actor, days: Iterable[date]) -> dict[date, Book]:
    """Return the portfolio at the close of each of the days, in three queries at most."""
    return slices_at(lambda rows, field: scope.rows(actor, rows, field), days)


def slices_at(narrow: "Callable[[QuerySet[Any], str], QuerySet[Any]]", days: Iterable[date]) -> dict[date, Book]:
    """Return the portfolio at the close of each of the days, of the rows that `narrow` leaves of a branch's field.

    From the figures that the end of day has kept; of a close that has none yet, from its day rows.
    """
    wanted = tuple(days)
    slices: dict[date, list[Slice]] = defaultdict(list)
    kept = KeptClose.objects.filter(on__in=wanted)
    for row in _added(narrow(BookSlice.objects.filter(on__in=kept.values("on")), "branch_id")):
        slices[row.pop("on")].append(Slice(**row))
    empty = [day for day in wanted if day not in slices]
    known = set(kept.filter(on__in=empty).values_list("on", flat=True)) if empty else set()
    fresh = [day for day in empty if day not in known]
    for row in sums(fresh, narrow) if fresh else ():
        slices[row.pop("business_date")].append(Slice(**row))
    return {day: Book(tuple(slices[day])) for day in wanted}


def _added(stored: "QuerySet[BookSlice]") -> list[dict[str, Any]]:
    """Add the kept figures of the branches up."""
    rows = stored.values("on", "product_code", "loan_class").annotate(**{f"sum_{name}": Sum(name) for name in _SUMMED})
    return [
        {name.removeprefix("sum_"): value for name, value in row.items()}
        for row in rows.order_by("on", "product_code", "loan_class")
    ]


def sums(
    days: Iterable[date],
    narrow: "Callable[[QuerySet[LoanDay], str], QuerySet[LoanDay]] | None" = None,
    *,
    by_branch: bool = False,
) -> Iterable[Any]:
    """Sum the running loans at closes by day, product and class - and by branch and currency -, from their day rows."""
    rows = LoanDay.objects.filter(business_date__in=tuple(days), status=Status.ACTIVE)
    rows = narrow(rows, "loan__branch_id") if narrow else rows
    branch = {"branch": F("loan__branch_id"), "currency": F("loan__currency")} if by_branch else {}
    return (
        rows.values("business_date", product_code=F("loan__product_code"), loan_class=F("five_tier"), **branch)
        .annotate(
            loans=Count("loan_id"),
            principal_minor=Sum(PRINCIPAL),
            allowance_minor=Sum("provision_minor"),
            over_30_minor=Sum(PRINCIPAL, filter=Q(overdue_days__gt=30), default=0),
            over_60_minor=Sum(PRINCIPAL, filter=Q(overdue_days__gt=60), default=0),
            over_90_minor=Sum(PRINCIPAL, filter=Q(overdue_days__gt=90), default=0),
            loans_over_30=Count("loan_id", filter=Q(overdue_days__gt=30)),
            loans_over_60=Count("loan_id", filter=Q(overdue_days__gt=60)),
            loans_over_90=Count("loan_id", filter=Q(overdue_days__gt=90)),
        )
        .order_by("business_date", "product_code", "loan_class", *branch)
    )
