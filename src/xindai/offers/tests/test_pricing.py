"""Price: explained step by step, monotone in risk, within its bounds, the same for equals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.offers.need import Need
from xindai.offers.standing import Standing
from xindai.offers.testing import PERSON, policy, quoted
from xindai.products.testing import shipped_products

NEED = Need("consumer", 5_000_00, "CNY", 24, "furniture")
RATINGS, LEVELS = ("high", "medium", "low"), ("low", "medium", "high")
TIERS = ("premium", "standard", "prospective")
TERMS = st.integers(3, 60)


def rate(standing: Standing, term_months: int = 24) -> int:
    return quoted(Need("consumer", 5_000_00, "CNY", term_months, "furniture"), standing).proposal.rate_ppb


def test_the_steps_add_up_to_the_rate() -> None:
    quote = quoted(NEED)
    assert sum(step.change_ppb for step in quote.price_steps) == quote.proposal.rate_ppb
    assert quote.price_steps[-1].rate_ppb == quote.proposal.rate_ppb


def test_the_price_of_a_standard_customer_is_explained_in_order() -> None:
    assert [step.code for step in quoted(NEED).price_steps] == [
        "base_rate",
        "operating_cost",
        "rating_premium",
        "risk_premium",
        "tier_adjustment",
        "floor",
        "rounding",
        "cap",
    ]


@given(st.sampled_from(RATINGS), st.sampled_from(LEVELS), st.sampled_from(TIERS), TERMS)
def test_a_price_never_leaves_floor_and_cap(rating: str, level: str, tier: str, term: int) -> None:
    grid = policy().pricing.grids["consumer"]
    standing = Standing("person", rating, 600, level, "other", "individual", tier)
    assert grid.floor_ppb <= rate(standing, term) <= grid.cap_ppb


@given(st.sampled_from(LEVELS), st.sampled_from(TIERS), TERMS)
def test_a_better_rating_never_pays_more(level: str, tier: str, term: int) -> None:
    rates = [rate(Standing("person", rating, 600, level, "other", "individual", tier), term) for rating in RATINGS]
    assert rates == sorted(rates)


@given(st.sampled_from(RATINGS), st.sampled_from(TIERS), TERMS)
def test_a_lower_risk_never_pays_more(rating: str, tier: str, term: int) -> None:
    rates = [rate(Standing("person", rating, 600, level, "other", "individual", tier), term) for level in LEVELS]
    assert rates == sorted(rates)


def test_tiers_differ_in_price_limit_promise_and_documents() -> None:
    premium, standard, prospective = (quoted(NEED, tier=tier) for tier in TIERS)
    assert premium.proposal.rate_ppb < standard.proposal.rate_ppb < prospective.proposal.rate_ppb
    assert premium.limit_minor > standard.limit_minor > prospective.limit_minor
    assert premium.promised_hours < standard.promised_hours < prospective.promised_hours
    assert set(premium.documents) < set(standard.documents) < set(prospective.documents)


def test_the_score_within_a_rating_does_not_move_the_price() -> None:
    assert quoted(NEED, score=581).proposal == quoted(NEED, score=659).proposal


def test_commercial_property_is_never_priced_below_its_lawful_floor() -> None:
    spec = shipped_products()["commercial_real_estate"]
    need = Need(spec.code, 1_000_000_00, "CNY", 120, "office", collateral_value_minor=3_000_000_00)
    standing = Standing("company", "high", 700, "low", "services", "small", "premium")
    quote = quoted(need, standing)
    base_ppb = policy().pricing.base(120).rate_ppb
    assert quote.price_steps[-1].code == "lawful_floor"
    assert quote.proposal.rate_ppb * 10 >= base_ppb * 11


@pytest.mark.parametrize("tier", TIERS)
def test_the_same_facts_and_policy_always_give_the_same_offer(tier: str) -> None:
    assert quoted(NEED, PERSON, tier=tier) == quoted(NEED, PERSON, tier=tier)
