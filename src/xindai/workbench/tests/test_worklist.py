"""What waits stands on the worklist of whoever may act, and people take, give and put it off."""

from datetime import timedelta

import pytest

from xindai.applications.models import Application
from xindai.applications.testing import answered
from xindai.contracts.testing import drawn_up, ready_to_pay
from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import RoleGrant, User
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import actor, make_branch, make_limit, make_user
from xindai.kernel import business_date, clock
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.kernel.models import OutboxEvent
from xindai.kernel.outbox import MAX_ATTEMPTS
from xindai.offers.testing import MIDDLING_FACTS, Scene, make_scene
from xindai.products.testing import ON
from xindai.underwriting import services as underwriting
from xindai.webhooks import services as webhooks
from xindai.webhooks.models import Endpoint
from xindai.webhooks.services.endpoints import note_disabled
from xindai.workbench import queries, services
from xindai.workbench.models import Handling
from xindai.workbench.queries import MINE, SNOOZED, TEAM, UNASSIGNED

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """A bank on its first day, in which an officer lends."""
    make_limit(Role.APPROVER, underwriting.CHECK_KIND, 100_000_00)
    found = make_scene()
    business_date.open_day(ON)
    return found


def referred(scene: Scene) -> Application:
    """An application that the rules leave to people."""
    application = answered(scene, facts=MIDDLING_FACTS)
    underwriting.decide_automatically(scene.officer, application_no=application.no, on=ON)
    return application


def keys(who: Actor) -> list[str]:
    return [item.key for item in queries.items(who)]


def tab_of(who: Actor, key: str) -> str:
    return queries.item(who, key).tab


def disabled_endpoint(administrator: Actor, reason: str) -> Endpoint:
    webhooks.allow_host(administrator, host="hooks.example.com")
    client = clients.register(Actor.system("test"), name="Core", roles=[Role.ACCOUNTANT], scopes=[Scope.LOANS_READ])
    made = webhooks.register(
        administrator,
        client_id=client.client.client_id,
        url="https://hooks.example.com/",
        event_names=["loan.repayment_recorded"],
    ).endpoint
    note_disabled(made, reason)
    return made


def colleague(scene: Scene, role: Role = Role.LOAN_OFFICER) -> tuple[User, Actor]:
    user = make_user(role, scene.branch)
    return user, Actor.of(user)


def test_a_subject_in_a_state_that_asks_for_an_act_is_work_and_is_gone_when_the_act_is_done(scene: Scene) -> None:
    application = answered(scene)
    assert keys(scene.officer) == [f"application.decide:{application.no}"]
    underwriting.decide_automatically(scene.officer, application_no=application.no, on=ON)
    assert keys(scene.officer) == [f"application.draw_up:{application.no}"]


def test_an_application_moves_from_the_officer_to_the_approver_when_it_is_recommended(scene: Scene) -> None:
    application = referred(scene)
    approver = actor(Role.APPROVER, scene.branch)
    assert keys(scene.officer) == [f"application.recommend:{application.no}"]
    assert keys(approver) == []
    check = underwriting.recommend(
        scene.officer,
        application_no=application.no,
        outcome="approve",
        reason_codes=["score"],
        words="seen",
        on=ON,
    )
    assert keys(scene.officer) == []
    assert keys(approver) == [f"check.credit_decision:{check.pk}"]


def test_what_somebody_has_asked_for_is_no_work_of_theirs(scene: Scene) -> None:
    user = make_user(Role.LOAN_OFFICER, scene.branch)
    RoleGrant.objects.create(user=user, role=Role.APPROVER, branch=scene.branch)
    both = Actor.of(user)
    application = referred(scene)
    underwriting.recommend(
        both, application_no=application.no, outcome="approve", reason_codes=["score"], words="seen", on=ON
    )
    assert keys(both) == []


def test_the_contract_asks_for_its_signatures_its_conditions_and_its_money(scene: Scene) -> None:
    drawn = drawn_up(scene)
    assert keys(scene.officer) == [f"contract.sign:{drawn.no}"]
    ready = ready_to_pay(scene)
    assert set(keys(scene.officer)) == {f"contract.sign:{drawn.no}", f"contract.disburse:{ready.no}"}


