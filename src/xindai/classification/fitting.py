"""How the points table of persons is fitted: weights of evidence, then a logistic regression.

1. Every fact is cut into bins: its codes, or fixed bounds of a number.
2. Where a fact has an order, neighbouring bins that contradict it are pooled, so that a better fact
   never wins fewer points.
3. A bin's weight of evidence is the logarithm of its odds against the odds of all; small bins are
   drawn towards zero.
4. A logistic regression on the weights gives each fact its importance; a fact that would count
   against its own evidence is left out.
5. The sum is scaled to whole points: ``ODDS_AT_SCALE`` good to one bad at ``SCALE`` points, and the
   odds double every ``POINTS_TO_DOUBLE`` points.

The same cases always give the same table.  scikit-learn is needed here and nowhere else.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.classification.measures import auc
from xindai.classification.sampling import Case
from xindai.kernel.errors import Unavailable

Code = str | int
"""A value that a bin lists: a word, or a number where bins are lists of numbers."""

SCALE = 600
ODDS_AT_SCALE = 2
POINTS_TO_DOUBLE = 40
PRIOR_CASES = 12
"""Imagined average cases added to every bin: what draws small bins towards zero."""


@dataclass(frozen=True)
class Attribute:
    """A fact on offer to the fit.

    ``groups`` are its bins from worst to best if ``is_ordered``: tuples of codes.  ``bounds`` cut a
    number instead (each bin up to and including a bound; one more above the last), of which less is
    better.
    """

    fact: str
    groups: tuple[tuple[Code, ...], ...] = ()
    bounds: tuple[int, ...] = ()
    is_ordered: bool = False

    @property
    def bin_count(self) -> int:
        """How many bins the fact starts with."""
        return len(self.groups) or len(self.bounds) + 1

    def bin_of(self, value: Any) -> int:
        """The bin that a value falls into."""
        if self.groups:
            return next(place for place, codes in enumerate(self.groups) if value in codes)
        return bisect_left(self.bounds, value)


@dataclass(frozen=True)
class FittedBin:
    """A bin of the finished table."""

    codes: tuple[Code, ...]
    up_to: int | None
    points: int


@dataclass(frozen=True)
class FittedTable:
    """Base points, and bins by fact."""

    base_points: int
    attributes: tuple[tuple[str, tuple[FittedBin, ...]], ...]

    def score(self, facts: Mapping[str, Any]) -> int:
        """The points of a case all of whose facts are known."""
        return self.base_points + sum(_points(bins, facts[fact]) for fact, bins in self.attributes)


def _points(bins: Sequence[FittedBin], value: Any) -> int:
    for row in bins:
        if value in row.codes if row.codes else (row.up_to is None or value <= row.up_to):
            return row.points
    raise KeyError(value)


def fit(
    cases: Sequence[Case], attributes: Sequence[Attribute], facts_of: Callable[[Case], Mapping[str, Any]]
) -> FittedTable:
    """The points table that the cases teach."""
    are_bad = [case.is_bad for case in cases]
    rows = [facts_of(case) for case in cases]
    binned = [_bin(attribute, rows, are_bad) for attribute in attributes]
    informative = [fact for fact in binned if len(fact.evidence) > 1]
    weights, intercept = _regress(informative, are_bad)
    return _scaled(weights, intercept)


@dataclass(frozen=True)
class _Binned:
    """A fact cut into pooled bins, each with its weight of evidence, and each case's weight."""

    attribute: Attribute
    bins: tuple[tuple[int, ...], ...]
    evidence: tuple[float, ...]
    column: tuple[float, ...]


def _bin(attribute: Attribute, rows: Sequence[Mapping[str, Any]], are_bad: Sequence[bool]) -> _Binned:
    places = [attribute.bin_of(row[attribute.fact]) for row in rows]
    counts = [[0, 0] for _ in range(attribute.bin_count)]
    for place, is_bad in zip(places, are_bad, strict=True):
        counts[place][is_bad] += 1
    bins = _pooled(attribute, counts)
    evidence = tuple(_evidence(counts, bin_) for bin_ in bins)
    of_place = {place: weight for bin_, weight in zip(bins, evidence, strict=True) for place in bin_}
    return _Binned(attribute, bins, evidence, tuple(of_place[place] for place in places))


