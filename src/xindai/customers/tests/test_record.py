"""Recording persons and companies."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from xindai.customers.facts import LONGEST_TEXT
from xindai.customers.models import Customer, CustomerFact
from xindai.customers.queries import by_identity_number, by_number, consents, display, facts_as_of, known_facts
from xindai.customers.services import LONGEST_NAME, record_person, state_facts
from xindai.customers.testing import COMPANY_FACTS, GOOD_FACTS, make_company, make_identity_number, make_person
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR
from xindai.policies.testing import make_live_policy

pytestmark = pytest.mark.django_db

ON = date(2024, 7, 1)


@pytest.fixture(autouse=True)
def _policy() -> None:
    make_live_policy(ON)


@pytest.fixture
def officer() -> Actor:
    return actor(Role.LOAN_OFFICER, make_branch())


def test_a_person_is_recorded_with_facts_and_consents(officer: Actor) -> None:
    person = make_person(officer)
    facts = facts_as_of(person.id, ON)
    assert facts.items() >= GOOD_FACTS.items()
    assert (facts["kind"], facts["age_years"], facts["relationship_months"]) == ("person", 39, 0)
    assert consents(person.id, ON) == {"personal_data": ON, "automated_decision": ON}


def test_the_same_identity_number_is_the_same_customer(officer: Actor) -> None:
    number = make_identity_number()
    first = make_person(officer, identity_number=number)
    again = make_person(officer, identity_number=number.lower())
    assert (again.id, again.no, first.is_new, again.is_new) == (first.id, first.no, True, False)
    assert CustomerFact.objects.filter(customer_id=first.id).count() == len(GOOD_FACTS)


def test_a_customer_of_another_branch_is_neither_changed_nor_told(officer: Actor) -> None:
    number = make_identity_number()
    person = make_person(officer, identity_number=number)
    stranger = actor(Role.LOAN_OFFICER, make_branch("B02"))
    with pytest.raises(NotPermitted) as refused:
        make_person(stranger, branch=make_branch("B02"), identity_number=number)
    assert person.no not in str(refused.value)
    assert CustomerFact.objects.filter(customer_id=person.id).count() == len(GOOD_FACTS)


def test_news_are_added_and_the_past_stays_as_it_was_known(officer: Actor) -> None:
    person = make_person(officer)
    learnt = clock.now()
    later = ON + timedelta(days=30)
    assert state_facts(officer, customer_id=person.id, facts={"savings_band": ("below_100", "officer")}, on=later) == 1
    assert facts_as_of(person.id, later)["savings_band"] == "below_100"
    assert facts_as_of(person.id, ON)["savings_band"] == "from_1000"
    assert facts_as_of(person.id, later, known_at=learnt)["savings_band"] == "from_1000"


def test_personal_data_are_sealed_in_every_table(officer: Actor) -> None:
    number = make_identity_number()
    facts = {**GOOD_FACTS, "employer": "秘密工厂", "gender": "female" if int(number[16]) % 2 == 0 else "male"}
    person = make_person(officer, identity_number=number, name="王秘密", facts=facts)
    row = Customer.objects.get(pk=person.id)
    stored = b"".join(bytes(part) for part in (row.sealed_name, row.sealed_identity_number))
    assert number.encode() not in stored
    assert "王秘密".encode() not in stored
    assert "秘密工厂" not in str(list(CustomerFact.objects.values_list("value", flat=True)))
    assert facts_as_of(person.id, ON)["employer"] == "秘密工厂"


def test_persons_are_shown_masked_and_companies_by_name(officer: Actor) -> None:
    person, company = make_person(officer), make_company(officer)
    shown = display(officer, [person.id, company.id])
    assert shown[person.id].name == "王*国"
    assert shown[person.id].identity_number[4:14] == "*" * 10
    assert shown[company.id].name == "示例制造有限公司"
    assert by_number(officer, person.no) == shown[person.id]


def test_a_customer_is_found_by_identity_number(officer: Actor) -> None:
    number = make_identity_number()
    person = make_person(officer, identity_number=number)
    found = by_identity_number(officer, number)
    assert found is not None
    assert found.no == person.no


def test_an_outsider_of_another_branch_sees_nothing(officer: Actor) -> None:
    person = make_person(officer)
    outsider = actor(Role.LOAN_OFFICER, make_branch("B02"))
    assert display(outsider, [person.id]) == {}
    with pytest.raises(NotFound):
        by_number(outsider, person.no)
    with pytest.raises(NotPermitted):
        make_person(outsider, branch=make_branch())
    with pytest.raises(NotPermitted):
        state_facts(outsider, customer_id=person.id, facts={}, on=ON)


def test_an_auditor_records_nobody() -> None:
    with pytest.raises(NotPermitted):
        make_person(actor(Role.AUDITOR))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"savings_band": "plenty"}, "savings_band"),
        ({"favourite_colour": "blue"}, "favourite_colour"),
        ({"headcount": 12}, "headcount"),
        ({"disposable_income_minor": "much"}, "disposable_income_minor"),
        ({"disposable_income_minor": 12.5}, "disposable_income_minor"),
        ({"disposable_income_minor": LARGEST_AMOUNT_MINOR + 1}, "disposable_income_minor"),
        ({"occupation": "x" * (LONGEST_TEXT + 1)}, "occupation"),
        ({"employer": "a mill\0"}, "employer"),
        ({"birth_date": "1985-06-16"}, "birth_date"),
    ],
)
def test_an_impossible_fact_of_a_person_is_refused_by_name(
    officer: Actor, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_person(officer, facts=facts)
    assert caught.value.field == field
    assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "value"), [("industry_code", "26"), ("industry_code", "Z99"), ("founded_on", "May 2016")]
)
def test_an_impossible_fact_of_a_company_is_refused_by_name(officer: Actor, name: str, value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_company(officer, facts={**COMPANY_FACTS, name: value})
    assert caught.value.field == name


@pytest.mark.parametrize("name", ["王" * (LONGEST_NAME + 1), "王\0建国", "王\n建国"])
def test_a_name_that_is_none_is_refused_with_the_remedy(officer: Actor, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_person(officer, name=name)
    assert caught.value.field == "name"
    assert str(LONGEST_NAME) in caught.value.remedy_text()


def test_a_missing_name_and_an_unknown_consent_are_refused(officer: Actor) -> None:
    with pytest.raises(InvalidInput) as caught:
        make_person(officer, name="  ")
    assert caught.value.field == "name"
    with pytest.raises(InvalidInput, match="marketing"):
        record_person(
            officer,
            branch_id=make_branch().pk,
            name="王建国",
            identity_number=make_identity_number(),
            facts={},
            consents=["marketing"],
            on=ON,
        )


def test_facts_are_never_changed_in_the_database(officer: Actor) -> None:
    person = make_person(officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        CustomerFact.objects.filter(customer_id=person.id).update(value="other")


def test_a_page_sees_the_source_of_each_fact(officer: Actor) -> None:
    person = make_person(officer)
    sources = {fact.name: fact.source for fact in known_facts(person.id, ON)}
    assert sources["savings_band"] == "application"


def test_of_a_person_whose_data_were_deleted_the_number_is_left_and_a_list_shows_the_others(officer: Actor) -> None:
    gone, stays = make_person(officer), make_person(officer)
    before = display(officer, [stays.id])[stays.id]
    vault.destroy(Customer.objects.get(pk=gone.id).subject_id)
    with translation.override("en"):
        rows = display(officer, [gone.id, stays.id])
    assert (rows[gone.id].name, rows[gone.id].identity_number, rows[gone.id].no) == ("deleted", "", gone.no)
    assert rows[stays.id] == before
