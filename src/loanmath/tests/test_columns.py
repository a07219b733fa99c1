"""Memory for columns: how they lie in it, and when it is used again."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loanmath.columns import PlanColumns, PlanLayout, Rooms

NAMES = tuple(PlanColumns.__slots__)
KINDS = {"position": np.int32, "number": np.int16, "accrual_to": np.int32, "due_on": np.int32}
MOVED = PlanLayout(100, is_moved=True, is_capitalised=True)


def address(made: PlanColumns) -> int:
    """Where the first of the columns lies."""
    found: int = made.opening_minor.__array_interface__["data"][0]
    return found


@given(st.integers(0, 50), st.booleans(), st.booleans())
def test_columns_fill_their_memory_without_lying_on_each_other(rows: int, is_moved: bool, is_capitalised: bool) -> None:
    layout = PlanLayout(rows, is_moved=is_moved, is_capitalised=is_capitalised)
    made = layout.columns(np.zeros(layout.size, dtype=np.uint8))
    own = [name for name in NAMES if (is_moved or name != "due_on") and (is_capitalised or name != "capitalised_minor")]
    assert sum(getattr(made, name).nbytes for name in own) == layout.size
    for value, name in enumerate(own, start=1):
        getattr(made, name)[:] = value
    for value, name in enumerate(own, start=1):
        column = getattr(made, name)
        assert column.dtype == KINDS.get(name, np.int64)
        assert column.shape == (rows,)
        assert column.flags.c_contiguous
        assert column.flags.aligned
        assert (column == value).all()


def test_due_dates_that_are_not_moved_are_the_ends_and_nothing_capitalised_is_zero() -> None:
    layout = PlanLayout(3, is_moved=False, is_capitalised=False)
    made = layout.columns(np.full(layout.size, 255, dtype=np.uint8))
    made.accrual_to[:] = [7, 8, 9]
    assert made.due_on.tolist() == [7, 8, 9]
    assert made.capitalised_minor.tolist() == [0, 0, 0]


def test_memory_is_used_again_once_nobody_holds_it() -> None:
    rooms = Rooms()
    made = rooms.columns(MOVED)
    first = address(made)
    del made
    again = rooms.columns(MOVED)
    assert address(again) == first


HOLDERS: list[Callable[[PlanColumns], object]] = [
    lambda made: made,
    *(lambda made, name=name: getattr(made, name) for name in NAMES),
    lambda made: made.number[40:41],
    lambda made: made.due_on[::2].reshape(5, 10),
    lambda made: memoryview(made.interest_minor),  # type: ignore[arg-type]
    lambda made: made.position.T.view(np.uint8),
]


@pytest.mark.parametrize("held", HOLDERS)
def test_memory_is_left_alone_while_somebody_holds_any_part_of_it(held: Callable[[PlanColumns], object]) -> None:
    rooms = Rooms()
    made = rooms.columns(MOVED)
    for name in NAMES:
        getattr(made, name)[:] = 1
    first, part = address(made), held(made)
    before = part if isinstance(part, PlanColumns) else np.array(part)
    del made
    other = rooms.columns(MOVED)
    assert address(other) != first
    for name in NAMES:
        getattr(other, name)[:] = 2
    if isinstance(part, PlanColumns):
        assert all((getattr(part, name) == 1).all() for name in NAMES)
    else:
        assert np.array_equal(np.array(part), before)  # type: ignore[arg-type]
    del part, before, other
    assert address(rooms.columns(MOVED)) == first


def test_smaller_columns_fit_in_memory_that_was_larger_and_not_the_other_way_round() -> None:
    rooms = Rooms()
    small = rooms.columns(PlanLayout(10, is_moved=False, is_capitalised=False))
    first = address(small)
    del small
    large = rooms.columns(PlanLayout(10_000, is_moved=False, is_capitalised=False))
    second = address(large)
    assert len(large) == 10_000
    assert second != first
    del large
    assert address(rooms.columns(PlanLayout(5_000, is_moved=True, is_capitalised=True))) == second
    assert address(rooms.columns(PlanLayout(9, is_moved=False, is_capitalised=False))) in (first, second)


def test_whoever_keeps_all_blocks_gets_memory_of_its_own_for_each() -> None:
    """More than are ever looked through for one that is free; afterwards those are used again all the same."""
    rooms = Rooms()
    kept = [rooms.columns(MOVED) for _ in range(20)]
    for value, made in enumerate(kept):
        made.opening_minor[:] = value
    assert len({address(made) for made in kept}) == 20
    assert all((made.opening_minor == value).all() for value, made in enumerate(kept))
    first = address(kept[0])
    del kept, made
    assert address(rooms.columns(MOVED)) == first
