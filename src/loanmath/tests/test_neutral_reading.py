"""What a neutral case may not say is named by case, field and remedy, and the other cases go on."""

from datetime import date
from typing import Any

import pytest

from loanmath import LoanMathError
from loanmath.neutral import SCHEMA, differences, run_case, run_cases
from loanmath.neutral.case import answer
from loanmath.neutral.fields import TWICE
from loanmath.tests.neutral import CUMULATIVE, DAILY_360, PROGRESSIVE, case, charge, disburse, event, loan, repay, undo

OUT = disburse()
GOOD = case(PROGRESSIVE, OUT)


def file(*cases: object, **others: object) -> dict[str, Any]:
    return {"schema": SCHEMA, "cases": list(cases)} | others


def of(**changes: object) -> dict[str, Any]:
    """A good case of a loan with changes."""
    return case(PROGRESSIVE | changes, OUT)


def then(*events: dict[str, Any]) -> dict[str, Any]:
    return case(PROGRESSIVE, OUT, *events)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        # the case
        ("case", "case number 1: write it as {...} with named fields"),
        (GOOD | {"evnts": []}, "case own, evnts: no field has this name: take it out, or use one of category, checks,"),
        ({name: value for name, value in GOOD.items() if name != "checks"}, "case own, checks: it is missing: give it"),
        ({name: value for name, value in GOOD.items() if name != "id"}, "case number 1, id: it is missing"),
        (GOOD | {"events": {}}, "case own, events: write it as a list [...]"),
        (GOOD | {"checks": [{"after_event": 2}]}, "case own, checks[0].after_event: it is 2: give a whole number from 0 to 1"),
        (GOOD | {"checks": [{"after_event": True}]}, "case own, checks[0].after_event: it is True"),
        (GOOD | {"checks": [{"after_event": 1, "as_of": "2022-12-31"}]}, "checks[0].as_of: it lies before 2023-01-01"),
        (GOOD | {"checks": [{"after_event": 1, "row": []}]}, "case own, checks[0].row: no field has this name"),
        # the loan
        (of(interest="flat"), "case own, loan.interest: no field has this name"),
        (of(engine="modern"), "case own, loan.engine: “modern” is not among its words: choose cumulative, progressive"),
        (of(interest_method=None), "case own, loan.interest_method: it is missing"),
        (of(principal="1.234"), "case own, loan.principal: 1.234 is finer than the smallest unit of EUR"),
        (of(principal="much"), "case own, loan.principal: “much” is no number: write digits such as 1055.77"),
        (of(principal=True), "case own, loan.principal: “True” is no number"),
        (of(principal=-5), "case own, loan.principal: it is -5: give an amount above zero"),
        (of(principal="1e30"), "case own, loan.principal: “1e30” is no number"),
        (of(annual_rate_pct="NaN"), "case own, loan.annual_rate_pct: “NaN” is no number"),
        (of(annual_rate_pct=-1), "case own, loan.annual_rate_pct: it is -1 %: give a rate from 0 to 2000"),
        (of(annual_rate_pct="0.00000001"), "case own, loan.annual_rate_pct: 1E-8 % has more than seven decimals"),
        (of(currency="XXX"), "case own, loan.currency: XXX is no ISO 4217 currency"),
        (of(decimals=3), "case own, loan.decimals: it is 3: give a whole number from 2 to 2"),
        (of(rounding="HALF_UP"), "case own, loan.rounding: “HALF_UP” is not among its words: choose HALF_EVEN"),
        (of(instalments=0), "case own, loan.instalments: it is 0: give a whole number from 1 to 1200"),
        (of(instalments=2.5), "case own, loan.instalments: it is 2.5"),
        (of(term=2), "case own, loan.term: it is 2, but 3 instalments with 1 from one to the next last 3"),
        (of(term=6), "case own, loan.term: it is 6, but 3 instalments with 1 from one to the next last 3"),
        (of(expected_disbursement="soon"), "case own, loan.expected_disbursement: “soon” is no date: write it as 2024-01-31"),
        (of(multi_disbursal="yes"), "case own, loan.multi_disbursal: “yes” is neither true nor false"),
        (of(strategy="penalty, fee"), "case own, loan.strategy: write “past-due ...; due ...; in-advance ...”"),
        (of(strategy="past-due fee; due fee; in-advance fee"), "case own, loan.strategy: write"),
        (of(strategy=None), "case own, loan.strategy: it is missing"),
        (of(strategy_code="OTHER"), "case own, loan.strategy_code: “OTHER” is not among its words: choose PENALTIES_"),
        (of(future_allocation={"PAYMENT": "NEXT_INSTALLMENT"}), "case own, loan.future_allocation.PAYMENT: no field"),
        (of(future_allocation={"DEFAULT": "FIRST"}), "case own, loan.future_allocation.DEFAULT: “FIRST” is not"),
        (of(down_payment={"percent": 120}), "case own, loan.down_payment.percent: it is more than the whole"),
        (of(overdue_charge={"of": "all", "percent": 1}), "case own, loan.overdue_charge.of: “all” is not"),
        (of(interest_recalculation={"compounding": "fee"}), "loan.interest_recalculation.compounding: “fee” is not"),
        (case(DAILY_360 | {"days_in_year": "365"}, OUT), "loan.days_in_month: months of 30 days need days_in_year 360"),
        (of(grace_principal_periods=-1), "case own, loan.grace_principal_periods: it is -1"),
        (of(grace_principal_periods=3), "case own, loan.grace_principal_periods: it is 3"),
        (of(grace_interest_payment_periods=3), "case own, loan.grace_interest_payment_periods: it is 3"),
        # the events
        (then(event("pay", "2023-01-02")), "case own, events[1].type: “pay” is not among its words: choose approve, disburse"),
        (then(event("repayment", "2023-01-02", amount=5, fee=1)), "case own, events[1].fee: no field has this name"),
        (then(event("waive_charge", "2023-01-02", amount=5)), "case own, events[1].amount: no field has this name"),
        (then(event("repayment", "2023-01-02")), "case own, events[1].amount: it is missing"),
        (then(repay("-1", "2023-01-02")), "case own, events[1].amount: it is -1: give an amount above zero"),
        (then(repay(1, "2023-01-05", "2023-01-02")), "case own, events[1].date: it lies after the business date 2023-01-02"),
        (then(repay(1, "2023-02-02"), repay(1, "2023-01-02")), "case own, events[2].business_date: it lies before 2023-02-02"),
        (then(event("add_charge", "2023-01-02", kind="tax", calc="flat", amount=1)), "case own, events[1].kind: “tax” is not"),
        (then(event("add_charge", "2023-01-02", kind="fee", calc="flat", amount=1, percent=1)), "events[1].percent: a charge “flat” has no percent"),
        (then(event("waive_charge", "2023-01-02")), "case own, events[1].which: no charge has been added: take this event out"),
        (then(charge(5, "2023-01-15", "2023-01-02"), repay(5, "2023-01-03"), event("waive_charge", "2023-01-04")), "case own, events[3].which: Nothing of it is unpaid"),
        (then(undo("Repayment", "2023-01-02", "2023-01-02")), "case own, events[1].transaction_type: there is no such transaction to undo"),
        (then(undo("Disbursement", "2023-01-01", "2023-01-02")), "case own, events[1].transaction_type: “Disbursement” is not"),
        (then(repay(5, "2023-01-02"), *[undo("Repayment", "2023-01-02", "2023-01-02")] * 2), "case own, events[3].transaction_type: it has been undone before"),
        (then(event("charge_off", "2023-01-02"), charge(5, "2023-01-15", "2023-01-03")), "case own, events[2].type: Nothing can be charged to a loan that has been charged off"),
        (then(disburse(5, "2023-04-02")), "case own, events[1].date: no instalment is left to repay it"),
        (then(disburse(5, "2023-01-02")), "case own, events[1].type: the loan is paid out at once: say “multi_disbursal”: true"),
        (case(CUMULATIVE, OUT, event("charge_off", "2023-01-02"), charge(5, "2023-01-15", "2023-01-03")), "case own, events[2].type: Nothing can be charged to a loan that has been charged off"),
        (case(loan(PROGRESSIVE, submitted="yesterday"), OUT), "case own, loan.submitted: “yesterday” is no date"),
        (case(loan(PROGRESSIVE, principal=10**14), OUT), "case own, loan.principal: it is 100000000000000: give an amount above zero, and of at most 15 digits"),
        (case(PROGRESSIVE, repay(5, "2023-01-02"), OUT | {"business_date": "2023-01-03"}), "case own, events[0].type: nothing has been paid out yet"),
        (case(PROGRESSIVE, disburse(300, "2023-01-05"), repay(5, "2023-01-02", "2023-01-05")), "case own, events[1].type: A loan that is not disbursed takes no payment"),
    ],
)  # fmt: skip
def test_what_a_case_may_not_say_is_named_and_the_others_go_on(bad: Any, words: str) -> None:
    first, answer, last = run_cases(file(GOOD, bad, GOOD))["cases"]
    assert first == last
    assert first["checks"][0]["status"] == "ACTIVE"
    assert answer.keys() == {"id", "error"}
    assert answer["error"].replace("number 2", "number 1").startswith("case ")
    assert words in answer["error"].replace("number 2", "number 1")


