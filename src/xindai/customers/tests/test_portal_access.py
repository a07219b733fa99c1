"""The way of a customer to their own rows: given, standing, ended."""

from datetime import date

import pytest
from django.db import IntegrityError

from xindai.customers.models import PortalAccess
from xindai.customers.queries import customer_of_user, display, own, visible
from xindai.customers.services import Recorded, end_portal_access, give_portal_access
from xindai.customers.testing import make_person
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.kernel import audit, clock
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.policies.testing import make_live_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Actor:
    return actor(Role.LOAN_OFFICER, make_branch())


@pytest.fixture
def person(officer: Actor) -> Recorded:
    make_live_policy(date(2024, 7, 1))
    return make_person(officer)


@pytest.fixture
def borrower() -> User:
    return make_user(Role.BORROWER, make_branch())


def test_a_login_leads_to_the_customer_it_was_given_to(officer: Actor, person: Recorded, borrower: User) -> None:
    assert customer_of_user(borrower.pk) is None
    access = give_portal_access(officer, customer_id=person.id, username=borrower.username)
    assert customer_of_user(borrower.pk) == person.id
    assert (own(borrower.pk).no, own(borrower.pk).name) == (person.no, "王*国")
    assert (access.given_by, access.ended_at) == (officer.label, None)


def test_given_twice_it_is_given_once(officer: Actor, person: Recorded, borrower: User) -> None:
    first = give_portal_access(officer, customer_id=person.id, username=borrower.username)
    assert give_portal_access(officer, customer_id=person.id, username=borrower.username) == first
    assert PortalAccess.objects.count() == 1


def test_a_company_may_have_several_logins(officer: Actor, person: Recorded, borrower: User) -> None:
    other = make_user(Role.BORROWER)
    for user in (borrower, other):
        give_portal_access(officer, customer_id=person.id, username=user.username)
    assert customer_of_user(borrower.pk) == customer_of_user(other.pk) == person.id


def test_a_login_leads_to_one_customer_only(officer: Actor, person: Recorded, borrower: User) -> None:
    give_portal_access(officer, customer_id=person.id, username=borrower.username)
    neighbour = make_person(officer)
    with pytest.raises(StateConflict, match="已关联另一位客户"):
        give_portal_access(officer, customer_id=neighbour.id, username=borrower.username)
    with pytest.raises(IntegrityError, match="customers_one_standing_access"):
        PortalAccess.objects.create(
            customer_id=neighbour.id, user=borrower, given_by=officer.label, given_at=clock.now()
        )


def test_an_ended_access_leads_nowhere_and_leaves_room_for_another(
    officer: Actor, person: Recorded, borrower: User
) -> None:
    give_portal_access(officer, customer_id=person.id, username=borrower.username)
    for _twice in range(2):
        end_portal_access(officer, customer_id=person.id, username=borrower.username)
    assert customer_of_user(borrower.pk) is None
    with pytest.raises(NotFound, match="尚未关联客户"):
        own(borrower.pk)
    neighbour = make_person(officer)
    give_portal_access(officer, customer_id=neighbour.id, username=borrower.username)
    assert customer_of_user(borrower.pk) == neighbour.id
    assert PortalAccess.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.AUDITOR, None])
def test_only_a_login_that_is_a_borrowers_alone_can_be_given(
    officer: Actor, person: Recorded, role: Role | None
) -> None:
    with pytest.raises(InvalidInput, match="不是借款人的登录名"):
        give_portal_access(officer, customer_id=person.id, username=make_user(role).username)


def test_an_officer_gives_and_ends_access_in_their_own_branch_only(person: Recorded, borrower: User) -> None:
    stranger = actor(Role.LOAN_OFFICER, make_branch("B02"))
    with pytest.raises(NotPermitted):
        give_portal_access(stranger, customer_id=person.id, username=borrower.username)
    with pytest.raises(NotPermitted):
        end_portal_access(stranger, customer_id=person.id, username=borrower.username)


def test_nobody_gives_themselves_a_way_in(person: Recorded, borrower: User) -> None:
    with pytest.raises(NotPermitted):
        give_portal_access(Actor.of(borrower), customer_id=person.id, username=borrower.username)


def test_a_borrower_sees_no_rows_of_their_branch(officer: Actor, person: Recorded, borrower: User) -> None:
    give_portal_access(officer, customer_id=person.id, username=borrower.username)
    assert list(visible(Actor.of(borrower))) == []
    assert display(Actor.of(borrower), [person.id]) == {}


def test_the_trail_tells_who_gave_and_ended_the_access(officer: Actor, person: Recorded, borrower: User) -> None:
    access = give_portal_access(officer, customer_id=person.id, username=borrower.username)
    end_portal_access(officer, customer_id=person.id, username=borrower.username)
    assert [(change.what, change.verb, change.actor) for change in audit.history(access)] == [
        ("insert", "customer.give_portal_access", officer.label),
        ("update", "customer.end_portal_access", officer.label),
    ]
