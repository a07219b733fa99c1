"""What repeats: how often a loan falls due, on which days, and what becomes of a first or last period that is odd.

A frequency and a disbursement make a *grid* of nominal dates.  A period from one date of the grid to the next is
regular; one that starts or ends elsewhere is odd.  Rest days do not matter here (see ``calendar``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import count as numbers
from itertools import pairwise
from typing import Any, Final, NamedTuple, Self

from loanmath.calendar import add_months, day_of, days_in_month
from loanmath.errors import LoanMathError
from loanmath.kinds import choice, require_all, require_flags, require_kind, values_of, word

LAST_DAY: Final = 31
"""As a day of the month: its last day, since a day that a month lacks becomes its last."""

_DAYS_IN_WEEK: Final = 7
_DAYS_IN_YEAR: Final = 365
_WEEKS_IN_YEAR: Final = 52
_MONTHS_IN_YEAR: Final = 12
_MOST_DATES: Final = 1_200
"""As many as a loan may have instalments (``terms.MOST_INSTALMENTS``)."""
_IN_EVERY_MONTH: Final = 28
_FIRST_MONTH: Final = 2000 * _MONTHS_IN_YEAR
_MONTHS: Final = 120 * _MONTHS_IN_YEAR
_ROWS: Final = "instalments"
"""The field that is named where a plan runs past the calendar."""
_new: Final[Any] = tuple.__new__
"""A named tuple made as the tuple that it is (see ``periods``)."""


class Unit(StrEnum):
    """In what a period is measured."""

    DAY = "D"
    WEEK = "W"
    MONTH = "M"


_YEAR: Final = {Unit.DAY: _DAYS_IN_YEAR, Unit.WEEK: _WEEKS_IN_YEAR, Unit.MONTH: _MONTHS_IN_YEAR}
"""How many of a unit a year has."""


_MOST: Final = {Unit.DAY: 3_660, Unit.WEEK: 520, Unit.MONTH: 120}
"""Ten years: a longer period is a slip of the keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """Every so many days, weeks or months; in months, by wish on fixed days.

    Without ``days`` the dates run from the disbursement (or the first due date given) and keep its day of the
    month.  ``days`` fixes them: ``(20,)`` the 20th, ``(31,)`` the last day, ``(1, 15)`` twice a month.  ``month``
    (1 to 12) fixes the months too: every three months on the 20th with ``month=3`` is the 20th of March, June,
    September and December, the settlement days of the PBC.  ``keeps_month_end``: what starts on the last day of a
    month stays on last days (28 February, 31 March).

    The short code (:attr:`code`, :meth:`parse`) is ``P``, a number and ``D``, ``W``, ``M`` or ``Y``; then by wish
    ``@`` with days, ``/`` and a month, or ``@EOM``: ``P2W``, ``P1M@20``, ``P1M@1,15``, ``P3M@20/3``, ``P1M@EOM``.
    Raises LoanMathError ``out_of_range`` or ``frequency_contradicts_itself``.
    """

    unit: Unit
    every: int = 1
    days: tuple[int, ...] = ()
    month: int | None = None
    keeps_month_end: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", choice("unit", Unit, self.unit))
        object.__setattr__(self, "days", require_all("days", self.days, int))
        require_flags(self, ("keeps_month_end",))
        _require_range("every", self.every, _MOST[self.unit])
        for day in self.days:
            _require_range("days", day, LAST_DAY)
        for is_contradiction, field, remedy in _contradictions(self):
            if is_contradiction:
                raise LoanMathError("frequency_contradicts_itself", field, remedy)
        if self.month is not None:
            _require_range("month", self.month, _MONTHS_IN_YEAR)
            # March, June, September and December name the same months: the first of the year stands for them.
            object.__setattr__(self, "month", (self.month - 1) % self.every + 1)

    @property
    def per_year(self) -> Fraction:
        """Periods in a year: 12, 26, 52, 365/n, 24, 4, 2, 1; interest of a regular period is the annual rate over it."""
        return Fraction(_YEAR[self.unit] * max(1, len(self.days)), self.every)

    @property
    def is_yearly(self) -> bool:
        """Whether a year has one period."""
        length = _YEAR[self.unit]
        return self.every == (length * len(self.days) if self.days else length)

    def rows_in(self, months: int) -> int | None:
        """How many whole periods so many months are; None where they are no whole number of them."""
        rows = self.per_year * Fraction(months, _MONTHS_IN_YEAR)
        return int(rows) if rows.denominator == 1 and rows >= 1 else None

    @property
    def code(self) -> str:
        """The short text: equal frequencies have equal codes."""
        is_years = self.unit is Unit.MONTH and self.every % _MONTHS_IN_YEAR == 0
        length = f"{self.every // _MONTHS_IN_YEAR}Y" if is_years else f"{self.every}{self.unit}"
        days = ",".join(map(str, self.days))
        months = "" if self.month is None else f"/{self.month}"
        return f"P{length}" + ("@EOM" if self.keeps_month_end else f"@{days}{months}" if days else "")

    def __str__(self) -> str:
        return self.code

    @classmethod
    def parse(cls, text: str) -> Self:
        """The frequency of a code or of a name in :data:`NAMED`, such as ``quarterly``.

        Raises LoanMathError ``frequency_unreadable``, and what the frequency itself refuses.
        """
        require_kind("frequency", text, str)
        found = _CODE.fullmatch(NAMED.get(text, text))
        if found is None:
            raise LoanMathError(
                "frequency_unreadable",
                "frequency",
                "“{text}” is no frequency: write P, a number and D, W, M or Y, with days after @ if they are fixed, "
                "such as P1M, P2W, P1M@20, P3M@20/3 or P1M@EOM",
                text=text,
            )
        every, letter = int(found["every"]), found["unit"]
        return cls(
            unit=Unit.MONTH if letter == "Y" else Unit(letter),
            every=every * _MONTHS_IN_YEAR if letter == "Y" else every,
            days=tuple(map(int, found["days"].split(","))) if found["days"] else (),
            month=int(found["month"]) if found["month"] else None,
            keeps_month_end=found["end"] is not None,
        )

    def to_json(self) -> str:
        """The code."""
        return self.code

    @classmethod
    def from_json(cls, data: str) -> Self:
        """The frequency that :meth:`to_json` wrote.  Raises LoanMathError as :meth:`parse` does."""
        return cls.parse(data)


