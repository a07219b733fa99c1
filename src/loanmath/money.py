"""Currencies and amounts: an amount is a whole number of minor units, never a fraction of one."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from loanmath.errors import LoanMathError

_EXPONENTS_OTHER_THAN_TWO: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_CURRENCIES_OF_TWO: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD "
    "MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP "
    "PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW"
)

EXPONENTS: Final[dict[str, int]] = dict.fromkeys(_CURRENCIES_OF_TWO.split(), 2) | {
    currency: exponent for exponent, currencies in _EXPONENTS_OTHER_THAN_TWO.items() for currency in currencies.split()
}
"""Decimal places of each currency's minor unit (ISO 4217)."""

LARGEST_AMOUNT_MINOR: Final = 10**13
"""Up to this many minor units every product with a rate and days is exact in columns too."""


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit.

    Raises LoanMathError ``unknown_currency``.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise LoanMathError(
            "unknown_currency",
            "currency",
            "{currency} is no ISO 4217 currency: give one such as CNY",
            currency=currency,
        ) from None


def to_minor(amount: str | int | Decimal, currency: str) -> int:
    """Minor units of an amount written in whole units, such as ``"1055.77"``.

    Raises LoanMathError ``amount_unreadable`` or ``amount_too_fine`` (more decimal places than
    the currency has).
    """
    try:
        scaled = Decimal(amount).scaleb(exponent(currency))
    except InvalidOperation:
        raise LoanMathError(
            "amount_unreadable",
            "amount",
            "“{amount}” is no amount: write digits such as 1055.77",
            amount=amount,
        ) from None
    if scaled != scaled.to_integral_value():
        raise LoanMathError(
            "amount_too_fine",
            "amount",
            "{amount} is finer than the smallest unit of {currency}: round it first",
            amount=amount,
            currency=currency,
        )
    return int(scaled)


def to_text(amount_minor: int, currency: str) -> str:
    """The amount in whole units as plain digits: ``105577`` CNY is ``"1055.77"``."""
    places = exponent(currency)
    if places == 0:
        return str(amount_minor)
    digits = str(abs(amount_minor)).rjust(places + 1, "0")
    return f"{'-' if amount_minor < 0 else ''}{digits[:-places]}.{digits[-places:]}"
