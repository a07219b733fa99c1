"""Applications on their way: started, submitted, answered by an offer, decided by the rules or before people."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.callers import actor_of
from xindai.api.operations import Record, matched, operation
from xindai.api.paging import Paged, page
from xindai.api.schemas import Minor
from xindai.applications import queries as applications
from xindai.applications import services as acts
from xindai.applications.models import Application as Row
from xindai.contracts import queries as contracts
from xindai.customers import queries as customers
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.kernel import business_date
from xindai.offers.models import Offer as OfferRow
from xindai.offers.need import Need as NeedOf
from xindai.reporting import applications as application_lists
from xindai.underwriting import queries as underwriting
from xindai.underwriting import services as decisions
from xindai.underwriting.models import Decision as DecisionRow

router = Router(tags=["Applications"])

SORTS: Final = {"no": "no", "started_on": "started_on"}

States = Literal["draft", "submitted", "referred", "approved", "refused", "contracted", "withdrawn"]


class ApplicationsAsked(Paged):
    """Which applications, in which order."""

    sort: Literal["no", "-no", "started_on", "-started_on"] = "no"
    state: States | None = None
    product_code: Annotated[str, Field(max_length=40)] | None = None
    customer_no: Annotated[str, Field(max_length=20)] | None = None


class Need(schemas.Asked):
    """What a customer asks for; the method is left to the product when none is named."""

    product_code: str = Field(min_length=1, max_length=40, examples=["consumer"])
    amount_minor: Minor = Field(examples=[5_000_000])
    currency: str = Field(min_length=3, max_length=3, examples=["CNY"])
    term_months: Annotated[int, Field(strict=True, ge=1, le=600)] = Field(examples=[24])
    purpose: str = Field(min_length=1, max_length=60, examples=["renovation"])
    method: Literal["level", "equal_principal", "interest_first", "bullet"] | None = None
    collateral_value_minor: Annotated[int, Field(strict=True, ge=0, le=10**15)] = 0


class ApplicationAsked(schemas.Asked):
    """An application to be started; `asset_id` is what the customer would pledge."""

    customer_no: str = Field(min_length=1, max_length=20, examples=["CU26-000001-7"])
    need: Need
    purpose_statement: str = Field("", max_length=2000)
    asset_id: Annotated[int, Field(strict=True, ge=1, le=2**62)] | None = None


class Application(Schema):
    """An application; `promised_by` is when the customer was promised a decision."""

    no: str
    customer_no: str
    product_code: str
    state: States
    amount_minor: int
    currency: str
    term_months: int
    started_on: date
    submitted_on: date | None
    decided_on: date | None
    promised_by: str | None


class Applications(Schema):
    """A page of applications."""

    items: list[Application]
    next: str | None


class Offer(Schema):
    """What answers a need: price, limit, term and the promise of time; the annual rate is what the customer is told."""

    no: str
    amount_minor: int
    currency: str
    term_months: int
    method: str
    rate_ppb: int
    annual_rate_ppb: int | None
    limit_minor: int
    tier: str
    promised_hours: int
    made_on: date
    valid_until: date


class Finding(Schema):
    """What a rule found: for, against, or to be noted."""

    rule: str
    effect: str
    text: dict[str, str]


class Decision(Schema):
    """A decision with what it rests on."""

    kind: Literal["automatic", "confirmed"]
    outcome: Literal["approve", "refer", "refuse"]
    reason_codes: list[str]
    words: str
    score: int
    policy_version: str
    decided_on: date
    findings: list[Finding]


class ApplicationTold(Application):
    """One application with its offer, its decisions and the contract that came of it."""

    purpose: str
    offer: Offer | None
    decisions: list[Decision]
    contract_no: str | None


class Withdrawal(schemas.Asked):
    """Why the customer has changed their mind."""

    reason: str = Field(min_length=1, max_length=200, examples=["Bought with own money."])


class Recommendation(schemas.Asked):
    """What somebody recommends on a referred application."""

    outcome: Literal["approve", "refuse"] = Field(examples=["approve"])
    reason_codes: Annotated[list[Annotated[str, Field(max_length=60)]], Field(min_length=1, max_length=40)] = Field(
        examples=[["score"]]
    )
    words: str = Field(min_length=1, max_length=2000, examples=["The income has been proved since."])


class CheckMade(Schema):
    """The check that now waits for a second person."""

    check_id: int
    state: str


@operation(
    router, "GET", "/applications", name="list_applications", route="applications", scope=Scope.APPLICATIONS_READ,
    answer=Applications,
)  # fmt: skip
def application_list(request: HttpRequest, asked: Query[ApplicationsAsked]) -> dict[str, Any]:
    """Return a page of the applications that the caller may see."""
    actor = actor_of(request)
    rows = application_lists.applications(actor).select_related("customer")
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    if asked.product_code is not None:
        rows = rows.filter(product_code=asked.product_code)
    if asked.customer_no is not None:
        rows = rows.filter(customer__no=asked.customer_no)
    found, following = page(rows, asked, asked.sort, SORTS)
    return {"items": [_line(row) for row in found], "next": following}


@operation(
    router, "GET", "/applications/{no}", name="get_application", route="application", scope=Scope.APPLICATIONS_READ,
    answer=ApplicationTold,
)  # fmt: skip
def application(request: HttpRequest, no: str) -> Record:
    """Return one application with its offer, its decisions with findings, and its contract."""
    return _told(actor_of(request), no)


@operation(
    router, "POST", "/applications", name="start_application", route="applications", scope=Scope.APPLICATIONS_WRITE,
    answer=ApplicationTold, status=201, once=True,
)  # fmt: skip
def start(request: HttpRequest, payload: ApplicationAsked) -> Record:
    """Begin an application with a need that the product can answer: of an officer at their branch, of a program online."""
    actor = actor_of(request)
    row = acts.start(
        actor,
        customer_id=customers.by_number(actor, payload.customer_no).id,
        need=NeedOf(**payload.need.dict()),
        on=business_date.current(),
        channel=applications.channel_of(actor),
        purpose_statement=payload.purpose_statement,
        asset_id=payload.asset_id,
    )
    return _told(actor, row.no)


@operation(
    router, "POST", "/applications/{no}/submission", name="submit_application", route="application-submission",
    scope=Scope.APPLICATIONS_WRITE, answer=ApplicationTold, changes=True,
)  # fmt: skip
def submit(request: HttpRequest, no: str) -> Record:
    """Hand an application in: what is known of the customer's means is kept as it is now."""
    actor = actor_of(request)
    with matched(request, "application", no):
        acts.submit(actor, application_no=no, on=business_date.current())
    return _told(actor, no)


