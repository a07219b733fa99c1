"""What every dashboard is asked: as of which close, and of which branch; and the addresses behind its marks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xindai.console.access import actor_of, may_open
from xindai.console.tabs import Tab
from xindai.console.templatetags.xd import local
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput
from xindai.reporting.figures.view import View

AS_OF: Final = "as_of"
BRANCH: Final = "branch"
PAGES: Final = (
    ("home", gettext_lazy("Overview")),
    ("portfolio-vintages", gettext_lazy("Vintages")),
    ("portfolio-roll-rates", gettext_lazy("Roll rates")),
    ("portfolio-tiers", gettext_lazy("Service tiers")),
    ("portfolio-approvals", gettext_lazy("Approvals")),
    ("portfolio-losses", gettext_lazy("Collection and losses")),
)
MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
LISTS: Final = {
    "loans": "portfolio-loans",
    "applications": "portfolio-applications",
    "customers": "portfolio-customers",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A branch in the selector."""

    code: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """The view of the reader, the state of the address that says so, and what the page offers instead."""

    view: View
    last: date
    state: Mapping[str, str]
    choices: tuple[Choice, ...]
    branch_name: str

    @property
    def links(self) -> "Links":
        """The addresses behind this page's marks."""
        return Links(self.view.actor, {**self.state, AS_OF: self.view.as_of.isoformat()})

    def tabs(self, current: str) -> list[Tab]:
        """The dashboards that the reader may open, all with the same as-of date and branch."""
        query = f"?{urlencode(self.state)}" if self.state else ""
        return [
            Tab(label, reverse(route) + query, route == current)
            for route, label in PAGES
            if may_open(self.view.actor, route)
        ]


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the lists that add up to a mark; empty where the reader may not open them."""

    actor: Actor
    state: Mapping[str, str]

    def to(self, kind: str, figure: str, **marks: object) -> str:
        """Return the list of loans, applications or customers behind a mark of a figure."""
        route = LISTS[kind]
        if not may_open(self.actor, route):
            return ""
        given = {key: str(value) for key, value in marks.items() if value not in (None, "")}
        return f"{reverse(route)}?{urlencode({'figure': figure} | given | dict(self.state))}"


@dataclass(frozen=True, slots=True)
class Asked:
    """The marks that stand in the address, each checked when it is read."""

    params: Mapping[str, str]
    last: date

    def word(self, key: str, known: Mapping[str, Any] | tuple[str, ...], default: str | None = None) -> str:
        """Return a mark that must be one of those known.  Raises InvalidInput."""
        text = self.params.get(key, "")
        if not text and default is not None:
            return default
        if text not in known:
            raise self._unknown(key, text)
        return text

    def number(self, key: str, most: int) -> int | None:
        """Return a whole number from 0 to `most`, None where there is none.  Raises InvalidInput."""
        text = self.params.get(key, "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= most):
            raise self._unknown(key, text)
        return int(text)

    def day(self, key: str, default: date) -> date:
        """Return a closed date.  Raises InvalidInput."""
        text = self.params.get(key, "")
        return closed_date(key, text, self.last) if text else default

    def earlier_day(self, key: str, default: date) -> date:
        """Return a date up to the last close, which may lie before the first.  Raises InvalidInput."""
        text = self.params.get(key, "")
        try:
            day = date.fromisoformat(text) if text else default
        except ValueError:
            raise self._unknown(key, text) from None
        if day > self.last:
            raise self._unknown(key, text)
        return day

    def month(self, key: str) -> date:
        """Return the first day of a month up to that of the last close.  Raises InvalidInput."""
        text = self.params.get(key, "")
        if not MONTH.fullmatch(text) or not text.isascii() or date.fromisoformat(f"{text}-01") > self.last:
            raise self._unknown(key, text)
        return date.fromisoformat(f"{text}-01")

    def _unknown(self, key: str, text: str) -> InvalidInput:
        return InvalidInput(
            key,
            _("“{key}” cannot be “{text}”."),
            _("Follow a mark of a dashboard; its address says what is meant."),
            key=key,
            text=text[:20],
        )


def read(request: HttpRequest) -> Scope | None:
    """Return what the address asks for; None before the first close.

    Raises InvalidInput for a date that is not closed and for a branch that the reader does not see.
    """
    actor = actor_of(request)
    last = business_date.last_closed()
    if last is None:
        return None
    as_of = closed_date(AS_OF, request.GET.get(AS_OF, ""), last)
    branches = [one for one in identity.branches() if actor.branch_ids is None or one.pk in actor.branch_ids]
    chosen = branch_of(request.GET.get(BRANCH, ""), branches)
    state = {AS_OF: as_of.isoformat()} if as_of != last else {}
    state |= {BRANCH: chosen.code} if chosen else {}
    return Scope(
        view=View(actor, as_of, chosen.pk if chosen else None),
        last=last,
        state=state,
        choices=tuple(Choice(one.code, local(one.name), one == chosen) for one in branches),
        branch_name=local(chosen.name) if chosen else "",
    )


def closed_date(key: str, text: str, last: date) -> date:
    """Return the closed date that the address names; the last one by default.  Raises InvalidInput."""
    if not text:
        return last
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if day > last or not business_date.is_closed(day):
        raise InvalidInput(
            key,
            _("“{text}” is not a day that has been closed."),
            _("Give the date of a closed business day as year-month-day."),
            text=text[:20],
        )
    return day


def branch_of(code: str, branches: list[Branch]) -> Branch | None:
    """Return the branch with this code of those given; None for no code.  Raises InvalidInput."""
    if not code:
        return None
    for one in branches:
        if one.code == code:
            return one
    raise InvalidInput(
        BRANCH,
        _("There is no branch “{code}” here."),
        _("Choose one of the branches that the page offers."),
        code=code[:20],
    )
