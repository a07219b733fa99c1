"""Amounts and rates as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import LoanMathError
from loanmath.money import EXPONENTS, to_minor, to_text
from loanmath.rates import percent_text, ppb_from_percent


def test_amounts_follow_the_currency() -> None:
    assert to_minor("1055.77", "CNY") == 105577
    assert to_minor("1055", "JPY") == 1055
    assert to_minor("1.055", "KWD") == 1055
    assert to_text(5, "CNY") == "0.05"
    assert to_text(-105577, "CNY") == "-1055.77"
    assert to_text(1055, "JPY") == "1055"


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(EXPONENTS)))
def test_text_and_amount_are_the_same(amount_minor: int, currency: str) -> None:
    assert to_minor(to_text(amount_minor, currency), currency) == amount_minor


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("1.005", "CNY", "amount_too_fine"),
        ("much", "CNY", "amount_unreadable"),
        ("1", "RMB", "unknown_currency"),
    ],
)
def test_amounts_that_cannot_be_are_refused(amount: str, currency: str, code: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        to_minor(amount, currency)
    assert caught.value.code == code


def test_rates_are_exact_to_seven_decimals_of_a_percent() -> None:
    assert ppb_from_percent("4.35") == 43_500_000
    assert percent_text(43_500_000) == "4.35"
    assert percent_text(43_512_345) == "4.3512345"
    assert percent_text(-40_000_000, places=0) == "-4"
    for wrong, code in (("4.00000001", "rate_too_fine"), ("four", "rate_unreadable")):
        with pytest.raises(LoanMathError) as caught:
            ppb_from_percent(wrong)
        assert caught.value.code == code
