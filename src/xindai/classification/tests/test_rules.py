"""The rules of classification against the shipped policy."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.classification.policy import ClassificationPolicy
from xindai.classification.rules import RISK_LEVELS, Reason, classify
from xindai.classification.wording import sentence
from xindai.policies.files import load_folder
from xindai.policies.packs import Pack

ON = date(2024, 7, 1)
PACK = Pack("cn", 1, load_folder(Path(__file__).parents[4] / "policies/cn"), ON)
POLICY = ClassificationPolicy.of(PACK)
FACTS = PACK.section("facts")["facts"]
PROTECTED = PACK.section("facts")["protected"]
RATINGS = ("low", "medium", "high")
TIERS = ("prospective", "standard", "premium")
ORDERED = [name for name, fact in FACTS.items() if fact.get("worst_to_best") and "rating" in fact["read_by"]]

coded = {name: st.sampled_from(sorted(fact["codes"])) for name, fact in FACTS.items() if fact.get("codes")}
person_facts = st.fixed_dictionaries(
    {"kind": st.just("person"), "term_months": st.integers(1, 120), "amount_minor": st.integers(1, 10**8)},
    optional=coded | {"worst_overdue_days_12_months": st.integers(0, 400), "relationship_months": st.integers(0, 60)},
)
company_facts = st.fixed_dictionaries(
    {
        "kind": st.just("company"),
        "industry_code": st.sampled_from(["A01", "C26", "E47", "F51", "F52", "I65", "K702", "M74", "S91"]),
        "headcount": st.integers(1, 3_000),
        "revenue_minor": st.integers(0, 10**12),
        "assets_minor": st.integers(1, 10**12),
        "total_debt_minor": st.integers(0, 10**12),
        "annual_cash_flow_minor": st.integers(-(10**11), 10**11),
        "founded_on": st.dates(date(1990, 1, 1), date(2024, 6, 30)).map(date.isoformat),
    }
)


def ranks(facts: dict[str, Any]) -> tuple[int, int, int, int]:
    """Score, rating, tier and (reversed) risk as numbers of which more is better."""
    found = classify(facts, POLICY, ON)
    return (
        found.score,
        RATINGS.index(found.rating),
        TIERS.index(found.tier),
        -RISK_LEVELS.index(found.risk_level),
    )


def never_worse(better: dict[str, Any], facts: dict[str, Any]) -> bool:
    return all(new >= old for new, old in zip(ranks(better), ranks(facts), strict=True))


@given(person_facts, st.dictionaries(st.sampled_from(PROTECTED), st.sampled_from(["a", "b", 17, 99]), min_size=1))
def test_protected_attributes_change_nothing(facts: dict[str, Any], protected: dict[str, Any]) -> None:
    plain, told = classify(facts, POLICY, ON), classify({**facts, **protected}, POLICY, ON)
    assert plain == told
    assert plain.reasons == told.reasons


@pytest.mark.parametrize("name", PROTECTED)
def test_no_dimension_may_read_a_protected_attribute(name: str) -> None:
    assert all(name not in readable for readable in POLICY.readable.values())


@given(person_facts, st.sampled_from(ORDERED), st.data())
def test_a_better_fact_never_worsens_a_class(facts: dict[str, Any], name: str, data: st.DataObject) -> None:
    order = FACTS[name]["worst_to_best"]
    place = data.draw(st.integers(0, len(order) - 1))
    better = data.draw(st.integers(place, len(order) - 1))
    assert never_worse({**facts, name: order[better]}, {**facts, name: order[place]})


@given(person_facts, st.integers(0, 10**7), st.integers(0, 60))
def test_a_smaller_or_shorter_request_never_worsens_a_class(facts: dict[str, Any], amount: int, months: int) -> None:
    larger = {**facts, "amount_minor": facts["amount_minor"] + amount, "term_months": facts["term_months"] + months}
    assert never_worse(facts, larger)


@given(person_facts, st.sampled_from(sorted(coded)))
def test_telling_a_fact_never_scores_below_hiding_it(facts: dict[str, Any], name: str) -> None:
    hidden = {key: value for key, value in facts.items() if key != name}
    assert ranks(facts)[0] >= ranks(hidden)[0]


@given(person_facts, st.integers(0, 400))
def test_longer_delays_never_improve_a_class(facts: dict[str, Any], more: int) -> None:
    days = facts.get("worst_overdue_days_12_months", 0)
    assert never_worse(facts, {**facts, "worst_overdue_days_12_months": days + more})


@given(company_facts, st.integers(0, 10**11))
def test_more_debt_never_improves_a_company(facts: dict[str, Any], more: int) -> None:
    assert never_worse(facts, {**facts, "total_debt_minor": facts["total_debt_minor"] + more}) or (
        facts["annual_cash_flow_minor"] < 0  # a loss spread over more debt is a smaller share of it
    )


@given(company_facts, st.integers(0, 10**11))
def test_more_cash_flow_never_worsens_a_company(facts: dict[str, Any], more: int) -> None:
    assert never_worse({**facts, "annual_cash_flow_minor": facts["annual_cash_flow_minor"] + more}, facts)


@given(company_facts, st.integers(0, 2_000), st.integers(0, 10**11))
def test_a_growing_company_never_shrinks_in_size(facts: dict[str, Any], people: int, money: int) -> None:
    sizes = ("micro", "small", "medium", "large")
    grown = {**facts, "headcount": facts["headcount"] + people, "revenue_minor": facts["revenue_minor"] + money}
    before, after = (classify(each, POLICY, ON).size for each in (facts, grown))
    assert sizes.index(after) >= sizes.index(before)


@given(st.one_of(person_facts, company_facts))
def test_the_points_of_the_reasons_sum_to_the_score(facts: dict[str, Any]) -> None:
    found = classify(facts, POLICY, ON)
    assert sum(reason.points or 0 for reason in found.reasons) == found.score


@given(st.one_of(person_facts, company_facts))
def test_every_reason_can_be_stored_and_said_in_both_languages(facts: dict[str, Any]) -> None:
    for reason in classify(facts, POLICY, ON).reasons:
        assert Reason.from_json(reason.to_json()) == reason
        worded = sentence(reason, POLICY)
        assert worded["zh"]
        assert worded["en"]


def test_every_section_letter_of_the_standard_has_an_industry() -> None:
    groups = {
        letter: classify({"kind": "company", "industry_code": letter}, POLICY, ON).industry
        for letter in "ABCDEFGHIJKLMNOPQRST"
    }
    assert groups["C"] == "manufacturing"
    assert groups["A"] == "agriculture"
    assert {letter for letter, group in groups.items() if group == "services"} == set("FGHIJKLMNOPQR")
    assert {letter for letter, group in groups.items() if group == "other"} == set("BDEST")


def test_the_divisions_of_the_sections_cover_1_to_97_once() -> None:
    divisions = [
        division
        for section in POLICY.industry.sections.values()
        for division in range(section.divisions[0], section.divisions[1] + 1)
    ]
    assert divisions == list(range(1, 98))