def test_a_case_that_leaves_the_calendar_is_told_apart_from_the_others() -> None:
    far = case(loan(PROGRESSIVE, expected_disbursement="9999-12-01"))
    answers = run_cases(file(far, GOOD))["cases"]
    assert answers[0]["error"] == (
        "case own, loan.instalments: The plan runs beyond the year 9999: take fewer instalments"
    )
    assert "checks" in answers[1]


@pytest.mark.parametrize(
    ("data", "field"),
    [([], ""), ({"cases": []}, "schema"), ({"schema": "other", "cases": []}, "schema"), ({"schema": SCHEMA}, "cases"), ({"schema": SCHEMA, "cases": {}}, "cases")],
)  # fmt: skip
def test_a_file_of_another_format_is_refused_as_a_whole(data: object, field: str) -> None:
    with pytest.raises(LoanMathError) as raised:
        run_cases(data)
    assert raised.value.field == field


def test_what_a_case_tells_about_itself_changes_nothing() -> None:
    told = GOOD | {"category": "own", "title": "A title", "notes": None, "source": {"line": 1}}
    told["loan"] = told["loan"] | {
        "product": "P",
        "grace_note": None,
        "decimals": 2,
        "rounding": "HALF_EVEN",
        "partial_period_interest": True,
    }
    told["events"] = [OUT | {"seq": 1}]
    assert run_case(told) == run_case(GOOD)


