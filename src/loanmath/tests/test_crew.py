"""Work that threads share: errors, readers that stop early, and memory that is used again."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Event, Thread, active_count

import numpy as np
import pytest

from loanmath.columns import PlanColumns, PlanLayout, Rooms
from loanmath.crew import Piece, shared_out

_LONG = 10.0
"""Seconds after which a thread that should have gone on hangs."""
_ROWS = 1_000


def block(rooms: Rooms, number: int) -> PlanColumns:
    """A block of rows whose every figure is a number."""
    made = rooms.columns(PlanLayout(_ROWS, is_moved=True, is_capitalised=True))
    for name in PlanColumns.__slots__:
        getattr(made, name)[:] = number
    return made


def blocks(first: int, count: int, rooms: Rooms) -> Iterator[PlanColumns]:
    for number in range(first, first + count):
        yield block(rooms, number)


def numbers_of(made: PlanColumns) -> set[int]:
    return {int(value) for name in PlanColumns.__slots__ for value in np.unique(getattr(made, name))}


def in_time(work: Callable[[], object]) -> None:
    """Do the work in a thread of its own, which must end."""
    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join(_LONG)
    assert not thread.is_alive()


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_block_of_every_piece_comes_once(workers: int) -> None:
    pieces: list[Piece] = [partial(blocks, 10 * place, place) for place in range(8)]
    found = [numbers_of(made) for made in shared_out(pieces, workers)]
    assert sorted(number for one in found for number in one) == [
        10 * place + number for place in range(8) for number in range(place)
    ]
    assert all(len(one) == 1 for one in found)


def test_no_pieces_give_no_blocks() -> None:
    assert list(shared_out([], 2)) == []


def test_blocks_that_the_reader_keeps_stay_as_they_are_while_others_are_made() -> None:
    pieces: list[Piece] = [partial(blocks, 100 * place, 50) for place in range(4)]
    kept: dict[int, PlanColumns] = {}
    column: dict[int, object] = {}
    for made in shared_out(pieces, 2):
        number = int(made.number[0])
        if number % 3 == 0:
            kept[number] = made
        elif number % 3 == 1:
            column[number] = made.due_on[5:9]  # a part of one column holds the memory of all of them
    assert len(kept) + len(column) == sum(
        number % 3 < 2 for place in range(4) for number in range(100 * place, 100 * place + 50)
    )
    assert all(numbers_of(made) == {number} for number, made in kept.items())
    assert all(np.array_equal(np.asarray(part), [number] * 4) for number, part in column.items())


def test_blocks_that_nobody_keeps_are_made_in_memory_used_again() -> None:
    """A thread has two blocks ahead, and those in hand: the one being made, and the one being read."""
    rooms_seen = {
        made.opening_minor.__array_interface__["data"][0] for made in shared_out([partial(blocks, 0, 100)], workers=1)
    }
    assert len(rooms_seen) <= 5


def test_of_several_errors_that_of_the_first_piece_is_raised() -> None:
    later_has_failed = Event()

    def fails_first(_rooms: Rooms) -> Iterator[PlanColumns]:
        yield from ()
        assert later_has_failed.wait(_LONG)
        raise LookupError("the first piece")

    def fails_at_once(_rooms: Rooms) -> Iterator[PlanColumns]:
        yield from ()
        later_has_failed.set()
        raise ValueError("the second piece")

    with pytest.raises(LookupError, match="the first piece"):
        list(shared_out([fails_first, fails_at_once], 2))


def test_after_an_error_no_other_piece_begins_and_those_that_have_begun_are_not_read_on() -> None:
    has_begun, has_failed, begun = Event(), Event(), []

    def goes_on(rooms: Rooms) -> Iterator[PlanColumns]:
        begun.append("goes on")
        yield block(rooms, 1)
        has_begun.set()
        assert has_failed.wait(_LONG)
        for number in range(2, 30):  # more than a thread makes ahead: what is not read is let go all the same
            yield block(rooms, number)

    def fails(_rooms: Rooms) -> Iterator[PlanColumns]:
        yield from ()
        begun.append("fails")
        assert has_begun.wait(_LONG)
        raise ValueError("in the middle")

    def never(rooms: Rooms) -> Iterator[PlanColumns]:
        begun.append("never")
        yield block(rooms, 99)

    read: list[int] = []

    def reads() -> None:
        try:
            read.extend(int(made.number[0]) for made in shared_out([goes_on, fails, never, never], 2))
        except ValueError as error:
            read.append(-len(str(error)))

    thread = Thread(target=reads, daemon=True)
    thread.start()
    assert has_begun.wait(_LONG)
    has_failed.set()
    thread.join(_LONG)
    assert not thread.is_alive()
    assert sorted(begun) == ["fails", "goes on"]
    assert read[-1] == -len("in the middle")


@pytest.mark.parametrize("read", [0, 1, 3])
def test_a_reader_that_stops_early_ends_the_threads(read: int) -> None:
    made: list[int] = []

    def endless(rooms: Rooms) -> Iterator[PlanColumns]:
        while True:
            made.append(1)
            yield block(rooms, 1)

    threads = active_count()

    def reads() -> None:
        some = shared_out([endless, endless, endless], 2)
        for _ in range(read):
            next(some)
        some.close()  # type: ignore[attr-defined]

    in_time(reads)
    assert active_count() == threads
    # Two blocks ahead for each of two threads, one in the hands of each, those read, and one place for each at the end.
    assert len(made) <= read + 4 + 2 + 2


def test_threads_wait_for_a_reader_that_is_slow() -> None:
    made: list[int] = []

    def counted(rooms: Rooms) -> Iterator[PlanColumns]:
        for number in range(20):
            made.append(number)
            yield block(rooms, number)

    ahead = []
    for place, _ in enumerate(shared_out([counted], 1)):
        ahead.append(len(made) - place)
    assert len(ahead) == 20
    assert max(ahead) <= 4


def test_what_a_reader_raises_ends_the_threads() -> None:
    threads = active_count()
    with pytest.raises(RuntimeError, match="enough"):
        read_one([partial(blocks, 0, 1_000), partial(blocks, 0, 1_000)])
    assert active_count() == threads


def read_one(pieces: list[Piece]) -> None:
    for _ in shared_out(pieces, 2):
        raise RuntimeError("enough")
