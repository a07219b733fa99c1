"""The decision rules: all reasons in both languages, nothing protected, better facts never worsen."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.offers.need import Need
from xindai.offers.standing import Means, Standing
from xindai.underwriting.case import Case
from xindai.underwriting.rules import Outcome, decide
from xindai.underwriting.testing import case_for, policy, verdict

NEED = Need("consumer", 5_000_00, "CNY", 24, "furniture")
PERSON = Standing("person", "medium", 640, "medium", "other", "individual", "standard")
MEANS = Means(disposable_income_minor=3_000_00)
BEST_FIRST = [Outcome.APPROVE, Outcome.REFER, Outcome.REFUSE]


def test_every_finding_speaks_both_languages_with_its_figures() -> None:
    for finding in verdict(replace(NEED, term_months=72), PERSON, MEANS).findings:
        assert finding.text["zh"]
        assert finding.text["en"]
        assert "{" not in finding.text["zh"] + finding.text["en"]


def test_rules_that_passed_are_kept_too() -> None:
    rules = [finding.rule for finding in verdict(NEED, PERSON, MEANS).findings]
    assert rules == [
        "legal_age",
        "purpose_lawful",
        "score",
        "instalment_to_income",
        "annual_rate",
        "automatic_amount",
    ]


def test_a_case_survives_being_stored() -> None:
    case = case_for(NEED, PERSON, MEANS)
    stored = json.loads(json.dumps(case.to_json()))
    assert Case.from_json(stored) == case
    assert decide(Case.from_json(stored), policy()) == decide(case, policy())


@pytest.mark.parametrize(
    "fact", [{"gender": "f"}, {"marital_status": "single"}, {"foreign_worker": "yes"}, {"dependants": 3}]
)
def test_protected_facts_never_reach_means(fact: dict[str, object]) -> None:
    from xindai.products.testing import ON

    assert Means.of({"disposable_income_minor": 3_000_00, **fact}, ON) == MEANS


@given(st.integers(18, 120))
def test_age_beyond_the_legal_one_changes_nothing(age: int) -> None:
    assert verdict(NEED, PERSON, MEANS, age_years=age).outcome == Outcome.APPROVE


@given(st.integers(300, 900), st.integers(300, 900))
def test_a_better_score_never_worsens_the_outcome(one: int, other: int) -> None:
    low, high = (
        BEST_FIRST.index(verdict(NEED, replace(PERSON, score=score), MEANS).outcome) for score in sorted((one, other))
    )
    assert high <= low


@given(st.integers(1_00, 9_000_00), st.integers(1_00, 9_000_00))
def test_more_income_never_worsens_the_outcome(one: int, other: int) -> None:
    low, high = (
        BEST_FIRST.index(verdict(NEED, PERSON, Means(disposable_income_minor=income)).outcome)
        for income in sorted((one, other))
    )
    assert high <= low


def test_a_missing_age_goes_to_a_person() -> None:
    assert [finding.rule for finding in verdict(NEED, PERSON, MEANS, age_years=None).reasons] == ["age_unknown"]
