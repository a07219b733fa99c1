"""The calculator as an operation: open to everybody, exact, each cent with its working, nothing kept."""

from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
QUOTES = "/api/v1/quotes"
LOAN = {
    "currency": "CNY",
    "principal_minor": 120_000_00,
    "rate_ppb": 60_000_000,
    "method": "level",
    "instalments": 12,
    "disbursed_on": "2024-07-01",
}


def ask(*loans: dict[str, Any], language: str = "en") -> Any:
    """A stranger's request."""
    headers = {"Accept-Language": language}
    return Client().post(QUOTES, {"loans": list(loans)}, content_type="application/json", headers=headers)


def told(**changes: Any) -> Any:
    answer = ask(LOAN | changes)
    assert answer.status_code == 200, answer.json()
    return answer.json()["quotes"][0]


def test_a_level_loan_is_told_with_its_instalments_cost_and_rates() -> None:
    quote = told()

    # 120,000.00 at half a percent a month: the figures of tests/golden/loanmath, by fractions
    assert quote["level_minor"] == 10_327_97
    assert quote["interest_minor"] == quote["cost_minor"] == 3_935_66
    first = quote["instalments"][0]
    assert (first["due_on"], first["principal_minor"], first["interest_minor"]) == ("2024-08-01", 9_727_97, 600_00)
    assert [rate["label"] for rate in quote["annual_rates"]] == ["monthly_irr_times_12", "effective", "aprc"]
    assert quote["annual_rates"][0]["percent"].startswith("6.00")
    assert len(quote["instalments"]) == 12
    assert quote["instalments"][-1]["balance_minor"] == 0


def test_every_interest_follows_from_its_working() -> None:
    for line in told(day_count="act/365F", first_due_on="2024-08-15")["instalments"]:
        working = line["working"]
        numerator = sum(one["base_minor"] * one["rate_ppb"] * one["units"] for one in working["segments"])
        assert str(numerator) == working["numerator"]
        assert abs(Fraction(numerator, int(working["denominator"])) - line["interest_minor"]) <= Fraction(1, 2)


def test_fees_and_money_paid_ahead_of_time_are_part_of_the_cost() -> None:
    plain = told()
    quote = told(
        fee_minor=1_000_00,
        instalment_fee_minor=10_00,
        early_fee_ppb=10_000_000,
        prepayments=[{"on": "2024-12-15", "amount_minor": 10_100_00, "effect": "shorten"}],
    )
    assert quote["paid_ahead"] == [{"on": "2024-12-15", "principal_minor": 10_000_00, "fee_minor": 100_00}]
    assert quote["cost_minor"] == quote["interest_minor"] + quote["fees_minor"]
    assert quote["saved_minor"] == plain["interest_minor"] - quote["interest_minor"] > 0
    assert quote["ends_on"] < plain["ends_on"]
    assert float(quote["annual_rates"][0]["percent"]) > 7


def test_a_loan_that_is_settled_ends_that_day() -> None:
    quote = told(prepayments=[{"on": "2024-12-15", "effect": "settle"}])
    assert quote["ends_on"] == "2024-12-15"
    assert quote["instalments"][-1]["balance_minor"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "equal_principal"},
        {"method": "interest_first"},
        {"method": "bullet", "instalments": 1, "frequency": "P12M"},
        {"method": "flat"},
        {"method": "fixed", "instalment_minor": 12_000_00, "instalments": 24},
        {"method": "minimum", "minimum_ppb": 50_000_000, "minimum_minor": 2_000_00, "instalments": 120},
        {"method": "custom", "parts": [20_000_00] * 6, "instalments": 6},
        {"balloon_minor": 50_000_00},
        {"growth_ppb": 30_000_000, "instalments": 36},
        {"weights": [1, 0, 2]},
        {"advance": 1},
        {"grace_principal": 3},
        {"grace_interest": 2},
        {"interest_free": 2},
        {"capitalised": 2},
        {"down_payment_ppb": 200_000_000},
        {"frequency": "P2W", "instalments": 26},
        {"multiple_minor": 100},
        {"currency": "JPY", "principal_minor": 1_000_000},
    ],
    ids=",".join,
)
def test_each_way_of_repaying_repays_all(changes: dict[str, Any]) -> None:
    quote = told(**changes)
    assert quote["instalments"][-1]["balance_minor"] == 0
    assert quote["paid_minor"] == sum(line["total_minor"] for line in quote["instalments"])
    assert quote["paid_minor"] - quote["interest_minor"] == (LOAN | changes)["principal_minor"]


