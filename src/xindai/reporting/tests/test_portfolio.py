"""The portfolio: every figure is a sum over the loans' days, cut by branch, class and product."""

from datetime import timedelta

from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.reporting import portfolio
from xindai.reporting.tests.conftest import LAST, Lender
from xindai.servicing.models import LoanDay
from xindai.servicing.testing import MONDAY, make_loan


def test_the_figures_are_sums_over_the_days_of_the_loans(lender: Lender) -> None:
    book = portfolio.book_at(lender.auditor, LAST)

    days = LoanDay.objects.filter(business_date=LAST)
    assert book.loans == 2
    assert book.principal_minor == sum(day.outstanding_minor for day in days)
    assert book.allowance_minor == sum(day.provision_minor for day in days) > 0


def test_arrears_count_by_the_whole_principal_of_the_late_loan(lender: Lender) -> None:
    book = portfolio.book_at(lender.auditor, LAST)

    assert book.over_30_minor == 6_000_00
    assert book.over_90_minor == 0


def test_classes_and_products_divide_the_book_without_rest(lender: Lender) -> None:
    book = portfolio.book_at(lender.auditor, LAST)

    by_class = [book.of_class(number) for number in portfolio.LOAN_CLASSES]
    by_product = [book.of_product(code) for code in book.product_codes]
    for parts in (by_class, by_product):
        assert sum(part.principal_minor for part in parts) == book.principal_minor
        assert sum(part.loans for part in parts) == book.loans
    bad = sum(book.of_class(number).principal_minor for number in (3, 4, 5))
    assert book.non_performing_minor == bad


def test_an_officer_sees_the_book_of_the_own_branch(lender: Lender) -> None:
    of_north = portfolio.book_at(actor(Role.LOAN_OFFICER, lender.north), LAST)
    of_south = portfolio.book_at(actor(Role.LOAN_OFFICER, lender.south), LAST)

    assert (of_north.loans, of_north.over_30_minor) == (1, 0)
    assert (of_south.loans, of_south.principal_minor) == (1, 6_000_00)


def test_several_days_are_told_at_once_and_each_as_it_was(lender: Lender) -> None:
    books = portfolio.books_at(lender.auditor, [MONDAY, LAST, LAST + timedelta(days=1)])

    assert books[MONDAY].principal_minor == 18_000_00
    assert books[MONDAY].over_30_minor == 0
    assert books[LAST] == portfolio.book_at(lender.auditor, LAST)
    assert books[LAST + timedelta(days=1)].slices == ()


def test_a_loan_of_the_open_day_is_in_no_close_yet(lender: Lender) -> None:
    before = portfolio.book_at(lender.auditor, LAST)
    make_loan(lender.north)

    assert portfolio.book_at(lender.auditor, LAST) == before
