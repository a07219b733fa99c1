"""Limits and terms: what law, means, collateral and tier allow, and the counter-offer that follows."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from xindai.offers.annuity import level_instalment, principal_for
from xindai.offers.need import Need
from xindai.offers.standing import Means
from xindai.offers.testing import COMPANY, PERSON, policy, quoted
from xindai.offers.working_capital import WorkingCapital

CONSUMER = Need("consumer", 5_000_00, "CNY", 24, "furniture")
CAR = Need("car", 10_000_00, "CNY", 36, "car_used", collateral_value_minor=20_000_00)
AMOUNTS = st.integers(200_00, 30_000_00)
INCOMES = st.integers(1_00, 20_000_00)


def codes(need: Need, **change: object) -> list[str]:
    return [bound.code for bound in quoted(need, **change).counter_reasons]  # type: ignore[arg-type]


def test_a_need_within_all_limits_is_offered_as_asked() -> None:
    quote = quoted(CONSUMER)
    assert (quote.proposal.amount_minor, quote.proposal.term_months) == (5_000_00, 24)
    assert quote.counter_reasons == ()


def test_a_term_above_the_law_is_answered_by_the_longest_lawful_term() -> None:
    quote = quoted(replace(CONSUMER, term_months=72))
    assert quote.proposal.term_months == 60
    assert [(bound.code, bound.because) for bound in quote.counter_reasons] == [("lawful_term", "personal_consumption")]


def test_a_used_car_is_lent_for_three_years_and_a_new_one_for_five() -> None:
    assert quoted(replace(CAR, term_months=60)).proposal.term_months == 36
    assert quoted(replace(CAR, term_months=60, purpose="car_new")).proposal.term_months == 60


def test_a_bullet_loan_is_lent_for_a_year() -> None:
    assert quoted(replace(CONSUMER, method="bullet")).proposal.term_months == 12


def test_a_car_is_lent_up_to_the_lawful_share_of_its_value() -> None:
    quote = quoted(replace(CAR, amount_minor=15_000_00), means=Means(disposable_income_minor=60_000_00))
    assert quote.proposal.amount_minor == 14_000_00
    assert quote.counter_reasons[0].code == "collateral_value"


def test_consumer_loans_without_collateral_end_at_the_lawful_cap() -> None:
    need = replace(CONSUMER, amount_minor=250_000_00)
    quote = quoted(need, means=Means(disposable_income_minor=1_000_000_00))
    assert quote.proposal.amount_minor == 200_000_00
    assert quote.counter_reasons[0].code == "unsecured_cap"


def test_a_small_income_lowers_the_amount_to_whole_units() -> None:
    quote = quoted(CONSUMER, means=Means(disposable_income_minor=333_33))
    assert 0 < quote.proposal.amount_minor < 5_000_00
    assert quote.proposal.amount_minor % 100 == 0
    assert codes(CONSUMER, means=Means(disposable_income_minor=333_33)) == ["tier_limit"]


def test_other_instalments_lower_the_limit() -> None:
    alone = quoted(CONSUMER, means=Means(disposable_income_minor=1_000_00))
    indebted = quoted(CONSUMER, means=Means(disposable_income_minor=1_000_00, other_instalments_minor=200_00))
    assert indebted.limit_minor < alone.limit_minor


def test_nothing_is_offered_below_the_smallest_loan() -> None:
    quote = quoted(CONSUMER, means=Means(disposable_income_minor=1_00))
    assert quote.proposal.amount_minor == 0
    assert quote.cost is None


def test_nothing_is_offered_for_a_forbidden_purpose() -> None:
    assert quoted(replace(CONSUMER, purpose="gambling")).proposal.amount_minor == 0


def test_unknown_income_leaves_the_limit_to_law_and_product() -> None:
    assert quoted(CONSUMER, means=Means()).proposal.amount_minor == 5_000_00


def test_working_capital_is_lent_up_to_the_computed_need() -> None:
    need = Need("working_capital", 5_000_000_00, "CNY", 12, "stock")
    quote = quoted(need, COMPANY, Means(revenue_minor=10_000_000_00))
    need_minor = 10_000_000_00 * 88 * 108 * 110 // (100 * 100 * 360)
    assert quote.limit_minor == need_minor
    assert quote.counter_reasons[0].code == "working_capital_need"


def test_the_working_capital_formula_gives_its_worked_figure() -> None:
    capital = WorkingCapital(
        prior_sales_minor=36_000_000_00,
        sales_margin_ppm=200_000,
        sales_growth_ppm=100_000,
        cycle_days=90,
        own_funds_minor=1_000_000_00,
        existing_loans_minor=2_000_000_00,
    )
    assert capital.need_minor == 7_920_000_00
    assert capital.new_loan_minor == 4_920_000_00


def test_a_company_that_is_paid_before_it_pays_needs_no_working_capital() -> None:
    means = Means(revenue_minor=10_000_000_00, inventory_days=10, payable_days=60)
    need = Need("working_capital", 1_000_000_00, "CNY", 12, "stock")
    assert quoted(need, COMPANY, means).proposal.amount_minor == 0


def test_an_investment_is_lent_as_far_as_cash_flow_covers_its_instalments() -> None:
    need = Need("long_term_investment", 50_000_000_00, "CNY", 60, "equipment", collateral_value_minor=0)
    quote = quoted(need, COMPANY, Means(annual_cash_flow_minor=1_200_000_00, total_debt_minor=0))
    yearly_minor = quote.burden_minor * 12
    assert quote.counter_reasons[0].code == "tier_limit"
    assert abs(yearly_minor * 120 // 100 - 1_200_000_00) < 12_000_00


@given(AMOUNTS, INCOMES, INCOMES)
def test_more_income_never_lowers_the_limit(amount: int, one: int, other: int) -> None:
    need = replace(CONSUMER, amount_minor=amount)
    less, more = (quoted(need, means=Means(disposable_income_minor=income)) for income in sorted((one, other)))
    assert less.limit_minor <= more.limit_minor


@given(AMOUNTS, INCOMES, st.integers(3, 72))
def test_an_offer_never_exceeds_need_limit_or_law(amount: int, income: int, term: int) -> None:
    need = replace(CONSUMER, amount_minor=amount, term_months=term)
    quote = quoted(need, means=Means(disposable_income_minor=income))
    assert quote.proposal.amount_minor <= min(need.amount_minor, quote.limit_minor)
    assert quote.proposal.term_months <= min(term, 60)
    most_ppm = policy().capacity.instalment_share_ppm.bad
    assert quote.burden_minor * 1_000_000 <= income * most_ppm + 1_000_000


@given(st.integers(1, 10**9), st.integers(0, 240_000_000), st.integers(1, 360))
def test_what_an_instalment_repays_costs_no_more_than_that_instalment(
    instalment: int, rate_ppb: int, months: int
) -> None:
    principal = principal_for(instalment, rate_ppb, months)
    assert level_instalment(principal, rate_ppb, months) <= instalment
    assert level_instalment(principal + months + 1, rate_ppb, months) >= instalment


@given(AMOUNTS, INCOMES)
def test_a_better_tier_is_never_lent_less(amount: int, income: int) -> None:
    need, means = replace(CONSUMER, amount_minor=amount), Means(disposable_income_minor=income)
    limits = [quoted(need, PERSON, means, tier=tier).limit_minor for tier in ("prospective", "standard", "premium")]
    assert limits == sorted(limits)
