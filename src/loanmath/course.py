"""Row after row: a balance repaid over the periods ahead, by the rule of its method."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise, repeat
from math import lcm
from operator import mul
from typing import Any, Final, NamedTuple

from loanmath.errors import LoanMathError
from loanmath.level import Level, level_instalment
from loanmath.methods import AS_LONG_AS_IT_TAKES, Part, Standing, part_of, same_part
from loanmath.periods import AlikePeriods, Period
from loanmath.planned import Basis, PlanRow, Schedule, Segment, Whole, Working
from loanmath.rates import PPB
from loanmath.rounding import CODES, Rounding, divide, divide_all, divider, first_remainder
from loanmath.terms import Method, Repricing, Terms

_FEWEST_TO_EVEN: Final = 2
_LEVEL, _FLAT, _HALF_EVEN = Method.LEVEL, Method.FLAT, Rounding.HALF_EVEN
_AT_ONCE, _ANEW, _BY_TERM = Repricing.AT_ONCE, Repricing.ANEW, Repricing.TERM
"""Plain names: looking a member up in its class costs more than the comparison, for every plan."""
_new: Final[Any] = tuple.__new__
"""A named tuple made as the tuple that it is (see ``periods``)."""


def plan(
    terms: Terms,
    ahead: Sequence[Period],
    balance_minor: int,
    before: tuple[Segment, ...] = (),
    *,
    paid_out_minor: int | None = None,
    owed_minor: int = 0,
    keep: Level | None = None,
    kept: Sequence[int] = (),
    stays: Level | None = None,
    level_on: int | None = None,
    is_whole_first: bool = False,
) -> Schedule:
    """Rows that repay the balance over the periods ahead.

    ``before`` are the segments of the first period that have passed on earlier balances (after a prepayment in
    mid-period).  The principal parts follow from whole periods; the interest of the first row is what really accrued
    and will accrue, so a borrower who prepays pays the interest on the prepaid part up to that day with the next
    instalment.  ``paid_out_minor`` is the sum on which flat interest is reckoned, ``owed_minor`` interest of earlier
    rows that is still to be asked for, ``keep`` an instalment that stays while rows may fall away, ``kept`` principal
    parts that do, ``stays`` an instalment that stays over all rows, ``level_on`` a sum on which it is found instead of
    the balance.  ``is_whole_first``: the
    principal of the first row follows from its whole period on the new balance, so that its instalment is larger by
    the interest on what was prepaid.
    """
    levelled = balance_minor if level_on is None else level_on
    level = keep or stays or _level_of(terms, ahead, terms.levelled_on_minor or levelled)
    course = _Course(
        terms,
        ahead,
        balance_minor,
        paid_out_minor or balance_minor,
        level,
        levelled,
        kept,
        ends_early=keep is not None or bool(kept) or terms.method in AS_LONG_AS_IT_TAKES or terms.repricing is _BY_TERM,
        is_whole_first=is_whole_first and bool(before),
        is_anew=terms.repricing is _ANEW and keep is None and stays is None and level is not None,
    )
    is_evened = terms.shape.is_evened and keep is None and stays is None and level is not None
    return _evened(course, before, owed_minor) if is_evened else course.rows(before, owed_minor)


def _level_of(terms: Terms, ahead: Sequence[Period], balance_minor: int) -> Level | None:
    """The level instalment of the methods that have one; unless levelled at once, as if the first rate stayed."""
    if terms.method is not _LEVEL:
        return None
    known = ahead if terms.repricing is _AT_ONCE else at_first_rate(ahead)
    return level_instalment(terms, known, balance_minor)


def at_first_rate(ahead: Sequence[Period]) -> list[Period]:
    """The periods as if the rate at the start of the first one stayed; free of interest stays free."""
    rate_ppb = next((one.stretches[0].rate_ppb for one in ahead if not one.is_free), 0)
    return [one if one.is_free else one.at_rate(rate_ppb) for one in ahead]


def _evened(course: _Course, before: tuple[Segment, ...], owed_minor: int) -> Schedule:
    """The rows of an evened instalment.

    It is evened as if all went by plan and the rate stayed: what comes beside that is left to the last row.
    """
    terms, ahead, on = course.terms, course.ahead, course.level_on_minor
    known = ahead if terms.repricing is _AT_ONCE else at_first_rate(ahead)
    if on == course.balance_minor and _turns(ahead) == _turns(known):
        return _closer(course, course.rows(before, owed_minor), before, owed_minor)
    by_plan = plan(terms, known, on, before, owed_minor=owed_minor)
    assert by_plan.level is not None
    return course.with_instalment(by_plan.level.amount_minor).rows(before, owed_minor)


def _closer(course: _Course, made: Schedule, before: tuple[Segment, ...], owed_minor: int) -> Schedule:
    """One try to bring the last instalment closer to the others, kept only if it does.

    The difference must exceed half a minor unit a row; it is spread over all rows, which stay whole multiples.
    """
    level, count = course.level, len(made)
    assert level is not None
    apart = made[-1].total_minor - level.amount_minor
    if count < _FEWEST_TO_EVEN or abs(apart) <= count // 2:
        return made
    share = divide(abs(apart), count, course.terms.rounding) * (1 if apart > 0 else -1)
    amount = course.terms.to_multiple(level.amount_minor + share, 1)
    if amount == level.amount_minor:
        return made
    other = course.with_instalment(amount).rows(before, owed_minor)
    assert other.level is not None
    is_closer = abs(other[-1].total_minor - other.level.amount_minor) < abs(apart)
    return other if is_closer else made


class _Course(NamedTuple):
    """A plan in the making: terms, periods ahead, and how far its instalment may move."""

    terms: Terms
    ahead: Sequence[Period]
    balance_minor: int
    paid_out_minor: int
    level: Level | None
    level_on_minor: int
    kept: Sequence[int] = ()
    ends_early: bool = False
    is_whole_first: bool = False
    is_anew: bool = False
    """Whether the instalment is found anew where the rate changes."""

    def with_instalment(self, amount_minor: int) -> _Course:
        """The same course with another level instalment."""
        assert self.level is not None
        level = replace(self.level, amount_minor=amount_minor, is_exact=False)
        return self._replace(level=level, is_whole_first=False)

    def rows(self, before: tuple[Segment, ...], owed_minor: int) -> Schedule:
        """Row after row until nothing is left; the last row takes the rest."""
        terms, ahead = self.terms, self.ahead
        if isinstance(ahead, AlikePeriods) and not (before or owed_minor or self.ends_early or self.is_anew):
            return self._alike_rows(ahead)
        made: list[PlanRow] = []
        changes: list[tuple[date, Level]] = []
        balance, part, last = self.balance_minor, self._part(self.level, 0, self.balance_minor), len(self.ahead) - 1
        flat = _flat_interest(terms, ahead, self.paid_out_minor) if terms.method is _FLAT else ()
        turns = _turns(ahead) if self.is_anew else ()
        accrue, is_whole_first = self._accruing(), self.is_whole_first
        most = self._most_at_last()
        for place, period in enumerate(ahead):
            number, start, end, due_on, _, _, weight, is_due, is_spared, is_down, code, units_of_day, _ = period
            if place in turns:
                level = level_instalment(terms, at_first_rate(ahead[place:]), balance)
                part = self._part(level, place, balance)
                changes.append((start, level))
            counted, accrued = accrue(period, balance, before)
            if flat:
                accrued = flat[place]
            is_last = place == last or (most is not None and balance + accrued + owed_minor <= most)
            capitalised = accrued + owed_minor if is_spared and not is_last else 0
            interest = accrued + owed_minor if (is_due or is_last) and not capitalised else 0
            owed_minor += accrued - interest - capitalised
            whole = accrue(period, balance, ())[1] if is_whole_first and not place else accrued
            if is_last:
                self._require_repayment(part, whole, balance)
                principal = balance
            elif not weight or is_spared:
                principal = 0
            else:
                principal = part(place, whole, balance)
                principal = min(principal, balance) if principal > 0 else 0
            figures = (balance, principal, interest, counted, accrued, capitalised)
            made.append(_new(PlanRow, (number, start, end, due_on, *figures, is_down, code, units_of_day)))
            balance += capitalised - principal
            before = ()
            if balance == 0 and self.ends_early and not owed_minor:
                break
        return Schedule(tuple(made), self.level, tuple(changes))

    def _alike_rows(self, ahead: AlikePeriods) -> Schedule:
        """Rows that differ in their dates alone: no figure but interest and principal goes from row to row."""
        terms, count = self.terms, len(ahead)
        flat = _flat_interest(terms, ahead, self.paid_out_minor) if terms.method is _FLAT else None
        openings, principals, interests = self._figures(ahead, flat)
        bases = openings if flat is None else repeat(self.paid_out_minor)
        basis = Basis(ahead.rate_ppb, terms.day_count, ahead.year_units, terms.rounding, terms.rounds_stretches)
        counted = zip(bases, ahead.starts, ahead.ends, ahead.units, repeat(basis), strict=False)
        dates = (range(1, count + 1), ahead.starts, ahead.ends, ahead.ends)
        figures = (openings, principals, interests, counted, interests)
        columns = zip(*dates, *figures, repeat(0), repeat(False), ahead.codes, repeat(1), strict=False)
        return Schedule(tuple(map(_new, repeat(PlanRow), columns)), self.level)

    def _figures(
        self, ahead: AlikePeriods, flat: Sequence[int] | None
    ) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """Opening balance, principal and interest of each row."""
        terms, count, balance, divisor = self.terms, len(ahead), self.balance_minor, ahead.divisor
        standing = Standing(terms, ahead, balance, self.level_on_minor, self.level)
        same = same_part(standing)
        if same is None or same * (count - 1) > balance:
            if self.level is not None and terms.rounding is not _HALF_EVEN:
                return _level_figures(ahead, balance, self.level.amount_minor, terms.rounding)
            return self._figures_by_rule(ahead, part_of(standing), flat)
        openings = range(balance, balance - same * count, -same) if same else [balance] * count
        principals = [same] * count
        principals[-1] = balance - same * (count - 1)
        exact = map(mul, openings, ahead.factors)
        return openings, principals, divide_all(exact, divisor, terms.rounding) if flat is None else flat

    def _figures_by_rule(
        self, ahead: AlikePeriods, part: Part, flat: Sequence[int] | None
    ) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """The same where principal depends on interest, or the balance ends before the rows."""
        quotient, divisor, balance = divider(self.terms.rounding), ahead.divisor, self.balance_minor
        openings, principals, interests = [], [], []
        for place, factor in enumerate(ahead.factors):
            interest = quotient(balance * factor, divisor) if flat is None else flat[place]
            principal = part(place, interest, balance)
            if not 0 <= principal <= balance:
                principal = balance if principal > balance else 0
            openings.append(balance)
            principals.append(principal)
            interests.append(interest)
            balance -= principal
        principals[-1] += balance
        return openings, principals, interests

    def _most_at_last(self) -> int | None:
        """The most that the last row asks for where the number of rows follows the rate."""
        if self.terms.repricing is not _BY_TERM or self.level is None:
            return None
        return self.level.amount_minor + self.terms.shape.balloon_minor

    def _part(self, level: Level | None, place: int, balance_minor: int) -> Part:
        """The rule of the principal parts from a row on."""
        if self.kept:
            return lambda place, _accrued, _balance: self.kept[place]
        on = self.level_on_minor if place == 0 else balance_minor
        return part_of(Standing(self.terms, self.ahead, balance_minor, on, level))

    def _require_repayment(self, part: Part, accrued_minor: int, balance_minor: int) -> None:
        """A payment as often as it takes must end before the most rows there may be."""
        if self.terms.method not in AS_LONG_AS_IT_TAKES or self.terms.shape.balloon_minor:
            return
        place = len(self.ahead) - 1
        if part(place, accrued_minor, balance_minor) < balance_minor:
            raise never_repaid(self.ahead[place].number)

    def _accruing(self) -> Callable[[Period, int, tuple[Segment, ...]], tuple[Working | Whole, int]]:
        """(period, balance, segments that have passed on earlier balances) to how interest comes about, and it."""
        terms = self.terms
        day_count, rounding, rounds_stretches = terms.day_count, terms.rounding, terms.rounds_stretches
        quotient, fixed = divider(rounding), self.paid_out_minor if terms.method is _FLAT else None

        def accrued(period: Period, balance: int, before: tuple[Segment, ...]) -> tuple[Working | Whole, int]:
            stretches, year_units, base = period.stretches, period.year_units, balance if fixed is None else fixed
            if before or len(stretches) > 1:
                rest = period.cut(before[-1].end) if before else stretches
                segments = before + tuple([Segment(base, *stretch) for stretch in rest])
                working = Working(segments, day_count, year_units, rounding, rounds_stretches)
                return working.counted(), working.amount_minor
            start, end, units, rate_ppb = stretches[0]
            basis = Basis(rate_ppb, day_count, year_units, rounding, rounds_stretches)
            return (base, start, end, units, basis), quotient(base * rate_ppb * units, PPB * year_units)

        return accrued


def _level_figures(
    ahead: AlikePeriods, balance_minor: int, instalment_minor: int, rounding: Rounding
) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Opening balance, principal and interest of rows that ask for the same instalment (``rounding``: no half even)."""
    divisor, start = ahead.divisor, first_remainder(ahead.divisor, int(CODES[rounding]))
    openings, principals, interests = [], [], []
    for factor in ahead.factors:
        interest = (balance_minor * factor + start) // divisor
        principal = instalment_minor - interest
        if not 0 <= principal <= balance_minor:
            principal = balance_minor if principal > balance_minor else 0
        openings.append(balance_minor)
        principals.append(principal)
        interests.append(interest)
        balance_minor -= principal
    principals[-1] += balance_minor
    return openings, principals, interests


