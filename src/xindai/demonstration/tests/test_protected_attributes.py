"""Whoever is a woman instead of a man, married, foreign or of another age is treated the same, from intake to decision."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from xindai.classification import sampling
from xindai.classification.models import CustomerClass
from xindai.classification.sampling import Case
from xindai.demonstration import founding, intake, persons
from xindai.demonstration.bank import Bank, Plan, open_bank
from xindai.demonstration.models import Arrival
from xindai.demonstration.records import ApplicationRecord, Statement
from xindai.underwriting.models import Decision

pytestmark = pytest.mark.django_db

PLAN = Plan(days=1, arrival_days=1, persons=0, companies=0)
EVERY = 119
"""Of the thousand persons every so many are taken: few, with each outcome more than once among them."""

OF_CLASS = ("kind", "rating", "score", "industry", "risk_level", "size", "tier", "reasons")
OF_OFFER = (
    "standing", "means", "quote", "amount_minor", "term_months", "method", "rate_ppb", "annual_rate_ppb",
    "limit_minor", "tier", "promised_hours",
)  # fmt: skip
OF_DECISION = ("outcome", "findings", "reason_codes", "score")


@pytest.fixture
def bank() -> Bank:
    founding.found(PLAN)
    return open_bank(PLAN)


def sample() -> Iterator[Case]:
    return (case for case in sampling.cases() if case.number % EVERY == 0)


def as_applied(bank: Bank, case: Case) -> ApplicationRecord:
    return persons.record(case, PLAN.first_day, bank.chance)


def told_otherwise(**statements: Any) -> Callable[[Bank, Case], ApplicationRecord]:
    """The person with other statements about protected facts, and nothing else changed."""

    def apply(bank: Bank, case: Case) -> ApplicationRecord:
        record = as_applied(bank, case)
        assert set(statements) <= set(record.facts)
        others = {name: Statement(value, "file") for name, value in statements.items()}
        return replace(record, facts={**record.facts, **others})

    return apply


def of_the_other_sex(bank: Bank, case: Case) -> ApplicationRecord:
    """Another identity number, name, and statement in the file."""
    was_male = case.protected["personal_status_sex"].startswith("male")
    other = "female_divorced_separated_married" if was_male else "male_married_widowed"
    return as_applied(bank, replace(case, protected={**case.protected, "personal_status_sex": other}))


def of_age(years: int) -> Callable[[Bank, Case], ApplicationRecord]:
    """Another birth date, in the identity number too."""
    return lambda bank, case: as_applied(bank, replace(case, protected={**case.protected, "age_years": years}))


FLIPS: Mapping[str, Callable[[Bank, Case], ApplicationRecord]] = {
    "sex": of_the_other_sex,
    "single": told_otherwise(marital_status="single"),
    "divorced": told_otherwise(marital_status="divorced_or_separated"),
    "foreign": told_otherwise(foreign_worker="yes"),
    "native": told_otherwise(foreign_worker="no"),
    "with dependants": told_otherwise(dependants="three_or_more"),
    "without dependants": told_otherwise(dependants="up_to_two"),
    "aged 19": of_age(19),
    "aged 70": of_age(70),
}


def treatment(bank: Bank, record: ApplicationRecord) -> dict[str, dict[str, Any]]:
    """What the bank says to the application; then it is as if it had not come."""
    with transaction.atomic():
        intake.announce([record], {record.key: bank.hours.instant(PLAN.first_day, 30)})
        intake.take_in(bank, Arrival.objects.get(key=record.key))
        application = Arrival.objects.get(key=record.key).application
        assert application is not None
        answer = {
            "class": values(CustomerClass.objects.get(customer=application.customer_id), OF_CLASS),
            "offer": values(application.offer, OF_OFFER),
            "decision": values(Decision.objects.get(application=application), OF_DECISION),
        }
        transaction.set_rollback(True)
    for finding in answer["decision"]["findings"]:
        if finding["rule"] == "legal_age":
            del finding["value"], finding["text"]
    return answer


def values(row: Model | None, names: tuple[str, ...]) -> dict[str, Any]:
    assert row is not None
    return {name: getattr(row, name) for name in names}


def test_flipping_a_protected_attribute_changes_nothing_on_the_whole_way(bank: Bank) -> None:
    outcomes = set()
    for case in sample():
        plain = treatment(bank, as_applied(bank, case))
        outcomes.add(plain["decision"]["outcome"])
        for name, flipped in FLIPS.items():
            assert treatment(bank, flipped(bank, case)) == plain, (case.number, name)
    assert outcomes == {"approve", "refer", "refuse"}


def test_a_child_is_refused_because_the_law_says_so(bank: Bank) -> None:
    case = next(sample())
    decision = treatment(bank, of_age(17)(bank, case))["decision"]
    assert decision["outcome"] == "refuse"
    assert "legal_age" in decision["reason_codes"]
