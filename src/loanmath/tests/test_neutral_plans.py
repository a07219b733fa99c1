"""The rules of the neutral format for rows and their interest, one by one, with figures worked out by hand.

Unless a test says otherwise the loan is 300 in three rows of 100 without interest, paid out on 1 January 2023 and due
on 1 February, 1 March and 1 April.
"""

import pytest

from loanmath.neutral import run_case
from loanmath.tests.neutral import (
    CUMULATIVE,
    DAILY_360,
    PROGRESSIVE,
    RECALCULATED,
    case,
    charge,
    disburse,
    event,
    lines,
    loan,
    paid,
    repay,
    rows,
    seen,
)

OUT = disburse()


# --- plans ----------------------------------------------------------------------------------------------------------


def test_flat_interest_is_on_the_whole_sum_and_the_instalment_is_rounded_to_the_multiple() -> None:
    # 12 % x 3/12 of 1000 = 30, 10 a row; 1030 / 3 = 343.33 -> 343, principal 333; the last row takes 334.
    check = seen(loan(CUMULATIVE, principal=1000, annual_rate_pct=12, instalment_multiple_of=1))
    assert rows(check, "principal_due", "interest_due", "balance") == [
        ("333.00", "10.00", "667.00"),
        ("333.00", "10.00", "334.00"),
        ("334.00", "10.00", "0.00"),
    ]
    assert check["rows"][0] == {
        "kind": "disbursement",
        "date": "2023-01-01",
        "amount": "1000.00",
        "fees_due": "0.00",
        "total_due": "0.00",
        "paid": None,
    }
    assert check["status"] == "SUBMITTED_AND_PENDING_APPROVAL"
    assert check["totals"]["total_due"] == "1030.00"
    assert check["outstanding"] == "0.00"


def test_a_level_instalment_of_a_month_is_found_at_a_twelfth_of_the_rate() -> None:
    # i = 1 %: 300 i / (1 - (1 + i)^-3) = 102.0066 -> 102.01; interest 3.00, 2.01 (200.99), 1.01 (100.99).
    for of in (loan(CUMULATIVE, interest_method="declining", annual_rate_pct=12), DAILY_360):
        assert rows(seen(of), "principal_due", "interest_due") == [
            ("99.01", "3.00"),
            ("100.00", "2.01"),
            ("100.99", "1.01"),
        ]


def test_equal_principal_has_interest_on_what_is_left() -> None:
    of = loan(CUMULATIVE, interest_method="declining", annual_rate_pct=12, amortisation="equal_principal")
    assert rows(seen(of), "principal_due", "interest_due") == [
        ("100.00", "3.00"),
        ("100.00", "2.00"),
        ("100.00", "1.00"),
    ]


@pytest.mark.parametrize(
    ("days_in_year", "interest"),
    # 36500 over 31 days at 10 %: / 365 = 310.00; / 360 = 314.31 (314.305...).
    [("365", "310.00"), ("360", "314.31"), ("actual", "310.00")],
)
def test_daily_interest_counts_real_days_over_the_year_that_is_named(days_in_year: str, interest: str) -> None:
    of = loan(
        DAILY_360, principal=36500, annual_rate_pct=10, instalments=1, days_in_year=days_in_year, days_in_month="actual"
    )
    assert rows(seen(of), "interest_due") == [interest]


def test_a_progressive_year_splits_at_31_december_and_a_cumulative_one_keeps_the_year_of_disbursement() -> None:
    # 12 December 2023 to 12 January 2024 on 36500 at 10 %: progressive 19/365 + 12/366 of 3650 = 190.00 + 119.67;
    # cumulative 31/365 = 310.00.
    changes = {
        "principal": 36500, "annual_rate_pct": 10, "instalments": 1, "expected_disbursement": "2023-12-12",
        "days_in_year": "actual", "days_in_month": "actual", "interest_method": "declining",
        "interest_calculation_period": "daily",
    }  # fmt: skip
    assert rows(seen(loan(PROGRESSIVE, **changes)), "interest_due") == ["309.67"]
    assert rows(seen(loan(CUMULATIVE, **changes)), "interest_due") == ["310.00"]


