"""How amounts, rates, dates and durations are written, in Chinese and in English.

Pure functions of the value and the language. The currency always comes from the data, never from the language; a
negative number carries a real minus sign (U+2212); nothing here passes through a float.
"""

from datetime import date, datetime
from fractions import Fraction

from loanmath.money import exponent

MINUS = "−"
NONE = "—"
WAN = 10_000
YI = 100_000_000
MILLION = 1_000_000
BILLION = 1_000_000_000
PPB_PER_PERCENT = 10_000_000
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_chinese(language: str) -> bool:
    """Tell whether texts of this language tag are written in Chinese."""
    return language.lower().startswith("zh")


def decimal_places(currency: str) -> int:
    """Return the exponent of an ISO 4217 currency: 2 for CNY, 0 for JPY."""
    return exponent(currency)


def rounded(value: Fraction, places: int) -> str:
    """Write an exact number with `places` decimals, half up by magnitude, thousands grouped, U+2212 when negative."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    integer, decimals = divmod(whole, 10**places)
    sign = MINUS if value < 0 and whole else ""
    return f"{sign}{integer:,}" + (f".{decimals:0{places}d}" if places else "")


def plain_amount(amount_minor: int, currency: str) -> str:
    """Write an amount for a column whose head names the unit: 862,340.55."""
    places = decimal_places(currency)
    return rounded(Fraction(amount_minor, 10**places), places)


def amount(amount_minor: int, currency: str, language: str) -> str:
    """Write an exact amount with its currency, for prose and confirmations: 862,340.55 元, CNY 862,340.55."""
    return with_currency(plain_amount(amount_minor, currency), currency, language)


def exact_amount(numerator: int, denominator: int, currency: str, language: str) -> str:
    """Write an amount of numerator/denominator minor units with four decimals more than the currency has."""
    places = decimal_places(currency)
    value = Fraction(numerator, denominator * 10**places)
    return with_currency(rounded(value, places + 4), currency, language)


def with_currency(number: str, currency: str, language: str) -> str:
    """Join a written number and its currency in the order of the language."""
    if is_chinese(language) and currency == "CNY":
        return f"{number} 元"
    return f"{currency} {number}"


def short_amount(amount_minor: int, currency: str, language: str) -> tuple[str, str]:
    """Return number and unit of a summary figure: ("36.42", "亿元") or ("CNY 3.64", "bn")."""
    value = Fraction(amount_minor, 10 ** decimal_places(currency))
    unit = currency_unit(currency, language)
    if not is_chinese(language):
        for size, name in ((BILLION, "bn"), (MILLION, "m")):
            if abs(value) >= size:
                return f"{currency} {rounded(value / size, 2)}", name
        return amount(amount_minor, currency, language), ""
    for size, name in ((YI, "亿"), (WAN, "万")):
        if abs(value) >= size:
            return rounded(value / size, 2), f"{name}{unit}"
    return plain_amount(amount_minor, currency), unit


def currency_unit(currency: str, language: str) -> str:
    """Return the unit that a column head carries in brackets."""
    return "元" if is_chinese(language) and currency == "CNY" else currency


def percent(rate_ppb: int) -> str:
    """Write a rate in percent without its sign: at least two decimals, more when the rate has them."""
    scaled = rounded(Fraction(rate_ppb, PPB_PER_PERCENT), 5)
    integer, decimals = scaled.split(".")
    return f"{integer}.{decimals.rstrip('0').ljust(2, '0')}"


def annual_percent(rate_ppb: int) -> str:
    """Write a computed annual rate in percent to two decimals, as customers are told it."""
    return rounded(Fraction(rate_ppb, PPB_PER_PERCENT), 2)


def share(part: int, whole: int, places: int = 2) -> str:
    """Write part/whole in percent without its sign; a dash when there is nothing to divide by."""
    return rounded(Fraction(part, whole) * 100, places) if whole else NONE


def calendar_day(day: date, language: str) -> str:
    """Write a date: 2026-12-06 or 6 Dec 2026."""
    if is_chinese(language):
        return day.isoformat()
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def month(day: date, language: str) -> str:
    """Write the month of a date: 2026-12 or Dec 2026."""
    return f"{day:%Y-%m}" if is_chinese(language) else f"{ENGLISH_MONTHS[day.month - 1]} {day.year}"


def moment(at: datetime, language: str) -> str:
    """Write a local instant to the minute."""
    return f"{calendar_day(at.date(), language)} {at:%H:%M}"


def period(start: date, end: date, language: str) -> str:
    """Write a range of dates."""
    joint = " 至 " if is_chinese(language) else " – "
    return calendar_day(start, language) + joint + calendar_day(end, language)


def count(number: int) -> str:
    """Write a whole number with its thousands grouped."""
    return rounded(Fraction(number), 0)
