"""What collectors do: take over cases, carry out the steps that wait, and record what came of them."""

from datetime import date, datetime, timedelta

from xindai.demonstration.bank import Bank
from xindai.kernel import clock
from xindai.kernel.transactions import together
from xindai.recovery import queries as cases
from xindai.recovery import services as recovery
from xindai.recovery.models import Step
from xindai.recovery.queries import QueueItem

OUTCOMES = {
    "message": (("delivered", 97), ("undeliverable", 3)),
    "letter": (("delivered", 93), ("undeliverable", 7)),
    "call": (("reached", 45), ("not_reached", 35), ("promised", 15), ("refused", 5)),
    "visit": (("reached", 40), ("not_reached", 40), ("promised", 10), ("refused", 10)),
    "court": (("filed", 1),),
}
"""What comes of a step, by its channel, with weights."""

LONGEST_DELAY_DAYS = 2
PROMISE_DAYS = (3, 14)


def work_the_queue(bank: Bank, on: date) -> None:
    """Carry out the steps whose time has come, within contact hours of a business day."""
    if not bank.calendar.is_business_day(on):
        return
    minute = 0
    for item in cases.queue(bank.system):
        if item.step is not None and _is_time(bank, item.loan.loan_no, item.step, on):
            minute = (minute + 1) % bank.hours.minutes_a_day
            _carry_out(bank, item, item.step, bank.hours.instant(on, minute))


def _is_time(bank: Bank, loan_no: str, step: Step, on: date) -> bool:
    name = bank.borrowers.name_of(loan_no)
    delay = bank.chance.below(LONGEST_DELAY_DAYS + 1, "step", name, step.code, step.due_on)
    return step.due_on + timedelta(days=delay) < on


def _carry_out(bank: Bank, item: QueueItem, step: Step, at: datetime) -> None:
    collector = bank.staff.collector(item.case.branch_id)
    name = bank.borrowers.name_of(item.loan.loan_no)
    outcome = bank.chance.by_weight(OUTCOMES[step.channel], "outcome", name, step.code, step.due_on)
    is_promise = outcome == "promised"
    days = bank.chance.between(*PROMISE_DAYS, "promise", name, step.due_on)
    with clock.simulated(at), together():
        if item.case.collector_id is None:
            recovery.claim_case(collector, case_id=item.case.pk)
        recovery.record_step_outcome(
            collector,
            step_id=step.pk,
            outcome=outcome,
            promised_minor=item.loan.arrears_minor if is_promise else None,
            pay_by=clock.today() + timedelta(days=days) if is_promise else None,
        )