NAMED: Final = {
    "daily": "P1D",
    "weekly": "P1W",
    "biweekly": "P2W",
    "half_monthly": "P1M@1,15",
    "monthly": "P1M",
    "monthly_on_the_20th": "P1M@20",
    "start_of_month": "P1M@1",
    "end_of_month": "P1M@31",
    "quarterly": "P3M",
    "quarterly_on_the_20th": "P3M@20/3",
    "semi_annual": "P6M",
    "annual": "P1Y",
}
"""The usual frequencies by name."""

_CODE: Final = re.compile(
    r"P(?P<every>[0-9]{1,4})(?P<unit>[DWMY])"
    r"(@(?P<end>EOM)|@(?P<days>[0-9]{1,2}(,[0-9]{1,2})*)(/(?P<month>[0-9]{1,2}))?)?",
)


class OddPeriod(StrEnum):
    """What becomes of odd days before the first or after the last date of the grid."""

    SHORT = "short"
    """A row of their own, shorter than the others and like them."""
    LONG = "long"
    """They join the whole period beside them, which becomes longer."""
    SEPARATE = "separate"
    """A row of their own beside as many parts of principal as there are whole periods: the row that ends (first) or
    starts (last) the odd days bears no principal."""


def _odd_period(name: str, value: object) -> OddPeriod:
    try:
        return choice(name, OddPeriod, value)
    except LoanMathError as error:
        remedy = "“{value}” is no choice for an odd {name} period: choose {choices}"
        raise LoanMathError(error.code, error.field, remedy, **error.params) from None


def _require_range(name: str, value: int | None, high: int = _MOST_DATES, *, low: int = 1) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise LoanMathError(
            "out_of_range",
            name,
            "{name} is {value}: give a whole number from {low} to {high}",
            name=name,
            value=value,
            low=low,
            high=high,
        )


@dataclass(frozen=True, slots=True)
class OddPeriods:
    """The choices for odd periods; odd days fewer than ``minimum_days`` join the whole period beside them.

    Raises LoanMathError ``unknown_choice`` or ``out_of_range``.
    """

    first: OddPeriod = OddPeriod.SHORT
    last: OddPeriod = OddPeriod.SHORT
    minimum_days: int = 0

    def __post_init__(self) -> None:
        for name in ("first", "last"):
            object.__setattr__(self, name, _odd_period(name, getattr(self, name)))
        _require_range("minimum_days", self.minimum_days, _DAYS_IN_YEAR, low=0)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"first": str(self.first), "last": str(self.last), "minimum_days": self.minimum_days}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The choices that :meth:`to_json` wrote.  Raises LoanMathError that names the field."""
        return cls(**values_of(cls, data, _READERS))


_READERS: Final = {"first": word(OddPeriod), "last": word(OddPeriod)}
USUAL_ODD_PERIODS: Final = OddPeriods()
_MONTH, _APART = Unit.MONTH, OddPeriod.SEPARATE
"""Plain names: looking a member up in its class costs more than the comparison, for every plan."""


class Length(StrEnum):
    """A period beside the grid's."""

    REGULAR = "regular"
    """One whole period."""
    SHORT = "short"
    """No whole period: all its days are odd."""
    LONG = "long"
    """More than one whole period."""