def test_amounts_may_be_numbers_or_text_and_answers_are_text() -> None:
    checks = [run_case(case(PROGRESSIVE, disburse(amount)))["checks"][0] for amount in (300, "300", "300.00", 300.0)]
    assert checks[0] == checks[1] == checks[2] == checks[3]
    row = checks[0]["rows"][1]
    assert [row[name] for name in ("nr", "days", "principal_due")] == [1, 31, "100.00"]


def test_fields_come_in_the_order_of_the_format() -> None:
    check = run_case(case(CUMULATIVE, OUT, repay(5, "2023-01-02")))["checks"][0]
    assert list(check)[:8] == [
        "after_event",
        "as_of",
        "rows",
        "transactions",
        "totals",
        "outstanding",
        "overpaid",
        "status",
    ]
    assert list(check["rows"][0]) == ["kind", "date", "amount", "fees_due", "total_due", "paid"]
    assert list(check["rows"][1]) == [
        *("kind", "nr", "days", "due_date", "paid_date", "balance", "principal_due", "interest_due", "fees_due"),
        *("penalties_due", "total_due", "paid", "paid_in_advance", "paid_late", "outstanding"),
    ]
    assert list(check["transactions"][0]) == [
        *("date", "type", "amount", "principal", "interest", "fees", "penalties", "balance", "reverted")
    ]


