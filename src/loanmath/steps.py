"""The formulae of a loan's day, each written once for one loan and for columns of loans.

A business date opens (rows close and fall due), its events happen, and it closes: arrears age,
interest and penalty accrue for the night, the class and the provision follow.  The first day of a
period counts, the last does not, so the close of day D accrues D to D + 1.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from loanmath.daycount import after_first_night, units_by_code
from loanmath.exact import Number, any_of, choose, pick, smaller
from loanmath.grading import GradingPolicy, regrade
from loanmath.impairment import provision
from loanmath.postings import Movements, Role, add
from loanmath.rounding import accumulate, first_remainder
from loanmath.state import ACTIVE, CLOSED, Book
from loanmath.stocks import accrued_unpaid, hold_in_memo, movements_between, restate, stocks


class NextRow(NamedTuple):
    """What the row that begins when another ends accrues on."""

    base_minor: Number
    rate_ppb: Number
    divisor: Number
    code: Number
    """The serial number of days by which it counts (``DayCountCode``)."""


def close_row(book: Book, following: NextRow, accrued_minor: Number, capitalised_minor: Number) -> Movements:
    """The accrual period of a row ends and the next begins, the fraction starts afresh.

    The row's interest is brought to ``accrued_minor``: the same to the unit, but for flat interest and rules that
    round parts of a row.  Where interest accrues on what is really outstanding, the base goes on as it is.
    """
    apart, movements = accrued_minor - book.interest_row_minor, {}
    if any_of(apart != 0) or any_of(capitalised_minor > 0):
        before = stocks(book)
        book.interest_accrued_minor = book.interest_accrued_minor + apart - capitalised_minor
        movements = restate(book, before)
        add(movements, _capitalise(book, capitalised_minor))
    stays = book.bears_on_outstanding
    book.accrual_base_minor = pick(stays, book.accrual_base_minor + capitalised_minor, following.base_minor)
    book.accrual_rate_ppb, book.accrual_divisor = following.rate_ppb, following.divisor
    book.accrual_code = following.code
    book.interest_row_minor = book.interest_row_minor * 0
    book.interest_remainder = first_remainder(book.accrual_divisor, book.rounding_code)
    return movements


def turn_row(book: Book, base_minor: Number, rate_ppb: Number) -> None:
    """Within a row another rate holds, or another balance bears interest, from today on.

    Where interest accrues on what is really outstanding, that does not change with the plan.
    """
    book.accrual_base_minor = pick(book.bears_on_outstanding, book.accrual_base_minor, base_minor)
    book.accrual_rate_ppb = rate_ppb


def _capitalise(book: Book, amount_minor: Number) -> Movements:
    """Accrued interest becomes principal.

    For a loan that does not accrue it is income now, and once it is charged off the claim grows.
    """
    book.principal_not_due_minor = book.principal_not_due_minor + amount_minor
    book.capitalised_minor = book.capitalised_minor + amount_minor
    gone = amount_minor * book.is_charged_off
    book.memo_written_off_minor = book.memo_written_off_minor + gone
    return {
        Role.LOAN_PRINCIPAL: amount_minor - gone,
        Role.INTEREST_INCOME: gone - amount_minor,
        Role.MEMO_WRITTEN_OFF: gone,
        Role.MEMO_CONTRA: -gone,
    }


class Falling(NamedTuple):
    """What a row asks for when it falls due, as far as it has not been paid ahead.

    ``interest_ahead_minor`` is the part of its interest that has been paid ahead, not in ``interest_minor``.
    """

    principal_minor: Number
    interest_minor: Number
    interest_ahead_minor: Number
    fee_minor: Number
    penalty_minor: Number


def fall_due(book: Book, row: Falling, on: int) -> tuple[Falling, Movements]:
    """A row falls due; an overpayment meets it at once.

    Interest received ahead for later rows no longer stands against what this row has accrued.
    Returns what stays unpaid, and the movements.
    """
    # What is accrued becomes due: on the balance sheet that moves nothing, unless interest has been paid ahead.
    before = stocks(book) if any_of(book.interest_ahead_minor > 0) else None
    book.principal_not_due_minor = book.principal_not_due_minor - row.principal_minor
    book.principal_due_minor = book.principal_due_minor + row.principal_minor
    book.interest_accrued_minor = book.interest_accrued_minor - row.interest_minor - row.interest_ahead_minor
    book.interest_ahead_minor = book.interest_ahead_minor - row.interest_ahead_minor
    book.interest_due_minor = book.interest_due_minor + row.interest_minor
    book.charges_not_due_minor = book.charges_not_due_minor - row.fee_minor - row.penalty_minor
    movements = restate(book, before) if before else {}
    if any_of(row.fee_minor + row.penalty_minor > 0):
        add(movements, ask_charges(book, row.fee_minor, row.penalty_minor))
    none = row.interest_ahead_minor * 0
    left = Falling(row.principal_minor, row.interest_minor, none, row.fee_minor, row.penalty_minor)
    if any_of(book.overpaid_minor > 0):
        left = _use_overpayment(book, left, movements)
    is_new_arrears = (book.oldest_due_on == 0) & (sum(left) > 0)
    book.oldest_due_on = pick(is_new_arrears, on, book.oldest_due_on)
    finish_if_paid(book)
    return left, movements


def _use_overpayment(book: Book, row: Falling, movements: Movements) -> Falling:
    """An overpayment meets what falls due; returns what stays unpaid."""
    penalty, fee, interest, principal = _from_overpayment(book, row)
    add(movements, extinguish(book, penalty, fee, interest, principal))
    used = penalty + fee + interest + principal
    add(movements, {Role.OVERPAYMENT: used})
    book.overpaid_minor = book.overpaid_minor - used
    return row._replace(
        principal_minor=row.principal_minor - principal,
        interest_minor=row.interest_minor - interest,
        fee_minor=row.fee_minor - fee,
        penalty_minor=row.penalty_minor - penalty,
    )


def ask_charges(book: Book, fee_minor: Number, penalty_minor: Number) -> Movements:
    """Charges fall due: receivables against income, while the loan is on the balance sheet."""
    book.fee_due_minor = book.fee_due_minor + fee_minor
    book.penalty_due_minor = book.penalty_due_minor + penalty_minor
    off = book.is_non_accrual
    accrued = 1 - off
    claimed = (fee_minor + penalty_minor) * off
    book.memo_interest_minor = book.memo_interest_minor + claimed
    return {
        Role.FEE_RECEIVABLE: fee_minor * accrued,
        Role.FEE_INCOME: -fee_minor * accrued,
        Role.PENALTY_RECEIVABLE: penalty_minor * accrued,
        Role.PENALTY_INCOME: -penalty_minor * accrued,
        Role.MEMO_INTEREST: claimed,
        Role.MEMO_CONTRA: -claimed,
    }


def _from_overpayment(book: Book, row: Falling) -> tuple[Number, Number, Number, Number]:
    """The penalty, fee, interest and principal that the overpayment pays, interest and principal as agreed."""
    left = book.overpaid_minor
    penalty = smaller(left, row.penalty_minor)
    fee = smaller(left - penalty, row.fee_minor)
    left = left - penalty - fee
    principal_if_first = smaller(left, row.principal_minor)
    interest_if_first = smaller(left, row.interest_minor)
    interest = pick(
        book.is_principal_first,
        smaller(left - principal_if_first, row.interest_minor),
        interest_if_first,
    )
    principal = pick(
        book.is_principal_first,
        principal_if_first,
        smaller(left - interest_if_first, row.principal_minor),
    )
    return penalty, fee, interest, principal


def extinguish(
    book: Book, penalty_minor: Number, fee_minor: Number, interest_minor: Number, principal_minor: Number
) -> Movements:
    """Take paid amounts off what is due; the other side (cash, overpayment) is the caller's.

    While a loan does not accrue, what comes in is income of the day and leaves the memo accounts; once it is
    charged off, all of it is recovered income.
    """
    book.penalty_due_minor = book.penalty_due_minor - penalty_minor
    book.fee_due_minor = book.fee_due_minor - fee_minor
    book.interest_due_minor = book.interest_due_minor - interest_minor
    book.principal_due_minor = book.principal_due_minor - principal_minor
    book.repaid_minor = book.repaid_minor + principal_minor
    bears_on = book.bears_on_outstanding
    book.accrual_base_minor = book.accrual_base_minor - principal_minor * bears_on
    return release(book, penalty_minor, fee_minor, interest_minor, principal_minor)


def waive_due(book: Book, penalty_minor: Number, fee_minor: Number, interest_minor: Number) -> Movements:
    """Take what is not asked for after all off what is due: income is taken back, or the memo claim shrinks."""
    book.penalty_due_minor = book.penalty_due_minor - penalty_minor
    book.fee_due_minor = book.fee_due_minor - fee_minor
    book.interest_due_minor = book.interest_due_minor - interest_minor
    off = book.is_non_accrual
    accrued = 1 - off
    claims = (penalty_minor + fee_minor + interest_minor) * off
    book.memo_interest_minor = book.memo_interest_minor - claims
    return {
        Role.PENALTY_RECEIVABLE: -penalty_minor * accrued,
        Role.PENALTY_INCOME: penalty_minor * accrued,
        Role.FEE_RECEIVABLE: -fee_minor * accrued,
        Role.FEE_INCOME: fee_minor * accrued,
        Role.INTEREST_RECEIVABLE: -interest_minor * accrued,
        Role.INTEREST_INCOME: interest_minor * accrued,
        Role.MEMO_INTEREST: -claims,
        Role.MEMO_CONTRA: claims,
    }


def release(
    book: Book, penalty_minor: Number, fee_minor: Number, interest_minor: Number, principal_minor: Number
) -> Movements:
    """What leaves the balance sheet or the memo accounts when these amounts are paid."""
    off, gone = book.is_non_accrual, book.is_charged_off
    accrued, stays = 1 - off, 1 - gone
    claims = penalty_minor + fee_minor + interest_minor
    book.memo_interest_minor = book.memo_interest_minor - claims * off
    book.memo_written_off_minor = book.memo_written_off_minor - principal_minor * gone
    memo_paid = claims * off + principal_minor * gone
    received = off * stays
    receivables = (-principal_minor * stays, -interest_minor * accrued, -penalty_minor * accrued, -fee_minor * accrued)
    incomes = (-interest_minor * received, -penalty_minor * received, -fee_minor * received)
    others = (-(claims + principal_minor) * gone, -claims * off, -principal_minor * gone, memo_paid)
    return dict(zip(_RELEASED, (*receivables, *incomes, *others), strict=True))


_RELEASED: Final = (
    *(Role.LOAN_PRINCIPAL, Role.INTEREST_RECEIVABLE, Role.PENALTY_RECEIVABLE, Role.FEE_RECEIVABLE),
    *(Role.INTEREST_INCOME, Role.PENALTY_INCOME, Role.FEE_INCOME),
    *(Role.RECOVERY_INCOME, Role.MEMO_INTEREST, Role.MEMO_WRITTEN_OFF, Role.MEMO_CONTRA),
)
"""In the order of the amounts (see ``stocks``)."""


def receive_ahead(book: Book, amount_minor: Number) -> Movements:
    """Interest paid before its row falls due: off what has accrued, the rest is owed to the customer in time.

    Below zero, what was received so is given back.
    """
    accrued = accrued_unpaid(book)
    book.interest_ahead_minor = book.interest_ahead_minor + amount_minor
    earned = accrued - accrued_unpaid(book)
    off, gone = book.is_non_accrual, book.is_charged_off
    book.memo_interest_minor = book.memo_interest_minor - earned * off
    return {
        Role.INTEREST_RECEIVABLE: -earned * (1 - off),
        Role.INTEREST_INCOME: -earned * off * (1 - gone),
        Role.RECOVERY_INCOME: -earned * gone,
        Role.INTEREST_AHEAD: earned - amount_minor,
        Role.MEMO_INTEREST: -earned * off,
        Role.MEMO_CONTRA: earned * off,
    }


def finish_if_paid(book: Book) -> None:
    """An active loan of which nothing is owed, and on which nothing accrues by its plan, is closed."""
    owed = (
        book.principal_not_due_minor
        + book.principal_due_minor
        + book.interest_due_minor
        + book.penalty_due_minor
        + book.fee_due_minor
        + book.charges_not_due_minor
    )
    # Interest paid ahead of time repays no principal.
    has_earned = book.interest_accrued_minor == book.interest_ahead_minor
    is_paid = (owed == 0) & has_earned & (book.accrual_base_minor == 0)
    is_finished = (book.status == ACTIVE) & is_paid
    book.status = pick(is_finished, CLOSED, book.status)


def has_arrears(book: Book) -> Number:
    """Whether anything that has fallen due is unpaid."""
    return (book.oldest_due_on > 0) | (book.penalty_due_minor > 0)


def close_days(book: Book, first: int, last: int, policy: GradingPolicy) -> Movements:
    """Close the days ``first`` to ``last`` (day ordinals) at once.

    For more than one day nothing may happen in between: no row, no event, no threshold of days
    past due crossed later than on ``first`` (see replay).  The movements are the differences of
    the balance sheet's stocks, hence balanced.
    """
    before = stocks(book)
    is_late = has_arrears(book)
    book.overdue_days = (last - book.oldest_due_on) * (book.oldest_due_on > 0)
    passes_limit = book.overdue_days > book.non_accrual_after_days
    is_off = ((book.is_non_accrual == 1) | passes_limit) & is_late
    book.is_non_accrual = (is_off | (book.is_charged_off == 1)) * 1
    _accrue_interest(book, first, last)
    _accrue_penalty(book, first, last, is_late)
    hold_in_memo(book)
    _grade_and_provide(book, first, last, is_late, policy)
    return movements_between(before, stocks(book))


def _accrue_interest(book: Book, first: int, last: int) -> None:
    """Normal interest on the base for the nights of the days closed."""
    units = choose(book.accrual_code, units_by_code(first, last + 1))
    row_before = book.interest_row_minor
    book.interest_row_minor, book.interest_remainder = accumulate(
        row_before,
        book.interest_remainder,
        book.accrual_base_minor * (1 - book.is_stopped),
        book.accrual_rate_ppb * units,
        book.accrual_divisor,
        book.rounding_code,
    )
    book.interest_accrued_minor = book.interest_accrued_minor + book.interest_row_minor - row_before
    book.accrual_code = after_first_night(book.accrual_code)


def _accrue_penalty(book: Book, first: int, last: int, is_late: Number) -> None:
    """Penalty on overdue principal, and on overdue interest (compound), by calendar days.

    The carried fraction lives as long as the arrears (PBC 银发[2003]251号: from the day of default
    until paid, unpaid interest bears interest at the penalty rate).  While the money is misused, the heavier of
    the two rates holds for what is overdue, and what is not overdue bears the misuse rate less the contract's.
    """
    runs = is_late | (book.is_misused == 1)
    start = first_remainder(book.penalty_divisor, book.rounding_code)
    if not any_of(runs):
        book.penalty_run_minor, book.penalty_remainder = book.penalty_run_minor * 0, start
        return
    units = choose(book.penalty_code, units_by_code(first, last + 1)) * (1 - book.is_stopped)
    is_any_misused = any_of(book.is_misused)
    run_before = book.penalty_run_minor * runs
    run, remainder = accumulate(
        run_before,
        pick(runs, book.penalty_remainder, start),
        (book.principal_due_minor + book.interest_due_minor) * runs,
        (_overdue_rate(book) if is_any_misused else book.penalty_rate_ppb) * units,
        book.penalty_divisor,
        book.rounding_code,
    )
    if is_any_misused:
        run, remainder = accumulate(
            run,
            remainder,
            book.principal_not_due_minor * book.is_misused,
            _surcharge(book) * units,
            book.penalty_divisor,
            book.rounding_code,
        )
    book.penalty_run_minor = run
    book.penalty_remainder = remainder
    book.penalty_due_minor = book.penalty_due_minor + run - run_before


def _overdue_rate(book: Book) -> Number:
    """The penalty rate of what is overdue: while the money is misused, the heavier of the two."""
    is_heavier = book.misuse_rate_ppb > book.penalty_rate_ppb
    return pick(is_heavier * book.is_misused, book.misuse_rate_ppb, book.penalty_rate_ppb)


def _surcharge(book: Book) -> Number:
    """By how much the misuse rate is above the contract's."""
    above = book.misuse_rate_ppb - book.accrual_rate_ppb
    return above * (above > 0)


def _grade_and_provide(book: Book, first: int, last: int, is_late: Number, policy: GradingPolicy) -> None:
    """Class of an active loan, and the provision that its outstanding principal needs."""
    tier, cured_on = regrade(book.five_tier, book.cured_on, book.overdue_days, is_late, first, last, policy)
    is_active = book.status == ACTIVE
    book.five_tier = pick(is_active, tier, book.five_tier)
    book.cured_on = cured_on * is_active
    outstanding = (book.principal_not_due_minor + book.principal_due_minor) * (1 - book.is_charged_off)
    book.provision_minor = provision(outstanding, book.five_tier, policy)
