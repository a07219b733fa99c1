"""How money that comes in pays the rows of a loan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from loanmath.account import Account
from loanmath.allocation import NONE_AHEAD, Ahead, Allocation, Allotment, Claim, Component, Share, Standing, allocate
from loanmath.errors import LoanMathError
from loanmath.events import EventKind
from loanmath.periods import Period
from loanmath.postings import Movements, Role, add
from loanmath.reckoning import arrears_of, capped, claims_as_of, drop_empty, level_anew, reckon, rest_of
from loanmath.rows import FEE, INTEREST, PENALTY, PLACES, PRINCIPAL, Row, open_rows
from loanmath.schedule import Segment
from loanmath.state import ACTIVE
from loanmath.steps import ask_charges, extinguish, finish_if_paid, has_arrears, receive_ahead
from loanmath.terms import Overdue, Rest

_DUE, _PAST_DUE, _CURRENT = Standing.DUE, Standing.PAST_DUE, Ahead.CURRENT
"""Plain names: looking a member up in its class costs more than the comparison, for every payment."""


def _claims(account: Account, unpaid: Sequence[Row], on: date, allocation: Allocation) -> list[Claim]:
    """What the rows can take of a payment today, oldest first: those that are due and unpaid, then those ahead."""
    found = [row.claim(_DUE if row.plan.due_on == on else _PAST_DUE) for row in unpaid]
    if allocation.ahead in NONE_AHEAD:
        return found
    again = account.terms.recalculation
    if again and again.moves_interest:
        return [*found, *claims_as_of(account, on, is_last_first=allocation.ahead is Ahead.LAST)]
    most = int(account.book.principal_not_due_minor)
    is_all_for_tranches = bool(again and account.coming) and not most
    if is_all_for_tranches:
        reckon(account, on)  # what overdue money has cost until today is asked for with the row in which it did
    ahead = [claim for row in open_rows(account.rows[account.fallen :]) for claim in row.claims_ahead(on, allocation)]
    if is_all_for_tranches:
        ahead = list(_as_accrued(account, ahead))
    return [*found, *capped(ahead, most, is_last_first=allocation.ahead is Ahead.LAST)]


def pay(account: Account, amount_minor: int, on: date, allocation: Allocation) -> tuple[Allotment, Movements]:
    """Allocate a payment and let the rows and the book follow; the money's own side is still to be added."""
    if account.terms.recalculation:
        before_payment(account, on)
    elif allocation.ahead is _CURRENT:
        raise LoanMathError(
            "current_needs_recalculation",
            "allocation",
            "Money can pay the current instalment ahead only where interest is recalculated: choose next, last or spread",
        )
    unpaid = account.unpaid_rows()
    found = _claims(account, unpaid, on, allocation)
    allotment = allocate(amount_minor, account.penalty_of_loan(unpaid), found, allocation)
    movements = _pay_shares(account, allotment.shares, on)
    if allocation.ahead is _CURRENT:
        allotment = _pay_current(account, allotment, on, movements)
        allotment = _pay_last(account, allotment, on, allocation, movements)
    elif account.terms.recalculation:
        _move_base(account, allotment.shares, on)
        reckon(account, on)
        if allotment.excess_minor and allocation.ahead not in NONE_AHEAD:
            allotment = _pay_reckoned(account, allotment, on, allocation, movements)
    account.age()
    return allotment, movements


def before_payment(account: Account, on: date) -> None:
    """What has accrued until today stands; what is overdue is remembered."""
    account.turn(on, account.book.accrual_base_minor)
    again = account.terms.recalculation
    if again and again.overdue is Overdue.FROM_ROW:
        _remake_todays_row(account, on)
    if again and not account.moves and account.closed < len(account.rows):
        start = account.rows[account.closed].plan.accrual_from
        account.arrears = arrears_of(account.rows[: account.fallen], again, start)