def test_while_the_customer_has_to_act_the_clock_stands_still(scene: Scene) -> None:
    drawn = drawn_up(scene)
    sla = queries.item(scene.officer, f"contract.sign:{drawn.no}").sla
    assert (sla.state, sla.turn) == ("paused", "customer")


def test_the_clock_of_an_application_is_the_promise_of_its_tier(scene: Scene) -> None:
    application = answered(scene)
    found = queries.item(scene.officer, f"application.decide:{application.no}")
    assert found.sla.by == application.promised_by
    assert found.tier == "standard" or found.tier in {"premium", "prospective"}
    assert found.amount_minor == application.offer.amount_minor  # type: ignore[union-attr]


def test_another_branch_sees_nothing_of_it(scene: Scene) -> None:
    application = answered(scene)
    stranger = actor(Role.LOAN_OFFICER, make_branch("B99"))
    assert keys(stranger) == []
    with pytest.raises(NotFound):
        services.claim(stranger, key=f"application.decide:{application.no}")


def test_an_auditor_sees_the_work_of_everybody_and_takes_none(scene: Scene) -> None:
    application = answered(scene)
    auditor = actor(Role.AUDITOR, scene.branch)
    key = f"application.decide:{application.no}"
    assert keys(auditor) == [key]
    with pytest.raises(NotPermitted):
        services.claim(auditor, key=key)


