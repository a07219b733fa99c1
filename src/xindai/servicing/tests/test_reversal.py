"""Taking a payment back: nothing is edited, the difference is posted."""

from datetime import timedelta

import pytest

from loanmath import Status, replay
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.servicing import queries, services
from xindai.servicing.booking import Account, engine_event
from xindai.servicing.errors import LaterEventStands, LoanNotFound
from xindai.servicing.grading import policy_on
from xindai.servicing.journal import journal_lines
from xindai.servicing.models import Loan, LoanDay, LoanEvent
from xindai.servicing.testing import MONDAY, close_until, make_loan, pay

DUE = MONDAY + timedelta(days=3)
LATER = DUE + timedelta(days=9)


def reverse(loan: Loan, key: str, role: Role = Role.ACCOUNTANT, name: str = "r") -> LoanEvent:
    return services.reverse_repayment(
        actor(role), loan_no=loan.no, event_key=key, on=LATER, reason="cheque returned", idempotency_key=name
    )


@pytest.fixture
def paid(branch: Branch) -> tuple[Loan, LoanEvent]:
    loan = make_loan(branch)
    close_until(DUE)
    event = pay(loan, 1056_68, "cheque")
    close_until(LATER)
    return loan, event


def test_the_loan_is_overdue_as_if_nothing_had_been_paid(paid: tuple[Loan, LoanEvent]) -> None:
    loan, event = paid
    reverse(loan, event.key)
    close_until(LATER + timedelta(days=1))
    day = LoanDay.objects.get(loan=loan, business_date=LATER)
    assert (day.overdue_days, day.principal_due_minor, day.interest_due_minor) == (9, 1044_68, 12_00)
    assert day.penalty_due_minor == round(1056_68 * 18 * 10 / 36000)


def test_all_that_was_posted_equals_the_history_without_the_payment(paid: tuple[Loan, LoanEvent]) -> None:
    loan, event = paid
    reverse(loan, event.key)
    close_until(LATER + timedelta(days=1))
    account = Account.of(loan)
    disbursement = LoanEvent.objects.get(loan=loan, kind="disburse")
    unpaid = replay(
        account.terms, [engine_event(disbursement)], LATER, policy=policy_on(LATER), calendar=account.calendar
    )
    expected: dict[str, int] = {}
    for posting in unpaid.postings:
        for line in posting.lines:
            expected[str(line.role)] = expected.get(str(line.role), 0) + line.amount_minor
    posted: dict[str, int] = {}
    for entry in journal_lines(loan):
        posted[entry.role] = posted.get(entry.role, 0) + entry.amount_minor
    assert {role: amount for role, amount in posted.items() if amount} == {
        role: amount for role, amount in expected.items() if amount
    }


def test_rows_of_earlier_days_stay_as_they_were(paid: tuple[Loan, LoanEvent]) -> None:
    loan, event = paid
    before = list(LoanDay.objects.filter(loan=loan).values())
    reverse(loan, event.key)
    assert list(LoanDay.objects.filter(loan=loan).values()) == before


def test_reversed_twice_with_one_key_it_is_reversed_once(paid: tuple[Loan, LoanEvent]) -> None:
    loan, event = paid
    assert reverse(loan, event.key).pk == reverse(loan, event.key).pk


def test_reversed_again_under_another_key_is_refused(paid: tuple[Loan, LoanEvent]) -> None:
    loan, event = paid
    reverse(loan, event.key)
    with pytest.raises(InvalidInput) as refused:
        reverse(loan, event.key, name="r2")
    assert refused.value.code == "invalid_input"


def test_a_settlement_taken_back_reopens_the_loan(branch: Branch) -> None:
    loan = make_loan(branch)
    event = services.settle_early(
        actor(Role.ACCOUNTANT),
        loan_no=loan.no,
        amount_minor=queries.quote_settlement(loan).amount_minor,
        on=MONDAY,
        source="counter",
        idempotency_key="s",
    )
    close_until(LATER)
    reverse(loan, event.key)
    loan.refresh_from_db()
    assert (loan.state, loan.ended_on) == (Loan.State.ACTIVE, None)
    close_until(LATER + timedelta(days=1))
    day = LoanDay.objects.get(loan=loan, business_date=LATER)
    assert (day.status, day.overdue_days) == (Status.ACTIVE, 9)


def test_a_disbursement_cannot_be_reversed(branch: Branch) -> None:
    loan = make_loan(branch)
    with pytest.raises(StateConflict):
        reverse(loan, LoanEvent.objects.get(loan=loan).key)


def test_a_reversal_needs_a_reason(branch: Branch) -> None:
    loan = make_loan(branch)
    event = pay(loan, 1_00)
    with pytest.raises(InvalidInput) as refused:
        services.reverse_repayment(
            actor(Role.ACCOUNTANT), loan_no=loan.no, event_key=event.key, on=MONDAY, reason=" ", idempotency_key="r"
        )
    assert refused.value.field == "reason"


def test_an_unknown_event_or_one_of_another_loan_is_not_found(branch: Branch) -> None:
    one, other = make_loan(branch), make_loan(branch)
    event = pay(other, 1_00)
    for key in ("repay/none", event.key):
        with pytest.raises(NotFound):
            reverse(one, key)


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.COLLECTOR, Role.BORROWER, Role.APPROVER])
def test_only_an_accountant_takes_payments_back(branch: Branch, role: Role) -> None:
    loan = make_loan(branch)
    event = pay(loan, 1_00)
    with pytest.raises(NotPermitted):
        reverse(loan, event.key, role)


def test_another_branch_does_not_find_the_loan(branch: Branch) -> None:
    loan = make_loan(branch)
    event = pay(loan, 1_00)
    with pytest.raises(LoanNotFound):
        services.reverse_repayment(
            actor(Role.ACCOUNTANT, make_branch("B99")),
            loan_no=loan.no,
            event_key=event.key,
            on=MONDAY,
            reason="error",
            idempotency_key="r",
        )


def test_a_payment_on_which_a_prepayment_rests_is_reversed_after_it(paid: tuple[Loan, LoanEvent]) -> None:
    loan, event = paid
    ahead = services.prepay(
        actor(Role.LOAN_OFFICER),
        loan_no=loan.no,
        amount_minor=300_00,
        on=LATER,
        source="counter",
        idempotency_key="ahead",
    )
    with pytest.raises(LaterEventStands, match=str(ahead.on)):
        reverse(loan, event.key)
    assert LoanEvent.objects.filter(loan=loan).latest("sequence") == ahead
