"""Which fees a regime counts into its annual rate: a table of rules, each with its source."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from loanmath.apr.equation import named
from loanmath.kinds import choice, require_kind
from loanmath.shape import require_range


class Regime(StrEnum):
    """Whose rule an annual rate follows."""

    CHINA = "cn"
    EUROPE = "eu"
    UNITED_KINGDOM = "uk"
    UNITED_STATES = "us"


class FeeKind(StrEnum):
    """What a borrower pays for besides interest."""

    ORIGINATION = "origination"
    """Arrangement, points, service, discount."""
    BROKER = "broker"
    GUARANTEE = "guarantee"
    """Guarantee or credit enhancement that the lender requires."""
    REQUIRED_INSURANCE = "required_insurance"
    """Credit insurance without which the loan, or its terms, cannot be had."""
    VOLUNTARY_INSURANCE = "voluntary_insurance"
    REQUIRED_ACCOUNT = "required_account"
    """Keeping an account that the loan needs."""
    VALUATION = "valuation"
    """Appraisal of property that the lender requires."""
    NOTARY = "notary"
    REGISTRATION = "registration"
    """Public registers and their taxes, for the pledge or the transfer of property."""
    APPLICATION = "application"
    """Charged to all applicants, also to those who are refused."""
    DEFAULT = "default"
    """Penalties, late fees: the consequence of a broken contract."""
    PURCHASE = "purchase"
    """What a cash buyer pays as well."""


class FeeRule(NamedTuple):
    """Whether the fee counts, and where that is written."""

    is_counted: bool
    source: str
    confirmed: bool = False
    """Whether the text was read; otherwise it must be before the regime is used for customers."""


class Fee(NamedTuple):
    """A fee that the borrower pays on a date; the amount is positive."""

    kind: FeeKind
    on: date
    amount_minor: int


_LARGEST_MINOR: Final = 10**15
_PBC: Final = "中国人民银行公告〔2021〕第3号, item 2: interest and fees directly related to the loan"
_PBC_OUT: Final = "中国人民银行公告〔2021〕第3号, item 2: not directly related to the loan as performed"
_CCD: Final = (
    "Directive 2008/48/EC art. 3(g), 2014/17/EU art. 4(13), (EU) 2023/2225 art. 3(5): total cost of the credit"
)
_CCD_OUT: Final = "2008/48/EC art. 3(g), 19(2), 2014/17/EU art. 4(13): excluded from the total cost"
_CONC: Final = "FCA CONC App 1.2, MCOB 10A: total charge for credit"
_CONC_OUT: Final = "FCA CONC App 1.2, MCOB 10A: excluded from the total charge for credit"
_REG_Z: Final = "12 CFR 1026.4(a), (b): finance charge"
_REG_Z_OUT: Final = "12 CFR 1026.4(c), (d), (e): excluded from the finance charge"


def _rules(counted: str, left_out: str, out: Iterable[FeeKind], read: Iterable[FeeKind] = ()) -> dict[FeeKind, FeeRule]:
    outside, were_read = set(out), set(read)
    return {
        kind: FeeRule(kind not in outside, left_out if kind in outside else counted, kind in were_read)
        for kind in FeeKind
    }


_NEVER: Final = (FeeKind.DEFAULT, FeeKind.PURCHASE, FeeKind.VOLUNTARY_INSURANCE)

RULES: Final = {
    Regime.CHINA: _rules(_PBC, _PBC_OUT, (*_NEVER, FeeKind.NOTARY, FeeKind.REGISTRATION), read=(FeeKind.ORIGINATION,)),
    Regime.EUROPE: _rules(_CCD, _CCD_OUT, (*_NEVER, FeeKind.NOTARY, FeeKind.REGISTRATION)),
    Regime.UNITED_KINGDOM: _rules(_CONC, _CONC_OUT, (*_NEVER, FeeKind.NOTARY, FeeKind.REGISTRATION)),
    # Of loans on real property; elsewhere a valuation or a notary that the lender requires counts: 1026.4(c)(7).
    Regime.UNITED_STATES: _rules(
        _REG_Z,
        _REG_Z_OUT,
        (*_NEVER, FeeKind.APPLICATION, FeeKind.VALUATION, FeeKind.NOTARY, FeeKind.REGISTRATION),
        read=(FeeKind.ORIGINATION, FeeKind.BROKER, FeeKind.PURCHASE),
    ),
}
"""Data of law, dated by its sources; what is not ``confirmed`` was written down without reading the text again."""


def counted(regime: Regime, fees: Iterable[Fee]) -> tuple[list[Fee], list[Fee]]:
    """The fees that count into the regime's rate, and those that do not.

    Raises LoanMathError ``unknown_choice``, ``wrong_kind`` or ``out_of_range`` about the fee, by its place.
    """
    inside: list[Fee] = []
    outside: list[Fee] = []
    for place, fee in enumerate(named("fees", fees, Fee)):
        kind = choice(f"fees[{place}].kind", FeeKind, fee.kind)
        require_kind(f"fees[{place}].on", fee.on, date)
        require_range(f"fees[{place}].amount_minor", fee.amount_minor, 0, _LARGEST_MINOR)
        (inside if RULES[regime][kind].is_counted else outside).append(fee)
    return inside, outside
