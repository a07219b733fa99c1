"""Expected losses, the rates of a provision matrix, and a loan carried net of its allowance."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath.credit_losses import ImpairedLoan, expected_loss, roll_rates
from loanmath.errors import LoanMathError

amounts = st.integers(min_value=0, max_value=10**13)
shares = st.fractions(min_value=0, max_value=1, max_denominator=10**6)


@given(exposure=amounts, default=shares, loss=shares)
def test_an_expected_loss_is_the_exact_product_rounded_half_up(
    exposure: int, default: Fraction, loss: Fraction
) -> None:
    found = expected_loss(exposure, default, loss)
    assert -Fraction(1, 2) <= exposure * default * loss - found < Fraction(1, 2)


@given(stages=st.lists(amounts, min_size=1, max_size=6))
def test_roll_rates_grow_with_arrears_and_bring_back_what_was_lost(stages: list[int]) -> None:
    reached = sorted(stages, reverse=True)
    rates = roll_rates(reached)
    assert list(rates) == sorted(rates)
    assert all(rate * amount == reached[-1] for rate, amount in zip(rates, reached, strict=True))


@given(gross=amounts, lost=shares, rate=st.fractions(min_value=0, max_value=Fraction(1, 4), max_denominator=10**6))
def test_interest_of_an_impaired_loan_raises_what_it_is_carried_at_by_itself(
    gross: int, lost: Fraction, rate: Fraction
) -> None:
    loan = ImpairedLoan(gross, int(gross * lost))
    interest = loan.interest_minor(rate)
    if interest > loan.allowance_minor:
        with pytest.raises(LoanMathError, match="below zero"):
            loan.accrued(rate)
        return
    after = loan.accrued(rate)
    assert after.carrying_minor - loan.carrying_minor == interest
    assert after.gross_minor == gross


@given(gross=amounts, share=shares, cash=amounts)
def test_ending_a_loan_gives_what_comes_above_its_present_value(gross: int, share: Fraction, cash: int) -> None:
    loan = ImpairedLoan(gross).remeasured(int(gross * share))
    assert loan.carrying_minor == int(gross * share)
    assert loan.gain_minor(cash) == cash - int(gross * share)


def test_without_stages_there_are_no_rates_and_nothing_lent_loses_nothing() -> None:
    assert roll_rates(()) == ()
    assert roll_rates((0, 0)) == (Fraction(0), Fraction(0))


@pytest.mark.parametrize(
    ("attempt", "code", "field"),
    [
        (lambda: expected_loss(-1), "amount_below_zero", "exposure_minor"),
        (lambda: expected_loss(1, Fraction(3, 2)), "share_out_of_range", "shares"),
        (lambda: expected_loss(1, Fraction(-1, 2)), "share_out_of_range", "shares"),
        (lambda: roll_rates((100, 101)), "stages_grow", "reached_minor"),
        (lambda: roll_rates((100, -1)), "amount_below_zero", "reached_minor"),
        (lambda: ImpairedLoan(-1), "amount_below_zero", "gross_minor"),
        (lambda: ImpairedLoan(1, -1), "amount_below_zero", "allowance_minor"),
        (lambda: ImpairedLoan(1, 2), "allowance_too_large", "allowance_minor"),
        (lambda: ImpairedLoan(1).paid(-1), "amount_below_zero", "cash_minor"),
        (lambda: ImpairedLoan(1).paid(2), "amount_below_zero", "gross_minor"),
        (lambda: ImpairedLoan(1).remeasured(-1), "amount_below_zero", "present_value_minor"),
        (lambda: ImpairedLoan(1).remeasured(2), "amount_below_zero", "allowance_minor"),
    ],
)
def test_figures_without_meaning_are_refused_by_name(attempt, code: str, field: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LoanMathError) as refused:
        attempt()
    assert (refused.value.code, refused.value.field) == (code, field)
