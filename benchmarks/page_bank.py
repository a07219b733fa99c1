"""A copy of the demonstration's bank for measuring its pages, with rows of every kind that a page shows; gone afterwards."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from xindai.config.refusal import Refusal

if TYPE_CHECKING:
    from xindai.identity.actors import Actor
    from xindai.identity.models import ApiClient

_SUFFIX = "_pages"
_PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(2_000) + b"IEND\xaeB`\x82"
PROGRAM = "Pages"
"""The name of the program that asks the interface in the copy."""


@contextmanager
def copied_bank() -> Iterator[None]:
    """Have a copy of the demonstration's database in use, in this process and in those that it starts.

    The bank itself is only read.  Raises Refusal where the data folder holds no demonstration, and while somebody uses it.
    """
    from xindai.config import readiness  # noqa: PLC0415 - Django must be set up
    from xindai.config.server import database_in_use  # noqa: PLC0415
    from xindai.config.setup.places import Places  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xindai.config.settings")
    if not (Path(os.environ["XINDAI_DATA"]) / "demonstration" / "logins.json").exists():
        raise Refusal("The data folder holds no demonstration.", "Make one: ./xindai demo --no-serve")
    with database_in_use(Places.named()):
        url = os.environ["DATABASE_URL"]
        with _copied(url) as copy:
            os.environ["DATABASE_URL"] = copy
            _use(copy)
            try:
                readiness.migrate()
                file = _make_rows()
                try:
                    yield
                finally:
                    file.unlink()
            finally:
                _use(url)
                os.environ["DATABASE_URL"] = url


@contextmanager
def _copied(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    copy = f"{name}{_SUFFIX}"
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy))
        server.execute(drop)
        try:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(name)))
        except psycopg.errors.ObjectInUse as error:
            raise Refusal(
                "The demonstration's bank is in use, and cannot be copied meanwhile.",
                "Stop the commands that use it (./xindai demo, serve, worker), then ask again.",
            ) from error
        try:
            yield urlunsplit(parts._replace(path=f"/{copy}"))
        finally:
            server.execute(drop)


def _use(url: str) -> None:
    """Let Django of this process work on another database of the same server."""
    import django  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    django.setup()
    logging.getLogger("django.request").setLevel(logging.ERROR)  # routes that only take acts are tried too
    from xindai.config.database import from_url  # noqa: PLC0415

    connection.close()
    connection.settings_dict.update(from_url(url))


def _make_rows() -> Path:
    """Let happen what has a page of its own and has not happened in the demonstration; the one file that lies outside."""
    from xindai.identity import queries as identity  # noqa: PLC0415 - Django must be set up
    from xindai.identity.actors import Actor  # noqa: PLC0415

    administrator, borrower, officer = (Actor.of(identity.user(name)) for name in ("admin", "borrower", "officer"))
    _review(officer)
    _register_program(administrator)
    return _let_borrower_act(borrower)


def _register_program(administrator: Actor) -> None:
    """A program with an address for events, one delivery and one file that it has sent."""
    from xindai.identity import clients  # noqa: PLC0415 - Django must be set up
    from xindai.identity.scopes import Scope  # noqa: PLC0415
    from xindai.kernel import clock  # noqa: PLC0415
    from xindai.kernel.ids import uuid7  # noqa: PLC0415
    from xindai.uploads.models import Upload  # noqa: PLC0415
    from xindai.webhooks.models import Delivery, Endpoint  # noqa: PLC0415

    made = clients.register(
        administrator, name=PROGRAM, roles=clients.ROLES, scopes=Scope.values, requests_a_minute=6_000
    )
    now = clock.now()
    endpoint = Endpoint.objects.create(
        endpoint_id="we_pages",
        client=made.client,
        url="https://pages.example/",
        event_names=["loan.disbursed"],
        read_to=0,
        made_at=now,
    )
    Delivery.objects.create(
        delivery_id=uuid7(),
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
        upload_id=uuid7(), kind="persons", client=made.client, sha256="-", sealed=b"", rows=0, made_at=now
    )


def _let_borrower_act(borrower: Actor) -> Path:
    """A payment that the borrower has prepared, a question that they have asked, and a document: where its file lies."""
    from django.conf import settings  # noqa: PLC0415 - Django must be set up

    from xindai.customers import queries as customers  # noqa: PLC0415
    from xindai.documents.services import hand_in  # noqa: PLC0415
    from xindai.enquiries.services import ask  # noqa: PLC0415
    from xindai.payments.models import PayIn  # noqa: PLC0415
    from xindai.servicing import services as loan_acts  # noqa: PLC0415
    from xindai.servicing.models import Loan  # noqa: PLC0415

    loan = customers.reachable(borrower, Loan.objects.filter(state=Loan.State.ACTIVE))[0]
    loan_acts.prepare_payment(
        borrower, loan_no=loan.no, purpose=PayIn.Purpose.DUE, amount_minor=1, account="6222000011112222"
    )
    ask(borrower, about="loan", about_no=loan.no, text="Why?", language="en")
    made = hand_in(
        borrower,
        application_no=loan.contract.application.no,
        kind="income_evidence",
        name="income.png",
        content=_PICTURE,
    )
    return Path(settings.MEDIA_ROOT) / "documents" / made.stored[:2] / made.stored


def _review(officer: Actor) -> None:
    """An automatic refusal brought before people, which an officer may recommend about."""
    from xindai.applications.models import Application  # noqa: PLC0415 - Django must be set up
    from xindai.kernel import business_date  # noqa: PLC0415
    from xindai.underwriting.models import Decision, DecisionKind  # noqa: PLC0415
    from xindai.underwriting.services import review_refusal  # noqa: PLC0415

    by_people = Decision.objects.filter(kind=DecisionKind.CONFIRMED).values("application")
    refused = Application.objects.filter(branch__code="EAST", state="refused", offer__amount_minor__gt=0)
    review_refusal(officer, application_no=refused.exclude(pk__in=by_people)[0].no, on=business_date.current())


def addresses() -> list[str]:
    """Where the rows are found to which no list leads."""
    from django.urls import reverse  # noqa: PLC0415 - Django must be set up

    from xindai.applications.models import Application  # noqa: PLC0415
    from xindai.documents.models import Document  # noqa: PLC0415
    from xindai.payments.models import PayIn  # noqa: PLC0415

    document = Document.objects.select_related("application").latest("pk")
    referred = Application.objects.filter(state="referred").latest("pk").no
    of_borrower = ("my-application-offer", "my-contract", "my-application-decision", "my-application-withdraw")
    return [
        reverse("my-payment", args=[PayIn.objects.latest("pk").key]),
        *(reverse(route, args=[document.key]) for route in ("document", "my-document")),
        *(reverse(route, args=[document.application.no]) for route in of_borrower),
        reverse("recommendation", args=[referred]),
    ]


def program() -> ApiClient:
    """The program of the copy."""
    from xindai.identity.models import ApiClient  # noqa: PLC0415 - Django must be set up

    return ApiClient.objects.get(name=PROGRAM)
