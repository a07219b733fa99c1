"""The choices that terms are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from loanmath.errors import LoanMathError
from loanmath.kinds import choice, require_flags, values_of, word


class Method(StrEnum):
    """How the principal comes back."""

    LEVEL = "level"
    """等额本息: equal instalments of principal and interest."""
    EQUAL_PRINCIPAL = "equal_principal"
    """等额本金: equal parts of principal, interest on the balance."""
    INTEREST_FIRST = "interest_first"
    """先息后本: interest each period, the principal with the last."""
    BULLET = "bullet"
    """利随本清: principal and interest in one sum at the end."""
    FLAT = "flat"
    """等本等息: equal instalments, interest of every row on the whole sum paid out."""
    FIXED = "fixed"
    """A fixed instalment (``Shape.instalment_minor``), as often as it takes."""
    MINIMUM = "minimum"
    """A share of what is owed, at least a floor (``Shape.minimum_ppb``, ``minimum_minor``), as often as it takes."""
    CUSTOM = "custom"
    """Principal parts as agreed one by one (``Shape.parts``)."""


class Prepaid(StrEnum):
    """What principal paid ahead of time changes."""

    LAST = "last"
    """Instalments and dates stay; the last ones become smaller."""
    LOWER = "lower"
    """The dates stay, the instalments ahead are levelled anew."""
    SHORTEN = "shorten"
    """The instalments stay, the last ones fall away."""


class Rest(StrEnum):
    """From when on a payment changes what bears interest."""

    DAY = "day"
    ROW = "row"
    """From the end of the row in which it is paid."""


class Overdue(StrEnum):
    """From when on overdue principal bears interest."""

    FROM_DUE = "from_due"
    FROM_ROW = "from_row"
    """From the start of the row in which something is paid; earlier rows stay as they fell due."""


@dataclass(frozen=True, slots=True)
class Recalculation:
    """Interest follows the principal that is really outstanding, day by day.

    Overdue principal (``compounds``: and interest) bears interest, early principal none.  ``moves_interest``: what
    a row accrues after it was paid ahead of time is asked for with the next row; otherwise the row becomes larger.
    """

    prepaid: Prepaid = Prepaid.LAST
    rest: Rest = Rest.DAY
    overdue: Overdue = Overdue.FROM_DUE
    moves_interest: bool = True
    compounds: bool = False

    def __post_init__(self) -> None:
        for name, kind in _RECALCULATION_WORDS.items():
            object.__setattr__(self, name, choice(f"recalculation.{name}", kind, getattr(self, name)))
        require_flags(self, ("moves_interest", "compounds"))
        if self.overdue is Overdue.FROM_DUE and (self.rest is Rest.ROW or self.compounds):
            raise LoanMathError(
                "recalculation_contradicts_itself",
                "recalculation.overdue",
                "Where interest runs on overdue principal from the due date it follows each day, without interest on "
                "interest: choose a daily rest without compounding, or overdue from the row",
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "prepaid": str(self.prepaid),
            "rest": str(self.rest),
            "overdue": str(self.overdue),
            "moves_interest": self.moves_interest,
            "compounds": self.compounds,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The recalculation that :meth:`to_json` wrote.  Raises LoanMathError that names the field."""
        return cls(**values_of(cls, data, _READERS))


_RECALCULATION_WORDS: Final[dict[str, type[StrEnum]]] = {"prepaid": Prepaid, "rest": Rest, "overdue": Overdue}
_READERS: Final = {name: word(kind) for name, kind in _RECALCULATION_WORDS.items()}


class Levelling(StrEnum):
    """By which rate of a row the level instalment is found."""

    ROWS = "rows"
    """The rate of each row as it is: by its days."""
    PERIODS = "periods"
    """The annual rate over the periods of a year, for every row."""
    THIRTY_DAYS = "thirty_days"
    """Thirty days of the day count's year for each month, for every row."""


class TrancheRows(StrEnum):
    """Which rows a further tranche is spread over; rest days that put a due date off leave a row where its period ends."""

    AFTER = "after"
    """Those whose period ends after it."""
    FROM = "from"
    """Those whose period ends on its day or later."""
    ALL = "all"
    """All of them, also those before it: of an agreed one only where interest is flat, so that none has it to bear early."""


class Repricing(StrEnum):
    """What a change of the rate that is known beforehand does to a level instalment.

    Where the instalment is found anew or stays, it is first found as if the first rate held to the end, since no
    more is known when it is agreed.
    """

    AT_ONCE = "at_once"
    """Found once over all known rates: the same in every row."""
    ANEW = "anew"
    """Found anew for the rows that begin at the new rate; the row in which it changes keeps its instalment."""
    KEEP = "keep"
    """The instalment and the number of rows stay: the last row takes the rest."""
    TERM = "term"
    """The instalment stays and the number of rows follows."""