@operation(
    router, "POST", "/applications/{no}/offer", name="request_offer", route="application-offer",
    scope=Scope.APPLICATIONS_WRITE, answer=ApplicationTold, changes=True,
)  # fmt: skip
def request_offer(request: HttpRequest, no: str) -> Record:
    """Make the offer that answers a submitted application; made again, it replaces the one before."""
    actor = actor_of(request)
    with matched(request, "application", no):
        acts.request_offer(actor, application_no=no, on=business_date.current())
    return _told(actor, no)


@operation(
    router, "POST", "/applications/{no}/decision", name="decide_application", route="application-decision",
    scope=Scope.APPLICATIONS_WRITE, answer=ApplicationTold, changes=True,
)  # fmt: skip
def decide(request: HttpRequest, no: str) -> Record:
    """Let the rules decide a submitted application that has an offer: approve, refuse, or refer it to people."""
    actor = actor_of(request)
    with matched(request, "application", no):
        decisions.decide_automatically(actor, application_no=no, on=business_date.current())
    return _told(actor, no)


@operation(
    router, "POST", "/applications/{no}/review", name="review_refusal", route="application-review",
    scope=Scope.APPLICATIONS_WRITE, answer=ApplicationTold, changes=True,
)  # fmt: skip
def review(request: HttpRequest, no: str) -> Record:
    """Bring an automatic refusal before people, as every customer may ask."""
    actor = actor_of(request)
    with matched(request, "application", no):
        decisions.review_refusal(actor, application_no=no, on=business_date.current())
    return _told(actor, no)


@operation(
    router, "POST", "/applications/{no}/recommendation", name="recommend_decision", route="application-recommendation",
    scope=None, answer=CheckMade, status=201, changes=True,
)  # fmt: skip
def recommend(request: HttpRequest, no: str, payload: Recommendation) -> dict[str, Any]:
    """Say, as the maker, what should become of a referred application; a second person decides on the check."""
    actor = actor_of(request)
    with matched(request, "application", no):
        check = decisions.recommend(
            actor,
            application_no=no,
            outcome=payload.outcome,
            reason_codes=payload.reason_codes,
            words=payload.words,
            on=business_date.current(),
        )
    return {"check_id": check.pk, "state": check.state}


@operation(
    router, "POST", "/applications/{no}/withdrawal", name="withdraw_application", route="application-withdrawal",
    scope=Scope.APPLICATIONS_WRITE, answer=ApplicationTold, changes=True,
)  # fmt: skip
def withdraw(request: HttpRequest, no: str, payload: Withdrawal) -> Record:
    """End an application at the customer's wish, before there is a contract."""
    actor = actor_of(request)
    with matched(request, "application", no):
        acts.withdraw(actor, application_no=no, reason=payload.reason, on=business_date.current())
    return _told(actor, no)


def _told(actor: Actor, no: str) -> Record:
    row: Row = application_lists.application(actor, no)
    contract = contracts.contract_of(row.pk)
    told = _line(row) | {
        "purpose": row.need["purpose"],
        "offer": _offer(row.offer) if row.offer else None,
        "decisions": [_decision(one) for one in underwriting.decisions_of(row.pk)],
        "contract_no": contract.no if contract else None,
    }
    return Record(told, row.version)


def _line(row: Any) -> dict[str, Any]:
    names = ("no", "product_code", "state", "started_on", "submitted_on", "decided_on")
    return {name: getattr(row, name) for name in names} | {
        "customer_no": row.customer.no,
        "amount_minor": row.asked_minor,
        "currency": row.need.get("currency", application_lists.DEFAULT_CURRENCY),
        "term_months": row.asked_months,
        "promised_by": row.promised_by.isoformat() if row.promised_by else None,
    }


def _offer(row: OfferRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Offer.model_fields}


def _decision(row: DecisionRow) -> dict[str, Any]:
    names = ("kind", "outcome", "reason_codes", "words", "score", "policy_version", "decided_on")
    findings = [{name: finding[name] for name in ("rule", "effect", "text")} for finding in row.findings]
    return {"findings": findings} | {name: getattr(row, name) for name in names}
