"""Plans of a million loans: rows made and summed, and random picks held against fractions in the same run."""

from __future__ import annotations

import os
import time
from datetime import date
from fractions import Fraction
from statistics import median

import numpy as np

from loanmath import DayCount, Method, Terms, many
from loanmath.columns import LoanColumns, PlanColumns
from loanmath.frequency import Frequency
from loanmath.rounding import Rounding

_SEED = 20240701
_ROUNDS = 5
_LOANS = 1_000_000
_PICKS = 10_000
_WORKERS = min(2, os.cpu_count() or 1)
_METHODS = (Method.LEVEL, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST, Method.BULLET, Method.FLAT)
_DAY_COUNTS = (DayCount.THIRTY_E_360, DayCount.ACT_360, DayCount.ACT_365F, DayCount.ACT_ACT_ISDA)
_START = date(2024, 1, 15).toordinal()


def schedule_many() -> float:
    """Loans planned in a second: a million of 36 rows (bullets have one), every row made and summed."""
    loans = _book(np.full(_LOANS, 36))
    return len(loans) / _seconds(loans)


def schedule_many_rows() -> float:
    """Rows made and summed in a second: a million loans of 6 to 360 rows."""
    loans = _book(np.random.default_rng(_SEED).integers(6, 361, _LOANS))
    return int(loans.instalments.sum()) / _seconds(loans)


def _book(instalments: np.ndarray) -> LoanColumns:
    """Varied loans: thousands of rates, any start, odd first periods, amounts of 10^2 to 10^13 minor units."""
    luck = np.random.default_rng(_SEED)
    count = len(instalments)
    products = tuple(
        Terms(
            currency="CNY",
            principal_minor=1,
            rate_ppb=0,
            day_count=day_count,
            method=method,
            disbursed_on=date(2024, 1, 1),
            instalments=1,
            frequency=Frequency.parse("P1M"),
        )
        for method in _METHODS
        for day_count in _DAY_COUNTS
    )
    product = luck.integers(0, len(products), count)
    started = _START + luck.integers(0, 700, count)
    digits = luck.integers(2, 13, count)
    is_bullet = np.array([one.method is Method.BULLET for one in products])[product]
    return LoanColumns(
        products,
        product,
        luck.integers(10**digits, 10 ** (digits + 1) + 1),
        luck.integers(2_000, 24_000, count) * 10_000,
        started,
        started + luck.integers(10, 50, count),
        np.where(is_bullet, 1, instalments),
        np.zeros(count, dtype=np.int64),
    )


def _seconds(loans: LoanColumns) -> float:
    """The median time to make and sum all rows; then picks are held against fractions."""
    rounds = []
    for _ in range(_ROUNDS + 1):
        started = time.perf_counter()
        repaid = 0
        for block in many.schedule_blocks(loans, workers=_WORKERS):
            repaid += int(block.principal_minor.sum())
            int(block.interest_minor.sum())
        rounds.append(time.perf_counter() - started)
        assert repaid == int(loans.principal_minor.sum())
    _check(loans)
    return median(rounds[1:])


def _check(loans: LoanColumns) -> None:
    """Rows of random loans, some ten thousand, worked out anew in fractions."""
    luck = np.random.default_rng(_SEED + 1)
    picks = luck.choice(len(loans), max(1, _PICKS * len(loans) // int(loans.instalments.sum())), replace=False)
    chosen = loans.take(picks)
    plans = many.schedule_many(chosen).ordered()
    bounds = np.searchsorted(plans.position, np.arange(len(picks) + 1))
    for place in range(len(picks)):
        _check_one(chosen.terms(place), plans, slice(int(bounds[place]), int(bounds[place + 1])))


def _check_one(terms: Terms, plans: PlanColumns, rows: slice) -> None:
    """One plan: interest from the balance, parts from the method, each rounded half up once."""
    ends = terms.due_dates()
    starts = [terms.disbursed_on, *ends[:-1]]
    rates = [
        Fraction(terms.rate_ppb * terms.day_count.units(start, end), 10**9 * terms.year_units)
        for start, end in zip(starts, ends, strict=True)
    ]
    growth = worth = Fraction(1)
    if terms.method is Method.LEVEL:
        worth = Fraction(0)
        for rate in rates:
            growth *= 1 + rate
            worth = worth * (1 + rate) + 1
    each = _half_up(
        terms.principal_minor * (growth / worth if terms.method is Method.LEVEL else Fraction(1, len(ends)))
    )
    balance, left = terms.principal_minor, _half_up(terms.principal_minor * sum(rates, Fraction(0)))
    for place, rate in enumerate(rates):
        is_last = place == len(rates) - 1
        interest = _half_up((terms.principal_minor if terms.method is Method.FLAT else balance) * rate)
        if terms.method is Method.FLAT:
            interest = left if is_last else min(left, interest)
            left -= interest
        part = {Method.LEVEL: each - interest, Method.INTEREST_FIRST: 0, Method.BULLET: 0}.get(terms.method, each)
        principal = balance if is_last else max(0, min(part, balance))
        found = rows.start + place
        made = (plans.due_on, plans.opening_minor, plans.principal_minor, plans.interest_minor)
        expected = [ends[place].toordinal(), balance, principal, interest]
        assert [int(column[found]) for column in made] == expected, (terms, place)
        balance -= principal
    assert rows.stop - rows.start == len(rates)
    assert terms.rounding is Rounding.HALF_UP


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
