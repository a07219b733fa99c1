"""What an instalment looks like: its relative size over time, what it is rounded to, and what is spared at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Final, Self

from loanmath.errors import LoanMathError
from loanmath.kinds import choice, listed, optional, require_all, require_flags, values_of, whole, word
from loanmath.rates import PPB
from loanmath.rounding import Rounding

MOST_ROWS: Final = 1_200
_LARGEST_MINOR: Final = 10**15
_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How the instalments of a method are shaped; everything left out leaves them plain.

    Amounts are minor units.  ``weights`` are the relative sizes of the instalments (of a level plan) or of the
    principal parts (of an equal-principal plan), repeated from the first row on; in a row of weight zero no
    principal is paid.  ``growth_ppb`` makes a level instalment larger (or, below zero, smaller) after each twelve
    rows.  ``balloon_minor`` is what the last row pays besides its instalment; ``amortised_over`` computes the
    instalment as if there were so many rows and lets the last real row pay the rest.  ``advance`` instalments are
    paid on the day of disbursement.  ``instalment_minor`` is a fixed instalment whose number follows from it;
    ``minimum_ppb`` of what is owed, at least ``minimum_minor``, is a minimum payment.  ``parts`` are the
    principal parts of a plan of one's own, row by row.
    The instalment is rounded to a multiple of ``multiple_minor``; ``is_evened`` tries once to bring the last
    instalment closer to the others (see ``schedule``).
    """

    weights: tuple[int, ...] = ()
    growth_ppb: int = 0
    balloon_minor: int = 0
    amortised_over: int = 0
    advance: int = 0
    instalment_minor: int = 0
    minimum_ppb: int = 0
    minimum_minor: int = 0
    parts: tuple[int, ...] = ()
    multiple_minor: int = 1
    multiple_rounding: Rounding | None = None
    is_evened: bool = False

    def __post_init__(self) -> None:
        if self.multiple_rounding is not None:
            rounding = choice("multiple_rounding", Rounding, self.multiple_rounding)
            object.__setattr__(self, "multiple_rounding", rounding)
        require_flags(self, ("is_evened",))
        for name, (low, high) in _RANGES.items():
            require_range(name, getattr(self, name), low, high)
        for name in ("weights", "parts"):
            values = getattr(self, name)
            if type(values) is not tuple:
                values = require_all(name, values, int)
                object.__setattr__(self, name, values)
            require_range(name, len(values), 0, MOST_ROWS)
            for value in values:
                require_range(name, value, 0, _LARGEST_MINOR)
        if self.weights and not any(self.weights):
            raise LoanMathError("weights_are_zero", "weights", "At least one weight must be above zero")

    def weight(self, number: int) -> Fraction:
        """The relative size of row ``number`` (1 for the first); 1 where nothing is said."""
        weight = Fraction(self.weights[(number - 1) % len(self.weights)], max(self.weights)) if self.weights else _ONE
        if self.growth_ppb:
            weight *= Fraction(PPB + self.growth_ppb, PPB) ** ((number - 1) // _YEAR)
        return weight

    @property
    def is_plain(self) -> bool:
        """Whether every row weighs the same."""
        return not self.weights and not self.growth_ppb

    def to_json(self) -> dict[str, Any]:
        """Only what was said, as plain values."""
        said = {name: value for name, value in asdict(self).items() if value != getattr(PLAIN, name)}
        return {name: _plain(value) for name, value in said.items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The shape that :meth:`to_json` wrote.  Raises LoanMathError that names the field."""
        return cls(**values_of(cls, data, _READERS, is_term=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grace:
    """What is spared at the beginning, in rows.

    ``principal``: no principal is paid; ``interest``: interest accrues and falls due, without interest on it, with
    the first row after them; ``interest_free``: no interest accrues; ``capitalised``: interest is added to the
    principal when the row ends.  ``holidays`` are later rows, by number, that are capitalised as well.
    """

    principal: int = 0
    interest: int = 0
    interest_free: int = 0
    capitalised: int = 0
    holidays: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("principal", "interest", "interest_free", "capitalised"):
            require_range(name, getattr(self, name), 0, MOST_ROWS)
        object.__setattr__(self, "holidays", require_all("holidays", self.holidays, int))
        for number in self.holidays:
            require_range("holidays", number, 1, MOST_ROWS)

    def require_within(self, rows: int) -> None:
        """What was spared is paid within the loan that somebody asks for: every grace ends before the last of its rows.

        Terms themselves take a longer one, which leaves all that was spared to the last row: changes of a loan may
        leave it fewer rows than it had graces.  Raises LoanMathError ``grace_too_long``.
        """
        for name in ("principal", "interest", "capitalised"):
            if getattr(self, name) >= rows:
                remedy = "The last instalment, number {rows}, pays what was spared before it: give fewer than {rows}"
                raise LoanMathError("grace_too_long", name, remedy, rows=rows)

    def to_json(self) -> dict[str, Any]:
        """Only what was said, as plain values."""
        return {name: _plain(value) for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The grace that :meth:`to_json` wrote.  Raises LoanMathError that names the field."""
        return cls(**values_of(cls, data, _READERS, is_term=True))


def require_range(name: str, value: object, low: int, high: int) -> None:
    """Raise LoanMathError ``out_of_range`` unless the value is a whole number within the bounds."""
    if not isinstance(value, int) or value is True or value is False or not low <= value <= high:
        raise LoanMathError(
            "out_of_range",
            name,
            "{name} is {value}: give a whole number from {low} to {high}",
            name=name,
            value=value,
            low=low,
            high=high,
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return str(value) if isinstance(value, Rounding) else value


_ONE: Final = Fraction(1)
_READERS: Final = {
    "weights": listed(whole),
    "parts": listed(whole),
    "holidays": listed(whole),
    "multiple_rounding": optional(word(Rounding)),
}
_RANGES: Final = {
    "growth_ppb": (-PPB + 1, PPB),
    "balloon_minor": (0, _LARGEST_MINOR),
    "amortised_over": (0, MOST_ROWS),
    "advance": (0, MOST_ROWS),
    "instalment_minor": (0, _LARGEST_MINOR),
    "minimum_ppb": (0, PPB),
    "minimum_minor": (0, _LARGEST_MINOR),
    "multiple_minor": (1, _LARGEST_MINOR),
}
PLAIN: Final = Shape()
NO_GRACE: Final = Grace()
