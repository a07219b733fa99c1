"""The end of a business date: once, in order, proven."""

from datetime import timedelta

import pytest
from django.db.models import F, Sum

from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.jobs import daily, queries, retries
from xindai.jobs.end_of_day import close_date, close_part
from xindai.jobs.errors import DayBeforeNotClosed
from xindai.jobs.models import EodFailure, EodRun
from xindai.jobs.testing import mend_first_day, stop_second_day
from xindai.kernel import business_date, sql
from xindai.kernel.errors import NotPermitted, StateConflict
from xindai.ledger import queries as ledger
from xindai.ledger.models import Entry
from xindai.recovery.models import Case, Step
from xindai.servicing.errors import DayDoesNotAgree
from xindai.servicing.models import LoanDay
from xindai.servicing.testing import MONDAY, make_loan, open_bank

TUESDAY = MONDAY + timedelta(days=1)


def test_a_closed_date_has_its_rows_its_run_its_seal_and_its_successor(branch: Branch) -> None:
    make_loan(branch)
    closed = close_date(MONDAY)
    run = EodRun.objects.get(business_date=MONDAY)
    assert (closed.loans, run.loans, LoanDay.objects.count()) == (1, 1, 1)
    assert run.policy_version == "cn-1"
    assert ledger.seal_of(MONDAY).hash == closed.seal_hash
    assert business_date.current() == TUESDAY


def test_closed_again_it_stays_as_it_was(branch: Branch) -> None:
    make_loan(branch)
    assert close_date(MONDAY) == close_date(MONDAY)
    assert Entry.objects.filter(transaction__kind="end_of_day").count() == 4


def test_the_totals_posted_equal_the_sums_of_the_rows(branch: Branch) -> None:
    for _number in range(3):
        make_loan(branch)
    close_date(MONDAY)
    day = LoanDay.objects.aggregate(
        interest=Sum("posted_interest_receivable_minor"), allowance=Sum("posted_loan_loss_allowance_minor")
    )
    posted = dict(
        Entry.objects.filter(transaction__kind="end_of_day").values_list("account__role").annotate(Sum("amount_minor"))
    )
    assert posted["interest_receivable"] == day["interest"] == 3 * 4_00
    assert posted["loan_loss_allowance"] == day["allowance"] == -3 * 180_00


def test_a_row_changed_behind_the_back_stops_the_next_close(branch: Branch) -> None:
    make_loan(branch)
    close_date(MONDAY)
    with sql.protections_off():
        LoanDay.objects.update(interest_accrued_minor=F("interest_accrued_minor") + 1)
    with pytest.raises(DayDoesNotAgree):
        close_date(TUESDAY)
    assert business_date.current() == TUESDAY


def test_no_day_is_skipped(branch: Branch) -> None:
    make_loan(branch)
    close_date(MONDAY)
    with pytest.raises(DayBeforeNotClosed):
        close_part(TUESDAY + timedelta(days=1), 0)


@pytest.mark.parametrize("days", [1, 400])
def test_a_date_that_is_not_open_cannot_be_closed(branch: Branch, days: int) -> None:
    with pytest.raises(StateConflict):
        close_date(MONDAY + timedelta(days=days))


def test_an_empty_book_closes_as_well(branch: Branch) -> None:
    assert close_date(MONDAY).loans == 0
    assert close_date(TUESDAY).loans == 0


def test_several_parts_close_as_one_would(db: None) -> None:
    branch = open_bank(parts=4)
    loans = [make_loan(branch) for _number in range(6)]
    close_date(MONDAY)
    assert EodRun.objects.count() == 4
    assert {day.loan_id: day.interest_accrued_minor for day in LoanDay.objects.all()} == {
        loan.pk: 4_00 for loan in loans
    }


def test_the_turn_of_a_date_opens_cases_and_plans_their_steps(branch: Branch) -> None:
    make_loan(branch)
    while business_date.current() < MONDAY + timedelta(days=5):
        daily.turn(business_date.current())
    assert Case.objects.count() == 1
    assert Step.objects.get().code == "reminder"
    daily.catch_up()
    assert Step.objects.count() == 1


def test_a_step_that_fails_is_kept_with_its_reason(branch: Branch) -> None:
    stop_second_day(branch)
    failure = EodFailure.objects.get()
    assert (failure.business_date, failure.step) == (TUESDAY, "part 0")
    assert failure.message
    part, seal = queries.course(TUESDAY)
    assert (part.state, seal.state) == ("failed", "open")
    assert part.failure == failure.message


def test_somebody_with_the_right_has_the_failed_step_done_again_until_the_date_is_closed(branch: Branch) -> None:
    stop_second_day(branch)
    accountant = actor(Role.ACCOUNTANT)
    with pytest.raises(DayDoesNotAgree):
        retries.retry(accountant, on=TUESDAY)
    assert EodFailure.objects.count() == 2
    mend_first_day()
    assert retries.retry(accountant, on=TUESDAY) == "part 0"
    assert [step.state for step in queries.course(TUESDAY)] == ["done", "open"]
    assert retries.retry(accountant, on=TUESDAY) == "seal"
    assert [step.state for step in queries.course(TUESDAY)] == ["done", "done"]
    assert business_date.current() == TUESDAY + timedelta(days=1)
    with pytest.raises(StateConflict, match=TUESDAY.isoformat()):
        retries.retry(accountant, on=TUESDAY)


def test_another_try_comes_to_the_same_as_the_job(branch: Branch) -> None:
    stop_second_day(branch)
    mend_first_day()
    retries.retry(actor(Role.ACCOUNTANT), on=TUESDAY)
    retries.retry(actor(Role.ACCOUNTANT), on=TUESDAY)
    hashes = EodRun.objects.get(business_date=TUESDAY).output_hash
    assert hashes
    assert close_date(TUESDAY).loans == 1
    assert ledger.verify_chain() == []


def test_an_end_of_day_that_has_not_begun_is_not_retried(branch: Branch) -> None:
    with pytest.raises(StateConflict, match=MONDAY.isoformat()):
        retries.retry(actor(Role.ACCOUNTANT), on=MONDAY)


@pytest.mark.parametrize(
    "role", [Role.LOAN_OFFICER, Role.APPROVER, Role.RISK_MANAGER, Role.AUDITOR, Role.BORROWER, Role.ADMINISTRATOR]
)
def test_who_has_no_right_to_it_retries_nothing(branch: Branch, role: Role) -> None:
    stop_second_day(branch)
    mend_first_day()
    with pytest.raises(NotPermitted):
        retries.retry(actor(role), on=TUESDAY)
    assert [step.state for step in queries.course(TUESDAY)] == ["failed", "open"]
