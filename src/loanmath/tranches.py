"""Sums that join the plan in motion: a tranche spread over the rows ahead, principal that is due today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from loanmath.account import Account, instalment_of
from loanmath.errors import LoanMathError
from loanmath.events import Event
from loanmath.laid import Laid, carry_tranche, place_of_due, with_due
from loanmath.planning import ask_for_what_is_out, fall_away, open_balance, owed, plan_anew, require_ahead, with_coming
from loanmath.reckoning import net_of, reckon, release_interest
from loanmath.rows import PRINCIPAL, Row
from loanmath.state import Status
from loanmath.terms import Prepaid, Tranche

ONE_DAY: Final = timedelta(days=1)


def spread(account: Account, on: date, amount_minor: int) -> None:
    """A tranche that was not agreed beforehand joins the rows ahead; its down payment is due today.

    Raises LoanMathError ``nothing_ahead``.
    """
    require_ahead(account)
    terms, start = account.terms, account.closed
    down = terms.down_payment(amount_minor)
    base = amount_minor if account.book.bears_on_outstanding else amount_minor - down
    account.turn(on, account.book.accrual_base_minor + base)
    normal = [row for row in account.rows[start:] if not row.is_extra]
    laid = Laid(tuple(account.periods[start:]), tuple(row.plan for row in normal), account.level, account.relevelled)
    planned = [row.planned_minor for row in normal]
    disbursed, earlier = int(account.book.disbursed_minor), owed(account)
    coming = sum(net_of(account, tranche) for tranche in account.coming)
    carried = carry_tranche(
        terms, laid, on, amount_minor - down, disbursed, planned, owed_minor=earlier, coming_minor=coming
    )
    carried = with_coming(account, carried)
    account.level, account.relevelled = carried.level, carried.relevelled
    for row, period, made in zip(normal, carried.periods, carried.rows, strict=True):
        if made is not row.plan:
            row.planned_minor = made.principal_minor
            row.follow(made, instalment_of(carried.level, carried.relevelled, period, made))
    _even_paid(normal)
    if not terms.recalculation:
        release_interest(account, on)
    account.bear_more(on, base)
    if down:
        insert_due(account, on, down)
    if terms.recalculation:
        reckon(account, on)


def _even_paid(rows: list[Row]) -> None:
    """Principal paid ahead on a row that no longer asks for so much counts for the next rows, then for the earlier."""
    for place, row in enumerate(rows):
        excess = row.paid[PRINCIPAL] - row.asked[PRINCIPAL]
        for other in (*rows[place + 1 :], *rows[:place]):
            moved = min(excess, other.unpaid(PRINCIPAL))
            if moved > 0:
                row.pass_on(other, moved)
                excess -= moved


def forgo(account: Account, on: date, paid_today: Sequence[Event]) -> None:
    """Tranches that were agreed for today or earlier and are not paid out leave the plan."""
    kept = [Tranche(event.on, event.amount_minor) for event in paid_today]
    due = [tranche for tranche in account.coming if tranche.on <= on and tranche not in kept]
    if due and account.book.status in (Status.ACTIVE, Status.CLOSED):
        account.catch_up(on - ONE_DAY)  # the down payments of today do not fall due
        account.coming = [tranche for tranche in account.coming if tranche not in due]
        drop_down_payments(account, [tranche.on for tranche in due])
        ask_for_what_is_out(account)
        _plan_without(account, on)


def _plan_without(account: Account, on: date) -> None:
    """Plan anew; tranches still to come that the plan no longer reaches, since it ends earlier now, go as well."""
    while account.coming:
        try:
            return plan_anew(account, on, open_balance(account), Prepaid.LOWER)
        except LoanMathError:
            drop_down_payments(account, [account.coming.pop().on])
    return plan_anew(account, on, open_balance(account), Prepaid.LOWER)


def drop_down_payments(account: Account, days: Sequence[date]) -> None:
    """The down payments of tranches that will not be paid out fall away.

    What was paid of them counts for the next instalment; where none is left, for the last one.
    """
    for row in account.rows[account.fallen :]:
        if row.plan.is_down_payment and row.plan.due_on in days:
            place = row.plan.number - 1
            beside = (*account.rows[place + 1 :], *reversed(account.rows[:place]))
            fall_away(account, row, next(one for one in beside if not one.plan.is_down_payment))
            del account.rows[place], account.periods[place]
            account.closed -= place < account.closed
            account.renumber()


def insert_due(account: Account, on: date, amount_minor: int) -> None:
    """A row of principal that falls due today: a down payment, or money taken back."""
    rows = tuple(row.plan for row in account.rows[: len(account.periods)])
    laid = Laid(tuple(account.periods), rows, account.level, account.relevelled)
    place = place_of_due(account.terms, laid, on)
    laid = with_due(account.terms, laid, place, on, amount_minor)
    row = Row(laid.rows[place], amount_minor)
    account.rows.insert(place, row)
    account.periods = list(laid.periods)
    account.closed += 1
    account.renumber()
    account.fall_due(row, on)
