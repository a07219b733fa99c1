"""The collector's queue, a case with all that was done, and whether a contact is allowed now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel import clock
from xindai.kernel.errors import NotFound
from xindai.policies import queries as policies
from xindai.recovery.models import Case, Contact, PromiseToPay, Step
from xindai.recovery.policy import CollectionPolicy, Refusal, refusal
from xindai.servicing import queries as servicing
from xindai.servicing.queries import Overdue


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A case with the loan's arrears at the latest close, and the step that waits, if one does."""

    case: Case
    loan: Overdue
    step: Step | None


def cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the actor's branches."""
    return scope.rows(actor, Case.objects.select_related("loan", "collector"))


def case_of_loan(actor: Actor, loan_no: str) -> Case:
    """The open case of a loan, otherwise its latest one.  Raises NotFound."""
    is_open = ExpressionWrapper(Q(state=Case.State.OPEN), output_field=BooleanField())
    found = cases(actor).filter(loan__no=loan_no).order_by(is_open.desc(), "-opened_on", "-pk").first()
    if found is None:
        raise NotFound(_("collection case"), loan_no)
    return found


def queue(actor: Actor, on: date | None = None) -> list[QueueItem]:
    """Open cases in arrears at the close of a date (default: the latest), the most overdue first."""
    day = on or servicing.latest_close()
    if day is None:
        return []
    open_cases = {case.loan_id: case for case in cases(actor).filter(state=Case.State.OPEN)}
    waiting = {
        step.case_id: step
        for step in Step.objects.filter(case__in=open_cases.values(), outcome="").order_by("overdue_days")
    }
    items = [
        QueueItem(open_cases[loan.loan_id], loan, waiting.get(open_cases[loan.loan_id].pk))
        for loan in servicing.overdue(day)
        if loan.loan_id in open_cases
    ]
    return sorted(items, key=lambda item: (-item.loan.overdue_days, item.loan.loan_no))


def steps(case: Case) -> QuerySet[Step]:
    """All steps of a case, the earliest first."""
    return Step.objects.filter(case=case).order_by("due_on", "pk")


def steps_taken(loan_no: str) -> list[str]:
    """Codes of the steps of a loan's cases that have an outcome of their own: evidence for a write-off."""
    done = Step.objects.filter(case__loan__no=loan_no).exclude(outcome__in=["", Step.Outcome.OVERTAKEN])
    return sorted(set(done.values_list("code", flat=True)))


def contacts(case: Case) -> QuerySet[Contact]:
    """All contacts of a case, the latest first."""
    return Contact.objects.filter(case=case).order_by("-at")


def promises(case: Case) -> QuerySet[PromiseToPay]:
    """All promises of a case, the latest first."""
    return PromiseToPay.objects.filter(case=case).order_by("-made_on", "-pk")


def contacts_of_debtor(case: Case) -> QuerySet[Contact]:
    """All contacts with the debtor of a case, whatever the loan, the latest first."""
    return Contact.objects.filter(customer=case.loan.customer_id).order_by("-at")


def contact_refusal(
    case: Case, channel: str, at: datetime | None = None, contacts_of_debtor: Iterable[Contact] | None = None
) -> Refusal | None:
    """The rule that forbids a contact at a moment (default: now), or None; the contacts, where they have been read."""
    local = (at or clock.now()).astimezone(clock.bank_zone())
    if contacts_of_debtor is None:
        calls = _connected_calls(case.loan.customer_id, local.date())
    else:
        on = local.date()
        calls = sum(one.is_connected and one.channel == "call" and one.local_on == on for one in contacts_of_debtor)
    return refusal(policy_on(local.date()), channel, local, calls)


def policy_on(on: date) -> CollectionPolicy:
    """The collection rules in force on a date."""
    pack = policies.pack_as_of(on)
    return CollectionPolicy.of(pack.section("collections"), pack.version)


def _connected_calls(customer_id: int, local_on: date) -> int:
    """How often the debtor has been reached by telephone on a day, whatever the loan."""
    calls = Contact.objects.filter(customer=customer_id, local_on=local_on, channel="call", is_connected=True)
    return calls.count()
