"""The calculator: open to strangers, exact, and clear about what it cannot work out."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGE = "/calculator/"
LOAN = {"a-principal": "120,000", "a-rate": "6", "a-months": "12", "a-method": "level", "start": "2024-07-01"}
OTHER = {"b-principal": "120,000", "b-rate": "6", "b-months": "12", "b-method": "flat"}

MOVING = {"a-reset": "P3M", "a-index_change": "1.2", "a-index_on": "2024-09-15"}


def ask(query: dict[str, str], language: str = "en") -> Any:
    return Client().get(PAGE, query, headers={"Accept-Language": language})


def text(query: dict[str, str], language: str = "en") -> str:
    answer = ask(query, language)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_stranger_sees_an_example_worked_out() -> None:
    page = text({})
    assert 'id="comparison"' in page
    assert 'value="100,000.00"' in page
    assert "Sign in" in page


def test_a_level_loan_is_worked_out_to_the_cent() -> None:
    page = text(LOAN)
    # 120,000.00 at half a percent a month, by fractions (tests/golden/loanmath)
    for figure in ("10,327.97", "3,935.66", "123,935.66", "9,727.97", "6.00%"):
        assert figure in page


def test_two_loans_stand_side_by_side_and_the_cheaper_is_marked() -> None:
    page = text(LOAN | OTHER)
    assert page.count("lowest") == 2
    assert "7,200.00" in page
    assert 'id="balances"' in page


def test_an_instalment_tells_why_it_is_what_it_is() -> None:
    page = text(LOAN | {"why": "a.1"})
    assert "Why instalment 1 is CNY 10,327.97" in page
    assert "CNY 120,000.00 × 6.00% × 30 / 360" in page
    assert "CNY 10,327.971565" in page


@pytest.mark.parametrize("why", ["", "a", "a.", "z.1", "a.99", "b.1", "a.1.1", ".1", "ab.1"])
def test_an_instalment_that_is_not_there_explains_nothing(why: str) -> None:
    assert 'id="why"' not in text(LOAN | {"why": why})


def test_money_paid_ahead_of_time_saves_interest() -> None:
    ahead = {"a-prepay_on": "2024-12-15", "a-prepay_amount": "10,000", "a-prepay_effect": "shorten"}
    assert "Interest saved by paying ahead of time" in text(LOAN | ahead)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"a-principal": "much"}, "a-principal"),
        ({"a-principal": ""}, "a-principal"),
        ({"a-principal": "0"}, "a-principal"),
        ({"a-rate": "2001"}, "a-rate"),
        ({"a-months": "0"}, "a-months"),
        ({"a-months": "481"}, "a-months"),
        ({"a-months": "13", "a-every": "P3M"}, "a-months"),
        ({"a-method": "magic"}, "a-method"),
        ({"start": "tomorrow"}, "start"),
        ({"currency": "XXX"}, "currency"),
        ({"a-prepay_amount": "10"}, "a-prepay_on"),
        ({"a-prepay_on": "2024-12-15"}, "a-prepay_amount"),
        ({"a-prepay_on": "2030-12-15", "a-prepay_amount": "10"}, "a-prepay_on"),
        ({"a-prepay_on": "2024-12-15", "a-prepay_amount": "500000"}, "a-prepay_amount"),
        ({"a-method": "fixed"}, "a-fixed"),
        ({"a-method": "fixed", "a-fixed": "1,000"}, "a-months"),
        ({"a-method": "minimum"}, "a-minimum"),
        ({"a-method": "custom", "a-parts": "100,000 100,000"}, "a-parts"),
        ({"a-method": "custom", "a-parts": "much"}, "a-parts"),
        ({"a-weights": "0 0"}, "a-weights"),
        ({"a-weights": "1 two"}, "a-weights"),
        ({"a-growth": "-100"}, "a-growth"),
        ({"a-method": "flat", "a-advance": "1"}, "a-advance"),
        ({"a-balloon": "200,000"}, "a-balloon"),
        ({"a-whole": "7"}, "a-whole"),
        ({"a-down_payment": "101"}, "a-down_payment"),
        ({"a-first_due": "2024-07-01"}, "a-first_due"),
        ({"a-grace": "-1"}, "a-grace"),
        ({"a-index_change": "1"}, "a-reset"),
        ({"a-index_change": "1", "a-reset": "new_year"}, "a-index_on"),
        ({"a-index_change": "+1", "a-reset": "new_year"}, "a-index_change"),
        (MOVING | {"a-index_on": "2024-07-01"}, "a-index_on"),
        (MOVING | {"a-repricing": "term", "a-method": "flat"}, "a-repricing"),
    ],
    ids=str,
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_makes_no_loan_is_told_at_its_field(changes: dict[str, str], field: str, language: str) -> None:
    answer = ask(LOAN | changes, language)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="#id_{field}"' in page
    assert 'id="comparison"' not in page


def test_a_loan_is_added_as_a_copy_and_taken_away_again() -> None:
    added = ask(LOAN | {"add": "1"})
    assert added.status_code == 302
    assert "b-principal=120%2C000" in added["Location"]
    dropped = ask(LOAN | OTHER | {"drop": "a"})
    assert "a-method=flat" in dropped["Location"]
    assert "b-method" not in dropped["Location"]
    assert "a-method=level" in ask(LOAN | {"drop": "a"})["Location"]


def test_the_page_speaks_the_readers_language() -> None:
    page = text(LOAN | OTHER, "zh-hans")
    for word in ("贷款计算器", "等额本息", "等本等息", "总成本", "年化利率（月内部收益率×12）"):
        assert word in page


def test_a_schedule_is_saved_as_a_file() -> None:
    answer = Client().get(f"{PAGE}schedule.csv", LOAN | {"loan": "a"})
    lines = answer.content.decode().splitlines()
    assert answer["Content-Disposition"] == 'attachment; filename="loan-a.csv"'
    assert lines[1] == "1,2024-08-01,9727.97,600.00,0.00,10327.97,110272.03"
    assert len(lines) == 13


@pytest.mark.parametrize("query", [{"loan": "b"}, {"loan": ""}, {"loan": "a", "a-rate": "x"}])
def test_a_file_of_no_loan_is_not_found(query: dict[str, str]) -> None:
    assert Client().get(f"{PAGE}schedule.csv", LOAN | query).status_code == 404


# Figures by fractions, or as tests/golden/loanmath and docs/specs/interest.md have them.
WAYS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "equal parts of principal": ({"a-method": "equal_principal"}, ("10,600.00", "10,050.00", "3,900.00")),
    "interest first": ({"a-method": "interest_first"}, ("600.00", "120,600.00", "7,200.00")),
    "a bullet": ({"a-method": "bullet"}, ("127,200.00",)),
    "interest on interest": ({"a-method": "compound"}, ("127,401.35",)),  # 120,000 x 1.005^12, rounded each month
    "flat": ({"a-method": "flat"}, ("10,600.00", "7,200.00")),
    "a fixed amount": (
        {"a-principal": "280,000", "a-rate": "8.4", "a-months": "480", "a-method": "fixed", "a-fixed": "14,000"},
        ("22,711.82", "8,711.82"),
    ),
    "a minimum payment": (
        {
            "a-principal": "200,000",
            "a-months": "480",
            "a-method": "minimum",
            "a-minimum": "2",
            "a-floor": "300",
        },
        ("4,020.00", "3,959.30", "228"),
    ),
    "a plan of one's own": (
        {"a-method": "custom", "a-parts": "20000; 30,000\u3001 0"},
        ("20,600.00", "30,500.00", "350.00"),
    ),
    "a balloon": (
        {"a-principal": "200,000", "a-months": "36", "a-method": "equal_principal", "a-balloon": "20,000"},
        ("5,000.00", "25,000.00"),
    ),
    "a step up": (
        {"a-principal": "200,000", "a-months": "240", "a-growth": "3"},
        ("1,130.33", "1,164.24", "1,199.17", "1,235.14"),
    ),
    "a step down": ({"a-months": "24", "a-growth": "\u22125"}, ("5,450.66", "5,178.13")),
    "a season": (
        {"a-principal": "10,000", "a-rate": "7", "a-months": "12", "a-weights": "10 10 10 10 6 6 6 6 4 4 4 4"},
        ("1,288.89", "773.34", "515.56"),
    ),
    "in advance": (
        {"a-principal": "10,000", "a-rate": "7", "a-months": "5", "a-advance": "3"},
        ("1,263.64", "3,790.91"),
    ),
    "whole units": ({"a-whole": "1"}, ("10,328.00", "10,327.6")),
    "a down payment": ({"a-method": "equal_principal", "a-down_payment": "25"}, ("30,000.00", "7,500.00")),
    "months without principal": ({"a-method": "interest_first", "a-grace_interest": "2"}, ("1,800.00",)),
    "interest free": ({"a-method": "equal_principal", "a-interest_free": "11"}, ("10,000.00", "10,050.00")),
    "interest joins the loan": ({"a-method": "interest_first", "a-capitalised": "2"}, ("121,203.00", "606.02")),
    "a later first day": ({"a-first_due": "2024-08-16"}, ("16 Aug 2024", "900.00", "552.73")),
}


@pytest.mark.parametrize(("said", "figures"), WAYS.values(), ids=WAYS)
def test_every_way_of_repaying_is_worked_out(said: dict[str, str], figures: tuple[str, ...]) -> None:
    page = text(LOAN | said)
    assert [figure for figure in figures if figure not in page] == []


def test_a_rate_that_floats_changes_the_instalments_from_its_next_reading_on() -> None:
    """1.2 points more from 15 September are read on 1 October: a month of 0.6 % on what is left, not of 0.5 %."""
    page = text(LOAN | MOVING | {"why": "a.4"})
    assert "CNY 90,669.93 \u00d7 7.20% \u00d7 30 / 360" in page
    assert "What is left of the instalment after interest." in page
    assert "7.20%" not in text(LOAN | MOVING | {"a-reset": "anniversary", "why": "a.4"})


def test_an_instalment_of_ones_own_tells_where_its_principal_comes_from() -> None:
    own = {"a-method": "custom", "a-parts": "20000 30000"}
    assert "The part that is written for it." in text(LOAN | own | {"why": "a.2"})
    growing = text(LOAN | {"a-growth": "3", "why": "a.1"})
    assert "Equal instalment, exact" not in growing
    assert "What is left of the instalment after interest." in growing


def test_a_group_of_fields_is_open_where_something_is_said_or_wrong() -> None:
    assert text(LOAN).count("<details") > text(LOAN).count('my-group" open')
    wrong = ask(LOAN | {"a-method": "fixed"}).content.decode()
    assert wrong.count('my-group" open') == 1
