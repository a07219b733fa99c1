"""The page of the reader's service tier: which one, what it brings, why, and what counts against a higher one."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xindai.classification import queries as classes
from xindai.classification.queries import ClassView, WordedReason
from xindai.portal.reader import frame
from xindai.reporting import own

OF_REQUEST: Final = frozenset({"term_months", "amount_minor", "instalment_rate_band"})
"""Facts of the loan that was asked for, not of the person."""
BEST: Final = "premium"


@dataclass(frozen=True)
class Standing:
    """A class as its customer reads it."""

    found: ClassView
    names: Any

    def _name(self, dimension: str) -> Any:
        return self.names[dimension].get(getattr(self.found, dimension), {})

    @property
    def tier(self) -> Any:
        """The name of the tier."""
        return self._name("tier")

    @property
    def rating(self) -> Any:
        """The name of the rating."""
        return self._name("rating")

    @property
    def risk(self) -> Any:
        """The name of the risk level."""
        return self._name("risk_level")

    @property
    def is_best(self) -> bool:
        """Whether there is no higher tier."""
        return self.found.tier == BEST

    @property
    def why(self) -> list[WordedReason]:
        """The reasons of tier, risk and rating that carry no points."""
        return [
            one
            for dimension in ("tier", "risk_level", "rating")
            for one in self.found.reasons
            if one.dimension == dimension and one.points is None
        ]

    @property
    def points(self) -> list[WordedReason]:
        """The facts that gave points, those with most to gain first."""
        given = [one for one in self.found.reasons if one.best_points is not None]
        return sorted(given, key=_missing, reverse=True)

    @property
    def of_person(self) -> list[WordedReason]:
        """The facts of the person in which points are missing."""
        return [one for one in self.points if _missing(one) > 0 and one.fact not in OF_REQUEST]

    @property
    def of_request(self) -> list[WordedReason]:
        """What of the loan last asked for cost points."""
        return [one for one in self.points if _missing(one) > 0 and one.fact in OF_REQUEST]


def _missing(one: WordedReason) -> int:
    """Points that a fact could still bring."""
    return (one.best_points or 0) - (one.points or 0)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the reader's tier with its reasons; who has none is told when one is made."""
    found = frame(request)
    on = own.today()
    current = classes.current(found["customer"].id, on)
    standing = None if current is None else Standing(current, classes.names(on))
    return render(request, "portal/self/standing.html", found | {"one": standing})
