"""Texts that would be SQL, templates, scripts or paths: refused or shown as text, never executed, nothing changed."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.outsiders.conftest import PEOPLE, Staffed
from tests.outsiders.test_every_route import ONLY_POSTS, POSTS, address
from xindai.config.routes import ROUTES
from xindai.console.routes import ROUTES as CONSOLE_ROUTES
from xindai.identity.roles import Role
from xindai.ledger.models import Transaction
from xindai.servicing.models import LoanEvent

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
HOSTILE = (
    "' OR '1'='1",
    "1; DROP TABLE ledger_entry --",
    "(SELECT pg_sleep(5))",
    "no) UNION SELECT password FROM identity_user --",
    "{{7*7}}{% debug %}${7*7}",
    SCRIPT,
    f'">{IMAGE}',
    "../../../../etc/passwd",
    "%00",
    "\x00",
    "\ud7ff\u202e\ufeff",
    "九" * 5000,
    "-1",
    "99999999999999999999999999",
    "NaN",
    "2026-02-31",
    "customer__sealed_name",
    "-pk",
)
ALONE = ("' OR '1'='1", SCRIPT, "\x00", "九" * 5000, "99999999999999999999999999")
PARAMETERS = (
    "sort", "page", "state", "class", "tier", "product", "kind", "decision", "overdue", "as_of", "section", "ruled",
    "people", "last", "kept", "unseen", "next", "after", "limit", "on", "q",
)  # fmt: skip


def books() -> tuple[int, int]:
    return LoanEvent.objects.count(), Transaction.objects.count()


def pages_of(role: Role) -> list[str]:
    return [name for name, roles in ROUTES.items() if roles is not None and role in roles and name not in ONLY_POSTS]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_parameter_of_a_page_is_executed(bank: Staffed, text: str) -> None:
    client, before = bank.client(Role.AUDITOR), books()
    for route in pages_of(Role.AUDITOR):
        answer = client.get(address(route, bank.own), dict.fromkeys(PARAMETERS, text))
        assert answer.status_code in {200, 302, 404, 422}, (route, answer.status_code)
        told = answer.content.decode(errors="replace")  # a document that was handed in is no text
        assert SCRIPT not in told
        assert IMAGE not in told
    assert books() == before


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_each_parameter_alone_is_refused_or_ignored(bank: Staffed, parameter: str) -> None:
    client = bank.client(Role.AUDITOR)
    for route in ("customers", "applications", "loans", "checks", "trial-balance", "api-v1:loans"):
        for text in ALONE:
            answer = client.get(reverse(route), {parameter: text})
            assert answer.status_code in {200, 404, 422}, (route, text, answer.status_code)
            assert SCRIPT not in answer.content.decode()


@pytest.mark.parametrize("text", [text for text in HOSTILE if "/" not in text])
def test_a_number_that_is_none_leads_to_no_record(bank: Staffed, text: str) -> None:
    client = bank.client(Role.AUDITOR)
    for stem in ("customers", "applications", "loans", "collections", "trial-balance", "api/v1/loans"):
        answer = client.get(f"/{stem}/{quote(text)}/" if "api" not in stem else f"/{stem}/{quote(text)}")
        assert answer.status_code in {404, 422}, (stem, text, answer.status_code)
        assert SCRIPT not in answer.content.decode()


@pytest.mark.parametrize("role", PEOPLE)
def test_forms_filled_with_hostile_texts_move_no_money(bank: Staffed, role: Role) -> None:
    client, before = bank.client(role), books()
    fields = (
        "amount", "source", "verdict", "channel", "receipt", "confirmed", "outcome", "words", "reason", "reason_codes", "approve", "decision",
        "promise_on", "promise_amount", "number", "note", "evidence", "q", "step", "steps_taken",
    )  # fmt: skip
    for route in CONSOLE_ROUTES:
        if route in POSTS and route not in {"sign-in", "sign-out"}:
            for text in HOSTILE:
                answer = client.post(address(route, bank.own), dict.fromkeys(fields, text))
                assert answer.status_code < 500, (route, text)
                assert SCRIPT not in answer.content.decode()
    assert books() == before