def test_weeks_and_days_count_their_real_days_also_where_months_have_thirty() -> None:
    of = loan(DAILY_360, principal=3600, annual_rate_pct=10, instalments=1, repay_unit="weeks", repay_every=2)
    assert rows(seen(of), "interest_due", "days", "due_date") == [("14.00", 14, "2023-01-15")]
    of = loan(of, repay_unit="days", repay_every=15)
    assert rows(seen(of), "interest_due", "days", "due_date") == [("15.00", 15, "2023-01-16")]


def test_interest_of_spared_rows_falls_due_in_the_first_row_that_pays() -> None:
    # 1 % of 300 in each row until principal is paid; rows 1 and 2 pay nothing.
    of = loan(
        CUMULATIVE, interest_method="declining", annual_rate_pct=12, amortisation="equal_principal",
        grace_principal_periods=2, grace_interest_payment_periods=2,
    )  # fmt: skip
    assert rows(seen(of), "principal_due", "interest_due") == [("0.00", "0.00"), ("0.00", "0.00"), ("300.00", "9.00")]


def test_the_last_instalment_is_brought_closer_to_the_others_once() -> None:
    # 1000 in 6 at 0.5 % a month: 169.5955 -> 169.60; the last row would be 169.57, 3 cents apart: floor(6 / 2) = 3 is
    # not exceeded, so it stays.
    of = loan(DAILY_360, principal=1000, annual_rate_pct=6, instalments=6)
    assert rows(seen(of), "total_due")[-2:] == ["169.60", "169.57"]


# --- tranches and down payments ---------------------------------------------------------------------------------------


def test_a_down_payment_is_a_row_of_its_own_and_is_taken_the_same_day_if_the_loan_says_so() -> None:
    for automatic in (True, False):
        of = PROGRESSIVE | {"down_payment": {"percent": 25, "auto_repayment": automatic}}
        check = seen(of, OUT)
        assert rows(check, "nr", "days", "due_date", "principal_due", "balance") == [
            (1, 0, "2023-01-01", "75.00", "225.00"),
            (2, 31, "2023-02-01", "75.00", "150.00"),
            (3, 28, "2023-03-01", "75.00", "75.00"),
            (4, 31, "2023-04-01", "75.00", "0.00"),
        ]
        assert lines(check, "type", "amount") == ([("Down Payment", "75.00")] if automatic else [])


def test_a_down_payment_paid_a_day_later_is_late() -> None:
    of = PROGRESSIVE | {"down_payment": {"percent": 25, "auto_repayment": False}}
    assert paid(seen(of, OUT, repay(75, "2023-01-02")))[0] == ("0.00", "0.00", "75.00")


def test_a_down_payment_is_rounded_to_the_multiple() -> None:
    # 25 % of 250 = 62.5 -> half even 62
    of = loan(
        PROGRESSIVE, principal=250, instalment_multiple_of=1, down_payment={"percent": 25, "auto_repayment": True}
    )
    assert rows(seen(of, disburse(250)), "principal_due")[0] == "62.00"


def test_a_tranche_on_a_due_date_is_spread_after_the_row_of_the_day_or_from_it() -> None:
    events = [OUT, disburse(60, "2023-02-01")]
    several = {"multi_disbursal": True, "principal": 360}
    progressive = seen(PROGRESSIVE | several, *events)
    assert rows(progressive, "principal_due", "balance") == [
        ("100.00", "200.00"),
        ("130.00", "130.00"),
        ("130.00", "0.00"),
    ]
    assert [row["kind"][0] for row in progressive["rows"]] == ["d", "i", "d", "i", "i"]
    declining = seen(CUMULATIVE | several | {"interest_method": "declining"}, *events)
    assert rows(declining, "principal_due", "balance") == [
        ("120.00", "240.00"),
        ("120.00", "120.00"),
        ("120.00", "0.00"),
    ]
    assert [row["kind"][0] for row in declining["rows"]] == ["d", "d", "i", "i", "i"]


