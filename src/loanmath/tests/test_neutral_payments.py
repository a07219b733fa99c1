"""The rules of the neutral format for payments, charges and what undoes them, with figures worked out by hand.

Unless a test says otherwise the loan is 300 in three rows of 100 without interest, paid out on 1 January 2023 and due
on 1 February, 1 March and 1 April; ``paid`` of a row is told as (advance, on time, late).
"""

from typing import Any

import pytest

from loanmath.neutral import run_case
from loanmath.tests.neutral import (
    CUMULATIVE,
    PROGRESSIVE,
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
    undo,
)

OUT = disburse()
Check = dict[str, Any]


# --- allocation -------------------------------------------------------------------------------------------------------


def test_a_payment_counts_as_early_on_time_or_late_by_the_due_date_of_its_row() -> None:
    check = seen(PROGRESSIVE, OUT, repay(40, "2023-01-20"), repay(30, "2023-02-01"), repay(50, "2023-02-10"))
    assert paid(check) == [("40.00", "30.00", "30.00"), ("20.00", "0.00", "0.00"), ("0.00", "0.00", "0.00")]
    assert rows(check, "paid_date") == ["2023-02-10", None, None]
    assert lines(check, "type", "amount", "principal", "balance") == [
        ("Repayment", "40.00", "40.00", "260.00"),
        ("Repayment", "30.00", "30.00", "230.00"),
        ("Repayment", "50.00", "50.00", "180.00"),
    ]


@pytest.mark.parametrize(
    ("rule", "shares"),
    [
        ("NEXT_INSTALLMENT", ["100.00", "30.00", "0.00"]),
        ("LAST_INSTALLMENT", ["0.00", "30.00", "100.00"]),
        # 130 / 3 = 43.33, the last takes 43.34.
        ("REAMORTIZATION", ["43.33", "43.33", "43.34"]),
    ],
)
def test_money_ahead_of_time_goes_where_its_rule_says(rule: str, shares: list[str]) -> None:
    of = PROGRESSIVE | {"future_allocation": {"DEFAULT": rule}}
    assert rows(seen(of, OUT, repay(130, "2023-01-10")), "paid") == shares


def test_what_a_row_cannot_take_of_its_part_goes_round_again() -> None:
    # 80 is in row 1 already: 90 / 3 = 30, of which row 1 takes 20; 10 / 2 = 5 for each of the others.
    of = PROGRESSIVE | {"future_allocation": {"DEFAULT": "NEXT_INSTALLMENT", "GOODWILL_CREDIT": "REAMORTIZATION"}}
    check = seen(of, OUT, repay(80, "2023-01-10"), repay(90, "2023-01-11", kind="goodwill_credit"))
    assert rows(check, "paid") == ["100.00", "35.00", "35.00"]
    assert lines(check, "type") == [("Repayment",), ("Goodwill Credit",)]


def test_each_kind_of_payment_has_its_own_rule_and_else_the_default() -> None:
    rules = {"DEFAULT": "NEXT_INSTALLMENT", "MERCHANT_ISSUED_REFUND": "LAST_INSTALLMENT"}
    of = PROGRESSIVE | {"future_allocation": rules}
    refund = repay(20, "2023-01-10", kind="merchant_issued_refund")
    payout = repay(5, "2023-01-10", kind="payout_refund")
    check = seen(of, OUT, refund, payout)
    assert rows(check, "paid") == ["5.00", "0.00", "20.00"]
    assert lines(check, "type") == [("Merchant Issued Refund",), ("Payout Refund",)]


def test_horizontally_a_row_is_emptied_before_the_next_and_vertically_a_kind() -> None:
    # 20 on 10 March: horizontally 5 penalty and 15 principal of row 1; vertically both penalties, then 10 of row 1.
    assert rows(_with_two_penalties("horizontal", 20), "paid") == ["20.00", "0.00", "0.00"]
    assert rows(_with_two_penalties("vertical", 20), "paid") == ["15.00", "5.00", "0.00"]


def _with_two_penalties(processing: str, amount: int) -> Check:
    of = PROGRESSIVE | {"processing": processing}
    penalties = [charge(5, "2023-01-15", "2023-01-15", "penalty"), charge(5, "2023-02-15", "2023-02-15", "penalty")]
    return seen(of, OUT, *penalties, repay(amount, "2023-03-10"))


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        # 50 on 20 January, before the row is due; a fee of 7 of 15 January and one of 8 of 25 January are on row 1.
        ("PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER", ("15.00", "35.00")),
        ("DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST", ("7.00", "43.00")),
        ("DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE", ("7.00", "43.00")),
    ],
)
def test_the_named_strategies_differ_in_what_they_pay_ahead_of_time(code: str, parts: tuple[str, str]) -> None:
    fees = [charge(7, "2023-01-15", "2023-01-01"), charge(8, "2023-01-25", "2023-01-01")]
    check = seen(CUMULATIVE | {"strategy_code": code}, OUT, *fees, repay(50, "2023-01-20"))
    assert lines(check, "fees", "principal") == [parts]


