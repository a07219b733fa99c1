"""The rows ahead planned anew: for another balance, another rate, or other dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from loanmath.account import Account, instalment_of
from loanmath.daycount import CountedPeriod
from loanmath.errors import LoanMathError
from loanmath.frequency import due_dates, due_periods
from loanmath.laid import Laid, carry_tranche
from loanmath.methods import AS_LONG_AS_IT_TAKES
from loanmath.periods import Period, bare
from loanmath.reckoning import net_of, paid_early, reckon, release_interest
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Row
from loanmath.schedule import PlanRow, plan
from loanmath.shape import MOST_ROWS
from loanmath.terms import Prepaid


def open_balance(account: Account) -> int:
    """Principal that is out, is not due, and is not asked for by rows whose period is over.

    What was paid ahead on the down payment of a tranche to come counts as out: that row goes on to ask for it.
    """
    unfallen = account.rows[account.fallen :]
    closed = unfallen[: account.closed - account.fallen]
    asked = sum(row.unpaid(PRINCIPAL) for row in closed if not row.plan.is_down_payment)
    paid = sum(row.paid[PRINCIPAL] for row in unfallen if row.plan.is_down_payment)
    return int(account.book.principal_not_due_minor) - asked + paid


def ask_for_what_is_out(account: Account) -> None:
    """Instalments that wait for their due date no longer ask for tranches that will not be paid out."""
    out = int(account.book.principal_not_due_minor)
    waiting = account.rows[account.fallen : account.closed]
    for row in [row for row in waiting if not row.plan.is_down_payment]:
        come = sum(net_of(account, tranche) for tranche in account.coming if tranche.on <= row.plan.accrual_to)
        row.ask_principal(min(0, max(0, out + come) - row.unpaid(PRINCIPAL)))
        out -= row.unpaid(PRINCIPAL)


def plan_anew(account: Account, on: date, balance_minor: int, prepaid: Prepaid) -> None:
    """The rows from the current one on, for a new balance and the same dates.

    What has been paid ahead on them stays paid: each asks for it beside its new part.  While a tranche is still to
    come, the instalment is found anew in any case.  Raises LoanMathError ``nothing_ahead``.
    """
    require_ahead(account)
    account.turn(on, account.book.accrual_base_minor)
    ahead = [period for period in account.periods[account.closed :] if not period.is_down_payment]
    stays = prepaid is not Prepaid.LOWER and not account.coming
    made = plan(
        account.terms,
        ahead,
        balance_minor,
        account.passed,
        paid_out_minor=int(account.book.disbursed_minor),
        owed_minor=owed(account),
        keep=account.level if stays else None,
        kept=_parts_of_method(account) if stays else (),
        is_whole_first=True,
    )
    laid = with_coming(account, Laid(tuple(ahead[: len(made)]), made.rows, made.level, made.relevelled))
    _follow_plan(account, on, laid, balance_minor)


def _parts_of_method(account: Account) -> list[int]:
    """The principal of the rows ahead as it was planned, where no instalment and no rule of payment says it."""
    if account.level is not None or account.terms.method in AS_LONG_AS_IT_TAKES:
        return []
    rows = account.rows[account.closed : len(account.periods)]
    return [row.planned_minor for row in rows if not row.plan.is_down_payment]


def require_ahead(account: Account) -> None:
    """Raise LoanMathError ``nothing_ahead`` unless there is a row whose period is not over."""
    if account.closed >= len(account.periods):
        raise LoanMathError(
            "nothing_ahead",
            "kind",
            "The last instalment is over, so there is none to plan anew: re-age the loan to give it new ones",
        )


def owed(account: Account) -> int:
    """Interest that has accrued in earlier rows and is asked for later."""
    unfallen = (row.plan for row in account.rows[account.fallen : account.closed])
    return account.carried_minor + sum(
        row.accrued_minor - row.capitalised_minor - row.interest_minor for row in unfallen
    )


def with_coming(account: Account, laid: Laid) -> Laid:
    """The rows ahead with the tranches that were agreed and are still to come."""
    terms, paid_out = account.terms, int(account.book.disbursed_minor)
    for tranche in account.coming:
        paid_out += tranche.amount_minor
        net = tranche.amount_minor - terms.down_payment(tranche.amount_minor)
        laid = carry_tranche(terms, laid, tranche.on, net, paid_out, owed_minor=owed(account))
    return laid


def _follow_plan(account: Account, on: date, laid: Laid, balance_minor: int) -> None:
    """Let the rows from the current one on follow the plan; rows that it does not need fall away."""
    start = account.closed
    extra = [row for row in account.rows[start:] if row.is_extra]
    normal = [row for row in account.rows[start:] if not row.is_extra]
    old = iter([row for row in normal if not row.plan.is_down_payment])
    down_payments = [row for row in normal if row.plan.is_down_payment]
    their_periods = [period for period in account.periods[start:] if period.is_down_payment]
    account.level, account.relevelled = laid.level, laid.relevelled
    stay = []
    for period, planned in zip(laid.periods, laid.rows, strict=True):
        row = next(old, None) or Row(planned, 0)
        row.planned_minor = planned.principal_minor
        paid = row.paid[PRINCIPAL] + min(row.paid[INTEREST], planned.interest_minor)
        row.follow(_with_paid(row, planned), instalment_of(laid.level, laid.relevelled, period, planned) + paid)
        stay.append(row)
    account.rows[start:] = [*stay, *extra]
    account.periods[start:] = laid.periods
    for period, row in zip(their_periods, down_payments, strict=True):
        place = start + sum(1 for one in account.rows[start:] if one.plan.due_on < row.plan.due_on)
        account.rows.insert(place, row)
        account.periods.insert(place, period)
    account.pass_down_payments()
    for row in old:
        fall_away(account, row, stay[-1])
    _absorb_extra(account, extra)
    account.renumber()
    _add_paid_to_openings(account)
    if not account.terms.recalculation:
        release_interest(account, on)
    is_new = account.since == on and not account.passed
    account.set_base(on)
    if is_new:
        # The plan begins with this row: what was paid today is in its balance already.
        account.moves = []
    else:
        early = sum(paid_early(account, tranche) for tranche in account.coming)
        account.move_balance(on, account.reckoned_balance() - (balance_minor - early))
    if account.terms.recalculation:
        reckon(account, on)


def _with_paid(row: Row, planned: PlanRow) -> PlanRow:
    """The plan's part and what has been paid of the row's principal before."""
    return planned._replace(principal_minor=planned.principal_minor + row.paid[PRINCIPAL])


def fall_away(account: Account, row: Row, to: Row) -> None:
    """A row falls away: its charges are asked for with another one, and what was paid ahead on it counts there."""
    for place in (PENALTY, FEE):
        for amounts, others in ((row.asked, to.asked), (row.paid, to.paid), (row.waived, to.waived)):
            others[place] += amounts[place]
    if any(row.paid):
        account.retell({row.told: to.told})
    paid = row.paid[PRINCIPAL]
    to.paid[INTEREST] += row.paid[INTEREST]
    to.paid[PRINCIPAL] += paid
    to.follow(to.plan._replace(principal_minor=to.plan.principal_minor + paid), to.instalment_minor + paid)
    to.ahead_minor += row.ahead_minor
    to.late_minor += row.late_minor
    to.dated += row.dated
    for key, parts in account.charges.items():
        account.charges[key] = [(to if one is row else one, component, amount) for one, component, amount in parts]
    if to.unpaid_minor:
        to.settled_on = None


def _absorb_extra(account: Account, extra: Sequence[Row]) -> None:
    """The row after the last one for charges is no longer needed where instalments are due on its date or later."""
    for row in extra:
        taker = next((one for one in account.rows if one is not row and one.plan.due_on >= row.plan.due_on), None)
        if taker is not None:
            fall_away(account, row, taker)
            account.rows.remove(row)


def _add_paid_to_openings(account: Account) -> None:
    """What the rows ask for beside the plan's parts, since it was paid ahead, stands in the balances before them."""
    paid = 0
    for row in reversed(account.rows[account.closed :]):
        paid += row.paid[PRINCIPAL]
        row.plan = row.plan._replace(opening_minor=row.plan.opening_minor + paid)


