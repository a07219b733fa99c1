"""What an application rests on: its facts as known then, its clocks, and the people who stood in for it."""

import pytest
from django.test import Client

from tests.dashboards.test_marks import signed_in
from xindai.applications.models import Application
from xindai.identity.models import Check, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of_all(bank: dict[str, User]) -> Client:
    return signed_in(bank["everywhere"])


def test_every_application_shows_the_checks_of_its_decision_contract_and_loan(client_of_all: Client) -> None:
    for application in Application.objects.exclude(submitted_at=None)[:12]:
        context = client_of_all.get(f"/applications/{application.no}/basis/").context
        numbers = [application.no, context["contract_no"], context["loan_no"]]
        assert list(context["checks"]) == list(
            Check.objects.filter(subject_no__in=numbers).order_by("requested_at", "pk")
        )
        for check in context["checks"]:
            assert check.checker_id is None or check.maker_id != check.checker_id


def test_the_facts_are_those_that_the_decision_had_each_with_source_and_day(client_of_all: Client) -> None:
    application = Application.objects.exclude(submitted_at=None).first()
    assert application is not None
    facts = client_of_all.get(f"/applications/{application.no}/basis/").context["facts"]
    assert facts
    assert len(facts) == len(application.facts)
    assert all(one.source and one.known_at <= application.submitted_at for one in facts)


def test_the_clock_tells_what_was_promised_and_what_it_took(client_of_all: Client) -> None:
    application = Application.objects.exclude(decided_at=None).first()
    assert application is not None
    clock = client_of_all.get(f"/applications/{application.no}/basis/").context["clock"]
    assert clock.took.endswith(" hours")
    assert clock.promised.endswith(" hours")
    assert (clock.submitted_at, clock.decided_at) == (application.submitted_at, application.decided_at)
