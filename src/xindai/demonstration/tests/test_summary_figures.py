"""Every figure of the summary is a count or a sum over the tables: recomputed here row by row, another way."""

from collections import Counter
from fractions import Fraction

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from xindai.applications.models import Application
from xindai.classification.measures import auc
from xindai.demonstration.bank import Bank
from xindai.demonstration.models import Arrival
from xindai.demonstration.stopwatch import Stopwatch
from xindai.demonstration.telling import _plain
from xindai.identity import queries as identity
from xindai.kernel.models import BusinessDay
from xindai.ledger.models import Entry
from xindai.reporting.models import KnownOutcome
from xindai.reporting.summary import Summary, summary
from xindai.servicing.models import Loan, LoanDay, LoanEvent
from xindai.underwriting.models import Decision

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(bank: Bank) -> Summary:
    return summary(bank.plan.last_day)


@pytest.fixture(scope="module")
def closing(bank: Bank) -> list[LoanDay]:
    """The running loans at the close of the last day."""
    rows = LoanDay.objects.filter(business_date=bank.plan.last_day).select_related("loan")
    return [row for row in rows if row.status == 1]


def first_decisions() -> dict[int, Decision]:
    return {row.application_id: row for row in Decision.objects.order_by("-pk") if row.kind == "automatic"}


def balance_of(role: str) -> int:
    return sum(entry.amount_minor for entry in Entry.objects.select_related("account") if entry.account.role == role)


def test_every_announced_application_has_come_in_or_is_told_why_not(told: Summary) -> None:
    arrivals = list(Arrival.objects.all())
    assert told.decisions.persons == sum(a.kind == "person" and a.application_id is not None for a in arrivals) == 48
    assert told.decisions.companies == sum(a.kind == "company" and a.application_id is not None for a in arrivals) == 16


def test_approved_referred_and_refused_add_up_to_all_decided(told: Summary) -> None:
    said = Counter(decision.outcome for decision in first_decisions().values())
    for outcome in ("approve", "refer", "refuse"):
        assert told.decisions.ruled(outcome) == said[outcome]
    assert sum(said.values()) == told.decisions.persons + told.decisions.companies


def test_decisions_by_tier_are_those_of_the_offers(told: Summary) -> None:
    tiers = {row.pk: row.offer.tier for row in Application.objects.select_related("offer") if row.offer is not None}
    expected = Counter((tiers[pk], decision.outcome) for pk, decision in first_decisions().items())
    assert dict(told.decisions.by_tier) == dict(expected)


def test_people_decide_what_the_rules_refer(told: Summary) -> None:
    confirmed = Counter(d.outcome for d in Decision.objects.all() if d.kind == "confirmed")
    waiting = sum(row.state == "referred" for row in Application.objects.all())
    assert dict(told.decisions.by_people) == dict(confirmed)
    assert sum(confirmed.values()) + waiting == told.decisions.ruled("refer")


