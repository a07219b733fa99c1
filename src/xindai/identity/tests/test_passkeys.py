"""Passkeys: only the device that was registered, on this site, with its owner asked, with a challenge of now, opens."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from xindai.identity import passkeys, second_factor, sign_ins
from xindai.identity.actors import Actor
from xindai.identity.models import Passkey
from xindai.identity.passkeys import Site
from xindai.identity.roles import Role
from xindai.identity.testing import Device, actor
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict, Unavailable, XindaiError

pytestmark = pytest.mark.django_db

DOOR = Actor.system("sign_in")
SITE = Site("loans.example", "https://loans.example")


def signed_in(role: Role = Role.LOAN_OFFICER) -> Actor:
    who = actor(role)
    sign_ins.begin(who, session_key=f"session-{who.user_id}", way="password")
    return who


def add(who: Actor, device: Device, name: str = "Phone", site: Site = SITE) -> Passkey:
    session: dict[str, Any] = {}
    answer = device.create(passkeys.options_to_add(who, site, session))
    challenge = passkeys.take_challenge(session, "add")
    return passkeys.add(
        who, name=name, answer=answer, challenge=challenge, site=site, session_key=f"session-{who.user_id}"
    )


def enter(device: Device, site: Site = SITE) -> int:
    session: dict[str, Any] = {}
    answer = device.get(passkeys.options_to_sign_in(site, session))
    return passkeys.sign_in(DOOR, answer=answer, challenge=passkeys.take_challenge(session, "sign_in"), site=site)


def refused(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(XindaiError) as error:
        act()
    return error.value.status, str(error.value)


@pytest.fixture
def device() -> Device:
    return Device(SITE.origin)


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.BORROWER])
def test_a_device_that_was_registered_opens_for_its_owner(device: Device, role: Role) -> None:
    who = signed_in(role)
    row = add(who, device, "  My   phone ")
    assert row.name == "My phone"
    assert enter(device) == who.user_id
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert row.sign_count == device.count


def test_a_passkey_is_a_second_factor_of_staff_and_leaves_borrowers_their_other_ways(device: Device) -> None:
    officer, borrower = signed_in(), signed_in(Role.BORROWER)
    add(officer, device)
    add(borrower, Device(SITE.origin))
    assert second_factor.is_asked_for(officer)
    assert not second_factor.is_asked_for(borrower)


def test_a_device_that_does_not_ask_its_owner_is_not_registered_and_does_not_open(device: Device) -> None:
    who = signed_in()
    device.asks_owner = False
    assert refused(lambda: add(who, device))[0] == 422
    device.asks_owner = True
    add(who, device)
    device.asks_owner = False
    assert refused(lambda: enter(device))[0] == 422


@pytest.mark.parametrize("back", [0, 1])
def test_a_counter_that_stands_still_or_goes_back_opens_nothing(device: Device, back: int) -> None:
    add(signed_in(), device)
    enter(device)
    device.count -= 1 + back
    assert refused(lambda: enter(device))[0] == 422
    device.count += 1 + back
    assert enter(device)


def test_a_device_without_a_counter_opens_again_and_again(device: Device) -> None:
    who = signed_in()
    device.count = -1
    add(who, device)
    for _time in range(2):
        device.count = -1
        assert enter(device) == who.user_id


@pytest.mark.parametrize("origin", ["https://evil.example", "http://loans.example", "https://loans.example:8443"])
def test_an_answer_from_another_address_is_refused(origin: str) -> None:
    who, elsewhere = signed_in(), Device(origin)
    assert refused(lambda: add(who, elsewhere))[0] == 422
    elsewhere.origin = SITE.origin
    add(who, elsewhere)
    elsewhere.origin = origin
    assert refused(lambda: enter(elsewhere))[0] == 422


def test_a_passkey_of_another_site_opens_nothing_here(device: Device) -> None:
    add(signed_in(), device)
    other = Site("other.example", SITE.origin)
    session: dict[str, Any] = {}
    answer = device.get(passkeys.options_to_sign_in(other, session))
    challenge = passkeys.take_challenge(session, "sign_in")
    assert refused(lambda: passkeys.sign_in(DOOR, answer=answer, challenge=challenge, site=SITE))[0] == 422


def test_a_challenge_is_taken_once_in_time_and_for_its_purpose(device: Device) -> None:
    session: dict[str, Any] = {}
    passkeys.options_to_sign_in(SITE, session)
    assert refused(lambda: passkeys.take_challenge(session, "add"))[0] == 422
    assert refused(lambda: passkeys.take_challenge(session, "sign_in"))[0] == 422, "asked for wrongly, it is gone"
    passkeys.options_to_sign_in(SITE, session)
    with clock.simulated(clock.now() + passkeys.VALID):
        assert refused(lambda: passkeys.take_challenge(session, "sign_in"))[0] == 422


def test_an_answer_to_an_earlier_challenge_is_refused(device: Device) -> None:
    add(signed_in(), device)
    session: dict[str, Any] = {}
    stolen = device.get(passkeys.options_to_sign_in(SITE, session))
    passkeys.options_to_sign_in(SITE, session)
    challenge = passkeys.take_challenge(session, "sign_in")
    assert refused(lambda: passkeys.sign_in(DOOR, answer=stolen, challenge=challenge, site=SITE))[0] == 422


def test_an_unknown_device_and_a_wrong_one_are_refused_alike(device: Device) -> None:
    add(signed_in(), device)
    stranger = Device(SITE.origin)
    stranger.owner = device.owner
    forger = Device(SITE.origin)
    forger.credential_id, forger.owner, forger.count = device.credential_id, device.owner, 9
    assert refused(lambda: enter(stranger)) == refused(lambda: enter(forger))


def test_a_device_that_names_another_owner_opens_nothing(device: Device) -> None:
    add(signed_in(), device)
    device.owner = b"somebody else"
    assert refused(lambda: enter(device))[0] == 422


@given(
    answer=some.one_of(
        some.text(max_size=60),
        some.recursive(
            some.none() | some.booleans() | some.integers() | some.text(max_size=12),
            lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "attestationObject"]), inner, max_size=6),
            max_leaves=12,
        ).map(json.dumps),
    )
)  # fmt: skip
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_no_answer_of_a_browser_is_refused_in_words(answer: str) -> None:
    assert refused(lambda: passkeys.sign_in(DOOR, answer=answer, challenge=b"x" * 64, site=SITE))[0] == 422


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x07b"])
def test_a_passkey_has_a_name_that_can_be_kept(device: Device, name: str) -> None:
    who = signed_in()
    with pytest.raises(InvalidInput):
        add(who, device, name)
    row = add(who, device)
    with pytest.raises(InvalidInput):
        passkeys.rename(who, passkey_id=row.pk, name=name)
    row.refresh_from_db()
    assert row.name == "Phone"


def test_another_persons_passkey_does_not_exist(device: Device) -> None:
    row, other = add(signed_in(), device), signed_in()
    with pytest.raises(NotFound):
        passkeys.rename(other, passkey_id=row.pk, name="Mine")
    with pytest.raises(NotFound):
        passkeys.remove(other, passkey_id=row.pk)
    assert passkeys.of(other) == []


def test_a_removed_passkey_opens_nothing(device: Device) -> None:
    who = signed_in()
    passkeys.remove(who, passkey_id=add(who, device).pk)
    assert refused(lambda: enter(device))[0] == 422


def test_the_last_second_factor_of_a_duty_stays_and_the_one_before_goes(device: Device) -> None:
    who = signed_in()
    rows = [add(who, device), add(who, Device(SITE.origin), "Key")]
    second_factor.set_duty(DOOR, role=Role.LOAN_OFFICER, since=clock.today(), reason="policy")
    passkeys.remove(who, passkey_id=rows[0].pk)
    with pytest.raises(StateConflict):
        passkeys.remove(who, passkey_id=rows[1].pk)
    assert [row.pk for row in passkeys.of(who)] == [rows[1].pk]


def test_the_same_device_is_registered_once_and_nobody_has_more_than_ten(device: Device) -> None:
    who = signed_in()
    add(who, device)
    with pytest.raises(StateConflict):
        add(signed_in(), device)
    for number in range(1, passkeys.MOST):
        add(who, Device(SITE.origin), f"Key {number}")
    with pytest.raises(StateConflict):
        add(who, Device(SITE.origin))


def test_adding_one_needs_a_sign_in_not_long_ago(device: Device) -> None:
    who = signed_in()
    with clock.simulated(clock.now() + timedelta(minutes=31)):
        assert refused(lambda: add(who, device))[0] == 403
    assert passkeys.of(who) == []


@pytest.mark.parametrize(
    ("host", "is_https", "site"),
    [
        ("localhost:8000", False, Site("localhost", "http://localhost:8000")),
        ("localhost", True, Site("localhost", "https://localhost")),
        ("127.0.0.1:8000", False, None),
        ("[::1]:8000", False, None),
    ],
)
def test_a_site_has_a_name_and_no_number(host: str, is_https: bool, site: Site | None) -> None:
    request = RequestFactory().get("/", headers={"host": host}, secure=is_https)
    if site is None:
        with pytest.raises(Unavailable):
            Site.of(request)
    else:
        assert Site.of(request) == site
