"""Four eyes: what waits for a second person, and their decision.  Programs may look; deciding is for people."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.callers import actor_of
from xindai.api.operations import Record, matched, operation
from xindai.api.paging import Paged, page
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.impairment import services as impairment
from xindai.kernel import business_date
from xindai.reporting import checks as check_lists
from xindai.servicing import services as servicing
from xindai.underwriting import services as underwriting

router = Router(tags=["Checks"])

SORTS: Final = {"requested_at": "requested_at"}
Kinds = Literal["credit_decision", "disbursement", "write_off"]
States = Literal["waiting", "approved", "returned"]


class ChecksAsked(Paged):
    """Which checks, in which order."""

    sort: Literal["requested_at", "-requested_at"] = "requested_at"
    state: States | None = None
    kind: Kinds | None = None


class Check(Schema):
    """A proposal that a second person decides on."""

    check_id: int
    kind: str
    subject_kind: str
    subject_no: str
    amount_minor: int
    currency: str
    maker: str | None
    checker: str | None
    state: States
    reason: str
    requested_at: str
    decided_at: str | None


class Checks(Schema):
    """A page of checks."""

    items: list[Check]
    next: str | None


class Verdict(schemas.Asked):
    """What the second person says; a return needs a reason, which the maker reads."""

    approve: bool = Field(examples=[True])
    reason: str = Field("", max_length=400, examples=["Seen and compared."])


@operation(router, "GET", "/checks", name="list_checks", route="checks", scope=Scope.CHECKS_READ, answer=Checks)
def check_list(request: HttpRequest, asked: Query[ChecksAsked]) -> dict[str, Any]:
    """Return a page of the proposals of the caller's branches, the oldest first."""
    rows = check_lists.checks(actor_of(request))
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    found, following = page(rows, asked, asked.sort, SORTS)
    return {"items": [_check(row) for row in found], "next": following}


@operation(router, "GET", "/checks/{check_id}", name="get_check", route="check", scope=Scope.CHECKS_READ, answer=Check)
def check(request: HttpRequest, check_id: schemas.Id) -> Record:
    """Return one proposal."""
    row = check_lists.check(actor_of(request), check_id)
    return Record(_check(row), row.version)


@operation(
    router, "POST", "/checks/{check_id}/decision", name="decide_check", route="check-decision", scope=None,
    answer=Check, moves_money=True, changes=True,
)  # fmt: skip
def decide(request: HttpRequest, check_id: schemas.Id, payload: Verdict) -> Record:
    """Approve or return a proposal as its second person; approving a disbursement pays the money out."""
    actor = actor_of(request)
    row = check_lists.check(actor, check_id)
    with matched(request, "check", row.pk):
        _ACTS[row.kind, payload.approve](actor, row.pk, payload.reason)
    row = check_lists.check(actor, check_id)
    return Record(_check(row), row.version)


Act = Callable[[Actor, int, str], object]


def _confirm(actor: Actor, check_id: int, reason: str) -> object:
    return underwriting.confirm(actor, check_id=check_id, approve=True, reason=reason, on=business_date.current())


def _do_not_confirm(actor: Actor, check_id: int, reason: str) -> object:
    return underwriting.confirm(actor, check_id=check_id, approve=False, reason=reason, on=business_date.current())


def _disburse(actor: Actor, check_id: int, reason: str) -> object:
    return servicing.disburse(actor, check_id=check_id, on=business_date.current(), reason=reason)


def _refuse_disbursement(actor: Actor, check_id: int, reason: str) -> object:
    return servicing.refuse_disbursement(actor, check_id=check_id, reason=reason)


def _write_off(actor: Actor, check_id: int, reason: str) -> object:
    return impairment.approve_write_off(actor, check_id=check_id, on=business_date.current(), reason=reason)


def _refuse_write_off(actor: Actor, check_id: int, reason: str) -> object:
    return impairment.refuse_write_off(actor, check_id=check_id, reason=reason)


_ACTS: Final[Mapping[tuple[str, bool], Act]] = {
    ("credit_decision", True): _confirm,
    ("credit_decision", False): _do_not_confirm,
    ("disbursement", True): _disburse,
    ("disbursement", False): _refuse_disbursement,
    ("write_off", True): _write_off,
    ("write_off", False): _refuse_write_off,
}
"""The verb behind each verdict on each kind of proposal."""


def _check(row: Any) -> dict[str, Any]:
    names = ("kind", "subject_kind", "subject_no", "amount_minor", "currency", "state", "reason")
    return {name: getattr(row, name) for name in names} | {
        "check_id": row.pk,
        "maker": row.maker_name,
        "checker": row.checker_name,
        "requested_at": row.requested_at.isoformat(),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
    }
