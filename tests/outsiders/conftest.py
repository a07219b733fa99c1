"""A small bank with two branches, and one person of every role in the first of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from xindai.applications.models import Application
from xindai.contracts.models import Contract
from xindai.customers import queries as customers
from xindai.customers.services import give_portal_access
from xindai.demonstration.bank import Plan
from xindai.demonstration.testing import small_bank
from xindai.documents.services import hand_in
from xindai.enquiries.services import ask
from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, Branch, Check, User
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_user
from xindai.kernel import business_date, clock
from xindai.kernel.ids import uuid7
from xindai.ledger.models import Transaction
from xindai.payments.models import PayIn
from xindai.recovery.models import Case
from xindai.servicing import services as loan_acts
from xindai.servicing.models import Loan
from xindai.underwriting import services as underwriting
from xindai.underwriting.models import Decision, DecisionKind
from xindai.uploads import services as uploads
from xindai.uploads import working
from xindai.uploads.models import Upload
from xindai.webhooks.models import Delivery, Endpoint

PLAN = Plan(days=70, arrival_days=20, persons=80, companies=12)
"""Long and large enough that both branches have a loan in collection."""

PROGRAM = "xc_outsider"
"""A client of the interface that works in the first branch."""

UPLOAD = UUID(int=1)
"""What this client has sent."""

ENDPOINT = "we_outsider"
DELIVERY = UUID(int=1)
"""Where this client is told of events, and what was sent there."""

QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""As in every test: a slow hash protects people."""

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)


@dataclass(frozen=True)
class Rows:
    """Numbers of one branch's rows, as they stand in addresses."""

    customer: str
    application: str
    check: int
    contract: str
    loan: str
    case: str
    item: str
    payment: str
    document: str
    enquiry: str
    transaction: str
    endpoint: str
    delivery: str
    upload: str
    sent: str = ""
    held: str = ""


@dataclass(frozen=True)
class Staffed:
    """The bank, its rows by branch, and a person of each role who works in the first branch only."""

    own: Rows
    others: Rows
    people: Mapping[Role, User]

    def client(self, role: Role | None) -> Client:
        """A browser in which somebody of the role has signed in; nobody for None."""
        client = Client(raise_request_exception=False)
        if role is not None:
            client.force_login(self.people[role], backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture(scope="package")
def bank(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staffed]:
    """Live ten weeks once for all tests of the folder, in a transaction that is rolled back at the end.

    A module must be marked ``django_db``: that is what makes a test database and undoes what a test has written.
    """
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(PASSWORD_HASHERS=QUICK_HASHERS, MEDIA_ROOT=tmp_path_factory.mktemp("files")),
    ):
        small_bank(PLAN)
        own, others = Branch.objects.order_by("code")
        people: dict[Role, User] = {role: make_user(role, own, f"outsider.{role}") for role in PEOPLE}
        program = _endpoint_of(_register_program(own), ENDPOINT, DELIVERY)
        sent, held = _send_by_hand(people[Role.ACCOUNTANT])
        officer = Actor.of(people[Role.LOAN_OFFICER])
        rows = _rows(own, people[Role.BORROWER], officer, *program)
        officer_there = Actor.of(make_user(Role.LOAN_OFFICER, others, "outsider.there"))
        theirs = _endpoint_of(_register_program(others, "xc_others"), "we_others", UUID(int=2))
        others_rows = _rows(others, make_user(Role.BORROWER, None, "outsider.other"), officer_there, *theirs)
        yield Staffed(replace(rows, sent=sent, held=held), replace(others_rows, sent=sent, held=held), people)
        transaction.set_rollback(True)
    connection.close()


def _register_program(branch: Branch, client_id: str = PROGRAM) -> ApiClient:
    return ApiClient.objects.create(
        client_id=client_id,
        name="Outsider",
        branch=branch,
        roles=sorted(clients.ROLES),
        scopes=sorted(Scope),
        requests_a_minute=100_000,
        made_at=clock.now(),
    )