class DuePeriod(NamedTuple):
    """A row's nominal dates: the first day counts, the last does not, and on it the row falls due.

    ``odd_days`` are those that are no part of a whole period.
    """

    start: date
    end: date
    length: Length = Length.REGULAR
    odd_days: int = 0
    bears_principal: bool = True


def due_dates(
    frequency: Frequency,
    disbursed_on: date,
    count: int,
    first_due_on: date | None = None,
    odd: OddPeriods = USUAL_ODD_PERIODS,
) -> list[date]:
    """So many nominal due dates; without a first one, from the first date of the grid after the disbursement.

    A frequency without fixed days then starts with a whole period; one with fixed days with what is left of it.
    The date of a separate first row is not among them.
    Raises LoanMathError ``out_of_range``, ``first_due_too_early``, ``first_due_off_grid`` or ``date_out_of_range``.
    """
    _require_range("count", count)
    start = _start(frequency, disbursed_on, first_due_on, odd)
    return start.grid.count_from(start.first, count)


def due_periods(
    frequency: Frequency,
    disbursed_on: date,
    count: int | None = None,
    *,
    first_due_on: date | None = None,
    matures_on: date | None = None,
    odd: OddPeriods = USUAL_ODD_PERIODS,
) -> tuple[DuePeriod, ...]:
    """The rows' nominal dates, each starting where the one before ends; give ``count`` or ``matures_on``.

    ``count`` counts the rows without a separate first one.  A first due date that is given stands; ``odd.first``
    then only says whether odd days are separate.
    Raises LoanMathError as :func:`due_dates`, ``count_or_maturity``, ``maturity_too_early`` or ``maturity_too_late``.
    """
    if count is not None and matures_on is None:
        _require_range("count", count)
        start = _start(frequency, disbursed_on, first_due_on, odd)
        return tuple(_whole_periods(start, disbursed_on, start.grid.count_from(start.first, count)))
    if count is not None or matures_on is None:
        raise LoanMathError("count_or_maturity", "count", "Give either the number of instalments or the maturity")
    if matures_on <= disbursed_on or (first_due_on is not None and matures_on < first_due_on):
        raise LoanMathError(
            "maturity_too_early",
            "matures_on",
            "The maturity must lie after the disbursement and not before the first due date",
        )
    start = _start(frequency, disbursed_on, first_due_on, odd)
    periods = list(_whole_periods(start, disbursed_on, start.grid.until(start.first, matures_on)))
    return tuple(_up_to_maturity(periods, disbursed_on, matures_on, odd))


class _Grid(NamedTuple):
    """Dates by number: ``step`` months (or days, where ``days`` is empty) apart, from ``origin`` on.

    The origin is a number of months (12 x year + month - 1), or a day ordinal.
    """

    origin: int
    step: int
    days: tuple[int, ...]

    def at(self, number: int) -> date:
        """The date of this number, which may be negative."""
        if not self.days:
            return _day_of(self.origin + self.step * number)
        cycle, place = divmod(number, len(self.days))
        return _in_month(self.origin + self.step * cycle, self.days[place])

    def first_after(self, on: date) -> int:
        """The number of the first date after the day."""
        if not self.days:
            return (on.toordinal() - self.origin) // self.step + 1
        number = (_month_number(on) - self.origin) // self.step * len(self.days)
        return next(later for later in numbers(number) if self.at(later) > on)

    def first_from(self, on: date) -> int:
        """The number of the first date that is not before the day."""
        return self.first_after(day_of(on.toordinal() - 1, "first_due_on"))

    def count_from(self, first: int, count: int) -> list[date]:
        """So many dates from this number on."""
        if len(self.days) != 1:
            return [self.at(first + number) for number in range(count)]
        origin, step, day = self.origin + self.step * first, self.step, self.days[0]
        place = origin - _FIRST_MONTH
        if place >= 0 and place + step * count <= _MONTHS:
            return list(_dates_in_months(day)[place : place + step * count : step])
        return [_in_month(origin + step * number, day) for number in range(count)]

    def until(self, first: int, last: date) -> list[date]:
        """The dates from this number on that are not after the day."""
        ends: list[date] = []
        while True:
            try:
                end = self.at(first + len(ends))
            except LoanMathError:  # the calendar ends before the next date
                return ends
            if end > last:
                return ends
            if len(ends) == _MOST_DATES:
                raise _too_many(last)
            ends.append(end)


