"""The lender's business date: opened, worked on, closed by the end of day - never the clock's date."""

from datetime import date
from typing import cast

from django.utils.translation import gettext_lazy as _

from xindai.kernel import clock, sql, standing
from xindai.kernel.errors import StateConflict
from xindai.kernel.memo import forget, read_once
from xindai.kernel.models import BusinessDay
from xindai.kernel.transactions import held, hold

_CUT_OFF = "business day cut-off"
"""The lock that everyone who moves money shares, and that the cut-off takes alone."""


def current() -> date:
    """The open business date.  Raises StateConflict when none is open."""
    on = current_or_none()
    if on is None:
        raise StateConflict(_("No business day is open."), remedy=_("Open the next business day first."))
    return on


@read_once
def current_or_none() -> date | None:
    """The open business date, or None between two days."""
    seen = standing.dates()
    if seen is not None:
        return seen[0]
    return BusinessDay.objects.filter(is_open=True).values_list("on", flat=True).first()


def to_show() -> date:
    """The date that a page speaks of: the open one, else the last closed one, else the bank's day before the first."""
    return current_or_none() or last_closed() or clock.today()


def hold_open() -> date:
    """The open business date, which cannot be cut off before this transaction has ended.

    Whoever moves money asks here first.  Raises StateConflict when no day is open or its end of day has begun.
    """
    known = held(_CUT_OFF)
    if known is not None:
        return cast("date", known)
    sql.lock_shared(_CUT_OFF)
    day = BusinessDay.objects.filter(is_open=True).first()
    if day is None:
        return current()
    if day.cut_off_at is not None:
        raise StateConflict(
            _("The business day {on} is being closed."),
            remedy=_("Try again when the next business day has opened."),
            on=day.on,
        )
    return hold(_CUT_OFF, day.on)


def cut_off(on: date) -> None:
    """From now on nothing more happens on this date; waits for those who are at it.

    Raises StateConflict when the date is not open.
    """
    sql.lock(_CUT_OFF)
    hold(_CUT_OFF, None)
    day = BusinessDay.objects.select_for_update().filter(on=on, is_open=True).first()
    if day is None:
        raise StateConflict(
            _("The business day {on} is not open."), field="on", remedy=_("Give the open business date."), on=on
        )
    if day.cut_off_at is None:
        day.cut_off_at = clock.now()
        day.save(update_fields=["cut_off_at"])


@read_once
def last_closed() -> date | None:
    """The latest business date that has been closed."""
    seen = standing.dates()
    if seen is not None:
        return seen[1]
    return BusinessDay.objects.filter(is_open=False).order_by("-on").values_list("on", flat=True).first()


def is_closed(on: date) -> bool:
    """Whether this date was opened and has been closed."""
    return BusinessDay.objects.filter(on=on, is_open=False).exists()


def is_cut_off(on: date) -> bool:
    """Whether the end of day of this open date has begun: nothing more can happen on it."""
    return BusinessDay.objects.filter(on=on, is_open=True, cut_off_at__isnull=False).exists()


def open_day(on: date) -> BusinessDay:
    """Open a business date; opening the one that is open already changes nothing.

    Raises StateConflict while another day is open, or when the date is not after the last one.
    """
    latest = BusinessDay.objects.select_for_update().order_by("-on").first()
    if latest is not None:
        if latest.on == on and latest.is_open:
            return latest
        if latest.is_open:
            raise StateConflict(
                _("The business day {open} is still open."),
                remedy=_("Close it by the end of day, then open {on}."),
                open=latest.on,
                on=on,
            )
        if on <= latest.on:
            raise StateConflict(
                _("The business day {on} is past: the last one closed was {closed}."),
                field="on",
                remedy=_("Give a later date."),
                on=on,
                closed=latest.on,
            )
    forget(current_or_none)
    return BusinessDay.objects.create(on=on, opened_at=clock.now())


def close(on: date) -> BusinessDay:
    """Close a business date for ever; closing it again changes nothing.

    Raises StateConflict when the date was never opened.
    """
    day = BusinessDay.objects.select_for_update().filter(on=on).first()
    if day is None:
        raise StateConflict(
            _("The business day {on} was never opened."), field="on", remedy=_("Give the open business date."), on=on
        )
    if day.is_open:
        day.is_open, day.closed_at = False, clock.now()
        day.save(update_fields=["is_open", "closed_at"])
        forget(current_or_none)
        forget(last_closed)
    return day
