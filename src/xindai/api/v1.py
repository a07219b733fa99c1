"""Version 1 of the interface.  Additive only; docs/openapi.json is the committed description."""

from http import HTTPStatus
from typing import Annotated, Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Header, NinjaAPI, Query, Status
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import SessionAuth

from xindai.api import quotes, schemas, wording
from xindai.identity.actors import Actor
from xindai.kernel import audit, business_date
from xindai.kernel.errors import StateConflict, XindaiError
from xindai.reporting import loans as loan_lists
from xindai.reporting import portfolio as portfolios
from xindai.reporting.loans import LoanLine
from xindai.servicing import queries as servicing
from xindai.servicing import services as loan_acts

CURRENCY: Final = "CNY"
LONGEST_KEY: Final = 90
PAGE: Final = 50
LARGEST_PAGE: Final = 200
REFUSALS: Final = dict.fromkeys((400, 401, 403, 404, 409, 422), schemas.Problem)

PROBLEM: Final = "application/problem+json"


class Interface(NinjaAPI):
    """The interface, whose description says of what type a refusal is."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description; every refusal is a problem document (RFC 9457)."""
        described = super().get_openapi_schema(**options)
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= HTTPStatus.BAD_REQUEST:
                        response["content"] = {PROBLEM: response["content"]["application/json"]}
        return described


api = Interface(
    title="xindai",
    version="1.0.0",
    urls_namespace="api-v1",
    auth=SessionAuth(csrf=True),
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("", quotes.router)


@api.exception_handler(XindaiError)
def refuse(request: HttpRequest, error: XindaiError) -> HttpResponse:
    """Answer one of our own errors."""
    return _problem(request, error.as_problem())


@api.exception_handler(ValidationError)
def refuse_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request whose shape is wrong, naming the first field at fault."""
    return _problem(request, wording.of_shape(error.errors[0]).as_problem())


@api.exception_handler(HttpError)
def refuse_request(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a request that could not be read; who has not signed in does not come here (`config.middleware`)."""
    return _problem(request, wording.of_request(error.status_code).as_problem())


@api.get("/portfolio", response={200: schemas.Portfolio, **REFUSALS}, url_name="portfolio")
def portfolio(request: HttpRequest) -> dict[str, Any]:
    """Return the portfolio at the close of the last day."""
    as_of = business_date.last_closed()
    if as_of is None:
        raise StateConflict(_("No day has been closed yet."), remedy=_("Ask again after the first end of day."))
    book = portfolios.book_at(_actor(request), as_of)
    return {
        "as_of": as_of,
        "currency": CURRENCY,
        "loans": book.loans,
        "principal_minor": book.principal_minor,
        "over_30_minor": book.over_30_minor,
        "over_90_minor": book.over_90_minor,
        "non_performing_minor": book.non_performing_minor,
        "allowance_minor": book.allowance_minor,
    }


@api.get("/loans", response={200: schemas.Loans, **REFUSALS}, url_name="loans")
def loans(
    request: HttpRequest,
    after: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
) -> dict[str, Any]:
    """Return loans by number, a page at a time; `after` is the last number of the page before."""
    actor = _actor(request)
    rows = list(loan_lists.loans(actor).filter(no__gt=after).order_by("no")[: limit + 1])
    lines = loan_lists.lines(actor, rows[:limit])
    return {"items": [_loan(line) for line in lines], "next": lines[-1].no if len(rows) > limit else None}


@api.get("/loans/{no}", response={200: schemas.LoanWithSchedule, **REFUSALS}, url_name="loan")
def loan(request: HttpRequest, no: str) -> dict[str, Any]:
    """Return one loan with its plan in force."""
    actor = _actor(request)
    row = loan_lists.loan(actor, no)
    now = servicing.replayed(row, business_date.current_or_none() or business_date.last_closed())
    plan = [
        {
            "number": planned.number,
            "due_on": planned.due_on,
            "principal_minor": planned.principal_minor,
            "interest_minor": planned.interest_minor,
            "unpaid_minor": sum(now.unpaid(planned)),
        }
        for planned in now.rows
    ]
    return {**_loan(loan_lists.lines(actor, [row])[0]), "schedule": plan}


@api.post("/loans/{no}/repayments", response={201: schemas.RecordedRepayment, **REFUSALS}, url_name="repayments")
def record_repayment(
    request: HttpRequest,
    no: str,
    payload: schemas.Repayment,
    idempotency_key: Annotated[str, Header(min_length=1, max_length=LONGEST_KEY)],
) -> Status[dict[str, Any]]:
    """Record a repayment exactly once: the same key gives the same answer, with other content it is refused."""
    event = loan_acts.record_repayment(
        _actor(request),
        loan_no=no,
        amount_minor=payload.amount_minor,
        currency=payload.currency,
        on=payload.on,
        source=payload.source,
        idempotency_key=f"api/{idempotency_key}",
    )
    used = {
        name: event.applied.get(name, 0)
        for name in ("penalty_minor", "interest_minor", "principal_minor", "overpaid_minor")
    }
    recorded = {
        "loan_no": no, "amount_minor": event.amount_minor, "currency": payload.currency, "on": event.on, **used
    }  # fmt: skip
    return Status(201, recorded)


def _actor(request: HttpRequest) -> Actor:
    """Return who asks, as the permission middleware found out."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def _loan(line: LoanLine) -> dict[str, Any]:
    return {
        "no": line.no,
        "customer_no": line.customer.no,
        "product_code": line.product_code,
        "currency": line.currency,
        "principal_minor": line.principal_minor,
        "rate_ppb": line.rate_ppb,
        "loan_class": line.loan_class,
        "days_past_due": line.days_past_due,
        "next_due_on": line.next_due_on,
        "state": line.state,
    }


def _problem(request: HttpRequest, problem: dict[str, object]) -> HttpResponse:
    response = api.create_response(
        request, {**problem, "request_id": audit.request_id.get()}, status=cast("int", problem["status"])
    )
    response["Content-Type"] = PROBLEM
    return response