def _remake_todays_row(account: Account, on: date) -> None:
    """The row that fell due today bears interest on what was overdue while it ran, as far as that is not counted yet."""
    row = account.rows[account.fallen - 1] if account.fallen else None
    again = account.terms.recalculation
    if row is None or again is None or row.plan.due_on != on or row.is_extra or not row.plan.working.segments:
        return
    start = row.reckoned_until or row.plan.accrual_from
    arrears = [one for one in arrears_of(account.rows[: account.fallen], again, start) if one[0] < row.plan.accrual_to]
    if not arrears or row.is_remade:
        return
    row.is_remade = True
    segments = row.plan.working.segments
    for since, amount in arrears:
        segments = tuple(_more_since(account.periods[account.fallen - 1], segments, since, amount))
    working = row.plan.working._replace(segments=segments)
    more = working.amount_minor - row.plan.accrued_minor
    has_later = account.closed < min(len(account.periods), len(account.rows))
    less = min(more, row.unpaid(PRINCIPAL)) if has_later else 0
    account.book.interest_due_minor += more
    account.book.principal_due_minor -= less
    account.book.principal_not_due_minor += less
    row.follow(
        row.plan._replace(
            counted=working.counted(),
            accrued_minor=row.plan.accrued_minor + more,
            interest_minor=row.plan.interest_minor + more,
            principal_minor=row.plan.principal_minor - less,
        ),
        row.instalment_minor,
    )
    account.opening_minor += less
    off = account.book.is_non_accrual
    account.book.memo_interest_minor += more * off
    movements: Movements = {
        Role.INTEREST_RECEIVABLE: more * (1 - off),
        Role.INTEREST_INCOME: -more * (1 - off),
        Role.MEMO_INTEREST: more * off,
        Role.MEMO_CONTRA: -more * off,
    }
    account.record("recalculate", "", on, movements)


def _more_since(period: Period, segments: Iterable[Segment], since: date, amount_minor: int) -> Iterator[Segment]:
    """The segments of a row with so much more on their base from a day on."""
    for one in segments:
        if one.start < since < one.end:
            yield one._replace(end=since, units=period.units(one.start, since))
            one = one._replace(start=since, units=period.units(since, one.end))  # noqa: PLW2901
        yield one._replace(base_minor=one.base_minor + (amount_minor if one.start >= since else 0))


def _move_base(account: Account, shares: Sequence[Share], on: date) -> None:
    """What is paid today, where it bears interest, leaves what does so, from the rest on.

    Money of an earlier day was kept until now: by days it counts from now on.  A row whose period is over and that
    waits for its due date has left the balance with its period.
    """
    again = account.terms.recalculation
    assert again is not None
    early = overdue = 0
    for share in shares:
        is_principal = share.component is Component.PRINCIPAL
        if not (is_principal or (again.compounds and share.component is Component.INTEREST)):
            continue
        row = account.row_of(share.number)
        if share.number <= account.fallen:
            overdue += share.amount_minor
        elif is_principal and (share.number > account.closed or row.plan.is_down_payment):
            early += share.amount_minor
    counts_from = max(on, account.since) if again.rest is Rest.DAY else on
    account.moves.append((rest_of(account, again, counts_from), early, overdue))


def _pay_current(account: Account, allotment: Allotment, on: date, movements: Movements) -> Allotment:
    """Money that is more than what is due pays principal of the current instalment, today's if one is due today.

    If that makes it larger than planned, the instalments ahead follow.
    """
    is_today = account.fallen > 0 and account.rows[account.fallen - 1].plan.due_on == on
    place = account.fallen - 1 if is_today else account.fallen
    while not is_today and place < len(account.rows) and account.rows[place].plan.is_down_payment:
        place += 1  # the down payment of a tranche that is still to come is no instalment
    excess = min(allotment.excess_minor, int(account.book.principal_not_due_minor))
    if not excess or place == len(account.rows):
        _move_base(account, allotment.shares, on)
        reckon(account, on)
        return allotment
    row = account.rows[place]
    share = Share(Component.PRINCIPAL, row.plan.number, excess)
    account.book.principal_not_due_minor -= excess
    account.book.principal_due_minor += excess
    if is_today:
        row.asked[PRINCIPAL] += excess
        row.plan = row.plan._replace(principal_minor=row.plan.principal_minor + excess)
    row.take(PRINCIPAL, excess, on)
    row.settle(on)
    add(movements, extinguish(account.book, 0, 0, 0, excess))
    shares = (*allotment.shares, share)
    _move_base(account, allotment.shares if is_today else shares, on)
    if is_today:
        account.pay_besides(on, excess)
    reckon(account, on)
    if is_today or row.paid[PRINCIPAL] > row.instalment_minor - row.asked[INTEREST]:
        level_anew(account, place + 1)
        reckon(account, on)
        drop_empty(account)
    return Allotment(shares, allotment.excess_minor - excess)


