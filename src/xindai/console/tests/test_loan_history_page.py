"""A loan explains its amounts and classes by recomputing them, shows its contract's hash, and who did what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from xindai.console.tests.people import browser
from xindai.contracts.models import Contract
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.kernel import business_date
from xindai.policies import queries as policies
from xindai.policies.errors import NoPolicyInForce
from xindai.recovery import services as recovery
from xindai.servicing import queries
from xindai.servicing.models import Loan, LoanDay
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return open_bank()


@pytest.fixture
def late(branch: Branch) -> Loan:
    """A loan of which two instalments fell due and half of one was paid."""
    loan = make_loan(branch)
    close_until(MONDAY + timedelta(days=8))
    pay(loan, 300_00)
    close_until(MONDAY + timedelta(days=48))
    loan.refresh_from_db()
    return loan


def context(role: Role, branch: Branch, route: str, no: str) -> Any:
    return browser(role, branch).get(reverse(route, args=[no])).context


def test_principal_settlement_penalty_and_provision_are_recomputed_to_the_amounts_shown(
    late: Loan, branch: Branch
) -> None:
    found = context(Role.LOAN_OFFICER, branch, "loan", late.no)["why"]
    now = queries.replayed(late)
    assert set(found) == {"principal", "settlement", "penalty", "provision"}
    assert all(one.agrees for one in found.values()), found
    assert found["principal"].amount_minor == now.state.outstanding_minor
    assert found["settlement"].amount_minor == now.settlement_minor == queries.quote_settlement(late).amount_minor
    assert found["penalty"].amount_minor == now.state.penalty_due_minor > 0
    assert found["provision"].amount_minor == now.state.provision_minor > 0


def test_the_working_says_so_when_it_does_not_come_to_the_amount(late: Loan, branch: Branch) -> None:
    from dataclasses import replace

    found = context(Role.LOAN_OFFICER, branch, "loan", late.no)["why"]["provision"]
    assert not replace(found, amount_minor=found.amount_minor + 1).agrees


def test_every_change_of_the_class_and_every_month_end_is_shown_with_its_rule_and_provision(
    late: Loan, branch: Branch
) -> None:
    lines = context(Role.RISK_MANAGER, branch, "loan-class", late.no)["lines"]
    changes = {row.business_date for row in queries.class_changes(late)}
    assert {line.day.business_date for line in lines} == {*changes, date(2025, 3, 31), business_date.last_closed()}
    assert {line.day.business_date for line in lines if line.is_change} == changes
    assert all(line.provision.agrees for line in lines)
    days = {line.day.business_date: line for line in lines}
    assert days[max(changes)].rule == "More than 7 days past due."
    assert days[min(changes)].rule == "No lateness that counts."


def test_the_contract_shows_its_hash_and_whether_the_terms_are_still_those(late: Loan, branch: Branch) -> None:
    drawn = Contract.objects.get(pk=late.contract_id)
    shown = browser(Role.ACCOUNTANT, branch).get(reverse("loan-contract", args=[late.no]))
    assert drawn.terms_hash in shown.content.decode()
    assert shown.context["is_unaltered"]
    Contract.objects.filter(pk=drawn.pk).update(terms=drawn.terms | {"rate_ppb": 1})
    again = browser(Role.ACCOUNTANT, branch).get(reverse("loan-contract", args=[late.no]))
    assert "The terms are not those that were agreed" in again.content.decode()


def test_the_trail_tells_who_did_what_and_the_states_before_and_after(late: Loan, branch: Branch) -> None:
    recovery.open_case(Actor.system("test"), loan_no=late.no, on=business_date.current())
    deeds = context(Role.COLLECTOR, branch, "loan-trail", late.no)["deeds"]
    by_record = {(str(one.did), str(one.record)) for one in deeds}
    assert ("Opened the case", "Collections case") in by_record
    assert ("Paid out the loan", "Loan") in by_record
    opened = next(one for one in deeds if str(one.did) == "Opened the case")
    assert (opened.who, opened.before, opened.after, opened.mark) == ("The system", "", "open", "case")


def test_who_may_not_open_a_record_does_not_read_of_it_in_the_trail(late: Loan, branch: Branch) -> None:
    recovery.open_case(Actor.system("test"), loan_no=late.no, on=business_date.current())
    for role, kinds in ((Role.ACCOUNTANT, {"Loan"}), (Role.LOAN_OFFICER, {"Loan", "Contract", "Application"})):
        shown = {str(one.record) for one in context(role, branch, "loan-trail", late.no)["deeds"]}
        assert "Collections case" not in shown
        assert kinds <= shown | {"Application"}
    assert "Collections case" in {
        str(one.record) for one in context(Role.AUDITOR, branch, "loan-trail", late.no)["deeds"]
    }


def test_the_trail_of_another_branchs_loan_does_not_exist(late: Loan) -> None:
    elsewhere = make_branch("B09")
    for route in ("loan-trail", "loan-class", "loan-contract"):
        assert browser(Role.LOAN_OFFICER, elsewhere).get(reverse(route, args=[late.no])).status_code == 404


def test_a_loan_of_the_open_day_has_no_history_yet(branch: Branch) -> None:
    loan = make_loan(branch)
    shown = browser(Role.LOAN_OFFICER, branch).get(reverse("loan-class", args=[loan.no]))
    assert shown.status_code == 200
    assert "has not lived through an end of day" in shown.content.decode()
    assert set(context(Role.LOAN_OFFICER, branch, "loan", loan.no)["why"]) == {"principal", "settlement"}


def test_the_packs_of_many_days_are_those_of_each_day(branch: Branch) -> None:
    days = [MONDAY, MONDAY + timedelta(days=40), date(2024, 1, 1)]
    assert {on: pack.version for on, pack in policies.packs_as_of(days).items()} == {
        on: policies.pack_as_of(on).version for on in days
    }
    with pytest.raises(NoPolicyInForce):
        policies.packs_as_of([date(2020, 1, 1)])


def test_the_closes_of_the_arrears_begin_with_the_arrears(late: Loan) -> None:
    closes = queries.overdue_closes(late)
    days = [row for row in LoanDay.objects.filter(loan=late).order_by("business_date") if row.oldest_due_on]
    assert closes == [(row.business_date, row.principal_due_minor + row.interest_due_minor) for row in days]


def test_the_page_of_a_customer_shows_the_cases_of_their_loans_to_who_may_open_cases(
    late: Loan, branch: Branch
) -> None:
    recovery.open_case(Actor.system("test"), loan_no=late.no, on=business_date.current())
    no = late.customer.no
    shown = context(Role.COLLECTOR, branch, "customer", no)["cases"]
    assert [(one.loan_no, one.state) for one in shown] == [(late.no, "open")]
    assert shown[0].arrears_minor > 0
    assert not context(Role.LOAN_OFFICER, branch, "customer", no)["cases"]
    assert [one.no for one in context(Role.LOAN_OFFICER, branch, "customer", no)["offers"]]
