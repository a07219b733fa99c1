"""The accrual periods of a plan before any amount is known: dates, rates and what each row pays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import repeat
from typing import Any, Final, NamedTuple, overload

from loanmath.calendar import BusinessDayRule, Calendar
from loanmath.daycount import CODES, CountedPeriod, DayCount, DayCountCode, between, serial, units_of_each
from loanmath.frequency import DuePeriod, Length, OddPeriod, due_dates
from loanmath.rates import PPB
from loanmath.shape import NO_GRACE
from loanmath.terms import RateStep, Terms


class Stretch(NamedTuple):
    """Days of a period at one rate; ``units`` are parts of a year by the day count."""

    start: date
    end: date
    units: int
    rate_ppb: int


class Period(NamedTuple):
    """A row of the plan to come.

    Interest accrues from ``start`` (counted) to ``end`` (not counted).  ``weight`` is the row's relative size
    (``Shape.weight``); 0 where no principal is paid.  A down payment (``is_down_payment``) has no days.
    """

    number: int
    start: date
    end: date
    due_on: date
    stretches: tuple[Stretch, ...]
    year_units: int
    weight: Fraction | int = 1
    is_interest_due: bool = True
    is_capitalised: bool = False
    is_down_payment: bool = False
    code: int = 0
    """The serial number of days by which the period counts (``DayCountCode``)."""
    units_of_day: int = 1
    """What a unit of that counts for: more than one only where whole periods are counted."""
    is_free: bool = False
    """Whether the row is spared interest, whatever the rate."""

    def units(self, start: date, end: date) -> int:
        """Units of a part of the period."""
        first = self.start.toordinal()
        whole = between(self.code, first, end.toordinal()) - between(self.code, first, start.toordinal())
        return whole * self.units_of_day

    def cut(self, start: date) -> Iterator[Stretch]:
        """The stretches from a day on; a period without days keeps its one stretch."""
        for stretch in self.stretches:
            if stretch.start >= start:
                yield stretch
            elif stretch.end > start:
                yield stretch._replace(start=start, units=self.units(start, stretch.end))

    def at_rate(self, rate_ppb: int) -> Period:
        """The same days at one rate."""
        units = sum(stretch.units for stretch in self.stretches)
        return self._replace(stretches=(Stretch(self.stretches[0].start, self.end, units, rate_ppb),))

    @property
    def factor(self) -> int:
        """Interest of the whole period on one unit, times :attr:`divisor`."""
        if len(self.stretches) == 1:
            return self.stretches[0].units * self.stretches[0].rate_ppb
        return sum(stretch.units * stretch.rate_ppb for stretch in self.stretches)

    @property
    def divisor(self) -> int:
        """What amount x rate x units is divided by to give interest in minor units."""
        return PPB * self.year_units


class AlikePeriods(Sequence[Period]):
    """Periods that differ in their dates alone, as columns: all at one rate, all with interest and principal due.

    Single periods are made when they are asked for.
    """

    __slots__ = ("_made", "codes", "ends", "rate_ppb", "starts", "units", "year_units")

    def __init__(
        self, starts: list[date], ends: list[date], units: list[int], codes: list[int], rate_ppb: int, year_units: int
    ) -> None:
        self.starts, self.ends, self.units, self.codes = starts, ends, units, codes
        self.rate_ppb, self.year_units = rate_ppb, year_units
        self._made: tuple[Period, ...] | None = None

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> Period: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Period, ...]: ...
    def __getitem__(self, index: int | slice) -> Period | tuple[Period, ...]:
        return self.made()[index]

    def __iter__(self) -> Iterator[Period]:
        return iter(self.made())

    def made(self) -> tuple[Period, ...]:
        """The periods one by one."""
        if self._made is None:
            self._made = tuple(
                Period(
                    number, start, end, end, (Stretch(start, end, units, self.rate_ppb),), self.year_units, code=code
                )
                for number, (start, end, units, code) in enumerate(
                    zip(self.starts, self.ends, self.units, self.codes, strict=True), start=1
                )
            )
        return self._made

    @property
    def divisor(self) -> int:
        """What amount x rate x units is divided by to give interest in minor units."""
        return PPB * self.year_units

    @property
    def factors(self) -> list[int]:
        """Interest of each whole period on one unit, times :attr:`divisor`."""
        rate_ppb = self.rate_ppb
        return [rate_ppb * units for units in self.units]


def periods(terms: Terms, calendar: Calendar, rates: Sequence[RateStep] = ()) -> Sequence[Period]:
    """The accrual periods: each starts where the one before ends, the first at disbursement.

    A period ends on its nominal date; only where the due date moves ahead of it (modified following or preceding)
    it ends with the due date, since interest is not due before it has accrued.
    """
    ends = _ends_of_alike(terms) if not rates else None
    return _alike(terms, ends) if ends else _one_by_one(terms, calendar, rates)


def _ends_of_alike(terms: Terms) -> list[date] | None:
    """When rows end that differ in their dates alone; None where they differ in more."""
    moves = terms.business_day is not _STAYS or terms.counts_periods
    has_own = terms.own_dates or terms.matures_on is not None or terms.odd.first is _APART
    if moves or has_own or terms.grace is not NO_GRACE or not terms.shape.is_plain:
        return None
    start = terms.disbursed_on
    return due_dates(terms.frequency, start, terms.instalments, terms.first_due_on, terms.odd)


def _alike(terms: Terms, ends: list[date]) -> AlikePeriods:
    """Rows that differ in their dates alone."""
    start, day_count, count = terms.disbursed_on, terms.day_count, len(ends)
    starts = [start, *ends[:-1]]
    own = CODES.get(day_count)
    if own is not None:
        units = units_of_each(own, [start.toordinal(), *map(date.toordinal, ends)])
        codes = [int(own)] * count
    else:
        is_yearly = terms.is_yearly
        pairs = list(map(_chosen, repeat(day_count), starts, ends, repeat(False), repeat(is_yearly)))
        pairs[-1] = _chosen(day_count, starts[-1], ends[-1], True, is_yearly)
        units, codes = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return AlikePeriods(starts, ends, units, codes, terms.rate_ppb, day_count.year_units(start))


def _one_by_one(terms: Terms, calendar: Calendar, rates: Sequence[RateStep]) -> tuple[Period, ...]:
    """The periods of any terms."""
    found: list[Period] = []
    start, place = terms.disbursed_on, 0
    nominals, counts = terms.due_periods(), _counts(terms)
    last, rate_ppb, moves = len(nominals), terms.rate_ppb, terms.business_day is not BusinessDayRule.NONE
    is_plain = terms.shape.is_plain and terms.grace is NO_GRACE and not rates
    for number, nominal in enumerate(nominals, start=1):
        end = due_on = nominal.end
        if moves:
            due_on = _moved(terms, calendar, start, end)
            end = min(end, due_on)
        units, units_of_day, year_units, code = counts(start, end, number == last, nominal)
        bears = nominal.bears_principal
        dates = (number, start, end, due_on, (_new(Stretch, (start, end, units, rate_ppb)),), year_units)
        period = _new(Period, (*dates, 1 if bears else 0, True, False, False, code, units_of_day, False))
        place += bears
        found.append(period if is_plain else _laid_out(terms, period, place if bears else 0, rates))
        start = end
    return tuple(found)


def _moved(terms: Terms, calendar: Calendar, start: date, nominal: date) -> date:
    """The due date off rest days; after the start of its row in any case."""
    due_on = calendar.adjust(nominal, terms.business_day)
    return due_on if due_on > start else calendar.adjust(nominal, BusinessDayRule.FOLLOWING)


def bare(terms: Terms, number: int, counted: CountedPeriod, due_on: date, nominal: DuePeriod | None = None) -> Period:
    """A period of the terms' first rate, with the way in which it counts."""
    start, end = counted.start, counted.end
    nominal = nominal or DuePeriod(start, end)
    units, units_of_day, year_units, code = _counts(terms)(start, end, counted.is_last, nominal)
    stretches = (Stretch(start, end, units, terms.rate_ppb),)
    return Period(number, start, end, due_on, stretches, year_units, code=code, units_of_day=units_of_day)


