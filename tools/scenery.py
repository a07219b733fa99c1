"""Rows that some pages need before they show anything, written into a demonstration bank through the product's own verbs.

    PYTHONPATH=tools ./xindai manage shell --no-imports -c "import scenery; scenery.main()"

An offer that waits, a contract to sign, a question, a document, and a machine that is told of events and answers badly.
A second run finds all of it and does nothing.
"""

import json
from datetime import date, timedelta

from xindai.applications.models import Application
from xindai.applications.testing import answered
from xindai.contracts import services as contracts
from xindai.customers import queries as customers
from xindai.customers import services as customer_acts
from xindai.customers.testing import GOOD_FACTS, make_identity_number
from xindai.demonstration import founding
from xindai.documents import services as documents
from xindai.enquiries import services as enquiries
from xindai.enquiries.models import Enquiry
from xindai.identity import clients
from xindai.identity import queries as identity
from xindai.identity import services as people
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.kernel import business_date, clock
from xindai.kernel.ids import uuid7
from xindai.offers.testing import MIDDLING_FACTS, Scene
from xindai.servicing.models import Loan
from xindai.underwriting import services as underwriting
from xindai.webhooks import services as webhooks
from xindai.webhooks.models import Attempt, Delivery, Endpoint
from xindai.webhooks.services.endpoints import note_disabled

ROBOT = Actor.system("scenery")
HOST = "hooks.example.com"
MACHINE = "Core banking"
PAGE_OF_PAPER = b"\x89PNG\r\n\x1a\n" + b"IEND\xaeB`\x82"
SCENERY = ("applicant", "signer")
"""Who applies: one has an offer to read, the other a contract to sign."""


def main() -> None:
    """Write what is missing."""
    on = business_date.current()
    branch = Branch.objects.order_by("code")[0]
    officer = Actor.of(identity.user("officer"))
    scene = Scene(branch, officer, Actor.of(identity.user("approver")))
    for username in SCENERY:
        if username not in identity.usernames():
            _apply(scene, username, on)
    if not Application.objects.filter(state="referred").exists():
        make_identity_number()  # who applied above has the first two
        referred = answered(scene, facts=MIDDLING_FACTS | {"gender": "female"}, on=on)
        underwriting.decide_automatically(officer, application_no=referred.no, on=on)
    _ask()
    _machine()


def _apply(scene: Scene, username: str, on: date) -> None:
    """A customer whose application the rules approve, with a way to the borrower's pages."""
    application = answered(scene, facts=GOOD_FACTS, on=on)
    underwriting.decide_automatically(scene.officer, application_no=application.no, on=on)
    user = people.register_user(ROBOT, username=username, password=founding.password(), display_name=username)
    people.grant_role(ROBOT, username=username, role=Role.BORROWER)
    customer_acts.give_portal_access(ROBOT, customer_id=application.customer_id, username=username)
    if username == "signer":
        drawn = contracts.draw_up(Actor.of(user), application_no=application.no, disburse_on=on, on=on)
        documents.hand_in(
            Actor.of(user),
            application_no=drawn.application.no,
            kind="income_evidence",
            name="income.png",
            content=PAGE_OF_PAPER,
        )


def _ask() -> None:
    """A question of the borrower's that waits for an answer."""
    borrower = identity.user("borrower")
    customer = customers.customer_of_user(borrower.pk)
    if Enquiry.objects.filter(customer=customer).exists():
        return
    loan = Loan.objects.filter(customer=customer).latest("pk")
    text = "我想提前还清这笔贷款，需要支付违约金吗？能否在下月 5 日办理？"
    enquiries.ask(Actor.of(borrower), about="loan", about_no=loan.no, text=text, language="zh-hans")


def _machine() -> None:
    """A client with an endpoint in use, whose deliveries went each its own way, and one that was given up."""
    if ApiClient.objects.filter(name=MACHINE).exists():
        return
    admin = Actor.of(identity.user("admin"))
    client = clients.register(
        admin, name=MACHINE, roles=[Role.ACCOUNTANT], scopes=[Scope.LOANS_READ, Scope.EVENTS_READ]
    ).client
    webhooks.allow_host(admin, host=HOST)
    names = ["loan.disbursed", "loan.repayment_recorded"]
    used, given_up = (
        webhooks.register(admin, client_id=client.client_id, url=f"https://{HOST}/{path}", event_names=names).endpoint
        for path in ("xindai", "old")
    )
    now, loan = clock.now(), Loan.objects.latest("pk")
    for number, (state, status, error) in enumerate(
        (("delivered", 204, ""), ("failed", 503, "refused"), ("waiting", None, "no_answer"))
    ):
        at = now - timedelta(hours=number)
        row = Delivery.objects.create(
            endpoint=used,
            event_id=uuid7(),
            event_name=names[number % 2],
            subject=loan.no,
            occurred_at=at,
            body=json.dumps({"type": names[number % 2], "data": {"loan_no": loan.no, "amount_minor": 1_200_000}}),
            made_at=at,
            next_at=now + timedelta(hours=1),
            delivered_at=at if state == "delivered" else None,
            state=state,
            attempts=1,
            status=status,
            error=error,
        )
        Attempt.objects.create(delivery=row, at=at, status=status, error=error, milliseconds=84)
    note_disabled(Endpoint.objects.get(pk=given_up.pk), "failing")
