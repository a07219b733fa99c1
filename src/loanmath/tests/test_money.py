"""Amounts and rates as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import LoanMathError
from loanmath.money import EXPONENTS, WITHDRAWN, exponent, to_minor, to_text
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


def test_the_currencies_are_those_of_iso_4217_in_2026() -> None:
    # List one has 178 codes at amendment 180; 13 of them have no minor unit.
    without_minor_unit = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
    assert len(EXPONENTS) == 178 - len(without_minor_unit)
    assert not EXPONENTS.keys() & without_minor_unit
    assert {"XCG", "ZWG", "SLE", "VED", "VES", "XAD", "MRU", "STN"} <= EXPONENTS.keys()
    digits = {"CNY": 2, "JPY": 0, "KWD": 3, "CLF": 4, "UYW": 4, "UYI": 0, "ISK": 0, "IQD": 3, "HUF": 2, "MGA": 2}
    assert {currency: exponent(currency) for currency in digits} == digits


@pytest.mark.parametrize("currency", sorted(WITHDRAWN))
def test_a_currency_that_is_no_more_names_what_took_its_place(currency: str) -> None:
    with pytest.raises(LoanMathError) as caught:
        exponent(currency)
    assert (caught.value.code, caught.value.field) == ("withdrawn_currency", "currency")
    assert WITHDRAWN[currency].successor in str(caught.value)
    assert exponent(WITHDRAWN[currency].successor) == 2


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
