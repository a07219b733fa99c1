"""The formulae of a loan's day, each written once for one loan and for columns of loans.

A business date opens (rows close and fall due), its events happen, and it closes: arrears age,
interest and penalty accrue for the night, the class and the provision follow.  The first day of a
period counts, the last does not, so the close of day D accrues D to D + 1.
"""

from __future__ import annotations

from loanmath.daycount import calendar_units_by_code, units_by_code
from loanmath.exact import Number, choose, pick, smaller
from loanmath.grading import GradingPolicy, regrade
from loanmath.impairment import provision
from loanmath.postings import Movements, Role
from loanmath.rounding import accumulate, first_remainder
from loanmath.state import Book, Status


def close_row(book: Book, principal_minor: Number) -> None:
    """The accrual period of a row ends: its principal leaves the base, the fraction starts afresh."""
    book.accrual_base_minor = book.accrual_base_minor - principal_minor
    book.interest_row_minor = book.interest_row_minor * 0
    book.interest_remainder = first_remainder(book.divisor, book.rounding_code)


def fall_due(book: Book, principal_minor: Number, interest_minor: Number, on: int) -> tuple[Number, Number, Movements]:
    """A row falls due; an overpayment meets it at once.

    Returns the principal and the interest that stay unpaid, and the movements.
    """
    book.principal_not_due_minor = book.principal_not_due_minor - principal_minor
    book.principal_due_minor = book.principal_due_minor + principal_minor
    book.interest_accrued_minor = book.interest_accrued_minor - interest_minor
    book.interest_due_minor = book.interest_due_minor + interest_minor
    interest_paid, principal_paid = _from_overpayment(book, principal_minor, interest_minor)
    movements = extinguish(book, interest_paid * 0, interest_paid, principal_paid)
    movements[Role.OVERPAYMENT] = interest_paid + principal_paid
    book.overpaid_minor = book.overpaid_minor - interest_paid - principal_paid
    principal_left = principal_minor - principal_paid
    interest_left = interest_minor - interest_paid
    is_new_arrears = (book.oldest_due_on == 0) & (principal_left + interest_left > 0)
    book.oldest_due_on = pick(is_new_arrears, on, book.oldest_due_on)
    finish_if_paid(book)
    return principal_left, interest_left, movements


def _from_overpayment(book: Book, principal_minor: Number, interest_minor: Number) -> tuple[Number, Number]:
    """The interest and the principal that the overpayment pays, in the agreed order."""
    available = book.overpaid_minor
    principal_if_first = smaller(available, principal_minor)
    interest_if_first = smaller(available, interest_minor)
    interest = pick(
        book.is_principal_first,
        smaller(available - principal_if_first, interest_minor),
        interest_if_first,
    )
    principal = pick(
        book.is_principal_first,
        principal_if_first,
        smaller(available - interest_if_first, principal_minor),
    )
    return interest, principal


def extinguish(book: Book, penalty_minor: Number, interest_minor: Number, principal_minor: Number) -> Movements:
    """Take paid amounts off what is due; the other side (cash, overpayment) is the caller's.

    While a loan does not accrue, what comes in is income of the day and leaves the memo accounts.
    """
    book.penalty_due_minor = book.penalty_due_minor - penalty_minor
    book.interest_due_minor = book.interest_due_minor - interest_minor
    book.principal_due_minor = book.principal_due_minor - principal_minor
    book.repaid_minor = book.repaid_minor + principal_minor
    off = book.is_non_accrual
    accrued = 1 - off
    memo_paid = (penalty_minor + interest_minor) * off
    book.memo_interest_minor = book.memo_interest_minor - memo_paid
    return {
        Role.LOAN_PRINCIPAL: -principal_minor,
        Role.INTEREST_RECEIVABLE: -interest_minor * accrued,
        Role.INTEREST_INCOME: -interest_minor * off,
        Role.PENALTY_RECEIVABLE: -penalty_minor * accrued,
        Role.PENALTY_INCOME: -penalty_minor * off,
        Role.MEMO_INTEREST: -memo_paid,
        Role.MEMO_CONTRA: memo_paid,
    }


def finish_if_paid(book: Book) -> None:
    """An active loan of which nothing is owed is closed."""
    owed = (
        book.principal_not_due_minor
        + book.principal_due_minor
        + book.interest_accrued_minor
        + book.interest_due_minor
        + book.penalty_due_minor
    )
    is_finished = (book.status == Status.ACTIVE) & (owed == 0)
    book.status = pick(is_finished, int(Status.CLOSED), book.status)


def has_arrears(book: Book) -> Number:
    """Whether anything that has fallen due is unpaid."""
    return (book.oldest_due_on > 0) | (book.penalty_due_minor > 0)