def _endpoint_of(client: ApiClient, endpoint_id: str, delivery_id: UUID) -> tuple[str, str]:
    """An endpoint of webhooks of the client and what was sent to it once; under the same number a file that it has sent."""
    now = clock.now()
    endpoint = Endpoint.objects.create(
        endpoint_id=endpoint_id,
        client=client,
        url=f"https://{client.client_id}.example/",
        event_names=["loan.disbursed"],
        read_to=0,
        made_at=now,
    )
    Delivery.objects.create(
        delivery_id=delivery_id,
        endpoint=endpoint,
        event_id=uuid7(),
        event_name="loan.disbursed",
        subject="-",
        occurred_at=now,
        body="{}",
        made_at=now,
        next_at=now,
    )
    Upload.objects.create(
        upload_id=delivery_id, kind="persons", client=client, sha256="-", sealed=b"", rows=0, made_at=now
    )
    return endpoint_id, str(delivery_id)


def _send_by_hand(accountant: User) -> tuple[str, str]:
    """Numbers of a file that a person has sent, with a row that was refused, and of one that they have yet to confirm."""
    actor, content = Actor.of(accountant), b'{"key": "a"}'
    chosen = [
        uploads.hold(actor, kind="repayments", file_format="jsonl", name="a.jsonl", content=content) for _ in range(2)
    ]
    sent = uploads.confirm(actor, upload_id=chosen[0].upload_id)
    working.run()
    return str(sent.upload_id), str(chosen[1].upload_id)


def _let_in(borrower: User, officer: Actor, customer_no: str) -> None:
    """Give the borrower the way to their own rows."""
    customer = customers.by_number(officer, customer_no)
    give_portal_access(officer, customer_id=customer.id, username=borrower.username)


def _rows(branch: Branch, borrower: User, officer: Actor, endpoint: str, delivery: str) -> Rows:
    """The rows of a branch; the borrower is the one whose loan is among them."""
    loan = Loan.objects.filter(branch=branch, state=Loan.State.ACTIVE).first()
    case = Case.objects.filter(branch=branch).select_related("loan").first()
    assert loan is not None
    assert case is not None
    contract = Contract.objects.select_related("application", "customer").get(pk=loan.contract_id)
    _let_in(borrower, officer, contract.customer.no)
    payment = loan_acts.prepare_payment(
        Actor.of(borrower), loan_no=loan.no, purpose=PayIn.Purpose.DUE, amount_minor=1, account="6222000011112222"
    )
    check = _waiting_check(branch)
    return Rows(
        customer=contract.customer.no,
        application=contract.application.no,
        check=check.pk,
        contract=contract.no,
        loan=loan.no,
        case=case.loan.no,
        transaction=str(Transaction.objects.filter(loan_no=loan.no).order_by("id")[0].pk),
        item=f"check.credit_decision:{check.pk}",
        payment=str(payment.key),
        document=str(_document(borrower, contract.application.no)),
        enquiry=str(_enquiry(borrower, loan.no)),
        endpoint=endpoint,
        delivery=delivery,
        upload=delivery,
    )


def _document(borrower: User, application_no: str) -> UUID:
    """A file that the borrower has handed in."""
    content = b"\x89PNG\r\n\x1a\n" + application_no.encode() + b"IEND\xaeB`\x82"
    made = hand_in(
        Actor.of(borrower), application_no=application_no, kind="income_evidence", name="income.png", content=content
    )
    return made.key


def _enquiry(borrower: User, loan_no: str) -> UUID:
    """A question that the borrower has asked."""
    return ask(Actor.of(borrower), about="loan", about_no=loan_no, text="Why?", language="en").key


def _waiting_check(branch: Branch) -> Check:
    """A recommendation that waits: an automatic refusal brought before people."""
    on = business_date.current()
    officer = Actor.of(get_user_model().objects.get(username="officer" if branch.code == "EAST" else "officer.west"))
    by_people = Decision.objects.filter(kind=DecisionKind.CONFIRMED).values("application")
    refused = (
        Application.objects.filter(branch=branch, state="refused", offer__amount_minor__gt=0)
        .exclude(pk__in=by_people)
        .first()
    )
    assert refused is not None
    underwriting.review_refusal(officer, application_no=refused.no, on=on)
    return underwriting.recommend(
        officer, application_no=refused.no, outcome="approve", reason_codes=["score"], words="seen", on=on
    )
