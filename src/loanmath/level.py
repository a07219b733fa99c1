"""The level instalment: the amount that, paid in every row, repays a balance if nothing were rounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import repeat
from math import gcd, lcm
from typing import Final

from loanmath import guess
from loanmath.calendar import day_of
from loanmath.periods import AlikePeriods, Period
from loanmath.rates import PPB
from loanmath.rounding import EDGES, Rounding, divide
from loanmath.terms import Levelling, Terms

_BY_ROWS: Final = Levelling.ROWS
_DAYS_OF_A_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class Level:
    """A level instalment and its working: exactly numerator / denominator, rounded to a multiple.

    ``is_exact`` is false where other instalments follow from the amount in money: it was set by other means (evened,
    kept), or they grow from it by percent, as the contract names it.  Weighted ones are shares of the exact figure.
    """

    amount_minor: int
    rounding: Rounding
    multiple_minor: int = 1
    is_exact: bool = True
    quotient: Callable[[], tuple[int, int]] = field(kw_only=True, compare=False, repr=False)
    """Numerator and denominator, found when they are asked for."""

    @property
    def numerator(self) -> int:
        """Of the exact instalment."""
        return self.quotient()[0]

    @property
    def denominator(self) -> int:
        """Of the exact instalment."""
        return self.quotient()[1]

    def of(self, weight: Fraction | int) -> int:
        """The instalment of a row of this weight."""
        if weight == 1:
            return self.amount_minor
        share = (Fraction(*self.quotient()) if self.is_exact else self.amount_minor) * Fraction(weight)
        return self.multiple_minor * divide(share.numerator, share.denominator * self.multiple_minor, self.rounding)


def level_instalment(terms: Terms, ahead: Sequence[Period], balance_minor: int, advance: int = 0) -> Level:
    """The instalment of weight 1 that brings the balance to the balloon over the periods ahead.

    With growth factors g_k = 1 + rate x units_k / divisor, the balance after row k is B_k = B_(k-1) g_k - w_k E;
    hence E = (P G - balloon) / V, where G = g_1 ... g_n and V_k = V_(k-1) g_k + w_k.  ``advance`` instalments paid
    at once start V at their number.  In a row of weight zero the interest is paid and the balance stays: its growth is 1.
    All in whole numbers: every g_k is a quotient a / u, and V is kept over the product of the u.  Where a guess leaves
    no doubt of the rounded amount, the whole numbers wait until they are asked for.
    """
    quotient = partial(_quotient, terms, ahead, balance_minor, advance)
    alike = _alike(terms, ahead) if not advance else None
    amount = _guessed(terms, alike, balance_minor) if alike is not None else None
    return Level(
        terms.to_multiple(*quotient()) if amount is None else amount,
        terms.instalment_rounding,
        multiple_minor=terms.shape.multiple_minor,
        is_exact=terms.shape.growth_ppb == 0,
        quotient=quotient,
    )


def _alike(terms: Terms, ahead: Sequence[Period]) -> AlikePeriods | None:
    """The columns of the rows, where all weigh and count alike."""
    is_plain = terms.levelling is _BY_ROWS and not terms.shape.amortised_over
    return ahead if is_plain and isinstance(ahead, AlikePeriods) else None


def _guessed(terms: Terms, ahead: AlikePeriods, balance_minor: int) -> int | None:
    shape, edge = terms.shape, EDGES.get(terms.instalment_rounding, "half")
    amounts = (balance_minor, shape.balloon_minor, shape.multiple_minor)
    return guess.level_instalment(ahead.rate_ppb, ahead.units, ahead.divisor, *amounts, edge)


def _quotient(terms: Terms, ahead: Sequence[Period], balance_minor: int, advance: int) -> tuple[int, int]:
    """Numerator and denominator of the instalment: see :func:`level_instalment`."""
    shape = terms.shape
    parts = lcm(*(Fraction(period.weight).denominator for period in ahead)) if not shape.is_plain else 1
    growth, value, scale = 1, advance * parts, 1
    for numerator, unit, weight in _factors(terms, ahead):
        growth *= numerator
        scale *= unit
        value = value * numerator
        if weight:
            value += scale if weight == parts == 1 else int(weight * parts) * scale
    rest = max(0, parts * (balance_minor * growth - shape.balloon_minor * scale))
    return rest, value or scale


def _factors(terms: Terms, ahead: Sequence[Period]) -> Iterator[tuple[int, int, Fraction | int]]:
    """Growth of each row as numerator and unit, and its weight.

    Rows beyond the last one (``Shape.amortised_over``) are like the last one.
    """
    by_rows, over = terms.levelling is Levelling.ROWS, terms.shape.amortised_over
    alike = _alike(terms, ahead)
    if alike is not None:
        common = gcd(alike.rate_ppb, alike.divisor)
        unit, part = alike.divisor // common, alike.rate_ppb // common
        yield from [(unit + part * units, unit, 1) for units in alike.units]
        return
    beyond = max(0, over - ahead[-1].number)
    for period in (*ahead, *repeat(ahead[-1], beyond)):
        factor, divisor = (period.factor, period.divisor) if by_rows else _rate_of(terms, period)
        common = gcd(factor, divisor)
        unit = divisor // common
        is_growing = period.weight or period.is_capitalised
        yield (unit + factor // common if is_growing else unit), unit, 0 if period.is_capitalised else period.weight


def _rate_of(terms: Terms, period: Period) -> tuple[int, int]:
    """The rate of a row by which the instalment is levelled, as numerator and denominator."""
    rate_ppb = period.stretches[-1].rate_ppb
    if terms.levelling is Levelling.PERIODS:
        per_year = terms.frequency.per_year
        return rate_ppb * per_year.denominator, PPB * per_year.numerator
    start = terms.disbursed_on
    units = terms.day_count.units(start, day_of(start.toordinal() + _DAYS_OF_A_MONTH, "disbursed_on"))
    return rate_ppb * units * terms.frequency.every, period.divisor