class _Start(NamedTuple):
    """Where the rows start on the grid: a separate first row's date by number, and the first whole row's."""

    grid: _Grid
    separate: int | None
    first: int


def _start(frequency: Frequency, disbursed_on: date, first_due_on: date | None, odd: OddPeriods) -> _Start:
    if first_due_on is None:
        return _natural_start(frequency, disbursed_on, odd)
    if first_due_on < disbursed_on:
        raise LoanMathError(
            "first_due_too_early", "first_due_on", "The first due date must not lie before the disbursement"
        )
    grid, is_from_first = _grid_through(frequency, disbursed_on, first_due_on)
    if not frequency.days and odd.first is not _APART:
        # The grid runs from the first due date itself, or from the disbursement one whole period before it.
        return _Start(grid, None, 0 if is_from_first else 1)
    first = grid.first_from(first_due_on)
    if grid.at(first) != first_due_on:
        raise LoanMathError(
            "first_due_off_grid",
            "first_due_on",
            "{date} is no due date of {frequency}: take {earlier} or {later}",
            date=first_due_on,
            frequency=frequency.code,
            earlier=grid.at(first - 1),
            later=grid.at(first),
        )
    return _with_separate_row(grid, disbursed_on, first, odd)


def _natural_start(frequency: Frequency, disbursed_on: date, odd: OddPeriods) -> _Start:
    """The first date after the disbursement; the one after it where the odd days are too few or shall join."""
    grid = _natural_grid(frequency, disbursed_on, is_long=odd.first is OddPeriod.LONG)
    first = grid.first_after(disbursed_on)
    if grid.at(first - 1) == disbursed_on:
        return _Start(grid, None, first)
    is_too_short = (grid.at(first) - disbursed_on).days < odd.minimum_days
    if is_too_short:
        grid = _natural_grid(frequency, disbursed_on, is_long=True)
        first = grid.first_after(disbursed_on)
    if is_too_short or odd.first is OddPeriod.LONG:
        return _Start(grid, None, first + 1)
    return _with_separate_row(grid, disbursed_on, first, odd)


def _with_separate_row(grid: _Grid, disbursed_on: date, first: int, odd: OddPeriods) -> _Start:
    """The odd days before the first whole period in a row of their own, if so chosen."""
    nearest = grid.first_after(disbursed_on)
    separate = max(first - 1, nearest)
    is_regular = grid.at(first - 1) == disbursed_on
    too_few = (grid.at(separate) - disbursed_on).days < odd.minimum_days
    if odd.first is not OddPeriod.SEPARATE or is_regular or first < nearest or too_few:
        return _Start(grid, None, first)
    return _Start(grid, separate, separate + 1)


def _grid_through(frequency: Frequency, disbursed_on: date, first_due_on: date) -> tuple[_Grid, bool]:
    """The grid on which a first due date that was given must lie, or which it makes, and whether it does make it.

    A whole first period keeps the day of the disbursement: paid out on 31 January, due on 29 February, 31 March.
    """
    if _is_fixed(frequency):
        return _natural_grid(frequency, disbursed_on), False
    if frequency.days:
        return _Grid(_month_number(first_due_on), frequency.every, frequency.days), True
    natural = _natural_grid(frequency, disbursed_on)
    if natural.at(1) == first_due_on:
        return natural, False
    return _natural_grid(frequency, first_due_on), True


def _natural_grid(frequency: Frequency, anchor: date, *, is_long: bool = False) -> _Grid:
    """The grid that runs from the anchor or, with fixed days, near it.

    Fixed days in every n-th month, which months being open: the last such day within one period of the anchor, or
    (``is_long``) the first one after it.
    """
    if frequency.unit is not _MONTH:
        length = _DAYS_IN_WEEK if frequency.unit is Unit.WEEK else 1
        return _Grid(anchor.toordinal(), frequency.every * length, ())
    if not frequency.days:
        is_at_end = frequency.keeps_month_end and anchor.day == days_in_month(anchor.year, anchor.month)
        return _Grid(_month_number(anchor), frequency.every, (LAST_DAY if is_at_end else anchor.day,))
    if _is_fixed(frequency):
        return _Grid((frequency.month or 1) - 1, frequency.every, frequency.days)
    whole = add_months(anchor, frequency.every, field=_ROWS)
    month = _month_number(whole)
    day = _in_month(month, frequency.days[0])
    nudge = (day < whole) if is_long else -(day > whole)
    return _Grid(month + nudge, frequency.every, frequency.days)


