"""Version 1 of the interface.  Additive only; docs/openapi.json is the committed description."""

import copy
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from xindai.api import (
    applications,
    books,
    checks,
    collections,
    contracts,
    customers,
    days,
    events,
    loans,
    oauth,
    operations,
    policies,
    quotes,
    shop,
    uploads,
    webhooks,
    wording,
)
from xindai.api.callers import security_scheme
from xindai.api.errors import InsufficientScope
from xindai.kernel import audit
from xindai.kernel.errors import XindaiError

PROBLEM: Final = "application/problem+json"

ABOUT: Final = """\
The same acts as on the screens of xindai, for programs and for people who have signed in.

* **Who asks.** A program gets a short-lived token at `/api/v1/oauth/token` (OAuth 2.0 client credentials) and sends it as
  `Authorization: Bearer ...`. Each operation names the scope that opens it. A session of the console works too;
  writes then need its token against forged requests in `X-CSRFToken`.
* **Amounts** are whole numbers of minor units of the currency beside them, **rates** parts per billion a year.
* **Refusals** are problem documents (RFC 9457) with `code`, `field`, `remedy` and `request_id`, in the language of
  `Accept-Language` (`zh-Hans`, `en`).
* **Acts that move money** need an `Idempotency-Key`: sent again, the first answer comes again; with another content the
  key is refused (422); while the first is still at work the second is told so (409).
* **Changes of a record** need its `ETag` as `If-Match`: 428 without, 412 when it has been changed meanwhile.
* **Lists** come in pages: give `next` as `after` with the same `sort`. Parameters that are not described are refused.
* **Events** are told by the feed (`/events`) and to endpoints of your own by webhooks after Standard Webhooks: signed, at
  least once, tried again by a schedule.
* **Many acts at once** come as a file (`/uploads`), worked row by row: what is wrong with a row is told with field and remedy.
* **Rates of requests** stand in `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`; above them 429 with
  `Retry-After`.
"""


class Interface(NinjaAPI):
    """The interface, whose answers can be given headers and whose description tells every convention."""

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """The answer to which an operation adds headers (see ``operations.header``)."""
        answer = super().create_temporal_response(request)
        request.answer = answer  # type: ignore[attr-defined]
        return answer

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description, in English whoever asks; every refusal is a problem document (RFC 9457)."""
        with translation.override("en"):
            described = super().get_openapi_schema(**options)
            described["components"]["securitySchemes"]["ClientCredentials"] = security_scheme()
        paths = described["paths"] = copy.deepcopy(described["paths"])
        kinds = described["components"]["schemas"]
        for one in (operation for methods in paths.values() for operation in methods.values()):
            operations.describe(one)
            operations.give_example(one, kinds)
            for status, response in one["responses"].items():
                if int(status) >= HTTPStatus.BAD_REQUEST and _is_problem(response):
                    response["content"] = {PROBLEM: response["content"]["application/json"]}
        return described


def _is_problem(response: dict[str, Any]) -> bool:
    return str(response["content"]["application/json"]["schema"]["$ref"]).endswith("/Problem")


api = Interface(
    title="xindai",
    version="1.0.0",
    description=ABOUT,
    urls_namespace="api-v1",
    docs_url=None,
    openapi_url="/openapi.json",
)
for part in (
    oauth,
    quotes,
    shop,
    customers,
    applications,
    contracts,
    checks,
    loans,
    collections,
    books,
    days,
    policies,
    events,
    webhooks,
    uploads,
):
    api.add_router("", part.router)


@api.exception_handler(XindaiError)
def refuse(request: HttpRequest, error: XindaiError) -> HttpResponse:
    """Answer one of our own errors."""
    answer = _problem(request, error.as_problem())
    if isinstance(error, InsufficientScope):
        answer["WWW-Authenticate"] = (
            f'Bearer realm="xindai", error="insufficient_scope", scope="{error.params["right"]}"'
        )
    return answer


@api.exception_handler(ValidationError)
def refuse_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request whose shape is wrong, naming the first field at fault."""
    return _problem(request, wording.of_shape(error.errors[0]).as_problem())


@api.exception_handler(HttpError)
def refuse_request(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a request that could not be read; who has not signed in does not come here (`config.middleware`)."""
    return _problem(request, wording.of_request(error.status_code).as_problem())


def _problem(request: HttpRequest, problem: dict[str, object]) -> HttpResponse:
    response = api.create_response(
        request, {**problem, "request_id": audit.request_id.get()}, status=cast("int", problem["status"])
    )
    response["Content-Type"] = PROBLEM
    return response
