"""A quoted figure must mean the same as its value."""

from hypothesis import given
from hypothesis import strategies as st

from xindai.policies.quoting import quoted_value


def test_percent_is_read_in_billionths_and_millionths() -> None:
    assert quoted_value("3.35 %", "ppb per annum") == 33_500_000
    assert quoted_value("-1 %", "ppb per annum") == -10_000_000
    assert quoted_value("70 %", "ppm") == 700_000


def test_money_is_read_in_minor_units() -> None:
    assert quoted_value("200,000.00 CNY", "minor") == 20_000_000


def test_what_cannot_be_read_means_nothing() -> None:
    assert quoted_value("about 3 %", "ppb") is None
    assert quoted_value("3 %", "days") is None
    assert quoted_value("0.00000001 %", "ppm") is None


@given(st.integers(-(10**9), 10**9))
def test_every_rate_of_two_decimals_of_a_percent_reads_back(hundredths: int) -> None:
    sign, rest = ("-" if hundredths < 0 else ""), abs(hundredths)
    assert quoted_value(f"{sign}{rest // 100}.{rest % 100:02d} %", "ppb") == hundredths * 100_000
