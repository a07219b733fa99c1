"""What an application rests on: the need, the facts as they were known, its clocks, and the checks of two people."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import facts
from xindai.console.access import actor_of, may_open
from xindai.console.views.applications import ApplicationRecord
from xindai.customers import queries as customers
from xindai.customers.queries import KnownFact
from xindai.documents import queries as documents
from xindai.kernel import business_date, formatting
from xindai.reporting import checks

HOUR: Final = timedelta(hours=1)
DERIVED: Final = "derived"
"""The source of what was reckoned from facts at the submission, such as an age."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The promise of time and what became of it, by the clock."""

    submitted_at: Any
    promised_by: Any
    decided_at: Any

    @property
    def promised(self) -> str:
        """How long the promise was."""
        return _hours(self.submitted_at, self.promised_by)

    @property
    def took(self) -> str:
        """How long the decision took."""
        return _hours(self.submitted_at, self.decided_at)


@require_safe
def basis(request: HttpRequest, no: str) -> HttpResponse:
    """Show what the application rests on, and who stood in for it."""
    actor = actor_of(request)
    record = ApplicationRecord.read(actor, no)
    application = record.application
    on = application.submitted_on or business_date.to_show()
    known = {one.name: one for one in customers.known_facts(application.customer_id, on, application.submitted_at)}
    used = [
        known.get(name) or KnownFact(name, value, DERIVED, on, application.submitted_at)
        for name, value in sorted(application.facts.items())
    ]
    context = record.context("application-basis")
    numbers = [no, *(one for one in (context["contract_no"], context["loan_no"]) if one)]
    context |= {
        "need": application.need,
        "purpose_statement": application.purpose_statement,
        "channel": application.channel,
        "clock": Clock(application.submitted_at, application.promised_by, application.decided_at),
        "facts": facts.shown(used, on),
        "checks": checks.checks(actor).filter(subject_no__in=numbers).order_by("requested_at", "pk"),
        "documents": documents.of_application(actor, application.pk),
        "may_open_documents": may_open(actor, "document"),
        "may_open_checks": may_open(actor, "check"),
    }
    return render(request, "xd/pages/application_basis.html", context)


def _hours(since: Any, until: Any) -> str:
    if since is None or until is None:
        return formatting.NONE
    hours = formatting.rounded(Fraction((until - since) // timedelta(seconds=1), HOUR // timedelta(seconds=1)), 1)
    return _("{hours} hours").format(hours=hours)
