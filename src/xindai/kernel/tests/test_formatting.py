"""How numbers and dates are written."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.kernel import formatting


@pytest.mark.parametrize(
    ("amount_minor", "zh", "en"),
    [
        (86_234_055, "862,340.55 元", "CNY 862,340.55"),
        (-120_000, "−1,200.00 元", "CNY −1,200.00"),
        (0, "0.00 元", "CNY 0.00"),
        (5, "0.05 元", "CNY 0.05"),
    ],
)
def test_an_exact_amount_carries_its_currency(amount_minor: int, zh: str, en: str) -> None:
    assert formatting.amount(amount_minor, "CNY", "zh-hans") == zh
    assert formatting.amount(amount_minor, "CNY", "en") == en


def test_the_currency_comes_from_the_data_and_never_from_the_language() -> None:
    assert formatting.amount(1_234, "JPY", "zh-hans") == "JPY 1,234"
    assert formatting.amount(1_234, "JPY", "en") == "JPY 1,234"


@pytest.mark.parametrize(
    ("amount_minor", "zh", "en"),
    [
        (364_200_000_000, ("36.42", "亿元"), ("CNY 3.64", "bn")),
        (120_000_000, ("120.00", "万元"), ("CNY 1.20", "m")),
        (99_900, ("999.00", "元"), ("CNY 999.00", "")),
        (-120_000_000, ("−120.00", "万元"), ("CNY −1.20", "m")),
    ],
)
def test_a_summary_amount_is_short(amount_minor: int, zh: tuple[str, str], en: tuple[str, str]) -> None:
    assert formatting.short_amount(amount_minor, "CNY", "zh-hans") == zh
    assert formatting.short_amount(amount_minor, "CNY", "en") == en


@pytest.mark.parametrize(
    ("rate_ppb", "text"), [(43_500_000, "4.35"), (100_000_000, "10.00"), (31_250_000, "3.125"), (-10_000_000, "−1.00")]
)
def test_a_rate_has_two_decimals_and_more_when_it_needs_them(rate_ppb: int, text: str) -> None:
    assert formatting.percent(rate_ppb) == text


def test_a_computed_annual_rate_is_told_to_two_decimals() -> None:
    assert formatting.annual_percent(63_529_800) == "6.35"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert formatting.share(0, 0) == "—"
    assert formatting.share(1, 3) == "33.33"


def test_dates_are_written_as_the_language_writes_them() -> None:
    day, moment = date(2026, 12, 6), datetime(2026, 12, 6, 9, 42)  # noqa: DTZ001 - a local moment, as pages show it
    assert formatting.calendar_day(day, "zh-hans") == "2026-12-06"
    assert formatting.calendar_day(day, "en") == "6 Dec 2026"
    assert formatting.moment(moment, "en") == "6 Dec 2026 09:42"
    assert formatting.month(day, "en") == "Dec 2026"


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_what_is_written_reads_back_as_the_same_amount(amount_minor: int) -> None:
    text = formatting.plain_amount(amount_minor, "CNY").replace(",", "").replace("−", "-")
    assert Fraction(text) * 100 == amount_minor


@given(st.integers(), st.integers(min_value=1), st.integers(min_value=0, max_value=6))
def test_rounding_is_half_up_by_magnitude(numerator: int, denominator: int, places: int) -> None:
    value = Fraction(numerator, denominator)
    written = Fraction(formatting.rounded(value, places).replace(",", "").replace("−", "-"))
    assert abs(written - value) * 2 <= Fraction(1, 10**places)
