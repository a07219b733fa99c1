"""The real applications, completed with people who do not exist."""

from datetime import date

import pytest
from stdnum.cn import ric

from xindai.classification import sampling
from xindai.demonstration import persons
from xindai.demonstration.chance import Chance
from xindai.demonstration.records import ApplicationRecord
from xindai.demonstration.synthetic_numbers import age_on

CHANCE = Chance("test")
ARRIVAL = date(2025, 3, 14)


@pytest.fixture(scope="module")
def cases() -> list[sampling.Case]:
    return sampling.cases()


@pytest.fixture(scope="module")
def people(cases: list[sampling.Case]) -> list[ApplicationRecord]:
    return [persons.record(case, ARRIVAL, CHANCE) for case in cases]


def test_all_thousand_applications_are_there(people: list[ApplicationRecord]) -> None:
    assert len(people) == 1000
    assert len({person.key for person in people}) == 1000


def test_every_identity_number_is_valid_and_nobody_elses(people: list[ApplicationRecord]) -> None:
    assert all(ric.is_valid(person.identity_number) for person in people)
    assert len({person.identity_number for person in people}) == 1000


def test_the_identity_number_says_the_age_of_the_file(
    cases: list[sampling.Case], people: list[ApplicationRecord]
) -> None:
    for case, person in zip(cases, people, strict=True):
        assert age_on(ric.get_birth_date(person.identity_number), ARRIVAL) == case.protected["age_years"]


def test_the_seventeenth_digit_says_the_gender_of_the_file(
    cases: list[sampling.Case], people: list[ApplicationRecord]
) -> None:
    for case, person in zip(cases, people, strict=True):
        is_male = case.protected["personal_status_sex"].startswith("male")
        assert int(person.identity_number[16]) % 2 == is_male


def test_amounts_and_terms_are_those_of_the_file(cases: list[sampling.Case], people: list[ApplicationRecord]) -> None:
    for case, person in zip(cases, people, strict=True):
        assert person.wish.amount_minor == case.request["amount_minor"]
        assert person.wish.term_months == case.request["term_months"]


def test_names_say_that_nobody_is_real(people: list[ApplicationRecord]) -> None:
    assert all(person.name.startswith("演示") for person in people)


def test_disposable_income_is_the_instalment_over_the_middle_of_its_band() -> None:
    # 1,200 yuan over 12 months at 10 % a year: 105.50 a month, rounded up from 105.4991
    request = {"amount_minor": 120_000, "term_months": 12}
    incomes = {
        band: persons.disposable_income_minor({**request, "instalment_rate_band": band})
        for band in persons.BAND_MIDPOINT_PPM
    }
    assert incomes == {
        "below_20": 10_550 * 100 // 15,
        "from_20_below_25": 10_550 * 1000 // 225,
        "from_25_below_35": 10_550 * 100 // 30,
        "from_35": 10_550 * 100 // 40,
    }


def test_what_is_made_up_says_so(people: list[ApplicationRecord]) -> None:
    sources = {name: stated.source for person in people for name, stated in person.facts.items()}
    assert sources["disposable_income_minor"] == "derived"
    assert {sources[name] for name in ("household_size", "employer", "income_evidence")} == {"synthetic"}
    assert sources["checking_account_band"] == "file"


def test_the_same_seed_makes_the_same_people(cases: list[sampling.Case], people: list[ApplicationRecord]) -> None:
    assert [persons.record(case, ARRIVAL, Chance("test")) for case in cases] == people


def test_a_record_survives_being_put_away(people: list[ApplicationRecord]) -> None:
    assert [ApplicationRecord.from_text(person.to_text()) for person in people[:20]] == people[:20]