def _pay_reckoned(
    account: Account, allotment: Allotment, on: date, allocation: Allocation, movements: Movements
) -> Allotment:
    """What no row could take pays what the rows ask for since they were reckoned, as long as there is something."""
    while allotment.excess_minor:
        found = _claims(account, account.unpaid_rows(), on, allocation)
        more = allocate(allotment.excess_minor, 0, found, allocation)
        if not more.shares:
            break
        add(movements, _pay_shares(account, more.shares, on))
        _move_base(account, more.shares, on)
        reckon(account, on)
        allotment = Allotment((*allotment.shares, *more.shares), more.excess_minor)
    return allotment


def _pay_last(
    account: Account, allotment: Allotment, on: date, allocation: Allocation, movements: Movements
) -> Allotment:
    """Once no principal is left, the rest pays what interest has accrued and what has been charged."""
    if not allotment.excess_minor or account.book.principal_not_due_minor:
        return allotment
    unpaid = [row.claim(Standing.AHEAD) for row in open_rows(account.rows[account.fallen :])]
    if account.coming:
        unpaid = list(_as_accrued(account, unpaid))
    # Rows may ask for principal that is not out yet: interest still to be capitalised, a tranche to come.
    ahead = capped(unpaid, 0, is_last_first=False)
    last = allocate(allotment.excess_minor, 0, ahead, replace(allocation, ahead=Ahead.NEXT))
    add(movements, _pay_shares(account, last.shares, on))
    return Allotment((*allotment.shares, *last.shares), last.excess_minor)


def _as_accrued(account: Account, claims: Iterable[Claim]) -> Iterator[Claim]:
    """The claims without the interest of a tranche that is still to come: nothing of it has accrued."""
    left = max(0, int(account.book.interest_accrued_minor - account.book.interest_ahead_minor))
    for claim in claims:
        interest = min(left, claim.interest_minor)
        yield claim._replace(interest_minor=interest)
        left -= interest


def _pay_shares(account: Account, shares: Sequence[Share], on: date) -> Movements:
    """The steps of an allocation: the rows take them one by one, the book all that is due at once."""
    movements: Movements = {}
    parts = [0, 0, 0, 0]
    touched: dict[int, Row] = {}
    for component, number, amount in shares:
        place = PLACES[component]
        if number:
            row = touched[number] = account.row_of(number)
            row.take(place, amount, on)
            if number > account.fallen:
                add(movements, _ask_ahead(account, place, amount))
                if place == INTEREST:
                    add(movements, receive_ahead(account.book, amount))
                    continue
        parts[place] += amount
    for row in touched.values():
        row.settle(on)
    return add(extinguish(account.book, *parts), movements) if any(parts) else movements


def _ask_ahead(account: Account, place: int, amount_minor: int) -> Movements:
    """What is paid ahead of time is due today, so far."""
    book = account.book
    if place == PRINCIPAL:
        book.principal_not_due_minor -= amount_minor
        book.principal_due_minor += amount_minor
    if place in (PENALTY, FEE):
        book.charges_not_due_minor -= amount_minor
        return ask_charges(book, *((amount_minor, 0) if place == FEE else (0, amount_minor)))
    return {}


def open_day_of_tranche(account: Account, on: date) -> None:
    """The rows of a day on which a tranche that was agreed came fall due, its down payment among them.

    Then earlier payments that were more than what was owed pay what is owed since, each at its own date; where what
    is too much is kept, it meets what falls due and no more.
    """
    book = account.book
    if account.terms.allocation.ahead is Ahead.KEEP or not book.overpaid_minor:
        account.open_day(on)
    else:
        kept, book.overpaid_minor = book.overpaid_minor, 0
        account.open_day(on)
        book.overpaid_minor = kept
    meet_with_overpayments(account, on)


def meet_with_overpayments(account: Account, on: date) -> None:
    """Earlier payments that were more than what was owed pay today what has been charged since, at their own date."""
    if account.terms.allocation.ahead is not Ahead.KEEP and account.book.overpaid_minor:
        account.turn(on, account.book.accrual_base_minor)
        for place, paid_on in account.overpayments:
            _spend_of_line(account, place, paid_on)
    finish_if_paid(account.book)


