"""The design system: every component with real rendering, and the tokens with their contrast."""

from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import colours, design
from xindai.console.colours import Pairing
from xindai.kernel import formatting
from xindai.kernel.errors import NotPermitted, VersionConflict


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show all components and tokens."""
    refused = NotPermitted("loan.disburse", _("You do not have the right to this: {right}."))
    stale = VersionConflict(_("application"), "AP26-000001-5", 3, 4)
    context = {
        "figures": design.key_figures(),
        "tabs": design.sample_tabs(),
        "groups": design.work_groups(),
        "chips": design.chips(),
        "changes": design.changes(),
        "effect": design.effects(),
        "journal": design.journal(),
        "form": design.wrong_form(),
        "explained": design.explained(),
        "cards": design.cards(),
        "tags": design.tags(),
        "refused": refused,
        "stale": stale,
        "pairings": [(one, _written(one)) for one in colours.pairings()],
        "currency": design.CURRENCY,
    } | design.sample_list()
    return render(request, "xd/pages/design.html", context)


def _written(pairing: Pairing) -> str:
    """Write a ratio to one decimal, never rounded up to what is asked."""
    return formatting.rounded(Fraction(int(pairing.contrast * 10), 10), 1)
