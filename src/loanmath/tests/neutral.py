"""Neutral cases for tests: a small loan, events in few words, and random stories."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from loanmath.neutral import run_case

Loan = dict[str, Any]
Event = dict[str, Any]

ORDER = "penalty,fee,interest,principal"
"""Written out three times in a strategy."""
CUMULATIVE: Loan = {
    "submitted": "2023-01-01",
    "expected_disbursement": "2023-01-01",
    "principal": 300,
    "currency": "EUR",
    "annual_rate_pct": 0,
    "interest_method": "flat",
    "interest_calculation_period": "same_as_repayment_period",
    "amortisation": "equal_instalments",
    "term": 3,
    "term_unit": "months",
    "repay_every": 1,
    "repay_unit": "months",
    "instalments": 3,
    "engine": "cumulative",
    "days_in_year": "actual",
    "days_in_month": "actual",
    "instalment_multiple_of": None,
    "strategy_code": "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER",
    "multi_disbursal": False,
}
"""300 in three rows of 100, due on 1 February, 1 March and 1 April, without interest."""
PROGRESSIVE: Loan = CUMULATIVE | {
    "engine": "progressive",
    "strategy_code": "ADVANCED_PAYMENT_ALLOCATION",
    "strategy": f"past-due {ORDER}; due {ORDER}; in-advance {ORDER}",
    "processing": "horizontal",
    "future_allocation": {"DEFAULT": "NEXT_INSTALLMENT"},
}
"""The same, in order of time."""
DAILY_360: Loan = PROGRESSIVE | {
    "interest_method": "declining",
    "interest_calculation_period": "daily",
    "annual_rate_pct": 12,
    "days_in_year": "360",
    "days_in_month": "30",
}
"""The same at 1 % a month on the balance."""
RECALCULATED = {
    "enabled": True,
    "rest_frequency": "daily",
    "compounding": "none",
    "prepayment_adjustment": "adjust_last_unpaid_period",
    "pre_close_interest": "till_pre_close_date",
}


def loan(base: Loan, **changes: object) -> Loan:
    """The loan with changes; a term that no longer fits is left out."""
    made = base | changes
    if "instalments" in changes or "repay_every" in changes or "repay_unit" in changes:
        made = {name: value for name, value in made.items() if name not in ("term", "term_unit")}
    return made


def event(word: str, on: str, booked_on: str | None = None, **others: object) -> Event:
    """An event of a day, booked on the same day unless said."""
    return {"type": word, "date": on, "business_date": booked_on or on, **others}


def disburse(amount: object = 300, on: str = "2023-01-01", booked_on: str | None = None) -> Event:
    return event("disburse", on, booked_on, amount=amount)


def repay(amount: object, on: str, booked_on: str | None = None, kind: str = "repayment") -> Event:
    return event(kind, on, booked_on, amount=amount)


def charge(amount: object, due_date: str, booked_on: str, kind: str = "fee") -> Event:
    return event("add_charge", booked_on, kind=kind, calc="flat", amount=amount, due_date=due_date)


def undo(word: str, on: str, booked_on: str, nth: int = 1) -> Event:
    return event("undo_transaction", booked_on, transaction_type=word, transaction_date=on, nth=nth)


def case(of: Loan, *events: Event, after: list[int] | None = None, **others: object) -> dict[str, Any]:
    """A case whose checks are those named; without any, one after the last event."""
    checks = [{"after_event": number} for number in (after or [len(events)])]
    return {"id": "own", "loan": of, "events": list(events), "checks": checks, **others}


# --- random stories -------------------------------------------------------------------------------------------------

START = date(2023, 1, 1)
AMOUNTS = st.integers(1, 60_000).map(lambda cents: str(Decimal(cents) / 100))
CODES = (
    "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER",
    "DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST",
    "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE",
)


def seen(of: dict[str, Any], *events: dict[str, Any]) -> dict[str, Any]:
    """The view after the last event."""
    check: dict[str, Any] = run_case(case(of, *events))["checks"][0]
    return check


def rows(check: dict[str, Any], *names: str) -> list[Any]:
    """These figures of each instalment; of one name the figures themselves."""
    found = [tuple(row[name] for name in names) for row in check["rows"] if row["kind"] == "instalment"]
    return [one[0] for one in found] if len(names) == 1 else found


def lines(check: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    """These figures of each transaction after the money was paid out."""
    return [tuple(line[name] for name in names) for line in check["transactions"] if line["type"] != "Disbursement"]


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    """Loans of every kind of the format."""
    is_progressive = draw(st.booleans())
    is_flat = draw(st.booleans())
    year, month = draw(st.sampled_from([("360", "30"), ("actual", "actual"), ("365", "actual")]))
    made = loan(
        PROGRESSIVE if is_progressive else CUMULATIVE,
        principal=1000,
        instalments=draw(st.integers(1, 5)),
        repay_unit=draw(st.sampled_from(["months", "weeks", "days"])),
        repay_every=draw(st.sampled_from([1, 2, 15])),
        annual_rate_pct=draw(st.sampled_from(["0", "7", "12.5", "36"])),
        interest_method="flat" if is_flat else "declining",
        interest_calculation_period="daily" if is_progressive and not is_flat else "same_as_repayment_period",
        amortisation=draw(st.sampled_from(["equal_instalments", "equal_principal"])),
        days_in_year=year,
        days_in_month=month,
        instalment_multiple_of=draw(st.sampled_from([None, 1])),
        multi_disbursal=True,
        overdue_charge={"of": "instalment principal + interest", "percent": 2, "penalty": True},
        down_payment=draw(st.sampled_from([None, {"percent": 25, "auto_repayment": True}, {"percent": 12.5, "auto_repayment": False}])),
    )  # fmt: skip
    if is_progressive:
        ahead = st.sampled_from(["NEXT_INSTALLMENT", "LAST_INSTALLMENT", "REAMORTIZATION"])
        rules = {"DEFAULT": draw(ahead), "MERCHANT_ISSUED_REFUND": draw(ahead)}
        made |= {"processing": draw(st.sampled_from(["horizontal", "vertical"])), "future_allocation": rules}
        if not is_flat and draw(st.booleans()):
            made["interest_recalculation"] = RECALCULATED
    else:
        made["strategy_code"] = draw(st.sampled_from(CODES))
        if not is_flat and draw(st.booleans()):
            adjustments = ("adjust_last_unpaid_period", "reduce_emi_amount", "reduce_number_of_instalments")
            again = {
                "prepayment_adjustment": draw(st.sampled_from(adjustments)),
                "compounding": draw(st.sampled_from(["none", "interest"])),
                "rest_frequency": draw(st.sampled_from(["daily", "same_as_repayment_period"])),
            }
            made |= {"interest_calculation_period": "daily", "interest_recalculation": RECALCULATED | again}
    made["grace_interest_payment_periods"] = draw(st.integers(0, made["instalments"] - 1))
    return made


KINDS = (
    *("repayment", "repayment", "repayment", "merchant_issued_refund", "goodwill_credit", "fee", "penalty"),
    *("share", "each", "tranche", "undo", "waive", "charge_off", "pay_off", "close"),
)


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    """A loan that is paid out, paid back, charged, and what else may happen; every event is followed by a check."""
    events = [event("approve", str(START), amount=1000), disburse(draw(st.sampled_from([1000, 600])))]
    today = START
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=7)):
        today += timedelta(days=draw(st.integers(0, 40)))
        on = str(max(START, today - timedelta(days=draw(st.sampled_from([0, 0, 0, 3, 20])))))
        due = str(max(START, today + timedelta(days=draw(st.integers(-20, 60)))))
        made = _happening(kind, on, due, str(today), draw(AMOUNTS))
        if made and _is_possible(kind, events):
            events.append(made)
    return case(draw(loans()), *events, after=list(range(len(events) + 1)))


def _happening(kind: str, on: str, due: str, today: str, amount: str) -> Event:
    """An event of a kind; what may lie in the past takes effect ``on`` an earlier day."""
    if kind in ("fee", "penalty"):
        return charge(amount, due, today, kind)
    if kind in ("share", "each"):
        calc = {
            "share": "percent of principal + interest",
            "each": "percent of instalment principal + interest, each instalment",
        }
        return event("add_charge", today, kind="fee", calc=calc[kind], percent="1.5", due_date=due)
    if kind == "tranche":
        return disburse(400, today)
    if kind == "undo":
        return undo("Repayment", on, today)
    simple = {"waive": "waive_charge", "charge_off": "charge_off", "pay_off": "pay_off", "close": "close_of_business"}
    if kind in simple:
        return event(simple[kind], today)
    return repay(amount, on, today, kind)


def _is_possible(kind: str, events: list[Event]) -> bool:
    """Whether it may follow these events."""
    words: list[str] = [one["type"] for one in events]
    if kind == "tranche":
        return words.count("disburse") == 1 and int(events[1]["amount"]) < 1000
    if kind in ("fee", "penalty", "share", "each", "charge_off"):
        return "charge_off" not in words
    if kind == "waive":
        return words[-1] == "add_charge"
    return kind != "undo"


def paid(check: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What each instalment was paid in advance, on its day, and late."""
    found = []
    for whole, early, late in rows(check, "paid", "paid_in_advance", "paid_late"):
        found.append((early, str(Decimal(whole) - Decimal(early) - Decimal(late)), late))
    return found