def _spend_of_line(account: Account, place: int, on: date) -> None:
    """What a payment was more than what was owed pays on a day what it can; its line in the trail follows."""
    entry = account.trail[place]
    left = min(entry.overpaid_minor, int(account.book.overpaid_minor))
    if left <= 0:
        return
    allotment, movements = pay(account, left, on, account.terms.allocation)
    used = left - allotment.excess_minor
    account.book.overpaid_minor -= used
    add(movements, {Role.OVERPAYMENT: used})
    account.record("use_overpayment", "", on, movements)
    penalty, fee, interest, principal = allotment.parts()
    account.trail[place] = entry._replace(
        penalty_minor=entry.penalty_minor + penalty,
        fee_minor=entry.fee_minor + fee,
        interest_minor=entry.interest_minor + interest,
        principal_minor=entry.principal_minor + principal,
        overpaid_minor=entry.overpaid_minor - used,
        shares=(*entry.shares, *allotment.shares),
    )


def follow_set_free(account: Account, on: date) -> None:
    """Interest that was paid ahead and is no longer asked for leaves the lines that paid it, the latest first.

    Where money pays ahead, each of these pays today with it what is asked for now; that may set more free, each
    time less than the principal it pays.  Once it pays no principal it would only come back again, so it stays kept.
    """
    book, pays_ahead = account.book, account.terms.allocation.ahead is not Ahead.KEEP
    while account.set_free:
        set_free, account.set_free = account.set_free, []
        lines = sorted({place for row, amount in set_free for place in _leave_lines(account, row, amount)})
        if pays_ahead:
            out = book.principal_not_due_minor + book.principal_due_minor
            for place in lines:
                _spend_of_line(account, place, on)
            pays_ahead = book.principal_not_due_minor + book.principal_due_minor < out
        finish_if_paid(book)
        if account.trail[-1].on == on:
            outstanding = int(book.principal_not_due_minor + book.principal_due_minor)
            account.trail[-1] = account.trail[-1]._replace(outstanding_minor=outstanding)


def _leave_lines(account: Account, number: int, amount_minor: int) -> Iterator[int]:
    """The places of the lines that paid so much of a row's interest; there it counts as overpaid from now on."""
    for place in reversed(range(len(account.trail))):
        entry, shares = account.trail[place], []
        for share in reversed(account.trail[place].shares):
            is_meant = (share.component, share.number) == (Component.INTEREST, number)
            left = share.amount_minor - (min(share.amount_minor, amount_minor) if is_meant else 0)
            amount_minor -= share.amount_minor - left
            if left:
                shares.append(share._replace(amount_minor=left))
        taken = sum(share.amount_minor for share in entry.shares) - sum(share.amount_minor for share in shares)
        if taken:
            account.trail[place] = entry._replace(
                interest_minor=entry.interest_minor - taken,
                overpaid_minor=entry.overpaid_minor + taken,
                shares=tuple(reversed(shares)),
            )
            if all(place != one for one, _ in account.overpayments):
                account.overpayments.append((place, entry.on))
            yield place


def use_overpayment(account: Account, on: date) -> None:
    """What was overpaid pays what is owed since a tranche was paid out."""
    _spend_overpayment(account, on, account.terms.allocation)


def meet_arrears(account: Account, on: date) -> None:
    """Money that an event has set free, such as interest paid ahead and no longer asked for, pays what is due."""
    book = account.book
    if book.overpaid_minor and book.status == ACTIVE and has_arrears(book):
        usual = account.terms.allocation_of(EventKind.REPAY, is_non_accrual=bool(book.is_non_accrual))
        _spend_overpayment(account, on, usual.for_dues())


def _spend_overpayment(account: Account, on: date, allocation: Allocation) -> None:
    left = int(account.book.overpaid_minor)
    allotment, movements = pay(account, left, on, allocation)
    used = left - allotment.excess_minor
    account.book.overpaid_minor -= used
    add(movements, {Role.OVERPAYMENT: used})
    account.record("use_overpayment", "", on, movements)
    finish_if_paid(account.book)
