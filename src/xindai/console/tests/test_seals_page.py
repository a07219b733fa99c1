"""Verifying the seals from a page: the whole chain is read when asked for, and every break is named."""

from datetime import timedelta

import pytest
from django.urls import reverse

from xindai.console.tests.people import browser
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.kernel import business_date, sql
from xindai.ledger import services as ledger
from xindai.ledger.models import ChainCheck, Entry
from xindai.ledger.testing import paid_out
from xindai.servicing.testing import MONDAY, close_until, open_bank

pytestmark = pytest.mark.django_db
READERS = [Role.ACCOUNTANT, Role.RISK_MANAGER, Role.AUDITOR]


@pytest.fixture
def branch() -> Branch:
    """A bank with two sealed days: two transactions on the first, one on the second."""
    opened = open_bank()
    for day, amounts in enumerate(((100, 200), (300,))):
        on = business_date.current()
        for amount in amounts:
            paid_out(opened, on, amount, key=f"paid {amount}")
        ledger.seal_day(Actor.system("test"), on=on)
        close_until(MONDAY + timedelta(days=day + 1))
    return opened


def verified(role: Role, branch: Branch, language: str = "en") -> str:
    """What the page says after somebody has let every day be read again."""
    return browser(role, branch, language).post(reverse("seals"), follow=True).content.decode()


@pytest.mark.parametrize("role", READERS)
def test_sound_books_are_told_with_what_was_read(branch: Branch, role: Role) -> None:
    text = verified(role, branch)
    assert "2 days, 3 transactions, <b>no break</b>" in text
    assert "Where the books differ" not in text


def test_sound_books_are_told_in_chinese(branch: Branch) -> None:
    assert "2 天，3 笔交易，<b>未发现断点</b>" in verified(Role.ACCOUNTANT, branch, "zh-hans")


def test_an_altered_transaction_is_named_with_its_day_and_the_problem(branch: Branch) -> None:
    with sql.protections_off():
        Entry.objects.filter(transaction__key="paid 200", amount_minor__gt=0).update(amount_minor=1)
    text = verified(Role.AUDITOR, branch)
    assert "<b>1 break</b>" in text
    assert "<code>paid 200</code>" in text
    assert f'datetime="{MONDAY.isoformat()}"' in text
    assert "The transaction is no longer what was written." in text


@pytest.mark.parametrize("role", READERS)
def test_the_end_of_day_leads_there(branch: Branch, role: Role) -> None:
    text = browser(role, branch).get(reverse("end-of-day")).content.decode()
    assert f'href="{reverse("seals")}">Verify the seals' in text


def test_an_administrator_sees_the_days_and_not_the_transactions(branch: Branch) -> None:
    client = browser(Role.ADMINISTRATOR, branch)
    assert reverse("seals") not in client.get(reverse("end-of-day")).content.decode()
    assert client.get(reverse("seals")).status_code == 403


def test_the_page_alone_reads_only_what_was_sealed_since_the_check(branch: Branch) -> None:
    client = browser(Role.AUDITOR, branch)
    client.post(reverse("seals"))
    with sql.protections_off():
        Entry.objects.filter(transaction__key="paid 200", amount_minor__gt=0).update(amount_minor=1)
    assert "no break" in client.get(reverse("seals")).content.decode()
    assert "<b>1 break</b>" in client.post(reverse("seals"), follow=True).content.decode()


def test_who_may_not_read_the_books_cannot_let_them_be_read(branch: Branch) -> None:
    assert browser(Role.LOAN_OFFICER, branch).post(reverse("seals")).status_code == 403
    assert not ChainCheck.objects.exists()
