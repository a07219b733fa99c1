"""The product finder and the eligibility check: what they show is what the rules and prices say, and they leave no trace."""

from itertools import product as combinations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from loanmath.calendar import Calendar
from xindai.kernel import business_date, formatting
from xindai.offers.finder import Wish, find
from xindai.offers.need import Need
from xindai.offers.policy import TIERS
from xindai.offers.quoting import quote
from xindai.offers.standing import Means, Standing
from xindai.offers.testing import make_scene, policy
from xindai.products.testing import ON, shipped_products
from xindai.underwriting import testing
from xindai.underwriting.eligibility import SCORE, check

pytestmark = pytest.mark.django_db

PERSON = {"purpose": "person:furniture", "amount": "5,000.00", "months": "24", "age": "40", "income": "6000", "instalments": "0"}  # fmt: skip
COMPANY = {
    "purpose": "company:stock", "amount": "1000000", "months": "12", "years": "8", "revenue": "50000000",
    "cash_flow": "4000000", "assets": "40000000", "debts": "20000000",
}  # fmt: skip


@pytest.fixture
def shop(db: None) -> None:
    """A bank that lends by the shipped policy and products."""
    make_scene()
    business_date.open_day(ON)


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def found(**said: str) -> str:
    return browser().get("/find/", said).content.decode()


def checked(**said: str) -> str:
    answer = browser().post("/eligibility/", {**PERSON, **said})
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_the_price_range_runs_from_the_cheapest_class_to_the_dearest_that_an_offer_could_have() -> None:
    rules, specs = policy(), shipped_products()
    wish = Wish("person", "furniture", 5_000_00, 24)
    (fitting,), _unfitting = find(wish, specs.values(), rules, on=ON, calendar=Calendar())
    need = Need("consumer", 5_000_00, "CNY", 24, "furniture")
    costs = {
        quote(
            need,
            specs["consumer"],
            Standing("person", rating, 600, risk, "other", "individual", tier),
            Means(disposable_income_minor=900_000_00),
            rules,
            on=ON,
            calendar=Calendar(),
        ).cost
        for rating, risk, tier in combinations(("high", "medium", "low"), ("low", "medium", "high"), TIERS)
    }
    rates = {cost.annual_rate_ppb for cost in costs if cost is not None}
    assert (fitting.lowest.cost.annual_rate_ppb, fitting.highest.cost.annual_rate_ppb) == (min(rates), max(rates))
    assert min(rates) < max(rates)


def test_the_page_shows_the_fitting_product_with_price_documents_and_promise(shop: None) -> None:
    page = found(purpose="person:furniture", amount="5000", months="24")
    (fitting,), _unfitting = find(
        Wish("person", "furniture", 5_000_00, 24), shipped_products().values(), policy(), on=ON, calendar=Calendar()
    )
    for rate in (fitting.lowest.cost.annual_rate_ppb, fitting.highest.cost.annual_rate_ppb):
        assert f"{formatting.annual_percent(rate)}%" in page
    for text in ("Consumer loan", "1 loan fits", "Identity document", "Evidence of income", "4 to 72 business hours"):
        assert text in page


def test_the_calculator_opens_with_the_figures_of_the_finder(shop: None) -> None:
    page = found(purpose="person:furniture", amount="5000", months="24")
    link = page.split('href="/calculator/?')[1].split('"')[0].replace("&amp;", "&")
    calculator = browser().get(f"/calculator/?{link}")
    assert calculator.status_code == 200
    (fitting,), _unfitting = find(
        Wish("person", "furniture", 5_000_00, 24), shipped_products().values(), policy(), on=ON, calendar=Calendar()
    )
    text = calculator.content.decode()
    for price in (fitting.lowest, fitting.highest):
        assert formatting.plain_amount(price.cost.first_instalment_minor, "CNY") in text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"purpose": "person:furniture", "amount": "100", "months": "24"}, "The smallest loan of this product is CNY 200.00."),
        ({"purpose": "person:furniture", "amount": "900000", "months": "24"}, "The largest loan of this product is CNY 200,000.00."),
        ({"purpose": "person:furniture", "amount": "5000", "months": "1"}, "The shortest term of this product is 3 months."),
        ({"purpose": "person:furniture", "amount": "5000", "months": "61"}, "The law allows at most 60 months for this purpose."),
    ],
)  # fmt: skip
def test_what_does_not_fit_says_which_amount_or_term_would(shop: None, said: dict[str, str], told: str) -> None:
    page = found(**said)
    assert told in page
    assert "No loan of ours fits this wish" in page


