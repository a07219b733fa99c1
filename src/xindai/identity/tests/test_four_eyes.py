"""Four eyes: what one person proposes, another one with enough authority confirms or returns."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from xindai.identity import checks, queries
from xindai.identity.actors import Actor
from xindai.identity.models import Check, CheckState, RoleGrant
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_limit, make_user
from xindai.kernel import audit, clock
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.kernel.testing import at_once

pytestmark = pytest.mark.django_db

AMOUNT = 500_00


@pytest.fixture
def maker() -> Actor:
    make_limit(Role.APPROVER, "write_off", AMOUNT)
    make_limit(Role.RISK_MANAGER, "write_off", 10 * AMOUNT)
    return actor(Role.COLLECTOR)


def proposed(maker: Actor, **changes: Any) -> Check:
    given: dict[str, Any] = {
        "kind": "write_off",
        "subject_kind": "loan",
        "subject_no": "LN26-1",
        "amount_minor": AMOUNT,
    }
    return checks.request(maker, **(given | changes))


def test_a_second_person_approves(maker: Actor) -> None:
    approver = actor(Role.APPROVER)
    check = checks.decide(approver, proposed(maker, payload={"code": "lost"}).pk, approve=True)
    check.refresh_from_db()
    assert (check.state, check.maker_id, check.checker_id) == (CheckState.APPROVED, maker.user_id, approver.user_id)
    assert check.decided_at is not None
    assert check.payload == {"code": "lost"}


def test_a_return_keeps_its_reason_and_needs_one(maker: Actor) -> None:
    check, approver = proposed(maker), actor(Role.APPROVER)
    for reason in ("", "  "):
        with pytest.raises(InvalidInput) as caught:
            checks.decide(approver, check.pk, approve=False, reason=reason)
        assert caught.value.field == "reason"
    checks.decide(approver, check.pk, approve=False, reason=" no evidence ")
    check.refresh_from_db()
    assert (check.state, check.reason) == (CheckState.RETURNED, "no evidence")


def test_whoever_proposes_does_not_confirm_even_with_the_authority() -> None:
    make_limit(Role.APPROVER, "write_off", AMOUNT)
    both = actor(Role.APPROVER)
    check = proposed(both)
    for approve in (True, False):
        with pytest.raises(NotPermitted):
            checks.decide(both, check.pk, approve=approve, reason="mine")
    check.refresh_from_db()
    assert check.state == CheckState.WAITING


def test_the_system_is_no_second_person(maker: Actor) -> None:
    with pytest.raises(NotPermitted):
        checks.decide(Actor.system("end_of_day"), proposed(maker).pk, approve=True)


def test_what_the_system_proposes_a_person_confirms(maker: Actor) -> None:
    check = proposed(Actor.system("end_of_day"))
    assert check.maker_id is None
    assert checks.decide(actor(Role.APPROVER), check.pk, approve=True).state == CheckState.APPROVED


def raw(maker: int | None, checker: int | None, state: str, *, is_decided: bool) -> Check:
    """A row past all services."""
    return Check.objects.create(
        kind="write_off", subject_kind="loan", subject_no="LN26-1", maker_id=maker, checker_id=checker, state=state,
        requested_at=clock.now(), decided_at=clock.now() if is_decided else None,
    )  # fmt: skip


def test_the_database_refuses_a_checker_who_is_the_maker() -> None:
    one = make_user().pk
    with pytest.raises(IntegrityError, match="identity_maker_is_not_checker"), transaction.atomic():
        raw(one, one, "approved", is_decided=True)


def test_the_database_refuses_to_let_the_maker_become_the_checker(maker: Actor) -> None:
    check = proposed(maker)
    with pytest.raises(IntegrityError, match="identity_maker_is_not_checker"), transaction.atomic():
        Check.objects.filter(pk=check.pk).update(checker_id=maker.user_id, state="approved", decided_at=clock.now())


@pytest.mark.parametrize(
    ("has_checker", "state", "is_decided"),
    [(False, "approved", True), (True, "approved", False), (False, "returned", False)],
)
def test_the_database_refuses_a_decision_without_person_or_moment(
    has_checker: bool, state: str, is_decided: bool
) -> None:
    checker = make_user().pk if has_checker else None
    with pytest.raises(IntegrityError, match="identity_decided_has_checker"), transaction.atomic():
        raw(make_user().pk, checker, state, is_decided=is_decided)


def test_an_amount_above_ones_authority_names_whose_is_needed(maker: Actor) -> None:
    check, approver = proposed(maker, amount_minor=AMOUNT + 1), actor(Role.APPROVER)
    with translation.override("en"), pytest.raises(NotPermitted) as caught:
        checks.decide(approver, check.pk, approve=True)
    assert caught.value.as_problem("en")["title"] == ("This is above your limit of authority; it needs: risk manager.")
    assert checks.decide(actor(Role.RISK_MANAGER), check.pk, approve=True).state == CheckState.APPROVED


def test_an_amount_above_everybodys_authority_says_so(maker: Actor) -> None:
    with pytest.raises(NotPermitted) as caught:
        checks.decide(actor(Role.RISK_MANAGER), proposed(maker, amount_minor=10**12).pk, approve=True)
    assert "a role with a higher limit" in str(caught.value.as_problem("en")["title"])


@pytest.mark.parametrize("changes", [{"kind": "disbursement"}, {"currency": "USD"}])
def test_a_limit_counts_for_its_kind_and_currency_alone(maker: Actor, changes: dict[str, str]) -> None:
    with pytest.raises(NotPermitted):
        checks.decide(actor(Role.RISK_MANAGER), proposed(maker, **changes).pk, approve=True)


def test_authority_in_another_branch_does_not_help(maker: Actor) -> None:
    own, other = make_branch("B01"), make_branch("B02")
    check = proposed(maker, branch_id=own.pk)
    user = make_user(Role.APPROVER, other)
    RoleGrant.objects.create(user=user, role=Role.LOAN_OFFICER, branch=own)
    with pytest.raises(NotPermitted):
        checks.decide(Actor.of(user), check.pk, approve=True)
    assert checks.decide(actor(Role.APPROVER, own), check.pk, approve=True).state == CheckState.APPROVED


def test_a_check_of_another_branch_is_not_found(maker: Actor) -> None:
    check = proposed(maker, branch_id=make_branch("B01").pk)
    with pytest.raises(NotFound):
        checks.decide(actor(Role.APPROVER, make_branch("B02")), check.pk, approve=True)


def test_what_is_decided_is_not_decided_again(maker: Actor) -> None:
    check = proposed(maker)
    checks.decide(actor(Role.APPROVER), check.pk, approve=True)
    with pytest.raises(StateConflict):
        checks.decide(actor(Role.APPROVER), check.pk, approve=False, reason="too late")
    check.refresh_from_db()
    assert check.state == CheckState.APPROVED


def test_one_proposal_of_a_kind_waits_for_a_subject(maker: Actor) -> None:
    first = proposed(maker)
    with pytest.raises(StateConflict) as caught:
        proposed(actor(Role.COLLECTOR))
    assert "LN26-1" in str(caught.value)
    with pytest.raises(IntegrityError, match="identity_one_waiting_check"), transaction.atomic():
        raw(maker.user_id, None, "waiting", is_decided=False)
    proposed(maker, kind="disbursement")
    checks.decide(actor(Role.APPROVER), first.pk, approve=False, reason="no evidence")
    assert proposed(maker).state == CheckState.WAITING


def test_the_queue_shows_the_branches_of_the_reader_the_oldest_first(maker: Actor) -> None:
    own, other = make_branch("B01"), make_branch("B02")
    first = proposed(maker, branch_id=own.pk)
    proposed(maker, branch_id=other.pk, subject_no="LN26-2")
    third = proposed(maker, subject_no="LN26-3")
    decided = proposed(maker, branch_id=own.pk, subject_no="LN26-4")
    checks.decide(actor(Role.APPROVER), decided.pk, approve=True)
    reader = actor(Role.APPROVER, own)
    assert queries.waiting_checks(reader) == [first, third]
    assert queries.waiting_checks(reader, ["disbursement"]) == []
    assert len(queries.waiting_checks(actor(Role.APPROVER))) == 3
    assert queries.waiting_check("write_off", "LN26-1") == first
    assert queries.waiting_check("write_off", "LN26-4") is None


def test_a_check_is_found_by_its_identity_and_kind(maker: Actor) -> None:
    check = proposed(maker)
    assert queries.check(check.pk, "write_off") == check
    for check_id, kind in ((check.pk, "disbursement"), (0, "write_off"), (0, None)):
        with pytest.raises(NotFound):
            queries.check(check_id, kind)


def test_the_trail_tells_who_proposed_and_who_decided(maker: Actor) -> None:
    approver = actor(Role.APPROVER)
    with transaction.atomic(), audit.acting(maker.label, "write_off.request"):
        check = proposed(maker)
    with transaction.atomic(), audit.acting(approver.label, "write_off.approve"):
        checks.decide(approver, check.pk, approve=True)
    asked, decided = audit.history(check)
    assert (asked.what, asked.actor, asked.after["state"]) == ("insert", maker.label, "waiting")
    assert (decided.what, decided.actor, decided.verb) == ("update", approver.label, "write_off.approve")
    assert (decided.before["state"], decided.after["state"]) == ("waiting", "approved")


@pytest.mark.django_db(transaction=True)
@pytest.mark.pg15
def test_of_two_checkers_at_once_one_decides() -> None:
    make_limit(Role.APPROVER, "write_off", AMOUNT)
    check = proposed(actor(Role.COLLECTOR))

    def decide(who: Actor, approve: bool) -> bool:
        try:
            with transaction.atomic():
                checks.decide(who, check.pk, approve=approve, reason="no evidence")
        except StateConflict:
            return False
        return True

    people = [(actor(Role.APPROVER), bool(number % 2)) for number in range(4)]
    won = at_once([lambda who=who, approve=approve: decide(who, approve) for who, approve in people])  # type: ignore[misc]
    assert sorted(won) == [False, False, False, True]
    winner, approve = people[won.index(True)]
    check.refresh_from_db()
    assert check.checker_id == winner.user_id
    assert check.state == (CheckState.APPROVED if approve else CheckState.RETURNED)
    assert len(audit.history(check)) == 2
