"""Template tags and filters of the console; every page formats numbers and states through these."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from xindai.console import marks, words
from xindai.kernel import clock, formatting

register = template.Library()

MINUTES_IN_HOUR = 60


def _language() -> str:
    return get_language() or "zh-hans"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is decoration, the word beside it carries the meaning."""
    return format_html(
        '<svg class="xd-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("xd/icons.svg"),
        name,
    )


@register.simple_tag
def tag(kind: str, value: str | int | None) -> SafeString:
    """Draw the tag of a state: icon and word in the tone that the one map gives."""
    if value in (None, ""):
        return format_html('<span class="xd-muted">{}</span>', formatting.NONE)
    code = marks.loan_class_code(value) if isinstance(value, int) else str(value)
    mark = marks.mark(kind, code)
    drawn = icon(mark.icon) if mark.icon else ""
    plain = " xd-tag-plain" if mark.is_plain else ""
    return format_html('<span class="xd-tag xd-tag-{}{}">{}{}</span>', mark.tone, plain, drawn, mark.word)


@register.simple_tag
def money(amount_minor: int | None, currency: str = "CNY") -> str:
    """Write an exact amount with its currency."""
    return formatting.NONE if amount_minor is None else formatting.amount(amount_minor, currency, _language())


@register.simple_tag
def exact_money(numerator: int, denominator: int, currency: str) -> str:
    """Write numerator/denominator minor units before they are rounded."""
    return formatting.exact_amount(numerator, denominator, currency, _language())


@register.simple_tag
def figure(amount_minor: int | None, currency: str = "CNY") -> str | SafeString:
    """Write an amount for a column; zero is muted, a missing one is a dash."""
    if amount_minor is None:
        return formatting.NONE
    text = formatting.plain_amount(amount_minor, currency)
    return text if amount_minor else format_html('<span class="xd-zero">{}</span>', text)


@register.simple_tag
def credit(amount_minor: int, currency: str = "CNY") -> str | SafeString:
    """Write a signed amount (credit is negative) in the credit column, without its sign."""
    return figure(-amount_minor, currency)


@register.simple_tag
def short_money(amount_minor: int | None, currency: str = "CNY") -> str | SafeString:
    """Write a summary amount in 万/亿 or m/bn; the exact value is its title."""
    if amount_minor is None:
        return formatting.NONE
    number, unit = formatting.short_amount(amount_minor, currency, _language())
    exact = formatting.amount(amount_minor, currency, _language())
    return format_html('<span class="xd-nowrap" title="{}">{} <small>{}</small></span>', exact, number, unit)


@register.simple_tag
def unit(currency: str = "CNY") -> str:
    """Return the unit for the head of a column of amounts."""
    return formatting.currency_unit(currency, _language())


@register.filter
def percent(rate_ppb: int | None) -> str:
    """Write a rate in percent without the sign."""
    return formatting.NONE if rate_ppb is None else formatting.percent(rate_ppb)


@register.filter
def annual_percent(rate_ppb: int | None) -> str:
    """Write a computed annual rate in percent to two decimals."""
    return formatting.NONE if rate_ppb is None else formatting.annual_percent(rate_ppb)


@register.simple_tag
def share(part: int, whole: int, places: int = 2) -> str:
    """Write part/whole in percent without the sign."""
    return formatting.share(part, whole, places)


@register.filter
def number(value: int | None) -> str | SafeString:
    """Write a count; zero is muted."""
    if value is None:
        return formatting.NONE
    return formatting.count(value) if value else format_html('<span class="xd-zero">{}</span>', "0")


@register.filter
def day(value: date | None) -> str | SafeString:
    """Write a date that machines can read as well; of an instant the date at the bank."""
    if value is None:
        return formatting.NONE
    if isinstance(value, datetime):
        value = value.astimezone(clock.bank_zone()).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formatting.calendar_day(value, _language()))


@register.filter
def moment(value: datetime | None) -> str | SafeString:
    """Write an instant in the bank's time zone."""
    if value is None:
        return formatting.NONE
    bank_time = value.astimezone(clock.bank_zone())
    return format_html(
        '<time datetime="{}">{}</time>', bank_time.isoformat(), formatting.moment(bank_time, _language())
    )


@register.simple_tag
def sla_chip(sla: Any) -> SafeString:
    """Draw the clock of a promise; the one chip of lists, records and the worklist."""
    return render_to_string("xd/parts/sla.html", {"sla": sla})


@register.filter
def working_hours(value: timedelta) -> str:
    """Write working time in hours and minutes."""
    hours, minutes = divmod(value // timedelta(minutes=1), MINUTES_IN_HOUR)
    if not hours:
        return ngettext("%(minutes)s min", "%(minutes)s min", minutes) % {"minutes": minutes}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


@register.filter
def whole_minutes(value: timedelta) -> int:
    """Return working time in whole minutes, for the script that lets them tick."""
    return value // timedelta(minutes=1)


@register.filter
def tenths_of_hours(value: timedelta) -> str:
    """Write working time in hours with one decimal."""
    return formatting.rounded(Fraction(value // timedelta(seconds=1), 3600), 1)


@register.filter
def local(texts: Mapping[str, str] | str | None) -> str:
    """Choose the reader's language from a {zh, en} map that a lender edits."""
    if texts is None or isinstance(texts, str):
        return texts or ""
    return texts.get("zh" if formatting.is_chinese(_language()) else "en", "")


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """Return mapping[key], or None."""
    return mapping.get(key)


@register.filter
def word(code: str | None, kind: str) -> str | Promise:
    """Say a stored code in the reader's language."""
    return formatting.NONE if code is None else words.word(kind, code)
