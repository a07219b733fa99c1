"""What holds of every neutral case, whatever happens in it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings

from loanmath import LoanMathError
from loanmath.neutral import run_case
from loanmath.tests.neutral import stories

SLOWLY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DUE = ("principal_due", "interest_due", "fees_due", "penalties_due")
PARTS = ("principal", "interest", "fees", "penalties")
REDUCING = ("Repayment", "Down Payment", "Merchant Issued Refund", "Goodwill Credit")


IMPOSSIBLE = ("tranche_too_late", "wrong_status", "charged_off", "nothing_to_waive")
"""What a random story may ask for although it cannot be, such as a charge-off of what turns out to be paid."""


def checks_of(case: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers; a story that cannot be is no story."""
    try:
        return list(run_case(case)["checks"])
    except LoanMathError as error:
        assume(error.code not in IMPOSSIBLE)
        raise


def summed(lines: Iterable[dict[str, Any]], *names: str) -> Decimal:
    return sum((Decimal(line[name]) for line in lines for name in names if line.get(name) is not None), Decimal(0))


def instalments(check: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in check["rows"] if row["kind"] == "instalment"]


@SLOWLY
@given(stories())
def test_the_sums_of_the_rows_are_the_totals(case: dict[str, Any]) -> None:
    for check in checks_of(case):
        rows = instalments(check)
        for name in (*DUE, "total_due", "paid", "paid_in_advance", "paid_late", "outstanding"):
            assert Decimal(check["totals"][name]) == summed(rows, name), name
        assert check["totals"]["outstanding"] == check["outstanding"] or check["after_event"] < 2
        for row in rows:
            assert all(Decimal(row[name]) >= 0 for name in DUE)
            assert summed([row], *DUE) == Decimal(row["total_due"])
            settled = summed([row], "paid", "waived")
            assert Decimal(row["total_due"]) - settled == Decimal(row["outstanding"]) >= 0
            assert summed([row], "paid_in_advance", "paid_late") <= Decimal(row["paid"])
            assert (row["paid_date"] is None) == (row["outstanding"] != "0.00" or check["after_event"] < 2)


@SLOWLY
@given(stories())
def test_the_rows_ask_for_all_the_principal_paid_out(case: dict[str, Any]) -> None:
    for check in checks_of(case)[2:]:
        paid_out = summed((row for row in check["rows"] if row["kind"] == "disbursement"), "amount")
        assert summed(instalments(check), "principal_due") == paid_out
        assert Decimal(instalments(check)[-1]["balance"]) == 0


@SLOWLY
@given(stories())
def test_what_transactions_pay_is_what_rows_have_been_paid(case: dict[str, Any]) -> None:
    """All money is on a row or overpaid; a line's own parts may miss what an overpayment paid of a later tranche."""
    for check in checks_of(case):
        lines = [one for one in check["transactions"] if one["type"] in REDUCING and one["reverted"] == "false"]
        assert summed(lines, "amount") == summed(instalments(check), "paid") + Decimal(check["overpaid"])
        tranches = [one for one in check["transactions"] if one["type"] == "Disbursement"]
        if len(tranches) < 2:
            assert summed(lines, *PARTS) == summed(instalments(check), "paid")


@SLOWLY
@given(stories())
def test_the_status_follows_from_what_is_owed_and_what_is_too_much(case: dict[str, Any]) -> None:
    for check in checks_of(case)[2:]:
        owed, over = Decimal(check["outstanding"]), Decimal(check["overpaid"])
        assert check["status"] == ("ACTIVE" if owed else "OVERPAID" if over else "CLOSED_OBLIGATIONS_MET")
        assert not (owed and over)


@SLOWLY
@given(stories())
def test_a_case_cut_after_some_events_shows_what_the_whole_one_showed_then(case: dict[str, Any]) -> None:
    whole = checks_of(case)
    number = len(case["events"]) // 2
    cut = case | {"events": case["events"][:number], "checks": case["checks"][: number + 1]}
    assert checks_of(cut) == whole[: number + 1]


def test_money_left_over_from_before_meets_a_tranche_after_the_last_period() -> None:
    """All is paid on the first day, cents come in later, and 400.00 are paid out when no period is left: the row for a
    later charge has no days, so no level is sought for it."""
    loan: dict[str, Any] = {
        "submitted": "2023-01-01", "expected_disbursement": "2023-01-01", "principal": 1000, "currency": "EUR",
        "annual_rate_pct": "0", "interest_method": "declining", "interest_calculation_period": "daily",
        "amortisation": "equal_instalments", "repay_every": 2, "repay_unit": "weeks", "instalments": 5,
        "engine": "cumulative", "days_in_year": "360", "days_in_month": "30",
        "strategy_code": "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER", "multi_disbursal": True,
        "interest_recalculation": {
            "enabled": True, "rest_frequency": "daily", "compounding": "none",
            "prepayment_adjustment": "reduce_emi_amount", "pre_close_interest": "till_pre_close_date",
        },
    }  # fmt: skip
    events: list[dict[str, Any]] = [
        {"type": kind, "date": on, "business_date": on, **({"amount": amount} if amount else {})}
        for kind, on, amount in (
            ("approve", "2023-01-01", 1000), ("disburse", "2023-01-01", 600), ("pay_off", "2023-01-01", None),
            ("repayment", "2023-01-18", "0.01"), ("repayment", "2023-02-27", "0.01"),
            ("repayment", "2023-02-27", "0.01"), ("repayment", "2023-02-27", "0.01"), ("disburse", "2023-02-27", 400),
        )
    ]  # fmt: skip
    fee: dict[str, Any] = {
        "type": "add_charge",
        "kind": "fee",
        "calc": "flat",
        "amount": "0.01",
        "due_date": "2023-03-13",
    }
    events.append(fee | {"date": "2023-02-27", "business_date": "2023-02-27"})
    case = {"id": "late", "loan": loan, "events": events, "checks": [{"after_event": len(events)}]}
    (check,) = run_case(case)["checks"]
    assert (check["outstanding"], check["overpaid"]) == ("399.97", "0.00")
