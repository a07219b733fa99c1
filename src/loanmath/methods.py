"""The rule of the principal parts, method by method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from loanmath.level import Level
from loanmath.periods import AlikePeriods, Period
from loanmath.rates import PPB
from loanmath.rounding import divide
from loanmath.terms import Method, Terms

Part = Callable[[int, int, int], int]
"""(place, interest, balance) to the principal of a row that is not the last; before it is held between 0 and the
balance."""


class Standing(NamedTuple):
    """From what the parts follow: the balance where the rule begins to hold, and the sum that is levelled."""

    terms: Terms
    ahead: Sequence[Period]
    balance_minor: int
    level_on_minor: int
    level: Level | None


def part_of(standing: Standing) -> Part:
    """The rule of the terms' method."""
    same = same_part(standing)
    return _RULES[standing.terms.method](standing) if same is None else lambda _place, _accrued, _balance: same


def same_part(standing: Standing) -> int | None:
    """The part that every row repays whatever its interest; None where there is no such part."""
    rule = _SAME.get(standing.terms.method)
    return rule(standing) if rule else None


def _level_part(standing: Standing) -> Part:
    """Instalment less interest."""
    level, ahead = standing.level, standing.ahead
    assert level is not None
    if standing.terms.shape.is_plain:
        amount = level.amount_minor
        return lambda _place, accrued_minor, _balance: amount - accrued_minor
    return lambda place, accrued_minor, _balance: level.of(ahead[place].weight) - accrued_minor


def _equal_part(standing: Standing) -> int | None:
    """Equal parts, rounded."""
    terms = standing.terms
    if not terms.shape.is_plain:
        return None
    amount = max(0, standing.balance_minor - terms.shape.balloon_minor)
    return divide(amount, _bearing(standing.ahead) + _beyond(standing) or 1, terms.rounding)


def _beyond(standing: Standing) -> int:
    """How many rows there would be after the last one (``Shape.amortised_over``)."""
    over = standing.terms.shape.amortised_over
    return max(0, over - standing.ahead[-1].number) if over else 0


def _weighted_part(standing: Standing) -> Part:
    """Weighted parts, rounded; never more in sum than the balance."""
    terms, ahead, beyond = standing.terms, standing.ahead, _beyond(standing)
    amount = max(0, standing.balance_minor - terms.shape.balloon_minor)
    weights = [Fraction(0) if period.is_capitalised else Fraction(period.weight) for period in ahead]
    everything = sum(weights, Fraction(beyond)) or Fraction(1)

    def part(place: int, accrued_minor: int, balance_minor: int) -> int:
        share = Fraction(amount * weights[place], everything)
        return divide(share.numerator, share.denominator, terms.rounding)

    return part


def _no_part(_standing: Standing) -> int:
    """Nothing before the last row."""
    return 0


def _flat_part(standing: Standing) -> int | None:
    """Equal parts of the principal."""
    return _flat_share(standing) if standing.terms.shape.multiple_minor == 1 else None


def _flat_share(standing: Standing) -> int:
    return standing.terms.to_multiple(standing.level_on_minor, _bearing(standing.ahead) or 1)


def _flat_multiple_part(standing: Standing) -> Part:
    """Part and interest are rounded to a multiple each for itself, and the exact interest is taken off."""
    terms, equal = standing.terms, _flat_share(standing)
    return lambda _place, accrued_minor, _balance: equal + terms.to_multiple(accrued_minor, 1) - accrued_minor


def _bearing(ahead: Sequence[Period]) -> int:
    """How many rows pay principal."""
    if isinstance(ahead, AlikePeriods):
        return len(ahead)
    return sum(1 for period in ahead if period.weight and not period.is_capitalised)


def _fixed_part(standing: Standing) -> Part:
    """The fixed instalment less interest."""
    fixed = standing.terms.shape.instalment_minor
    return lambda _place, accrued_minor, _balance: fixed - accrued_minor


def _minimum_part(standing: Standing) -> Part:
    """A share of balance and interest, at least the floor, less interest."""
    terms, shape = standing.terms, standing.terms.shape

    def part(place: int, accrued_minor: int, balance_minor: int) -> int:
        share = terms.to_multiple((balance_minor + accrued_minor) * shape.minimum_ppb, PPB)
        return max(share, shape.minimum_minor) - accrued_minor

    return part


def _own_part(standing: Standing) -> Part:
    """The parts as agreed; nothing where they have ended."""
    parts, ahead = standing.terms.shape.parts, standing.ahead

    def part(place: int, accrued_minor: int, balance_minor: int) -> int:
        number = ahead[place].number
        return parts[number - 1] if number <= len(parts) else 0

    return part


_RULES: Final[dict[Method, Callable[[Standing], Part]]] = {
    Method.LEVEL: _level_part,
    Method.EQUAL_PRINCIPAL: _weighted_part,
    Method.FLAT: _flat_multiple_part,
    Method.FIXED: _fixed_part,
    Method.MINIMUM: _minimum_part,
    Method.CUSTOM: _own_part,
}
_SAME: Final[dict[Method, Callable[[Standing], int | None]]] = {
    Method.EQUAL_PRINCIPAL: _equal_part,
    Method.INTEREST_FIRST: _no_part,
    Method.BULLET: _no_part,
    Method.FLAT: _flat_part,
}
AS_LONG_AS_IT_TAKES: Final = frozenset({Method.FIXED, Method.MINIMUM})
