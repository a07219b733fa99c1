"""Writing off what is lost: on evidence, under four eyes, once; and what comes afterwards."""

from datetime import timedelta

import pytest

from loanmath import Status
from xindai.identity.models import Branch, Check
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.impairment import queries, services
from xindai.impairment.errors import NotYetLost
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict
from xindai.policies import queries as policies
from xindai.servicing import services as loan_acts
from xindai.servicing.errors import LoanHasEnded, LoanNotFound
from xindai.servicing.journal import journal_lines
from xindai.servicing.models import Loan, LoanDay
from xindai.servicing.testing import MONDAY, balance, close_until, make_loan, pay

STEPS = ["formal_demand", "legal_action"]


@pytest.fixture(autouse=True)
def lost_after_ten_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy under which a claim is lost after ten days, so that a test need not close a year."""
    real = policies.pack_as_of

    def quick(on: object) -> object:
        pack = real(on)  # type: ignore[arg-type]
        pack._sections["five_tier"] = pack.section("five_tier") | {
            "overdue_days_above": {"special_mention": 0, "substandard": 7, "doubtful": 8, "loss": 9}
        }
        pack._sections["write_off"] = pack.section("write_off") | {"overdue_days_min": 10}
        return pack

    monkeypatch.setattr(policies, "pack_as_of", quick)


@pytest.fixture
def lost(branch: Branch) -> Loan:
    loan = make_loan(branch)
    close_until(MONDAY + timedelta(days=14))
    return loan


def proposed(loan: Loan, branch: Branch, steps: list[str] = STEPS) -> Check:
    return services.request_write_off(
        actor(Role.COLLECTOR, branch),
        loan_no=loan.no,
        on=business_date.current(),
        reason="insolvent",
        steps_taken=steps,
    )


def test_the_loan_leaves_the_books_and_the_claim_is_kept(lost: Loan, branch: Branch) -> None:
    check = proposed(lost, branch)
    before = LoanDay.objects.filter(loan=lost).latest("business_date")
    assert (check.payload["five_tier"], check.amount_minor) == (5, 12_000_00)
    on = business_date.current()
    services.approve_write_off(actor(Role.APPROVER, branch), check_id=check.pk, on=on)
    lost.refresh_from_db()
    assert lost.state == Loan.State.WRITTEN_OFF
    assert balance("loan_principal", lost) == 0
    assert balance("loan_loss_allowance", lost) == before.provision_minor == 12_000_00
    assert balance("memo_written_off", lost) == 12_000_00
    close_until(on + timedelta(days=2))
    last = LoanDay.objects.filter(loan=lost).latest("business_date")
    assert (last.business_date, last.status, last.provision_minor) == (on, Status.WRITTEN_OFF, 0)


def test_approved_twice_it_is_written_off_once(lost: Loan, branch: Branch) -> None:
    check = proposed(lost, branch)
    on = business_date.current()
    first = services.approve_write_off(actor(Role.APPROVER, branch), check_id=check.pk, on=on)
    second = services.approve_write_off(actor(Role.APPROVER, branch), check_id=check.pk, on=on)
    assert first.pk == second.pk


def test_money_afterwards_is_income_and_shrinks_the_claim(lost: Loan, branch: Branch) -> None:
    check = proposed(lost, branch)
    services.approve_write_off(actor(Role.APPROVER, branch), check_id=check.pk, on=business_date.current())
    loan_acts.record_recovery(
        actor(Role.COLLECTOR, branch),
        loan_no=lost.no,
        amount_minor=700_00,
        on=business_date.current(),
        source="counter",
        idempotency_key="k",
    )
    assert balance("recovery_income", lost) == -700_00
    assert balance("memo_written_off", lost) == 11_300_00
    sums: dict[str, int] = {}
    for line in journal_lines(lost):
        sums[line.role] = sums.get(line.role, 0) + line.amount_minor
    assert sum(sums.values()) == 0
    with pytest.raises(LoanHasEnded):
        pay(lost, 1_00)


def test_a_running_loan_takes_no_recovery(lost: Loan, branch: Branch) -> None:
    with pytest.raises(LoanHasEnded):
        loan_acts.record_recovery(
            actor(Role.COLLECTOR, branch),
            loan_no=lost.no,
            amount_minor=1_00,
            on=business_date.current(),
            source="counter",
            idempotency_key="k",
        )


def test_what_the_policy_still_misses_is_named(branch: Branch) -> None:
    loan = make_loan(branch)
    close_until(MONDAY + timedelta(days=1))
    with pytest.raises(NotYetLost) as refused:
        proposed(loan, branch, ["formal_demand"])
    assert refused.value.missing == ["five_tier", "overdue_days", "step:legal_action"]


def test_whoever_proposes_may_not_approve(lost: Loan, branch: Branch) -> None:
    risk = actor(Role.RISK_MANAGER, branch)
    check = services.request_write_off(
        risk, loan_no=lost.no, on=business_date.current(), reason="insolvent", steps_taken=STEPS
    )
    with pytest.raises(NotPermitted):
        services.approve_write_off(risk, check_id=check.pk, on=business_date.current())
    lost.refresh_from_db()
    assert lost.state == Loan.State.ACTIVE


def test_a_limit_that_is_too_low_does_not_approve(lost: Loan, branch: Branch) -> None:
    check = proposed(lost, branch)
    with pytest.raises(NotPermitted):
        services.approve_write_off(actor(Role.RISK_MANAGER, branch), check_id=check.pk, on=business_date.current())


def test_a_refused_proposal_writes_nothing_off(lost: Loan, branch: Branch) -> None:
    check = proposed(lost, branch)
    services.refuse_write_off(actor(Role.APPROVER, branch), check_id=check.pk, reason="collateral not sold")
    with pytest.raises(StateConflict):
        services.approve_write_off(actor(Role.APPROVER, branch), check_id=check.pk, on=business_date.current())


def test_a_proposal_needs_a_reason_and_a_running_loan(lost: Loan, branch: Branch) -> None:
    collector = actor(Role.COLLECTOR, branch)
    with pytest.raises(InvalidInput):
        services.request_write_off(collector, loan_no=lost.no, on=MONDAY, reason=" ", steps_taken=STEPS)
    with pytest.raises(LoanNotFound):
        services.request_write_off(collector, loan_no="LN-NONE", on=MONDAY, reason="x", steps_taken=STEPS)


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.ACCOUNTANT, Role.BORROWER, Role.AUDITOR])
def test_other_roles_neither_propose_nor_approve(lost: Loan, branch: Branch, role: Role) -> None:
    check = proposed(lost, branch)
    with pytest.raises(NotPermitted):
        services.request_write_off(actor(role, branch), loan_no=lost.no, on=MONDAY, reason="x", steps_taken=STEPS)
    with pytest.raises(NotPermitted):
        services.approve_write_off(actor(role, branch), check_id=check.pk, on=business_date.current())


def test_another_branch_does_not_find_the_loan(lost: Loan) -> None:
    with pytest.raises(LoanNotFound):
        proposed(lost, make_branch("B99"))


def test_the_history_of_the_class_tells_each_change(lost: Loan) -> None:
    changes = queries.class_history(lost)
    assert [change.five_tier.name for change in changes] == ["NORMAL", "SUBSTANDARD", "DOUBTFUL", "LOSS"]
    assert queries.provision_minor(lost) == 12_000_00
