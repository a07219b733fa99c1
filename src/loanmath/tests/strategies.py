"""Random loans and their histories, for properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from loanmath import (
    Allocation,
    BusinessDayRule,
    Calendar,
    Component,
    DayCount,
    Direction,
    Event,
    EventKind,
    GradingPolicy,
    LoanMathError,
    Method,
    Rounding,
    State,
    Status,
    Terms,
    replay,
)
from loanmath.allocation import Ahead
from loanmath.charges import Basis, Charge, Moment
from loanmath.frequency import Frequency
from loanmath.shape import Grace, Shape
from loanmath.terms import Overdue, Prepaid, RateStep, Recalculation, Rest, Tranche, TrancheRows

POLICY = GradingPolicy(
    floors_days=(0, 90, 270, 360),
    technical_lateness_days=7,
    good_conduct_months=6,
    provision_rates_ppb=(
        15_000_000,
        30_000_000,
        300_000_000,
        600_000_000,
        1_000_000_000,
    ),
)
IMPATIENT = GradingPolicy(
    floors_days=(0, 5, 20, 40),
    technical_lateness_days=2,
    good_conduct_months=1,
    provision_rates_ppb=(12_345_678, 23_456_789, 345_678_901, 567_890_123, 999_999_999),
)
"""Thresholds so low that short histories cross all of them."""

NEW_YEAR = Calendar.of(
    holidays=[
        date(2024, 1, 1),
        *(date(2024, 2, day) for day in range(10, 18)),
        date(2024, 10, 1),
        date(2025, 1, 1),
    ],
    workdays=[date(2024, 2, 4), date(2024, 2, 18)],
)

AGREED_NUMBER = [Method.LEVEL, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST, Method.BULLET, Method.FLAT]
"""Methods whose rows are agreed by number."""

amounts = st.one_of(st.integers(1, 1_000), st.integers(10_000, 10**8), st.integers(10**8, 10**13))
rates = st.one_of(
    st.just(0),
    st.integers(1, 1_000),
    st.integers(10_000_000, 400_000_000),
    st.just(43_500_000),
)
days = st.dates(date(2023, 12, 25), date(2024, 3, 5))
orders = st.permutations(list(Component)).map(tuple)
allocations = st.builds(Allocation, orders, st.sampled_from(list(Direction)))
"""Orders that keep what is more than what is due."""
any_allocations = st.builds(
    Allocation,
    orders,
    st.sampled_from(list(Direction)),
    st.sampled_from(list(Ahead)),
    st.one_of(st.just(()), orders),
    st.one_of(st.just(()), orders),
    st.booleans(),
)


@st.composite
def terms(draw: st.DrawFn, most_instalments: int = 60) -> Terms:
    """Terms of any method, size, rate and date, month ends and leap days often."""
    method = draw(st.sampled_from(AGREED_NUMBER))
    disbursed_on = draw(days)
    first_due_on = disbursed_on + timedelta(days=draw(st.integers(1, 70)))
    common: dict[str, Any] = {
        "currency": "CNY",
        "principal_minor": draw(amounts),
        "rate_ppb": draw(rates),
        "day_count": draw(st.sampled_from(list(DayCount))),
        "rounding": draw(st.sampled_from(list(Rounding))),
        "business_day": draw(st.sampled_from(list(BusinessDayRule))),
        "penalty_rate_ppb": draw(rates),
        "fee_minor": draw(st.integers(0, 1_000)),
        "non_accrual_after_days": draw(st.sampled_from([3, 30, 90])),
        "allocation": draw(allocations),
    }
    if draw(st.booleans()):
        months = draw(st.integers(1, min(36, most_instalments)))
        return Terms.for_months(term_months=months, method=method, disbursed_on=disbursed_on, **common)
    return Terms(
        method=method,
        disbursed_on=disbursed_on,
        first_due_on=first_due_on,
        instalments=1 if method is Method.BULLET else draw(st.integers(1, most_instalments)),
        frequency=Frequency.parse(draw(st.sampled_from(["P1M", "P1M", "P1M", "P2M", "P3M", "P2W", "P10D"]))),
        **common,
    )


@st.composite
def shaped_terms(draw: st.DrawFn, most_instalments: int = 12) -> Terms:
    """Terms of every feature, nothing said of recalculation: graces, shapes, steps, tranches, counted periods."""
    disbursed_on = draw(days)
    method = draw(st.sampled_from(list(Method)))
    principal = draw(st.one_of(st.integers(10_000, 10**8), st.integers(10**8, 10**12)))
    count = 1 if method is Method.BULLET else draw(st.integers(1, most_instalments))
    every = st.sampled_from(["P1M", "P1M", "P1M", "P2W", "P10D", "P3M@20/3", "P1M@EOM"])
    rate = draw(rates)
    tranches = draw(
        st.lists(st.tuples(st.integers(1, 150), st.integers(100, 10**7)), max_size=2, unique_by=lambda one: one[0])
    )
    steps = draw(st.lists(st.tuples(st.integers(1, 300), rates), max_size=2, unique_by=lambda one: one[0]))
    has_tranches = method not in (Method.BULLET, Method.CUSTOM) and draw(st.booleans())
    count_days = draw(st.sampled_from(list(DayCount)))
    is_counted = draw(st.integers(1, 5)) == 1
    rules = list(TrancheRows) if method is Method.FLAT else [TrancheRows.AFTER, TrancheRows.FROM]
    return Terms(
        currency="CNY",
        method=method,
        disbursed_on=disbursed_on,
        principal_minor=principal,
        rate_ppb=rate,
        instalments=count,
        frequency=Frequency.parse(draw(every)),
        day_count=DayCount.ACT_365F if is_counted else count_days,
        counts_periods=is_counted,
        rounding=draw(st.sampled_from(list(Rounding))),
        business_day=draw(st.sampled_from(list(BusinessDayRule))),
        shape=draw(_shapes(method, principal, count)),
        grace=Grace() if method is Method.BULLET else draw(_graces(count)),
        rate_steps=tuple(RateStep(disbursed_on + timedelta(days=after), step) for after, step in sorted(steps)),
        down_payment_ppb=0 if method is Method.CUSTOM else draw(st.sampled_from([0, 0, 0, 250_000_000])),
        tranche_rows=draw(st.sampled_from(rules)) if has_tranches else None,
        tranches=tuple(Tranche(disbursed_on + timedelta(days=after), amount) for after, amount in sorted(tranches))
        if has_tranches and draw(st.booleans())
        else (),
        penalty_rate_ppb=draw(rates),
        misuse_rate_ppb=draw(rates),
        fee_minor=draw(st.integers(0, 1_000)),
        non_accrual_after_days=draw(st.sampled_from([3, 30, 90])),
        allocation=draw(any_allocations.filter(lambda one: one.ahead is not Ahead.CURRENT)),
    )


def _shapes(method: Method, principal_minor: int, count: int) -> st.SearchStrategy[Shape]:
    """Shapes that the method can have."""
    part = principal_minor // (count + 1)
    if method is Method.FIXED:
        return st.integers(1, count).map(
            lambda of: Shape(instalment_minor=max(1, principal_minor // of), balloon_minor=1)
        )
    if method is Method.MINIMUM:
        return st.integers(1, 5).map(lambda n: Shape(minimum_ppb=n * 10**8, minimum_minor=100, balloon_minor=1))
    if method is Method.CUSTOM:
        return st.lists(st.integers(0, part), max_size=count).map(lambda parts: Shape(parts=tuple(parts)))
    shapes = [Shape(), Shape()]
    if method in (Method.LEVEL, Method.EQUAL_PRINCIPAL, Method.FLAT):
        shapes.append(Shape(multiple_minor=100))
    if method is Method.LEVEL:
        shapes += [
            Shape(growth_ppb=-30_000_000),
            Shape(growth_ppb=50_000_000),
            Shape(multiple_minor=100, is_evened=True),
        ]
    if method in (Method.LEVEL, Method.EQUAL_PRINCIPAL):
        shapes += [Shape(weights=weights) for weights in ((1, 0), (5, 3, 2), (0, 0, 1))]
        shapes += [Shape(balloon_minor=principal_minor // 3), Shape(amortised_over=count + 12)]
    return st.sampled_from(shapes)


@st.composite
def _graces(draw: st.DrawFn, count: int) -> Grace:
    """No grace, most often; else some rows at the beginning."""
    kind = draw(st.sampled_from(["", "", "", "principal", "interest", "interest_free", "capitalised"]))
    said: dict[str, Any] = {kind: draw(st.integers(1, max(1, count - 1)))} if kind else {}
    return Grace(**said)


@st.composite
def recalculated_terms(draw: st.DrawFn, most_instalments: int = 12) -> Terms:
    """Terms whose interest follows what is outstanding: as progressive and cumulative loans do it, and others."""
    overdue = draw(st.sampled_from(list(Overdue)))
    is_by_row = overdue is Overdue.FROM_ROW
    again = Recalculation(
        prepaid=draw(st.sampled_from(list(Prepaid))),
        rest=draw(st.sampled_from(list(Rest))) if is_by_row else Rest.DAY,
        overdue=overdue,
        moves_interest=draw(st.booleans()),
        compounds=is_by_row and draw(st.booleans()),
    )
    given = draw(shaped_terms(most_instalments))
    if given.method in (Method.FLAT, Method.FIXED, Method.MINIMUM):
        rows = TrancheRows.AFTER if given.tranche_rows is TrancheRows.ALL else given.tranche_rows
        given = replace(given, method=Method.LEVEL, shape=Shape(), tranche_rows=rows)
    return replace(given, recalculation=again, allocation=draw(any_allocations))


@st.composite
def possible_terms(draw: st.DrawFn, most_instalments: int = 12) -> Terms:
    """Terms of any kind that have a plan."""
    of = draw(st.one_of(terms(most_instalments), shaped_terms(most_instalments), recalculated_terms(most_instalments)))
    assume(_is_possible(of, paid_out(of), of.disbursed_on, POLICY, NEW_YEAR))
    return of


def paid_out(of: Terms) -> list[Event]:
    """The disbursement with which every history begins."""
    return [Event("disburse", EventKind.DISBURSE, of.disbursed_on, of.principal_minor)]


@st.composite
def histories(
    draw: st.DrawFn, of: Terms, policy: GradingPolicy, calendar: Calendar, *, are_back_dated: bool = True
) -> list[Event]:
    """Events that can happen, one after the other, of every kind; now and then one that is back-dated."""
    events = paid_out(of)
    on = of.disbursed_on
    for number in range(draw(st.integers(0, 7))):
        on += timedelta(days=draw(st.sampled_from([0, 1, 3, 10, 29, 31, 45])))
        for tranche in of.tranches if are_back_dated else ():
            if tranche not in _paid(events) and tranche.on <= on and draw(st.integers(1, 10)) > 1:
                paid = Event(f"t{len(events)}", EventKind.DISBURSE, tranche.on, tranche.amount_minor)
                events += [paid] if _is_possible(of, [*events, paid], on, policy, calendar) else []
        state = replay(of, events, on, policy=policy, calendar=calendar, at="open").state
        try:
            event = draw(_next_event(f"e{number}", on, of, state, [event.key for event in events[1:]]))
        except LoanMathError:  # an amount of zero
            continue
        if are_back_dated and event.kind is not EventKind.REVERSE and draw(st.integers(1, 8)) == 1:
            event = replace(event, on=max(of.disbursed_on, on - timedelta(days=draw(st.integers(1, 40)))))
        if _is_possible(of, [*events, event], on, policy, calendar):
            events.append(event)
    return events


def _paid(events: list[Event]) -> list[Tranche]:
    return [Tranche(event.on, event.amount_minor) for event in events if event.kind is EventKind.DISBURSE]


def _is_possible(of: Terms, events: list[Event], on: date, policy: GradingPolicy, calendar: Calendar) -> bool:
    """Whether the history has a meaning; a refusal must be one of the engine's own."""
    try:
        replay(of, events, on, policy=policy, calendar=calendar, at="open")
    except LoanMathError:
        return False
    return True


