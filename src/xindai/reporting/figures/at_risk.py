"""Portfolio at risk and non-performing loans: how much principal is late, how much is classed as bad.

Portfolio at risk over n days = outstanding principal of loans with any arrears over n days / gross outstanding
principal; loans written off are in neither.  Non-performing = principal in the classes substandard, doubtful and loss.
Coverage = allowance / non-performing principal.  Read from the day rows of one close.
"""

from datetime import date
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from loanmath import Status
from xindai.reporting.figures.view import Behind, Definition, Tally, View, day_of_loan, figure_of
from xindai.reporting.portfolio import FIRST_NON_PERFORMING, PRINCIPAL, Book, slices_at

OVER_DAYS: Final = (30, 60, 90)
NON_PERFORMING: Final = "non_performing"

AT_RISK: Final = Definition(
    _("Portfolio at risk"),
    _(
        "Outstanding principal of the loans with any arrears over 30, 60 or 90 days, divided by the gross outstanding principal. Loans written off are in neither."
    ),
    _("Day rows of the loans at the close"),
)
OUTSTANDING: Final = Definition(
    _("Outstanding principal"),
    _("Principal that running loans have not repaid yet, due or not. Loans written off are not in it."),
    _("Day rows of the loans at the close"),
)
CLASSES: Final = Definition(
    _("Five-tier class"),
    _("Principal of the running loans by their five-tier class. Non-performing are substandard, doubtful and loss."),
    _("Day rows of the loans at the close"),
)
ALLOWANCE: Final = Definition(
    _("Allowance"),
    _(
        "Expected loss set aside for the running loans. Coverage is the allowance divided by the non-performing principal."
    ),
    _("Day rows of the loans at the close"),
)


def books(view: View, days: list[date]) -> dict[date, Book]:
    """Return the portfolio of the view at the close of each of the days, in one query."""
    return slices_at(view.rows, days)


def behind(
    view: View,
    *,
    on: date,
    over: int | None = None,
    loan_class: str = "",
    product: str = "",
    is_allowance: bool = False,
) -> Behind:
    """Return the running loans at a close: late over some days, of a class (or all non-performing), of a product."""
    amount = F("provision_minor") if is_allowance else PRINCIPAL
    found = view.loans(on).annotate(figure_minor=figure_of(day_of_loan(on, status=Status.ACTIVE), amount))
    found = found.filter(figure_minor__isnull=False)
    if over is not None:
        found = found.filter(days_past_due__gt=over)
    if loan_class == NON_PERFORMING:
        found = found.filter(loan_class__gte=FIRST_NON_PERFORMING)
    elif loan_class:
        found = found.filter(loan_class=int(loan_class))
    if product:
        found = found.filter(product_code=product)

    def tell() -> Tally:
        book = _of_class(books(view, [on])[on], loan_class)
        book = book.of_product(product) if product else book
        if over is not None:
            return Tally(book.loans_over(over), book.over_minor(over))
        return Tally(book.loans, book.allowance_minor if is_allowance else book.principal_minor)

    return Behind(_definition(over, loan_class, is_allowance), found, tell, on)


def _definition(over: int | None, loan_class: str, is_allowance: bool) -> Definition:
    if is_allowance:
        return ALLOWANCE
    if over is not None:
        return AT_RISK
    return CLASSES if loan_class else OUTSTANDING


def _of_class(book: Book, loan_class: str) -> Book:
    """Return the part of the book in a class, in all non-performing ones, or all of it."""
    if loan_class == NON_PERFORMING:
        return Book(tuple(one for one in book.slices if one.is_non_performing))
    return book.of_class(int(loan_class)) if loan_class else book