def _is_fixed(frequency: Frequency) -> bool:
    """Whether the calendar alone gives the dates, whatever the disbursement."""
    return bool(frequency.days) and (frequency.every == 1 or frequency.month is not None)


def _whole_periods(start: _Start, disbursed_on: date, ends: list[date]) -> Iterator[DuePeriod]:
    """The rows that end on the grid, a separate first one included."""
    begin, number = disbursed_on, start.first
    if start.separate is not None and ends:
        begin = start.grid.at(start.separate)
        yield _beside_grid(start.grid, disbursed_on, start.separate)._replace(bears_principal=False)
    if ends:
        yield _beside_grid(start.grid, begin, number)
    for before, end in pairwise(ends):
        yield _new(DuePeriod, (before, end, Length.REGULAR, 0, True))


def _beside_grid(grid: _Grid, begin: date, number: int) -> DuePeriod:
    """The period up to the date of this number: regular if it starts on the date before."""
    end, before = grid.at(number), grid.at(number - 1)
    if begin == before:
        return DuePeriod(begin, end)
    if begin > before:
        return DuePeriod(begin, end, Length.SHORT, (end - begin).days)
    return DuePeriod(begin, end, Length.LONG, (grid.at(grid.first_from(begin)) - begin).days)


def _up_to_maturity(periods: list[DuePeriod], disbursed_on: date, matures_on: date, odd: OddPeriods) -> list[DuePeriod]:
    """The rows, and the days between the last date of the grid and the maturity."""
    begin = periods[-1].end if periods else disbursed_on
    days = (matures_on - begin).days
    if days == 0:
        return periods
    rest = DuePeriod(begin, matures_on, Length.SHORT, days)
    if not periods:
        return [rest]
    *earlier, last = periods
    if odd.last is OddPeriod.LONG or days < odd.minimum_days:
        length = Length.SHORT if last.length is Length.SHORT else Length.LONG
        return [*earlier, last._replace(end=matures_on, length=length, odd_days=last.odd_days + days)]
    if odd.last is OddPeriod.SEPARATE:
        return [*earlier, last._replace(bears_principal=False), rest]
    return [*periods, rest]


@lru_cache(maxsize=31)
def _dates_in_months(day: int) -> tuple[date, ...]:
    """The day, or a month's last, in each month of the years in which nearly every loan lives."""
    return tuple(_in_month(_FIRST_MONTH + number, day) for number in range(_MONTHS))


def _month_number(on: date) -> int:
    return on.year * _MONTHS_IN_YEAR + on.month - 1


def _in_month(month_number: int, day: int) -> date:
    """The day of this month, or the month's last."""
    year, index = divmod(month_number, _MONTHS_IN_YEAR)
    try:
        return date(year, index + 1, day if day <= _IN_EVERY_MONTH else min(day, days_in_month(year, index + 1)))
    except ValueError:
        raise _too_late() from None


def _day_of(ordinal: int) -> date:
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise _too_late() from None


def _too_late() -> LoanMathError:
    return LoanMathError(
        "date_out_of_range",
        _ROWS,
        "The plan runs beyond the year {year}: take fewer instalments",
        year=MAXYEAR,
    )


def _too_many(last: date) -> LoanMathError:
    return LoanMathError(
        "maturity_too_late",
        "matures_on",
        "Up to {matures_on} there are more than {most} instalments: choose an earlier maturity or a longer period",
        matures_on=last,
        most=_MOST_DATES,
    )


def _contradictions(frequency: Frequency) -> Iterator[tuple[bool, str, str]]:
    """What cannot be meant, with the field and the remedy."""
    days, every = frequency.days, frequency.every
    has_options = bool(days) or frequency.keeps_month_end or frequency.month is not None
    yield (
        has_options and frequency.unit is not Unit.MONTH,
        "unit",
        "Days of the month need a period in months: write P1M@20, not P4W@20",
    )
    yield list(days) != sorted(set(days)), "days", "Give each day of the month once, in ascending order"
    yield (
        len(days) > 1 and days[-2] >= _IN_EVERY_MONTH,
        "days",
        "Of several days only one may lie after the 27th: in February they would be the same day",
    )
    yield len(days) > 1 and every != 1, "days", "Several days need every month: write P1M@1,15"
    yield bool(days) and frequency.keeps_month_end, "keeps_month_end", "Give days of the month or EOM, not both"
    yield (
        frequency.month is not None and (not days or every == 1 or _MONTHS_IN_YEAR % every != 0),
        "month",
        "A month goes with a day and a period of 2, 3, 4, 6 or 12 months: write P3M@20/3",
    )
