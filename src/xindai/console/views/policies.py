"""Policies in force: every figure with its unit, its first day and its source; unconfirmed ones are marked."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import formatting, words
from xindai.console.tabs import Tab
from xindai.console.templatetags.xd import local
from xindai.console.today import business_day
from xindai.policies import queries as policies
from xindai.policies.errors import NoPolicyInForce
from xindai.policies.figures import Figure

LONG: Final = 40
LANGUAGE_KEYS: Final = {"zh", "en"}


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as a page shows it."""

    name: str
    value: str
    figure: Figure

    @property
    def is_long(self) -> bool:
        """Tell whether the value needs more than a line."""
        return len(self.value) > LONG


@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """Show the pack in force, a section at a time."""
    try:
        pack = policies.pack_as_of(business_day())
    except NoPolicyInForce:
        return render(request, "xd/pages/policies.html", {"pack": None})
    sections: dict[str, list[Figure]] = defaultdict(list)
    for figure in pack.figures():
        sections[figure.key.partition(".")[0]].append(figure)
    section = request.GET.get("section") or next(iter(sections), "")
    if section not in sections:
        raise Http404(section)
    context = {
        "pack": pack,
        "section": section,
        "tabs": [_tab(name, figures, section) for name, figures in sections.items()],
        "rows": [_row(figure) for figure in sections[section]],
        "figure_count": sum(map(len, sections.values())),
        "unconfirmed_count": len(pack.unconfirmed()),
    }
    return render(request, "xd/pages/policies.html", context)


def _tab(name: str, figures: list[Figure], current: str) -> Tab:
    href = f"{reverse('policies')}?section={name}"
    return Tab(words.word("section", name), href, name == current, len(figures))


def _row(figure: Figure) -> Row:
    return Row(figure.key.partition(".")[2], figure.quoted or value_in_words(figure.value), figure)


def value_in_words(value: Any) -> str:
    """Write the value of a figure: a text in the reader's language, a list in a line, a table as pairs."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formatting.count(value)
    if isinstance(value, list):
        return _(", ").join(value_in_words(one) for one in value)
    if isinstance(value, dict):
        if value.keys() == LANGUAGE_KEYS:
            return local(value)
        return _("; ").join(f"{name}{_(': ')}{value_in_words(one)}" for name, one in value.items())
    return str(value)