def test_an_overpayment_is_taken_off_the_next_automatic_down_payment() -> None:
    of = PROGRESSIVE | {
        "multi_disbursal": True,
        "principal": 500,
        "down_payment": {"percent": 25, "auto_repayment": True},
    }
    check = seen(of, disburse(400), repay(320, "2023-01-05"), disburse(100, "2023-01-10"))
    # 100 + 320 of 400 owed: 20 too much; the second down payment is 25 - 20 = 5.
    assert [line for line in lines(check, "type", "amount") if line[0] == "Down Payment"] == [
        ("Down Payment", "100.00"),
        ("Down Payment", "5.00"),
    ]
    assert (check["outstanding"], check["overpaid"]) == ("75.00", "0.00")


def test_a_tranche_with_no_row_left_is_refused() -> None:
    with pytest.raises(ValueError, match="no instalment is left"):
        seen(PROGRESSIVE | {"multi_disbursal": True, "principal": 400}, OUT, disburse(100, "2023-04-01"))


# --- interest that is recalculated --------------------------------------------------------------------------------------


RECALCULATING = DAILY_360 | {"interest_recalculation": RECALCULATED}


def test_principal_that_is_overdue_goes_on_bearing_interest_and_only_the_last_instalment_grows() -> None:
    # Nothing is paid.  Row 2 bears 1 % of all 300 = 3.00; its instalment of 102.01 stays.  Row 3 bears 1 % of its own
    # 101.98 = 1.0198; by 16 March 15 of 31 days of 1 % of the 198.02 overdue are 0.9582 more: 1.98.
    checks = run_case(
        case(
            RECALCULATING, OUT, *(event("close_of_business", day) for day in ("2023-03-01", "2023-03-16")), after=[2, 3]
        )
    )["checks"]
    assert rows(checks[0], "principal_due", "interest_due") == [
        ("99.01", "3.00"),
        ("99.01", "3.00"),
        ("101.98", "1.02"),
    ]
    assert rows(checks[1], "principal_due", "interest_due") == [
        ("99.01", "3.00"),
        ("99.01", "3.00"),
        ("101.98", "1.98"),
    ]


def test_an_instalment_paid_early_bears_interest_up_to_the_day_and_the_rest_moves_to_the_next() -> None:
    # 16 January: 15 / 31 of 3.00 = 1.45, principal 102.01 - 1.45 = 100.56.  Row 2: 16 / 31 of 1 % of 199.44 = 1.0294
    # and 1 % of it = 1.9944: 3.02.  Row 3: 1 % of 100.45.
    check = seen(RECALCULATING, OUT, repay("102.01", "2023-01-16"))
    assert rows(check, "principal_due", "interest_due") == [("100.56", "1.45"), ("98.99", "3.02"), ("100.45", "1.00")]
    assert lines(check, "principal", "interest", "balance") == [("100.56", "1.45", "199.44")]


BY_THE_DAY = loan(CUMULATIVE, interest_method="declining", interest_calculation_period="daily", annual_rate_pct="36.5")
"""0.1 % a day of a year of 365; the instalment is found at 3 % a row: 300 x 0.03 / (1 - 1.03^-3) = 106.06."""


def test_a_cumulative_plan_counts_real_days_and_finds_its_instalment_on_months_of_thirty() -> None:
    assert rows(seen(BY_THE_DAY, OUT), "principal_due", "interest_due") == [
        ("96.76", "9.30"),  # 31 days
        ("100.37", "5.69"),  # 203.24 x 28 days = 5.6907
        ("102.87", "3.19"),  # 102.87 x 31 days = 3.1890
    ]


@pytest.mark.parametrize(
    ("adjustment", "later"),
    [
        # Row 1: 15 days on 300 and 16 on 100 = 4.50 + 1.60.  Then 100 x 28 days = 2.80.
        ("adjust_last_unpaid_period", [("100.00", "2.80")]),
        ("reduce_number_of_instalments", [("100.00", "2.80")]),
        # 100 x 0.03 / (1 - 1.03^-2) = 52.26; 50.54 x 31 days = 1.5667.
        ("reduce_emi_amount", [("49.46", "2.80"), ("50.54", "1.57")]),
    ],
)
def test_principal_paid_ahead_belongs_to_the_current_row_and_changes_the_later_ones(
    adjustment: str, later: list[tuple[str, str]]
) -> None:
    of = BY_THE_DAY | {"interest_recalculation": RECALCULATED | {"prepayment_adjustment": adjustment}}
    check = seen(of, OUT, repay(200, "2023-01-16"))
    assert rows(check, "principal_due", "interest_due") == [("200.00", "6.10"), *later]


