"""Why an application was decided so: every finding of the rules in words, by whom, and how to have it looked at again."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xindai.applications import queries as applications
from xindai.kernel.errors import NotFound
from xindai.portal.reader import actor_of, frame
from xindai.underwriting import queries as underwriting
from xindai.underwriting.models import Decision, DecisionKind

OUTCOMES: Final[dict[str, Promise]] = {
    "approve": _("Granted"),
    "refer": _("Given to people"),
    "refuse": _("Not granted"),
}
EFFECTS: Final[dict[str, tuple[Promise, str]]] = {
    "pass": (_("in order"), "good"),
    "refer": (_("for people"), "info"),
    "refuse": (_("against it"), "watch"),
}
"""What a finding says, and the tone of its tag."""


@require_safe
def decision(request: HttpRequest, no: str) -> HttpResponse:
    """Explain the decisions on an application of the reader's own.  Raises NotFound where there is none."""
    found = frame(request)
    application = applications.own(actor_of(request), no)
    made = underwriting.decisions_of(application.pk)
    if not made:
        raise NotFound(_("decision"), no)
    context = {"no": no, "decisions": [_told(one) for one in reversed(made)]}
    return render(request, "portal/applying/decision.html", found | context)


def _told(made: Decision) -> dict[str, Any]:
    """A decision in words; who the people were is not told, nor what they wrote for each other."""
    return {
        "outcome": OUTCOMES[made.outcome],
        "at": made.decided_at,
        "by_rules": made.kind == DecisionKind.AUTOMATIC,
        "score": made.score,
        "policy_version": made.policy_version,
        "findings": [(one["text"], *EFFECTS[one["effect"]]) for one in made.findings],
    }
