"""Guesses for the plans of many loans, each with the bound of its error.

An interest amount is always checked in integers, which show every guess that is off (``many``).  The level
instalment is taken from a guess only where its bound leaves no doubt, and found in integers where it does.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class Quotients:
    """Guessed quotients of columns by one divisor: room is made once and used for row after row.

    ``start`` is the remainder with which a rounded quotient starts.
    """

    def __init__(self, count: int, divisor: int, start: int) -> None:
        self._amount, self._factor = np.empty(count), np.empty(count)
        self._inverse, self._share = 1.0 / divisor, start / divisor

    def near(self, amount: Any, factor: Any, found: Any) -> tuple[Any, Any]:
        """About ``(amount x factor + start) / divisor``, cut off, into a column: within 4 x 2^-53 of itself.

        Returns room for two columns of integers, which is free until the next call.
        """
        count = len(amount)
        near, other = self._amount[:count], self._factor[:count]
        np.copyto(near, amount)
        np.copyto(other, factor)
        near *= other
        near *= self._inverse
        near += self._share
        np.copyto(found, near, casting="unsafe")
        return near.view(np.int64), other.view(np.int64)


class LevelGuess:
    """Level instalments of many loans, row after row: growth G and value V of one paid in each row (see ``level``).

    With u = 2^-53 the growth of a row is known within 4 u of itself, so after n rows G within 5 n u and V within
    6 n u: the instalment within (12 n + 8) u (P G + balloon) / V.  ``is_fine`` uses the longest fractions that the
    machine has; where they are no longer, no more is claimed of them.
    """

    def __init__(self, rate_ppb: Any, divisor: int, *, is_fine: bool = False) -> None:
        kind: Any = np.longdouble if is_fine else np.float64
        self._rate = rate_ppb.astype(kind) / kind(divisor)
        self._growth: Any = np.ones(len(rate_ppb), dtype=kind)
        self._value: Any = np.zeros(len(rate_ppb), dtype=kind)
        self._unit = float(np.finfo(kind).eps)
        self._step: Any = np.empty(len(rate_ppb), dtype=kind)
        self._rows = 0

    def add(self, units: Any, weight: int) -> None:
        """A further row of as many loans from the first one on as there are units."""
        count = len(units)
        growth, value, step = self._growth[:count], self._value[:count], self._step[:count]
        np.copyto(step, units)
        step *= self._rate[:count]
        step += 1
        growth *= step
        value *= step
        if weight:
            value += weight
        self._rows += 1

    def instalments(self, amount_minor: Any, balloon_minor: Any, multiple_minor: int, rule: str) -> tuple[Any, Any]:
        """The instalments by a rounding rule (``half``, ``up``, ``down``), and where the bound leaves them in doubt."""
        value = np.where(self._value > 0, self._value, 1)
        with np.errstate(over="ignore", invalid="ignore"):
            owed = self._growth * amount_minor
            exact = np.maximum(owed - balloon_minor, 0) / value / multiple_minor
            doubt = (owed + balloon_minor) / value / multiple_minor * ((12 * self._rows + 8) * self._unit)
            edge = exact + 0.5 if rule == "half" else exact
            is_doubtful = ~(np.abs(edge - np.rint(edge)) > doubt)
            whole = np.ceil(edge) if rule == "up" else np.floor(edge)
        whole = np.where(is_doubtful, 0, whole)
        return whole.astype(np.int64) * multiple_minor, is_doubtful
