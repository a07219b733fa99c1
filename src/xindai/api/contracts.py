"""Contracts: drawn up from an approved offer, their conditions satisfied, signed, and put forward for payment."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.applications import CheckMade
from xindai.api.callers import actor_of
from xindai.api.operations import Record, matched, operation
from xindai.api.paging import Paged, page
from xindai.api.schemas import Day
from xindai.contracts import queries as contracts
from xindai.contracts import services as acts
from xindai.contracts.models import Contract as Row
from xindai.identity.scopes import Scope
from xindai.kernel import business_date
from xindai.servicing import queries as servicing
from xindai.servicing import services as loan_acts

router = Router(tags=["Contracts"])

SORTS: Final = {"no": "no", "drawn_up_on": "drawn_up_on"}
States = Literal["drawn_up", "signed", "disbursed", "cancelled"]


class ContractsAsked(Paged):
    """Which contracts, in which order."""

    sort: Literal["no", "-no", "drawn_up_on", "-drawn_up_on"] = "no"
    state: States | None = None


class Condition(Schema):
    """What must be there before money is paid, and the evidence that it is."""

    code: str
    satisfied_on: date | None
    evidence: str | None


class Contract(Schema):
    """A contract; the hash is that of its frozen terms."""

    no: str
    application_no: str
    state: States
    currency: str
    principal_minor: int
    policy_version: str
    terms_hash: str
    open_conditions: int
    drawn_up_on: date
    signed_on: date | None
    disbursed_on: date | None


class ContractTold(Contract):
    """One contract with its terms as the loan engine takes them, its conditions, and the loan that it has become."""

    terms: dict[str, Any]
    conditions: list[Condition]
    loan_no: str | None


class Contracts(Schema):
    """A page of contracts."""

    items: list[Contract]
    next: str | None


class DrawingUp(schemas.Asked):
    """On which day the money is to be paid."""

    disburse_on: Day = Field(examples=["2026-03-02"])


class Evidence(schemas.Asked):
    """Evidence by the code of the condition: a document's reference, a register's entry."""

    evidence: Annotated[
        dict[str, Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=40)
    ] = Field(examples=[{"document:identity": "DOC-1"}])


@operation(
    router, "GET", "/contracts", name="list_contracts", route="contracts", scope=Scope.CONTRACTS_READ, answer=Contracts
)
def contract_list(request: HttpRequest, asked: Query[ContractsAsked]) -> dict[str, Any]:
    """Return a page of the contracts that the caller may see."""
    rows = contracts.visible(actor_of(request))
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    found, following = page(rows, asked, asked.sort, SORTS)
    return {"items": [_line(row) for row in found], "next": following}


@operation(
    router, "GET", "/contracts/{no}", name="get_contract", route="contract", scope=Scope.CONTRACTS_READ,
    answer=ContractTold,
)  # fmt: skip
def contract(request: HttpRequest, no: str) -> Record:
    """Return one contract with its terms and conditions."""
    return _told(contracts.contract(actor_of(request), no))


@operation(
    router, "POST", "/applications/{no}/contract", name="draw_up_contract", route="application-contract",
    scope=Scope.CONTRACTS_WRITE, answer=ContractTold, status=201, changes=True,
)  # fmt: skip
def draw_up(request: HttpRequest, no: str, payload: DrawingUp) -> Record:
    """Freeze the approved offer of an application in a contract; `If-Match` is the application's version."""
    actor = actor_of(request)
    with matched(request, "application", no):
        drawn = acts.draw_up(actor, application_no=no, disburse_on=payload.disburse_on, on=business_date.current())
    return _told(drawn)


@operation(
    router, "POST", "/contracts/{no}/conditions", name="satisfy_conditions", route="contract-conditions",
    scope=Scope.CONTRACTS_WRITE, answer=ContractTold, changes=True,
)  # fmt: skip
def satisfy(request: HttpRequest, no: str, payload: Evidence) -> Record:
    """Satisfy conditions, each with its evidence."""
    actor, on = actor_of(request), business_date.current()
    with matched(request, "contract", no):
        row = acts.satisfy_conditions(actor, contract_no=no, evidence=payload.evidence, on=on)
    return _told(row)


@operation(
    router, "POST", "/contracts/{no}/signature", name="sign_contract", route="contract-signature",
    scope=Scope.CONTRACTS_WRITE, answer=ContractTold, changes=True,
)  # fmt: skip
def sign(request: HttpRequest, no: str) -> Record:
    """Note that both sides have signed."""
    with matched(request, "contract", no):
        row = acts.sign(actor_of(request), contract_no=no, on=business_date.current())
    return _told(row)


@operation(
    router, "POST", "/contracts/{no}/cancellation", name="cancel_contract", route="contract-cancellation",
    scope=Scope.CONTRACTS_WRITE, answer=ContractTold, changes=True,
)  # fmt: skip
def cancel(request: HttpRequest, no: str) -> Record:
    """End a contract under which nothing has been paid."""
    with matched(request, "contract", no):
        row = acts.cancel(actor_of(request), contract_no=no)
    return _told(row)


@operation(
    router, "POST", "/contracts/{no}/disbursement-request", name="request_disbursement", route="disbursement-request",
    scope=Scope.DISBURSEMENTS_WRITE, answer=CheckMade, status=201, changes=True,
)  # fmt: skip
def request_disbursement(request: HttpRequest, no: str) -> dict[str, Any]:
    """Ask for a signed contract to be paid out; a second person does it by deciding on the check."""
    with matched(request, "contract", no):
        check = loan_acts.request_disbursement(actor_of(request), contract_no=no, on=business_date.current())
    return {"check_id": check.pk, "state": check.state}


def _told(row: Row) -> Record:
    loan = servicing.loan_of_contract(row.no)
    told = {"terms": row.terms, "conditions": row.conditions, "loan_no": loan.no if loan else None}
    return Record(_line(row) | told, row.version)


def _line(row: Row) -> dict[str, Any]:
    names = [name for name in Contract.model_fields if name != "application_no"]
    return {"application_no": row.application.no} | {name: getattr(row, name) for name in names}
