"""Currencies and amounts: an amount is a whole number of minor units, never a fraction of one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from loanmath.errors import LoanMathError, wrong_kind
from loanmath.written import Slip, scaled

_EXPONENTS_OTHER_THAN_TWO: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_CURRENCIES_OF_TWO: Final = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
    "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP "
    "TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"
)

EXPONENTS: Final[dict[str, int]] = dict.fromkeys(_CURRENCIES_OF_TWO.split(), 2) | {
    currency: exponent for exponent, currencies in _EXPONENTS_OTHER_THAN_TWO.items() for currency in currencies.split()
}
"""Decimal places of each currency's minor unit: ISO 4217 list one up to amendment 180 (January 2026).

Units of account in which loans are made (CLF, COU, MXV, UYI, ...) are in it; what has no minor unit (gold, SDR,
codes for tests) is not.
"""


class Withdrawal(NamedTuple):
    """A currency that is no more: the code that took its place, and the first day without it."""

    successor: str
    on: date


WITHDRAWN: Final = {
    "ANG": Withdrawal("XCG", date(2025, 3, 31)),
    "BGN": Withdrawal("EUR", date(2026, 1, 1)),
    "BYR": Withdrawal("BYN", date(2017, 1, 1)),
    "CUC": Withdrawal("CUP", date(2021, 7, 1)),
    "HRK": Withdrawal("EUR", date(2023, 1, 1)),
    "LTL": Withdrawal("EUR", date(2015, 1, 1)),
    "LVL": Withdrawal("EUR", date(2014, 1, 1)),
    "MRO": Withdrawal("MRU", date(2018, 1, 1)),
    "SLL": Withdrawal("SLE", date(2024, 1, 1)),
    "STD": Withdrawal("STN", date(2018, 1, 1)),
    "VEF": Withdrawal("VES", date(2018, 8, 20)),
    "ZMK": Withdrawal("ZMW", date(2013, 1, 1)),
    "ZWL": Withdrawal("ZWG", date(2024, 9, 1)),
}
"""Codes of ISO 4217 list three since 2013 that old contracts may still name."""

LARGEST_AMOUNT_MINOR: Final = 10**13
"""Up to this many minor units every product with a rate and days is exact in columns too."""


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit.

    Raises LoanMathError ``unknown_currency``, ``withdrawn_currency`` or ``wrong_kind``.
    """
    try:
        return EXPONENTS[currency]
    except (KeyError, TypeError):
        raise _no_currency(currency) from None


def to_minor(amount: str | int | Decimal, currency: str) -> int:
    """Minor units of an amount written in whole units, such as ``"1055.77"``.

    Text is Latin digits with one point at most.  Raises LoanMathError ``amount_unreadable``, ``amount_too_fine`` (more
    decimal places than the currency has), ``amount_too_large`` (more than 18 digits in minor units), ``wrong_kind`` for
    a float or a truth value, and as :func:`exponent`.
    """
    found = scaled(amount, exponent(currency), "amount")
    if isinstance(found, int):
        return found
    code, message = _SLIPS[found]
    raise LoanMathError(code, "amount", message, amount=amount, currency=currency)


_SLIPS: Final = {
    Slip.UNREADABLE: ("amount_unreadable", "“{amount}” is no amount: write digits such as 1055.77"),
    Slip.TOO_FINE: ("amount_too_fine", "{amount} is finer than the smallest unit of {currency}: round it first"),
    Slip.TOO_LARGE: ("amount_too_large", "{amount} {currency} is out of all proportion: check its digits"),
}


def to_text(amount_minor: int, currency: str) -> str:
    """The amount in whole units as plain digits: ``105577`` CNY is ``"1055.77"``."""
    places = exponent(currency)
    if places == 0:
        return str(amount_minor)
    digits = str(abs(amount_minor)).rjust(places + 1, "0")
    return f"{'-' if amount_minor < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _no_currency(currency: object) -> LoanMathError:
    if not isinstance(currency, str):
        return wrong_kind("currency", currency, "the three letters of a currency")
    if currency not in WITHDRAWN:
        return LoanMathError(
            "unknown_currency",
            "currency",
            "{currency} is no ISO 4217 currency: give one such as CNY",
            currency=currency,
        )
    successor, on = WITHDRAWN[currency]
    return LoanMathError(
        "withdrawn_currency",
        "currency",
        "{currency} was replaced on {on}: give {successor}",
        currency=currency,
        on=on,
        successor=successor,
    )
