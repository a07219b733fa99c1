"""A question is asked by a borrower for themselves, and answered once by somebody of its branch."""

import pytest
from django.db import IntegrityError, transaction

from xindai.customers.services import give_portal_access
from xindai.customers.testing import make_person
from xindai.enquiries import queries, services
from xindai.enquiries.models import Enquiry
from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted
from xindai.notices.models import Message
from xindai.servicing.testing import open_bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker(db: None) -> Actor:
    branch = open_bank()
    customer = make_person(actor(Role.LOAN_OFFICER, branch), branch=branch)
    user = make_user(Role.BORROWER)
    give_portal_access(Actor.system("test"), customer_id=customer.id, username=user.username)
    return Actor.of(user)


def test_what_is_asked_and_answered_is_read_by_both_sides(asker: Actor) -> None:
    made = services.ask(asker, about="anything", about_no="", text="  When?  ", language="en")
    officer = actor(Role.LOAN_OFFICER, make_branch())
    assert queries.enquiry(officer, made.key).question == "When?"
    services.answer(officer, key=made.key, text="Soon.")
    (shown,) = queries.own(asker)
    assert (shown.answer, shown.answered_by) == ("Soon.", officer.label)
    assert not Message.objects.exists(), "who has no number gets no message"


def test_a_loan_or_application_that_is_not_theirs_is_not_found(asker: Actor) -> None:
    for about in ("loan", "application"):
        with pytest.raises(NotFound):
            services.ask(asker, about=about, about_no="LN25-000001-1", text="?", language="en")
    with pytest.raises(InvalidInput):
        services.ask(asker, about="anything", about_no="", text="", language="en")
    with pytest.raises(NotPermitted):
        services.ask(actor(Role.LOAN_OFFICER), about="anything", about_no="", text="?", language="en")
    assert not Enquiry.objects.exists()


def test_the_database_keeps_no_half_answer(asker: Actor) -> None:
    made = services.ask(asker, about="anything", about_no="", text="?", language="en")
    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=made.pk).update(answered_at=clock.now())
