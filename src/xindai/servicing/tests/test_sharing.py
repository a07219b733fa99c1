"""A payment of a customer who has several loans is shared as the customer says, else as the law orders."""

from datetime import date, timedelta

import pytest

from xindai.collateral.models import Asset, Lien
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel.errors import InvalidInput
from xindai.servicing.errors import LoanNotFound
from xindai.servicing.models import Loan
from xindai.servicing.sharing import shares
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank

pytestmark = pytest.mark.django_db


def of_one_customer(*loans: Loan) -> None:
    Loan.objects.filter(pk__in=[loan.pk for loan in loans]).update(customer_id=loans[0].customer_id)
    for loan in loans:
        loan.refresh_from_db()


def amounts(loan: Loan, amount_minor: int | None, *first: str) -> dict[str, int]:
    found = shares(actor(Role.ACCOUNTANT), loan, amount_minor, first)
    return {one.loan_no: one.amount_minor for one in found.shares} | {"left": found.left_minor}


@pytest.fixture
def branch() -> Branch:
    return open_bank()


def test_the_dearer_of_two_debts_that_are_due_comes_first(branch: Branch) -> None:
    """Both have an instalment due and nothing secures them; the second bears 18 % and not 12 %."""
    cheap, dear = make_loan(branch), make_loan(branch, rate_ppb=180_000_000)
    of_one_customer(cheap, dear)
    close_until(MONDAY + timedelta(days=4))

    found = shares(actor(Role.ACCOUNTANT), cheap, 1_000_00)

    due = {one.loan_no: one.due_minor for one in found.shares}
    assert amounts(cheap, None) == due | {"left": 0}
    assert min(due.values()) > 1_000_00
    assert amounts(cheap, 1_000_00) == {cheap.no: 0, dear.no: 1_000_00, "left": 0}
    rest = 2_000_00 - due[dear.no]
    assert amounts(dear, 2_000_00) == {cheap.no: rest, dear.no: due[dear.no], "left": 0}


def test_a_loan_that_is_secured_waits_for_one_that_is_not(branch: Branch) -> None:
    plain, secured = make_loan(branch), make_loan(branch, rate_ppb=180_000_000)
    of_one_customer(plain, secured)
    car = Asset.objects.create(
        kind="vehicle", owner_no="C", branch=branch, description="car", currency="CNY", value_minor=5_000_00,
        valued_on=MONDAY,
    )  # fmt: skip
    lien = Lien.objects.create(asset=car, contract_no=secured.contract.no, registry_reference="R", registered_on=MONDAY)
    close_until(MONDAY + timedelta(days=4))

    assert amounts(plain, 1_000_00) == {plain.no: 1_000_00, secured.no: 0, "left": 0}
    lien.released_on = date(2026, 1, 1)
    lien.save()
    assert amounts(plain, 1_000_00) == {plain.no: 0, secured.no: 1_000_00, "left": 0}


def test_the_customers_word_goes_before_the_law_and_what_nobody_owes_is_left(branch: Branch) -> None:
    cheap, dear = make_loan(branch), make_loan(branch, rate_ppb=180_000_000)
    of_one_customer(cheap, dear)

    assert amounts(dear, None) == {cheap.no: 0, dear.no: 0, "left": 0}
    assert amounts(dear, 1_000_00, cheap.no, cheap.no) == {cheap.no: 1_000_00, dear.no: 0, "left": 0}
    # nothing has accrued on the first day: both owe the 12,000.00 that were paid out
    assert amounts(dear, 25_000_00) == {cheap.no: 12_000_00, dear.no: 12_000_00, "left": 1_000_00}


def test_loans_of_other_customers_do_not_share_and_are_not_named(branch: Branch) -> None:
    mine, other = make_loan(branch), make_loan(branch)
    assert amounts(mine, 1_00) == {mine.no: 1_00, "left": 0}
    with pytest.raises(LoanNotFound):
        amounts(mine, 1_00, other.no)
    with pytest.raises(InvalidInput):
        amounts(mine, 0)
