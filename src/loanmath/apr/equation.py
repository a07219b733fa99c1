"""Flows gathered into the equation of their rate, and what they are worth at any rate, with a bound of the error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import chain, groupby
from operator import lt, ne, sub
from typing import Any, Final, NamedTuple, TypeVar

from loanmath.apr.decimals import ONE, Time, decimal_of, divided, geometric, ten_to
from loanmath.errors import LoanMathError, wrong_kind
from loanmath.kinds import require_kind

_Tuple = TypeVar("_Tuple", bound=tuple[Any, ...])
_LOST_DIGITS: Final = 6
"""Each factor is off by less than 10^6 units of its last digit; the bound of errors counts with that many."""


_LONGEST: Final = 100_000_000
"""Unit-periods: days of some hundred thousand years.  Far beyond them powers leave even the decimals used here."""
_MOST_PERIODS: Final = 1_000_000


class TimedFlow(NamedTuple):
    """A payment between lender and borrower, + to the lender, and when: in unit-periods after any common origin."""

    amount_minor: int
    periods: Time
    """Compounded; before the origin where negative."""
    part: Time = 0
    """The fraction of a unit-period beyond them that bears simple interest, 0 to 1."""


class _Run(NamedTuple):
    """Equal amounts one gap apart, so many ``times``, the first one ``gap`` after the flow before.

    Gap and part are places in the equation's lists of distinct ones: few powers serve many payments.
    """

    amount: Decimal
    gap: int
    part: int
    times: int


@dataclass(frozen=True, slots=True)
class Equation:
    """Flows in order of time, one a moment, none of them zero, gathered into runs of equal payments."""

    flows: tuple[TimedFlow, ...]
    runs: tuple[_Run, ...]
    gaps: tuple[Time, ...]
    parts: tuple[Time, ...]
    periods_a_year: Time
    sign_changes: int
    """Along the amounts in order of time."""

    @classmethod
    def of(cls, flows: Iterable[TimedFlow], periods_a_year: Time) -> Equation:
        """The equation of any flows; raises as :func:`rate_of`."""
        _require_time("periods_a_year", periods_a_year)
        if not 0 < periods_a_year <= _MOST_PERIODS:
            raise LoanMathError(
                "flow_out_of_range",
                "periods_a_year",
                "A year has more than 0 and at most {most} unit-periods, such as 12",
                most=_MOST_PERIODS,
            )
        ordered = _net(flows)
        gaps: dict[Time, int] = {}
        parts: dict[Time, int] = {}
        runs = tuple(_runs(ordered, gaps, parts)) if ordered else ()
        changes = sign_changes([run.amount for run in runs])
        begins_with_payment = bool(ordered) and ordered[0].amount_minor > 0
        if changes == 0 or (begins_with_payment and changes == 1):
            raise LoanMathError(
                "no_rate", "flows", "There is no rate: money must first be paid out and then paid back; check the flows"
            )
        if begins_with_payment and changes > 2:  # noqa: PLR2004 - fees, then a loan: two changes
            raise several()
        return cls(ordered, runs, tuple(gaps), tuple(parts), periods_a_year, changes)

    def at_zero(self) -> tuple[Decimal, Decimal]:
        """What the flows are worth at a rate of nought, and how fast that falls as the rate grows."""
        total = slope = reached = Decimal(0)
        gaps, parts = [decimal_of(gap) for gap in self.gaps], [decimal_of(part) for part in self.parts]
        for amount, gap, part, times in self.runs:
            step = gaps[gap]
            total += amount * times
            slope += amount * (times * (reached + parts[part]) + step * (times * (times + 1) // 2))
            reached += step * times
        return total, slope

    def worth(self, force: Decimal) -> Decimal:
        """What comes in less what goes out, worth at the first moment."""
        comes_in, goes_out = self.sides(force)
        return comes_in - goes_out

    def sides(self, force: Decimal) -> tuple[Decimal, Decimal]:
        """What comes in and what goes out, both positive, worth at the first moment, in the digits of the context."""
        growth = force.exp()
        powers = [divided(ONE, growth) if gap == 1 else (-force * decimal_of(gap)).exp() for gap in self.gaps]
        simple = [divided(ONE, 1 + (growth - 1) * decimal_of(part)) if part else ONE for part in self.parts]
        discount, comes_in, goes_out = ONE, Decimal(0), Decimal(0)
        for amount, gap, part, times in self.runs:
            total, power = geometric(powers[gap], times)
            worth = amount * discount * total * simple[part]
            if amount > 0:
                comes_in += worth
            else:
                goes_out -= worth
            discount *= power
        return comes_in, goes_out

    def tolerance(self, force: Decimal) -> Decimal:
        """Bound of the relative error of the sides: each factor's error, as often as it may be multiplied."""
        periods = int(self.flows[-1].periods - self.flows[0].periods) + 1
        return (len(self.flows) + periods * (1 + abs(force))) * ten_to(_LOST_DIGITS - getcontext().prec)

    def claims(self, force: Decimal) -> Iterator[Decimal]:
        """The lender's claim after each moment, worth at the first one."""
        claim = Decimal(0)
        for flow, discount in zip(self.flows, self.discounts(force), strict=True):
            claim -= flow.amount_minor * discount
            yield claim

    def discounts(self, force: Decimal) -> Iterator[Decimal]:
        """What a unit at each moment is worth at the first one, in the digits of the context."""
        rate = force.exp() - 1
        powers: dict[Time, Decimal] = {}
        discount, reached = ONE, self.flows[0].periods
        for flow in self.flows:
            gap = flow.periods - reached
            if gap not in powers:
                powers[gap] = (-force * decimal_of(gap)).exp()
            discount, reached = discount * powers[gap], flow.periods
            yield divided(discount, 1 + rate * decimal_of(flow.part))