def _evidence(counts: Sequence[Sequence[int]], bin_: Sequence[int]) -> float:
    """Log odds of the bin against the odds of all cases, with the prior's cases added."""
    all_good, all_bad = sum(good for good, _bad in counts), sum(bad for _good, bad in counts)
    good_share = all_good / (all_good + all_bad)
    good = sum(counts[place][0] for place in bin_) + PRIOR_CASES * good_share
    bad = sum(counts[place][1] for place in bin_) + PRIOR_CASES * (1 - good_share)
    return math.log(good / bad * all_bad / all_good)


def _pooled(attribute: Attribute, counts: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """The bins; in an ordered fact, neighbours that contradict the order are joined (pool adjacent violators)."""
    single = tuple((place,) for place in range(len(counts)))
    if not (attribute.is_ordered or attribute.bounds):
        return single
    direction = 1 if attribute.is_ordered else -1
    pools: list[tuple[int, ...]] = []
    for place in single:
        pools.append(place)
        while len(pools) > 1 and direction * (_evidence(counts, pools[-1]) - _evidence(counts, pools[-2])) <= 0:
            last = pools.pop()
            pools[-1] += last
    return tuple(pools)


def _regress(binned: Sequence[_Binned], are_bad: Sequence[bool]) -> tuple[list[tuple[_Binned, float]], float]:
    """Importance of each fact, and the intercept, in log odds of good; facts that count backwards leave."""
    logistic_regression = _scikit_learn().LogisticRegression
    are_good = [not is_bad for is_bad in are_bad]
    kept = list(binned)
    while True:
        columns = list(zip(*(fact.column for fact in kept), strict=True))
        model = logistic_regression(C=1.0, solver="newton-cholesky", tol=1e-10, max_iter=200).fit(columns, are_good)
        importance = [float(weight) for weight in model.coef_[0]]
        backwards = [fact for fact, weight in zip(kept, importance, strict=True) if weight <= 0]
        if not backwards:
            return list(zip(kept, importance, strict=True)), float(model.intercept_[0])
        kept = [fact for fact in kept if fact not in backwards]


def _scikit_learn() -> Any:
    """The optional dependency, imported only when a table is fitted.  Raises Unavailable."""
    try:
        return import_module("sklearn.linear_model")
    except ImportError as error:
        raise Unavailable(
            _("Fitting a points table needs scikit-learn."),
            remedy=_("Install the product with its extra [ml] and repeat."),
        ) from error


def _scaled(weights: Sequence[tuple[_Binned, float]], intercept: float) -> FittedTable:
    """Whole points: each fact's worst bin wins nothing, the base takes what is left."""
    per_log_odds = POINTS_TO_DOUBLE / math.log(2)
    base = SCALE + per_log_odds * (intercept - math.log(ODDS_AT_SCALE))
    attributes = []
    for fact, importance in weights:
        raw = [per_log_odds * importance * weight for weight in fact.evidence]
        base += min(raw)
        points = [round(value - min(raw)) for value in raw]
        attributes.append((fact.attribute.fact, _fitted_bins(fact, points)))
    return FittedTable(round(base), tuple(attributes))


def _fitted_bins(fact: _Binned, points: Sequence[int]) -> tuple[FittedBin, ...]:
    """The bins in the table's form, neighbours with equal points joined."""
    joined: list[tuple[tuple[int, ...], int]] = []
    for bin_, value in zip(fact.bins, points, strict=True):
        if joined and joined[-1][1] == value:
            joined[-1] = (joined[-1][0] + bin_, value)
        else:
            joined.append((bin_, value))
    return tuple(_fitted_bin(fact.attribute, bin_, value) for bin_, value in joined)


def _fitted_bin(attribute: Attribute, places: tuple[int, ...], points: int) -> FittedBin:
    if attribute.groups:
        return FittedBin(tuple(code for place in places for code in attribute.groups[place]), None, points)
    last = places[-1]
    return FittedBin((), attribute.bounds[last] if last < len(attribute.bounds) else None, points)


def judge(table: FittedTable, cases: Sequence[Case], facts_of: Callable[[Case], Mapping[str, Any]]) -> int:
    """The AUC of the table on the cases, in ten-thousandths."""
    return round(10_000 * auc([table.score(facts_of(case)) for case in cases], [case.is_bad for case in cases]))
