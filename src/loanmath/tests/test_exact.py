"""Products of amount, rate and days are exact, for one loan and in columns."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath import LoanMathError, Rounding, guess
from loanmath.exact import (
    AMOUNT_LIMIT,
    DIVISOR_LIMIT,
    FACTOR_LIMIT,
    QUOTIENT_LIMIT,
    multiply_add_divide,
    pick,
    smaller,
)
from loanmath.rounding import CODES, accumulate, divide, first_remainder

YEARS = [360 * 10**9, 365 * 10**9, 10**9]
products = st.tuples(
    st.integers(0, AMOUNT_LIMIT - 1),
    st.integers(0, FACTOR_LIMIT - 1),
    st.one_of(st.sampled_from(YEARS), st.integers(1, DIVISOR_LIMIT - 1)),
    st.integers(0, 10**12),
)


@given(st.lists(products, min_size=1, max_size=20))
def test_columns_divide_as_fractions_do(cases: list[tuple[int, int, int, int]]) -> None:
    cases = [(amount, factor, divisor, carried % (divisor + 1)) for amount, factor, divisor, carried in cases]
    cases = [case for case in cases if case[0] * case[1] // case[2] < QUOTIENT_LIMIT - 1]
    amount, factor, divisor, carried = (np.array([case[place] for case in cases], dtype=np.int64) for place in range(4))
    if not cases:
        return
    quotient, remainder = multiply_add_divide(amount, factor, carried, divisor)
    for place, (one_amount, one_factor, one_divisor, one_carried) in enumerate(cases):
        exact = Fraction(one_amount * one_factor + one_carried, one_divisor)
        assert int(quotient[place]) == exact.numerator // exact.denominator
        assert int(quotient[place]) + Fraction(int(remainder[place]), one_divisor) == exact
        scalar = multiply_add_divide(one_amount, one_factor, one_carried, one_divisor)
        assert scalar == (int(quotient[place]), int(remainder[place]))


@pytest.mark.parametrize("name", ["amount", "factor", "divisor"])
def test_a_column_that_would_wrap_around_is_refused(name: str) -> None:
    values = {"amount": 1, "factor": 1, "divisor": 1} | {name: 2**61}
    columns = {key: np.array([value], dtype=np.int64) for key, value in values.items()}
    with pytest.raises(LoanMathError) as caught:
        multiply_add_divide(columns["amount"], columns["factor"], 0, columns["divisor"])
    assert (caught.value.code, caught.value.field) == ("number_too_large", name)


@pytest.mark.parametrize(("name", "limit"), [("amount", 1 << 53), ("factor", 1 << 53), ("divisor", 1 << 60)])
@pytest.mark.parametrize("is_column", [True, False])
def test_figures_are_taken_up_to_the_bounds_of_what_is_exact(name: str, limit: int, is_column: bool) -> None:
    def quotient(value: int) -> list[int]:
        figures: dict[str, Any] = {"amount": 5, "factor": 7, "divisor": 1 << 53} | {name: value}
        other = "factor" if name == "amount" else "amount"
        figures = {key: np.array([figure]) if is_column or key == other else figure for key, figure in figures.items()}
        whole, rest = multiply_add_divide(figures["amount"], figures["factor"], 0, figures["divisor"])
        return [int(whole[0]), int(rest[0])]

    least, most = int(name == "divisor"), limit - 1
    exact = {"amount": 7 * most, "factor": 5 * most, "divisor": 35}[name]
    assert quotient(most) == list(divmod(exact, most if name == "divisor" else 1 << 53))
    assert quotient(least) == ([35, 0] if name == "divisor" else [0, 0])
    for value in (limit, -1):
        with pytest.raises(LoanMathError) as caught:
            quotient(value)
        assert (caught.value.field, caught.value.params["limit"]) == (name, most)


def test_quotients_are_taken_up_to_the_bound_of_what_is_exact() -> None:
    most = (1 << 50) - 1
    assert [column.tolist() for column in multiply_add_divide(np.array([most]), 1, 0, 1)] == [[most], [0]]
    with pytest.raises(LoanMathError) as caught:
        multiply_add_divide(np.array([1, most + 1]), 1, 0, 1)
    assert (caught.value.field, caught.value.params["limit"]) == ("amount", most)


@given(
    st.integers(0, 2**50 - 8),  # what is added besides, of a small divisor, stays within the limit of quotients
    st.integers(1, DIVISOR_LIMIT - 1),
    st.integers(-2, 2),
    st.integers(0, 2),
)
def test_a_guess_beside_a_whole_quotient_is_corrected(quotient: int, divisor: int, off: int, carried: int) -> None:
    factor = min(divisor, FACTOR_LIMIT - 1)
    amount = max(0, quotient * divisor + off) // factor
    if amount >= AMOUNT_LIMIT:
        return
    addend = (0, divisor - 1, divisor)[carried]
    column = np.array([amount], dtype=np.int64)
    found, remainder = multiply_add_divide(column, factor, addend, divisor)
    assert (int(found[0]), int(remainder[0])) == divmod(amount * factor + addend, divisor)


GUESSED_WRONG = [
    # amount, factor, divisor, addend, the exact quotient and remainder, and by how much the guess is off
    (8_401_619_130_155_661, 24_121_776_231, 360 * 10**9, 0, 562_949_935_099_176, 358_839_893_691, 1),
    (6_003_127_135_382_933, 33_759_402_132, 360 * 10**9, 0, 562_949_952_813_649, 956_613_156, -1),
    (5_184_356_190_444_243, 39_633_991_950, 365 * 10**9, 0, 562_949_949_364_382, 363_985_843_850, 1),
    (7_965_385_344_220_195, 25_796_207_324, 365 * 10**9, 0, 562_949_950_013_850, 5_327_708_180, -1),
    (4_786_067_998_633_471, 15_713_208_482_917, 133_590 * 10**9, 0, 562_949_953_409_274, 131_621_047_914_907, 1),
    (4_839_053_060_068_023, 15_541_157_194_061, 133_590 * 10**9, 0, 562_949_953_416_566, 72_471_611_403, -1),
    (6_127_141_937_422_783, 91_877_928, 10**9, 0, 562_949_105_772_310, 962_033_624, 1),
    (6_625_376_500_810_707, 84_968_431, 10**9, 0, 562_947_846_058_156, 1_790_717, -1),
    # Whole quotients whose guess is one too few: nothing but the whole divisor is left over.
    (8_963_584_000_000_000, 5_344_890_660, 360 * 10**9, 0, 133_081_601_115_904, 0, -1),
    (2_873_279_400_000_000, 134_983_440_425, 365 * 10**9, 0, 1_062_589_421_135_013, 0, -1),
    (8_249_060_500_000_000, 7_609_334_580, 133_590 * 10**9, 0, 469_869_461_151, 0, -1),
    (1_000_000, 43_500_000, 360 * 10**9, 360 * 10**9, 121, 300_000_000_000, 0),
    (0, 0, 7, 7, 1, 0, 0),
    (0, 0, 7, 6, 0, 6, 0),
]


def test_guesses_that_are_off_either_way_are_corrected_among_others_that_are_right() -> None:
    rows = [*GUESSED_WRONG, *GUESSED_WRONG[::-1]]
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    amount, factor, divisor, addend, quotient, remainder, off = columns
    assert (guess.quotient(amount, factor, divisor, addend).astype(np.int64) - quotient).tolist() == off.tolist()
    found = multiply_add_divide(amount, factor, addend, divisor)
    assert [column.tolist() for column in found] == [quotient.tolist(), remainder.tolist()]


@pytest.mark.parametrize("divisor", [360 * 10**9, 365 * 10**9, 133_590 * 10**9, 10**9])
def test_guesses_that_are_off_are_corrected_where_all_share_a_divisor(divisor: int) -> None:
    rows = [row for row in GUESSED_WRONG if row[2] == divisor]
    amount, factor, _, addend, quotient, remainder, off = (
        np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)
    )
    assert {1, -1} <= set(off.tolist())
    found = multiply_add_divide(amount, factor, addend, divisor)
    assert [column.tolist() for column in found] == [quotient.tolist(), remainder.tolist()]


def test_a_number_times_a_column_is_corrected_just_as_well() -> None:
    amount, factor, divisor, addend, quotient, remainder, _ = GUESSED_WRONG[1]
    found = multiply_add_divide(amount, np.array([factor, 0]), addend, divisor)
    assert [column.tolist() for column in found] == [[quotient, 0], [remainder, 0]]


def test_a_quotient_that_would_not_be_exact_is_refused() -> None:
    column = np.array([AMOUNT_LIMIT - 1], dtype=np.int64)
    with pytest.raises(LoanMathError) as caught:
        multiply_add_divide(column, FACTOR_LIMIT - 1, 0, 1)
    assert caught.value.code == "number_too_large"


def test_pick_and_smaller_serve_numbers_and_columns() -> None:
    column = np.array([1, 5], dtype=np.int64)
    assert pick(True, 7, 9) == 7
    assert list(pick(column > 2, column, 0)) == [0, 5]
    assert smaller(3, 2) == 2
    assert list(smaller(column, 3)) == [1, 3]


def by_hand(exact: Fraction, mode: Rounding) -> int:
    """The rounded value, straight from the meaning of the words."""
    whole = exact.numerator // exact.denominator
    part = exact - whole
    if mode is Rounding.DOWN or part == 0:
        return whole
    if mode is Rounding.UP or part > Fraction(1, 2):
        return whole + 1
    if part < Fraction(1, 2) or mode is Rounding.HALF_DOWN:
        return whole
    return whole + 1 if mode is Rounding.HALF_UP or whole % 2 else whole


@given(st.integers(0, 10**15), st.integers(1, 10**6), st.sampled_from(list(Rounding)))
def test_each_mode_rounds_as_its_name_says(numerator: int, denominator: int, mode: Rounding) -> None:
    assert divide(numerator, denominator, mode) == by_hand(Fraction(numerator, denominator), mode)


@given(
    st.lists(st.tuples(st.integers(0, 10**13), st.integers(0, 3)), max_size=40),
    st.sampled_from([8, 10, 360, 360 * 10**9, 365 * 10**9]),
    st.integers(0, 10**9),
    st.sampled_from(list(Rounding)),
)
def test_a_sum_that_grows_daily_is_always_the_rounded_exact_sum(
    steps: list[tuple[int, int]], divisor: int, rate: int, mode: Rounding
) -> None:
    code = CODES[mode]
    whole, remainder, exact = 0, first_remainder(divisor, code), Fraction(0)
    column = np.zeros(1, dtype=np.int64)
    column_remainder = column + remainder
    for amount, days in steps:
        whole, remainder = accumulate(whole, remainder, amount, rate * days, divisor, code)
        exact += Fraction(amount * rate * days, divisor)
        assert whole == by_hand(exact, mode)
        if exact < 2**50:
            column, column_remainder = accumulate(
                column,
                column_remainder,
                np.array([amount]),
                np.array([rate * days]),
                np.array([divisor]),
                code,
            )
            assert (int(column[0]), int(column_remainder[0])) == (whole, remainder)
