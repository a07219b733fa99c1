"""Work that several threads share.

Operations on columns let other threads run, but between two of them a thread needs Python's lock.  So the longer the
columns the less the threads wait for each other: chunks are as long as the processor's last cache can bear.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Semaphore
from typing import Final

from loanmath.columns import PlanColumns, Rooms

Piece = Callable[[Rooms], Iterator[PlanColumns]]
"""A part of the work: blocks of rows, one after the other, in memory that it asks for."""

_AHEAD: Final = 2
"""Blocks that a thread makes before the first of them is read."""


def shared_out(pieces: Sequence[Piece], workers: int) -> Iterator[PlanColumns]:
    """What the pieces give, in no order, while so many threads work on them.

    Where pieces raise errors, blocks come no more, and the error of the first of those pieces is raised.
    """
    work = _Work(pieces, workers)
    with ThreadPoolExecutor(workers) as pool:
        for _ in range(workers):
            pool.submit(work.do)
        try:
            yield from work.blocks(workers)
        finally:
            work.stop(workers)


class _Work:
    """Pieces to be done, and the blocks that have been made of them."""

    def __init__(self, pieces: Sequence[Piece], workers: int) -> None:
        self._todo = deque(enumerate(pieces))
        self._made: SimpleQueue[tuple[int, PlanColumns | Exception] | None] = SimpleQueue()
        self._places, self._is_over = Semaphore(_AHEAD * workers), False

    def do(self) -> None:
        """One thread: piece after piece, each thread in memory of its own."""
        rooms = Rooms()
        while not self._is_over:
            try:
                number, piece = self._todo.popleft()
            except IndexError:  # nothing is left, or another thread was quicker
                break
            try:
                self._do_piece(number, piece, rooms)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the rows are wanted
                self._todo.clear()
                self._made.put((number, error))
        self._made.put(None)

    def _do_piece(self, number: int, piece: Piece, rooms: Rooms) -> None:
        for block in piece(rooms):
            self._places.acquire()
            if self._is_over:
                return
            self._made.put((number, block))

    def blocks(self, workers: int) -> Iterator[PlanColumns]:
        """The blocks as they are made; after an error the pieces before it are awaited."""
        errors: dict[int, Exception] = {}
        while workers:
            told = self._made.get()
            if told is None:
                workers -= 1
                continue
            number, made = told
            del told  # nothing but the reader holds the block, so that its memory is free afterwards
            if isinstance(made, Exception):
                errors[number] = made
                continue
            if not errors:
                yield made
            del made
            self._places.release()
        if errors:
            raise errors[min(errors)]

    def stop(self, workers: int) -> None:
        """Let the threads end, whether all has been read or not."""
        self._is_over = True
        for _ in range(workers):
            self._places.release()