def test_the_named_strategies_differ_in_what_they_pay_late() -> None:
    fee, penalty = charge(7, "2023-01-15", "2023-01-01"), charge(8, "2023-01-15", "2023-01-01", "penalty")
    found = {}
    for code in (
        "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER",
        "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE",
    ):
        check = seen(CUMULATIVE | {"strategy_code": code}, OUT, fee, penalty, repay(50, "2023-02-05"))
        found[code[:3]] = lines(check, "penalties", "fees", "principal")
    assert found == {"PEN": [("8.00", "7.00", "35.00")], "DUE": [("8.00", "0.00", "42.00")]}


def test_more_than_is_owed_is_overpaid() -> None:
    check = seen(PROGRESSIVE, OUT, repay(310, "2023-01-10"))
    assert (check["outstanding"], check["overpaid"], check["status"]) == ("0.00", "10.00", "OVERPAID")
    assert lines(check, "amount", "principal", "balance") == [("310.00", "300.00", "0.00")]
    assert rows(check, "paid_date") == ["2023-01-10"] * 3


# --- charges ----------------------------------------------------------------------------------------------------------


def test_a_charge_belongs_to_the_row_in_whose_period_it_falls_due() -> None:
    days = ("2023-01-01", "2023-02-01", "2023-02-02", "2023-04-01")
    check = seen(PROGRESSIVE, OUT, *(charge(2**place, day, "2023-01-01") for place, day in enumerate(days)))
    assert rows(check, "fees_due") == ["3.00", "4.00", "8.00"]


def test_a_charge_after_the_last_due_date_makes_a_row_of_its_own_which_the_next_one_lengthens() -> None:
    check = seen(PROGRESSIVE, OUT, charge(9, "2023-04-15", "2023-01-01"))
    assert rows(check, "nr", "days", "due_date", "principal_due", "fees_due")[-1] == (
        4,
        14,
        "2023-04-15",
        "0.00",
        "9.00",
    )
    check = seen(
        PROGRESSIVE, OUT, charge(9, "2023-04-15", "2023-01-01"), charge(1, "2023-04-20", "2023-01-02", "penalty")
    )
    assert rows(check, "nr", "days", "due_date", "fees_due", "penalties_due")[-1] == (
        4,
        19,
        "2023-04-20",
        "9.00",
        "1.00",
    )


def test_a_loan_that_was_closed_is_open_again_with_a_charge_after_maturity() -> None:
    events = [OUT, repay(300, "2023-04-01"), charge(9, "2023-04-15", "2023-04-10")]
    assert [check["status"] for check in run_case(case(PROGRESSIVE, *events, after=[2, 3]))["checks"]] == [
        "CLOSED_OBLIGATIONS_MET",
        "ACTIVE",
    ]


def test_a_back_dated_charge_is_paid_by_what_was_paid_after_it() -> None:
    # Progressive: 100 of 1 February paid row 1; the fee of 15 January, booked on 10 February, takes effect before it:
    # 10 of the 100 pay the fee, and 10 of principal are open again.  A fee due on 5 February takes effect after it.
    check = seen(PROGRESSIVE, OUT, repay(100, "2023-02-01"), charge(10, "2023-01-15", "2023-02-10"))
    assert lines(check, "fees", "principal", "balance") == [("10.00", "90.00", "210.00")]
    assert rows(check, "outstanding", "paid_date")[0] == ("10.00", None)
    check = seen(PROGRESSIVE, OUT, repay(100, "2023-02-01"), charge(10, "2023-02-05", "2023-02-10"))
    assert lines(check, "fees", "principal") == [("0.00", "100.00")]
    assert rows(check, "outstanding")[:2] == ["0.00", "110.00"]


def test_in_cumulative_loans_every_charge_stands_from_the_beginning() -> None:
    # The fee of 20 January, booked on 10 February, is before the payment of 5 January as well.
    check = seen(CUMULATIVE, OUT, repay(50, "2023-01-05"), charge(10, "2023-01-20", "2023-02-10"))
    assert lines(check, "fees", "principal") == [("10.00", "40.00")]