Counts = Callable[[date, date, bool, DuePeriod], tuple[int, int, int, int]]
"""(start, end, whether it is the last, its nominal dates) of a period to its units, what a unit of days counts for,
units of a year, and the serial number of days."""


def _counts(terms: Terms) -> Counts:
    """How the periods of a loan count."""
    if terms.counts_periods:
        return _by_periods(terms.frequency.per_year)
    day_count, year_units = terms.day_count, terms.year_units
    if day_count in CODES:
        own, number = int(CODES[day_count]), serial(CODES[day_count])

        def same(start: date, end: date, _is_last: bool, _nominal: DuePeriod) -> tuple[int, int, int, int]:
            return number(end.toordinal()) - number(start.toordinal()), 1, year_units, own

        return same
    is_yearly = terms.is_yearly

    def chosen(start: date, end: date, is_last: bool, _nominal: DuePeriod) -> tuple[int, int, int, int]:
        units, code = _chosen(day_count, start, end, is_last, is_yearly)
        return units, 1, year_units, code

    return chosen


@lru_cache(maxsize=65_536)
def _chosen(day_count: DayCount, start: date, end: date, is_last: bool, is_yearly: bool) -> tuple[int, int]:
    """Units of a period, and the serial number that it chooses; loans of one product share their dates."""
    code = int(day_count.code(CountedPeriod(start, end, is_last, is_yearly)))
    return between(code, start.toordinal(), end.toordinal()), code