def test_what_is_taken_is_shown_to_the_others_with_the_name(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    _user, other = colleague(scene)
    services.claim(scene.officer, key=key)
    assert (tab_of(scene.officer, key), tab_of(other, key)) == (MINE, TEAM)
    assert queries.item(other, key).holder_id == scene.officer.user_id
    with pytest.raises(StateConflict):
        services.claim(other, key=key)


def test_taking_twice_keeps_one_row(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    services.claim(scene.officer, key=key)
    services.claim(scene.officer, key=key)
    assert Handling.objects.count() == 1


def test_giving_it_back_lets_colleagues_take_it(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    _user, other = colleague(scene)
    services.claim(scene.officer, key=key)
    with pytest.raises(StateConflict):
        services.release(other, key=key)
    services.release(scene.officer, key=key)
    assert tab_of(other, key) == UNASSIGNED


def test_it_is_given_only_to_a_colleague_of_the_branch_who_has_the_right(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    able, _able = colleague(scene)
    approver, _approver = colleague(scene, Role.APPROVER)
    elsewhere = make_user(Role.LOAN_OFFICER, make_branch("B99"))
    found = queries.item(scene.officer, key)
    offered = {name for name, _shown in queries.colleagues(scene.officer, found)}
    assert able.username in offered
    assert offered.isdisjoint({approver.username, elsewhere.username})
    for wrong in (approver, elsewhere):
        with pytest.raises(InvalidInput) as refused:
            services.assign(scene.officer, key=key, username=wrong.username)
        assert refused.value.field == "username"
    services.assign(scene.officer, key=key, username=able.username)
    assert queries.item(scene.officer, key).holder_id == able.pk


def test_taking_work_from_a_colleague_needs_a_note(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    able, other = colleague(scene)
    services.claim(scene.officer, key=key)
    with pytest.raises(InvalidInput) as refused:
        services.assign(other, key=key, username=able.username)
    assert refused.value.field == "note"
    services.assign(other, key=key, username=able.username, note="on leave")
    assert tab_of(other, key) == MINE


def test_what_is_put_off_comes_back_on_its_date(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    services.snooze(scene.officer, key=key, until=ON + timedelta(days=1), reason="waits for a call")
    assert tab_of(scene.officer, key) == SNOOZED
    business_date.close(ON)
    business_date.open_day(ON + timedelta(days=1))
    assert tab_of(scene.officer, key) == MINE


@pytest.mark.parametrize(("days", "reason", "field"), [(0, "x", "until"), (400, "x", "until"), (1, "  ", "reason")])
def test_putting_off_needs_a_later_date_within_the_policy_and_a_reason(
    scene: Scene, days: int, reason: str, field: str
) -> None:
    key = f"application.decide:{answered(scene).no}"
    with pytest.raises(InvalidInput) as refused:
        services.snooze(scene.officer, key=key, until=ON + timedelta(days=days), reason=reason)
    assert refused.value.field == field
    assert not Handling.objects.exists()


def test_taking_up_again_ends_the_putting_off(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    services.snooze(scene.officer, key=key, until=ON + timedelta(days=3), reason="waits")
    services.wake(scene.officer, key=key)
    assert tab_of(scene.officer, key) == MINE


def test_a_handling_of_before_the_item_began_says_nothing(scene: Scene) -> None:
    application = answered(scene)
    key = f"application.decide:{application.no}"
    services.claim(scene.officer, key=key)
    Application.objects.filter(pk=application.pk).update(submitted_at=clock.now() + timedelta(days=1))
    assert tab_of(scene.officer, key) == UNASSIGNED


def test_every_act_stands_in_the_audit_trail_with_who_and_verb(scene: Scene) -> None:
    key = f"application.decide:{answered(scene).no}"
    services.claim(scene.officer, key=key)
    services.release(scene.officer, key=key)
    changes = queries.history(queries.item(scene.officer, key))
    assert [(change.verb, change.actor) for change in changes] == [
        ("work.claim", scene.officer.label),
        ("work.release", scene.officer.label),
    ]


def test_the_counts_are_those_of_the_list(scene: Scene) -> None:
    taken, _left = answered(scene), drawn_up(scene)
    services.claim(scene.officer, key=f"application.decide:{taken.no}")
    found = queries.items(scene.officer)
    assert queries.counts(scene.officer) == {
        tab: sum(item.tab == tab for item in found) for tab in (MINE, TEAM, UNASSIGNED, SNOOZED)
    }
    assert queries.counts(scene.officer)[MINE] == 1


def test_a_day_whose_end_hangs_and_an_event_that_was_given_up_are_work(scene: Scene) -> None:
    accountant, administrator = actor(Role.ACCOUNTANT, scene.branch), actor(Role.ADMINISTRATOR)
    business_date.cut_off(ON)
    failed = OutboxEvent.objects.create(
        name="loan.disbursed",
        schema_version=1,
        aggregate_id="LN1",
        occurred_at=clock.now(),
        payload={},
        attempts=MAX_ATTEMPTS,
    )
    assert f"day.close:{ON.isoformat()}" in keys(accountant)
    assert f"event.failed:{failed.pk}" in keys(administrator)
    assert f"event.failed:{failed.pk}" not in keys(accountant)


def test_an_endpoint_that_the_house_gave_up_is_work_of_the_administrator_until_it_is_enabled(scene: Scene) -> None:
    administrator = actor(Role.ADMINISTRATOR)
    made = {reason: disabled_endpoint(administrator, reason) for reason in ("failing", "gone", "by_hand")}

    mine = {key for key in keys(administrator) if key.startswith("endpoint.disabled:")}

    assert mine == {f"endpoint.disabled:{made[reason].endpoint_id}" for reason in ("failing", "gone")}
    assert not any(key.startswith("endpoint.") for key in keys(scene.officer))
    for reason in ("failing", "gone"):
        webhooks.enable(administrator, endpoint_id=made[reason].endpoint_id)
    assert not any(key.startswith("endpoint.") for key in keys(administrator))


def test_late_comes_first_then_what_is_due_soonest(scene: Scene) -> None:
    later, sooner, late = answered(scene), answered(scene), answered(scene)
    now = clock.now()
    for application, days in ((later, 9), (sooner, 5), (late, -400)):
        Application.objects.filter(pk=application.pk).update(promised_by=now + timedelta(days=days))
    assert keys(scene.officer) == [f"application.decide:{one.no}" for one in (late, sooner, later)]
