"""Arithmetic that a case lays out for its reader, reckoned again in exact fractions.

A line is a chain: ``(1000 + 37.20) * 0.00015 * 10 = 1.5558 ~ 1.56``.  After ``=`` stands exactly the same, after ``~``
the same rounded half up to the cent.  ``2024-07-01..2024-08-01`` are the days from the one to the other.
"""

import ast
import operator
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_LINK = re.compile(r" ([=~]) ")
_TWO: dict[type, Callable[[Any, Any], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def cents(exact: Fraction) -> Fraction:
    """Rounded half up to the cent."""
    return Fraction((exact * 200 + 1) // 2, 100)


def figures(line: str) -> list[Fraction]:
    """What a line comes to, step by step.  Raises AssertionError where a step does not follow."""
    first, *links = _LINK.split(line)
    found = [value(first)]
    for sign, said in zip(links[::2], links[1::2], strict=True):
        figure = value(said)
        assert figure == (cents(found[-1]) if sign == "~" else found[-1]), f"{line!r}: {said} is not {found[-1]}"
        found.append(figure)
    assert links, f"{line!r} comes to nothing: say what"
    return found[1:]


def value(text: str) -> Fraction:
    """One side of a line: numbers as they are written, sums, products, quotients and whole powers."""
    spelled = _DAYS.sub(lambda found: str(days(found[1], found[2])), text)
    return _value(ast.parse(spelled.strip(), mode="eval").body, spelled)


def days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def _value(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.Constant():
            return Fraction(ast.get_source_segment(text.strip(), node) or "")
        case ast.UnaryOp(op=ast.USub(), operand=one):
            return -_value(one, text)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _value(left, text) ** int(_value(right, text))
        case ast.BinOp(left=left, op=sign, right=right):
            return _TWO[type(sign)](_value(left, text), _value(right, text))
    raise ValueError(f"{text!r} is more than arithmetic")
