"""Collections: the queue, and one case with its steps and the outcome of the one that waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xindai.console import deeds, tables
from xindai.console.access import actor_of, may_open
from xindai.console.figures import KeyFigure, amount_figure
from xindai.console.forms import OutcomeForm
from xindai.console.listing import Column, Filter, ListSpec
from xindai.console.problems import into_form
from xindai.console.tables import ListPage, exact, link, name_and_tier, word_of
from xindai.console.templatetags.xd import figure, local, number, tag
from xindai.identity.actors import Actor
from xindai.identity.verbs import may
from xindai.kernel import business_date
from xindai.kernel.errors import XindaiError
from xindai.kernel.formatting import NONE
from xindai.recovery import queries as recovery
from xindai.recovery import services as recovery_acts
from xindai.reporting import cases, loans, trail
from xindai.reporting.names import people
from xindai.reporting.sla import Sla, WorkingClock
from xindai.servicing import queries as servicing

OVERDUE: Final = (
    ("30", gettext_lazy("Over 30 days")),
    ("90", gettext_lazy("Over 90 days")),
    ("180", gettext_lazy("Over 180 days")),
)
SPEC: Final = ListSpec(
    columns=(
        Column(
            "loan",
            gettext_lazy("Loan"),
            ("loan__no",),
            place=3,
            is_head=True,
            show=lambda row: link("case", row.loan.no),
            plain=lambda row: row.loan.no,
        ),
        Column(
            "customer",
            gettext_lazy("Customer"),
            place=1,
            show=lambda row: name_and_tier(row.loan.customer.name, row.loan.tier),
            plain=lambda row: row.loan.customer.name,
        ),
        Column("branch", gettext_lazy("Branch"), plain=lambda row: local(row.loan.branch_name)),
        Column(
            "product",
            gettext_lazy("Product"),
            ("loan__product_code",),
            show=lambda row: local(row.loan.product_name),
            plain=lambda row: local(row.loan.product_name),
        ),
        Column(
            "overdue",
            gettext_lazy("Days past due"),
            ("days_past_due",),
            is_number=True,
            show=lambda row: number(row.days_past_due),
            plain=lambda row: row.days_past_due,
        ),
        Column("currency", gettext_lazy("Currency"), plain=lambda row: row.loan.currency),
        Column(
            "arrears",
            gettext_lazy("Arrears"),
            ("arrears_minor",),
            is_number=True,
            unit="currency",
            place=2,
            show=lambda row: figure(row.arrears_minor, row.loan.currency),
            plain=lambda row: exact(row.arrears_minor, row.loan.currency),
            total="arrears_minor",
        ),
        Column(
            "principal",
            gettext_lazy("Principal"),
            is_number=True,
            unit="currency",
            show=lambda row: figure(row.loan.principal_minor, row.loan.currency),
            plain=lambda row: exact(row.loan.principal_minor, row.loan.currency),
        ),
        Column(
            "class",
            gettext_lazy("Class"),
            place=4,
            show=lambda row: tag("loan_class", row.loan.loan_class),
            plain=lambda row: word_of("loan_class", row.loan.loan_class),
        ),
        Column(
            "step",
            gettext_lazy("Next step"),
            show=lambda row: local(row.step) or NONE,
            plain=lambda row: local(row.step),
        ),
        Column(
            "collector",
            gettext_lazy("Collector"),
            ("collector_name",),
            show=lambda row: row.collector or NONE,
            plain=lambda row: row.collector,
        ),
    ),
    filters=(
        Filter(
            "overdue", gettext_lazy("Arrears"), OVERDUE, lambda rows, days: rows.filter(days_past_due__gt=int(days))
        ),
    ),
    sort="-overdue",
    totals={"arrears_minor": Sum("arrears_minor")},
    name="collections",
    total_label=gettext_lazy("Total of the filtered cases"),
)
LIST: Final = ListPage(
    "collections",
    "collections",
    lambda: SPEC,
    lambda actor, _params: cases.cases(actor).filter(state="open"),
    cases.lines,
)


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """List the open cases, the most overdue first."""
    return render(request, "xd/pages/collections.html", tables.context(request, LIST))


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, no: str) -> HttpResponse:
    """Show the case of a loan; take what came of the step that waits."""
    actor = actor_of(request)
    found = recovery.case_of_loan(actor, no)
    steps = list(recovery.steps(found))
    waiting = next((step for step in steps if not step.outcome), None) if found.state == "open" else None
    form = _form(actor, waiting, request)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _record(actor, waiting, form.cleaned_data)
        except XindaiError as error:
            into_form(form, error)
        else:
            messages.success(request, _("The outcome is recorded."))
            return HttpResponseRedirect(reverse("case", args=[no]))
    with_debtor = list(recovery.contacts_of_debtor(found))
    contacts = [one for one in with_debtor if one.case_id == found.pk]
    page = deeds.page_of(trail.of_case(found, deeds.kinds_of(actor)), request.GET.get("page"))
    by = (*(step.done_by for step in steps), *(contact.by for contact in contacts))
    names = people([*by, *(deed.actor for deed in page)])
    context = _context(actor, found, no) | {
        "steps": steps,
        "contacts": contacts,
        "page": page,
        "deeds": deeds.lines(page, {step.code: local(step.names) for step in steps}),
        "people": names,
        "next": _next(found, waiting, with_debtor),
        "waiting": waiting,
        "form": form,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "xd/pages/case.html", context, status=status)


@require_POST
def claim(request: HttpRequest, no: str) -> HttpResponse:
    """Take the case of a loan over.  Raises what the verb raises: NotFound, StateConflict."""
    actor = actor_of(request)
    recovery_acts.claim_case(actor, case_id=recovery.case_of_loan(actor, no).pk)
    messages.success(request, _("You have taken the case over."))
    return HttpResponseRedirect(reverse("case", args=[no]))


@dataclass(frozen=True, slots=True)
class NextAction:
    """What comes next in a case: the step that waits with its clock, and why it cannot be taken at this moment."""

    step: Any
    sla: Sla
    refusal: str


def _next(found: Any, waiting: Any, with_debtor: Iterable[Any]) -> NextAction | None:
    """Return what comes next, by the working calendar and by the rules of contact."""
    working = WorkingClock.today()
    if waiting is None or working is None:
        return None
    since = working.opening.of_day(waiting.due_on)[0]
    sla = working.running(since, working.end_of(waiting.record_by))
    refused = recovery.contact_refusal(found, waiting.channel, contacts_of_debtor=with_debtor)
    why = f"{refused.message} {refused.remedy}".format(**refused.params) if refused else ""
    return NextAction(waiting, sla, why)


def _promise_clocks(promises: Iterable[Any]) -> list[tuple[Any, Sla | None]]:
    """Return promises, the open ones with the time that is left."""
    working = WorkingClock.today()
    return [
        (
            one,
            working.running(working.opening.of_day(one.made_on)[0], working.end_of(one.pay_by))
            if working is not None and one.state == "open"
            else None,
        )
        for one in promises
    ]


def _form(actor: Actor, waiting: Any, request: HttpRequest) -> OutcomeForm | None:
    if waiting is None or not may(actor, "collection.record_step_outcome"):
        return None
    return OutcomeForm(recovery_acts.OUTCOMES[waiting.channel], request.POST or None)


def _record(actor: Actor, step: Any, given: dict[str, Any]) -> None:
    recovery_acts.record_step_outcome(
        actor,
        step_id=step.pk,
        outcome=given["outcome"],
        note=given["note"],
        promised_minor=given.get("promised"),
        pay_by=given.get("pay_by"),
    )


def _context(actor: Actor, found: Any, no: str) -> dict[str, Any]:
    loan = loans.loan_in_collection(actor, no)
    state = servicing.replayed(loan, business_date.to_show()).state
    line = loans.lines(actor, [loan])[0]
    promises, waits = list(recovery.promises(found)), loan.write_off_check is not None
    return {
        "case": found,
        "loan": line,
        "state": state,
        "promises": _promise_clocks(promises),
        "figures": [
            amount_figure(_("Due and unpaid"), state.arrears_minor, line.currency, is_alarm=True),
            amount_figure(_("Principal"), state.outstanding_minor, line.currency),
            KeyFigure(_("Days past due"), str(line.days_past_due)),
            KeyFigure(_("Collector"), found.collector.display_name if found.collector else "—"),
        ],
        "can_see_loan": may_open(actor, "loan"),
        "can_claim": _is_unclaimed(found) and may(actor, "collection.claim_case"),
        "write_off": {"id": loan.write_off_check, "requested_at": loan.write_off_asked_at} if waits else None,
        "can_see_check": may_open(actor, "check"),
        "can_request_write_off": line.state == "active" and not waits and may(actor, "write_off.request"),
    }


def _is_unclaimed(found: Any) -> bool:
    return found.state == "open" and found.collector_id is None
