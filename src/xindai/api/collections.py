"""Collections: the queue, one case with its steps, taking a case over, and what came of a step."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.applications import CheckMade
from xindai.api.callers import actor_of
from xindai.api.operations import Record, matched, operation
from xindai.api.paging import Paged, page
from xindai.api.schemas import Day, Minor
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.impairment import services as impairment
from xindai.kernel import business_date
from xindai.kernel.errors import NotFound
from xindai.recovery import queries as recovery
from xindai.recovery import services as acts
from xindai.recovery.models import Case as Row
from xindai.reporting import cases as case_lists
from xindai.reporting.names import people

router = Router(tags=["Collections"])

SORTS: Final = {"days_past_due": "days_past_due", "arrears_minor": "arrears_minor"}
Outcomes = Literal["reached", "not_reached", "promised", "refused", "delivered", "undeliverable", "filed"]


class CasesAsked(Paged):
    """Which cases, in which order."""

    sort: Literal["days_past_due", "-days_past_due", "arrears_minor", "-arrears_minor"] = "-days_past_due"
    state: Literal["open", "cured"] = "open"
    overdue_from: Annotated[int, Field(ge=0, le=100_000, description="Days past due at least.")] | None = None


class Case(Schema):
    """A case with its loan's arrears at the last close; `step` is the name of what waits."""

    loan_no: str
    customer_no: str
    state: Literal["open", "cured"]
    currency: str
    days_past_due: int
    arrears_minor: int
    principal_minor: int
    step: dict[str, str] | None
    collector: str


class Cases(Schema):
    """A page of cases."""

    items: list[Case]
    next: str | None


class Step(Schema):
    """A step that the policy asks for; `outcome` is empty while it waits."""

    code: str
    name: dict[str, str]
    channel: str
    overdue_days: int
    due_on: date
    record_by: date
    outcome: str
    note: str
    done_by: str
    possible_outcomes: list[str]


class CaseTold(Case):
    """One case with its steps, the earliest first."""

    opened_on: date
    closed_on: date | None
    steps: list[Step]


class Outcome(schemas.Asked):
    """What came of a step; a promise needs its amount and date."""

    outcome: Outcomes = Field(examples=["promised"])
    note: str = Field("", max_length=400)
    promised_minor: Minor | None = Field(None, examples=[100_000])
    pay_by: Day | None = Field(None, examples=["2026-03-09"])


class WriteOffAsked(schemas.Asked):
    """Why the claim is lost."""

    reason: str = Field(min_length=1, max_length=400, examples=["The debtor cannot be found and owns nothing."])


@operation(router, "GET", "/collections", name="list_cases", route="cases", scope=Scope.COLLECTIONS_READ, answer=Cases)
def queue(request: HttpRequest, asked: Query[CasesAsked]) -> dict[str, Any]:
    """Return a page of the collection cases, the most overdue first."""
    actor = actor_of(request)
    rows: Any = case_lists.cases(actor).filter(state=asked.state)
    if asked.overdue_from is not None:
        rows = rows.filter(days_past_due__gte=asked.overdue_from)
    found, following = page(rows, asked, asked.sort, SORTS)
    return {"items": [_line(line) for line in case_lists.lines(actor, found)], "next": following}


@operation(
    router, "GET", "/collections/{loan_no}", name="get_case", route="case", scope=Scope.COLLECTIONS_READ,
    answer=CaseTold,
)  # fmt: skip
def case(request: HttpRequest, loan_no: str) -> Record:
    """Return the case of a loan: the open one, otherwise the latest."""
    return _told(actor_of(request), loan_no)


@operation(
    router, "POST", "/collections/{loan_no}/claim", name="claim_case", route="case-claim", scope=None,
    answer=CaseTold, changes=True,
)  # fmt: skip
def claim(request: HttpRequest, loan_no: str) -> Record:
    """Take the case of a loan over."""
    actor = actor_of(request)
    found = recovery.case_of_loan(actor, loan_no)
    with matched(request, "case", found.pk):
        acts.claim_case(actor, case_id=found.pk)
    return _told(actor, loan_no)


@operation(
    router, "POST", "/collections/{loan_no}/steps/{code}/outcome", name="record_step_outcome", route="case-outcome",
    scope=Scope.COLLECTIONS_WRITE, answer=CaseTold, status=201,
)  # fmt: skip
def record_outcome(request: HttpRequest, loan_no: str, code: str, payload: Outcome) -> Record:
    """Record what came of a step that waits; it is recorded once."""
    actor = actor_of(request)
    found = recovery.case_of_loan(actor, loan_no)
    step = recovery.steps(found).filter(code=code).first()
    if step is None:
        raise NotFound(_("collection step"), code)
    acts.record_step_outcome(actor, step_id=step.pk, **payload.dict())
    return _told(actor, loan_no)


@operation(
    router, "POST", "/collections/{loan_no}/write-off", name="request_write_off", route="case-write-off",
    scope=Scope.COLLECTIONS_WRITE, answer=CheckMade, status=201,
)  # fmt: skip
def request_write_off(request: HttpRequest, loan_no: str, payload: WriteOffAsked) -> dict[str, Any]:
    """Propose a loan for write-off by the steps that have an outcome; a second person decides on the check.

    Asked again while the first request waits, that one is returned.
    """
    actor = actor_of(request)
    recovery.case_of_loan(actor, loan_no)
    check = impairment.request_write_off(
        actor,
        loan_no=loan_no,
        on=business_date.current(),
        reason=payload.reason,
        steps_taken=recovery.steps_taken(loan_no),
    )
    return {"check_id": check.pk, "state": check.state}


def _told(actor: Actor, loan_no: str) -> Record:
    found = recovery.case_of_loan(actor, loan_no)
    line = case_lists.lines(actor, [case_lists.cases(actor).get(pk=found.pk)])[0]
    dates = {"opened_on": found.opened_on, "closed_on": found.closed_on}
    return Record(_line(line) | dates | {"steps": _steps(found)}, found.version)


def _steps(found: Row) -> list[dict[str, Any]]:
    rows = list(recovery.steps(found))
    names = people(row.done_by for row in rows if row.done_by)
    plain = ("code", "channel", "overdue_days", "due_on", "record_by", "outcome", "note")
    return [
        {name: getattr(row, name) for name in plain}
        | {
            "name": row.names,
            "done_by": names.get(row.done_by, ""),
            "possible_outcomes": sorted(acts.OUTCOMES[row.channel]) if not row.outcome else [],
        }
        for row in rows
    ]


def _line(line: case_lists.CaseLine) -> dict[str, Any]:
    return {
        "loan_no": line.loan.no,
        "customer_no": line.loan.customer.no,
        "state": line.state,
        "currency": line.loan.currency,
        "days_past_due": line.days_past_due,
        "arrears_minor": line.arrears_minor,
        "principal_minor": line.loan.principal_minor,
        "step": line.step,
        "collector": line.collector,
    }
