"""Every worked case of the public sources is looked at, or stands here with the reason why not."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from stdnum import iban, lei

from loanmath import Component, Event, EventKind, Terms, replay
from loanmath.apr import Flow, annual_rate
from loanmath.frequency import Frequency, due_dates
from loanmath.tests.published import needed
from tests.golden.test_shared_cases import LENDING, POLICY, WORKED, loan, minor
from xindai.customers.identity_numbers import company_number, person_number
from xindai.kernel.errors import InvalidInput
from xindai.reporting.summary import share_ppm

pytestmark = needed

OUT_OF_SCOPE = {
    "L15": "rules of a decision, not of a loan: tests/golden/decisions holds those of our policies",
}
HERE = Path(__file__).parent


def test_no_worked_case_is_left_out_without_a_reason() -> None:
    """The files of annual rates and of loan histories are read whole: test_apr_cases.py and test_neutral_cases.py."""
    code = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_shared_*.py"))
    named = {name for name in WORKED | LENDING if re.search(rf'"{re.escape(name)}"', code)}
    assert set(WORKED) | set(LENDING) == named | {name for name in WORKED if name.startswith("ID-")}


@pytest.mark.parametrize(("name", "months"), [("EU-A30", 1), ("EU-A38", 1), ("EU-A39", 6)])
def test_the_interest_of_an_effective_rate_is_the_amount_whose_effective_rate_is_nearest(
    name: str, months: int
) -> None:
    words, interest = WORKED[name]["inputs"], minor(WORKED[name]["expected"]["interest"])
    balance, effective = minor(words["balance"]), Decimal(words["effective_rate"] * 100)

    def distance(interest_minor: int) -> Decimal:
        rate = annual_rate([Flow(0, -balance), Flow(months, balance + interest_minor)])
        return abs(Decimal(rate.effective_percent) - effective)

    assert distance(interest) < min(distance(interest - 1), distance(interest + 1))


@pytest.mark.parametrize("name", [name for name in WORKED if name.startswith("ID-")])
def test_check_digits_of_identity_numbers(name: str) -> None:
    number, expected = WORKED[name]["inputs"], WORKED[name]["expected"]
    _, kind, *_ = name.split("-")
    if kind == "RIC":
        assert person_number(number).number == number
        assert expected in ({"valid": True}, {"check": number[-1]})
        return
    if kind == "USCC":
        is_valid = True
        try:
            company_number(number)
        except InvalidInput:
            is_valid = False
    else:
        is_valid = {"LEI": lei, "IBAN": iban}[kind].is_valid(number)
    assert is_valid == expected["valid"]


def test_coverage_and_the_share_of_the_allowance_in_the_book() -> None:
    words, expected = WORKED["DER-COV"]["inputs"], WORKED["DER-COV"]["expected"]
    assert share_ppm(words["allowance"], words["npl"]) == int(expected["coverage"] * 10**6)
    assert share_ppm(words["allowance"], words["loans"]) == int(expected["provision_ratio"] * 10**6)


@pytest.mark.parametrize(
    ("rule", "frequency"),
    [("same_day_each_month", "P1M"), ("start_of_next_month", "P1M@1"), ("end_of_current_month", "P1M@31")],
)
def test_due_dates_by_three_rules_of_the_calendar(rule: str, frequency: str) -> None:
    """In the source the first row may fall due on the day of disbursement; ours then is the row after it."""
    words, expected = LENDING["L05"]["input"], LENDING["L05"]["expected"][rule]
    start = date.fromisoformat(words["disbursed"])
    found = due_dates(Frequency.parse(frequency), start, words["periods"])
    if expected["first"] == words["disbursed"]:
        found = [start, *found[:-1]]
    assert [day.isoformat() for day in (found[0], found[1], found[-1])] == list(expected.values())


def test_penalty_on_overdue_interest_of_which_half_was_paid_at_the_end_of_grace() -> None:
    """Days of grace are a waiver of what accrued in them; the amount in arrears is the source's interest due."""
    words, expected = LENDING["L07"]["input"], LENDING["L07"]["expected"]
    owed, due = minor(words["interest_due"]), date.fromisoformat(words["due"])
    half_paid, run = date.fromisoformat(words["paid_half_on"]), date.fromisoformat(words["run_date"])
    terms = Terms.from_json(
        loan({"principal": Decimal(owed) / 100, "annual_rate": Decimal(0)}, "bullet", 1).to_json()
        | {
            "disbursed_on": "2019-09-30",
            "first_due_on": words["due"],
            "day_count": "act/365F",
            "penalty_rate_ppb": int(words["penalty_rate_pct"]) * 10**7,
        }
    )
    history = [
        Event("out", EventKind.DISBURSE, terms.disbursed_on, owed),
        Event("half", EventKind.REPAY, half_paid, owed - minor(expected["penalty_base"])),
    ]
    history.insert(1, Event("waived", EventKind.WAIVE, half_paid, component=Component.PENALTY))
    state = replay(terms, history, run, policy=POLICY, at="open").state
    assert (half_paid - due).days == words["grace_days"]
    assert state.outstanding_minor == minor(expected["penalty_base"])
    assert state.penalty_due_minor == minor(expected["penalty"])
