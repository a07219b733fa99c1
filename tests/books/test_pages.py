"""From the trial balance to the last entry every sum is the sum of what stands behind it; and an end of day that stopped."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db.models import F, Sum
from django.urls import reverse

from xindai.console.tests.people import browser
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch
from xindai.jobs.end_of_day import close_date
from xindai.kernel import business_date, sql
from xindai.ledger.models import Entry, Transaction
from xindai.servicing.errors import DayDoesNotAgree
from xindai.servicing.models import LoanDay
from xindai.servicing.testing import MONDAY, make_loan, open_bank

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def branch() -> Branch:
    """A bank with two loans and a closed day."""
    opened = open_bank()
    for _number in range(2):
        make_loan(opened)
    close_date(MONDAY)
    return opened


def test_a_balance_is_the_sum_of_its_entries_and_each_entry_leads_to_a_balanced_transaction(branch: Branch) -> None:
    client = browser(Role.ACCOUNTANT, branch)
    balances = client.get(reverse("trial-balance")).content.decode()
    assert "In balance" in balances
    for address in set(re.findall(r'href="(/trial-balance/[^"]+as_of=[^"]+)"', balances)):
        page = client.get(unescape(address))
        listed = page.context["listing"]
        account = page.context["account"]
        entries = Entry.objects.filter(account=account, business_date__lte=page.context["as_of"])
        assert listed.totals["amount_minor"] == sum(entries.values_list("amount_minor", flat=True))
        (line,) = [
            row.line
            for group in client.get(reverse("trial-balance")).context["groups"]
            for row in group.rows
            if row.line.account == account
        ]
        assert line.balance_minor == listed.totals["amount_minor"]
        links = set(re.findall(r'href="(/journal/[0-9a-f-]{36}/)"', page.content.decode()))
        assert len(links) == entries.values("transaction").distinct().count()
        for link in links:
            shown = client.get(link)
            assert sum(one.amount_minor for one in shown.context["lines"]) == 0
            assert "In balance" in shown.content.decode()


def test_the_journal_of_a_day_is_the_sum_of_its_transactions(branch: Branch) -> None:
    page = browser(Role.ACCOUNTANT, branch).get(reverse("journal"), {"on": MONDAY.isoformat()})
    posted = Entry.objects.filter(business_date=MONDAY, amount_minor__gt=0).aggregate(sum=Sum("amount_minor"))["sum"]
    assert page.context["listing"].totals["debit_minor"] == posted


def test_a_transaction_tells_who_posted_it_and_where_it_stands_in_the_chain(branch: Branch) -> None:
    found = Transaction.objects.order_by("id").first()
    assert found is not None
    shown = browser(Role.AUDITOR, branch).get(reverse("transaction", args=[found.pk])).content.decode()
    assert found.key in unescape(shown)
    assert found.content_hash in shown
    assert reverse("end-of-day-date", args=[MONDAY.isoformat()]) in shown


def test_a_transaction_of_another_branch_does_not_exist(branch: Branch) -> None:
    found = Transaction.objects.order_by("id").first()
    assert found is not None
    elsewhere = browser(Role.ACCOUNTANT, make_branch("B78"))
    assert elsewhere.get(reverse("transaction", args=[found.pk])).status_code == 404
    assert browser(Role.LOAN_OFFICER, branch).get(reverse("transaction", args=[found.pk])).status_code == 403


@pytest.fixture
def stopped(branch: Branch) -> Branch:
    """The end of Tuesday has stopped at its part."""
    with sql.protections_off():
        LoanDay.objects.update(interest_accrued_minor=F("interest_accrued_minor") + 1)
    with pytest.raises(DayDoesNotAgree):
        close_date(TUESDAY)
    return branch


def test_an_end_of_day_that_stopped_is_shown_with_its_reason_and_done_again(stopped: Branch) -> None:
    client, address = browser(Role.ACCOUNTANT, stopped), reverse("end-of-day-date", args=[TUESDAY.isoformat()])
    shown = client.get(address).content.decode()
    assert "Failed tries" in shown
    assert "Do the next step again" in shown
    again = client.post(address)
    assert again.status_code == 409
    assert 'role="alert"' in again.content.decode()
    with sql.protections_off():
        LoanDay.objects.update(interest_accrued_minor=F("interest_accrued_minor") - 1)
    for _step in ("part 0", "seal"):
        assert client.post(address).status_code == 302
    assert business_date.current() == TUESDAY + timedelta(days=1)
    assert "Do the next step again" not in client.get(address).content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.RISK_MANAGER, Role.LOAN_OFFICER])
def test_who_has_no_right_to_it_does_not_do_it_again(stopped: Branch, role: Role) -> None:
    client, address = browser(role, stopped), reverse("end-of-day-date", args=[TUESDAY.isoformat()])
    assert "Do the next step again" not in client.get(address).content.decode()
    assert client.post(address).status_code == 403
    assert business_date.current() == TUESDAY
