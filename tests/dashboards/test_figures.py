"""Every figure of the portfolio is computed here a second time, over plain rows and in plain Python."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest

from xindai.applications.models import Application
from xindai.classification.models import CustomerClass
from xindai.contracts.models import Contract
from xindai.customers.models import Customer
from xindai.ledger.models import Entry
from xindai.reporting.figures import approvals, at_risk, collecting, cost_of_risk, roll_rates, tiers, vintages
from xindai.reporting.figures.view import View, closes, end_of_month, month_ends
from xindai.servicing.models import Instalment, Loan, LoanDay
from xindai.underwriting.models import Decision

pytestmark = pytest.mark.django_db

Days = dict[tuple[date, int], LoanDay]


@pytest.fixture
def days(view: View) -> Days:
    """Every day row by date and loan."""
    return {(row.business_date, row.loan_id): row for row in LoanDay.objects.all()}


@pytest.fixture
def loans(view: View) -> dict[int, Loan]:
    return {loan.pk: loan for loan in Loan.objects.all()}


def running(days: Days, on: date) -> list[LoanDay]:
    return [row for (day, _loan), row in days.items() if day == on and row.status == 1]


def test_the_bank_has_something_in_every_bucket_that_the_figures_tell_apart(view: View, days: Days) -> None:
    late = [row.overdue_days for row in days.values() if row.status == 1]
    assert any(1 <= one <= 30 for one in late)
    assert any(31 <= one <= 60 for one in late)
    assert any(61 <= one <= 90 for one in late)
    assert any(one > 90 for one in late)
    assert Loan.objects.filter(state=Loan.State.WRITTEN_OFF).count() == 1
    assert Loan.objects.filter(state=Loan.State.CLOSED).exists()


def test_portfolio_at_risk_is_the_principal_of_loans_late_by_so_many_days(view: View, days: Days) -> None:
    books = at_risk.books(view, closes(view.as_of, 6))
    assert len(books) == 6
    for on, book in books.items():
        rows = running(days, on)
        assert book.principal_minor == sum(row.outstanding_minor for row in rows)
        for over in (30, 60, 90):
            late = [row for row in rows if row.overdue_days > over]
            assert (book.loans_over(over), book.over_minor(over)) == (len(late), sum(r.outstanding_minor for r in late))
        assert book.non_performing_minor == sum(row.outstanding_minor for row in rows if row.five_tier >= 3)
    assert any(book.over_30_minor for book in books.values())


def test_a_vintage_counts_each_loan_once_from_the_month_in_which_it_was_bad(
    view: View, days: Days, loans: dict[int, Loan]
) -> None:
    ends = month_ends(view.as_of, 24)
    told = {one.month: one for one in vintages.cohorts(view)}
    months = {loan.disbursed_on.replace(day=1) for loan in loans.values()}
    assert set(told) == months
    for month, cohort in told.items():
        of_month = [loan for loan in loans.values() if loan.disbursed_on.replace(day=1) == month]
        assert cohort.paid_out.count == len(of_month)
        assert cohort.paid_out.amount_minor == sum(loan.principal_minor for loan in of_month)
        since = [end for end in ends if end >= end_of_month(month)]
        assert len(cohort.bad) == len(since)
        for place, end in enumerate(since):
            bad = [loan for loan in of_month if was_ever_bad(loan, [one for one in since if one <= end], days)]
            assert cohort.bad[place].count == len(bad), (month, end)
            assert cohort.bad[place].amount_minor == sum(loan.principal_minor for loan in bad)
    assert any(one.bad[-1].count for one in told.values())


def was_ever_bad(loan: Loan, ends: list[date], days: Days) -> bool:
    is_lost = loan.state == Loan.State.WRITTEN_OFF and loan.ended_on is not None and loan.ended_on <= ends[-1]
    return is_lost or any((end, loan.pk) in days and days[end, loan.pk].overdue_days > 90 for end in ends)


def test_the_month_that_is_not_over_is_cut_from_the_vintages(view: View) -> None:
    middle = View(view.actor, date(2024, 12, 20))
    assert all(len(one.bad) == len(two.bad) - 1 for one, two in pairs(vintages.cohorts(middle), vintages.cohorts(view)))


def pairs(first: list[vintages.Cohort], second: list[vintages.Cohort]) -> list[tuple[vintages.Cohort, vintages.Cohort]]:
    assert [one.month for one in first] == [one.month for one in second]
    return list(zip(first, second, strict=True))


@pytest.mark.parametrize("at", [date(2024, 9, 30), date(2024, 10, 31), date(2024, 11, 30), LAST := date(2024, 12, 31)])
def test_each_row_of_the_roll_rates_is_where_the_loans_of_its_bucket_went(
    view: View, days: Days, loans: dict[int, Loan], at: date
) -> None:
    before = at.replace(day=1) - timedelta(days=1)
    counts: Counter[tuple[str, str]] = Counter()
    sums: Counter[tuple[str, str]] = Counter()
    for row in running(days, before):
        later = days.get((at, row.loan_id))
        if later is not None and later.status == 1:
            end = bucket(later.overdue_days)
        else:
            end = "written_off" if loans[row.loan_id].state == Loan.State.WRITTEN_OFF else "settled"
        counts[bucket(row.overdue_days), end] += 1
        sums[bucket(row.overdue_days), end] += row.outstanding_minor
    told = roll_rates.matrix(view, at)
    assert {cell: one.count for cell, one in told.items()} == dict(counts)
    assert {cell: one.amount_minor for cell, one in told.items()} == dict(sums)


def bucket(days_late: int) -> str:
    for code, most in (("current", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90)):
        if days_late <= most:
            return code
    return "over-90"


@pytest.mark.parametrize("since", [date(2024, 6, 30), date(2024, 7, 12), date(2024, 12, 1)])
def test_tiers_are_those_of_the_classes_in_force(view: View, since: date) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for customer in Customer.objects.all():
        now = tier_of(customer, view.as_of)
        if now is not None:
            expected[tier_of(customer, since) or "new", now] += 1
    assert {move: one.count for move, one in tiers.migration(view, since).items()} == dict(expected)


def tier_of(customer: Customer, on: date) -> str | None:
    held = [row for row in CustomerClass.objects.filter(customer=customer) if row.effective_from <= on]
    return max(held, key=lambda row: (row.effective_from, row.pk)).tier if held else None


@pytest.mark.parametrize("by", ["tier", "channel"])
def test_rates_and_times_are_those_of_the_applications(view: View, by: str) -> None:
    said: dict[int, str] = {}
    for decision in Decision.objects.order_by("pk"):
        said[decision.application_id] = decision.outcome
    signed = {row.application_id for row in Contract.objects.all() if row.signed_on is not None}
    paid_out = {row.contract.application_id for row in Loan.objects.select_related("contract")}
    groups: dict[str, list[Application]] = defaultdict(list)
    for row in Application.objects.select_related("offer").exclude(submitted_at=None):
        tier = row.offer.tier if row.offer else ""
        groups[tier if by == "tier" else row.channel].append(row)
    told = approvals.outcomes(view, by)
    assert set(told) == set(groups)
    for code, rows in groups.items():
        yes = [row for row in rows if said.get(row.pk) == "approve"]
        assert told[code].counts == {
            "submitted": len(rows),
            "decided": sum(said.get(row.pk) in {"approve", "refuse"} for row in rows),
            "approved": len(yes),
            "signed": sum(row.pk in signed for row in yes),
            "paid_out": sum(row.pk in signed and row.pk in paid_out for row in yes),
            "kept": sum(row.decided_at <= row.promised_by for row in yes),  # type: ignore[operator]
        }
        took = sorted(row.decided_at - row.submitted_at for row in yes)  # type: ignore[operator]
        assert told[code].half == nearest(took, 50)
        assert told[code].nine_in_ten == nearest(took, 90)
        assert told[code].promised == nearest(sorted(row.promised_by - row.submitted_at for row in yes), 50)  # type: ignore[operator]


def nearest(times: list[timedelta], per_cent: int) -> timedelta | None:
    """The first time at or below which so many per cent lie."""
    if not times:
        return None
    return times[-(-len(times) * per_cent // 100) - 1]


def test_collection_efficiency_is_what_came_of_the_dues_of_each_month(
    view: View, days: Days, loans: dict[int, Loan]
) -> None:
    months = collecting.months(view, 6)
    assert [one.end for one in months] == month_ends(view.as_of, 6)
    rows = list(Instalment.objects.all())
    for month in months:
        first, before = month.end.replace(day=1), month.end.replace(day=1) - timedelta(days=1)
        due: Counter[int] = Counter()
        for row in rows:
            is_in_force = row.in_force_from <= row.due_on and (
                row.in_force_until is None or row.in_force_until > row.due_on
            )
            ended_on = loans[row.loan_id].ended_on
            if first <= row.due_on <= month.end and is_in_force and (ended_on is None or ended_on >= row.due_on):
                due[row.loan_id] += row.principal_minor + row.interest_minor
        owed_before = {row.loan_id: owes(row) for row in running(days, before)}
        owed = {row.loan_id: owes(row) for row in running(days, month.end)}
        lost = {
            pk
            for pk, loan in loans.items()
            if loan.state == Loan.State.WRITTEN_OFF
            and loan.ended_on is not None
            and first <= loan.ended_on <= month.end
        }
        unpaid = sum(due[pk] if pk in lost else min(due[pk], owed.get(pk, 0)) for pk in due)
        assert month.due_minor == sum(due.values())
        assert month.unpaid_minor == unpaid
        assert month.overdue_before_minor == sum(owed_before.values())
        assert month.overdue_after_minor == sum(owed.values()) + sum(owed_before.get(pk, 0) + due[pk] for pk in lost)
        assert month.collected_minor == month.due_minor - unpaid
    assert any(one.unpaid_minor for one in months)
    assert any(one.overdue_before_minor for one in months)


def owes(row: LoanDay) -> int:
    return int(row.principal_due_minor + row.interest_due_minor)


def test_what_is_collected_with_arrears_is_what_the_books_took_for_principal_and_interest_that_had_fallen_due(
    view: View, days: Days
) -> None:
    """Another way: claims that fell due go down by money alone, but for the write-off."""
    for month in collecting.months(view, 6):
        gone = month.asked_with_arrears_minor - month.overdue_after_minor
        assert month.collected_with_arrears_minor == gone >= 0


def test_the_impairment_charge_of_each_month_is_what_the_ledger_posted(view: View) -> None:
    year = cost_of_risk.year(view)
    posted: Counter[date] = Counter()
    for entry in Entry.objects.select_related("account"):
        if entry.account.role == "impairment_loss":
            posted[end_of_month(entry.business_date)] += entry.amount_minor
    assert {one.end: one.charge_minor for one in year.months if one.charge_minor} == {
        end: amount for end, amount in posted.items() if amount
    }
    assert any(one.written_off_minor for one in year.months)


def test_the_cost_of_risk_is_the_charge_over_the_average_of_thirteen_closes(view: View, days: Days) -> None:
    year = cost_of_risk.year(view)
    gross = [sum(row.outstanding_minor for row in running(days, on)) for on in cost_of_risk.closes_of_year(view.as_of)]
    assert len(gross) == year.closes == 13
    average = Fraction(sum(gross), len(gross))
    assert Fraction(year.charge_minor * year.closes, year.gross_sum_minor) == Fraction(year.charge_minor) / average


def test_the_figures_of_a_branch_and_of_the_others_add_up_to_those_of_the_bank(view: View, view_of_east: View) -> None:
    west = View(
        view.actor, view.as_of, next(one.branch_id for one in Loan.objects.all() if not sees(view_of_east, one))
    )
    whole, parts = cost_of_risk.year(view), [cost_of_risk.year(one) for one in (view_of_east, west)]
    assert whole.charge_minor == sum(one.charge_minor for one in parts)
    due, shares = collecting.months(view), [collecting.months(one) for one in (view_of_east, west)]
    assert [one.due_minor for one in due] == [
        sum(pair.due_minor for pair in pairs) for pairs in zip(*shares, strict=True)
    ]
    for cell, told in roll_rates.matrix(view, view.as_of).items():
        halves = [roll_rates.matrix(one, view.as_of).get(cell) for one in (view_of_east, west)]
        assert told.amount_minor == sum(one.amount_minor for one in halves if one)


def sees(view: View, loan: Loan) -> bool:
    return view.actor.branch_ids is not None and loan.branch_id in view.actor.branch_ids
