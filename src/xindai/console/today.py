"""The date that a page speaks of: the open business date, or the last one when none is open."""

from datetime import date

from xindai.kernel import business_date, clock


def business_day() -> date:
    """Return the open business date, else the last closed one, else today in the bank's time zone."""
    return business_date.current_or_none() or business_date.last_closed() or clock.today()
