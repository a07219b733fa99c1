"""The app's codes: taken once and in time, locked after too many wrong ones, replaced by recovery codes, reset by others."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from xindai.identity import queries, second_factor, services, sign_ins
from xindai.identity.actors import Actor, person_id
from xindai.identity.models import CodeApp, FactorDuty, FactorReset, RecoveryCode, SignIn
from xindai.identity.roles import STAFF, Role
from xindai.identity.testing import actor, app_code
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict, XindaiError

pytestmark = pytest.mark.django_db

DOOR = Actor.system("sign_in")
SESSION = "a-session-of-this-test"


@pytest.fixture(autouse=True)
def _standing_clock() -> Iterator[None]:
    """No test runs across the end of a code's 30 seconds."""
    with clock.simulated(clock.now()):
        yield


def fresh(who: Actor) -> Actor:
    sign_ins.begin(who, session_key=f"{SESSION}-{who.user_id}", way="password")
    return who


def begin(who: Actor) -> str:
    """Begin an app; its secret."""
    second_factor.begin(who, session_key=f"{SESSION}-{who.user_id}")
    secret = second_factor.begun(who)
    assert secret is not None
    return secret.text


@pytest.fixture
def officer() -> Actor:
    return fresh(actor(Role.LOAN_OFFICER))


@pytest.fixture
def enrolled(officer: Actor) -> tuple[Actor, str, list[str]]:
    """An officer with an app, its secret and the recovery codes; the code of the step before now has been taken."""
    secret = begin(officer)
    codes = second_factor.confirm(officer, code=app_code(secret, -1))
    assert codes is not None
    return officer, secret, codes


def check(who: Actor, code: str) -> str | None:
    assert who.user_id is not None
    return second_factor.check(DOOR, user_id=who.user_id, code=code)


def test_an_app_counts_only_after_a_code_of_it_was_given(officer: Actor) -> None:
    secret = begin(officer)
    assert not second_factor.is_asked_for(officer)
    assert check(officer, app_code(secret)) is None
    wrong = f"{(int(app_code(secret)) + 1) % 10**6:06d}"
    assert second_factor.confirm(officer, code=wrong) is None
    assert not second_factor.is_asked_for(officer)
    assert second_factor.confirm(officer, code=app_code(secret)) is not None
    assert second_factor.is_asked_for(officer)


def test_the_secret_is_kept_sealed_and_told_no_longer_once_the_app_counts(
    enrolled: tuple[Actor, str, list[str]],
) -> None:
    who, secret, _codes = enrolled
    assert second_factor.begun(who) is None
    assert secret.encode() not in bytes(CodeApp.objects.get().sealed_secret)


def test_the_address_in_the_square_names_house_person_and_secret(officer: Actor) -> None:
    begin(officer)
    secret = second_factor.begun(officer)
    assert secret is not None
    assert secret.address == f"otpauth://totp/Xindai:{officer.name}?secret={secret.text}&issuer=Xindai"


