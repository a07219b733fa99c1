"""Calendars kept once for all loans made under them."""

import hashlib
import json
from functools import lru_cache

from loanmath import Calendar
from xindai.servicing.models import BusinessCalendar


def keep(calendar: Calendar) -> BusinessCalendar:
    """The stored calendar with this content."""
    content = calendar.to_json()
    sha256 = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return BusinessCalendar.objects.get_or_create(sha256=sha256, defaults={"content": content})[0]


@lru_cache(maxsize=64)
def calendar_of(calendar_id: int) -> Calendar:
    """The calendar of a row, which never changes."""
    return Calendar.from_json(BusinessCalendar.objects.get(pk=calendar_id).content)
