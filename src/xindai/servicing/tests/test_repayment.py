"""Payments: exact, short, late, too much; told twice, told wrongly."""

from datetime import timedelta

import pytest

from loanmath import State
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel import business_date
from xindai.kernel.errors import IdempotencyConflict, InvalidInput, NotPermitted, StateConflict
from xindai.kernel.models import OutboxEvent
from xindai.servicing import queries, services
from xindai.servicing.errors import LoanHasEnded, LoanNotFound, NotTheBusinessDate
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import MONDAY, balance, close_until, make_loan, pay

FIRST_DUE = MONDAY + timedelta(days=3)
INSTALMENT = 1056_68


def test_the_instalment_paid_on_its_day_leaves_nothing_due(branch: Branch) -> None:
    loan = make_loan(branch)
    close_until(FIRST_DUE)
    due = queries.dues(FIRST_DUE, loan.part)
    assert [(one.loan_no, one.falls_due_today, one.overdue_days) for one in due] == [(loan.no, True, 0)]
    event = pay(loan, due[0].amount_minor)
    state = State.from_json(event.state_after)
    assert state.arrears_minor == 0
    assert event.applied["interest_minor"] == 12_00
    assert balance("interest_receivable", loan) == -12_00
    assert queries.dues(FIRST_DUE, loan.part) == []


def test_a_short_payment_pays_interest_before_principal(branch: Branch) -> None:
    loan = make_loan(branch)
    close_until(FIRST_DUE)
    event = pay(loan, 200_00)
    assert (event.applied["interest_minor"], event.applied["principal_minor"]) == (12_00, 188_00)


def test_a_late_payment_pays_the_penalty_first(branch: Branch) -> None:
    loan = make_loan(branch)
    close_until(FIRST_DUE + timedelta(days=10))
    event = pay(loan, 300_00)
    assert event.applied["penalty_minor"] == INSTALMENT * 18 * 10 // 36000
    assert list(event.applied["shares"][0][:2]) == ["penalty", 0]


def test_more_than_any_loan_can_be_is_refused_by_its_own_sentence(branch: Branch) -> None:
    loan = make_loan(branch)
    for act in (pay, lambda loan, amount_minor: queries.repayment_preview(loan, amount_minor, MONDAY)):
        with pytest.raises(InvalidInput) as caught:
            act(loan, 10**15 + 1)
        problem = caught.value.as_problem("en")
        assert problem["field"] == "amount_minor"
        assert (
            problem["title"] == "The amount is larger than any loan can be: at most 1,000,000,000,000,000 minor units."
        )
        assert problem["remedy"]
    assert not LoanEvent.objects.filter(loan=loan, kind="repay").exists()


def test_too_much_is_kept_and_meets_the_next_instalment(branch: Branch) -> None:
    loan = make_loan(branch)
    event = pay(loan, 2_000_00)
    assert event.applied["overpaid_minor"] == 2_000_00
    assert balance("overpayment", loan) == -2_000_00
    close_until(FIRST_DUE)
    assert queries.dues(FIRST_DUE, loan.part) == []
    assert queries.current_state(loan).overpaid_minor == 2_000_00 - INSTALMENT


def test_told_twice_it_is_recorded_once(branch: Branch) -> None:
    loan = make_loan(branch)
    first, second = pay(loan, 50_00, "receipt 7"), pay(loan, 50_00, "receipt 7")
    assert first.pk == second.pk
    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 1
    assert balance("overpayment", loan) == -50_00
    assert OutboxEvent.objects.filter(name="loan.repayment_recorded").count() == 1


def test_the_same_key_with_another_amount_is_refused(branch: Branch) -> None:
    loan = make_loan(branch)
    pay(loan, 50_00, "receipt 7")
    with pytest.raises(IdempotencyConflict):
        pay(loan, 60_00, "receipt 7")


def test_the_same_key_for_another_loan_is_refused(branch: Branch) -> None:
    one, other = make_loan(branch), make_loan(branch)
    pay(one, 50_00, "receipt 7")
    with pytest.raises(IdempotencyConflict):
        pay(other, 50_00, "receipt 7")


