"""A program written with a client that was made from the description calls a real server, and gets what it expects."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from xindai.api.tests.conftest import make_client
from xindai.identity.clients import Issued
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.kernel import business_date
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.testing import make_loan, open_bank

DESCRIPTION = Path(__file__).resolve().parents[4] / "docs" / "openapi.json"
PACKAGE = "xindai_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client, made for this test alone and never committed."""
    folder = tmp_path_factory.mktemp("client")
    settings = folder / "settings.yaml"
    settings.write_text("post_hooks: []\n", encoding="utf-8")
    made = subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--path", DESCRIPTION,
            "--output-path", folder / PACKAGE, "--meta", "none", "--config", settings, "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


class Program:
    """A program: it knows its number and secret, and calls operations of the generated client by their names."""

    def __init__(self, generated: ModuleType, base: str, issued: Issued) -> None:
        self._name = generated.__name__
        models = importlib.import_module(f"{self._name}.models")
        body = models.GetTokenBody(
            grant_type="client_credentials", client_id=issued.client.client_id, client_secret=issued.secret
        )
        token = self._operation("tokens", "get_token").sync(client=generated.Client(base_url=base), body=body)
        self._client = generated.AuthenticatedClient(base_url=base, token=token.access_token)
        self.models = models

    def call(self, tag: str, operation: str, *place: str, **asked: Any) -> Any:
        """Call an operation; its status and its answer as the client has read it."""
        answer = self._operation(tag, operation).sync_detailed(*place, client=self._client, **asked)
        return int(answer.status_code), answer.parsed

    def _operation(self, tag: str, operation: str) -> ModuleType:
        return importlib.import_module(f"{self._name}.api.{tag}.{operation}")


@pytest.fixture
def bank(transactional_db: None) -> Branch:
    """The branch of an open bank whose rows another thread can see."""
    return open_bank()


@pytest.fixture
def accountant(generated: ModuleType, bank: Branch, live_server: LiveServer) -> Program:
    return Program(generated, live_server.url, make_client([Role.ACCOUNTANT, Role.AUDITOR], branch=bank))


def test_a_program_finds_a_loan_takes_a_payment_and_follows_what_happened(bank: Branch, accountant: Program) -> None:
    loan, models = make_loan(bank), accountant.models
    payment = models.Repayment(amount_minor=1_000_00, currency="CNY", on=business_date.current(), source="transfer")

    status, page = accountant.call("loans", "list_loans")
    assert (status, [one.no for one in page.items]) == (200, [loan.no])

    first = accountant.call("loans", "record_repayment", loan.no, body=payment, idempotency_key="journey-1")
    again = accountant.call("loans", "record_repayment", loan.no, body=payment, idempotency_key="journey-1")
    other = models.Repayment.from_dict({**payment.to_dict(), "amount_minor": 2})
    refused = accountant.call("loans", "record_repayment", loan.no, body=other, idempotency_key="journey-1")
    assert (first[0], again[0], refused[0]) == (201, 201, 422)
    assert first[1].to_dict() == again[1].to_dict()
    assert (refused[1].code, bool(refused[1].remedy)) == ("idempotency_conflict", True)
    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 1

    told = accountant.call("loans", "get_loan", loan.no)[1]
    assert (told.state, len(told.schedule)) == ("active", 12)
    latest = accountant.call("loans", "list_loan_transactions", loan.no)[1].items[0]
    assert (latest.kind, latest.made_by) == ("repay", "Core banking")
    events = accountant.call("events", "list_events")[1]
    assert [event.name for event in events.items] == ["loan.disbursed", "loan.repayment_recorded"]
    assert accountant.call("events", "list_events", after=events.next_)[1].items == []


def test_a_program_settles_a_loan_by_the_figure_that_it_was_told(bank: Branch, accountant: Program) -> None:
    loan = make_loan(bank)
    figure = accountant.call("loans", "get_loan_settlement", loan.no)[1]
    payment = accountant.models.Repayment(
        amount_minor=figure.amount_minor, currency=figure.currency, on=figure.on, source="transfer"
    )

    status, _answer = accountant.call("loans", "record_settlement", loan.no, body=payment, idempotency_key="journey-2")

    assert status == 201
    assert Loan.objects.get(pk=loan.pk).state == Loan.State.CLOSED
    assert accountant.call("loans", "get_loan", loan.no)[1].state == "closed"


def test_the_client_knows_every_operation_of_the_description(generated: ModuleType) -> None:
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["paths"]
    names = {operation["operationId"] for methods in described.values() for operation in methods.values()}
    folder = Path(str(generated.__file__)).parent / "api"

    assert {file.stem for file in folder.glob("*/*.py")} - {"__init__"} == names