def _turns(ahead: Sequence[Period]) -> frozenset[int]:
    """The places of rows that begin at another rate than the one before; free ones do not count."""
    bearing = [(place, one.stretches[0].rate_ppb) for place, one in enumerate(ahead) if not one.is_free]
    return frozenset(place for (_, before), (place, rate_ppb) in pairwise(bearing) if rate_ppb != before)


def never_repaid(most: int) -> LoanMathError:
    """The error of a payment that is too small."""
    return LoanMathError(
        "never_repaid",
        "instalments",
        "The payment does not repay the loan within {most} instalments: raise the payment or allow a balloon",
        most=most,
    )


def _flat_interest(terms: Terms, ahead: Sequence[Period], paid_out_minor: int) -> tuple[int, ...]:
    """Interest of each row on the whole sum; the last row brings the total to what all rows make, rounded once."""
    if isinstance(ahead, AlikePeriods):
        divisor, exact = ahead.divisor, [paid_out_minor * factor for factor in ahead.factors]
    else:
        divisor = lcm(*(period.divisor for period in ahead))
        exact = [paid_out_minor * period.factor * (divisor // period.divisor) for period in ahead]
    left = divide(sum(exact), divisor, terms.rounding)
    parts = divide_all(exact[:-1], divisor, terms.rounding)
    rest = left - sum(parts)
    if rest >= 0:
        return (*parts, rest)
    held = []
    for part in parts:
        held.append(min(left, part))
        left -= held[-1]
    return (*held, left)
