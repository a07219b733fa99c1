"""What a loan's balance sheet shows at a moment, and the movements from one such moment to another."""

from __future__ import annotations

from typing import Final

from loanmath.exact import Number, any_of, pick, smaller
from loanmath.postings import Movements, Role
from loanmath.state import WRITTEN_OFF, Book

Stocks = tuple[Number, Number, Number, Number, Number, Number]


def stocks(book: Book) -> Stocks:
    """Interest, penalty and fees on the balance sheet, the memo claim, the allowance, interest received ahead."""
    on_balance, earned_ahead = 1 - book.is_non_accrual, _earned_ahead(book)
    return (
        (book.interest_accrued_minor - earned_ahead + book.interest_due_minor) * on_balance,
        book.penalty_due_minor * on_balance,
        book.fee_due_minor * on_balance,
        book.memo_interest_minor,
        book.provision_minor,
        book.interest_ahead_minor - earned_ahead,
    )


def movements_between(before: Stocks, after: Stocks) -> Movements:
    """Receivables against income, memo against its contra, allowance against impairment loss."""
    interest_before, penalty_before, fee_before, memo_before, allowance_before, ahead_before = before
    interest, penalty, fee, memo, allowance, ahead = after
    interest, penalty, fee = interest - interest_before, penalty - penalty_before, fee - fee_before
    memo, allowance, ahead = memo - memo_before, allowance - allowance_before, ahead - ahead_before
    receivables = (interest, penalty, fee)
    incomes = (ahead - interest, -penalty, -fee)
    others = (-ahead, -allowance, allowance, memo, -memo)
    return dict(zip(_MOVED, (*receivables, *incomes, *others), strict=True))


_MOVED: Final = (
    *(Role.INTEREST_RECEIVABLE, Role.PENALTY_RECEIVABLE, Role.FEE_RECEIVABLE),
    *(Role.INTEREST_INCOME, Role.PENALTY_INCOME, Role.FEE_INCOME),
    *(Role.INTEREST_AHEAD, Role.LOAN_LOSS_ALLOWANCE, Role.IMPAIRMENT_LOSS, Role.MEMO_INTEREST, Role.MEMO_CONTRA),
)
"""In the order of the amounts: looking a member up in its class costs more than adding it, for every day."""


def restate(book: Book, before: Stocks) -> Movements:
    """The movements that bring the balance sheet from earlier stocks to what the book now says."""
    hold_in_memo(book)
    return movements_between(before, stocks(book))


def accrued_unpaid(book: Book) -> Number:
    """Interest accrued and not due, less what has been paid ahead of it."""
    return book.interest_accrued_minor - _earned_ahead(book)


def _earned_ahead(book: Book) -> Number:
    """Interest paid ahead that has accrued since."""
    ahead = book.interest_ahead_minor
    return smaller(ahead, book.interest_accrued_minor) if any_of(ahead) else ahead


def hold_in_memo(book: Book) -> None:
    """While a loan does not accrue, all it owes in interest, penalty and fees stands in the memo accounts.

    After a write-off the memo keeps the claim as it was.
    """
    claims = book.interest_due_minor + book.penalty_due_minor + book.fee_due_minor + accrued_unpaid(book)
    is_kept = book.status == WRITTEN_OFF
    book.memo_interest_minor = pick(is_kept, book.memo_interest_minor, claims * book.is_non_accrual)
