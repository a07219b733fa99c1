"""Who may sign in to the demonstration bank: one person for each role, a borrower among them."""

import pytest
from django.test import Client

from xindai.customers.models import PortalAccess
from xindai.demonstration import founding, self_service
from xindai.demonstration.bank import Bank
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.kernel import audit
from xindai.servicing.models import Loan

pytestmark = pytest.mark.django_db


def test_there_is_a_login_for_every_role_of_people(bank: Bank) -> None:
    roles = {name: Actor.of(identity.user(name)).roles for _label, name, _password in founding.logins()}
    assert set().union(*roles.values()) == set(Role) - {Role.SYSTEM}
    assert roles["borrower"] == {Role.BORROWER}


def test_the_borrower_is_the_first_person_whose_loan_runs_let_in_by_an_officer(bank: Bank) -> None:
    access = PortalAccess.objects.get()
    loan = Loan.objects.filter(customer__kind="person", state=Loan.State.ACTIVE).order_by("pk").first()
    assert loan is not None
    assert (access.user.username, access.customer_id) == ("borrower", loan.customer_id)
    (given,) = audit.history(access)
    officer = Actor.of(User.objects.get(pk=int(access.given_by.removeprefix("person:"))))
    assert officer.roles == {Role.LOAN_OFFICER}
    assert officer.branch_ids == frozenset({loan.branch_id})
    assert (given.verb, given.actor) == ("customer.give_portal_access", officer.label)


def test_opened_again_nothing_is_added(bank: Bank) -> None:
    before = (User.objects.count(), PortalAccess.objects.count())
    self_service.open_to_a_borrower(bank)
    assert (User.objects.count(), PortalAccess.objects.count()) == before


def test_the_borrower_signs_in_to_the_loan(bank: Bank) -> None:
    client = Client()
    client.force_login(identity.user("borrower"), backend="django.contrib.auth.backends.ModelBackend")
    loan = Loan.objects.get(customer=PortalAccess.objects.get().customer_id)
    assert loan.no in client.get("/me/").content.decode()


def test_a_bank_without_loans_names_no_borrower(bank: Bank) -> None:
    PortalAccess.objects.all().delete()
    User.objects.filter(username="borrower").update(username="nobody")
    Loan.objects.filter(state=Loan.State.ACTIVE).update(state=Loan.State.CLOSED)
    self_service.open_to_a_borrower(bank)
    assert "borrower" not in {name for _label, name, _password in founding.logins()}
    assert not PortalAccess.objects.exists()