def _by_periods(per_year: Fraction) -> Counts:
    """Where periods are counted.

    With n periods a year, of D days each, a day is 1 / (n D) of a year; odd days are 365ths.
    """
    code = int(DayCountCode.ACT_365F)

    def counts(start: date, end: date, _is_last: bool, nominal: DuePeriod) -> tuple[int, int, int, int]:
        whole = Fraction(0) if nominal.length is Length.SHORT else 1 / per_year
        days = (end - start).days
        part = (whole + Fraction(nominal.odd_days, _DAYS_OF_A_YEAR)) / max(1, days)
        return days * part.numerator, part.numerator, part.denominator, code

    return counts


def _laid_out(terms: Terms, period: Period, place: int, rates: Sequence[RateStep]) -> Period:
    """The period with its rates and what the terms' shape and grace say of the row.

    ``place`` counts the rows with principal (0: none).
    """
    grace, number = terms.grace, period.number
    is_free = number <= grace.interest_free
    is_capitalised = number <= grace.capitalised or number in grace.holidays
    is_spared = place == 0 or number <= grace.principal or is_capitalised
    return period._replace(
        stretches=period.at_rate(0).stretches if is_free else tuple(_stretches(period, terms.rate_ppb, rates)),
        weight=0 if is_spared else _whole(terms.shape.weight(place)),
        is_interest_due=number > grace.interest,
        is_capitalised=is_capitalised,
        is_free=is_free,
    )


def _stretches(period: Period, rate_ppb: int, rates: Sequence[RateStep]) -> Iterator[Stretch]:
    """The days of a period, cut where the rate changes."""
    since = period.start
    for step in rates:
        if period.start < step.on < period.end:
            yield Stretch(since, step.on, period.units(since, step.on), rate_ppb)
            since = step.on
        if step.on < period.end:
            rate_ppb = step.rate_ppb
    yield Stretch(since, period.end, period.units(since, period.end), rate_ppb)


def _whole(weight: Fraction) -> Fraction | int:
    """The weight as an int where it is one: plain rows need no fractions."""
    return _ONE if weight == _ONE else weight


_new: Final[Any] = tuple.__new__
"""A named tuple made as the tuple that it is: twice as fast, for every row of every plan."""
_ONE: Final = 1
_STAYS, _APART = BusinessDayRule.NONE, OddPeriod.SEPARATE
_DAYS_OF_A_YEAR: Final = 365
