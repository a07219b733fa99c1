"""Helpers for tests."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

R = TypeVar("R")


def at_once(acts: Sequence[Callable[[], R]]) -> list[R]:
    """Run the acts in threads of their own, each with its own connection; returns their answers in order."""

    def isolated(act: Callable[[], R]) -> R:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(isolated, act) for act in acts]]