def test_a_forbidden_purpose_is_named_so(shop: None) -> None:
    for page in (found(purpose="person:gambling", amount="5000", months="12"), checked(purpose="person:gambling")):
        assert "Nobody may lend for this" in page
        assert "gambling" in page


@pytest.mark.parametrize(
    "said",
    [
        {"purpose": "person:nothing", "amount": "5000", "months": "12"},
        {"purpose": "company:furniture", "amount": "5000", "months": "12"},
        {"purpose": "", "amount": "", "months": ""},
        {"purpose": "person:furniture", "amount": "much", "months": "12"},
        {"purpose": "person:furniture", "amount": "-5", "months": "12"},
        {"purpose": "person:furniture", "amount": "5000", "months": "0"},
        {"purpose": "person:furniture", "amount": "5000", "months": "99999999999"},
        {"purpose": "person:furniture", "amount": "999999999999999", "months": "12"},
    ],
)
def test_bad_input_is_told_at_its_field_and_breaks_nothing(shop: None, said: dict[str, str]) -> None:
    for answer in (browser().get("/find/", said), browser().post("/eligibility/", {**PERSON, **said})):
        assert answer.status_code in {200, 422}
        if answer.status_code == 200:
            assert "No loan of ours fits this wish" in answer.content.decode()


def test_nothing_stands_against_a_loan_that_income_carries(shop: None) -> None:
    page = checked()
    assert "Nothing that you say stands against it" in page
    assert "could be lent CNY 5,000.00 for 24 months" in page
    assert "credit history" in page, "what would be asked, in the words of the policy"
    assert "query of the credit report" in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"age": "17"}, "18"),
        ({"income": "10"}, "smallest"),
        ({"income": "1000", "instalments": "600"}, "smallest"),
    ],
)
def test_what_stands_against_it_is_said_in_the_words_of_the_policy(
    shop: None, change: dict[str, str], told: str
) -> None:
    page = checked(**change)
    assert "this would stand against it" in page
    assert told in page
    assert "could be lent" not in page


def test_a_company_is_asked_for_its_own_figures_and_answered_by_them(shop: None) -> None:
    page = browser().get("/eligibility/", {"purpose": "company:"}).content.decode()
    assert "Cash flow of the last business year" in page
    assert "How old are you?" not in page
    well = browser().post("/eligibility/", COMPANY).content.decode()
    assert "Nothing that you say stands against it" in well
    poor = browser().post("/eligibility/", {**COMPANY, "debts": "39900000", "cash_flow": "10"}).content.decode()
    assert "this would stand against it" in poor


def test_age_beyond_full_age_changes_nothing(shop: None) -> None:
    told = [
        checked(age=str(age)).split('id="answer"')[1].split("<form")[0].replace(str(age), "AGE") for age in (19, 45, 88)
    ]
    pages = set(told)
    assert len(pages) == 1


def test_the_check_leaves_no_trace(shop: None) -> None:
    client = browser()
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/eligibility/", PERSON)
        client.get("/find/", {"purpose": "person:furniture", "amount": "5000", "months": "24"})
    assert not [query["sql"] for query in asked if not query["sql"].startswith("SELECT")]
    assert set(client.cookies) <= {"csrftoken", "messages"}
    assert answer["Cache-Control"] == "no-store"


def test_a_loan_against_collateral_asks_for_its_value(shop: None) -> None:
    answer = browser().post("/eligibility/", {**PERSON, "purpose": "person:car_new", "value": ""})
    assert answer.status_code == 422
    assert "against collateral only" in answer.content.decode()
    assert "Nothing that you say" in checked(purpose="person:car_new", value="20000")


def test_the_class_that_stands_in_is_the_middle_one_whatever_the_score_would_be() -> None:

    need = Need("consumer", 5_000_00, "CNY", 24, "furniture")
    answer = check(
        need, "person", Means(disposable_income_minor=6_000_00), 40, shipped_products()["consumer"], testing.policy(),
        on=ON, calendar=Calendar(),
    )  # fmt: skip
    assert SCORE not in {one.rule for one in (*answer.against, *answer.looked_at, *answer.well)}
    verdict = testing.verdict(
        need, Standing("person", "medium", 605, "medium", "other", "small", "standard"), Means(disposable_income_minor=6_000_00)
    )  # fmt: skip
    by_rule = {one.rule: one.effect for one in verdict.findings if one.rule != SCORE}
    assert {one.rule: one.effect for one in (*answer.against, *answer.looked_at, *answer.well)} == by_rule
