"""Work that several processes share, which write what they make into memory that all of them see.

Threads of one process take turns at Python's lock between any two operations on columns, and with operations of some
microseconds they mostly wait.  A forked process needs no copy of the loans, and its rows need no way back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from mmap import mmap
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from sys import getrefcount
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loanmath.columns import FREE, Bytes, PlanColumns, PlanLayout, Rooms

if TYPE_CHECKING:
    from multiprocessing.context import ForkContext
    from multiprocessing.sharedctypes import Synchronized

Piece = Callable[["Rooms | SharedRooms"], Iterator[PlanColumns]]
"""A part of the work: blocks of rows, one after the other, in rooms that it asks for."""

_ROOMS: Final = 3
"""Of each process: one is written, one waits to be read, one is being read."""


def can_share() -> bool:
    """Whether this system can fork a process."""
    return "fork" in get_all_start_methods()


def shared_out(pieces: Sequence[Piece], workers: int, room_size: int) -> Iterator[PlanColumns]:
    """What the pieces give, in no order, while so many processes work on them; no block needs more than a room.

    Raises what a piece raised (the first of those that did), or ChildProcessError where a process was ended from outside.
    """
    context: ForkContext = get_context("fork")
    taken: Synchronized[int] = context.Value("q", 0)
    hands = [_Hand(context, pieces, taken, room_size) for _ in range(workers)]
    try:
        yield from _brought_in(hands, taken, len(pieces))
    finally:
        for hand in hands:
            hand.end()


def _brought_in(hands: Sequence[_Hand], taken: Synchronized[int], count: int) -> Iterator[PlanColumns]:
    """Blocks as they come; after an error those before it are awaited, and the first error is raised."""
    errors: dict[int, BaseException] = {}
    busy: dict[Any, _Hand] = {hand.pipe: hand for hand in hands}
    while busy:
        for pipe in wait(list(busy)):
            hand = busy[pipe]
            told = hand.told()
            if told is None:
                del busy[pipe]
            elif isinstance(told[1], BaseException):
                errors[told[0]] = told[1]
                taken.value = count
            elif not errors:
                yield hand.block(*told[1:])
            hand.clear()
    if errors:
        raise errors[min(errors)]


class _Hand:
    """One process, seen from the one that started it."""

    def __init__(self, context: ForkContext, pieces: Sequence[Piece], taken: Synchronized[int], room_size: int) -> None:
        self.pipe, theirs = context.Pipe()
        self._rooms = [np.frombuffer(mmap(-1, room_size), dtype=np.uint8) for _ in range(_ROOMS)]
        self._held: set[int] = set()
        self._process = context.Process(target=_work, args=(pieces, taken, self._rooms, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def told(self) -> tuple[Any, ...] | None:
        """What the process says next; None once it has done its part."""
        try:
            told: tuple[Any, ...] | None = self.pipe.recv()
        except EOFError:
            self._process.join()
            raise ChildProcessError(
                f"A process that planned loans was ended from outside (exit code {self._process.exitcode}):"
                " use fewer workers, or free memory"
            ) from None
        return told

    def block(self, made: PlanColumns | int, layout: PlanLayout | None = None) -> PlanColumns:
        """A block that came through the pipe, or the one that lies in a room."""
        if not isinstance(made, int) or layout is None:
            assert isinstance(made, PlanColumns)
            return made
        self._held.add(made)
        columns = layout.columns(self._rooms[made])
        # Whoever keeps all blocks would leave the process without a room to go on in.
        return columns if len(self._held) < _ROOMS else PlanColumns(*(column.copy() for column in astuple(columns)))

    def clear(self) -> None:
        """Give the rooms back into which nobody looks any more."""
        for place in list(self._held):
            if getrefcount(self._rooms[place]) == FREE:
                self._held.remove(place)
                self.pipe.send(place)

    def end(self) -> None:
        """The process ends, whether it is done or not."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


class SharedRooms:
    """The rooms of one process, seen from itself; one is free again when it is told so."""

    def __init__(self, rooms: Sequence[Bytes], pipe: Connection) -> None:
        self._rooms, self._pipe, self._free = rooms, pipe, deque(range(len(rooms)))
        self._last: tuple[int, PlanLayout] | None = None

    def columns(self, layout: PlanLayout) -> PlanColumns:
        """Columns to be filled."""
        while not self._free or self._pipe.poll():
            self._free.append(self._pipe.recv())
        self._last = self._free.popleft(), layout
        return layout.columns(self._rooms[self._last[0]])

    def send(self, number: int, block: PlanColumns) -> None:
        """Say that a block of the piece is there: where it lies, or the block itself if it has no room."""
        self._pipe.send((number, *self._last) if self._last else (number, block))
        self._last = None


def _work(pieces: Sequence[Piece], taken: Synchronized[int], rooms: Sequence[Bytes], pipe: Connection) -> None:
    """One process: take piece after piece until all are taken, then wait for the end."""
    shared = SharedRooms(rooms, pipe)
    while (number := _next(taken)) < len(pieces):
        try:
            for block in pieces[number](shared):
                shared.send(number, block)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again where the rows are wanted
            pipe.send((number, error))
    pipe.send(None)
    while True:  # rooms may still be given back; the end comes from outside
        pipe.recv()


def _next(taken: Synchronized[int]) -> int:
    with taken.get_lock():
        taken.value += 1
        return taken.value - 1