def test_many_payments_at_once_come_to_the_same_as_one_by_one(branch: Branch) -> None:
    loans = [make_loan(branch) for _number in range(4)]
    close_until(FIRST_DUE)
    singly = [pay(loan, 500_00 + 7 * number).state_after for number, loan in enumerate(loans[:2])]
    payments = [
        services.Payment(loan.no, 500_00 + 7 * number, "CNY", "mandate", f"bulk {number}")
        for number, loan in enumerate(loans[2:])
    ]
    together = services.record_repayments(actor(Role.ACCOUNTANT), payments=payments, on=FIRST_DUE)
    assert [event.state_after for event in together] == singly


@pytest.mark.parametrize("amount", [0, -1, 10**16, True, 1.5])
def test_an_impossible_amount_names_its_field(branch: Branch, amount: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        pay(make_loan(branch), amount)
    assert refused.value.field == "amount_minor"


@pytest.mark.parametrize("key", [" ", "x" * 101])
def test_a_key_that_names_nothing_is_refused(branch: Branch, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        pay(make_loan(branch), 1_00, key)
    assert refused.value.field == "idempotency_key"


def test_another_currency_is_refused(branch: Branch) -> None:
    loan = make_loan(branch)
    with pytest.raises(InvalidInput) as refused:
        services.record_repayment(
            actor(Role.ACCOUNTANT),
            loan_no=loan.no,
            amount_minor=1_00,
            currency="USD",
            on=MONDAY,
            source="counter",
            idempotency_key="k",
        )
    assert refused.value.field == "currency"


@pytest.mark.parametrize("days", [-1, 1])
def test_a_date_that_is_not_open_is_refused(branch: Branch, days: int) -> None:
    loan = make_loan(branch)
    with pytest.raises(NotTheBusinessDate):
        services.record_repayment(
            actor(Role.ACCOUNTANT),
            loan_no=loan.no,
            amount_minor=1_00,
            on=MONDAY + timedelta(days=days),
            source="counter",
            idempotency_key="k",
        )


def test_after_the_cut_off_nothing_is_recorded(branch: Branch) -> None:
    loan = make_loan(branch)
    business_date.cut_off(MONDAY)
    with pytest.raises(StateConflict):
        pay(loan, 1_00)


def test_an_unknown_loan_is_not_found(branch: Branch) -> None:
    with pytest.raises(LoanNotFound):
        pay(Loan(no="LN-NONE"), 1_00)


def test_a_closed_loan_takes_no_payment(branch: Branch) -> None:
    loan = make_loan(branch)
    quote = queries.quote_settlement(loan)
    services.settle_early(
        actor(Role.ACCOUNTANT),
        loan_no=loan.no,
        amount_minor=quote.amount_minor,
        on=MONDAY,
        source="counter",
        idempotency_key="k",
    )
    with pytest.raises(LoanHasEnded):
        pay(loan, 1_00)


def test_another_branch_does_not_find_the_loan(branch: Branch) -> None:
    loan = make_loan(branch)
    with pytest.raises(LoanNotFound):
        pay(loan, 1_00, by=actor(Role.ACCOUNTANT, make_branch("B99")))


@pytest.mark.parametrize("role", [Role.BORROWER, Role.APPROVER, Role.AUDITOR, Role.COLLECTOR])
def test_other_roles_record_no_payment(branch: Branch, role: Role) -> None:
    loan = make_loan(branch)
    with pytest.raises(NotPermitted):
        pay(loan, 1_00, by=actor(role, branch))


def test_a_payment_told_again_after_its_date_has_closed_is_answered_the_same(branch: Branch) -> None:
    loan = make_loan(branch)
    event = pay(loan, 10_00, "slip")
    close_until(MONDAY + timedelta(days=2))
    again = {"loan_no": loan.no, "on": MONDAY, "source": "counter", "idempotency_key": "slip"}
    told = services.record_repayment(actor(Role.ACCOUNTANT), amount_minor=10_00, **again)  # type: ignore[arg-type]
    assert told.pk == event.pk
    with pytest.raises(NotTheBusinessDate):
        services.record_repayment(actor(Role.ACCOUNTANT), amount_minor=11_00, **again)  # type: ignore[arg-type]
    with pytest.raises(NotTheBusinessDate):
        services.record_repayment(
            actor(Role.ACCOUNTANT, make_branch("B02")),
            amount_minor=10_00,
            **again,  # type: ignore[arg-type]
        )
