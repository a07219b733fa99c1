"""What holds for every operation, each convention in one place.

An operation names the scope that opens it to programs; refuses parameters that it does not know; acts once per
idempotency key where money moves; changes a record only in the version that the caller has read.
"""

import functools
import json
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final, TypeAlias, cast, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from ninja.security import SessionAuth

from xindai.api import schemas
from xindai.api.callers import ClientCredentials, actor_of
from xindai.api.errors import KeyMissing, KeyUnusable, MatchMissing, UnknownParameter
from xindai.identity.actors import Actor
from xindai.identity.scopes import Scope
from xindai.kernel import idempotency, versions

KEY_HEADER: Final = "Idempotency-Key"
MATCH_HEADER: Final = "If-Match"
REPLAYED_HEADER: Final = "Idempotency-Replayed"
LONGEST_KEY: Final = 90
_TAG: Final = re.compile(r'"\d{1,9}"')
_KEY: Final = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")

View: TypeAlias = Callable[..., Any]

REFUSALS: Final = (400, 401, 403, 404, 409, 422, 429)
OF_CHANGES: Final = (412, 428)


@dataclass(frozen=True, slots=True)
class Record:
    """An answer that is one record, in the version that its `ETag` names."""

    body: dict[str, Any]
    version: int | None


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operation promises besides its address: see the parameters of ``operation``."""

    name: str
    scope: Scope | None
    status: int
    moves_money: bool
    once: bool
    changes: bool
    content: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it answers with a file instead of JSON."""
        return bool(self.content)


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    name: str,
    scope: Scope | None,
    answer: type[Schema] | None,
    status: int = 200,
    content: str = "",
    route: str = "",
    moves_money: bool = False,
    once: bool = False,
    changes: bool = False,
) -> Callable[[View], View]:
    """Declare an operation of the interface.

    ``name`` is its identity in the description and in generated clients; ``scope`` opens it to programs, and None
    leaves it to people; ``route`` is its name in the route table; ``content`` is what it answers with instead of JSON.  An operation that ``moves_money`` needs an
    idempotency key, one to be done ``once`` takes one; one that ``changes`` a record needs the record's version (see ``matched``).
    """
    promise = Operation(name, scope, status, moves_money, once, changes, content)
    responses: dict[Any, Any] = {status: answer, **refusals(*(OF_CHANGES if changes else ()))}

    def decorate(view: View) -> View:
        routed = router.api_operation(
            [method],
            path,
            response=responses,
            auth=[ClientCredentials(scope, name), SessionAuth(csrf=True)],
            operation_id=name,
            url_name=route or name.replace("_", "-"),
            openapi_extra={"x-promise": promise},
        )
        routed(_conventional(view, promise))
        return view

    return decorate


def refusals(*more: int) -> dict[int, type[Schema]]:
    """The refusals that an operation documents: those that every one can give, and its own."""
    return dict.fromkeys((*REFUSALS, *more), schemas.Problem)


@contextmanager
def matched(request: HttpRequest, kind: str, key: Hashable) -> Iterator[None]:
    """Let the verb called within change the record only in the version that the caller has read (`If-Match`)."""
    request.was_matched = True  # type: ignore[attr-defined]
    tags = {tag.strip() for tag in request.headers.get(MATCH_HEADER, "").split(",")}
    read = {int(tag.strip('"')) for tag in tags if _TAG.fullmatch(tag)}
    with versions.expected((kind, key), None if "*" in tags else read):
        yield


def etag(version: int) -> str:
    """The version of a record as a header writes it."""
    return f'"{version}"'


def key_of(request: HttpRequest) -> str:
    """The caller's idempotency key as the verbs keep it: two programs may use the same one for different acts."""
    key, actor = request.headers[KEY_HEADER], actor_of(request)
    if actor.kind != "client":
        return f"api/{key}"
    return f"api/{actor.name}/{sha256(key.encode()).hexdigest()[:48]}"


def _conventional(view: View, promise: Operation) -> View:
    """The view with every convention around it; its signature stays what the framework reads."""
    known = _parameters_of(view)

    @functools.wraps(view)
    def conventional(request: HttpRequest, **values: Any) -> Any:
        _refuse_unknown(request, known)

        def act() -> dict[str, Any]:
            return _kept(
                _matched(request, lambda: view(request, **values)) if promise.changes else view(request, **values)
            )

        has_key = KEY_HEADER in request.headers
        if promise.is_file:
            return view(request, **values)
        answer = _once(request, promise, act) if promise.moves_money or (promise.once and has_key) else act()
        if answer["version"] is not None:
            header(request)["ETag"] = etag(answer["version"])
        return Status(promise.status, answer["body"])

    return conventional


def _kept(answer: Any) -> dict[str, Any]:
    """What a view answers, as it can be kept: its body, and its version if it is a record."""
    record = answer if isinstance(answer, Record) else Record(answer, None)
    return {"body": record.body, "version": record.version}


def _parameters_of(view: View) -> list[str]:
    """What may stand behind the question mark: the fields of the schema that the view takes as ``asked``."""
    asked = get_type_hints(view).get("asked")
    return list(asked.model_fields) if asked is not None else []