def test_an_overpayment_meets_a_later_charge_at_its_own_date() -> None:
    check = seen(PROGRESSIVE, OUT, repay(304, "2023-01-10"), charge(10, "2023-01-20", "2023-01-20", "penalty"))
    assert lines(check, "amount", "penalties", "principal") == [("304.00", "4.00", "300.00")]
    assert (check["outstanding"], check["overpaid"], check["status"]) == ("6.00", "0.00", "ACTIVE")
    assert rows(check, "paid_in_advance")[0] == "104.00"


def test_charges_may_be_shares_of_what_the_loan_comes_to() -> None:
    of = loan(PROGRESSIVE, annual_rate_pct=12)  # flat: 3.00 of interest a row
    share = event(
        "add_charge",
        "2023-01-01",
        kind="fee",
        calc="percent of principal + interest",
        percent=10,
        due_date="2023-02-15",
    )
    assert rows(seen(of, OUT, share), "fees_due") == ["0.00", "30.90", "0.00"]
    each = event(
        "add_charge",
        "2023-01-01",
        kind="fee",
        percent=1.5,
        calc="percent of instalment principal + interest, each instalment",
    )
    # 1.5 % of 103 = 1.545 -> half even 1.54
    assert rows(seen(of, OUT, each), "fees_due") == ["1.54", "1.54", "1.54"]


def test_a_fee_at_disbursement_is_kept_back_and_shown_on_the_row_of_the_money() -> None:
    fee = event("add_charge", "2023-01-01", kind="fee", calc="percent of principal, at disbursement", percent=1.5)
    before, after = run_case(case(CUMULATIVE, fee, OUT, after=[1, 2]))["checks"]
    assert [before["rows"][0][name] for name in ("fees_due", "total_due", "paid")] == ["4.50", "4.50", None]
    assert [after["rows"][0][name] for name in ("fees_due", "total_due", "paid")] == ["4.50", "4.50", "4.50"]
    assert lines(after, "type", "amount", "fees", "principal", "balance") == [
        ("Repayment (at time of disbursement)", "4.50", "4.50", "0.00", "300.00")
    ]
    assert [after["totals"][name] for name in ("fees_due", "total_due", "paid", "outstanding")] == [
        "4.50", "304.50", "4.50", "300.00",
    ]  # fmt: skip
    assert after["outstanding"] == "300.00"


def test_an_instalment_that_is_overdue_at_the_close_is_charged_once() -> None:
    rule = {"of": "instalment principal + interest", "percent": 2, "penalty": True}
    of = loan(PROGRESSIVE, annual_rate_pct=12, overdue_charge=rule)
    closes = [event("close_of_business", day) for day in ("2023-02-01", "2023-02-02", "2023-02-03", "2023-03-02")]
    checks = run_case(case(of, OUT, *closes, after=[2, 3, 4, 5]))["checks"]
    # Nothing on the due date itself; 2 % of 103 = 2.06 the day after, once; then row 2 as well.
    assert [rows(check, "penalties_due") for check in checks] == [
        ["0.00", "0.00", "0.00"],
        ["2.06", "0.00", "0.00"],
        ["2.06", "0.00", "0.00"],
        ["2.06", "2.06", "0.00"],
    ]
    of = loan(of, overdue_charge={"of": "instalment principal", "percent": 2, "penalty": False})
    assert rows(seen(of, OUT, *closes), "fees_due", "penalties_due")[0] == ("2.00", "0.00")
    of = loan(of, overdue_charge={"of": "instalment principal", "percent": "0.004", "penalty": False})
    assert rows(seen(of, OUT, *closes), "fees_due", "penalties_due")[0] == ("0.00", "0.00")


# --- waivers and what is undone ---------------------------------------------------------------------------------------


def test_a_waiver_takes_what_is_unpaid_of_the_last_charge_and_shows_on_its_due_date() -> None:
    # 4 of the fee of 10 were paid on 16 January; 6 are waived on 10 February.
    events = [
        OUT,
        charge(10, "2023-01-15", "2023-01-15"),
        repay(4, "2023-01-16"),
        event("waive_charge", "2023-02-10", which="last added"),
    ]
    check = seen(PROGRESSIVE, *events)
    assert rows(check, "fees_due", "paid", "waived", "outstanding")[0] == ("10.00", "4.00", "6.00", "100.00")
    assert check["totals"]["waived"] == "6.00"
    assert ("2023-01-15", "Waive loan charges", "6.00", "0.00") in lines(check, "date", "type", "amount", "fees")
    assert [check["outstanding"], check["totals"]["total_due"]] == ["300.00", "310.00"]


def test_without_a_waiver_nothing_is_said_of_one() -> None:
    check = seen(PROGRESSIVE, OUT)
    assert "waived" not in check["rows"][1]
    assert "waived" not in check["totals"]


