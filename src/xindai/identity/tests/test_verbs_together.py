"""Verbs that stand or fall together: one transaction, each still with its own right and its own trail."""

import pytest

from xindai.identity import services
from xindai.identity.actors import Actor
from xindai.identity.models import Branch, User
from xindai.kernel import audit
from xindai.kernel.errors import InvalidInput
from xindai.kernel.transactions import together

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("founding")


def open_branch(code: str) -> Branch:
    return services.open_branch(SYSTEM, code=code, name={"zh": "支行", "en": "Branch"})


@together()
def _fail_within() -> None:
    open_branch("WITHIN")
    raise InvalidInput("code", "of no use", "Take another.")


def test_an_error_takes_back_what_the_verbs_before_it_did() -> None:
    open_branch("BEFORE")
    with pytest.raises(InvalidInput):
        _fail_within()
    open_branch("AFTER")
    assert set(Branch.objects.values_list("code", flat=True)) == {"BEFORE", "AFTER"}


def test_the_trail_ascribes_each_change_to_its_own_verb() -> None:
    with together():
        branch = open_branch("WITHIN")
        user = services.register_user(SYSTEM, username="officer", password="a long enough one", display_name="Officer")
    assert [change.verb for change in audit.history(branch)] == ["branch.open"]
    assert [change.verb for change in audit.history(User.objects.get(pk=user.pk))] == ["user.register"]
