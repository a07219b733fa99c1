"""The audit trail is found by who, verb, row, time and request; sealed values are read with a reason that is kept."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from xindai.console.tests.people import browser, browser_of
from xindai.customers.models import Customer
from xindai.customers.services import Recorded
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch, make_user
from xindai.kernel import audit
from xindai.ledger import services as ledger
from xindai.offers.testing import Scene, make_scene, person
from xindai.workbench.models import Reveal

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def customer(scene: Scene) -> Recorded:
    return person(scene)


@pytest.fixture
def auditor() -> Client:
    """Somebody who reads all branches."""
    return browser(Role.AUDITOR)


def found(client: Client, **params: str) -> list[Any]:
    answer = client.get(reverse("audit"), params)
    assert answer.status_code == 200, answer.content.decode()[:300]
    rows: list[Any] = answer.context["found"]
    return rows


def key_of(client: Client, no: str) -> str:
    return str(found(client, number=no, model="customers.Customer")[0].key)


def number_of(customer: Recorded) -> str:
    return str(Customer.objects.get(pk=customer.id).no)


def test_a_change_is_found_by_number_verb_actor_and_table(scene: Scene, customer: Recorded, auditor: Client) -> None:
    no = number_of(customer)
    for params in (
        {"number": no},
        {"verb": "customer.record_person"},
        {"actor": scene.officer.label, "model": "customers.Customer"},
    ):
        assert any(row.number == no and row.verb == "customer.record_person" for row in found(auditor, **params))
    assert found(auditor, number=no, verb="loan.disburse") == []


def test_it_is_found_by_the_request_in_which_it_happened(auditor: Client) -> None:
    user = make_user(Role.LOAN_OFFICER)
    answer = browser_of(user).post(reverse("language"), {"language": "en", "next": "/"})
    rows = found(auditor, request_id=answer["X-Request-ID"])
    assert {row.request_id for row in rows} <= {answer["X-Request-ID"]}


def test_time_bounds_are_days_at_the_bank(customer: Recorded, auditor: Client) -> None:
    no = number_of(customer)
    assert found(auditor, number=no, until="2000-01-01") == []
    assert found(auditor, number=no, since="2000-01-01")


@pytest.mark.parametrize(
    "params", [{"since": "soon"}, {"until": "2026-13-01"}, {"model": "no.Table"}, {"page": "0"}, {"page": "x"}]
)
def test_what_cannot_be_sought_is_refused(auditor: Client, params: dict[str, str]) -> None:
    assert auditor.get(reverse("audit"), params).status_code == 422


@pytest.mark.parametrize("key", ["customers.Customer:999999999", "customers.Customer:x", "no.Table:1", "x"])
def test_a_change_that_is_not_there_is_not_found(auditor: Client, key: str) -> None:
    assert auditor.get(reverse("audit"), {"open": key}).status_code == 404


def test_sealed_values_and_names_are_not_on_the_page(customer: Recorded, auditor: Client) -> None:
    page = auditor.get(reverse("audit"), {"open": key_of(auditor, number_of(customer))}).content.decode()
    assert "sealed_name" in page
    row = Customer.objects.get(pk=customer.id)
    assert bytes(row.sealed_name).hex() not in page
    assert "Show sealed_name" in page


def test_a_sealed_value_is_shown_for_a_minute_and_who_read_it_is_kept(customer: Recorded) -> None:
    user: User = make_user(Role.AUDITOR)
    client = browser_of(user)
    key = key_of(client, number_of(customer))
    address = f"{reverse('audit')}?open={key}"
    answer = client.post(address, {"field": "sealed_identity_number", "reason": "complaint 12"})
    assert answer.status_code == 200
    assert answer.context["revealed"].isalnum()
    assert answer["Refresh"].startswith("60;")
    note = Reveal.objects.get()
    assert (note.user_id, note.field, note.reason) == (user.pk, "sealed_identity_number", "complaint 12")
    assert answer.context["revealed"] not in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("field", "reason", "status"),
    [("sealed_name", "  ", 422), ("identity_hash", "x", 422), ("sealed_colour", "x", 422), ("", "x", 422)],
)
def test_without_reason_or_for_what_is_not_sealed_nothing_is_shown(
    customer: Recorded, auditor: Client, field: str, reason: str, status: int
) -> None:
    key = key_of(auditor, number_of(customer))
    answer = auditor.post(f"{reverse('audit')}?open={key}", {"field": field, "reason": reason})
    assert answer.status_code == status
    assert "revealed" not in answer.context
    assert not Reveal.objects.exists()


def test_an_auditor_of_a_branch_finds_rows_of_that_branch_alone(customer: Recorded, auditor: Client) -> None:
    elsewhere = browser(Role.AUDITOR, make_branch("B99"))
    no = number_of(customer)
    assert found(elsewhere, number=no) == []
    key = key_of(auditor, no)
    assert elsewhere.get(reverse("audit"), {"open": key}).status_code == 404
    answer = elsewhere.post(f"{reverse('audit')}?open={key}", {"field": "sealed_name", "reason": "x"})
    assert answer.status_code == 404
    assert found(elsewhere, model="identity.User") == []


def test_the_page_tells_whether_and_when_the_books_were_read_against_their_chain(auditor: Client) -> None:
    assert "have not been read" in auditor.get(reverse("audit")).content.decode()
    on = date(2026, 3, 2)
    ledger.seal_day(Actor.system("test"), on=on)
    assert auditor.post(reverse("seals")).status_code == 302
    shown = auditor.get(reverse("audit")).content.decode()
    assert "are as they were sealed" in shown
    assert f'datetime="{on.isoformat()}"' in shown
    assert f'href="{reverse("seals")}"' in shown


def test_a_count_goes_no_further_than_anybody_turns_over(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        make_branch(f"B9{number}")
    answer = auditor.get(reverse("audit"), {"model": "identity.Branch"})
    whole = answer.context["count"]
    assert whole >= 4
    assert not answer.context["is_more"]
    monkeypatch.setattr(audit, "MOST_COUNTED", 2)
    answer = auditor.get(reverse("audit"), {"model": "identity.Branch"})
    assert (answer.context["count"], answer.context["is_more"], answer.context["next_href"]) == (2, True, "")
    assert "narrow the search" in answer.content.decode()


def test_changes_of_all_tables_come_the_latest_first(customer: Recorded, auditor: Client) -> None:
    changes = auditor.get(reverse("audit")).context["found"]
    assert len({one.model for one in changes}) > 1
    moments = [one.at for one in changes]
    assert moments == sorted(moments, reverse=True)
