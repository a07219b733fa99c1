"""Names and identity numbers: sealed in the database, masked on every page, absent from logs, events and the journal."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import BinaryField, CharField, JSONField, Model, TextField
from django.urls import reverse
from pypdf import PdfReader

from tests.outsiders.conftest import PEOPLE, Staffed
from tests.outsiders.test_every_route import ONLY_POSTS, address
from xindai.config.routes import ROUTES
from xindai.customers.models import Customer
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD
from xindai.kernel import vault

pytestmark = pytest.mark.django_db

KINDS = (BinaryField, CharField, JSONField, TextField)


@pytest.fixture
def persons(bank: Staffed) -> list[tuple[str, str]]:
    """Name and identity number of every person of the bank, unsealed as only the vault can."""
    rows = Customer.objects.filter(kind="person")
    found = [
        (vault.unseal(row.subject_id, row.sealed_name), vault.unseal(row.subject_id, row.sealed_identity_number))
        for row in rows
    ]
    assert len(found) > 50
    return found


def _values(model: type[Model]) -> Iterator[str]:
    """Every text that a table holds, as it stands there."""
    names = [field.attname for field in model._meta.concrete_fields if isinstance(field, KINDS)]
    for row in model._default_manager.values_list(*names) if names else ():
        for value in row:
            if isinstance(value, bytes | memoryview):
                yield bytes(value).decode("latin-1")
            elif value is not None:
                yield value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def test_no_table_holds_the_name_or_number_of_a_person_in_clear(persons: list[tuple[str, str]]) -> None:
    secrets = {text for pair in persons for text in pair}
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in {"sessions", "axes"}:
            everything = "\n".join(_values(model))
            found = {secret for secret in secrets if secret in everything}
            assert not found, f"{model.__name__} holds {len(found)} in clear"


@pytest.mark.parametrize("role", PEOPLE)
def test_no_page_shows_a_whole_identity_number_or_the_name_of_a_person(
    bank: Staffed, persons: list[tuple[str, str]], role: Role
) -> None:
    client = bank.client(role)
    for route, roles in ROUTES.items():
        if roles is None or role not in roles or route in ONLY_POSTS:
            continue
        answer = client.get(address(route, bank.own))
        text = _text_of(answer["Content-Type"], answer.content)
        shown = {secret for pair in persons for secret in pair if secret in text}
        assert not shown, f"{route} shows {len(shown)}"


def _text_of(kind: str, content: bytes) -> str:
    """What a reader sees of an answer, a paper's text among it."""
    if kind != "application/pdf":
        return content.decode(errors="replace")
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_number_is_found_by_whom_it_may_concern_and_shown_masked(
    bank: Staffed, persons: list[tuple[str, str]]
) -> None:
    own = Customer.objects.get(no=bank.own.customer)
    number = vault.unseal(own.subject_id, own.sealed_identity_number)
    answer = bank.client(Role.LOAN_OFFICER).post(reverse("search"), {"q": number}, follow=True)
    assert own.no in answer.content.decode()
    assert number not in answer.content.decode()
    others = Customer.objects.get(no=bank.others.customer)
    foreign = vault.unseal(others.subject_id, others.sealed_identity_number)
    assert others.no not in bank.client(Role.LOAN_OFFICER).post(reverse("search"), {"q": foreign}).content.decode()


def test_the_log_of_all_this_holds_nobody(bank: Staffed, persons: list[tuple[str, str]]) -> None:
    canary = "canary of a password 8472"
    client = bank.client(None)
    client.post(reverse("sign-in"), {"username": "canary.user", "password": canary})
    client.get(reverse("loans"), {"q": canary})
    number = persons[0][1]
    bank.client(Role.LOAN_OFFICER).post(reverse("search"), {"q": number})
    written = (Path(settings.DATA) / "log" / "xindai.jsonl").read_text(encoding="utf-8")
    assert '"verb": "customer.record_person"' in written, "the log is the one that the bank has written to"
    for secret in (canary, "canary.user", PASSWORD, *(text for pair in persons for text in pair)):
        assert secret not in written