@st.composite
def _next_event(draw: st.DrawFn, key: str, on: date, of: Terms, state: State, earlier: list[str]) -> Event:
    """An event that is likely to be possible."""
    if earlier and draw(st.integers(1, 100)) <= 12:
        return Event(key, EventKind.REVERSE, on, reverses=draw(st.sampled_from(earlier)))
    if state.status == Status.WRITTEN_OFF:
        return Event(key, EventKind.RECOVER, on, draw(amounts))
    kind = draw(st.sampled_from(_OFTEN_PAID))
    return Event(key, kind, on, **draw(_details(kind, on, of, state, earlier)))


def _details(
    kind: EventKind, on: date, of: Terms, state: State, earlier: list[str]
) -> st.SearchStrategy[dict[str, Any]]:
    """What an event of the kind needs besides its date."""
    rows = st.integers(1, 4)
    prepaid = st.sampled_from(list(Prepaid))
    amount = st.integers(1, 110).map(lambda percent: max(1, _most_of(kind, state, of) * percent // 100))
    by_kind: dict[EventKind, dict[str, st.SearchStrategy[Any]]] = {
        EventKind.PREPAY: {"amount_minor": amount.map(lambda more: state.arrears_minor + more), "prepaid": prepaid},
        EventKind.SETTLE: {"amount_minor": st.sampled_from([0, 0, 5]).map(lambda more: _settlement(state) + more)},
        EventKind.CHARGE: {"charge": _charges(on)},
        EventKind.FORGIVE: {"amount_minor": amount, "prepaid": prepaid},
        EventKind.RATE_CHANGE: {"rate_ppb": rates, "prepaid": prepaid},
        EventKind.EXTEND: {"rows": rows},
        EventKind.HOLIDAY: {"rows": rows},
        EventKind.RE_AGE: {"rows": rows, "due_on": st.integers(1, 40).map(lambda after: on + timedelta(days=after))},
        EventKind.MISUSE: {"amount_minor": st.integers(0, 1)},
    }
    if kind is EventKind.WAIVE:
        return _waived(earlier)
    if kind in (EventKind.REPAY, EventKind.CREDIT, EventKind.GOODWILL):
        return st.fixed_dictionaries({"amount_minor": _payments(state), "allocation": st.none() | any_allocations})
    return st.fixed_dictionaries(by_kind.get(kind, {"amount_minor": amount} if _most_of(kind, state, of) else {}))


def _payments(state: State) -> st.SearchStrategy[int]:
    """Sums around what is due, or a twentieth of the balance."""
    whole = max(state.arrears_minor, state.outstanding_minor // 20)
    return st.sampled_from([1, 30, 100, 100, 130, 300]).map(lambda percent: max(1, whole * percent // 100))


def _settlement(state: State) -> int:
    return max(0, state.settlement_minor)


_OFTEN_PAID = [
    *[EventKind.REPAY] * 8,
    *(kind for kind in EventKind if kind not in (EventKind.REVERSE, EventKind.RECOVER)),
]


def _most_of(kind: EventKind, state: State, of: Terms) -> int:
    """The largest amount that has a meaning; 0 where the kind has none."""
    return {
        EventKind.PREPAY: state.principal_not_due_minor,
        EventKind.COMPROMISE: _settlement(state),
        EventKind.FORGIVE: state.principal_not_due_minor,
        EventKind.CHARGEBACK: state.repaid_minor,
        EventKind.REFUND: state.overpaid_minor,
        EventKind.DISBURSE: of.principal_minor // 3,
    }.get(kind, 0)


@st.composite
def _charges(draw: st.DrawFn, on: date) -> Charge:
    """A fee or penalty of any basis and moment; on a date also one long after maturity."""
    basis, moment = draw(st.sampled_from(list(Basis))), draw(st.sampled_from(list(Moment)))
    due_on = on + timedelta(days=draw(st.sampled_from([-40, 0, 5, 40, 900])))
    return Charge(
        component=draw(st.sampled_from([Component.FEE, Component.PENALTY])),
        basis=basis,
        moment=moment,
        amount_minor=draw(st.integers(1, 5_000)),
        rate_ppb=draw(st.integers(1, 50_000_000)),
        due_on=due_on if moment is Moment.ON_A_DATE else None,
    )


@st.composite
def _waived(draw: st.DrawFn, earlier: list[str]) -> dict[str, Any]:
    """A charge, or a component up to an amount."""
    names_charge: bool = draw(st.booleans())
    if earlier and names_charge:
        return {"of": draw(st.sampled_from(earlier))}
    component = draw(st.sampled_from([Component.PENALTY, Component.FEE, Component.INTEREST]))
    return {"component": component, "amount_minor": draw(st.sampled_from([0, 0, 3, 1_000]))}