def _net(flows: Iterable[TimedFlow]) -> tuple[TimedFlow, ...]:
    """One flow a moment, in order of time, none of them zero."""
    found = named("flows", flows, TimedFlow)
    amounts, moments, parts = zip(*found, strict=True) if found else ((), (), ())
    _require_kinds(found, amounts, (moments, parts))
    is_net = all(amounts) and not any(parts) and all(map(lt, moments, moments[1:]))
    ordered = tuple(found) if is_net else _summed(found)
    if ordered and (ordered[0].periods < -_LONGEST or ordered[-1].periods > _LONGEST):
        raise LoanMathError(
            "flow_out_of_range", "flows", "A flow lies at most {most} unit-periods away: check times", most=_LONGEST
        )
    return ordered


def _summed(flows: Iterable[TimedFlow]) -> tuple[TimedFlow, ...]:
    """Flows of one moment summed up, in order of time."""
    sums: dict[tuple[Time, Time], int] = {}
    for amount_minor, periods, part in flows:
        if not 0 <= part <= 1:
            raise LoanMathError("flow_out_of_range", "flows", "The part of a unit-period lies between 0 and 1")
        # A whole simple period is a compounded one: growth by 1 + i either way.
        moment = (periods + 1, 0) if part == 1 else (periods, part)
        sums[moment] = sums.get(moment, 0) + amount_minor
    return tuple(TimedFlow(sums[periods, part], periods, part) for periods, part in sorted(sums) if sums[periods, part])


def named(field: str, values: object, kind: type[_Tuple]) -> list[_Tuple]:
    """The values as named tuples of a kind.  Raises LoanMathError ``wrong_kind`` about the one that is none."""
    if not isinstance(values, Iterable) or isinstance(values, str):
        raise wrong_kind(field, values, "a list of flows")
    found = list(values)
    if frozenset({kind}).issuperset(map(type, found)):
        return found
    for place, value in enumerate(found):
        if not isinstance(value, kind):
            raise wrong_kind(f"{field}[{place}]", value, f"a {kind.__name__}")
    return found


def _require_kinds(flows: Sequence[TimedFlow], amounts: Iterable[object], times: Iterable[Iterable[object]]) -> None:
    """Raise LoanMathError ``wrong_kind`` about the first amount or time that is none."""
    # Column by column: of a long plan each flow costs almost nothing.
    if _INT.issuperset(map(type, amounts)) and all(_TIMES.issuperset(map(type, column)) for column in times):
        return
    for place, (amount_minor, periods, part) in enumerate(flows):
        require_kind(f"flows[{place}].amount_minor", amount_minor, int)
        _require_time(f"flows[{place}].periods", periods)
        _require_time(f"flows[{place}].part", part)


def _require_time(field: str, value: object) -> None:
    if type(value) not in _TIMES:
        raise wrong_kind(field, value, "a whole number or a Fraction")


_INT: Final = frozenset({int})
_TIMES: Final = frozenset({int, Fraction})


def _runs(flows: Sequence[TimedFlow], gaps: dict[Time, int], parts: dict[Time, int]) -> Iterator[_Run]:
    """Neighbours of equal amount, gap and part gathered into one run; gaps and parts are numbered as they appear."""
    amounts, moments, shares = zip(*flows, strict=True)
    steps = zip(amounts, chain((0,), map(sub, moments[1:], moments)), shares, strict=True)
    for (amount_minor, gap, part), same in groupby(steps):
        place, share = gaps.setdefault(gap, len(gaps)), parts.setdefault(part, len(parts))
        yield _Run(Decimal(amount_minor), place, share, len(list(same)))


def sign_changes(amounts: Iterable[int] | Iterable[Decimal]) -> int:
    """How often the sign changes along the amounts, zeros left out."""
    signs = [amount > 0 for amount in amounts if amount]
    return sum(map(ne, signs, signs[1:]))


def several() -> LoanMathError:
    """The refusal of flows that more than one rate might fit."""
    return LoanMathError(
        "several_rates",
        "flows",
        "Money goes out again after more than was owed came in, so more than one rate might fit: check the flows, or"
        " take the loans apart",
    )
