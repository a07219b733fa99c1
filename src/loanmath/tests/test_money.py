"""Amounts and rates as people write them."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal, localcontext
from typing import Any

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


READERS = [
    pytest.param(lambda value: to_minor(value, "CNY"), "amount", id="amount"),
    pytest.param(ppb_from_percent, "rate", id="rate"),
]


@pytest.mark.parametrize(("read", "field"), READERS)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        *(
            (text, "unreadable")
            for text in ("NaN", "Infinity", "-inf", "sNaN", "1_000", "１２", "٣", "1E2", "0x10", "1e5")
        ),
        *((text, "unreadable") for text in ("", " ", ".", "-", "1 000", "1,000", "--1", "1.2.3", " 1", "1\n", "\x00")),
        ("9" * 61, "unreadable"),
        (Decimal("NaN"), "unreadable"),
        (Decimal("sNaN"), "unreadable"),
        (Decimal("-Infinity"), "unreadable"),
        (Decimal("1E+1000000"), "too_large"),
        (Decimal("-1E+999999999999"), "too_large"),
        (Decimal("1E-1000000"), "too_fine"),
        (Decimal("0." + "0" * 5000 + "1"), "too_fine"),
        (Decimal("9" * 5000), "too_large"),
        (10**5000, "too_large"),
        ("9" * 30, "too_large"),
        (1.5, "wrong_kind"),
        (float("nan"), "wrong_kind"),
        (True, "wrong_kind"),
        (None, "wrong_kind"),
        ([], "wrong_kind"),
        (b"1", "wrong_kind"),
    ],
    ids=lambda value: repr(value)[:20] if not isinstance(value, int) else "int",
)
def test_what_is_no_number_as_people_write_it_is_refused_at_once(
    read: Callable[[Any], int], field: str, value: Any, code: str
) -> None:
    with pytest.raises(LoanMathError) as caught:
        read(value)
    assert caught.value.code in {code, f"{field}_{code}"}
    assert caught.value.field == field
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("zero", ["0", "-0", "0.000000000", Decimal("0E+1000000"), Decimal("-0E-1000000"), 0])
def test_nothing_is_nothing_with_any_exponent(zero: Any) -> None:
    assert to_minor(zero, "CNY") == ppb_from_percent(zero) == 0


def test_a_decimal_context_of_the_caller_rounds_no_amount() -> None:
    with localcontext() as context:
        context.prec = 3
        assert to_minor("1234567.89", "CNY") == 123456789
        assert ppb_from_percent("12.3456789") == 123456789
    assert to_minor("1055.770000", "CNY") == to_minor(Decimal("1.05577E+3"), "CNY") == 105577


@given(st.text() | st.decimals() | st.floats() | st.booleans() | st.none() | st.integers())
def test_anything_is_an_amount_or_is_refused(value: Any) -> None:
    with suppress(LoanMathError):
        assert Decimal(to_minor(value, "CNY")).scaleb(-2) == Decimal(value)


@pytest.mark.parametrize("currency", [None, 7, [], {}, True, "cny", "CNY ", "X" * 10_000])
def test_a_currency_is_three_letters(currency: Any) -> None:
    with pytest.raises(LoanMathError) as caught:
        exponent(currency)
    assert (caught.value.code in {"unknown_currency", "wrong_kind"}, caught.value.field) == (True, "currency")
    assert len(str(caught.value)) < 200


def test_an_error_shows_no_value_out_of_all_proportion() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    for value in (10**5000, -(10**5000), "x" * 10**6, Decimal("1" * 5000), nested, {"a": nested}, object()):
        error = LoanMathError("out_of_range", "field", "it is {value}", value=value)
        assert len(str(error)) < 120


def test_an_error_of_a_part_names_its_path_once() -> None:
    error = LoanMathError("out_of_range", "amount_minor", "it is {value}", value=1)
    assert error.within("charge").field == error.within("charge").within("charge").field == "charge.amount_minor"
    assert LoanMathError("x", "frequency", "y").within("frequency").field == "frequency"
    assert str(error.within("charge")) == "it is 1"
