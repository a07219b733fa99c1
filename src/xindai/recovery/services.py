"""What collectors and the end of day may do with cases."""

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from loanmath import Calendar
from xindai.identity import checks, scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import business_date, clock, sql, versions
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.kernel.transactions import held, hold
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of
from xindai.recovery import queries
from xindai.recovery.errors import ContactNotAllowed
from xindai.recovery.models import Case, Contact, PromiseToPay, Step
from xindai.recovery.policy import CONTACT_CHANNELS, CollectionPolicy, StepRule
from xindai.servicing import queries as servicing

Outcome = Step.Outcome
_IN_PERSON: Final = frozenset({Outcome.REACHED, Outcome.NOT_REACHED, Outcome.PROMISED, Outcome.REFUSED})
_SENT: Final = frozenset({Outcome.DELIVERED, Outcome.UNDELIVERABLE})
OUTCOMES: Final[dict[str, frozenset[Outcome]]] = {
    "message": _SENT,
    "letter": _SENT,
    "call": _IN_PERSON,
    "visit": _IN_PERSON,
    "court": frozenset({Outcome.FILED}),
}
"""What can come of a step, by its channel."""
CONNECTED: Final = frozenset({Outcome.REACHED, Outcome.PROMISED, Outcome.REFUSED})


@verb("collection.open_case")
def open_case(actor: Actor, *, loan_no: str, on: date) -> Case:
    """Open the case of a loan that fell overdue; the open one is returned if there is one."""
    loan = servicing.loan(actor, loan_no)
    sql.lock(f"collection case of loan {loan.pk}")
    case = Case.objects.filter(loan=loan, state=Case.State.OPEN).first()
    return case or Case.objects.create(loan=loan, branch_id=loan.branch_id, opened_on=on)


@verb("collection.close_case")
def close_case(actor: Actor, *, loan_no: str, on: date) -> None:
    """Close the open case of a cured loan; steps that nobody has taken are no longer needed."""
    case = Case.objects.select_for_update().filter(loan__no=loan_no, state=Case.State.OPEN).first()
    if case is None:
        return
    hold(("case", case.pk), case)
    Step.objects.filter(case=case, outcome="").update(
        outcome=Outcome.OVERTAKEN, done_at=clock.now(), done_by=actor.label
    )
    _judge_promises(on, case)
    case.state, case.closed_on = Case.State.CURED, on
    case.save_versioned()


@verb("collection.plan_steps")
def plan_steps(actor: Actor, *, on: date) -> int:
    """After the close of a date: give each case in arrears the step that its days overdue ask for.

    Doing it again changes nothing.  Returns the number of new steps.
    """
    pack = policies.pack_as_of(on)
    policy, calendar = queries.policy_on(on), calendar_of(pack)
    cases = dict(Case.objects.filter(state=Case.State.OPEN).values_list("loan_id", "pk"))
    have = set(Step.objects.filter(case__in=cases.values()).values_list("case_id", "code"))
    record_by = _business_days_later(on, policy.days_to_record_outcome, calendar)
    planned = []
    for loan in servicing.overdue(on):
        case_id = cases.get(loan.loan_id)
        reached = policy.steps_reached(loan.overdue_days)
        if case_id is not None and reached and (case_id, reached[-1].code) not in have:
            planned.append(_step(case_id, reached[-1], policy, on, record_by))
    Step.objects.bulk_create(planned, ignore_conflicts=True)
    _judge_promises(on)
    return len(planned)


def _step(case_id: int, rule: StepRule, policy: CollectionPolicy, on: date, record_by: date) -> Step:
    return Step(
        case_id=case_id,
        code=rule.code,
        channel=rule.channel,
        overdue_days=rule.overdue_days,
        names=rule.names,
        policy_version=policy.version,
        due_on=on,
        record_by=record_by,
    )


def _business_days_later(on: date, count: int, calendar: Calendar) -> date:
    while count > 0:
        on += timedelta(days=1)
        count -= calendar.is_business_day(on)
    return on


@verb("collection.claim_case")
def claim_case(actor: Actor, *, case_id: int) -> Case:
    """Take a case over.  Raises NotFound, NotPermitted for a program, StateConflict (closed, or another collector has it)."""
    checks.require_person(actor, "collection.claim_case")
    case = _lock_case(actor, case_id)
    if case.collector_id not in (None, actor.user_id):
        raise StateConflict(
            _("Another collector has this case."), remedy=_("Ask your team leader if you should take it over.")
        )
    if case.collector_id is None:
        case.collector_id = actor.user_id
        case.save_versioned()
    return case


