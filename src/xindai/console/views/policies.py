"""Policies in force: every figure with its unit, its first day and its source; unconfirmed ones are marked."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from xindai.console import policy_words, words
from xindai.console.policy_words import Speaker, is_text
from xindai.console.tabs import Tab
from xindai.console.templatetags.xd import local
from xindai.kernel import business_date
from xindai.policies import queries as policies
from xindai.policies.errors import NoPolicyInForce
from xindai.policies.figures import Figure
from xindai.policies.packs import Pack


@dataclass(frozen=True, slots=True)
class Shown:
    """A part of a value: its name in the table that holds it, and its text or its own parts."""

    name: str | SafeString
    text: str | SafeString
    parts: "tuple[Shown, ...]" = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A figure as a page shows it."""

    name: str
    value: Shown
    unit: str
    reference: str
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
    speaker = policy_words.speaker(pack, section)
    context = {
        "pack": pack,
        "as_of": on,
        "section": section,
        "tabs": [_tab(name, figures, section) for name, figures in sections.items()],
        "rows": [_row(pack, figure, speaker) for figure in sections[section]],
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


def _row(pack: Pack, figure: Figure, speaker: Speaker) -> Row:
    name = figure.key.partition(".")[2]
    value = Shown("", figure.quoted) if figure.quoted else shown_value(figure.value, speaker)
    return Row(name, value, policy_words.unit(pack, figure), local(figure.reference), figure)


def shown_value(
    value: Any, speaker: Speaker, name: str | SafeString = "", *, is_whole: bool = True, fact: str = ""
) -> Shown:
    """Write a value as a tree: what fits in a line is a leaf, a table or a list of tables has branches, leaves first.

    Codes below a table that names a fact are that fact's.
    """
    if _holds_tables(value):
        return Shown(name, "", tuple(shown_value(one, speaker, is_whole=False, fact=fact) for one in value))
    if isinstance(value, dict) and (is_whole or _is_deep(value)) and not is_text(value):
        below = str(value.get("fact", fact))
        parts = [_branch(key, one, speaker, below) for key, one in value.items()]
        return Shown(name, "", tuple(sorted(parts, key=lambda part: bool(part.parts))))
    return Shown(name, speaker.value(value, fact=fact))


def _branch(key: str, value: Any, speaker: Speaker, fact: str) -> Shown:
    name = speaker.part(key, value)
    if isinstance(value, str):
        return Shown(name, speaker.value(value, key))
    return shown_value(value, speaker, name, is_whole=False, fact=fact)


def _is_deep(value: dict[str, Any]) -> bool:
    """Tell whether a table holds a table, or a list of tables, that a line cannot."""
    return any((isinstance(one, dict) and not is_text(one)) or _holds_tables(one) for one in value.values())


def _holds_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)
