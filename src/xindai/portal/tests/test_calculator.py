"""The calculator: open to strangers, exact, and clear about what it cannot work out."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
PAGE = "/calculator/"
LOAN = {"a-principal": "120,000", "a-rate": "6", "a-months": "12", "a-method": "level", "start": "2024-07-01"}
OTHER = {"b-principal": "120,000", "b-rate": "6", "b-months": "12", "b-method": "flat"}


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
