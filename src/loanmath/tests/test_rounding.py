"""Named modes and multiples, against the decimal module and against fractions."""

import decimal
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import LoanMathError, Rounding
from loanmath.rounding import CODES, accumulate, divide, divide_to_multiple, first_remainder, to_multiple

DECIMAL_MODES = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.HALF_DOWN: decimal.ROUND_HALF_DOWN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
}
modes = st.sampled_from(list(Rounding))
multiples = st.one_of(st.sampled_from([1, 5, 10, 50, 100, 500, 1_000, 10_000]), st.integers(1, 10**6))


def by_fractions(exact: Fraction, mode: Rounding) -> int:
    """The whole number that the decimal module gives, from a tie, or from more or less than a tie."""
    whole = exact.numerator // exact.denominator
    part = exact - whole
    half = Fraction(1, 2)
    digit = "0" if part == 0 else "5" if part == half else "3" if part < half else "7"
    return int(Decimal(f"{whole}.{digit}").quantize(Decimal(1), DECIMAL_MODES[mode]))


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        (Rounding.HALF_UP, [0, 1, 1, 2, 2, 3]),
        (Rounding.HALF_EVEN, [0, 0, 1, 2, 2, 2]),
        (Rounding.HALF_DOWN, [0, 0, 1, 1, 2, 2]),
        (Rounding.UP, [1, 1, 1, 2, 2, 3]),
        (Rounding.DOWN, [0, 0, 0, 1, 1, 2]),
    ],
)
def test_ties_and_their_neighbours_go_where_the_mode_says(mode: Rounding, rounded: list[int]) -> None:
    tenths = [4, 5, 6, 15, 16, 25]
    assert [divide(amount, 10, mode) for amount in tenths] == rounded
    code = CODES[mode]
    start = first_remainder(10, code)
    assert [accumulate(0, start, amount, 1, 10, code)[0] for amount in tenths] == rounded
    assert accumulate(0, start, np.array(tenths), 1, 10, code)[0].tolist() == rounded
    codes, starts = np.array([code, CODES[Rounding.DOWN]] * 6), np.array([start, 0] * 6)
    among_others, _ = accumulate(np.zeros(12, dtype=np.int64), starts, np.repeat(tenths, 2), 1, 10, codes)
    assert among_others.tolist() == [value for pair in zip(rounded, [0, 0, 0, 1, 1, 2], strict=True) for value in pair]


@pytest.mark.parametrize(
    ("mode", "sums"),
    [
        (Rounding.HALF_UP, [1, 2, 3, 4, 4]),
        (Rounding.HALF_EVEN, [0, 2, 2, 4, 4]),
        (Rounding.HALF_DOWN, [0, 1, 2, 3, 4]),
        (Rounding.UP, [1, 2, 3, 4, 4]),
        (Rounding.DOWN, [0, 1, 2, 3, 4]),
    ],
)
def test_a_sum_that_grows_from_tie_to_tie_is_the_rounded_sum_at_each(mode: Rounding, sums: list[int]) -> None:
    """0.5, 1.5, 2.5, 3.5 and 4.0."""
    code = CODES[mode]
    whole, remainder, column = 0, first_remainder(10, code), np.zeros(1, dtype=np.int64)
    remainders = column + remainder
    for tenths, expected in zip((5, 10, 10, 10, 5), sums, strict=True):
        whole, remainder = accumulate(whole, remainder, tenths, 1, 10, code)
        column, remainders = accumulate(column, remainders, np.array([tenths]), 1, 10, code)
        assert (whole, column.tolist(), remainders.tolist()) == (expected, [expected], [remainder])


@given(st.integers(0, 10**15), st.integers(1, 10**9), modes)
def test_a_quotient_is_rounded_as_the_decimal_module_does(numerator: int, denominator: int, mode: Rounding) -> None:
    assert divide(numerator, denominator, mode) == by_fractions(Fraction(numerator, denominator), mode)


@given(st.integers(0, 10**13), multiples, modes)
def test_an_amount_becomes_the_nearest_multiple_in_the_direction_of_the_mode(
    amount: int, multiple: int, mode: Rounding
) -> None:
    expected = by_fractions(Fraction(amount, multiple), mode) * multiple
    assert to_multiple(amount, multiple, CODES[mode]) == expected
    assert divide_to_multiple(amount, 1, multiple, mode) == expected
    assert expected % multiple == 0
    assert abs(expected - amount) < multiple
    assert to_multiple(expected, multiple, CODES[mode]) == expected


@given(st.lists(st.tuples(st.integers(0, 10**13), multiples, modes), min_size=1, max_size=20))
def test_columns_round_to_multiples_as_single_amounts_do(cases: list[tuple[int, int, Rounding]]) -> None:
    amounts, steps = (np.array([case[place] for case in cases], dtype=np.int64) for place in (0, 1))
    codes = np.array([CODES[mode] for _, _, mode in cases], dtype=np.int64)
    expected = [to_multiple(amount, multiple, CODES[mode]) for amount, multiple, mode in cases]
    assert to_multiple(amounts, steps, codes).tolist() == expected
    first_step, first_code = cases[0][1], CODES[cases[0][2]]
    one_rule = [to_multiple(amount, first_step, first_code) for amount, _, _ in cases]
    assert to_multiple(amounts, first_step, first_code).tolist() == one_rule


@given(st.integers(0, 10**15), st.integers(1, 10**9), multiples, modes)
def test_a_quotient_is_rounded_to_a_multiple_once(
    numerator: int, denominator: int, multiple: int, mode: Rounding
) -> None:
    exact = Fraction(numerator, denominator * multiple)
    assert divide_to_multiple(numerator, denominator, multiple, mode) == by_fractions(exact, mode) * multiple


def test_rounding_to_the_cent_first_would_go_the_wrong_way() -> None:
    # 0.4996 yuan is 0 whole yuan; by way of 0.50 it would be 1
    assert divide_to_multiple(4_996, 100, 100, Rounding.HALF_UP) == 0
    assert to_multiple(divide(4_996, 100, Rounding.HALF_UP), 100, CODES[Rounding.HALF_UP]) == 100


@pytest.mark.parametrize("multiple", [0, -5])
def test_a_multiple_below_one_is_refused(multiple: int) -> None:
    for round_it in (
        lambda: to_multiple(100, multiple, 0),
        lambda: to_multiple(np.array([100]), np.array([multiple]), 0),
        lambda: divide_to_multiple(100, 1, multiple, Rounding.UP),
    ):
        with pytest.raises(LoanMathError) as caught:
            round_it()
        assert (caught.value.code, caught.value.field) == ("multiple_too_small", "multiple_minor")


@given(st.integers(1, 10**9), st.lists(st.tuples(st.integers(0, 10**9), modes), min_size=1, max_size=20))
def test_first_remainders_of_columns_are_those_of_numbers(divisor: int, cases: list[tuple[int, Rounding]]) -> None:
    codes = np.array([CODES[mode] for _, mode in cases], dtype=np.int64)
    amounts = np.array([amount for amount, _ in cases], dtype=np.int64)
    starts = first_remainder(divisor, codes)
    assert starts.tolist() == [first_remainder(divisor, CODES[mode]) for _, mode in cases]
    whole, _ = accumulate(0, starts, amounts, 1, divisor, codes)
    assert whole.tolist() == [divide(amount, divisor, mode) for amount, mode in cases]