def test_a_row_that_a_waiver_empties_is_met_on_the_date_of_the_waiver() -> None:
    events = [OUT, repay(300, "2023-04-01"), charge(9, "2023-04-15", "2023-04-10"), event("waive_charge", "2023-04-20")]
    check = seen(PROGRESSIVE, *events)
    assert rows(check, "paid_date", "waived")[-1] == ("2023-04-15", "9.00")
    assert check["status"] == "CLOSED_OBLIGATIONS_MET"


def test_a_waiver_that_is_undone_asks_for_the_charge_again() -> None:
    events = [OUT, charge(10, "2023-01-15", "2023-01-15"), event("waive_charge", "2023-01-20")]
    check = seen(PROGRESSIVE, *events, undo("Waive loan charges", "2023-01-15", "2023-01-25"))
    assert (rows(check, "waived", "outstanding")[0], check["outstanding"]) == (("0.00", "110.00"), "310.00")
    assert check["reverted"] == [{"type": "Waive loan charges", "date": "2023-01-20"}]


def test_a_payment_that_is_undone_goes_on_showing_as_it_was_and_the_others_move_up() -> None:
    events = [OUT, repay(100, "2023-02-01"), repay(60, "2023-02-10"), undo("Repayment", "2023-02-01", "2023-02-20")]
    check = seen(PROGRESSIVE, *events)
    assert lines(check, "date", "principal", "balance", "reverted") == [
        ("2023-02-01", "100.00", "200.00", "true"),
        ("2023-02-10", "60.00", "240.00", "false"),
    ]
    assert paid(check)[:2] == [("0.00", "0.00", "60.00"), ("0.00", "0.00", "0.00")]
    assert check["reverted"] == [{"type": "Repayment", "date": "2023-02-01"}]


def test_of_payments_alike_the_nth_is_undone() -> None:
    events = [
        OUT,
        repay(10, "2023-02-01"),
        repay(20, "2023-02-01"),
        undo("Repayment", "2023-02-01", "2023-02-02", nth=2),
    ]
    assert lines(seen(PROGRESSIVE, *events), "amount", "reverted") == [("10.00", "false"), ("20.00", "true")]


def test_a_back_dated_payment_is_put_in_its_place() -> None:
    events = [OUT, repay(100, "2023-02-10"), repay(30, "2023-01-20", "2023-02-15")]
    check = seen(PROGRESSIVE, *events)
    assert paid(check)[:2] == [("30.00", "0.00", "70.00"), ("30.00", "0.00", "0.00")]
    assert [line[0] for line in lines(check, "date")] == ["2023-01-20", "2023-02-10"]


# --- charge-off -------------------------------------------------------------------------------------------------------


def test_a_charge_off_shows_all_that_is_outstanding_and_changes_no_row() -> None:
    of = loan(PROGRESSIVE, annual_rate_pct=12)
    check = seen(of, OUT, charge(7, "2023-01-15", "2023-01-15"), event("charge_off", "2023-01-20"))
    assert lines(check, "type", "amount", "principal", "interest", "fees", "balance") == [
        ("Charge-off", "316.00", "300.00", "9.00", "7.00", "0.00")
    ]
    assert (check["outstanding"], check["status"], check["charged_off_on"]) == ("316.00", "ACTIVE", "2023-01-20")


def test_payments_after_a_charge_off_go_on_as_before_and_earlier_ones_change_what_it_took() -> None:
    events = [OUT, event("charge_off", "2023-01-20"), repay(40, "2023-01-25"), repay(60, "2023-01-10", "2023-01-30")]
    check = seen(PROGRESSIVE, *events)
    assert lines(check, "date", "type", "amount", "principal", "balance") == [
        ("2023-01-10", "Repayment", "60.00", "60.00", "240.00"),
        ("2023-01-20", "Charge-off", "240.00", "240.00", "0.00"),
        ("2023-01-25", "Repayment", "40.00", "40.00", "200.00"),
    ]


def test_a_charge_off_can_be_undone_and_a_fraud_flag_changes_nothing() -> None:
    events = [
        OUT,
        event("charge_off", "2023-01-20"),
        undo("Charge-off", "2023-01-20", "2023-01-21"),
        event("set_fraud_flag", "2023-01-22"),
    ]
    checks = run_case(case(PROGRESSIVE, *events, after=[3, 4]))["checks"]
    assert [check["charged_off_on"] for check in checks] == [None, None]
    assert checks[0]["rows"] == checks[1]["rows"] == seen(PROGRESSIVE, OUT)["rows"]
