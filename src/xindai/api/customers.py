"""Customers: recording persons and companies, their facts, their class with its reasons, and what they pledge."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.callers import actor_of
from xindai.api.operations import operation
from xindai.api.paging import Paged, page
from xindai.api.schemas import Day, Minor
from xindai.classification import queries as classes
from xindai.classification import services as classification
from xindai.classification.queries import ClassView
from xindai.collateral import services as collateral
from xindai.customers import queries as customers
from xindai.customers import services as customer_acts
from xindai.customers.queries import Shown
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput, NotFound
from xindai.policies import queries as policies
from xindai.reporting import customers as customer_lists

router = Router(tags=["Customers"])

SORTS: Final = {"no": "no", "since": "since"}
MOST_FACTS: Final = 100

Words = dict[str, str]
FactValue = Annotated[int, Field(strict=True)] | Annotated[str, Field(max_length=2000)] | None


class CustomersAsked(Paged):
    """Which customers, in which order."""

    sort: Literal["no", "-no", "since", "-since"] = "no"
    kind: Literal["person", "company"] | None = None
    tier: Literal["premium", "standard", "prospective"] | None = None
    rating: Literal["high", "medium", "low"] | None = None


class Customer(Schema):
    """A customer, masked, with the class in force; the class is empty before the first classification."""

    no: str
    kind: Literal["person", "company"]
    name: str
    since: date
    tier: str | None
    rating: str | None
    risk_level: str | None
    industry: str | None
    score: int | None


class Customers(Schema):
    """A page of customers."""

    items: list[Customer]
    next: str | None


class CustomerTold(Customer):
    """One customer with the masked number and telephone."""

    identity_number: str
    mobile: str


class StatedFact(schemas.Asked):
    """A fact and where it comes from."""

    value: FactValue = Field(examples=[800_000])
    source: str = Field(min_length=1, max_length=32, examples=["application"])


FactsAsked = Annotated[dict[str, StatedFact], Field(max_length=MOST_FACTS)]
_FACTS: Final = {"disposable_income_minor": {"value": 800_000, "source": "application"}}


class CustomerAsked(schemas.Asked):
    """Somebody to be recorded; the branch can be left out by a caller who works in one."""

    name: str = Field(min_length=1, max_length=200, examples=["王建国"])
    identity_number: str = Field(min_length=1, max_length=30, examples=["110105198506150015"])
    mobile: str | None = Field(None, max_length=20)
    branch_code: str | None = Field(None, max_length=20)
    facts: FactsAsked = Field(default_factory=dict, examples=[_FACTS])
    consents: Annotated[list[str], Field(max_length=10)] = Field(
        default_factory=list, examples=[["personal_data", "automated_decision"]]
    )


class Recorded(Schema):
    """The customer that was recorded, or found again by the same identity number."""

    no: str
    is_new: bool


class FactsStated(schemas.Asked):
    """Facts that hold from today."""

    facts: FactsAsked = Field(examples=[_FACTS])


class News(Schema):
    """How many of the facts were news."""

    added: int


class Fact(Schema):
    """A fact that holds today; of a personal one only that it is known is told."""

    name: str
    value: int | str | bool | None
    is_personal: bool
    source: str
    valid_from: date


class Facts(Schema):
    """What is known of a customer today, by name."""

    items: list[Fact]


class Reason(Schema):
    """Which fact met which rule of the class, with what effect, in words."""

    dimension: str
    code: str
    fact: str | None
    points: int | None
    text: Words


class Class(Schema):
    """A customer's class with its reasons and the version of the policy that found it."""

    customer_no: str
    effective_from: date
    tier: str
    rating: str
    risk_level: str
    industry: str
    size: str
    score: int
    policy_version: str
    reasons: list[Reason]


class ClassAsked(schemas.Asked):
    """Facts of the request by which the class is to be found; those of the latest request count when left out."""

    request_facts: Annotated[dict[str, FactValue], Field(max_length=MOST_FACTS)] | None = Field(
        None, examples=[{"term_months": 24, "amount_minor": 5_000_000}]
    )