def close_days(book: Book, first: int, last: int, policy: GradingPolicy) -> Movements:
    """Close the days ``first`` to ``last`` (day ordinals) at once.

    For more than one day nothing may happen in between: no row, no event, no threshold of days
    past due crossed later than on ``first`` (see replay).  The movements are the differences of
    the balance sheet's stocks, hence balanced.
    """
    before = _stocks(book)
    is_late = has_arrears(book)
    book.overdue_days = (last - book.oldest_due_on) * (book.oldest_due_on > 0)
    passes_limit = book.overdue_days > book.non_accrual_after_days
    book.is_non_accrual = (((book.is_non_accrual == 1) | passes_limit) & is_late) * 1
    _accrue_interest(book, first, last)
    _accrue_penalty(book, first, last, is_late)
    _hold_in_memo(book)
    _grade_and_provide(book, first, last, is_late, policy)
    return _movements(before, _stocks(book))


def _accrue_interest(book: Book, first: int, last: int) -> None:
    """Normal interest on the plan's balance for the nights of the days closed."""
    units = choose(book.day_count_code, units_by_code(first, last + 1))
    row_before = book.interest_row_minor
    book.interest_row_minor, book.interest_remainder = accumulate(
        row_before,
        book.interest_remainder,
        book.accrual_base_minor,
        book.rate_ppb * units,
        book.divisor,
        book.rounding_code,
    )
    book.interest_accrued_minor = book.interest_accrued_minor + book.interest_row_minor - row_before


def _accrue_penalty(book: Book, first: int, last: int, is_late: Number) -> None:
    """Penalty on overdue principal, and on overdue interest (compound), by calendar days.

    The carried fraction lives as long as the arrears (PBC 银发[2003]251号: from the day of default
    until paid, unpaid interest bears interest at the penalty rate).
    """
    start = first_remainder(book.divisor, book.rounding_code)
    units = choose(book.day_count_code, calendar_units_by_code(first, last + 1))
    run_before = book.penalty_run_minor * is_late
    run_after, remainder = accumulate(
        run_before,
        pick(is_late, book.penalty_remainder, start),
        book.principal_due_minor + book.interest_due_minor,
        book.penalty_rate_ppb * units,
        book.divisor,
        book.rounding_code,
    )
    book.penalty_run_minor = run_after
    book.penalty_remainder = remainder
    book.penalty_due_minor = book.penalty_due_minor + run_after - run_before


def _hold_in_memo(book: Book) -> None:
    """While a loan does not accrue, all it owes in interest and penalty stands in the memo accounts.

    After a write-off the memo keeps the claim as it was.
    """
    claims = book.interest_accrued_minor + book.interest_due_minor + book.penalty_due_minor
    is_kept = book.status == Status.WRITTEN_OFF
    book.memo_interest_minor = pick(is_kept, book.memo_interest_minor, claims * book.is_non_accrual)


def _grade_and_provide(book: Book, first: int, last: int, is_late: Number, policy: GradingPolicy) -> None:
    """Class of an active loan, and the provision that its outstanding principal needs."""
    tier, cured_on = regrade(book.five_tier, book.cured_on, book.overdue_days, is_late, first, last, policy)
    is_active = book.status == Status.ACTIVE
    book.five_tier = pick(is_active, tier, book.five_tier)
    book.cured_on = cured_on * is_active
    outstanding = book.principal_not_due_minor + book.principal_due_minor
    book.provision_minor = provision(outstanding, book.five_tier, policy)


def _stocks(book: Book) -> tuple[Number, Number, Number, Number]:
    """Interest and penalty on the balance sheet, the memo claim, the allowance."""
    on_balance = 1 - book.is_non_accrual
    return (
        (book.interest_accrued_minor + book.interest_due_minor) * on_balance,
        book.penalty_due_minor * on_balance,
        book.memo_interest_minor,
        book.provision_minor,
    )


def _movements(
    before: tuple[Number, Number, Number, Number],
    after: tuple[Number, Number, Number, Number],
) -> Movements:
    """Receivables against income, memo against its contra, allowance against impairment loss."""
    interest, penalty, memo, allowance = (new - old for old, new in zip(before, after, strict=True))
    return {
        Role.INTEREST_RECEIVABLE: interest,
        Role.INTEREST_INCOME: -interest,
        Role.PENALTY_RECEIVABLE: penalty,
        Role.PENALTY_INCOME: -penalty,
        Role.LOAN_LOSS_ALLOWANCE: -allowance,
        Role.IMPAIRMENT_LOSS: allowance,
        Role.MEMO_INTEREST: memo,
        Role.MEMO_CONTRA: -memo,
    }
