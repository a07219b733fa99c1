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
from xindai.kernel import business_date
from xindai.policies import queries as policies
from xindai.policies.errors import NoPolicyInForce
from xindai.policies.figures import Figure

LANGUAGE_KEYS: Final = {"zh", "en"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of a value: its name in the table that holds it, and its text or its own parts."""

    name: str
    text: str
    parts: "tuple[Shown, ...]" = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as a page shows it."""

    name: str
    value: Shown
    unit: str
    figure: Figure


@require_safe
def in_force(request: HttpRequest) -> HttpResponse:
    """Show the pack in force, a section at a time."""
    on = business_date.to_show()
    try:
        pack = policies.pack_as_of(on)
    except NoPolicyInForce:
        return render(request, "xd/pages/policies.html", {"pack": None})
    sections: dict[str, list[Figure]] = defaultdict(list)
    for figure in sorted(pack.figures(), key=_place):
        sections[figure.key.partition(".")[0]].append(figure)
    section = request.GET.get("section") or next(iter(sections), "")
    if section not in sections:
        raise Http404(section)
    context = {
        "pack": pack,
        "as_of": on,
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


def _place(figure: Figure) -> int:
    """Return the place of a figure's section: those with a word in its order, then the rest."""
    known = list(words.SECTIONS)
    section = figure.key.partition(".")[0]
    return known.index(section) if section in known else len(known)


def _row(figure: Figure) -> Row:
    name = figure.key.partition(".")[2]
    if figure.quoted:
        return Row(name, Shown("", figure.quoted), _unit_of_quoted(figure.unit), figure)
    return Row(name, shown_value(figure.value), str(words.word("unit", figure.unit)), figure)


def _unit_of_quoted(unit: str) -> str:
    """Return what is left of a unit when the figure is written in percent or currency."""
    if unit == "ppb per annum":
        return _("a year")
    return unit.partition(" of ")[2]


def shown_value(value: Any, name: str = "", *, is_whole: bool = True) -> Shown:
    """Write a value as a tree: what fits in a line is a leaf, a table or a list of tables has branches, leaves first."""
    if _holds_tables(value):
        return Shown(name, "", tuple(shown_value(one, is_whole=False) for one in value))
    if isinstance(value, dict) and (is_whole or _is_deep(value)) and value.keys() != LANGUAGE_KEYS:
        parts = [shown_value(one, key, is_whole=False) for key, one in value.items()]
        return Shown(name, "", tuple(sorted(parts, key=lambda part: bool(part.parts))))
    return Shown(name, value_in_words(value))


def _is_deep(value: dict[str, Any]) -> bool:
    """Tell whether a table holds a table, or a list of tables, that a line cannot."""
    return any((isinstance(one, dict) and one.keys() != LANGUAGE_KEYS) or _holds_tables(one) for one in value.values())


def _holds_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


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
