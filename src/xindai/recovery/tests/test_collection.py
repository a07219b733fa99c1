"""Cases open and close with the loan; steps, contacts and promises."""

from datetime import date, datetime, time, timedelta

import pytest

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel import business_date, clock, outbox
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict
from xindai.recovery import queries, services
from xindai.recovery.errors import ContactNotAllowed
from xindai.recovery.models import Case, Contact, PromiseToPay, Step
from xindai.servicing.models import Loan
from xindai.servicing.testing import MONDAY, close_until, make_loan, pay

DUE = MONDAY + timedelta(days=3)
SYSTEM = Actor.system("test")


def close_and_plan(on: date) -> None:
    """Close days until the date is open, and plan the steps of each."""
    today = business_date.current()
    while today < on:
        close_until(today + timedelta(days=1))
        outbox.deliver_pending()
        services.plan_steps(SYSTEM, on=today)
        today += timedelta(days=1)


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return clock.at_bank(on, time(hour, minute))


@pytest.fixture
def loan(branch: Branch) -> Loan:
    """Overdue for one day at its latest close."""
    made = make_loan(branch)
    close_and_plan(DUE + timedelta(days=2))
    return made


@pytest.fixture
def collector(branch: Branch) -> Actor:
    return actor(Role.COLLECTOR, branch)


def call_step(loan: Loan) -> Step:
    """The telephone call, due on the fourth day."""
    close_and_plan(DUE + timedelta(days=5))
    return Step.objects.get(case__loan=loan, code="call")


def test_a_loan_that_falls_overdue_gets_a_case_with_its_first_step(loan: Loan) -> None:
    case = Case.objects.get(loan=loan)
    assert (case.state, case.opened_on) == (Case.State.OPEN, DUE + timedelta(days=1))
    assert [step.code for step in queries.steps(case)] == ["reminder"]


def test_the_loan_stands_in_the_queue_with_its_arrears(loan: Loan, collector: Actor) -> None:
    item = queries.queue(collector)[0]
    assert (item.loan.loan_no, item.loan.overdue_days) == (loan.no, 1)
    assert item.loan.arrears_minor >= 1056_68
    assert item.step is not None
    assert item.step.code == "reminder"
    assert queries.queue(actor(Role.COLLECTOR, make_branch("B99"))) == []


def test_planning_again_adds_nothing(loan: Loan) -> None:
    assert services.plan_steps(SYSTEM, on=DUE + timedelta(days=1)) == 0


def test_a_cured_loan_closes_its_case_and_leaves_no_step_open(loan: Loan) -> None:
    pay(loan, 1100_00)
    close_and_plan(DUE + timedelta(days=3))
    case = Case.objects.get(loan=loan)
    assert (case.state, case.closed_on) == (Case.State.CURED, DUE + timedelta(days=2))
    assert Step.objects.get(case=case).outcome == Step.Outcome.OVERTAKEN
    assert queries.steps_taken(loan.no) == []


def test_falling_overdue_again_opens_a_new_case(loan: Loan) -> None:
    pay(loan, 1100_00)
    close_and_plan(DUE + timedelta(days=3))
    services.open_case(SYSTEM, loan_no=loan.no, on=DUE + timedelta(days=3))
    assert Case.objects.filter(loan=loan).count() == 2


def test_the_outcome_of_a_step_is_kept(loan: Loan, collector: Actor) -> None:
    step = Step.objects.get(case__loan=loan)
    with clock.simulated(at(DUE + timedelta(days=2), 9)):
        services.record_step_outcome(collector, step_id=step.pk, outcome="delivered", note=" sent ")
    step.refresh_from_db()
    assert (step.outcome, step.note, step.done_by) == ("delivered", "sent", collector.label)
    assert Contact.objects.filter(step=step, is_connected=False).count() == 1
    assert queries.steps_taken(loan.no) == ["reminder"]


@pytest.mark.parametrize(("hour", "minute"), [(7, 59), (22, 0), (23, 30)])
def test_outside_the_hours_nothing_can_be_recorded(loan: Loan, collector: Actor, hour: int, minute: int) -> None:
    step = Step.objects.get(case__loan=loan)
    with clock.simulated(at(DUE + timedelta(days=2), hour, minute)), pytest.raises(ContactNotAllowed) as refused:
        services.record_step_outcome(collector, step_id=step.pk, outcome="delivered")
    assert refused.value.rule == "outside_contact_hours"
    assert not Contact.objects.exists()


def test_calls_of_all_loans_of_the_debtor_count(loan: Loan, collector: Actor) -> None:
    step = call_step(loan)
    today = DUE + timedelta(days=5)
    for _number in range(3):
        Contact.objects.create(
            case=step.case,
            step=step,
            customer_id=loan.customer_id,
            channel="call",
            at=clock.now(),
            local_on=today,
            is_connected=True,
            by="test",
        )
    with clock.simulated(at(today, 10)):
        assert queries.contact_refusal(step.case, "call") is not None
        with pytest.raises(ContactNotAllowed) as refused:
            services.record_step_outcome(collector, step_id=step.pk, outcome="reached")
    assert refused.value.rule == "too_many_calls"