@verb("collection.record_step_outcome")
def record_step_outcome(
    actor: Actor,
    *,
    step_id: int,
    outcome: str,
    note: str = "",
    promised_minor: int | None = None,
    pay_by: date | None = None,
) -> Step:
    """Take a step now and keep what came of it; a promise needs its amount and date.

    Raises NotFound, StateConflict (recorded before), InvalidInput, ContactNotAllowed.
    """
    step, case = _lock_step(actor, step_id)
    result = _checked_outcome(step, outcome)
    if step.channel in CONTACT_CHANNELS:
        _contact(actor, case, step, result)
    if result is Outcome.PROMISED:
        _promise(actor, case, promised_minor, pay_by)
    step.outcome, step.note = result, note.strip()
    step.done_at, step.done_by = clock.now(), actor.label
    step.save(update_fields=["outcome", "note", "done_at", "done_by"])
    return step


def _lock_case(actor: Actor, case_id: int) -> Case:
    name = ("case", case_id)
    rows = Case.objects.select_for_update(of=("self",)).select_related("loan").filter(pk=case_id)
    case: Case | None = held(name) or hold(name, rows.first())
    if case is None:
        raise NotFound(_("collection case"), case_id)
    versions.compare(name, case)
    return _open_to(actor, case)


def _lock_step(actor: Actor, step_id: int) -> tuple[Step, Case]:
    """The step and its case, both locked by one statement."""
    rows = Step.objects.select_for_update(of=("self", "case")).select_related("case__loan").filter(pk=step_id)
    step = rows.first()
    if step is None:
        raise NotFound(_("collection step"), step_id)
    name = ("case", step.case_id)
    return step, _open_to(actor, held(name) or hold(name, step.case))


def _open_to(actor: Actor, case: Case) -> Case:
    """The case if the actor may work on it.  Raises NotPermitted, StateConflict."""
    scope.require(actor, case.branch_id)
    if case.state != Case.State.OPEN:
        raise StateConflict(_("The case is closed."), remedy=_("A new case opens when the loan falls overdue again."))
    return case


def _checked_outcome(step: Step, outcome: str) -> Outcome:
    if step.outcome:
        raise StateConflict(_("The outcome of this step has been recorded before."))
    possible = OUTCOMES[step.channel]
    if outcome not in possible:
        raise InvalidInput(
            "outcome",
            _("This cannot be the outcome of such a step."),
            _("Choose one of: {choices}."),
            choices=", ".join(sorted(possible)),
        )
    return Outcome(outcome)


def _contact(actor: Actor, case: Case, step: Step, outcome: Outcome) -> None:
    """Write the contact down, if the rules allow it at this moment.  Raises ContactNotAllowed."""
    customer_id = case.loan.customer_id
    sql.lock(f"contact of customer {customer_id}")
    now = clock.now()
    refused = queries.contact_refusal(case, step.channel, now)
    if refused is not None:
        raise ContactNotAllowed(refused)
    Contact.objects.create(
        case=case,
        step=step,
        customer_id=customer_id,
        channel=step.channel,
        at=now,
        local_on=now.astimezone(clock.bank_zone()).date(),
        is_connected=outcome in CONNECTED,
        by=actor.label,
    )


def _promise(actor: Actor, case: Case, promised_minor: int | None, pay_by: date | None) -> None:
    """Keep a promise; an open one is replaced."""
    today = business_date.current()
    if promised_minor is None or promised_minor <= 0:
        raise InvalidInput("promised_minor", _("A promise needs an amount above zero."), _("Enter what was promised."))
    if pay_by is None or pay_by < today:
        raise InvalidInput("pay_by", _("A promise needs a date that is not past."), _("Enter by when it will be paid."))
    PromiseToPay.objects.filter(case=case, state=PromiseToPay.State.OPEN).update(state=PromiseToPay.State.BROKEN)
    PromiseToPay.objects.create(
        case=case,
        made_on=today,
        pay_by=pay_by,
        currency=case.loan.currency,
        amount_minor=promised_minor,
        by=actor.label,
    )


def _judge_promises(on: date, case: Case | None = None) -> None:
    """Count what came since each open promise: kept when it is enough, broken when the date has passed."""
    promises = PromiseToPay.objects.select_for_update(of=("self",)).filter(state=PromiseToPay.State.OPEN)
    judged = list((promises.filter(case=case) if case else promises).select_related("case").order_by("pk"))
    spans = [(promise.case.loan_id, promise.made_on, min(on, promise.pay_by)) for promise in judged]
    paid = servicing.paid_within(spans)
    changed = [promise for promise, minor in zip(judged, paid, strict=True) if _judge(promise, minor, on)]
    PromiseToPay.objects.bulk_update(changed, ["paid_minor", "state"])


def _judge(promise: PromiseToPay, paid_minor: int, on: date) -> bool:
    """Set what came and what that means; whether anything has changed."""
    before = (promise.paid_minor, promise.state)
    promise.paid_minor = paid_minor
    if promise.paid_minor >= promise.amount_minor:
        promise.state = PromiseToPay.State.KEPT
    elif on >= promise.pay_by:
        promise.state = PromiseToPay.State.BROKEN
    return (promise.paid_minor, promise.state) != before
