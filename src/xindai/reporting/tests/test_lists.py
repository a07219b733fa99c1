"""What lists show: each row with its figures at the last close, and nothing of other branches."""

from datetime import timedelta
from typing import Any

import pytest

from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel.errors import NotFound, NotPermitted
from xindai.ledger import queries as ledger
from xindai.reporting import checks, entries, loans, outcomes
from xindai.reporting.tests.conftest import LAST, Lender
from xindai.servicing import services
from xindai.servicing.errors import LoanNotFound
from xindai.servicing.models import LoanDay
from xindai.servicing.testing import make_contract, make_loan, make_terms

SYSTEM = Actor.system("test")


def test_a_loan_shows_its_figures_at_the_last_close(lender: Lender) -> None:
    row = loans.loan(lender.auditor, lender.late.no)
    (line,) = loans.lines(lender.auditor, [row])

    day = LoanDay.objects.get(loan=lender.late, business_date=LAST)
    assert (line.principal_minor, line.days_past_due, line.loan_class) == (6_000_00, day.overdue_days, day.five_tier)
    assert line.days_past_due > 30
    assert line.next_due_on is not None
    assert line.next_due_on > LAST


def test_an_earlier_close_shows_the_loan_as_it_was_then(lender: Lender) -> None:
    row: Any = loans.loans(lender.auditor, LAST - timedelta(days=35)).get(no=lender.late.no)

    assert row.days_past_due < 30


def test_a_loan_paid_out_after_the_close_shows_its_principal_and_no_arrears(lender: Lender) -> None:
    fresh = make_loan(lender.north)
    row = loans.loan(lender.auditor, fresh.no)

    assert (row.outstanding_minor, row.loan_class, row.days_past_due) == (fresh.principal_minor, 1, 0)


def test_loans_of_another_branch_are_not_listed_and_cannot_be_opened(lender: Lender) -> None:
    officer = actor(Role.LOAN_OFFICER, lender.north)

    assert [row.no for row in loans.loans(officer)] == [lender.good.no]
    with pytest.raises(LoanNotFound):
        loans.loan(officer, lender.late.no)


def test_a_proposal_is_shown_in_its_branch_with_what_it_is_about(lender: Lender) -> None:
    today = LAST + timedelta(days=1)
    maker = actor(Role.LOAN_OFFICER, lender.north)
    contract = make_contract(make_terms(today), lender.north)
    asked = services.request_disbursement(maker, contract_no=contract.no, on=today)

    shown = checks.check(actor(Role.APPROVER, lender.north), asked.pk)
    subject = checks.subject_of(shown)

    assert shown.maker_name == asked.maker.display_name  # type: ignore[union-attr]
    assert subject is not None
    assert (subject.contract, subject.loan) == (contract, None)
    with pytest.raises(NotFound):
        checks.check(actor(Role.APPROVER, lender.south), asked.pk)


def test_the_entries_behind_an_account_are_those_of_the_readers_branches(lender: Lender) -> None:
    (account,) = {one.account for one in ledger.entries_of_loan(lender.late.no) if one.account.role == "loan_principal"}
    everything = entries.entries(lender.auditor, account.code, LAST)
    of_south: Any = entries.entries(actor(Role.ACCOUNTANT, lender.south), account.code, LAST)

    assert {one.branch_id for one in everything} == {lender.north.pk, lender.south.pk}
    assert {one.loan_no for one in everything} >= {lender.good.no, lender.late.no}
    assert {one.branch_id for one in of_south} == {lender.south.pk}
    assert lender.good.no not in {one.loan_no for one in of_south}
    assert of_south.get(loan_no=lender.late.no).kind == "disburse"


def test_of_what_became_of_an_application_the_first_word_stands(lender: Lender) -> None:
    application = lender.good.contract.application_id

    _say(SYSTEM, application, is_bad=True)
    _say(SYSTEM, application, is_bad=False)

    assert outcomes.known_outcomes([application, 10**9]) == {application: True}
    with pytest.raises(NotPermitted):
        _say(actor(Role.RISK_MANAGER), application, is_bad=False)


def _say(by: Actor, application_id: int, *, is_bad: bool) -> None:
    outcomes.record_known_outcome(by, application_id=application_id, is_bad=is_bad, was_fitted_on=False, source="test")
