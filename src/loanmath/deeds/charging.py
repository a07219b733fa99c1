"""Fees and penalties charged at once, and what is not asked for after all."""

from __future__ import annotations

from datetime import date

from loanmath.account import Account, Applied, head
from loanmath.allocation import Component
from loanmath.charges import Basis, Charge, Moment
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.paying import meet_with_overpayments
from loanmath.postings import Movements, Role, add
from loanmath.rows import FEE, INTEREST, PENALTY, PLACES, Row
from loanmath.schedule import PlanRow, Working
from loanmath.steps import ask_charges, waive_due


def charge(account: Account, event: Event) -> None:
    """A fee or a penalty joins the row of its date, or every row, or those that fall overdue."""
    asked = event.charge
    assert asked is not None
    if account.book.is_charged_off:
        raise LoanMathError("charged_off", "charge", "Nothing can be charged to a loan that has been charged off")
    if asked.moment is Moment.AT_DISBURSEMENT:
        _take_from_payout(account, asked, event)
        return
    account.revive(event.on)
    movements: Movements = {}
    total = 0
    for row, amount in _amounts(account, asked, event):
        total += amount
        add(movements, _ask(account, row, asked.component, amount, event.on))
        account.charges.setdefault(event.key, []).append((row, asked.component, amount))
        row.dated.append((asked.due_on or row.plan.due_on, PLACES[asked.component], amount))
    is_penalty = asked.component is Component.PENALTY
    applied = Applied(*head(event)[:3], total, total if is_penalty else 0, fee_minor=0 if is_penalty else total)
    account.finish(event, movements, applied)
    meet_with_overpayments(account, event.on)


def _take_from_payout(account: Account, asked: Charge, event: Event) -> None:
    """A charge that is kept back from what is paid out today.  Raises LoanMathError ``nothing_paid_out``."""
    paid_out = sum(one.amount_minor for one in account.trail if one.kind is EventKind.DISBURSE and one.on == event.on)
    if not paid_out:
        raise LoanMathError("nothing_paid_out", "charge.moment", "Nothing is paid out today from which it can be taken")
    basis = paid_out if asked.basis is Basis.PRINCIPAL else _of_loan(account, asked.basis)
    amount = asked.of(basis, account.terms.rounding)
    is_penalty = asked.component is Component.PENALTY
    income = Role.PENALTY_INCOME if is_penalty else Role.FEE_INCOME
    applied = Applied(*head(event)[:3], amount, amount * is_penalty, fee_minor=amount * (not is_penalty))
    account.finish(event, {Role.CASH: amount, income: -amount}, applied)


def _amounts(account: Account, asked: Charge, event: Event) -> list[tuple[Row, int]]:
    """The rows that carry the charge, with the amount of each."""
    rounding = account.terms.rounding
    rows = [row for row in account.rows if not row.is_extra and not row.plan.is_down_payment]
    if asked.moment is Moment.EACH_INSTALMENT:
        return [(row, asked.of(_of_row(account, row, asked.basis), rounding)) for row in rows]
    if asked.moment is Moment.WHEN_OVERDUE:
        late = [row for row in rows if row.plan.due_on < event.on and row.unpaid_minor]
        late = [row for row in late if row not in account.charged_overdue]
        account.charged_overdue += late
        return [(row, asked.of(_of_row(account, row, asked.basis), rounding)) for row in late]
    row = _row_on(account, asked.due_on or event.on, event.on)
    is_of_row = asked.basis in (Basis.ROW_PRINCIPAL, Basis.ROW_PRINCIPAL_AND_INTEREST)
    basis = _of_row(account, row, asked.basis) if is_of_row else _of_loan(account, asked.basis)
    return [(row, asked.of(basis, rounding))]


def _of_row(account: Account, row: Row, basis: Basis) -> int:
    """What a charge for an instalment is a share of."""
    plan = row.plan
    return {
        Basis.OUTSTANDING: plan.opening_minor,
        Basis.INTEREST: plan.interest_minor,
        Basis.ROW_PRINCIPAL: plan.principal_minor,
        Basis.PRINCIPAL_AND_INTEREST: plan.total_minor,
        Basis.ROW_PRINCIPAL_AND_INTEREST: plan.total_minor,
    }.get(basis, int(account.book.disbursed_minor))


