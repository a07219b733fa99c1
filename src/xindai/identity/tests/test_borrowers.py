"""A login is a borrower's or a colleague's, never both."""

import pytest

from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.services import grant_role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.kernel.errors import StateConflict

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("held", "wanted"), [(Role.BORROWER, Role.AUDITOR), (Role.LOAN_OFFICER, Role.BORROWER)])
def test_nobody_is_borrower_and_staff_under_one_name(held: Role, wanted: Role) -> None:
    user = make_user(held)
    with pytest.raises(StateConflict) as refused:
        grant_role(actor(Role.ADMINISTRATOR), username=user.username, role=wanted)
    assert refused.value.field == "role"
    assert Actor.of(user).roles == {held}


def test_a_borrower_may_be_one_twice() -> None:
    user, administrator = make_user(Role.BORROWER), actor(Role.ADMINISTRATOR)
    make_branch("B07")
    grant_role(administrator, username=user.username, role=Role.BORROWER)
    grant_role(administrator, username=user.username, role=Role.BORROWER, branch_code="B07")
    assert Actor.of(user).roles == {Role.BORROWER}


def test_a_role_in_a_branch_lets_a_borrower_see_none_of_its_rows() -> None:
    assert actor(Role.BORROWER, make_branch("B07")).branch_ids == frozenset()
    assert actor(Role.BORROWER).branch_ids == frozenset()
