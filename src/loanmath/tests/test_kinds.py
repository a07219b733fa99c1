"""Plain values of other kinds, names nobody knows and fields left out: read with defaults or refused by path."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loanmath
from loanmath import (
    Allocation,
    Calendar,
    Charge,
    Component,
    Event,
    EventKind,
    Floating,
    Frequency,
    Grace,
    GradingPolicy,
    LoanMathError,
    Recalculation,
    Shape,
    State,
    Status,
    Terms,
    replay,
)
from loanmath.allocation import Direction
from loanmath.frequency import OddPeriods, Unit
from loanmath.shape import require_range
from loanmath.terms import KindAllocation, RateStep, Tranche, TrancheRows
from loanmath.tests.strategies import POLICY

START = date(2024, 7, 1)
ENGINE: Any = loanmath
"""Without the types of what it takes."""
NEEDED: dict[str, Any] = {
    "currency": "CNY",
    "principal_minor": 1_200_000,
    "rate_ppb": 36_000_000,
    "day_count": "30E/360",
    "method": "level",
    "disbursed_on": START,
    "instalments": 12,
}
RICH = Terms(
    **NEEDED,
    shape=Shape(weights=(1, 2), multiple_minor=100),
    grace=Grace(principal=1),
    frequency=Frequency(unit=Unit.MONTH, days=(20,)),
    rate_steps=(RateStep(date(2024, 9, 1), 5),),
    tranches=(Tranche(date(2024, 8, 5), 100),),
    tranche_rows=TrancheRows.AFTER,
    recalculation=Recalculation(),
    allocations=(KindAllocation("credit", Allocation()),),
)
EVENT = Event(
    "1", EventKind.CHARGE, START, charge=Charge(amount_minor=5, due_on=START), allocation=Allocation(), due_on=START
)
STATE = State.from_json(State().to_json() | {"dues": [[1, 739_000, 5, 6], [2, 739_031, 5, 6, 7, 8]]})
KINDS: list[tuple[Any, Any]] = [
    (Terms, RICH),
    (Event, EVENT),
    (Charge, EVENT.charge),
    (Shape, RICH.shape),
    (Grace, Grace(principal=1, holidays=(3,))),
    (OddPeriods, OddPeriods("long", "separate", 5)),  # type: ignore[arg-type]
    (Allocation, Allocation(direction=Direction.VERTICAL)),
    (Recalculation, Recalculation()),
    (Calendar, Calendar.of([START], [date(2024, 7, 6)])),
    (GradingPolicy, POLICY),
    (State, STATE),
]
OF_KIND = pytest.mark.parametrize(("kind", "value"), KINDS, ids=lambda one: getattr(one, "__name__", ""))


def plain(value: Any) -> Any:
    """The value as JSON holds it."""
    return json.loads(json.dumps(value.to_json()))


def outcome(kind: Any, data: Any) -> tuple[Any, LoanMathError | None]:
    """What is read, or why not."""
    try:
        return kind.from_json(data), None
    except LoanMathError as error:
        return None, error


def refusal(make: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(LoanMathError) as caught:
        make()
    return caught.value.code, caught.value.field


@OF_KIND
def test_what_was_written_is_read_again(kind: Any, value: Any) -> None:
    assert kind.from_json(plain(value)) == value


@OF_KIND
def test_a_name_that_nobody_knows_is_refused_by_name(kind: Any, value: Any) -> None:
    code, field = refusal(lambda: kind.from_json(plain(value) | {"colour": 1}))
    assert (code in {"unknown_field", "unknown_term"}, field) == (True, "colour")


@OF_KIND
@pytest.mark.parametrize("wrong", [None, [], "text", 7, True, 1.5])
def test_what_is_no_object_is_refused(kind: Any, value: Any, wrong: Any) -> None:
    assert refusal(lambda: kind.from_json(wrong))[0] == "wrong_kind"


@OF_KIND
def test_what_is_left_out_has_its_default_or_is_missed_by_name(kind: Any, value: Any) -> None:
    whole = plain(value)
    for name in whole:
        left = {one: said for one, said in whole.items() if one != name}
        found, error = outcome(kind, left)
        if error is None:
            assert getattr(found, name) == kind.__dataclass_fields__[name].default
        else:
            assert error.field == name or error.code not in {"field_missing", "wrong_kind"}


ODD: list[Any] = [
    None,
    True,
    False,
    7,
    -1,
    10**30,
    1.5,
    float("nan"),
    "",
    "text",
    "2024-02-30",
    [],
    [1],
    [[]],
    {},
    {"a": 1},
    "１",
]


@OF_KIND
def test_a_value_of_any_other_kind_is_refused_with_its_path_or_means_something(kind: Any, value: Any) -> None:
    whole = plain(value)
    for name in whole:
        for odd in ODD:
            _, error = outcome(kind, whole | {name: odd})
            assert error is None or (error.field and len(str(error)) < 1200)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"shape": {"weights": [1, True]}}, "wrong_kind", "shape.weights[1]"),
        ({"shape": {"weights": "12"}}, "wrong_kind", "shape.weights"),
        ({"shape": {"balloon_minor": 1.5}}, "out_of_range", "shape.balloon_minor"),
        ({"shape": None}, "wrong_kind", "shape"),
        ({"grace": {"holidays": [0]}}, "out_of_range", "grace.holidays"),
        ({"rate_steps": [["2024-09-01", 1], ["2024-10-01"]]}, "wrong_kind", "rate_steps[1]"),
        ({"rate_steps": [["2024-09-31", 1]]}, "not_a_date", "rate_steps[0].on"),
        ({"tranches": [["2024-09-01", True]]}, "wrong_kind", "tranches[0].amount_minor"),
        ({"own_dates": ["2024-09-01", 7]}, "wrong_kind", "own_dates[1]"),
        ({"allocations": [["credit", {"order": ["penalty", "love"]}]]}, "unknown_choice", "allocations[0].allocation.order[1]"),
        ({"allocation": {"order": ["fee"]}}, "allocation_incomplete", "allocation"),
        ({"recalculation": {"rest": 1}}, "wrong_kind", "recalculation.rest"),
        ({"disbursed_on": None}, "wrong_kind", "disbursed_on"),
        ({"disbursed_on": "20240701"}, "not_a_date", "disbursed_on"),
        ({"disbursed_on": "2024-W27-1"}, "not_a_date", "disbursed_on"),
        ({"frequency": "P0M"}, "out_of_range", "frequency.every"),
        ({"frequency": ["P1M"]}, "wrong_kind", "frequency"),
        ({"counts_periods": 1}, "wrong_kind", "counts_periods"),
        ({"counts_periods": None}, "wrong_kind", "counts_periods"),
        ({"principal_minor": True}, "out_of_range", "principal_minor"),
        ({"principal_minor": None}, "out_of_range", "principal_minor"),
        ({"rate_ppb": 1.5}, "out_of_range", "rate_ppb"),
        ({"method": ["level"]}, "unknown_choice", "method"),
        ({"currency": None}, "wrong_kind", "currency"),
        ({"period_months": "many"}, "wrong_kind", "period_months"),
        ({"odd": {"minimum_days": True}}, "out_of_range", "odd.minimum_days"),
    ],
)  # fmt: skip
def test_a_term_of_another_kind_is_refused_with_its_path(changes: dict[str, Any], code: str, field: str) -> None:
    assert refusal(lambda: Terms.from_json(plain(Terms(**NEEDED)) | changes)) == (code, field)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"charge": {"amount_minor": "5", "due_on": "2024-07-01"}}, "out_of_range", "charge.amount_minor"),
        ({"charge": {"amount_minor": 5}}, "charge_without_date", "charge.due_on"),
        ({"charge": {"amount_minor": 5, "moment": "never"}}, "unknown_choice", "charge.moment"),
        ({"kind": "dance"}, "unknown_choice", "kind"),
        ({"kind": None}, "wrong_kind", "kind"),
        ({"on": "2024-02-30"}, "not_a_date", "on"),
        ({"key": 1}, "wrong_kind", "key"),
        ({"rows": True}, "out_of_range", "rows"),
        ({"rate_ppb": ""}, "out_of_range", "rate_ppb"),
        ({"prepaid": None}, "wrong_kind", "prepaid"),
        ({"allocation": {"ahead": "soon"}}, "unknown_choice", "allocation.ahead"),
    ],
)
def test_an_event_of_another_kind_is_refused_with_its_path(changes: dict[str, Any], code: str, field: str) -> None:
    assert refusal(lambda: Event.from_json(plain(EVENT) | changes)) == (code, field)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"dues": [[1, 2, 3, 4], [1, 2, 3]]}, "wrong_kind", "dues[1]"),
        ({"dues": [[1, 2, 3, "4"]]}, "out_of_range", "dues[0].interest_minor"),
        ({"dues": None}, "wrong_kind", "dues"),
        ({"repaid_minor": -1}, "out_of_range", "repaid_minor"),
        ({"repaid_minor": True}, "out_of_range", "repaid_minor"),
        ({"repaid_minor": 1 << 63}, "out_of_range", "repaid_minor"),
    ],
)
def test_a_state_of_another_kind_is_refused_with_its_path(changes: dict[str, Any], code: str, field: str) -> None:
    assert refusal(lambda: State.from_json(plain(STATE) | changes)) == (code, field)


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: ENGINE.Terms(**NEEDED | {"disbursed_on": "2024-07-01"}), "disbursed_on"),
        (lambda: ENGINE.Terms(**NEEDED | {"disbursed_on": datetime(2024, 7, 1)}), "disbursed_on"),  # noqa: DTZ001
        (lambda: ENGINE.Terms(**NEEDED, matures_on="2025-07-01"), "matures_on"),
        (lambda: ENGINE.Terms(**NEEDED, frequency="P1M"), "frequency"),
        (lambda: ENGINE.Terms(**NEEDED, shape={"weights": []}), "shape"),
        (lambda: ENGINE.Terms(**NEEDED, own_dates=("2024-07-01",)), "own_dates[0]"),
        (lambda: ENGINE.Terms(**NEEDED, tranches=[(START, 1)]), "tranches[0]"),
        (lambda: ENGINE.Terms(**NEEDED, tranches=(ENGINE.Tranche("2024-07-01", 1),)), "tranches[0].on"),
        (lambda: ENGINE.Terms(**NEEDED, recalculation=True), "recalculation"),
        (lambda: ENGINE.Terms(**NEEDED, counts_periods="yes"), "counts_periods"),
        (lambda: ENGINE.Event("1", EventKind.REPAY, "2024-07-01", 5), "on"),
        (lambda: ENGINE.Event("1", EventKind.REPAY, START, 5, allocation="usual"), "allocation"),
        (lambda: ENGINE.Event("1", EventKind.CHARGE, START, charge=5), "charge"),
        (lambda: ENGINE.Event(None, EventKind.REPAY, START, 5), "key"),
        (lambda: ENGINE.Shape(weights=5), "weights"),
        (lambda: ENGINE.Shape(is_evened=1), "is_evened"),
        (lambda: ENGINE.Grace(holidays="3"), "holidays"),
        (lambda: ENGINE.Frequency(unit=Unit.MONTH, days=20), "days"),
        (lambda: ENGINE.Frequency.parse(None), "frequency"),
        (lambda: ENGINE.Allocation(order=5), "order"),
        (lambda: ENGINE.Calendar(holidays=[START]), "holidays"),
        (lambda: ENGINE.Calendar.of(["2024-07-01"]), "holidays"),
        (lambda: ENGINE.GradingPolicy((0, 1, 2), 0, 0, (0,) * 5), "floors_days"),
        (lambda: ENGINE.schedule(plain(RICH)), "terms"),
        (lambda: ENGINE.replay(plain(RICH), [], START, policy=POLICY), "terms"),
        (lambda: ENGINE.replay(RICH, [], "2024-07-01", policy=POLICY), "as_of"),
        (lambda: ENGINE.replay(RICH, [EVENT.to_json()], START, policy=POLICY), "events[0]"),
        (lambda: ENGINE.replay(RICH, [], START, policy=None), "policy"),
    ],
)  # fmt: skip
def test_a_constructor_refuses_a_value_of_another_kind(make: Callable[[], Any], field: str) -> None:
    assert refusal(make) == ("wrong_kind", field)


def test_a_moment_that_there_is_not_is_refused() -> None:
    nonsense: Any = "noon"
    assert refusal(lambda: replay(RICH, [], START, policy=POLICY, at=nonsense)) == ("unknown_choice", "at")


def test_words_given_for_choices_become_them() -> None:
    words: Any = ("principal", "penalty", "fee", "interest")
    assert Allocation(words).order[0] is Component.PRINCIPAL
    unit: Any = "M"
    assert Frequency(unit=unit) == Frequency(unit=Unit.MONTH)
    assert refusal(lambda: Floating(reset="daily")) == ("unknown_choice", "reset")  # type: ignore[arg-type]


def test_lists_given_for_tuples_are_the_same_terms() -> None:
    dates: Any = [date(2024, month, 1) for month in (8, 9)]
    assert Terms(**NEEDED | {"instalments": 2}, own_dates=dates).own_dates == tuple(dates)


@pytest.mark.parametrize(
    "value",
    [None, True, 1.0, "1", [], float("nan"), 10**5000, -(10**5000), object()],
    ids=lambda one: type(one).__name__,
)
def test_a_range_holds_whole_numbers_alone(value: Any) -> None:
    assert refusal(lambda: require_range("rows", value, 0, 5)) == ("out_of_range", "rows")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["level", "P1M", "2024-02-29"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(("kind", "value"), KINDS, ids=lambda one: getattr(one, "__name__", ""))
@given(data=st.data())
def test_any_json_is_read_or_refused(kind: Any, value: Any, data: st.DataObject) -> None:
    whole = plain(value)
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(whole)) | st.text(), JSON, min_size=1, max_size=3))
    with suppress(LoanMathError):
        kind.from_json(whole | changes)


def test_a_state_may_hold_whole_numbers_of_a_kind_of_their_own() -> None:
    """The status as the word that it is."""
    written = State(status=Status.ACTIVE).to_json()
    assert State.from_json(written | {"status": Status.ACTIVE}).status == Status.ACTIVE


def test_a_list_of_parts_is_taken_as_a_tuple() -> None:
    assert Shape(weights=[1, 2]) == Shape(weights=(1, 2))  # type: ignore[arg-type]
