"""Interest paid ahead in neutral loans that recalculate it: what a payment changes pays what is asked for then."""

from loanmath.tests.neutral import CUMULATIVE, DAILY_360, RECALCULATED, disburse, lines, loan, repay, rows, seen

BY_THE_DAY = loan(CUMULATIVE, interest_method="declining", interest_calculation_period="daily", annual_rate_pct="36.5")
"""0.1 % a day of a year of 365; the instalment is found at 3 % a row: 300 x 0.03 / (1 - 1.03^-3) = 106.06."""
MONTH_END_RESTS = RECALCULATED | {"rest_frequency": "same_as_repayment_period"}
TWO_ROWS = loan(
    BY_THE_DAY,
    principal=750,
    repay_unit="days",
    repay_every=15,
    annual_rate_pct=7,
    instalments=2,
    amortisation="equal_principal",
    interest_recalculation=MONTH_END_RESTS | {"compounding": "interest"},
)


def test_interest_paid_ahead_that_is_no_longer_asked_for_pays_principal_in_the_same_transaction() -> None:
    # 1000 paid back on its first day: nothing accrues, though 0.57 stood in the plan's third row until then.
    of = loan(
        BY_THE_DAY,
        principal=1000,
        repay_unit="days",
        repay_every=2,
        days_in_year="360",
        annual_rate_pct=7,
        amortisation="equal_principal",
        grace_interest_payment_periods=1,
        down_payment={"percent": 12.5, "auto_repayment": False},
        interest_recalculation=MONTH_END_RESTS,
    )
    check = seen(of, disburse(1000), repay(1000, "2023-01-01"))
    assert lines(check, "amount", "principal", "interest") == [("1000.00", "1000.00", "0.00")]
    assert (check["status"], check["outstanding"], check["overpaid"]) == ("CLOSED_OBLIGATIONS_MET", "0.00", "0.00")


def test_what_is_left_over_pays_interest_that_the_payment_itself_makes_more() -> None:
    # 375 in each of two rows of 15 days at 7 %: 2.16, and 2.16 again since 375 and the 2.16 were overdue: 1.08 more
    # than planned, out of 246.76 that no row had asked for.
    check = seen(TWO_ROWS, disburse(750), repay(1000, "2023-01-19"))
    assert rows(check, "interest_due", "paid") == [("2.16", "377.16"), ("2.16", "377.16")]
    assert lines(check, "principal", "interest") == [("750.00", "4.32")]
    assert (check["status"], check["overpaid"]) == ("OVERPAID", "245.68")


def test_what_is_left_over_may_not_do_for_the_interest_that_the_payment_makes_more() -> None:
    # As above, but 754.00 are paid: 0.76 more than the 753.24 that the rows asked for, of 1.08 that they ask for then.
    check = seen(TWO_ROWS, disburse(750), repay(754, "2023-01-19"))
    assert lines(check, "principal", "interest") == [("750.00", "4.00")]
    assert (check["status"], check["outstanding"], check["overpaid"]) == ("ACTIVE", "0.32", "0.00")


def test_the_last_row_that_was_paid_ahead_takes_the_interest_that_overdue_money_has_cost_since() -> None:
    """1,000 at 3 % a month in rows of 353.53: 656.47 go to the last row, and of the second 20.00 and 0.60 are left.

    They are paid on 18 March, when 20.00 have cost 17 of the month's 31 days (20.00 x 3 % x 17 / 31 = 0.33).
    """
    changes = {"principal": 1000, "annual_rate_pct": 36, "interest_recalculation": RECALCULATED}
    of = loan(DAILY_360, **changes, future_allocation={"DEFAULT": "LAST_INSTALLMENT"})
    made = seen(of, disburse(1000), repay(1010, "2023-02-01"), repay(999, "2023-03-18"))
    assert (made["status"], made["outstanding"], made["overpaid"]) == ("OVERPAID", "0.00", "978.07")
    assert (made["rows"][-1]["interest_due"], made["rows"][-1]["paid"]) == ("0.33", "656.80")
