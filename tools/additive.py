"""What a published description promised and a later one takes away: descriptions only ever grow.

`Direction` says who writes the value that a schema describes.  What we send may not lose fields or grow kinds that a
reader does not know; what we receive may not become harder to satisfy; an event is both, since the product itself
reads the events that an earlier release wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Flag, auto
from typing import Any, cast

Schema = dict[str, Any]
_UPPER = ("maximum", "maxLength", "maxItems")
_LOWER = ("minimum", "minLength", "minItems")


class Direction(Flag):
    """Who writes what a schema describes."""

    SENT = auto()
    RECEIVED = auto()
    BOTH = SENT | RECEIVED


@dataclass(frozen=True)
class Pair:
    """The same place of the description before and after, within the documents that hold what they refer to."""

    before: Schema
    after: Schema
    before_document: Schema
    after_document: Schema
    direction: Direction

    def at(self, before: Schema, after: Schema, direction: Direction | None = None) -> Pair:
        """The pair of two parts, what they refer to looked up."""
        before, after = _looked_up(before, self.before_document), _looked_up(after, self.after_document)
        return Pair(before, after, self.before_document, self.after_document, direction or self.direction)


def event_faults(before: Schema, after: Schema) -> list[str]:
    """What the schema of an event takes away from those who write and read it."""
    return list(_schema_faults(Pair(before, after, before, after, Direction.BOTH), "", ()))


def api_faults(before: Schema, after: Schema) -> list[str]:
    """What an OpenAPI document takes away from those who call it."""
    faults = []
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            now = after["paths"].get(path, {}).get(method)
            if now is None:
                faults.append(f"{method.upper()} {path} is gone")
            else:
                pair = Pair(operation, now, before, after, Direction.BOTH)
                faults += [f"{method.upper()} {path}: {fault}" for fault in _operation_faults(pair)]
    return faults


def _operation_faults(pair: Pair) -> Iterator[str]:
    yield from _parameter_faults(pair)
    was_asked, is_asked = pair.before.get("requestBody", {}), pair.after.get("requestBody", {})
    if is_asked.get("required") and not was_asked.get("required"):
        yield "the body is now required"
    if was_asked:
        yield from _content_faults(pair, was_asked, is_asked, Direction.RECEIVED, "body")
    for status, answer in pair.before["responses"].items():
        if status in pair.after["responses"]:
            now = pair.after["responses"][status]
            yield from _content_faults(pair, answer, now, Direction.SENT, f"answer {status}")
        elif status.startswith("2"):
            yield f"answer {status} is gone"


def _parameter_faults(pair: Pair) -> Iterator[str]:
    was = {_place(one): one for one in pair.before.get("parameters", ())}
    now = {_place(one): one for one in pair.after.get("parameters", ())}
    for key, parameter in now.items():
        if parameter.get("required") and not was.get(key, {}).get("required"):
            yield f"{key[0]} {key[1]} is now required"
    for key, parameter in was.items():
        if key not in now:
            yield f"{key[0]} {key[1]} is gone"
        else:
            schemas = pair.at(parameter["schema"], now[key]["schema"], Direction.RECEIVED)
            yield from _schema_faults(schemas, f"{key[0]} {key[1]}", ())


def _place(parameter: Schema) -> tuple[str, str]:
    """Where a parameter stands and its name; servers take the name of a header in either spelling."""
    name = parameter["name"]
    return parameter["in"], name.lower().replace("_", "-") if parameter["in"] == "header" else name


def _content_faults(pair: Pair, was: Schema, now: Schema, direction: Direction, where: str) -> Iterator[str]:
    for media, content in was.get("content", {}).items():
        if media not in now.get("content", {}):
            yield f"{where} is no longer {media}"
        else:
            schemas = pair.at(content["schema"], now["content"][media]["schema"], direction)
            yield from _schema_faults(schemas, where, ())


def _schema_faults(pair: Pair, where: str, above: tuple[int, ...]) -> Iterator[str]:
    """Faults of a schema and of all that it holds; `above` are the schemas on the way here, for those that hold themselves."""
    if id(pair.before) in above:
        return
    above = (*above, id(pair.before))
    yield from _kind_faults(pair, where)
    was, now = _shaped(pair.before, pair.before_document), _shaped(pair.after, pair.after_document)
    yield from _required_faults(pair, was, now, where)
    for name, schema in was.get("properties", {}).items():
        if name not in now.get("properties", {}):
            yield f"{_join(where, name)} is gone"
        else:
            yield from _schema_faults(pair.at(schema, now["properties"][name]), _join(where, name), above)
    for key in ("items", "additionalProperties"):
        if isinstance(was.get(key), dict) and isinstance(now.get(key), dict):
            yield from _schema_faults(pair.at(was[key], now[key]), f"{where}[]", above)


def _required_faults(pair: Pair, was: Schema, now: Schema, where: str) -> Iterator[str]:
    required_before, required_now = set(was.get("required", ())), set(now.get("required", ()))
    if Direction.SENT in pair.direction:
        for name in sorted(required_before - required_now):
            if name in now.get("properties", {}):
                yield f"{_join(where, name)} may now be missing"
    if Direction.RECEIVED in pair.direction:
        for name in sorted(required_now - required_before):
            yield f"{_join(where, name)} is now required"


def _kind_faults(pair: Pair, where: str) -> Iterator[str]:
    was, now = _kinds(pair.before, pair.before_document), _kinds(pair.after, pair.after_document)
    if Direction.SENT in pair.direction and now - was:
        yield f"{where} may now be {', '.join(sorted(now - was))}"
    if Direction.RECEIVED in pair.direction and was - now:
        yield f"{where} may no longer be {', '.join(sorted(was - now))}"
    knew, knows = _values(pair.before, pair.before_document), _values(pair.after, pair.after_document)
    if knew and knows and knew - knows:
        yield f"{where} no longer knows {', '.join(sorted(knew - knows))}"
    if Direction.RECEIVED in pair.direction:
        if knows and not knew:
            yield f"{where} now knows a few values only"
        for key in (*_UPPER, *_LOWER):
            if _is_tighter(key, pair.before.get(key), pair.after.get(key)):
                yield f"{where} has a tighter {key}"


def _is_tighter(key: str, was: int | None, now: int | None) -> bool:
    if now is None or was is None:
        return now is not None
    return now < was if key in _UPPER else now > was


def _kinds(schema: Schema, document: Schema) -> frozenset[str]:
    """The types that a value may have, each with its format."""
    found = set()
    for one in _variants(schema, document):
        if "type" in one:
            found.add(f"{one['type']} ({one['format']})" if "format" in one else str(one["type"]))
    return frozenset(found)


def _values(schema: Schema, document: Schema) -> frozenset[str]:
    """The values that are listed as the only ones; empty when any value of the kind may come."""
    found: set[str] = set()
    for one in _variants(schema, document):
        listed = one.get("enum", [one["const"]] if "const" in one else [])
        if not listed and one.get("type") != "null":
            return frozenset()
        found |= set(map(str, listed))
    return frozenset(found)


def _shaped(schema: Schema, document: Schema) -> Schema:
    """The variant of a schema that has parts: fields or items."""
    parts = ("properties", "items", "additionalProperties")
    return next((one for one in _variants(schema, document) if any(part in one for part in parts)), schema)


def _variants(schema: Schema, document: Schema) -> list[Schema]:
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return [_looked_up(one, document) for one in schema[key]]
    return [schema]


def _looked_up(schema: Schema, document: Schema) -> Schema:
    """What a schema refers to by ``$ref``, or the schema itself."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = cast(Schema, found)
    return schema


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
