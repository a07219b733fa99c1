"""A bank that has lived six months, with loans late by all buckets and one written off, for tests of the portfolio's figures."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from xindai.demonstration.bank import Plan
from xindai.demonstration.testing import small_bank
from xindai.identity.actors import Actor
from xindai.identity.models import Branch, User
from xindai.identity.roles import Role
from xindai.identity.testing import make_user
from xindai.kernel import business_date
from xindai.reporting.figures.view import View
from xindai.servicing import services as servicing
from xindai.servicing.models import Loan, LoanDay

LAST = date(2024, 12, 31)
FIRST_PART = Plan(days=140, arrival_days=25, persons=72, companies=10)
PLAN = Plan(days=184, arrival_days=25, persons=72, companies=10)
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="package")
def bank(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, User]]:
    """Live once for all tests of the folder; gives an auditor of all branches and one of the first alone.

    A module must be marked ``django_db``: that is what makes a test database and undoes what a test has written.
    """
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=QUICK_HASHERS):
        small_bank(FIRST_PART)
        _lose_one()
        small_bank(PLAN)
        east = Branch.objects.get(code="EAST")
        yield {
            "everywhere": make_user(Role.AUDITOR, None, "auditor.of.all"),
            "east": make_user(Role.AUDITOR, east, "auditor.of.east"),
        }
        transaction.set_rollback(True)
    connection.close()


def _lose_one() -> None:
    """Write off the loan that is late the shortest, as an approver's decision would; the latest one goes on."""
    late = LoanDay.objects.filter(business_date=FIRST_PART.last_day, overdue_days__gt=0).order_by("overdue_days")
    assert late.count() > 1
    no = Loan.objects.get(pk=late[0].loan_id).no
    approver = Actor.of(get_user_model().objects.get(username="risk"))
    servicing.write_off(approver, loan_no=no, on=business_date.current(), check_id=0)


@pytest.fixture
def view(bank: dict[str, User]) -> View:
    """The whole bank at its last close."""
    return View(Actor.of(bank["everywhere"]), LAST)


@pytest.fixture
def view_of_east(bank: dict[str, User]) -> View:
    """What the auditor of the first branch sees of it."""
    return View(Actor.of(bank["east"]), LAST)