def set_rate(account: Account, on: date, rate_ppb: int) -> None:
    """From today on another rate holds, in the current row and those ahead; rows free of interest stay free."""
    require_ahead(account)
    for place in range(account.closed, len(account.periods)):
        period = account.periods[place]
        account.periods[place] = period if period.is_free else _turned(period, on, rate_ppb)
    current = account.periods[account.closed].stretches[-1]
    account.turn(on, account.book.accrual_base_minor, current.rate_ppb)


def _turned(period: Period, on: date, rate_ppb: int) -> Period:
    """The period with another rate from a day on."""
    before = [
        one if one.end <= on else one._replace(end=on, units=period.units(one.start, on))
        for one in period.stretches
        if one.start < on
    ]
    after = [one._replace(rate_ppb=rate_ppb) for one in period.cut(on)]
    return period._replace(stretches=(*before, *after))


def add_periods(account: Account, count: int) -> None:
    """More rows after the last one.  Raises LoanMathError ``event_incomplete`` or ``nothing_ahead``."""
    require_ahead(account)
    if count < 1:
        raise LoanMathError("event_incomplete", "rows", "Say how many rows more there shall be")
    last = account.periods[-1]
    _append(account, _ends_after(account, last, count), last.end, last.stretches[-1].rate_ppb)


