"""The rows ahead made anew from what is really outstanding, for loans whose interest follows it.

Until the day of the reckoning the row accrues on what was outstanding day by day; from then on as if everything
overdue were paid that day and each row on its due date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from loanmath.allocation import Claim, Standing
from loanmath.laid import before_day
from loanmath.level import level_instalment
from loanmath.moving import Moving
from loanmath.periods import Period, Stretch
from loanmath.postings import Role, add
from loanmath.rounding import accumulate, first_remainder
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Row, open_rows
from loanmath.schedule import PlanRow, Segment, Working
from loanmath.steps import receive_ahead
from loanmath.stocks import restate, stocks
from loanmath.terms import Overdue, Prepaid, Recalculation, Rest, Tranche


def reckon(account: Moving, on: date) -> None:
    """Make the rows that have not fallen due anew, as of a day."""
    again = account.terms.recalculation
    assert again is not None
    unfallen = account.rows[account.fallen :]
    ahead = [row for row in unfallen if not (row.is_extra or row.plan.is_down_payment)]
    if not ahead:
        return
    down_payments = [row for row in unfallen if row.plan.is_down_payment]
    coming = list(account.coming)
    balance = int(account.book.principal_not_due_minor) + sum(_beside(row, coming) for row in down_payments)
    last = _last_open(account, ahead)
    # Where that one only waits for its due date, interest that no other row is left to ask for goes to the very last.
    at_the_end = ahead[-1] if last in account.rows[account.fallen : account.closed] else last
    # Interest that has been paid on later rows already is not asked for with an earlier one again.
    known = [row.paid[INTEREST] * again.moves_interest for row in unfallen]
    carried = account.carried_minor - sum(known)
    for place, row in enumerate(unfallen, start=account.fallen):
        if row not in ahead:
            continue
        working = _working(account, again, place, balance, on)
        while coming and coming[0].on <= row.plan.accrual_to:
            balance += net_of(account, coming.pop(0))
        period = account.periods[place]
        carried += known[place - account.fallen]
        accrued = row.plan.accrued_minor if working is None else working.amount_minor
        capitalised = 0
        if period.is_capitalised and row is not last:
            # Interest that was paid before the row was spared is not added to the principal.
            added = max(0, accrued + carried - row.paid[INTEREST])
            capitalised = row.plan.capitalised_minor if place < account.closed else added
        calculated = accrued + carried - capitalised
        interest, principal = _parts(again, row, period, calculated)
        interest = _ask_from_zero(account, place, interest)
        if row is last or row is at_the_end:
            # What was paid as interest and is no longer owed as such is released, unless it moves on: with a row before
            # the very last one, or until a tranche to come has borne interest.
            moves_on = again.moves_interest and (row is not ahead[-1] or bool(account.coming))
            interest = max(interest * moves_on, calculated)
        if row is last:
            principal = row.paid[PRINCIPAL] + balance
        principal = max(row.paid[PRINCIPAL], min(principal, row.paid[PRINCIPAL] + balance))
        moves = again.moves_interest or not period.is_interest_due
        carried = calculated - interest if moves else 0
        account.opening_minor += _left_to_the_current_row(account, place, row.asked[PRINCIPAL] - principal)
        made = _made(row.plan, working, accrued, interest, principal, balance)
        row.follow(made._replace(capitalised_minor=capitalised), row.instalment_minor)
        balance += row.paid[PRINCIPAL] - principal + (capitalised if place >= account.closed else 0)
        if sum(row.paid):
            row.settle(on)
    release_interest(account, on)
    if not account.book.bears_on_outstanding and account.closed < len(account.periods):
        _bring_book(account, on)


def _ask_from_zero(account: Moving, place: int, interest_minor: int) -> int:
    """The interest of a row, at least 0: rows before it, the latest first, ask for less where they were paid too much ahead."""
    if interest_minor >= 0:
        return interest_minor
    for row in reversed(account.rows[account.fallen : place]):
        part = min(-interest_minor, row.asked[INTEREST])
        interest_minor += part
        row.follow(row.plan._replace(interest_minor=row.plan.interest_minor - part), row.instalment_minor)
    return 0


def _beside(row: Row, coming: Iterable[Tranche]) -> int:
    """What a down payment that has not fallen due adds to what the instalments ask for of the principal that is out.

    What was paid ahead on that of a tranche to come is out still; that of a tranche paid out today takes its part.
    """
    is_to_come = any(tranche.on == row.plan.due_on for tranche in coming)
    return row.paid[PRINCIPAL] if is_to_come else -row.unpaid(PRINCIPAL)


def _bring_book(account: Moving, on: date) -> None:
    """What the book says has accrued in the current row follows its working, which may reach back to its start."""
    book, period, working = account.book, account.periods[account.closed], account.rows[account.closed].plan.working
    on = max(on, account.since)  # money of an earlier day that was kept until now changes nothing before it
    passed = before_day(period, working, on)
    numerator, code = sum(segment.numerator for segment in passed), book.rounding_code
    start, before = first_remainder(book.accrual_divisor, code), stocks(book)
    accrued, book.interest_remainder = accumulate(0, start, numerator, 1, book.accrual_divisor, code)
    book.interest_accrued_minor += accrued - book.interest_row_minor
    book.interest_row_minor = accrued
    account.record("recalculate", "", on, restate(book, before))
    account.passed, account.since = passed, max(on, period.start)
    book.accrual_base_minor = next(
        (one.base_minor for one in working.segments if one.end > on), working.segments[-1].base_minor
    )


def _left_to_the_current_row(account: Moving, place: int, less_minor: int) -> int:
    """What a row that waits for its due date no longer asks for bears interest in the current one, as far as it is out.

    Beyond that the rows that wait asked for a tranche that had still to come.
    """
    if place >= account.closed:
        return 0
    out = int(account.book.principal_not_due_minor) + sum(early for _, early, _ in account.moves)
    asked = sum(row.unpaid(PRINCIPAL) for row in account.rows[account.fallen : account.closed])
    return less_minor - min(max(0, less_minor), max(0, asked - out))


def net_of(account: Moving, tranche: Tranche) -> int:
    """What the rows ahead carry of a tranche: all of it but its down payment."""
    return tranche.amount_minor - account.terms.down_payment(tranche.amount_minor)


def _last_open(account: Moving, ahead: list[Row]) -> Row:
    """The last row that is not fully paid takes the difference; the very last where a tranche comes after that one."""
    open_rows = [row for row in ahead if row.paid[PRINCIPAL] + row.paid[INTEREST] < row.instalment_minor]
    last = open_rows[-1] if open_rows else ahead[-1]
    return ahead[-1] if account.coming and account.coming[-1].on > last.plan.accrual_to else last


def release_interest(account: Moving, on: date) -> None:
    """Interest that was paid ahead and is no longer asked for becomes an overpayment."""
    book = account.book
    for row in account.rows[account.fallen :]:
        excess = row.paid[INTEREST] - row.asked[INTEREST]
        if excess > 0:
            row.paid[INTEREST] -= excess
            row.ahead_minor -= excess
            movements = receive_ahead(book, -excess)
            book.overpaid_minor += excess
            add(movements, {Role.OVERPAYMENT: -excess})
            account.record("release_interest", "", on, movements)
            if account.terms.recalculation:
                account.set_free.append((row.plan.number, excess))


def _parts(again: Recalculation, row: Row, period: Period, calculated_minor: int) -> tuple[int, int]:
    """Interest and principal of a row, from its instalment, what it accrues and what has been paid on it.

    Where interest moves on, a row never asks for more than its instalment: what was paid as principal beyond the
    planned part leaves the interest that was paid, and no more.
    """
    paid_interest, paid_principal, level = row.paid[INTEREST], row.paid[PRINCIPAL], row.instalment_minor
    if not period.is_interest_due or period.is_capitalised:
        if period.is_capitalised and not again.moves_interest:
            paid_interest = min(paid_interest, calculated_minor)
        return paid_interest, max(paid_principal, level * (not period.is_capitalised))
    if not period.weight:
        return (min(calculated_minor, level) if again.moves_interest else calculated_minor), paid_principal
    if not again.moves_interest:
        return calculated_minor, max(level - calculated_minor, paid_principal)
    is_full = paid_principal > level - calculated_minor
    interest = max(paid_interest, paid_interest if is_full else min(calculated_minor, level))
    return interest, max(level - interest, paid_principal)


def _made(plan: PlanRow, working: Working | None, accrued: int, interest: int, principal: int, balance: int) -> PlanRow:
    return plan._replace(
        opening_minor=balance,
        principal_minor=principal,
        interest_minor=interest,
        accrued_minor=accrued,
        counted=working.counted() if working else plan.counted,
    )


def _working(account: Moving, again: Recalculation, place: int, balance_minor: int, on: date) -> Working | None:
    """How the interest of a row comes about; None for a row whose period is over."""
    if place < account.closed:
        return None
    row = account.rows[place].plan
    if place > account.closed:
        segments = tuple(_planned(account, place, balance_minor, row.accrual_from))
    elif again.overdue is Overdue.FROM_DUE:
        segments = (*account.passed, *_present(account, row, balance_minor, on))
    else:
        segments = tuple(_from_row(account, again, row, on))
        if account.moves:
            account.rows[place].reckoned_until = rest_of(account, again, on)
    return row.working._replace(segments=segments)


def _present(account: Moving, row: PlanRow, balance_minor: int, on: date) -> Iterator[Segment]:
    """The rest of the current row: on what is outstanding until today, then on the plan."""
    today = min(max(on, account.since), row.accrual_to)
    if account.since < today:
        units = account.count(account.since, today)
        base, rate = account.book.accrual_base_minor, account.rate_ppb
        yield Segment(int(base), account.since, today, units, int(rate))
    yield from _planned(account, account.closed, balance_minor, today)


def _planned(account: Moving, place: int, balance_minor: int, start: date) -> Iterator[Segment]:
    """The days of a row from a day on, on the planned balance and what tranches that were agreed add to it.

    What was paid ahead on the down payment of one is in the planned balance, but is not out until its day.
    """
    period = account.periods[place]
    coming = [tranche for tranche in account.coming if start < tranche.on < period.end]
    for stretch in period.cut(start):
        for since, until in _cut_by(coming, stretch):
            units = stretch.units if (since, until) == stretch[:2] else period.units(since, until)
            come = sum(net_of(account, tranche) for tranche in coming if tranche.on <= since)
            early = sum(paid_early(account, tranche) for tranche in account.coming if tranche.on > since)
            yield Segment(max(0, balance_minor + come - early), since, until, units, stretch.rate_ppb)


def paid_early(account: Moving, tranche: Tranche) -> int:
    """What has been paid on the down payment of a tranche that is still to come."""
    ahead = account.rows[account.fallen :]
    return sum(row.paid[PRINCIPAL] for row in ahead if row.plan.is_down_payment and row.plan.due_on == tranche.on)


def _cut_by(coming: Iterable[Tranche], stretch: Stretch) -> Iterator[tuple[date, date]]:
    """A stretch cut where a tranche will be paid out."""
    days = sorted({tranche.on for tranche in coming if stretch.start < tranche.on < stretch.end})
    return pairwise((stretch.start, *days, stretch.end))


def _from_row(account: Moving, again: Recalculation, row: PlanRow, on: date) -> Iterator[Segment]:
    """The current row on its planned balance, less what was paid early.

    If anything was paid in it, what is overdue bears interest too, from its start or its own due date until today.
    """
    rest = rest_of(account, again, on)
    changes: dict[date, int] = {}
    left = 0
    for since, amount in account.arrears if account.moves else ():
        changes[since] = changes.get(since, 0) + amount
        left += amount
    for day, early, overdue in account.moves:
        # Kept money that repays a tranche at its own day may have come before this row.
        since = max(day, row.accrual_from)
        changes[since] = changes.get(since, 0) - early - overdue
        left -= overdue
    changes[rest] = changes.get(rest, 0) - (left if account.moves else 0)
    for tranche in account.coming:
        # What was paid early on its down payment has left the balance already.
        bears = net_of(account, tranche) + paid_early(account, tranche)
        changes[tranche.on] = changes.get(tranche.on, 0) + bears
    base, since, rate = account.opening_minor, row.accrual_from, account.rate_ppb
    rates = {one.start: one.rate_ppb for one in account.periods[account.closed].stretches}
    days = sorted(day for day in {*changes, *rates} if row.accrual_from <= day < row.accrual_to)
    for day in [*days, row.accrual_to]:
        if since < day:
            units = account.count(since, day)
            # Money that came before the tranche it repays was kept meanwhile: kept money earns nothing.
            yield Segment(max(0, base), since, day, units, rate)
            since = day
        rate = rates.get(day, rate)
        base += changes.get(day, 0)


def claims_as_of(account: Moving, on: date, *, is_last_first: bool) -> list[Claim]:
    """What rows to come can take today where interest moves on.

    It is the interest accrued so far, and for principal what the instalment leaves; together no more principal than
    there is.
    """
    ahead = account.rows[account.fallen : len(account.periods)]
    # Interest that has been paid on later rows already is no claim of an earlier one.
    found, carried = [], account.carried_minor - sum(row.paid[INTEREST] for row in ahead)
    instalments = [row for row in ahead if not row.plan.is_down_payment]
    last = _last_open(account, instalments) if instalments else None
    for place, row in enumerate(ahead, start=account.fallen):
        accrued = row.plan.accrued_minor if place < account.closed else _accrued_so_far(account, place, on)
        calculated = accrued + carried + row.paid[INTEREST]
        paid = row.paid[PRINCIPAL] + row.paid[INTEREST]
        is_full = paid >= row.instalment_minor or (paid > 0 and not row.unpaid(PRINCIPAL) + row.unpaid(INTEREST))
        interest = row.paid[INTEREST] if is_full else max(row.paid[INTEREST], min(calculated, row.instalment_minor))
        period = account.periods[place]
        if is_full and row is last:
            # All rows are full: what overdue money has cost since is asked for with the last one (see reckon).
            interest = max(row.paid[INTEREST], calculated)
        if not period.is_interest_due or period.is_capitalised or row.plan.is_down_payment:
            interest = row.paid[INTEREST]
        carried = 0 if period.is_capitalised else calculated - interest
        principal = max(0, row.instalment_minor - interest - row.paid[PRINCIPAL]) if period.weight else 0
        if place == len(account.periods) - 1 and not is_full:
            principal = int(account.book.principal_not_due_minor)  # the last row takes the rest
        elif is_full:
            principal = row.unpaid(PRINCIPAL) if row is last else 0
        charges = (row.unpaid(PENALTY), row.unpaid(FEE))
        found.append(Claim(row.plan.number, Standing.AHEAD, *charges, interest - row.paid[INTEREST], principal))
    extra = account.rows[max(account.fallen, len(account.periods)) :]
    found += [row.claim(Standing.AHEAD) for row in open_rows(extra)]
    return capped(found, int(account.book.principal_not_due_minor), is_last_first=is_last_first)


def _accrued_so_far(account: Moving, place: int, on: date) -> int:
    """Interest of the current row until today; rows to come have none."""
    if place > account.closed:
        return 0
    working, units = account.rows[place].plan.working, account.count(account.since, on)
    book = account.book
    today = Segment(int(book.accrual_base_minor), account.since, on, units, account.rate_ppb)
    return working._replace(segments=(*account.passed, today)).amount_minor


def capped(claims: list[Claim], most_minor: int, *, is_last_first: bool) -> list[Claim]:
    """The claims with no more principal in all, in the order in which they are paid."""
    capped = []
    for claim in reversed(claims) if is_last_first else claims:
        principal = max(0, min(claim.principal_minor, most_minor))
        most_minor -= principal
        capped.append(claim._replace(principal_minor=principal))
    return capped[::-1] if is_last_first else capped


def rest_of(account: Moving, again: Recalculation, on: date) -> date:
    """From when on a payment of today changes what bears interest."""
    if again.rest is Rest.DAY or account.closed == len(account.rows):
        return on
    row = account.rows[account.closed].plan
    return on if on <= row.accrual_from else row.accrual_to


def arrears_of(rows: Iterable[Row], again: Recalculation | None, start: date) -> list[tuple[date, int]]:
    """What is unpaid of rows that have fallen due, each since when it counts as overdue in a row that began on a day.

    That is from the start of the row, or from its own due date where that is later: rest days have put it off, or
    it fell due within the row as a down payment does.  Interest counts where it is agreed that it compounds.
    """
    places = (PRINCIPAL, INTEREST) if again and again.compounds else (PRINCIPAL,)
    owed = [(max(start, row.plan.due_on), sum(row.unpaid(place) for place in places)) for row in rows]
    return [(since, amount) for since, amount in owed if amount]


def level_anew(account: Moving, place: int) -> None:
    """After the current row took more principal than planned: the instalments from a row on, or their number."""
    again = account.terms.recalculation
    assert again is not None
    ahead = account.rows[place:]
    balance = int(account.book.principal_not_due_minor) - sum(
        row.unpaid(PRINCIPAL) for row in account.rows[account.fallen : place]
    )
    periods = account.periods[place:]
    if again.prepaid is Prepaid.LOWER and periods:
        level = level_instalment(account.terms, periods, balance)
        for row in ahead[: len(periods)]:
            row.instalment_minor = level.amount_minor


def drop_empty(account: Moving) -> None:
    """Rows after the current one that ask for nothing once the balance is repaid fall away."""
    while len(account.rows) > account.closed + 1 and not sum(account.rows[-1].asked):
        account.rows.pop()
        del account.periods[len(account.rows) :]
