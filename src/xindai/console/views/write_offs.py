"""Requesting a write-off: what the policy asks for beside what is recorded, the effect, and the reason."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from loanmath import FiveTier
from xindai.console import marks
from xindai.console.access import actor_of, may_open
from xindai.console.forms import WriteOffForm
from xindai.console.problems import into_form
from xindai.console.templatetags.xd import local
from xindai.identity import queries as identity
from xindai.identity import verbs
from xindai.identity.actors import Actor
from xindai.impairment import queries as impairment
from xindai.impairment import services as impairment_acts
from xindai.impairment.errors import NotYetLost
from xindai.impairment.policy import WriteOffPolicy
from xindai.kernel import business_date
from xindai.kernel.errors import XindaiError
from xindai.recovery import queries as recovery
from xindai.reporting import loans
from xindai.reporting.loans import LoanLine
from xindai.servicing import queries as servicing


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the write-off policy: what it asks for and what is recorded."""

    label: str
    wanted: str
    found: str
    is_met: bool


@require_http_methods(["GET", "HEAD", "POST"])
def request_write_off(request: HttpRequest, no: str) -> HttpResponse:
    """Show what the policy asks for, and put the request before a second person."""
    actor = actor_of(request)
    verbs.require(actor, "write_off.request")
    found, context = recovery.case_of_loan(actor, no), _context(actor, no)
    form = WriteOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _request(actor, no, form.cleaned_data["reason"])
        except XindaiError as error:
            into_form(form, _in_words(error, context["conditions"]))
        else:
            messages.success(request, _("The write-off now waits for a second person."))
            return HttpResponseRedirect(reverse("case", args=[no]))
    context |= {"case": found, "form": form}
    return render(request, "xd/pages/write_off.html", context, status=422 if form.is_bound else 200)


def _request(actor: Actor, no: str, reason: str) -> None:
    """The evidence are the steps that have an outcome; nobody types them."""
    impairment_acts.request_write_off(
        actor, loan_no=no, on=business_date.current(), reason=reason, steps_taken=recovery.steps_taken(no)
    )


def _in_words(error: XindaiError, conditions: list[Condition]) -> XindaiError:
    """Name what the policy misses as the page names it."""
    if isinstance(error, NotYetLost):
        error.params["missing"] = _(", ").join(one.label for one in conditions if not one.is_met)
    return error


def _context(actor: Actor, no: str) -> dict[str, Any]:
    loan, on = loans.loan(actor, no), business_date.to_show()
    line = loans.lines(actor, [loan])[0]
    conditions = _conditions(line, on)
    return {
        "loan": line,
        "state": servicing.replayed(loan, on).state,
        "conditions": conditions,
        "is_ready": all(condition.is_met for condition in conditions),
        "write_off": identity.waiting_check(impairment_acts.CHECK_KIND, no),
        "can_see_check": may_open(actor, "check"),
    }


def _conditions(line: LoanLine, on: date) -> list[Condition]:
    """The conditions in the order of the policy; which of them are met is for the policy to say."""
    policy, taken = impairment.write_off_policy(on), recovery.steps_taken(line.no)
    missing = policy.missing(line.loan_class, line.days_past_due, taken)
    names = {step.code: local(step.names) for step in recovery.policy_on(on).steps}
    days = ngettext("%(days)s day or more", "%(days)s days or more", policy.overdue_days_min)
    return [
        Condition(_("Class"), _classes(policy), _class(line.loan_class), "five_tier" not in missing),
        Condition(
            _("Days past due"),
            days % {"days": policy.overdue_days_min},
            str(line.days_past_due),
            "overdue_days" not in missing,
        ),
        *(
            Condition(names.get(code, code), _("Taken"), *_step(f"step:{code}" not in missing))
            for code in policy.steps_required
        ),
    ]


def _step(is_taken: bool) -> tuple[str, bool]:
    return _("Taken") if is_taken else _("Not taken yet"), is_taken


def _classes(policy: WriteOffPolicy) -> str:
    return _(", ").join(_class(tier) for tier in sorted(policy.five_tiers))


def _class(number: int | FiveTier) -> str:
    return str(marks.mark("loan_class", marks.loan_class_code(int(number))).word)