def test_the_times_to_decision_are_those_of_the_applications(told: Summary) -> None:
    people = {d.application_id for d in Decision.objects.all() if d.kind == "confirmed"}
    rows = [row for row in Application.objects.all() if row.decided_at is not None]
    minutes = sorted(int((r.decided_at - r.submitted_at).total_seconds() // 60) for r in rows if r.pk in people)  # type: ignore[operator]
    assert told.speed.by_people == len(minutes)
    assert told.speed.median_minutes == minutes[len(minutes) // 2]
    assert told.speed.longest_minutes == minutes[-1]
    assert told.speed.kept == sum(row.decided_at <= row.promised_by for row in rows)  # type: ignore[operator]


def test_the_volume_is_what_the_books_paid_out(told: Summary) -> None:
    paid_out = [event for event in LoanEvent.objects.all() if event.kind == "disburse"]
    assert told.disbursed_loans == len(paid_out)
    assert told.volume_minor == sum(event.amount_minor for event in paid_out)
    assert sum(lending.volume_minor for lending in told.by_tier.values()) == told.volume_minor


def test_the_average_rate_of_a_tier_is_weighted_by_amount(told: Summary) -> None:
    for tier, lending in told.by_tier.items():
        loans = [
            loan
            for loan in Loan.objects.select_related("contract__application__offer")
            if loan.contract.application.offer is not None and loan.contract.application.offer.tier == tier
        ]
        exact = Fraction(
            sum(loan.principal_minor * loan.rate_ppb for loan in loans), sum(loan.principal_minor for loan in loans)
        )
        assert lending.average_rate_ppb == int(exact)


def test_persons_and_companies_are_told_apart(told: Summary, closing: list[LoanDay]) -> None:
    kinds = {loan.pk: loan.customer.kind for loan in Loan.objects.select_related("customer")}
    assert set(told.by_kind) == set(kinds.values()) == {"person", "company"}
    for kind, borrowers in told.by_kind.items():
        loans = [loan for loan in Loan.objects.all() if kinds[loan.pk] == kind]
        rows = [row for row in closing if kinds[row.loan_id] == kind]
        assert (borrowers.lending.loans, borrowers.book.loans) == (len(loans), len(rows))
        assert borrowers.lending.volume_minor == sum(loan.principal_minor for loan in loans)
        assert borrowers.book.principal_minor == sum(row.outstanding_minor for row in rows)
        assert borrowers.book.over_30_minor == sum(row.outstanding_minor for row in rows if row.overdue_days > 30)


def test_outstanding_principal_is_what_was_paid_out_and_has_not_come_back(told: Summary) -> None:
    assert told.book.principal_minor == balance_of("loan_principal")


def test_the_allowance_is_what_the_books_hold(told: Summary) -> None:
    assert told.book.allowance_minor == -balance_of("loan_loss_allowance")


def test_the_classes_are_those_of_the_last_close(told: Summary, closing: list[LoanDay]) -> None:
    for number in range(1, 6):
        rows = [row for row in closing if row.five_tier == number]
        assert told.book.of_class(number).loans == len(rows)
        assert told.book.of_class(number).principal_minor == sum(row.outstanding_minor for row in rows)


def test_arrears_and_non_performing_shares_are_those_of_the_last_close(told: Summary, closing: list[LoanDay]) -> None:
    gross = sum(row.outstanding_minor for row in closing)

    def share(rows: list[LoanDay]) -> int:
        return int(Fraction(sum(row.outstanding_minor for row in rows) * 1_000_000, gross) + Fraction(1, 2))

    assert told.par30_ppm == share([row for row in closing if row.overdue_days > 30])
    assert told.par90_ppm == share([row for row in closing if row.overdue_days > 90])
    assert told.npl_ppm == share([row for row in closing if row.five_tier >= 3])


def test_income_and_losses_are_those_of_the_books(told: Summary) -> None:
    for role, income_minor in told.money.income.items():
        assert income_minor == -balance_of(role)
    assert told.money.impairment_loss_minor == balance_of("impairment_loss")
    assert told.money.recovered_minor == sum(e.amount_minor for e in LoanEvent.objects.all() if e.kind == "recover")


def test_loans_are_running_closed_or_written_off(told: Summary) -> None:
    states = Counter(loan.state for loan in Loan.objects.all())
    assert told.loans_by_state == {"active": states[1], "closed": states[2], "written_off": states[3]}


def test_every_day_of_the_plan_is_closed_and_the_books_are_at_zero(bank: Bank, told: Summary) -> None:
    assert told.days_closed == bank.plan.days == sum(not day.is_open for day in BusinessDay.objects.all())
    assert told.trial_balance_minor == sum(entry.amount_minor for entry in Entry.objects.all()) == 0


def test_the_decision_is_judged_on_persons_that_the_table_has_not_seen(told: Summary) -> None:
    decisions = first_decisions()
    unseen = [row for row in KnownOutcome.objects.all() if not row.was_fitted_on]
    assert told.performance.persons == len(unseen)
    assert told.performance.bad == sum(row.is_bad for row in unseen)
    for outcome, (bad, every) in told.performance.bad_rates.items():
        group = [row for row in unseen if decisions[row.application_id].outcome == outcome]
        assert (bad, every) == (sum(row.is_bad for row in group), len(group))
    scores = [decisions[row.application_id].score for row in unseen]
    assert told.performance.auc_per_10000 == round(auc(scores, [row.is_bad for row in unseen]) * 10_000)


def test_no_company_is_among_them(told: Summary) -> None:
    kinds = {row.application.customer.kind for row in KnownOutcome.objects.select_related("application__customer")}
    assert kinds == {"person"}


def test_the_json_says_what_the_summary_says(told: Summary) -> None:
    plain = _plain(told, 1.0, Stopwatch().stages)
    assert plain["approved"] + plain["referred"] + plain["refused"] == 64
    assert plain["applications"] == {"persons": 48, "companies": 16}
    assert plain["days_closed"] == 60
    assert plain["trial_balance_minor"] == 0
    assert round(plain["par30"] * 1_000_000) == told.par30_ppm


@pytest.fixture
def auditor(bank: Bank) -> Client:
    client = Client()
    client.force_login(identity.user("auditor"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(client: Client, href: str) -> int:
    answer = client.get(href)
    assert answer.status_code == 200, href
    return int(answer.context["listing"].count)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_count_of_the_results_page_leads_to_as_many_rows(auditor: Client, language: str) -> None:
    auditor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    shown = auditor.get(reverse("results")).context
    card = shown["cards"][0]
    for row in card.table.rows:
        for cell in row[1:]:
            assert listed(auditor, cell.href) == int(cell.text), cell
    for row in (*shown["tiers"], *shown["products"]):
        assert listed(auditor, row.href) == row.lending.loans, row
    for row in (*shown["ruled"], *shown["last"]):
        assert listed(auditor, row.href) == row.persons, row
        assert listed(auditor, row.bad_href) == row.bad, row
    assert listed(auditor, shown["unseen_href"]) == shown["told"].performance.persons > 0


def test_the_accounts_of_the_results_page_lead_to_their_entries(auditor: Client) -> None:
    for row in auditor.get(reverse("results")).context["accounts"]:
        assert auditor.get(row.href).context["listing"].totals["amount_minor"] == -row.amount_minor, row


def test_the_results_page_tells_a_person_of_one_branch_that_branch_alone(bank: Bank, told: Summary) -> None:
    shown = {}
    for name in ("officer", "officer.west"):
        client = Client()
        client.force_login(identity.user(name), backend="django.contrib.auth.backends.ModelBackend")
        shown[name] = client.get(reverse("results")).context["told"]
    for figure in ("volume_minor", "disbursed_loans"):
        assert all(0 < getattr(one, figure) < getattr(told, figure) for one in shown.values())
        assert sum(getattr(one, figure) for one in shown.values()) == getattr(told, figure)