def test_the_same_code_opens_once(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, secret, _codes = enrolled
    assert check(who, app_code(secret)) == "app"
    assert check(who, app_code(secret)) is None


def test_a_code_before_the_last_one_taken_opens_no_more(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, secret, _codes = enrolled
    assert check(who, app_code(secret, 1)) == "app"
    assert check(who, app_code(secret)) is None


@pytest.mark.parametrize(("steps", "way"), [(-2, None), (0, "app"), (1, "app"), (2, None)])
def test_codes_of_one_step_around_now_open_and_no_others(
    enrolled: tuple[Actor, str, list[str]], steps: int, way: str | None
) -> None:
    who, secret, _codes = enrolled
    with clock.simulated(clock.now() + timedelta(minutes=5)):
        assert check(who, app_code(secret, steps)) == way


def test_full_width_digits_and_spaces_are_read_as_people_write_them(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, secret, _codes = enrolled
    shown = app_code(secret)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in shown[:3])
    assert check(who, f"{wide} {shown[3:]}") == "app"


def test_five_wrong_codes_lock_for_a_quarter_of_an_hour_and_the_right_one_too(
    enrolled: tuple[Actor, str, list[str]],
) -> None:
    who, secret, codes = enrolled
    for _time in range(second_factor.MOST_WRONG):
        assert check(who, "no code") is None
    for code in (app_code(secret), codes[0]):
        with pytest.raises(XindaiError) as refused:
            check(who, code)
        assert refused.value.status == 429
    with clock.simulated(clock.now() + second_factor.LOCKED):
        assert check(who, app_code(secret)) == "app"


def test_a_right_code_clears_the_count_of_wrong_ones(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, secret, codes = enrolled
    for code in (app_code(secret), codes[0]):
        for _time in range(second_factor.MOST_WRONG - 1):
            assert check(who, "no code") is None
        assert check(who, code) is not None


def test_a_recovery_code_opens_once_and_is_kept_as_a_hash_only(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, _secret, codes = enrolled
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    assert check(who, codes[3].upper()) == "recovery"
    assert check(who, codes[3]) is None
    kept = set(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert kept.isdisjoint({*codes, *(code.replace("-", "") for code in codes)})
    assert second_factor.standing(who.user_id or 0, who.roles).codes_left == second_factor.RECOVERY_CODES - 1


def test_new_recovery_codes_need_a_code_and_end_the_old_ones(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, secret, codes = enrolled
    assert second_factor.new_codes(who, code="no code") is None
    newer = second_factor.new_codes(who, code=app_code(secret))
    assert newer is not None
    assert check(who, codes[0]) is None
    assert check(who, newer[0]) == "recovery"


def test_a_recovery_code_of_another_person_opens_nothing(enrolled: tuple[Actor, str, list[str]]) -> None:
    _who, _secret, codes = enrolled
    other = fresh(actor(Role.APPROVER))
    second_factor.confirm(other, code=app_code(begin(other)))
    assert check(other, codes[0]) is None


def test_an_app_ends_with_a_code_of_it_alone(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, secret, _codes = enrolled
    assert not second_factor.end(who, code="no code")
    assert second_factor.is_asked_for(who)
    assert second_factor.end(who, code=app_code(secret))
    assert not second_factor.is_asked_for(who)
    assert not RecoveryCode.objects.exists()


def test_an_app_that_is_a_duty_does_not_end(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, secret, _codes = enrolled
    second_factor.set_duty(DOOR, role=Role.LOAN_OFFICER, since=clock.today(), reason="policy")
    with pytest.raises(StateConflict):
        second_factor.end(who, code=app_code(secret))
    assert second_factor.is_asked_for(who)


def test_an_app_that_counts_cannot_be_replaced_from_an_open_browser(enrolled: tuple[Actor, str, list[str]]) -> None:
    who, _secret, _codes = enrolled
    with pytest.raises(StateConflict):
        begin(who)


@pytest.mark.parametrize("minutes", [0, 31])
def test_beginning_an_app_needs_a_sign_in_of_this_session_not_long_ago(minutes: int) -> None:
    who = actor(Role.LOAN_OFFICER)
    if minutes:
        fresh(who)
    with clock.simulated(clock.now() + timedelta(minutes=minutes)), pytest.raises(XindaiError) as refused:
        begin(who)
    assert (refused.value.status, refused.value.code) == (403, "sign_in_too_old")
    assert not CodeApp.objects.exists()


def test_a_duty_counts_from_its_date_on_for_its_role_alone(officer: Actor) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    second_factor.set_duty(DOOR, role=Role.LOAN_OFFICER, since=tomorrow, reason="policy")
    assert not second_factor.is_missing(officer)
    with clock.simulated(clock.now() + timedelta(days=1)):
        assert second_factor.is_missing(officer)
        assert not second_factor.is_missing(actor(Role.APPROVER))
    second_factor.set_duty(DOOR, role=Role.LOAN_OFFICER, since=None, reason="policy ended")
    assert second_factor.duty_since({Role.LOAN_OFFICER}) is None


def test_an_administrator_frees_no_role_of_their_own_but_may_bind_it() -> None:
    admin, today = actor(Role.ADMINISTRATOR), clock.today()
    second_factor.set_duty(admin, role=Role.ADMINISTRATOR, since=today, reason="policy")
    for since in (None, today + timedelta(days=30)):
        with pytest.raises(NotPermitted):
            second_factor.set_duty(admin, role=Role.ADMINISTRATOR, since=since, reason="policy")
    assert FactorDuty.objects.get().since == today
    assert second_factor.set_duty(admin, role=Role.AUDITOR, since=today, reason="policy").since == today


@pytest.mark.parametrize(
    ("role", "reason", "field"),
    [(Role.BORROWER, "policy", "role"), (Role.SYSTEM, "policy", "role"), (Role.AUDITOR, "  ", "reason"), (Role.AUDITOR, "x" * 401, "reason")],
)  # fmt: skip
def test_a_duty_is_of_the_lenders_people_and_has_a_reason(role: Role, reason: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        second_factor.set_duty(DOOR, role=role, since=None, reason=reason)
    assert refused.value.field == field
    assert not FactorDuty.objects.exists()


@pytest.mark.parametrize("is_demonstration", [True, False])
def test_a_bank_with_real_money_asks_a_second_factor_from_its_first_day(is_demonstration: bool) -> None:
    services.found_bank(
        Actor.system("setup"),
        code="REAL",
        name={"zh": "某银行", "en": "A bank"},
        currency="CNY",
        founded_on=date(2026, 1, 5),
        is_demonstration=is_demonstration,
    )
    bound = {row.role for row in FactorDuty.objects.filter(since=date(2026, 1, 5))}
    assert bound == (set() if is_demonstration else set(STAFF))


def test_a_reset_takes_everything_away_ends_the_sessions_and_keeps_who_and_why(
    enrolled: tuple[Actor, str, list[str]],
) -> None:
    who, secret, codes = enrolled
    admin = actor(Role.ADMINISTRATOR)
    second_factor.reset(admin, username=who.name, reason="Phone lost; known in person.")
    assert check(who, app_code(secret)) is None
    assert check(who, codes[0]) is None
    assert not SignIn.objects.filter(user_id=person_id(who), ended_at=None).exists()
    row = FactorReset.objects.get()
    assert (row.user_id, row.by, row.reason) == (who.user_id, admin.label, "Phone lost; known in person.")
    with pytest.raises(StateConflict):
        second_factor.reset(admin, username=who.name, reason="Again.")


def test_nobody_resets_their_own_or_without_the_right_or_without_a_reason(
    enrolled: tuple[Actor, str, list[str]],
) -> None:
    who, _secret, _codes = enrolled
    admin = fresh(actor(Role.ADMINISTRATOR))
    second_factor.confirm(admin, code=app_code(begin(admin)))
    with pytest.raises(NotPermitted):
        second_factor.reset(admin, username=admin.name, reason="My own.")
    with pytest.raises(NotPermitted):
        second_factor.reset(actor(Role.AUDITOR), username=who.name, reason="Curious.")
    with pytest.raises(InvalidInput):
        second_factor.reset(admin, username=who.name, reason=" ")
    assert second_factor.is_asked_for(who)
    assert second_factor.is_asked_for(admin)


def test_a_borrower_sets_up_no_app() -> None:
    with pytest.raises(NotPermitted):
        begin(fresh(actor(Role.BORROWER)))
    assert queries.users().count() == 1