def _refuse_unknown(request: HttpRequest, known: list[str]) -> None:
    unknown = [name for name in request.GET if name not in known]
    if unknown:
        raise UnknownParameter(unknown[0], known)


def _matched(request: HttpRequest, act: Callable[[], Any]) -> Any:
    """Do the change in one transaction with the comparison of versions that ``matched`` asks for."""
    if not request.headers.get(MATCH_HEADER, "").strip():
        raise MatchMissing
    with transaction.atomic():
        answer = act()
        assert getattr(request, "was_matched", False), "an operation that changes a record must compare its version"
    return answer


def _once(request: HttpRequest, promise: Operation, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Act once per key: the same request again gets the first answer, another one with the key is refused."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        raise KeyMissing
    if not _KEY.fullmatch(key):
        raise KeyUnusable(LONGEST_KEY)
    asked = {"operation": promise.name, "path": request.path, "body": request.body.decode("utf-8", "replace")}
    answer, is_new = idempotency.once_or_refuse(
        _scope_of(actor_of(request)), key, idempotency.fingerprint(_without_spaces(asked)), lambda: _plain(act())
    )
    if not is_new:
        header(request)[REPLAYED_HEADER] = "true"
    return answer


def _scope_of(actor: Actor) -> str:
    return f"api {actor.label}"


def _without_spaces(asked: Mapping[str, str]) -> dict[str, Any]:
    """The request with its body as what it says: other spaces or another order of fields are no other request."""
    try:
        return {**asked, "body": json.loads(asked["body"])} if asked["body"] else dict(asked)
    except ValueError:
        return dict(asked)


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as it can be kept and given again."""
    return cast("dict[str, Any]", json.loads(json.dumps(answer, cls=DjangoJSONEncoder)))


def header(request: HttpRequest) -> HttpResponse:
    """The answer on its way, to which an operation can add headers."""
    return cast("HttpResponse", request.answer)  # type: ignore[attr-defined]


def describe(described: dict[str, Any]) -> None:
    """Write an operation's promises into its description: scope, key, version, and the headers of its answers."""
    promise: Operation | None = described.pop("x-promise", None)
    if promise is None:
        return
    security: list[dict[str, list[str]]] = [{"SessionAuth": []}]
    if promise.scope is not None:
        security.insert(0, {"ClientCredentials": [str(promise.scope)]})
    described["security"] = security
    who = f"Scope: `{promise.scope}`." if promise.scope else "For people who have signed in; no scope opens it."
    described["description"] = f"{described.get('description', '')}\n\n{who}".strip()
    if promise.moves_money or promise.once:
        described["parameters"].append(_key_parameter(is_required=promise.moves_money))
    if promise.changes:
        described["parameters"].append(_match_parameter())
    if promise.is_file:
        described["responses"][promise.status]["content"] = {promise.content: {"schema": {"type": "string"}}}
    for status, response in described["responses"].items():
        response.setdefault("headers", {}).update(_headers(promise, int(status)))


def give_example(described: dict[str, Any], kinds: Mapping[str, Any]) -> None:
    """Put an example of the whole body beside its schema, made of the examples of its fields."""
    body = described.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        body["example"] = _example(body["schema"], kinds)


def _example(schema: Mapping[str, Any], kinds: Mapping[str, Any]) -> Any:
    """The example of a schema; of an object the fields that it needs and those that have one."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(kinds[schema["$ref"].rpartition("/")[2]], kinds)
    if "properties" in schema:
        needed = schema.get("required", ())
        return {
            name: _example(part, kinds)
            for name, part in schema["properties"].items()
            if name in needed or "examples" in part
        }
    return [_example(schema["items"], kinds)] if "items" in schema else None


def _key_parameter(*, is_required: bool) -> dict[str, Any]:
    return {
        "in": "header",
        "name": KEY_HEADER,
        "required": is_required,
        "description": "A key of your own: the same for the same act however often you send it, new for every other act.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        "example": "0197a1c2-7f3a-7c1e-9b1d-5f0c6a2e4d11",
    }


def _match_parameter() -> dict[str, Any]:
    return {
        "in": "header",
        "name": MATCH_HEADER,
        "required": True,
        "description": "The `ETag` of the record as you have read it.",
        "schema": {"type": "string", "minLength": 1, "pattern": "^[!-~]+$"},
        "example": '"3"',
    }


def _headers(promise: Operation, status: int) -> dict[str, Any]:
    found = {"X-Request-ID": _text("The identity of the request, by which our log can be searched.")}
    if promise.scope is not None and status != HTTPStatus.UNAUTHORIZED:
        found["RateLimit-Limit"] = _number("Requests that this client may send in a minute.")
        found["RateLimit-Remaining"] = _number("Requests that are left until the minute is over.")
        found["RateLimit-Reset"] = _number("Seconds until the minute is over.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        found["Retry-After"] = _number("Seconds to wait.")
    if (promise.moves_money or promise.once) and status == promise.status:
        found[REPLAYED_HEADER] = _text("`true` when this is the first answer given again.")
    return found


def _text(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


def _number(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "integer"}}
