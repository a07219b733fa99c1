"""Floating rates: what an index and the agreed days of reset make of a loan's rate."""

from datetime import date

import pytest

from loanmath import LoanMathError
from loanmath.floating import Floating, Reset, floating_rate
from loanmath.terms import RateStep

LPR = (
    RateStep(date(2023, 6, 20), 42_000_000),
    RateStep(date(2024, 2, 20), 39_500_000),
    RateStep(date(2024, 7, 22), 38_500_000),
    RateStep(date(2024, 10, 21), 36_000_000),
    RateStep(date(2025, 5, 20), 35_000_000),
)
"""The five-year loan prime rate as published by the National Interbank Funding Center."""
START, END = date(2023, 9, 10), date(2026, 9, 10)


def made(**words: object) -> tuple[int, list[tuple[str, int]]]:
    first, steps = floating_rate(Floating(**words), LPR, START, END)  # type: ignore[arg-type]
    return first, [(step.on.isoformat(), step.rate_ppb) for step in steps]


def test_repricing_on_the_first_of_january() -> None:
    """LPR less 20 basis points; 1 January 2024 finds the rate as it was and makes no step."""
    assert made(spread_ppb=-2_000_000) == (40_000_000, [("2025-01-01", 34_000_000), ("2026-01-01", 33_000_000)])


def test_repricing_on_the_anniversary() -> None:
    assert made(reset=Reset.ANNIVERSARY) == (42_000_000, [("2024-09-10", 38_500_000), ("2025-09-10", 35_000_000)])


def test_repricing_every_three_months() -> None:
    assert made(reset="months", months=3) == (
        42_000_000,
        [
            ("2024-03-10", 39_500_000),
            ("2024-09-10", 38_500_000),
            ("2024-12-10", 36_000_000),
            ("2025-06-10", 35_000_000),
        ],
    )


def test_a_value_counts_that_was_published_some_days_before() -> None:
    _, steps = made(reset="months", months=3, lookback_days=25)
    assert steps[0] == ("2024-06-10", 39_500_000)


def test_a_floor_and_a_cap() -> None:
    assert made(floor_ppb=36_000_000, cap_ppb=40_000_000) == (40_000_000, [("2025-01-01", 36_000_000)])


def test_an_index_that_begins_too_late_is_refused() -> None:
    with pytest.raises(LoanMathError) as caught:
        floating_rate(Floating(), LPR, date(2023, 6, 19), END)
    assert (caught.value.code, "2023-06-19" in str(caught.value)) == ("index_missing", True)


def test_months_go_with_a_reset_by_months() -> None:
    with pytest.raises(LoanMathError) as caught:
        Floating(months=3)
    assert caught.value.code == "reset_unclear"
