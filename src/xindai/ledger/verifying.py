"""Holding the sealed books against their chain: as a whole, or on from the last signed check that found them sound."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from xindai.kernel import clock, vault
from xindai.ledger import hashing, sealing
from xindai.ledger.models import ChainCheck, DaySeal
from xindai.ledger.sealing import Break

KEPT_BREAKS: Final = 200
"""How many breaks a check keeps by name; all of them are counted."""
MOST_DAYS: Final = 7
"""How many days after the last check are read whenever somebody asks how the books stand."""
_TRIED: Final = 30
"""How many checks are tried for a signature that holds, the latest first."""
_LOOKUP: Final = "check of the chain"
_UNIT: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the sealed books stand: what was read, up to which check, and what is wrong.

    ``checked`` is the signed check without a break from which was read on; ``broken`` the latest check when it found
    breaks.  ``days`` and ``transactions`` are those of the check and those read now; ``days_since`` were read now, or, if
    ``is_behind``, wait to be read.
    """

    checked: ChainCheck | None
    broken: ChainCheck | None
    breaks: tuple[Break, ...]
    break_count: int
    days: int
    transactions: int
    days_since: int
    is_behind: bool


def check(by: str, *, is_whole: bool) -> ChainCheck | None:
    """Read the sealed days, all or those after the last sound check, and keep what was found; None without such days."""
    before = None if is_whole else sound_check()
    days = _days_after(before)
    if not days:
        return None
    found = sealing.breaks(days, before.hash if before else hashing.GENESIS)
    row = ChainCheck(
        on=days[-1].on,
        hash=days[-1].hash,
        days=len(days) + (before.days if before else 0),
        transactions=sum(day.n for day in days) + (before.transactions if before else 0),
        is_whole=is_whole,
        break_count=len(found),
        breaks=[[one.on.isoformat(), one.key, one.problem] for one in found[:KEPT_BREAKS]],
        checked_at=clock.now(),
        checked_by=by,
    )
    row.signature = signature(row)
    row.save()
    return row


def sound_check() -> ChainCheck | None:
    """The latest check without a break whose signature holds and whose last day still has the hash that it had then."""
    for row in ChainCheck.objects.filter(break_count=0).order_by("-pk")[:_TRIED]:
        is_there = DaySeal.objects.filter(on=row.on, hash=row.hash).exists()
        if is_there and signature(row) == row.signature:
            return row
    return None


def standing() -> Standing:
    """Read on from the last sound check, unless too many days have been sealed since; nothing is kept."""
    checked = sound_check()
    days = _days_after(checked)
    is_behind = len(days) > MOST_DAYS
    found = [] if is_behind else sealing.breaks(days, checked.hash if checked else hashing.GENESIS)
    read = [] if is_behind else days
    latest = ChainCheck.objects.order_by("-pk").first()
    broken = latest if latest is not None and latest.break_count else None
    known = _breaks_of(broken) if broken else []
    named = sorted({*known, *found}, key=lambda one: (one.on, one.key, one.problem))
    return Standing(
        checked=checked,
        broken=broken,
        breaks=tuple(named[:KEPT_BREAKS]),
        break_count=max(len(named), broken.break_count if broken else 0),
        days=len(read) + (checked.days if checked else 0),
        transactions=sum(day.n for day in read) + (checked.transactions if checked else 0),
        days_since=len(days),
        is_behind=is_behind,
    )


def signature(row: ChainCheck) -> str:
    """The keyed hash of what a check says."""
    values = (
        row.on, row.hash, row.days, row.transactions, row.is_whole, row.break_count, row.checked_at.isoformat(), row.checked_by,
        *(_UNIT.join(one) for one in row.breaks),
    )  # fmt: skip
    return vault.lookup_hash(_LOOKUP, _UNIT.join(map(str, values)))


def _days_after(checked: ChainCheck | None) -> list[DaySeal]:
    days = DaySeal.objects.order_by("on")
    return list(days if checked is None else days.filter(on__gt=checked.on))


def _breaks_of(row: ChainCheck) -> list[Break]:
    return [Break(date.fromisoformat(on), key, problem) for on, key, problem in row.breaks]