def test_a_promise_is_kept_when_enough_comes_in_time(loan: Loan, collector: Actor) -> None:
    step = call_step(loan)
    today = DUE + timedelta(days=5)
    with clock.simulated(at(today, 10)):
        services.record_step_outcome(
            collector, step_id=step.pk, outcome="promised", promised_minor=500_00, pay_by=today + timedelta(days=1)
        )
    pay(loan, 500_00)
    close_and_plan(today + timedelta(days=1))
    assert PromiseToPay.objects.get().state == PromiseToPay.State.KEPT


def test_a_promise_is_broken_when_its_date_passes(loan: Loan, collector: Actor) -> None:
    step = call_step(loan)
    today = DUE + timedelta(days=5)
    with clock.simulated(at(today, 10)):
        services.record_step_outcome(
            collector, step_id=step.pk, outcome="promised", promised_minor=500_00, pay_by=today
        )
    close_and_plan(today + timedelta(days=1))
    assert PromiseToPay.objects.get().state == PromiseToPay.State.BROKEN


def test_a_promise_of_a_cured_case_is_judged_by_its_own_days(loan: Loan, collector: Actor) -> None:
    """The next case of the loan has a promise as well; each counts what came since it was made."""
    first, second = DUE + timedelta(days=5), DUE + timedelta(days=40)
    promise_by(loan, collector, first, 1_500_00, pay_by=second + timedelta(days=9))
    pay(loan, 1_100_00)
    close_and_plan(first + timedelta(days=1))
    assert Case.objects.get(loan=loan).state == Case.State.CURED
    close_and_plan(second)
    promise_by(loan, collector, second, 450_00, pay_by=second + timedelta(days=9))
    pay(loan, 450_00)
    close_and_plan(second + timedelta(days=1))
    paid = PromiseToPay.objects.order_by("pk").values_list("paid_minor", "state")
    assert list(paid) == [(1_550_00, PromiseToPay.State.KEPT), (450_00, PromiseToPay.State.KEPT)]


def promise_by(loan: Loan, collector: Actor, on: date, amount_minor: int, pay_by: date) -> None:
    """Let the debtor promise an amount at the step that waits."""
    close_and_plan(on)
    step = Step.objects.filter(case__loan=loan, outcome="", channel="call").latest("pk")
    with clock.simulated(at(on, 10)):
        services.record_step_outcome(
            collector, step_id=step.pk, outcome="promised", promised_minor=amount_minor, pay_by=pay_by
        )


@pytest.mark.parametrize(
    ("promised", "days", "field"),
    [(None, 1, "promised_minor"), (0, 1, "promised_minor"), (1, None, "pay_by"), (1, -1, "pay_by")],
)
def test_a_promise_without_amount_or_date_is_refused(
    loan: Loan, collector: Actor, promised: int | None, days: int | None, field: str
) -> None:
    step = call_step(loan)
    today = DUE + timedelta(days=5)
    pay_by = None if days is None else today + timedelta(days=days)
    with clock.simulated(at(today, 10)), pytest.raises(InvalidInput) as refused:
        services.record_step_outcome(
            collector, step_id=step.pk, outcome="promised", promised_minor=promised, pay_by=pay_by
        )
    assert refused.value.field == field


def test_an_outcome_must_fit_the_channel_and_comes_once(loan: Loan, collector: Actor) -> None:
    step = Step.objects.get(case__loan=loan)
    with clock.simulated(at(DUE + timedelta(days=2), 9)):
        with pytest.raises(InvalidInput):
            services.record_step_outcome(collector, step_id=step.pk, outcome="promised")
        services.record_step_outcome(collector, step_id=step.pk, outcome="delivered")
        with pytest.raises(StateConflict):
            services.record_step_outcome(collector, step_id=step.pk, outcome="delivered")


def test_a_case_is_claimed_by_one_collector(loan: Loan, branch: Branch, collector: Actor) -> None:
    case = Case.objects.get(loan=loan)
    assert services.claim_case(collector, case_id=case.pk).collector_id == collector.user_id
    services.claim_case(collector, case_id=case.pk)
    with pytest.raises(StateConflict):
        services.claim_case(actor(Role.COLLECTOR, branch), case_id=case.pk)


def test_strangers_touch_no_case(loan: Loan, branch: Branch) -> None:
    case, step = Case.objects.get(loan=loan), Step.objects.get(case__loan=loan)
    for stranger in (actor(Role.COLLECTOR, make_branch("B99")), actor(Role.LOAN_OFFICER, branch), actor(Role.BORROWER)):
        with pytest.raises(NotPermitted):
            services.claim_case(stranger, case_id=case.pk)
        with pytest.raises(NotPermitted):
            services.record_step_outcome(stranger, step_id=step.pk, outcome="delivered")
