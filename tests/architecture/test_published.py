"""What is published only grows: events under docs/events, the API in docs/openapi.json."""

import ast
import copy
import json
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.architecture.source import CHECKOUT, product
from xindai.kernel import outbox

Schema = dict[str, Any]
Change = Callable[[Schema], Any]

EVENT_MODULES = {source.module for source in product()}
EVENT = "loan.disbursed.v1.json"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """The tools as `./xindai check` runs them: each finds the others beside itself."""
    monkeypatch.syspath_prepend(str(CHECKOUT / "tools"))
    return import_module


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """A copy of the published schemas, to be tampered with."""
    return Path(shutil.copytree(CHECKOUT / "docs" / "events", tmp_path / "events"))


@pytest.fixture
def api(tmp_path: Path) -> Path:
    """A copy of the published document."""
    return Path(shutil.copy(CHECKOUT / "docs" / "openapi.json", tmp_path))


@pytest.fixture(autouse=True)
def without_events_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the outbox declare events of their own, which stay in the process."""
    ours = {key: event for key, event in outbox._events.items() if event.__module__ in EVENT_MODULES}
    monkeypatch.setattr(outbox, "_events", ours)


def test_every_event_that_is_declared_anywhere_has_a_published_schema() -> None:
    published = {path.name for path in (CHECKOUT / "docs" / "events").glob("*.json")}
    assert sorted(_declared()) == sorted(published)


def test_what_is_published_is_what_the_code_says(tool: Callable[[str], ModuleType]) -> None:
    assert tool("check_events").main(is_writing=False) == 0
    assert tool("check_api").main(is_writing=False) == 0


def test_an_event_that_lost_a_field_is_refused_also_when_written(
    tool: Callable[[str], ModuleType], events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _change(events / EVENT, lambda schema: schema["properties"].update(branch={"type": "string"}))

    for is_writing in (False, True):
        assert tool("check_events").main(is_writing=is_writing, folder=events)
        assert f"{EVENT}: branch is gone: give the event the next schema_version" in capsys.readouterr().out
    assert "branch" in (events / EVENT).read_text()


def test_an_event_that_is_published_but_gone_is_refused(
    tool: Callable[[str], ModuleType], events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(events / EVENT, events / "loan.disbursed.v0.json")

    assert tool("check_events").main(is_writing=True, folder=events) == 1
    assert "loan.disbursed.v0.json: published, but no longer in the code" in capsys.readouterr().out


def test_new_events_and_new_fields_with_defaults_are_asked_for_and_written(
    tool: Callable[[str], ModuleType], events: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (events / EVENT).read_text()
    (events / "loan.closed.v1.json").unlink()
    _change(events / EVENT, lambda schema: [schema.pop("description"), schema["properties"].pop("on")])
    _change(events / EVENT, lambda schema: schema["required"].remove("on"))

    assert tool("check_events").main(is_writing=False, folder=events) >= 2
    assert "loan.closed.v1.json is missing" in capsys.readouterr().out
    _change(events / EVENT, lambda schema: schema["properties"].update(on={"type": "string", "format": "date"}))
    _change(events / EVENT, lambda schema: schema["required"].append("on"))
    assert tool("check_events").main(is_writing=True, folder=events) == 0
    assert (events / EVENT).read_text() == whole
    assert (events / "loan.closed.v1.json").exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda now: now["properties"].pop("loan"), "loan is gone"),
        (lambda now: now["required"].remove("loan"), "loan may now be missing"),
        (lambda now: now["required"].append("note"), "note is now required"),
        (lambda now: now["properties"].update(loan={"type": "integer"}), "loan may now be integer"),
        (lambda now: now["properties"]["on"].pop("format"), "on may no longer be string (date)"),
        (lambda now: now["properties"]["note"].update(anyOf=[{"type": "string"}]), "note may no longer be null"),
        (lambda now: now["properties"]["parts"]["items"]["properties"].pop("minor"), "parts[].minor is gone"),
        (lambda now: now["$defs"]["State"]["enum"].remove("late"), "state no longer knows late"),
    ],
)
def test_what_an_event_takes_away_is_named(tool: Callable[[str], ModuleType], change: Change, fault: str) -> None:
    before = _sample_event()
    after = copy.deepcopy(before)
    change(after)

    assert fault in tool("additive").event_faults(before, after)


def test_what_an_event_gains_is_no_fault(tool: Callable[[str], ModuleType]) -> None:
    before = _sample_event()
    after = copy.deepcopy(before)
    after["properties"]["extra"] = {"type": "integer", "default": 0}
    after["$defs"]["State"]["enum"].append("frozen")
    after["description"] = "Told better."

    assert tool("additive").event_faults(before, after) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda now: now["paths"].pop("/api/v1/portfolio"), "GET /api/v1/portfolio is gone"),
        (lambda now: _get(now)["parameters"].pop(0), "query after is gone"),
        (lambda now: _get(now)["parameters"][0].update(required=True), "query after is now required"),
        (lambda now: _get(now)["parameters"][1]["schema"].update(maximum=10), "query limit has a tighter maximum"),
        (lambda now: _get(now)["responses"].pop("200"), "answer 200 is gone"),
        (lambda now: _fields(now, "Loan").pop("rate_ppb"), "rate_ppb is gone"),
        (lambda now: _fields(now, "Loan").update(rate_ppb={"type": "number"}), "rate_ppb may now be number"),
        (lambda now: _schemas(now)["Loan"]["required"].remove("no"), "no may now be missing"),
        (lambda now: _fields(now, "Problem").pop("code"), "code is gone"),
    ],
)
def test_what_the_api_takes_away_is_named(
    tool: Callable[[str], ModuleType], api: Path, change: Change, fault: str
) -> None:
    published = json.loads(api.read_text())
    tampered = copy.deepcopy(published)
    change(tampered)

    faults = tool("additive").api_faults(published, tampered)

    assert any(one.endswith(fault) for one in faults), faults


def test_a_document_that_promised_more_is_not_overwritten(
    tool: Callable[[str], ModuleType], api: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _change(api, lambda now: _fields(now, "Loan").update(colour={"type": "string"}))
    promised = api.read_text()

    for is_writing in (False, True):
        assert tool("check_api").main(is_writing=is_writing, document=api) == 1
        assert "colour is gone" in capsys.readouterr().out
    assert api.read_text() == promised


def test_a_document_that_promised_less_is_asked_for_and_written(
    tool: Callable[[str], ModuleType], api: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = api.read_text()
    _change(api, lambda now: now["paths"].pop("/api/v1/portfolio"))

    assert tool("check_api").main(is_writing=False, document=api) == 1
    assert "./xindai check api --write" in capsys.readouterr().out
    assert tool("check_api").main(is_writing=True, document=api) == 0
    assert api.read_text() == whole


def _declared() -> Iterator[str]:
    """The file name of the schema of every event class in the source, whether its module was loaded or not."""
    for source in product():
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and "xindai.kernel.outbox.Event" in map(source.dotted, node.bases):
                said = {
                    ast.unparse(line.target): ast.literal_eval(line.value)
                    for line in node.body
                    if isinstance(line, ast.AnnAssign) and line.value and "ClassVar" in ast.unparse(line.annotation)
                }
                yield f"{said['name']}.v{said.get('schema_version', 1)}.json"


def _sample_event() -> Schema:
    part = {"type": "object", "properties": {"minor": {"type": "integer"}}, "required": ["minor"]}
    return {
        "type": "object",
        "$defs": {"State": {"type": "string", "enum": ["late", "good"]}},
        "properties": {
            "loan": {"type": "string"},
            "on": {"type": "string", "format": "date"},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            "parts": {"type": "array", "items": part},
            "state": {"$ref": "#/$defs/State"},
        },
        "required": ["loan", "on", "parts", "state"],
    }


def _change(path: Path, change: Change) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def _get(document: Schema) -> Schema:
    operation: Schema = document["paths"]["/api/v1/loans"]["get"]
    return operation


def _schemas(document: Schema) -> Schema:
    schemas: Schema = document["components"]["schemas"]
    return schemas


def _fields(document: Schema, name: str) -> Schema:
    fields: Schema = _schemas(document)[name]["properties"]
    return fields
