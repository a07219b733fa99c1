"""Every route is tried by every role and by strangers, on own and on others' rows, reading and writing.

A page opens for the roles of the route table and for nobody else; rows of another branch do not exist; a write
without the right changes nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.outsiders.conftest import DELIVERY, ENDPOINT, PEOPLE, PLAN, PROGRAM, UPLOAD, Rows, Staffed
from xindai.config.routes import PUBLIC, ROUTES
from xindai.identity.roles import Role
from xindai.kernel import business_date
from xindai.ledger.models import Transaction
from xindai.servicing.models import LoanEvent

pytestmark = pytest.mark.django_db

ROW_OF = {
    "customer": "customer",
    "application": "application",
    "contract-step": "application",
    "recommendation": "application",
    "check": "check",
    "loan": "loan",
    "my-application": "application",
    "my-contract": "application",
    "my-loan": "loan",
    "my-payment": "payment",
    "my-document": "document",
    "document": "document",
    "enquiry": "enquiry",
    "repayment": "loan",
    "case": "case",
    "work-act": "item",
    "upload": "sent",
    "upload-held": "held",
    "transaction": "transaction",
    "api-v1:loan": "loan",
    "api-v1:customer": "customer",
    "api-v1:application": "application",
    "api-v1:check": "check",
    "api-v1:contract": "contract",
    "api-v1:disbursement-request": "contract",
    "api-v1:case": "case",
    "api-v1:repayments": "loan",
    "api-v1:prepayments": "loan",
    "api-v1:settlements": "loan",
    "api-v1:recoveries": "loan",
    "api-v1:reversals": "loan",
}
"""Which number stands in the address of a route; a tab's route begins with its record's."""
CODES = {
    "my-loan-statement": f"{PLAN.first_day + timedelta(days=PLAN.days - 1):%Y-%m}",
    "application-step": "draw_up",
    "contract-step": "sign",
    "api-v1:case-outcome": "call",
    "work-act": "claim",
}
FIXED: Mapping[str, list[Any]] = {
    "upload-template": ["repayments", "csv"],
    "my-question": ["purpose"],
    "account": ["1303"],
    "end-of-day-date": [PLAN.first_day.isoformat()],
    "api-v1:business-day": [PLAN.first_day.isoformat()],
    "api-v1:business-day-retry": [PLAN.first_day.isoformat()],
    "integration": [PROGRAM],
    "integration-end": [PROGRAM],
    "list-columns": ["loans"],
    "list-export": ["loans"],
    "list-views": ["loans"],
    "new-webhook": [PROGRAM],
    "user": ["officer"],
    "webhook": [ENDPOINT],
    "webhook-deliveries": [ENDPOINT],
    "webhook-delivery": [DELIVERY],
    "webhook-end": [ENDPOINT],
    "api-v1:upload": [UPLOAD],
    "api-v1:upload-result": [UPLOAD],
    "api-v1:upload-rows": [UPLOAD],
    "api-v1:webhook-delivery": [DELIVERY],
    "api-v1:webhook-delivery-resending": [DELIVERY],
    "api-v1:webhook-endpoint": [ENDPOINT],
    "api-v1:webhook-endpoint-deliveries": [ENDPOINT],
    "api-v1:webhook-endpoint-end": [ENDPOINT],
    "api-v1:webhook-endpoint-pause": [ENDPOINT],
    "api-v1:webhook-endpoint-resending": [ENDPOINT],
    "api-v1:webhook-endpoint-resumption": [ENDPOINT],
    "api-v1:webhook-endpoint-secret": [ENDPOINT],
}
OF_CLIENTS = frozenset({"api-v1:webhook-delivery", "api-v1:webhook-endpoint", "api-v1:webhook-endpoint-deliveries"})
"""Rows of a program, which do not exist for people but the administrator."""
OF_SENDERS = frozenset({"api-v1:upload", "api-v1:upload-result", "api-v1:upload-rows"})
"""Files that a program has sent, which exist for nobody else."""
OF_THE_ACCOUNTANT = frozenset({"upload", "upload-held", "upload-errors"})
"""Files that the accountant has sent or chosen, which exist for nobody else."""
ACTS = frozenset(
    f"api-v1:{name}"
    for name in (
        "persons", "companies", "customer-assets", "application-submission", "application-offer", "application-decision",
        "application-review", "application-recommendation", "application-withdrawal", "application-contract",
        "contract-conditions", "contract-signature", "contract-cancellation", "disbursement-request", "check-decision",
        "business-day-retry", "chain-checks", "case-claim", "case-outcome", "case-write-off", "customer-mobile", "webhook-delivery-resending", "webhook-endpoint-end", "webhook-endpoint-pause",
        "webhook-endpoint-resending", "webhook-endpoint-resumption", "webhook-endpoint-secret",
    )
)  # fmt: skip
"""Addresses of the interface that only take acts."""
OF_PROGRAMS = ACTS | {"api-v1:customer-facts", "api-v1:customer-class"}
"""Acts whose bodies test_programs.py fills, so that only the branch is wrong."""
PAYMENTS = frozenset(
    f"api-v1:{name}" for name in ("repayments", "prepayments", "settlements", "recoveries", "reversals")
)
POSTS = frozenset(
    {
        "application-contract", "application-step", "case", "case-claim", "case-write-off", "check", "contract-step",
        "language", "new-customer", "customer-application", "customer-state-facts", "recommendation", "repayment", "search", "sign-in", "sign-out", "theme", "api-v1:eligibility-check", "api-v1:product-search", "api-v1:quotes",
        "customer-mobile", "my-application-offer", "my-application-withdraw", "my-contract", "my-loan-pay", "my-loan-pay-off", "my-payment", "my-apply-check", "my-application-documents",
        "my-questions", "my-mobile", "my-mobile-code", "my-consents", "my-export", "enquiry",
        "new-upload", "upload-held", "upload-errors",
        "factor-duties", "passkey-add", "passkey-change", "passkey-sign-in", "second-factor", "session-end", "sign-in-code",
        "my-apply-discard", "my-code", "my-question", "my-session-end", "my-sign-in",
        "audit", "seals", "end-of-day-date", "list-columns", "list-export", "list-views", "user", "users", "limits", "jobs", "work-act",
        "api-v1:token", "integration", "integration-end", "new-integration",
        "api-v1:uploads", "new-webhook", "webhook", "webhook-delivery", "webhook-end", "webhook-hosts", "api-v1:webhook-endpoints",
        "api-v1:applications", "api-v1:customer-facts", "api-v1:customer-class",
    }
) | PAYMENTS | ACTS  # fmt: skip
ONLY_POSTS = (
    frozenset(
        {
            "customer-mobile",
            "upload-errors",
            "my-apply-discard",
            "my-session-end",
            "passkey-change",
            "session-end",
            "list-columns",
            "list-export",
            "list-views",
            "work-act",
            "application-step",
            "case-claim",
            "contract-step",
            "language",
            "search",
            "sign-out",
            "theme",
            "api-v1:eligibility-check",
            "api-v1:product-search",
            "api-v1:quotes",
            "api-v1:token",
        }
    )
    | PAYMENTS
    | ACTS
)
TAKES_ANY_METHOD = frozenset({"api-v1:openapi-json"})
"""The framework's own view; it only reads."""


