"""Files for `./xindai replay`: neutral loan cases, or a loan of one's own; read into plain values, or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from loanmath import Event, LoanMathError, Terms
from loanmath.errors import brief
from loanmath.neutral import SCHEMA, differences, run_cases
from loanmath.neutral.differences import Difference
from xindai.config import json_files
from xindai.config.refusal import Refusal

_SPEC: Final = "docs/specs/neutral_cases.md shows the format"


@dataclass(frozen=True, slots=True)
class Answered:
    """A case as the file holds it, beside what came of it."""

    id: str
    asked: Mapping[str, Any]
    told: Mapping[str, Any]
    differing: tuple[Difference, ...] = ()

    @property
    def problem(self) -> str:
        """Why there is no answer; empty where there is one."""
        return str(self.told.get("error", ""))

    @property
    def title(self) -> str:
        """What the case says it is about."""
        title = self.asked.get("title")
        return title if isinstance(title, str) else ""

    @property
    def pairs(self) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Each check as asked and as answered."""
        return list(zip(self.asked["checks"], self.told["checks"], strict=True))

    def event(self, number: int) -> str:
        """What happened last after so many events."""
        if not number:
            return "as planned 计划"
        event = self.asked["events"][number - 1]
        amount = f" {event['amount']}" if event.get("amount") is not None else ""
        return f"after event {number}: {event['type']}{amount}, {event['date']}"


@dataclass(frozen=True, slots=True)
class OwnLoan:
    """The terms and the events of a loan of one's own."""

    terms: Terms
    events: tuple[Event, ...]


def read(path: Path) -> Any:
    """The plain values of a JSON file, its fractions as Decimal.  Raises Refusal."""
    return json_files.read(path, _SPEC)


def is_neutral(data: object) -> bool:
    """Whether the file says that it holds neutral cases."""
    return isinstance(data, dict) and "schema" in data


def answers(data: Any, *, only: str | None, after: int | None) -> list[Answered]:
    """The cases of a file with their answers: all or the ``only`` one; ``after`` so many events instead of the checks.

    Raises Refusal where the file is of another format or has no such case.
    """
    cases = data.get("cases")
    if data["schema"] != SCHEMA or not isinstance(cases, list):
        raise Refusal(
            "The file holds no neutral loan cases.", f"Write “schema”: “{SCHEMA}” and a list of “cases”; {_SPEC}."
        )
    if only is not None:
        cases = [case for case in cases if isinstance(case, dict) and str(brief(case.get("id"))) == only]
        if not cases:
            raise Refusal(f"--case {only}: the file has no case of this id.", "Run it without --case to see the ids.")
    if after is not None:
        cases = [case | {"checks": [{"after_event": after}]} if isinstance(case, dict) else case for case in cases]
    told = run_cases({"schema": SCHEMA, "cases": cases})["cases"]
    return [_answered(case, one) for case, one in zip(cases, told, strict=True)]


def _answered(case: Any, told: Mapping[str, Any]) -> Answered:
    asked = case if isinstance(case, dict) else {}
    if "error" in told:
        return Answered(told["id"], asked, told)
    return Answered(told["id"], asked, told, tuple(differences(asked["checks"], told["checks"])))


def own_loan(terms: object, events: object) -> OwnLoan:
    """A loan from the values that ``Terms.to_json`` and ``Event.to_json`` write.  Raises Refusal."""
    if not isinstance(terms, dict):
        raise Refusal("The terms are no JSON object.", "`./xindai schedule ... --terms` writes an example.")
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise Refusal("The events are no JSON list of objects.", 'Write [{"key": "1", "kind": "disburse", ...}, ...].')
    made = _made("terms", lambda: Terms.from_json(_whole(terms)))
    found: Sequence[Event] = [
        _made(f"events[{place}]", lambda event=event: Event.from_json(_whole(event)))
        for place, event in enumerate(events)
    ]
    return OwnLoan(made, tuple(found))


def _made(where: str, make: Any) -> Any:
    try:
        return make()
    except LoanMathError as error:
        raise Refusal(f"{where}.{error.field}:", f"{error}.") from error


def _whole(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values; the engine counts in whole numbers, so a fraction is refused."""
    for name, value in values.items():
        if isinstance(value, Decimal):
            raise LoanMathError(
                "not_whole", name, f"{value} is no whole number: give minor units, or parts per billion"
            )
    return dict(values)
