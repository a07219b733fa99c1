"""From the engine's lines to the ledger, and back to what a page shows of a loan's journal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from loanmath import Event, Line
from xindai.ledger import posting
from xindai.ledger import queries as ledger
from xindai.servicing.models import POSTED_ROLES, Loan, LoanDay, posted_column


def posting_of_event(loan: Loan, event: Event, lines: Iterable[Line]) -> posting.Posting:
    """The transaction of one event of a loan."""
    return posting.Posting(
        key=f"loan/{loan.no}/{event.key}",
        kind=str(event.kind),
        business_date=event.on,
        lines=ledger_lines(lines),
        branch_id=loan.branch_id,
        product_code=loan.product_code,
        currency=loan.currency,
        loan_no=loan.no,
    )


def ledger_lines(lines: Iterable[Line]) -> Sequence[posting.Line]:
    """The engine's lines as the ledger's; the roles have the same names."""
    return [posting.Line(str(role), amount_minor) for role, amount_minor in lines]


@dataclass(frozen=True, slots=True)
class JournalLine:
    """A line of a loan's journal: an entry of one of its events, or its share in a day's posting."""

    on: date
    kind: str
    key: str
    role: str
    amount_minor: int
    currency: str


def journal_lines(loan: Loan) -> list[JournalLine]:
    """All that has been posted for a loan, the earliest first; events before the end of their day."""
    lines = [*_entries(loan), *_days(loan)]
    return sorted(lines, key=lambda line: (line.on, line.kind == END_OF_DAY))


END_OF_DAY = "end_of_day"


def _entries(loan: Loan) -> Iterator[JournalLine]:
    for entry in ledger.entries_of_loan(loan.no):
        yield JournalLine(
            entry.business_date,
            entry.transaction.kind,
            entry.transaction.key,
            entry.account.role,
            entry.amount_minor,
            entry.currency,
        )


def _days(loan: Loan) -> Iterator[JournalLine]:
    """The day rows unpivoted: one line for each posted amount that is not zero."""
    columns = [posted_column(role) for role in POSTED_ROLES]
    rows = LoanDay.objects.filter(loan=loan).order_by("business_date").values_list("business_date", *columns)
    for on, *amounts in rows:
        for role, amount_minor in zip(POSTED_ROLES, amounts, strict=True):
            if amount_minor:
                yield JournalLine(on, END_OF_DAY, f"day/{on.isoformat()}", str(role), amount_minor, loan.currency)