def test_three_loans_are_told_in_the_order_asked() -> None:
    answer = ask(LOAN, LOAN | {"method": "flat"}, LOAN | {"method": "equal_principal"}).json()
    costs = [quote["cost_minor"] for quote in answer["quotes"]]
    assert costs[2] < costs[0] < costs[1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"principal_minor": 0}, "loans.0.principal_minor"),
        ({"principal_minor": 12.5}, "loans.0.principal_minor"),
        ({"principal_minor": "100"}, "loans.0.principal_minor"),
        ({"rate_ppb": -1}, "loans.0.rate_ppb"),
        ({"rate_ppb": True}, "loans.0.rate_ppb"),
        ({"method": "magic"}, "loans.0.method"),
        ({"instalments": 481}, "loans.0.instalments"),
        ({"disbursed_on": "1 July"}, "loans.0.disbursed_on"),
        ({"frequency": "sometimes"}, "loans.0.frequency"),
        ({"frequency": "P0M"}, "loans.0.frequency"),
        ({"frequency": "P1M@31/2"}, "loans.0.frequency"),
        ({"currency": "XXX"}, "loans.0.currency"),
        ({"first_due_on": "2024-06-01"}, "loans.0.first_due_on"),
        ({"colour": "red"}, "loans.0.colour"),
        ({"weights": [0, 0]}, "loans.0.weights"),
        ({"weights": 3}, "loans.0.weights"),
        ({"method": "fixed"}, "loans.0.instalment_minor"),
        ({"method": "fixed", "instalment_minor": 500_00}, "loans.0.instalments"),
        ({"prepayments": [{"on": "2024-12-15", "amount_minor": 500_000_00}]}, "loans.0.prepayments.amount_minor"),
        ({"prepayments": [{"on": "2024-12-15"}]}, "loans.0.prepayments.amount_minor"),
        ({"prepayments": [{"on": "2030-12-15", "amount_minor": 1_00}]}, "loans.0.prepayments.on"),
        ({"prepayments": [{"on": "2024-12-15", "effect": "vanish"}]}, "loans.0.prepayments.0.effect"),
        ({"prepayments": [{"on": "2024-12-15", "amount_minor": 1_00}] * 4}, "loans.0.prepayments"),
    ],
    ids=str,
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_makes_no_loan_is_refused_by_its_field(changes: dict[str, Any], field: str, language: str) -> None:
    answer = ask(LOAN | changes, language=language)
    problem = answer.json()
    assert (answer.status_code, problem.get("field")) == (422, field), problem
    assert answer["Content-Type"] == "application/problem+json"
    has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in problem["title"])
    assert has_chinese == (language != "en"), problem


def test_more_loans_than_can_be_read_side_by_side_are_refused() -> None:
    assert ask(*[LOAN] * 4).json()["field"] == "loans"
    assert ask().json()["field"] == "loans"


INDEX = [{"on": "2024-06-01", "rate_ppb": 39_500_000}, {"on": "2024-09-20", "rate_ppb": 51_500_000}]
FLOATING = {"index": INDEX, "spread_ppb": 20_500_000, "reset": "months", "months": 3}
WITHOUT_RATE = {name: value for name, value in LOAN.items() if name != "rate_ppb"}


def test_a_rate_that_floats_follows_its_index_from_reset_to_reset() -> None:
    """3.95 % and 2.05 are 6 % until 1 October, 7.2 % from then on; a cap holds it, and a longer look back misses it."""
    answer = ask(WITHOUT_RATE | {"floating": FLOATING}, WITHOUT_RATE | {"floating": FLOATING | {"cap_ppb": 65_000_000}})
    first, capped = ([one["working"]["segments"] for one in quote["instalments"]] for quote in answer.json()["quotes"])
    assert [one[0]["rate_ppb"] for one in first[2:4]] == [60_000_000, 72_000_000]
    assert capped[3][0]["rate_ppb"] == 65_000_000


@pytest.mark.parametrize(("days", "row"), [(11, 4), (12, 7)])
def test_a_value_of_the_index_counts_from_the_first_reset_that_looks_back_to_it(days: int, row: int) -> None:
    """What is published on 20 September is eleven days old on 1 October."""
    quote = ask(WITHOUT_RATE | {"floating": FLOATING | {"lookback_days": days}}).json()["quotes"][0]
    rates = [one["working"]["segments"][0]["rate_ppb"] for one in quote["instalments"]]
    assert rates == [60_000_000] * (row - 1) + [72_000_000] * (13 - row)


@pytest.mark.parametrize(("repricing", "rows"), [("anew", 12), ("keep", 12), ("term", 13)])
def test_what_another_rate_means_is_chosen(repricing: str, rows: int) -> None:
    answer = ask(WITHOUT_RATE | {"floating": FLOATING, "repricing": repricing})
    totals = [one["total_minor"] for one in answer.json()["quotes"][0]["instalments"]]
    assert len(totals) == rows
    assert (totals[3] == totals[2]) is (repricing != "anew")


@pytest.mark.parametrize(
    ("loan", "field", "said"),
    [
        (LOAN | {"floating": FLOATING}, "rate_ppb", "either the rate of the loan or what it floats with"),
        (WITHOUT_RATE, "rate_ppb", "either the rate of the loan or what it floats with"),
        (WITHOUT_RATE | {"floating": FLOATING | {"index": INDEX[1:]}}, "floating.index", "no value on 2024-07-01"),
        (WITHOUT_RATE | {"floating": FLOATING | {"reset": "new_year"}}, "floating.months", "every so many months"),
        (WITHOUT_RATE | {"floating": FLOATING | {"cap_ppb": 1, "floor_ppb": 2}}, "floating.cap_ppb", "from 2 to"),
        (
            WITHOUT_RATE | {"floating": FLOATING, "repricing": "term", "method": "flat"},
            "repricing",
            "end earlier or later",
        ),
    ],
)
def test_a_rate_that_cannot_be_is_refused_at_its_field(loan: dict[str, Any], field: str, said: str) -> None:
    answer = ask(LOAN, loan)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["field"] == f"loans.1.{field}"
    assert said in problem["title"]
    assert problem["title"] != ask(LOAN, loan, language="zh-hans").json()["title"]
