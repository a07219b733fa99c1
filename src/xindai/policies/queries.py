"""Which policy is in force, and what it says."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import NotFound
from xindai.kernel.memo import read_once
from xindai.kernel.standing import kept_while_unchanged
from xindai.policies.errors import NoPolicyInForce
from xindai.policies.figures import Figure, figures
from xindai.policies.models import PolicyState, PolicyVersion
from xindai.policies.packs import Pack


@read_once
@kept_while_unchanged(PolicyVersion)
def pack_as_of(on: date) -> Pack:
    """The pack in force on a date.  Raises NoPolicyInForce.

    One small query a call; the content and its plain sections are kept in memory per version and
    per span of days in which no figure changes.
    """
    version = (
        PolicyVersion.objects.filter(Q(ended_on=None) | Q(ended_on__gt=on), live_from__lte=on)
        .filter(state__in=[PolicyState.LIVE, PolicyState.ENDED])
        .order_by("-live_from")
        .values_list("pk", "sha256")
        .first()
    )
    if version is None:
        raise NoPolicyInForce(on)
    return _pack_of(*version, on)


def packs_as_of(days: Iterable[date]) -> dict[date, Pack]:
    """The pack in force on each of the days; all versions in one query.  Raises NoPolicyInForce."""
    versions = _versions_ever_live()
    found = {}
    for on in days:
        in_force = [
            (pk, sha256)
            for pk, sha256, since, until in versions
            if since is not None and since <= on and (until is None or until > on)
        ]
        if not in_force:
            raise NoPolicyInForce(on)
        found[on] = _pack_of(*in_force[0], on)
    return found


@kept_while_unchanged(PolicyVersion)
def _versions_ever_live() -> list[tuple[int, str, date | None, date | None]]:
    known = PolicyVersion.objects.filter(state__in=[PolicyState.LIVE, PolicyState.ENDED], live_from__isnull=False)
    return list(known.order_by("-live_from").values_list("pk", "sha256", "live_from", "ended_on"))


@read_once
@kept_while_unchanged(PolicyVersion)
def pack_of_version(label: str, on: date) -> Pack:
    """A version by its label, whatever its state, read as of a date: to word what was decided with it.

    Raises NotFound.
    """
    pack, _dash, number = label.rpartition("-")
    version = PolicyVersion.objects.filter(pack=pack, number=int(number)).values_list("pk", "sha256").first()
    if version is None:
        raise NotFound(_("policy version"), label)
    return _pack_of(*version, on)


def _pack_of(pk: int, sha256: str, on: date) -> Pack:
    """The pack as of the first day of the span that the date lies in."""
    changes = _change_dates(pk, sha256)
    position = bisect_right(changes, on)
    return _pack_in_span(pk, sha256, changes[position - 1] if position else on)


@lru_cache(maxsize=64)
def _pack_in_span(pk: int, sha256: str, first_day: date) -> Pack:
    code, number, content = _content(pk, sha256)
    return Pack(code=code, number=number, content=content, on=first_day, sha256=sha256)


@lru_cache(maxsize=16)
def _content(pk: int, sha256: str) -> tuple[str, int, Any]:
    """A version's content; it never changes, so it may be kept (the fingerprint tells databases apart)."""
    return PolicyVersion.objects.values_list("pack", "number", "content").get(pk=pk, sha256=sha256)


@lru_cache(maxsize=16)
def _change_dates(pk: int, sha256: str) -> tuple[date, ...]:
    """The dates on which any figure of the version changes, in order."""
    _code, _number, content = _content(pk, sha256)
    return tuple(sorted({figure.in_force_from for figure in figures(content)}))


@dataclass(frozen=True)
class Difference:
    """A figure that two versions read differently; None where a version does not have it."""

    key: str
    before: Figure | None
    after: Figure | None


def differences(before: Pack, after: Pack) -> list[Difference]:
    """The figures in force whose value differs, ordered by key."""
    old = {figure.key: figure for figure in before.figures()}
    new = {figure.key: figure for figure in after.figures()}
    return [
        Difference(key, old.get(key), new.get(key))
        for key in sorted(old.keys() | new.keys())
        if _value(old.get(key)) != _value(new.get(key))
    ]


def _value(figure: Figure | None) -> Any:
    return None if figure is None else (figure.value, figure.unit)


def versions() -> list[PolicyVersion]:
    """Every version, the latest first, without its content."""
    return list(PolicyVersion.objects.defer("content").order_by("-pk"))
