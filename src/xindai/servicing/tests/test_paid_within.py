"""What came for loans within spans of days."""

from datetime import date, timedelta

import pytest

from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.servicing import queries, services
from xindai.servicing.testing import MONDAY, close_until, make_loan, pay

DUE = MONDAY + timedelta(days=3)


def day(number: int) -> date:
    return DUE + timedelta(days=number)


@pytest.fixture
def loan_id(branch: Branch) -> int:
    """A loan that is paid 1.00, 2.00, 4.00 and 8.00 on the due date and the three days after it; 4.00 is taken back."""
    loan = make_loan(branch)
    for number in range(4):
        close_until(day(number))
        pay(loan, 2**number * 100, f"day {number}")
    services.reverse_repayment(
        actor(Role.ACCOUNTANT),
        loan_no=loan.no,
        event_key="repay/day 2",
        on=day(3),
        reason="cheque returned",
        idempotency_key="back",
    )
    return int(loan.pk)


@pytest.mark.parametrize(
    ("first", "last", "paid_minor"),
    [(0, 3, 11_00), (1, 3, 10_00), (0, 1, 3_00), (1, 1, 2_00), (2, 2, 0), (4, 9, 0), (-3, -1, 0)],
)
def test_money_counts_from_the_first_day_to_the_last_unless_it_was_taken_back(
    loan_id: int, first: int, last: int, paid_minor: int
) -> None:
    assert queries.paid_within([(loan_id, day(first), day(last))]) == [paid_minor]


def test_several_spans_of_one_loan_and_of_others_are_told_apart(loan_id: int, branch: Branch) -> None:
    other = make_loan(branch)
    pay(other, 64_00)
    spans = [(loan_id, day(0), day(0)), (other.pk, day(0), day(9)), (loan_id, day(0), day(9)), (0, day(0), day(9))]
    assert queries.paid_within(spans) == [1_00, 64_00, 11_00, 0]
    assert queries.paid_within([]) == []
