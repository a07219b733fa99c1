"""Neutral cases from reading to answer: for each check that is asked, everything that is seen at its moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from loanmath.errors import LoanMathError, brief
from loanmath.neutral.fields import Fields
from loanmath.neutral.happenings import Happening, read_happenings
from loanmath.neutral.loan import Loan, read_loan
from loanmath.neutral.story import Story
from loanmath.neutral.telling import Told, tell

SCHEMA: Final = "neutral loan cases v1"
_TOLD: Final = ("category", "title", "notes", "source")
"""What a case may say about itself that changes nothing."""
EXPECTED: Final = ("rows", "transactions", "totals", "outstanding", "overpaid", "status", "charged_off_on", "reverted")
"""What a check may expect to see."""
_FIELDS: Final = {
    "kind": "type",
    "amount_minor": "amount",
    "of": "which",
    "due_on": "due_date",
    "charge": "type",
} | {name: name for name in ("type", "date", "which", "transaction_type")}
"""Fields of the engine's events as a case calls them."""
_LOAN_FIELDS: Final = {"grace": "grace_principal_periods", "instalments": "instalments", "first_due_on": "repay_every"}


class Check(NamedTuple):
    """What is asked: the view after so many events, as of a day no earlier than the last of them."""

    after_event: int
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case, read."""

    id: str
    loan: Loan
    events: tuple[Happening, ...]
    checks: tuple[Check, ...]


def run_cases(data: object) -> dict[str, list[Told]]:
    """All cases of a file of the format: ``{"cases": [{"id", "checks"}]}``, one check for each that is asked, in order.

    A case that cannot be answered has ``error`` instead of ``checks``, which names the field and the remedy; the
    others go on.  Raises LoanMathError where the file as a whole is of another format.
    """
    file = Fields(data, "", data if isinstance(data, Mapping) else ())
    if file.needed("schema") != SCHEMA:
        raise LoanMathError("schema_unknown", "schema", "the file must say “schema”: “{schema}”", schema=SCHEMA)
    return {"cases": [answer(value, place) for place, value in enumerate(file.parts("cases"))]}


def answer(value: object, place: int) -> Told:
    """The answer to one case, or what is wrong with it.  ``place`` names a case without an id, from 0 on."""
    name = _name(value) or f"number {place + 1}"
    try:
        return run_case(value)
    except LoanMathError as error:
        field = f", {error.field}" if error.field else ""
        return {"id": name, "error": f"case {name}{field}: {error}"}
    except (
        ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    ) as fault:  # fmt: skip
        # A fault of ours, or dates beyond the calendar: it must not take the answers to the other cases away.
        return {
            "id": name,
            "error": f"case {name}: it cannot be computed ({type(fault).__name__}: {fault}): check its dates and amounts",
        }


def _name(value: object) -> str:
    """The id of a case, a text or a whole number; nothing where it has none."""
    said = value.get("id") if isinstance(value, Mapping) else None
    is_id = isinstance(said, str | int) and not isinstance(said, bool)
    return str(brief(said)) if is_id else ""


def run_case(value: object) -> Told:
    """One case: its id and its checks.  Raises LoanMathError that names the field."""
    case = read_case(value)
    story = Story(case.loan)
    told: list[Told | None] = [None] * len(case.checks)
    for number in range(len(case.events) + 1):
        if number:
            _happen(story, case.events[number - 1])
        for place, check in enumerate(case.checks):
            if check.after_event == number:
                told[place] = _seen(story, check, place)
    return {"id": case.id, "checks": told}


def read_case(value: object) -> Case:
    """A case from plain values.  Raises LoanMathError that names the field."""
    case = Fields(value, "", ("id", "loan", "events", "checks", *_TOLD))
    loan = read_loan(case.needed("loan"))
    events = read_happenings(case.parts("events") if case.has("events") else (), loan.currency)
    case.needed("id")
    name = _name(value)
    if not name:
        raise LoanMathError("not_an_id", "id", "it is no name: write a text")
    return Case(name, loan, events, _checks(case.parts("checks"), len(events)))


def _checks(values: Sequence[object], event_count: int) -> tuple[Check, ...]:
    found = []
    for place, value in enumerate(values):
        check = Fields(value, f"checks[{place}]", ("after_event", "as_of", "source_line", *EXPECTED))
        as_of = check.day("as_of") if check.has("as_of") else None
        found.append(Check(check.whole("after_event", 0, event_count), as_of))
    return tuple(found)


def _happen(story: Story, one: Happening) -> None:
    """Let an event happen; what the engine does not accept is said of the event and its field."""
    try:
        story.happen(one)
        story.seen()
    except LoanMathError as error:
        name = _FIELDS.get(error.field)
        path = f"{one.path}.{name}" if name else one.path
        raise LoanMathError(error.code, path, error.message, **error.params) from None


def _seen(story: Story, check: Check, place: int) -> Told:
    """The answer to a check; a plan that cannot be made is the loan's fault."""
    if check.as_of is not None and check.as_of < story.today and story.order:
        raise LoanMathError(
            "out_of_order",
            f"checks[{place}].as_of",
            "it lies before {today}, the business date of its event: give a later day",
            today=story.today.isoformat(),
        )
    try:
        told: dict[str, Any] = {"after_event": check.after_event}
        return told | tell(story, check.as_of)
    except LoanMathError as error:
        name = _LOAN_FIELDS.get(error.field)
        raise LoanMathError(error.code, f"loan.{name}" if name else "loan", error.message, **error.params) from None
