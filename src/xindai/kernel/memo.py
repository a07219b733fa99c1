"""What stands still while a piece of work is done is read once.

A batch that knows of nobody who changes policies, products or limits meanwhile says so with
``standing_still()``, and so does a page that is only read; within it, functions marked ``read_once`` ask the database once for each question.
Outside of it they ask every time.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_answers: ContextVar[dict[Any, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def standing_still() -> Iterator[None]:
    """Keep answers until the work is done; within another such piece of work nothing changes."""
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def forget(question: Callable[..., Any]) -> None:
    """Let a question be asked again: whoever changes its answer within a piece of work says so."""
    answers = _answers.get() or {}
    for key in [key for key in answers if key[0] is getattr(question, "__wrapped__", question)]:
        del answers[key]


def read_once(question: Callable[P, R]) -> Callable[P, R]:
    """Let a function of hashable arguments be asked once within a piece of work."""

    @functools.wraps(question)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        answers = _answers.get()
        if answers is None:
            return question(*args, **kwargs)
        key = (question, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = question(*args, **kwargs)
        answer: R = answers[key]
        return answer

    return asked
