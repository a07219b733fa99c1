"""Paying ahead of time: a part, or everything."""

from datetime import timedelta

import pytest

from loanmath import State, Status
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel.errors import InvalidInput, NotPermitted
from xindai.kernel.models import OutboxEvent
from xindai.servicing import queries, services
from xindai.servicing.errors import LoanHasEnded
from xindai.servicing.models import Instalment, Loan, LoanDay, LoanEvent
from xindai.servicing.testing import MONDAY, balance, close_until, make_loan

TUESDAY = MONDAY + timedelta(days=1)


def prepay(loan: Loan, amount_minor: int, role: Role = Role.LOAN_OFFICER) -> LoanEvent:
    return services.prepay(
        actor(role), loan_no=loan.no, amount_minor=amount_minor, on=TUESDAY, source="counter", idempotency_key="p"
    )


def settle(loan: Loan, amount_minor: int) -> LoanEvent:
    return services.settle_early(
        actor(Role.LOAN_OFFICER),
        loan_no=loan.no,
        amount_minor=amount_minor,
        on=TUESDAY,
        source="counter",
        idempotency_key="s",
    )


@pytest.fixture
def loan(branch: Branch) -> Loan:
    made = make_loan(branch)
    close_until(TUESDAY)
    return made


def test_a_prepayment_plans_the_rest_anew_over_the_same_dates(loan: Loan) -> None:
    before = list(Instalment.objects.filter(loan=loan).order_by("number"))
    prepay(loan, 6_000_00)
    after = list(Instalment.objects.filter(loan=loan, in_force_until=None).order_by("number"))
    assert [row.due_on for row in after] == [row.due_on for row in before]
    assert sum(row.principal_minor for row in after) == 6_000_00
    assert {row.in_force_until for row in Instalment.objects.filter(loan=loan, plan_version=1)} == {TUESDAY}
    assert after[0].interest_minor == 4_00 + 4_00
    assert balance("loan_principal", loan) == 6_000_00


def test_the_day_after_a_prepayment_goes_by_the_new_plan(loan: Loan) -> None:
    prepay(loan, 6_000_00)
    due_on = MONDAY + timedelta(days=3)
    close_until(due_on)
    row = Instalment.objects.get(loan=loan, in_force_until=None, number=1)
    assert queries.dues(due_on, loan.part)[0].amount_minor == row.principal_minor + row.interest_minor


@pytest.mark.parametrize("amount", [12_000_00, 13_000_00])
def test_all_or_more_is_no_prepayment(loan: Loan, amount: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        prepay(loan, amount)
    assert refused.value.field == "amount_minor"


def test_the_quote_settles_the_loan(loan: Loan) -> None:
    quote = queries.quote_settlement(loan)
    assert (quote.principal_minor, quote.interest_minor, quote.amount_minor) == (12_000_00, 4_00, 12_004_00)
    event = settle(loan, quote.amount_minor)
    assert State.from_json(event.state_after).status == Status.CLOSED
    loan.refresh_from_db()
    assert (loan.state, loan.ended_on) == (Loan.State.CLOSED, TUESDAY)
    assert OutboxEvent.objects.filter(name="loan.closed", aggregate_id=loan.no).count() == 1
    close_until(TUESDAY + timedelta(days=2))
    assert LoanDay.objects.get(loan=loan, business_date=TUESDAY).provision_minor == 0
    assert not LoanDay.objects.filter(loan=loan, business_date__gt=TUESDAY).exists()


def test_what_is_paid_above_the_quote_is_kept(loan: Loan) -> None:
    settle(loan, 12_005_00)
    assert balance("overpayment", loan) == -1_00


def test_less_than_the_quote_does_not_settle(loan: Loan) -> None:
    with pytest.raises(InvalidInput) as refused:
        settle(loan, 12_003_99)
    assert refused.value.field == "amount_minor"
    assert "1200400" in str(refused.value)


def test_a_settled_loan_is_not_settled_again(loan: Loan) -> None:
    settle(loan, 12_004_00)
    with pytest.raises(LoanHasEnded):
        prepay(loan, 1_00)


def test_a_quote_for_a_later_day_has_the_interest_to_that_day(loan: Loan) -> None:
    assert queries.quote_settlement(loan, TUESDAY + timedelta(days=1)).interest_minor == 8_00


@pytest.mark.parametrize("role", [Role.BORROWER, Role.APPROVER, Role.COLLECTOR])
def test_other_roles_prepay_nothing(loan: Loan, role: Role) -> None:
    with pytest.raises(NotPermitted):
        prepay(loan, 1_00, role)
