"""The audit trail: the database writes who, what, when, before and after; nobody can rewrite it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from xindai.identity import services, verbs
from xindai.identity.actors import Actor
from xindai.identity.models import Branch, RoleGrant, User
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.identity.verbs import verb
from xindai.kernel import audit
from xindai.kernel.audit import Change

NAME = {"zh": "城东", "en": "East"}

pytestmark = pytest.mark.django_db


def told(change: Change) -> tuple[str, str | None, str | None]:
    return change.what, change.actor, change.verb


@pytest.mark.django_db(transaction=True)
def test_insert_update_and_delete_are_each_recorded_with_actor_verb_and_columns() -> None:
    administrator, user = actor(Role.ADMINISTRATOR), make_user()
    grant = services.grant_role(administrator, username=user.username, role=Role.AUDITOR)
    RoleGrant.objects.filter(pk=grant.pk).update(role=Role.APPROVER)
    with transaction.atomic():
        services.revoke_role(administrator, username=user.username, role=Role.APPROVER)
    given, changed, taken = audit.history(grant)
    assert told(given) == ("insert", administrator.label, "role.grant")
    assert given.before == {}
    assert given.after == {"id": grant.pk, "user_id": user.pk, "role": "auditor"}
    assert told(changed) == ("update", None, None)
    assert (changed.before, changed.after) == ({"role": "auditor"}, {"role": "approver"})
    assert told(taken) == ("delete", administrator.label, "role.revoke")
    assert (taken.before["role"], taken.after) == ("approver", {})


def test_the_moment_is_the_databases() -> None:
    branch = services.open_branch(actor(Role.ADMINISTRATOR), code="B01", name=NAME)
    assert datetime.now(UTC) - audit.history(branch)[0].at < timedelta(minutes=1)


def test_the_request_stands_in_the_record() -> None:
    token = audit.request_id.set("r-1")
    try:
        branch = services.open_branch(actor(Role.ADMINISTRATOR), code="B01", name=NAME)
    finally:
        audit.request_id.reset(token)
    assert audit.history(branch)[0].request_id == "r-1"


def test_only_columns_that_changed_are_told() -> None:
    branch = make_branch()
    branch.name = NAME
    branch.save()
    change = audit.history(branch)[-1]
    assert change.after == {"name": NAME, "version": 2}
    assert change.before == {"name": {"zh": "机构B01", "en": "Branch B01"}, "version": 1}


def test_rows_written_many_at_once_are_recorded_too() -> None:
    rows = Branch.objects.bulk_create(Branch(code=f"B{number}", name=NAME) for number in range(5))
    Branch.objects.update(name={"zh": "西", "en": "West"})
    assert [[change.what for change in audit.history(row)] for row in rows] == [["insert", "update"]] * 5


def test_of_verbs_within_verbs_the_outermost_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "VERBS", {})

    @verb("bank.found")
    def found(founder: Actor) -> Branch:
        return services.open_branch(founder, code="B01", name=NAME)

    change = audit.history(found(Actor.system("founding")))[0]
    assert told(change) == ("insert", "system:founding", "bank.found")


def test_what_was_rolled_back_is_not_in_the_trail() -> None:
    branch = make_branch()
    with transaction.atomic():
        Branch.objects.update(name=NAME)
        transaction.set_rollback(True)
    assert [change.what for change in audit.history(branch)] == ["insert"]


def test_a_password_is_never_kept_twice() -> None:
    user = make_user()
    names = {field.name for field in User.pgh_event_model._meta.get_fields()}  # type: ignore[attr-defined]
    assert "username" in names
    assert "password" not in names
    user.set_password("another-good-lighthouse")
    user.save()
    change = audit.history(user)[-1]
    assert change.after == {"version": 2}


@pytest.mark.pg15
@pytest.mark.parametrize(
    ("attack", "answer"),
    [
        ("UPDATE identity_branchhistory SET code = 'X'", "Cannot update"),
        ("UPDATE identity_branchhistory SET pgh_context = NULL", "Cannot update"),
        ("DELETE FROM identity_branchhistory", "Cannot update or delete"),
        ("TRUNCATE identity_branchhistory", "never emptied"),
        ("TRUNCATE identity_branch CASCADE", "never emptied"),
    ],
)
def test_no_statement_changes_the_trail_or_passes_it_by(attack: str, answer: str) -> None:
    branch = services.open_branch(actor(Role.ADMINISTRATOR), code="B01", name=NAME)
    before = audit.history(branch)
    connection.check_constraints()
    refused = pytest.raises(DatabaseError, match=answer)
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(attack)
    assert audit.history(branch) == before


@pytest.mark.django_db(transaction=True)
def test_after_a_verb_has_ended_nothing_is_ascribed_to_it() -> None:
    branch = services.open_branch(actor(Role.ADMINISTRATOR), code="B01", name=NAME)
    Branch.objects.filter(pk=branch.pk).update(code="B02")
    assert told(audit.history(branch)[-1]) == ("update", None, None)