def _of_loan(account: Account, basis: Basis) -> int:
    """What a charge on a date is a share of."""
    book = account.book
    principal = int(book.disbursed_minor)
    if basis is Basis.OUTSTANDING:
        return int(book.principal_not_due_minor + book.principal_due_minor)
    interest = sum(row.plan.interest_minor for row in account.rows)
    return {Basis.INTEREST: interest, Basis.PRINCIPAL_AND_INTEREST: principal + interest}.get(basis, principal)


def waive(account: Account, event: Event) -> None:
    """What is unpaid of a charge, or of a component up to an amount (0: all), is not asked for.

    Raises LoanMathError ``nothing_to_waive``.
    """
    left = event.amount_minor or None
    movements: Movements = {}
    waived = [0, 0, 0, 0]
    for row, component, amount in _waivable(account, event):
        share = amount if left is None else min(left, amount)
        left = None if left is None else left - share
        if share:
            waived[PLACES[component]] += share
            add(movements, _waive(account, row, component, share, event))
    if not any(waived):
        raise LoanMathError("nothing_to_waive", "of", "Nothing of it is unpaid, so there is nothing to waive")
    penalty, fee, interest, _ = waived
    applied = Applied(*head(event)[:3], sum(waived), penalty, interest, 0, fee)
    account.age()
    account.finish(event, movements, applied)


def _waivable(account: Account, event: Event) -> list[tuple[Row | None, Component, int]]:
    if event.of:
        found = account.charges.get(event.of, [])
        return [(row, one, min(amount, row.unpaid(PLACES[one]))) for row, one, amount in found]
    component = event.component or Component.PENALTY
    place = PLACES[component]
    rows = account.rows[: account.fallen] if place == INTEREST else account.rows
    found = [(row, component, row.unpaid(place)) for row in rows if row.unpaid(place)]
    own = account.penalty_of_loan(account.unpaid_rows()) if place == PENALTY else 0
    return [*([(None, component, own)] if own else []), *found]


def _waive(account: Account, row: Row | None, component: Component, amount: int, event: Event) -> Movements:
    place = PLACES[component]
    if row is None:
        return waive_due(account.book, amount, 0, 0)
    row.waived[place] += amount
    row.settle(event.on)
    if row.plan.number > account.fallen:
        account.book.charges_not_due_minor -= amount
        return {}
    parts = [0, 0, 0, 0]
    parts[place] = amount
    return waive_due(account.book, *parts[:3])


def _row_on(account: Account, on: date, today: date) -> Row:
    """The row that a charge of this day belongs to; after the last one an extra row is made, or made longer.

    One that has fallen due cannot become due at a later day: another one is made then.
    """
    normal = [row for row in account.rows if not row.is_extra and not row.plan.is_down_payment]
    if on <= normal[0].plan.due_on:
        return normal[0]
    for row in normal:
        if on <= row.plan.due_on:
            return row
    extra = account.rows[-1]
    if not extra.is_extra or (extra.plan.number <= account.fallen and on > today):
        extra = Row(_extra_plan(account, normal[-1].plan, on), 0, is_extra=True)
        account.rows.append(extra)
    elif on > extra.plan.due_on:
        extra.plan = extra.plan._replace(accrual_to=on, due_on=on)
    return extra


def _extra_plan(account: Account, last: PlanRow, on: date) -> PlanRow:
    working = Working((), account.terms.day_count, account.periods[0].year_units, account.terms.rounding)
    return PlanRow(len(account.rows) + 1, last.accrual_to, on, on, 0, 0, 0, working, 0)


def _ask(account: Account, row: Row, component: Component, amount_minor: int, on: date) -> Movements:
    """A row asks for a charge; one that has fallen due asks at once."""
    place = PLACES[component]
    row.asked[place] += amount_minor
    row.settle(on)
    if row.plan.number > account.fallen:
        account.book.charges_not_due_minor += amount_minor
        return {}
    account.age()
    return ask_charges(account.book, *((amount_minor, 0) if place == FEE else (0, amount_minor)))
