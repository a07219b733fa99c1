"""Whatever happens to loans, each evening's row equals the replay of the loan's events to that evening."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loanmath import Status, replay
from loanmath.state import STATE_COLUMNS
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel import business_date
from xindai.kernel.errors import XindaiError
from xindai.servicing import queries, services
from xindai.servicing.booking import Account, read_histories
from xindai.servicing.grading import policy_on
from xindai.servicing.journal import journal_lines
from xindai.servicing.models import Loan, LoanDay, LoanEvent
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank

SYSTEM = Actor.system("test")
DAYS = 26

acts = st.lists(
    st.tuples(
        st.integers(0, DAYS),
        st.sampled_from(["repay", "repay", "repay", "pay_dues", "prepay", "settle", "reverse"]),
        st.integers(1, 6_000_00),
    ),
    max_size=8,
).map(sorted)

plans = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["level", "equal_principal", "interest_first"]),
        "day_count": st.sampled_from(["30E/360", "act/360", "act/365F"]),
        "rate_ppb": st.sampled_from([0, 43_500_000, 120_000_000, 239_999_999]),
        "instalments": st.integers(1, 4),
        "non_accrual_after_days": st.sampled_from([5, 90]),
    }
)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=plans, todo=acts)
def test_every_evening_equals_the_replay_and_the_journal(
    terms: dict[str, Any], todo: list[tuple[int, str, int]]
) -> None:
    start = _open_bank()
    loan = make_loan(**terms)
    for offset, act, amount_minor in todo:
        close_until(start + timedelta(days=offset))
        _try(loan, act, amount_minor)
    close_until(start + timedelta(days=DAYS + 1))
    _check_days(loan)
    _check_journal(loan)


def _open_bank() -> date:
    """The examples follow one another in the one bank of the test."""
    on = business_date.current_or_none()
    if on is None:
        open_bank()
        return MONDAY
    return on


def _try(loan: Loan, act: str, amount_minor: int) -> None:
    """What is not possible is refused and leaves no trace."""
    on, before = business_date.current(), LoanEvent.objects.filter(loan=loan).count()
    common: dict[str, Any] = {
        "loan_no": loan.no,
        "on": on,
        "source": "counter",
        "idempotency_key": f"{loan.no} {before}",
    }
    try:
        match act:
            case "repay":
                services.record_repayment(SYSTEM, amount_minor=amount_minor, **common)
            case "pay_dues":
                due = sum(one.amount_minor for one in queries.dues(on, loan.part) if one.loan_no == loan.no)
                services.record_repayment(SYSTEM, amount_minor=due, **common)
            case "prepay":
                services.prepay(SYSTEM, amount_minor=amount_minor, **common)
            case "settle":
                quote = queries.quote_settlement(Loan.objects.get(pk=loan.pk))
                services.settle_early(SYSTEM, amount_minor=quote.amount_minor, **common)
            case "reverse":
                _reverse(loan, common)
    except XindaiError:
        assert LoanEvent.objects.filter(loan=loan).count() == before


def _reverse(loan: Loan, common: dict[str, Any]) -> None:
    """Take back the latest payment that stands."""
    taken_back = set(LoanEvent.objects.filter(loan=loan).values_list("reverses", flat=True))
    for event in LoanEvent.objects.filter(loan=loan).exclude(kind__in=["disburse", "reverse"]).order_by("-sequence"):
        if event.key not in taken_back:
            arguments = {name: value for name, value in common.items() if name != "source"}
            services.reverse_repayment(actor(Role.ACCOUNTANT), event_key=event.key, reason="test", **arguments)
            return


def _check_days(loan: Loan) -> None:
    """The rows are those of the engine, evening by evening, until the loan has ended."""
    account = Account.of(loan)
    read_histories([account])
    days = {day.business_date: day for day in LoanDay.objects.filter(loan=loan)}
    on = loan.disbursed_on
    while on < business_date.current():
        known = [event for event in account.history if event.on <= on]
        state = replay(account.terms, known, on, policy=policy_on(on), calendar=account.calendar).state
        if on in days:
            row = {name: getattr(days[on], name) for name in STATE_COLUMNS}
            assert row == {name: int(getattr(state, name)) for name in STATE_COLUMNS}, on
        else:
            assert state.status != Status.ACTIVE, on
        on += timedelta(days=1)


def _check_journal(loan: Loan) -> None:
    """All that was posted for the loan adds up to its balances and to zero."""
    sums: dict[str, int] = {}
    for line in journal_lines(loan):
        sums[line.role] = sums.get(line.role, 0) + line.amount_minor
    last = LoanDay.objects.filter(loan=loan).order_by("-business_date")[0]
    on_balance = 1 - last.is_non_accrual
    assert sum(sums.values()) == 0
    assert sums.get("loan_principal", 0) == last.outstanding_minor
    assert sums.get("overpayment", 0) == -last.overpaid_minor
    assert -sums.get("loan_loss_allowance", 0) == last.provision_minor
    interest = (last.interest_accrued_minor + last.interest_due_minor) * on_balance
    assert sums.get("interest_receivable", 0) == interest
    assert sums.get("penalty_receivable", 0) == last.penalty_due_minor * on_balance
    assert sums.get("memo_interest", 0) == last.memo_interest_minor
