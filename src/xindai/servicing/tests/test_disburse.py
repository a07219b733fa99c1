"""Paying a contract out: two people, once, and only when nothing is open."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loanmath import State, Status, Terms, schedule
from xindai.contracts.errors import ConditionsOpen
from xindai.contracts.models import Contract
from xindai.contracts.models import State as ContractState
from xindai.identity.models import Branch, Check
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel.errors import NotFound, NotPermitted
from xindai.kernel.models import OutboxEvent
from xindai.kernel.transactions import together
from xindai.servicing import services
from xindai.servicing.calendars import calendar_of
from xindai.servicing.errors import LoanNotFound, NotTheBusinessDate
from xindai.servicing.models import Instalment, Loan, LoanEvent
from xindai.servicing.testing import MONDAY, balance, make_contract, make_loan, make_terms, pay


def asked(branch: Branch, **changes: object) -> Check:
    contract = make_contract(make_terms(), branch, **changes)
    return services.request_disbursement(actor(Role.LOAN_OFFICER, branch), contract_no=contract.no, on=MONDAY)


def test_a_second_person_pays_the_contract_out(branch: Branch) -> None:
    check = asked(branch)
    loan = services.disburse(actor(Role.APPROVER, branch), check_id=check.pk, on=MONDAY)
    event = LoanEvent.objects.get(loan=loan)
    state = State.from_json(event.state_after)
    assert state.status == Status.ACTIVE
    assert state.outstanding_minor == 12_000_00
    assert Contract.objects.get(pk=loan.contract_id).state == ContractState.DISBURSED
    assert balance("loan_principal", loan) == 12_000_00
    assert balance("cash", loan) == -12_000_00
    assert OutboxEvent.objects.filter(name="loan.disbursed", aggregate_id=loan.no).count() == 1


def test_the_fee_is_kept_back_from_what_is_paid(branch: Branch) -> None:
    loan = make_loan(branch, fee_minor=100_00)
    assert balance("cash", loan) == -11_900_00
    assert balance("fee_income", loan) == -100_00


def test_the_plan_is_the_one_of_the_terms(branch: Branch) -> None:
    loan = make_loan(branch)
    planned = schedule(Terms.from_json(loan.terms), calendar_of(loan.calendar_id))
    rows = Instalment.objects.filter(loan=loan, in_force_until=None).order_by("number")
    assert [(row.number, row.due_on, row.principal_minor, row.interest_minor) for row in rows] == [
        (row.number, row.due_on, row.principal_minor, row.interest_minor) for row in planned
    ]


def test_whoever_asks_may_not_pay(branch: Branch) -> None:
    contract = make_contract(make_terms(), branch)
    officer = actor(Role.LOAN_OFFICER, branch)
    check = services.request_disbursement(officer, contract_no=contract.no, on=MONDAY)
    with pytest.raises(NotPermitted):
        services.disburse(officer, check_id=check.pk, on=MONDAY)
    assert not Loan.objects.exists()


def test_paid_twice_it_is_paid_once(branch: Branch) -> None:
    check = asked(branch)
    first = services.disburse(actor(Role.APPROVER, branch), check_id=check.pk, on=MONDAY)
    second = services.disburse(actor(Role.APPROVER, branch), check_id=check.pk, on=MONDAY)
    assert first.pk == second.pk
    assert LoanEvent.objects.count() == 1


def test_asking_twice_gives_one_request(branch: Branch) -> None:
    contract = make_contract(make_terms(), branch)
    officer = actor(Role.LOAN_OFFICER, branch)
    first = services.request_disbursement(officer, contract_no=contract.no, on=MONDAY)
    second = services.request_disbursement(officer, contract_no=contract.no, on=MONDAY)
    assert first.pk == second.pk


def test_an_open_condition_keeps_the_money_back(branch: Branch) -> None:
    open_condition = [{"code": "lien_registered", "satisfied_on": None, "evidence": None}]
    with pytest.raises(ConditionsOpen):
        asked(branch, conditions=open_condition, open_conditions=1)


def test_a_condition_reopened_after_the_request_keeps_the_money_back(branch: Branch) -> None:
    check = asked(branch)
    Contract.objects.update(
        conditions=[{"code": "lien_registered", "satisfied_on": None, "evidence": None}], open_conditions=1
    )
    with pytest.raises(ConditionsOpen):
        services.disburse(actor(Role.APPROVER, branch), check_id=check.pk, on=MONDAY)


def test_a_returned_request_pays_nothing(branch: Branch) -> None:
    check = asked(branch)
    services.refuse_disbursement(actor(Role.APPROVER, branch), check_id=check.pk, reason="wrong account")
    assert not Loan.objects.exists()


@pytest.mark.parametrize("days", [-1, 1])
def test_only_the_business_date_will_do(branch: Branch, days: int) -> None:
    check = asked(branch)
    with pytest.raises(NotTheBusinessDate):
        services.disburse(actor(Role.APPROVER, branch), check_id=check.pk, on=MONDAY + timedelta(days=days))


def test_an_unknown_contract_is_not_found(branch: Branch) -> None:
    with pytest.raises(NotFound):
        services.request_disbursement(actor(Role.LOAN_OFFICER, branch), contract_no="CT-NONE", on=MONDAY)


def test_an_officer_of_another_branch_does_not_find_the_contract(branch: Branch) -> None:
    contract = make_contract(make_terms(), branch)
    stranger = actor(Role.LOAN_OFFICER, make_branch("B99"))
    with pytest.raises(NotFound):
        services.request_disbursement(stranger, contract_no=contract.no, on=MONDAY)


@pytest.mark.parametrize("role", [Role.BORROWER, Role.AUDITOR, Role.COLLECTOR, Role.ADMINISTRATOR])
def test_other_roles_neither_ask_nor_pay(branch: Branch, role: Role) -> None:
    check = asked(branch)
    with pytest.raises(NotPermitted):
        services.request_disbursement(actor(role, branch), contract_no=check.subject_no, on=MONDAY)
    with pytest.raises(NotPermitted):
        services.disburse(actor(role, branch), check_id=check.pk, on=MONDAY)


def test_the_database_refuses_a_second_loan_of_a_contract(branch: Branch) -> None:
    loan = make_loan(branch)
    twin = Loan.objects.get(pk=loan.pk)
    twin.pk, twin.no, twin._state.adding = None, "LN-TWIN", True
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_a_loan_that_a_whole_holds_is_not_another_branchs_either(branch: Branch) -> None:
    check = asked(branch)
    with pytest.raises(LoanNotFound):
        _pay_out_and_repay_elsewhere(check.pk, branch)
    assert not Loan.objects.exists()


@together()
def _pay_out_and_repay_elsewhere(check_id: int, branch: Branch) -> None:
    loan = services.disburse(actor(Role.APPROVER, branch), check_id=check_id, on=MONDAY)
    pay(loan, 1_00, by=actor(Role.ACCOUNTANT, make_branch("B99")))