class AssetAsked(schemas.Asked):
    """Something that can be pledged, with its value and who found it."""

    kind: Literal["vehicle", "real_estate", "equipment", "deposit"] = Field(examples=["vehicle"])
    description: str = Field(min_length=1, max_length=200, examples=["Car, first registered 2026"])
    value_minor: Minor = Field(examples=[15_000_000])
    currency: str = Field(min_length=3, max_length=3, examples=["CNY"])
    valued_on: Day = Field(examples=["2026-03-02"])
    valuer: str = Field(min_length=1, max_length=80, examples=["Valuers Ltd"])


class MobileAsked(schemas.Asked):
    """The number under which a person is reached, and to which codes for signing in are sent."""

    mobile: str = Field(min_length=1, max_length=20, examples=["13800138000"])


class Asset(Schema):
    """An asset as an application names it."""

    asset_id: int
    kind: str
    currency: str
    value_minor: int
    valued_on: date


@operation(
    router, "GET", "/customers", name="list_customers", route="customers", scope=Scope.CUSTOMERS_READ, answer=Customers
)
def customer_list(request: HttpRequest, asked: Query[CustomersAsked]) -> dict[str, Any]:
    """Return a page of the customers that the caller may see, masked, with the class in force."""
    rows: Any = customer_lists.customers(actor_of(request), business_date.to_show())
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    if asked.tier is not None:
        rows = rows.filter(tier=asked.tier)
    if asked.rating is not None:
        rows = rows.filter(rating=asked.rating)
    found, following = page(rows, asked, asked.sort, SORTS)
    return {"items": [_line(row) for row in found], "next": following}


@operation(
    router, "POST", "/customers/persons", name="record_person", route="persons", scope=Scope.CUSTOMERS_WRITE,
    answer=Recorded, status=201,
)  # fmt: skip
def record_person(request: HttpRequest, payload: CustomerAsked) -> dict[str, Any]:
    """Record a natural person, or add news to the one with this identity number: sent twice, recorded once."""
    return _recorded(request, customer_acts.record_person, payload)


@operation(
    router, "POST", "/customers/companies", name="record_company", route="companies", scope=Scope.CUSTOMERS_WRITE,
    answer=Recorded, status=201,
)  # fmt: skip
def record_company(request: HttpRequest, payload: CustomerAsked) -> dict[str, Any]:
    """Record a company by its unified social credit code, or add news to it: sent twice, recorded once."""
    return _recorded(request, customer_acts.record_company, payload)


@operation(
    router, "GET", "/customers/{no}", name="get_customer", route="customer", scope=Scope.CUSTOMERS_READ,
    answer=CustomerTold,
)  # fmt: skip
def customer(request: HttpRequest, no: str) -> dict[str, Any]:
    """Return one customer, masked."""
    return _told(actor_of(request), no)


def _told(actor: Actor, no: str) -> dict[str, Any]:
    row = customer_lists.customers(actor, business_date.to_show()).filter(no=no).first()
    if row is None:
        raise NotFound(_("customer"), no)
    shown = customers.shown(row)
    return {**_line(row), "identity_number": shown.identity_number, "mobile": shown.mobile}


@operation(
    router, "GET", "/customers/{no}/facts", name="list_facts", route="customer-facts", scope=Scope.CUSTOMERS_READ,
    answer=Facts,
)  # fmt: skip
def facts(request: HttpRequest, no: str) -> dict[str, Any]:
    """Return the facts that hold today, each with its source; personal ones without their value."""
    on = business_date.to_show()
    shapes = policies.pack_as_of(on).section("facts")["facts"]
    known = customers.known_facts(customers.by_number(actor_of(request), no).id, on)
    return {"items": [_fact(one, shapes.get(one.name, {})) for one in known]}


def _fact(known: customers.KnownFact, shape: Mapping[str, Any]) -> dict[str, Any]:
    is_personal = bool(shape.get("is_personal"))
    return {
        "name": known.name,
        "value": None if is_personal else known.value,
        "is_personal": is_personal,
        "source": known.source,
        "valid_from": known.valid_from,
    }


@operation(
    router, "POST", "/customers/{no}/facts", name="state_facts", route="customer-facts", scope=Scope.CUSTOMERS_WRITE,
    answer=News, status=201,
)  # fmt: skip
def state_facts(request: HttpRequest, no: str, payload: FactsStated) -> dict[str, Any]:
    """Add facts that hold from today; what is known already is no news."""
    actor = actor_of(request)
    added = customer_acts.state_facts(
        actor,
        customer_id=customers.by_number(actor, no).id,
        facts=_stated(payload.facts),
        on=business_date.current(),
    )
    return {"added": added}