def test_differences_name_the_figure_and_leave_accruals_and_what_is_not_expected_alone() -> None:
    accrual = {"type": "Accrual", "date": "2023-01-01", "amount": 1}
    expected = [
        {
            "after_event": 1,
            "rows": [{"kind": "disbursement", "paid": 0.0}, {"principal_due": 99.0}, {"paid_date": "2023-01-02"}],
            "transactions": [accrual, {"type": "Disbursement", "amount": "300"}],
            "totals": {"principal_due": 300},
            "outstanding": 300.0,
            "status": "CLOSED",
            "reverted": {"type": "Repayment", "date": "2023-01-02"},
        }
    ]
    found = list(differences(expected, run_case(GOOD)["checks"]))
    assert [(one.path, one.expected, one.computed) for one in found] == [
        ("checks[0].rows (how many)", 3, 4),
        ("checks[0].rows[1].principal_due", 99.0, "100.00"),
        ("checks[0].rows[2].paid_date", "2023-01-02", None),
        ("checks[0].status", "CLOSED", "ACTIVE"),
        ("checks[0].reverted", {"type": "Repayment", "date": "2023-01-02"}, []),
    ]


@pytest.mark.parametrize(
    ("field", "word"), [("prepayment_adjustment", "reduce_emi_amount"), ("compounding", "interest")]
)
def test_what_a_progressive_loan_does_not_do_is_refused_and_not_ignored(field: str, word: str) -> None:
    asked = {"enabled": True, "rest_frequency": "daily", field: word}
    answer = run_cases(file(case(loan(PROGRESSIVE, interest_recalculation=asked))))["cases"][0]
    assert f"interest_recalculation.{field}" in answer["error"]
    assert "a progressive loan has" in answer["error"]


def test_a_case_without_a_name_is_told_by_its_place() -> None:
    for name in (True, None, ["x"]):
        told = answer(case(loan(PROGRESSIVE), disburse()) | {"id": name}, 4)
        assert told["id"] == "number 5"
        assert "id" in told["error"]


def test_a_name_that_is_given_twice_is_refused_with_its_path() -> None:
    told = answer(case(loan(PROGRESSIVE) | {"principal": TWICE}, disburse()), 0)
    assert "loan.principal" in told["error"]
    assert "twice" in told["error"]


class Broken(dict[str, Any]):
    """Values that cannot be looked at."""

    def get(self, name: object, otherwise: object = None) -> Any:
        return super().get(str(name), otherwise)

    def __getitem__(self, name: str) -> Any:
        raise ArithmeticError(name)


def test_a_fault_in_one_case_leaves_the_others_their_answers() -> None:
    good = case(loan(PROGRESSIVE), disburse())
    told = run_cases({"schema": SCHEMA, "cases": [Broken(good), good]})["cases"]
    assert "cannot be computed" in told[0]["error"]
    assert told[1]["checks"]


def test_a_number_that_is_missing_or_out_of_all_proportion_is_named() -> None:
    missing = {name: value for name, value in loan(PROGRESSIVE).items() if name != "instalments"}
    assert "loan.instalments" in answer(case(missing, disburse()), 0)["error"]
    for value in ("1e400", "9" * 30, [1], None, "1" + "0" * 5_000):
        told = answer(case(loan(PROGRESSIVE) | {"principal": value}, disburse()), 0)
        assert "loan.principal" in told["error"], value


def test_what_shows_no_number_at_all_is_named() -> None:
    told = answer(case(loan(PROGRESSIVE) | {"principal": date(2024, 1, 1)}, disburse()), 0)
    assert "loan.principal" in told["error"]
