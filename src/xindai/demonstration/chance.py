"""Draws that depend on nothing but a seed and on what is drawn for.

A draw is a hash of its names, so that its result does not depend on what was drawn before: a run that was
interrupted goes on as if it had never stopped, and another order of work changes nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

MILLION = 1_000_000

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Chance:
    """All draws of one seed."""

    seed: str

    def below(self, bound: int, *names: Any) -> int:
        """A whole number from 0 up to, not including, ``bound``; the same names give the same number."""
        text = "|".join(str(name) for name in (self.seed, *names))
        digest = hashlib.sha256(text.encode()).digest()
        return int.from_bytes(digest[:8], "big") % bound

    def between(self, smallest: int, largest: int, *names: Any) -> int:
        """A whole number from ``smallest`` to ``largest``, both possible."""
        return smallest + self.below(largest - smallest + 1, *names)

    def happens(self, share_ppm: int, *names: Any) -> bool:
        """Whether something happens that happens in so many of a million cases."""
        return self.below(MILLION, *names) < share_ppm

    def one_of(self, choices: Sequence[Choice], *names: Any) -> Choice:
        """One of the choices, each as likely as the others."""
        return choices[self.below(len(choices), *names)]

    def by_weight(self, weights: Sequence[tuple[Choice, int]], *names: Any) -> Choice:
        """One of the choices, as likely as its weight."""
        rest = self.below(sum(weight for _choice, weight in weights), *names)
        for choice, weight in weights:
            if rest < weight:
                return choice
            rest -= weight
        raise AssertionError("weights are whole numbers above zero")
