"""A borrower's statement of a loan for a month: what was owed before, what happened, what is owed after - from the journal.

Every figure is a sum of lines that stand in the books: entries of the loan's events, and its share in what each day posted.
Claims that are kept off the balance sheet after a write-off, or while interest is not counted as income, are owed all the
same; a line that only moves a claim between the two cancels itself.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import NotFound
from xindai.reporting.own import OwnLoan
from xindai.servicing import queries as servicing
from xindai.servicing.journal import END_OF_DAY
from xindai.servicing.queries import JournalLine

CLAIMS: Final[Mapping[str, tuple[str, ...]]] = {
    "principal": ("loan_principal", "memo_written_off"),
    "interest": ("interest_receivable", "memo_interest"),
    "penalty": ("penalty_receivable",),
    "fee": ("fee_receivable",),
    "ahead": ("overpayment", "interest_ahead"),
}
"""What a borrower owes (or has paid ahead), by the account roles that hold it; + is owed."""
CASH: Final = "cash"


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of claim over the month: before, added, taken off, after; in minor units, after = before + added - off."""

    code: str
    before_minor: int
    added_minor: int
    off_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the month: what it was, the money that moved (+ to the lender), and how it changed each claim."""

    on: date
    kind: str
    amount_minor: int
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of a loan; ``last`` is its last day, or the business date while the month still runs."""

    first: date
    last: date
    is_whole: bool
    claims: tuple[Claim, ...]
    happenings: tuple[Happening, ...]

    @property
    def owed_minor(self) -> int:
        """All that is owed at the end, what was paid ahead taken off."""
        return sum(claim.after_minor for claim in self.claims)


def months(loan: OwnLoan) -> list[date]:
    """The first days of the months of which there are statements, the latest first: from pay-out to the end or today."""
    last = loan.loan.ended_on or loan.on
    start, found = loan.loan.disbursed_on.replace(day=1), []
    at = last.replace(day=1)
    while at >= start:
        found.append(at)
        at = at.replace(year=at.year - 1, month=12) if at.month == 1 else at.replace(month=at.month - 1)
    return found


def statement(loan: OwnLoan, month: date) -> Statement:
    """The statement of the month that begins on a day.  Raises NotFound for a month in which there was no loan."""
    if month not in months(loan):
        raise NotFound(_("statement"), f"{month:%Y-%m}")
    end = month.replace(day=monthrange(month.year, month.month)[1])
    last = min(end, loan.on)
    lines = [line for line in servicing.journal_lines(loan.loan) if line.on <= last]
    before, within = _split(lines, month)
    claims = (_claim(code, roles, before, within) for code, roles in CLAIMS.items())
    return Statement(
        month,
        last,
        last == end,
        tuple(claim for claim in claims if claim.code == "principal" or _is_seen(claim)),
        tuple(_happenings(within)),
    )


def _split(lines: Sequence[JournalLine], month: date) -> tuple[list[JournalLine], list[JournalLine]]:
    return [line for line in lines if line.on < month], [line for line in lines if line.on >= month]


def _is_seen(claim: Claim) -> bool:
    return any((claim.before_minor, claim.added_minor, claim.off_minor, claim.after_minor))


def _claim(code: str, roles: tuple[str, ...], before: list[JournalLine], within: list[JournalLine]) -> Claim:
    """Sum a claim; what one posting both adds and takes off within it counts for nothing."""
    opening = sum(line.amount_minor for line in before if line.role in roles)
    nets: dict[str, int] = {}
    for line in within:
        if line.role in roles:
            nets[line.key] = nets.get(line.key, 0) + line.amount_minor
    added = sum(net for net in nets.values() if net > 0)
    off = -sum(net for net in nets.values() if net < 0)
    return Claim(code, opening, added, off, opening + added - off)


def _happenings(within: list[JournalLine]) -> list[Happening]:
    """The events; what the days posted (interest, penalty) stands in the sums of the claims alone."""
    found = []
    events = [line for line in within if line.kind != END_OF_DAY]
    for _key, same in groupby(events, key=lambda line: line.key):
        lines = list(same)
        changes = {
            code: net
            for code, roles in CLAIMS.items()
            if (net := sum(line.amount_minor for line in lines if line.role in roles))
        }
        cash = sum(line.amount_minor for line in lines if line.role == CASH)
        found.append(Happening(lines[0].on, lines[0].kind, cash, changes))
    return found