@operation(
    router, "GET", "/customers/{no}/class", name="get_class", route="customer-class", scope=Scope.CUSTOMERS_READ,
    answer=Class,
)  # fmt: skip
def customer_class(request: HttpRequest, no: str) -> dict[str, Any]:
    """Return the class in force with every reason in words."""
    shown = customers.by_number(actor_of(request), no)
    found = classes.current(shown.id, business_date.to_show())
    if found is None:
        raise NotFound(_("class"), no, remedy=_("Classify the customer first."))
    return _class(shown, found)


@operation(
    router, "POST", "/customers/{no}/class", name="classify_customer", route="customer-class",
    scope=Scope.CUSTOMERS_WRITE, answer=Class, status=201,
)  # fmt: skip
def classify(request: HttpRequest, no: str, payload: ClassAsked) -> dict[str, Any]:
    """Classify a customer by what is known today; a class that says nothing new is not kept again."""
    actor = actor_of(request)
    shown = customers.by_number(actor, no)
    found = classification.classify(
        actor, customer_id=shown.id, on=business_date.current(), request_facts=payload.request_facts
    )
    return _class(shown, found)


@operation(
    router, "POST", "/customers/{no}/assets", name="record_asset", route="customer-assets",
    scope=Scope.CUSTOMERS_WRITE, answer=Asset, status=201,
)  # fmt: skip
def record_asset(request: HttpRequest, no: str, payload: AssetAsked) -> dict[str, Any]:
    """Record something of the customer's that can be pledged, with its first valuation."""
    actor = actor_of(request)
    owner = customers.by_number(actor, no)
    asset = collateral.record_asset(actor, owner_no=owner.no, branch_id=owner.branch_id, **payload.dict())
    return {"asset_id": asset.pk} | {
        name: getattr(asset, name) for name in ("kind", "currency", "value_minor", "valued_on")
    }


@operation(
    router, "POST", "/customers/{no}/mobile", name="record_mobile", route="customer-mobile",
    scope=Scope.CUSTOMERS_WRITE, answer=CustomerTold,
)  # fmt: skip
def record_mobile(request: HttpRequest, no: str, payload: MobileAsked) -> dict[str, Any]:
    """Keep a person's mobile number; the customer can then sign in with a code sent to it."""
    actor = actor_of(request)
    customer_acts.record_mobile(actor, customer_id=customers.by_number(actor, no).id, mobile=payload.mobile)
    return _told(actor, no)


def _recorded(request: HttpRequest, record: Any, payload: CustomerAsked) -> dict[str, Any]:
    actor = actor_of(request)
    found = record(
        actor,
        branch_id=_branch_of(actor, payload.branch_code),
        name=payload.name,
        identity_number=payload.identity_number,
        facts=_stated(payload.facts),
        on=business_date.current(),
        consents=payload.consents,
        mobile=payload.mobile,
    )
    return {"no": found.no, "is_new": found.is_new}


def _branch_of(actor: Actor, code: str | None) -> int:
    """The branch that is named, or the one in which the caller works.  Raises NotFound, InvalidInput."""
    if code is not None:
        return identity.branch(code).pk
    if actor.branch_ids is None or len(actor.branch_ids) != 1:
        raise InvalidInput(
            "branch_code",
            _("The branch is missing."),
            _("Name the branch: this caller works in more than one."),
        )
    return next(iter(actor.branch_ids))


def _stated(facts: Mapping[str, StatedFact]) -> dict[str, tuple[Any, str]]:
    return {name: (fact.value, fact.source) for name, fact in facts.items()}


def _line(row: Any) -> dict[str, Any]:
    names = ("no", "kind", "since", "tier", "rating", "risk_level", "industry", "score")
    return {"name": customers.shown(row).name} | {name: getattr(row, name) for name in names}


def _class(shown: Shown, found: ClassView) -> dict[str, Any]:
    reasons = [
        {
            "dimension": reason.dimension,
            "code": reason.code,
            "fact": reason.fact,
            "points": reason.points,
            "text": dict(reason.text),
        }
        for reason in found.reasons
    ]
    names = ("effective_from", "tier", "rating", "risk_level", "industry", "size", "score", "policy_version")
    return {"customer_no": shown.no, "reasons": reasons} | {name: getattr(found, name) for name in names}