def _ends_after(account: Account, last: Period, count: int) -> list[date]:
    """The next dates of the grid on which the last row falls due, or else one period after another from its end.

    A loan of the 31st whose last row ends on 30 April goes on to 31 May.
    """
    terms, (start, first_due_on) = account.terms, account.grid
    has_grid = not (terms.own_dates or terms.matures_on)
    total = min(MOST_ROWS, len(account.periods) + count)
    grid = due_dates(terms.frequency, start, total, first_due_on, terms.odd) if has_grid else []
    fall = [account.calendar.adjust(end, terms.business_day) for end in grid]
    # Rest days let several dates of the grid fall on one: the row ends on the latest of them that it has reached.
    places = [place for place, due_on in enumerate(fall) if due_on == last.due_on]
    place = max((one for one in places if grid[one] <= last.end), default=places[0] if places else len(grid))
    later = grid[place + 1 :][:count]
    return later if len(later) == count else [one.end for one in due_periods(terms.frequency, last.end, count)]


def replace_periods(account: Account, on: date, first_due_on: date, count: int) -> None:
    """New rows from today on instead of those that have not closed.

    Interest that has accrued until today is asked for with the first of them.
    """
    last = next(period for period in reversed(account.periods) if period.stretches)
    rate = account.rate_ppb if account.closed < len(account.periods) else last.stretches[-1].rate_ppb
    account.carry_row(on)
    while account.closed > account.fallen and account.rows[account.closed - 1].plan.is_down_payment:
        account.closed -= 1  # the down payment of a tranche to come takes its place among the new rows
    coming = [period for period in account.periods[account.closed :] if period.is_down_payment]
    account.periods[account.closed :] = coming
    account.grid = (on, first_due_on)
    ends = due_periods(account.terms.frequency, on, count, first_due_on=first_due_on)
    _append(account, [period.end for period in ends], on, rate)


def _append(account: Account, ends: Sequence[date], start: date, rate_ppb: int) -> None:
    """Rows from a day on, at one rate."""
    terms = account.terms
    for end in ends:
        due_on = max(end, account.calendar.adjust(end, terms.business_day))
        counted = CountedPeriod(start, end, end == ends[-1], terms.is_yearly)
        period = bare(terms, len(account.periods) + 1, counted, due_on)
        stretches = tuple(one._replace(rate_ppb=rate_ppb) for one in period.stretches)
        account.periods.append(period._replace(stretches=stretches))
        start = end


def spare(account: Account, count: int) -> None:
    """The next rows ask for nothing: no principal, and their interest is capitalised.

    Raises LoanMathError ``holiday_too_long`` or ``nothing_ahead``.
    """
    require_ahead(account)
    places = [
        place for place, period in enumerate(account.periods) if place >= account.closed and not period.is_down_payment
    ]
    if count >= len(places):
        raise LoanMathError("holiday_too_long", "rows", "A holiday of {rows} rows leaves none to pay in", rows=count)
    for place in places[:count]:
        account.periods[place] = account.periods[place]._replace(weight=0, is_capitalised=True)


def _forget_arrears(account: Account, amount_minor: int) -> None:
    """So much is no longer overdue, the latest first."""
    kept = []
    for since, amount in reversed(account.arrears):
        part = min(amount, amount_minor)
        amount_minor -= part
        kept.append((since, amount - part))
    account.arrears = kept[::-1]


def take_back_principal(account: Account, on: date) -> int:
    """Principal that is overdue is no longer due; returns how much."""
    taken = 0
    for row in account.rows[: account.fallen]:
        unpaid = row.unpaid(PRINCIPAL)
        row.asked[PRINCIPAL] -= unpaid
        row.plan = row.plan._replace(principal_minor=row.asked[PRINCIPAL])
        row.settle(on)
        taken += unpaid
    _forget_arrears(account, taken)
    account.book.principal_due_minor -= taken
    account.book.principal_not_due_minor += taken
    account.age()
    return taken