def test_in_a_cumulative_loan_overdue_principal_bears_interest_from_the_row_in_which_it_is_paid() -> None:
    # 0.06 of row 1 and 100.37 of row 2 are overdue from 1 to 11 March: 10 days of 100.43 = 1.00 beside 3.19.
    of = BY_THE_DAY | {"interest_recalculation": RECALCULATED}
    check = seen(of, OUT, repay(106, "2023-02-01"), repay(100, "2023-03-11"))
    assert rows(check, "principal_due", "interest_due") == [("96.76", "9.30"), ("100.37", "5.69"), ("102.87", "4.19")]


def test_paid_off_in_mid_row_interest_runs_up_to_the_day() -> None:
    # 16 January: 15 of 31 days of 3.00 = 1.4516 -> 1.45.
    check = seen(RECALCULATING, OUT, event("pay_off", "2023-01-16"))
    assert lines(check, "type", "amount", "principal", "interest") == [("Repayment", "301.45", "300.00", "1.45")]
    assert (check["outstanding"], check["status"]) == ("0.00", "CLOSED_OBLIGATIONS_MET")


def test_without_recalculation_all_the_interest_of_the_plan_is_paid_off() -> None:
    check = seen(DAILY_360, OUT, event("pay_off", "2023-01-16"))
    assert lines(check, "amount", "principal", "interest") == [("306.02", "300.00", "6.02")]


def test_the_last_row_grows_by_the_interest_on_what_is_overdue_when_it_is_paid_on_its_day() -> None:
    # Two rows of 31 and 28 days at 0.1 % a day, nothing paid before 1 March: 300 i / (1 - 1.03^-2) = 156.78, row 1
    # 147.48 and 9.30; row 2 152.52 and 4.27, and 28 days of 147.48 more = 4.1294.
    of = loan(BY_THE_DAY, instalments=2, interest_recalculation=RECALCULATED)
    check = seen(of, OUT, repay(500, "2023-03-01"))
    assert rows(check, "principal_due", "interest_due") == [("147.48", "9.30"), ("152.52", "8.40")]
    assert (check["outstanding"], check["overpaid"]) == ("0.00", "182.30")


def test_a_charge_after_maturity_can_be_paid_ahead_where_interest_is_recalculated() -> None:
    check = seen(RECALCULATING, OUT, charge(9, "2023-04-15", "2023-01-01"), event("pay_off", "2023-01-16"))
    assert lines(check, "amount", "principal", "interest", "fees") == [("310.45", "300.00", "1.45", "9.00")]
    assert check["status"] == "CLOSED_OBLIGATIONS_MET"


def test_two_sums_may_be_paid_out_on_the_first_day() -> None:
    of = CUMULATIVE | {"multi_disbursal": True, "interest_method": "declining"}
    assert rows(seen(of, disburse(240), disburse(60)), "principal_due") == ["100.00", "100.00", "100.00"]


def test_a_check_may_look_at_a_later_day() -> None:
    one = case(PROGRESSIVE, OUT) | {"checks": [{"after_event": 1, "as_of": "2023-02-05"}]}
    assert run_case(one)["checks"][0]["as_of"] == "2023-02-05"


def test_a_loan_is_approved_before_it_is_paid_out_of_the_sum_approved() -> None:
    check = seen(PROGRESSIVE, event("approve", "2023-01-01", amount=240))
    assert (check["status"], check["totals"]["principal_due"], check["outstanding"]) == ("APPROVED", "240.00", "0.00")


def test_a_multiple_holds_whatever_evens_the_instalments_of_a_progressive_loan() -> None:
    # 1 % a month: 102.01 rounded to whole units; the last row takes what is left.
    check = seen(loan(DAILY_360, instalment_multiple_of=1), OUT)
    assert rows(check, "total_due") == ["102.00", "102.00", "102.02"]