READER_OF = dict.fromkeys(OF_CLIENTS, Role.ADMINISTRATOR) | dict.fromkeys(OF_THE_ACCOUNTANT, Role.ACCOUNTANT)
"""Who alone sees the rows of a route that others may open as well."""


def _walk(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"


def address(route: str, rows: Rows) -> str:
    return reverse(route, args=_arguments(route, rows))


def _arguments(route: str, rows: Rows) -> list[object]:
    if route in FIXED:
        return list(FIXED[route])
    stem = next((stem for stem in sorted(ROW_OF, key=len, reverse=True) if _is_of(route, stem)), None)
    if stem is None:
        return []
    return [getattr(rows, ROW_OF[stem]), *([CODES[route]] if route in CODES else [])]


def _is_of(route: str, stem: str) -> bool:
    return route == stem or route.startswith(f"{stem}-")


def _has_rows(route: str) -> bool:
    return route not in FIXED and any(_is_of(route, stem) for stem in ROW_OF)


def _ask(client: Client, method: str, route: str, rows: Rows) -> HttpResponse:
    return getattr(client, method)(address(route, rows))  # type: ignore[no-any-return]


def _pay_by_api(client: Client, route: str, rows: Rows) -> Any:
    """A payment in which everything is right but the branch."""
    on = business_date.current().isoformat()
    payment = {"amount_minor": 100, "currency": "CNY", "on": on, "source": "counter"}
    reversal = {"key": _payment_of(rows.loan), "on": on, "reason": "It did not happen."}
    return client.post(
        address(route, rows),
        reversal if route == "api-v1:reversals" else payment,
        content_type="application/json",
        headers={"Idempotency-Key": "outsider"},
    )


def _payment_of(loan_no: str) -> str:
    payment = LoanEvent.objects.filter(loan__no=loan_no).exclude(kind="disburse").first()
    return payment.key if payment else "none"


def _allowed(role: Role) -> list[str]:
    return [route for route, roles in ROUTES.items() if roles is not None and role in roles]


def _refused(role: Role) -> list[str]:
    return [route for route, roles in ROUTES.items() if roles is not None and role not in roles]


def test_every_route_stands_in_the_table_and_every_line_of_the_table_is_a_route() -> None:
    assert set(_walk(get_resolver())) == set(ROUTES)


def test_strangers_are_led_to_the_sign_in_page_or_refused(bank: Staffed) -> None:
    client = bank.client(None)
    for route, roles in ROUTES.items():
        for method in ("get", "post"):
            if roles is PUBLIC:
                continue
            answer = _ask(client, method, route, bank.own)
            if route.startswith("api-"):
                assert answer.status_code == 401, (route, method)
                assert answer["Content-Type"] == "application/problem+json"
            else:
                door = "/me/sign-in/" if roles == frozenset({Role.BORROWER}) else "/sign-in/"
                assert answer.status_code == 302, (route, method)
                assert answer["Location"].startswith(f"{door}?next="), (route, method)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_opens_what_the_table_gives_it(bank: Staffed, role: Role) -> None:
    client = bank.client(role)
    for route in _allowed(role):
        if route not in ONLY_POSTS:
            is_seen = route not in OF_SENDERS and role is READER_OF.get(route, role)
            assert _ask(client, "get", route, bank.own).status_code == (200 if is_seen else 404), route


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_is_refused_everything_else_with_the_name_of_the_missing_right(bank: Staffed, role: Role) -> None:
    client = bank.client(role)
    for route in _refused(role):
        for method in ("get", "post"):
            answer = _ask(client, method, route, bank.own)
            assert answer.status_code == 403, (route, method)
            assert route.startswith("api-") or route in answer.content.decode(), (route, method)


@pytest.mark.parametrize("role", PEOPLE)
def test_rows_of_another_branch_do_not_exist_for_anybody(bank: Staffed, role: Role) -> None:
    client = bank.client(role)
    for route in filter(_has_rows, set(_allowed(role)) - OF_THE_ACCOUNTANT):
        methods = [*(["get"] if route not in ONLY_POSTS else []), *(["post"] if route in POSTS - OF_PROGRAMS else [])]
        for method in methods:
            answer = (
                _pay_by_api(client, route, bank.others)
                if route in PAYMENTS
                else _ask(client, method, route, bank.others)
            )
            assert answer.status_code in {403, 404}, (route, method)


@pytest.mark.parametrize("role", PEOPLE)
def test_an_empty_write_moves_no_money_whoever_sends_it(bank: Staffed, role: Role) -> None:
    client = bank.client(role)
    before = (LoanEvent.objects.count(), Transaction.objects.count())
    for route in _allowed(role):
        if route in POSTS and route != "sign-out":
            answer = _ask(client, "post", route, bank.own)
            assert answer.status_code < 500, route
    assert (LoanEvent.objects.count(), Transaction.objects.count()) == before


@pytest.mark.parametrize("role", PEOPLE)
def test_a_method_that_a_route_does_not_serve_is_refused(bank: Staffed, role: Role) -> None:
    client = bank.client(role)
    for route in set(_allowed(role)) - TAKES_ANY_METHOD:
        method = "get" if route in ONLY_POSTS else "delete"
        answer = _ask(client, method, route, bank.own)
        assert answer.status_code == 405, (route, method)
        assert answer["Allow"], (route, method)
        assert answer.content, (route, method)


def test_files_that_a_colleague_has_sent_or_chosen_do_not_exist(bank: Staffed) -> None:
    client = bank.client(Role.LOAN_OFFICER)
    for route in OF_THE_ACCOUNTANT:
        for method in ("get", "post") if route != "upload-errors" else ("post",):
            expected = 405 if (route, method) == ("upload", "post") else 404
            assert _ask(client, method, route, bank.own).status_code == expected, (route, method)
    assert bank.own.sent not in client.get(reverse("uploads")).content.decode()


def test_the_lists_of_a_branch_hold_no_rows_of_another(bank: Staffed) -> None:
    client = bank.client(Role.AUDITOR)
    for route, number in (
        ("customers", bank.others.customer),
        ("applications", bank.others.application),
        ("loans", bank.others.loan),
        ("collections", bank.others.case),
        ("api-v1:loans", bank.others.loan),
        ("api-v1:customers", bank.others.customer),
        ("api-v1:applications", bank.others.application),
        ("api-v1:contracts", bank.others.contract),
        ("api-v1:cases", bank.others.case),
    ):
        answer = client.get(reverse(route), {"limit": 200} if route.startswith("api-") else {})
        assert answer.status_code == 200
        assert number not in answer.content.decode(), route
