"""The second factor of those who work for the lender: codes of an app, codes for the day it is lost, and who needs one.

The codes are those of RFC 6238 (SHA-1, 6 digits, 30 seconds): what every app of that kind shows.
"""

import hmac
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Final

import pyotp
from django.utils.translation import gettext_lazy as _

from xindai.identity import queries, sign_ins
from xindai.identity.actors import Actor, person_id
from xindai.identity.models import CodeApp, FactorDuty, FactorReset, Passkey, RecoveryCode, User
from xindai.identity.roles import STAFF, Role
from xindai.identity.verbs import verb
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict, XindaiError
from xindai.kernel.texts import is_prose

DIGITS: Final = 6
STEP_SECONDS: Final = 30
WINDOW: Final = 1
"""So many steps before and after the present one are taken too: clocks of phones differ."""

MOST_WRONG: Final = 5
LOCKED: Final = timedelta(minutes=15)
"""So many wrong codes in a row lock a person's second factor for this time."""

RECOVERY_CODES: Final = 10
ISSUER: Final = "Xindai"
LONGEST_REASON: Final = 400

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and figures that nobody takes for one another on paper."""
_RECOVERY_LENGTH: Final = 10
_RECOVERY_HASH: Final = "recovery code"
_SHARED_KEY_CHARACTERS: Final = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """What an app needs: the secret for typing, and the address that a square of dots carries."""

    text: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's second factor stands: an app, passkeys, recovery codes left, and since when it is a duty."""

    has_app: bool
    is_begun: bool
    passkeys: int
    codes_left: int
    duty_since: date | None

    @property
    def is_there(self) -> bool:
        """Whether there is a second factor at all."""
        return self.has_app or self.passkeys > 0

    @property
    def is_missing(self) -> bool:
        """Whether there is none although it is a duty."""
        return self.duty_since is not None and not self.is_there


# --- who needs one ----------------------------------------------------------------------------------------------------


def duty_since(roles: Iterable[Role]) -> date | None:
    """The date since which one of the roles needs a second factor; None where none does yet.

    It begins with that day on the bank's own clocks: signing in knows no business date.
    """
    dated = FactorDuty.objects.filter(role__in=list(roles), since__isnull=False)
    first = dated.order_by("since").values_list("since", flat=True).first()
    return first if first is not None and clock.at_bank(first, time.min) <= clock.now() else None


def duties() -> dict[Role, FactorDuty | None]:
    """Every role of those who work for the lender, with its duty where one was ever set."""
    rows = {row.role: row for row in FactorDuty.objects.all()}
    return {role: rows.get(role) for role in Role if role in STAFF}


@verb("second_factor.set_duty")
def set_duty(actor: Actor, *, role: Role, since: date | None, reason: str) -> FactorDuty:
    """Ask a second factor of a role from a date on, at each person's next sign-in; without a date no longer.

    Raises InvalidInput for a role that is not of the lender's people or a missing reason, NotPermitted when an
    administrator would free a role of their own.
    """
    if role not in STAFF:
        raise InvalidInput("role", _("Only roles of the lender's people have this duty."), _("Choose another role."))
    row = FactorDuty.objects.select_for_update().filter(role=role).first() or FactorDuty(role=role)
    is_looser = row.since is not None and (since is None or since > row.since)
    if is_looser and actor.kind == "person" and role in actor.roles:
        raise NotPermitted(
            "second_factor.set_duty", _("You cannot free your own role."), _("Ask another administrator.")
        )
    row.since, row.reason = since, _checked_reason(reason)
    row.save()
    return row


def _checked_reason(reason: str) -> str:
    words = reason.strip()
    if not words or len(words) > LONGEST_REASON or not is_prose(words):
        raise InvalidInput("reason", _("A reason is needed, in at most 400 characters."), _("Say why, in short."))
    return words


# --- how it stands ----------------------------------------------------------------------------------------------------


def standing(user_id: int, roles: Iterable[Role]) -> Standing:
    """How the second factor of a person with these roles stands."""
    app = CodeApp.objects.filter(user_id=user_id).first()
    has_app = app is not None and app.confirmed_at is not None
    return Standing(
        has_app=has_app,
        is_begun=app is not None and not has_app,
        passkeys=Passkey.objects.filter(user_id=user_id).count(),
        codes_left=RecoveryCode.objects.filter(user_id=user_id, used_at=None).count() if has_app else 0,
        duty_since=duty_since(roles),
    )


def resets(user_id: int) -> list[FactorReset]:
    """When a person's second factor was reset, by whom and why, the latest first."""
    return list(FactorReset.objects.filter(user_id=user_id).order_by("-pk"))


def is_asked_for(actor: Actor) -> bool:
    """Whether a password alone does not open: the person works for the lender and has a second factor."""
    if actor.roles.isdisjoint(STAFF):
        return False
    has_app = CodeApp.objects.filter(user_id=person_id(actor), confirmed_at__isnull=False)
    return has_app.exists() or Passkey.objects.filter(user_id=person_id(actor)).exists()


def is_missing(actor: Actor) -> bool:
    """Whether somebody who has no second factor needs one today."""
    return duty_since(actor.roles) is not None and not is_asked_for(actor)


_MISSING: Final = "second_factor_missing"


def mark_missing(session: MutableMapping[str, Any]) -> None:
    """Note in a session that has just begun that nothing opens in it before a second factor is there."""
    session[_MISSING] = True


def is_marked_missing(session: Mapping[str, Any]) -> bool:
    """Whether nothing opens yet in a session."""
    return bool(session.get(_MISSING))


def settle(session: MutableMapping[str, Any]) -> None:
    """Note in a session that the second factor is there now."""
    session.pop(_MISSING, None)


# --- the app ----------------------------------------------------------------------------------------------------------


@verb("second_factor.begin")
def begin(actor: Actor, *, session_key: str | None) -> None:
    """Make a secret for the actor's app; it counts when a code of the app has been given.

    Raises StateConflict when an app counts already, XindaiError of status 403 when the sign-in is not fresh.
    """
    sign_ins.require_fresh(actor, session_key)
    user_id = person_id(actor)
    app = _locked(user_id) or CodeApp(user_id=user_id)
    if app.confirmed_at is not None:
        raise StateConflict(_("An app shows your codes already."), remedy=_("End it first, with a code of it."))
    app.sealed_secret = vault.seal(_subject(user_id), pyotp.random_base32(_SHARED_KEY_CHARACTERS))
    app.made_at, app.last_step, app.wrong = clock.now(), 0, 0
    app.save()


def begun(actor: Actor) -> Secret | None:
    """The secret of an app that does not count yet; nobody can read it afterwards."""
    app = CodeApp.objects.filter(user_id=person_id(actor), confirmed_at=None).first()
    if app is None:
        return None
    text = vault.unseal(_subject(app.user_id), app.sealed_secret)
    return Secret(text, pyotp.TOTP(text).provisioning_uri(name=actor.name, issuer_name=ISSUER))


@verb("second_factor.confirm")
def confirm(actor: Actor, *, code: str) -> list[str] | None:
    """Let the app count from now on; the recovery codes, told once, or None for a wrong code.

    Raises StateConflict when there is nothing to confirm, XindaiError of status 429 after too many wrong codes.
    """
    app = _locked(person_id(actor))
    if app is None or app.confirmed_at is not None:
        raise StateConflict(_("There is no app to confirm."), remedy=_("Begin again."))
    _refuse_locked(app)
    if not _is_counted_right(app, _takes(app, code)):
        return None
    app.confirmed_at = clock.now()
    app.save()
    return _new_codes(app.user_id)


@verb("second_factor.check")
def check(actor: Actor, *, user_id: int, code: str) -> str | None:
    """By which way a person's code opens - ``app`` or ``recovery`` -; None for a wrong one, which is counted.

    The same code opens once.  Raises XindaiError of status 429 while the second factor is locked.
    """
    app = _locked(user_id)
    if app is None or app.confirmed_at is None:
        return None
    _refuse_locked(app)
    way = "app" if _takes(app, code) else "recovery" if _uses_up(user_id, code) else None
    return way if _is_counted_right(app, way is not None) else None


@verb("second_factor.new_codes")
def new_codes(actor: Actor, *, code: str) -> list[str] | None:
    """Make new recovery codes, told once; those before open nothing.  None for a wrong code.

    Raises StateConflict without an app, XindaiError of status 429 while locked.
    """
    app = _confirmed(actor)
    return _new_codes(app.user_id) if _is_counted_right(app, _takes(app, code)) else None


@verb("second_factor.end")
def end(actor: Actor, *, code: str) -> bool:
    """End the actor's app with a code of it or a recovery code; False for a wrong code.

    Raises StateConflict without an app, or where a second factor is a duty and no passkey stands in for it; XindaiError
    of status 429 while locked.
    """
    app = _confirmed(actor)
    if duty_since(actor.roles) is not None and not Passkey.objects.filter(user_id=app.user_id).exists():
        raise StateConflict(
            _("Your role needs a second factor."), remedy=_("Add a passkey first, or ask an administrator for a reset.")
        )
    if not _is_counted_right(app, _takes(app, code) or _uses_up(app.user_id, code)):
        return False
    _remove_app(app.user_id)
    return True


@verb("second_factor.reset")
def reset(actor: Actor, *, username: str, reason: str) -> User:
    """Take somebody's app, recovery codes and passkeys away and end their sessions: their device is lost.

    Raises NotFound; NotPermitted for one's own; InvalidInput without a reason; StateConflict when there is nothing.
    """
    user = queries.user(username)
    if user.pk == actor.user_id:
        raise NotPermitted(
            "second_factor.reset", _("You cannot reset your own second factor."), _("Ask another administrator.")
        )
    words = _checked_reason(reason)
    keys = Passkey.objects.filter(user=user)
    if _locked(user.pk) is None and not keys.exists():
        raise StateConflict(_("This person has no second factor."), remedy=_("There is nothing to reset."))
    keys.delete()
    _remove_app(user.pk)
    FactorReset.objects.create(user=user, by=actor.label, reason=words, at=clock.now())
    sign_ins.end_all(user.pk)
    return user


# --- inside -----------------------------------------------------------------------------------------------------------


def _subject(user_id: int) -> str:
    """Under whose key the secret is sealed."""
    return f"user-{user_id}"


def _locked(user_id: int) -> CodeApp | None:
    return CodeApp.objects.select_for_update().filter(user_id=user_id).first()


def _confirmed(actor: Actor) -> CodeApp:
    """The actor's app, locked for this transaction.  Raises StateConflict, and XindaiError of status 429."""
    app = _locked(person_id(actor))
    if app is None or app.confirmed_at is None:
        raise StateConflict(_("No app shows your codes."), remedy=_("Set one up first."))
    _refuse_locked(app)
    return app


def _refuse_locked(app: CodeApp) -> None:
    if app.locked_until is not None and clock.now() < app.locked_until:
        raise XindaiError(
            "too_many_attempts",
            429,
            _("Too many wrong codes were entered; signing in by code is locked."),
            remedy=_("Wait a quarter of an hour, or ask an administrator."),
        )


def _is_counted_right(app: CodeApp, is_right: bool) -> bool:
    """Keep what a try came to: a right one clears the count, the fifth wrong one in a row locks."""
    app.wrong = 0 if is_right else app.wrong + 1
    if app.wrong >= MOST_WRONG:
        app.wrong, app.locked_until = 0, clock.now() + LOCKED
    app.save(update_fields=["wrong", "locked_until", "last_step"])
    return is_right


def _takes(app: CodeApp, code: str) -> bool:
    """Whether a code is the app's own of now, a step before or after, and later than the last one taken."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    shown = pyotp.TOTP(vault.unseal(_subject(app.user_id), app.sealed_secret), digits=DIGITS)
    found = 0
    for step in range(now - WINDOW, now + WINDOW + 1):
        # Every step is compared, so that time tells nothing of which.
        if hmac.compare_digest(shown.generate_otp(step), _plain(code)) and step > app.last_step:
            found = step
    app.last_step = max(app.last_step, found)
    return found > 0


def _uses_up(user_id: int, code: str) -> bool:
    """Whether a code is an unused recovery code of the person; it is used from now on."""
    hashed = _hash_of(user_id, _plain(code))
    return RecoveryCode.objects.filter(user_id=user_id, code_hash=hashed, used_at=None).update(used_at=clock.now()) > 0


def _new_codes(user_id: int) -> list[str]:
    RecoveryCode.objects.filter(user_id=user_id).delete()
    codes = ["".join(secrets.choice(_ALPHABET) for _n in range(_RECOVERY_LENGTH)) for _n in range(RECOVERY_CODES)]
    for code in codes:
        RecoveryCode.objects.create(user_id=user_id, code_hash=_hash_of(user_id, code), made_at=clock.now())
    half = _RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def _hash_of(user_id: int, code: str) -> str:
    return vault.lookup_hash(_RECOVERY_HASH, f"{user_id}/{code}")


def _plain(code: str) -> str:
    """A code as it is compared: ASCII letters and figures alone, small; full-width ones are read as such."""
    letters = unicodedata.normalize("NFKC", code).lower()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def _remove_app(user_id: int) -> None:
    RecoveryCode.objects.filter(user_id=user_id).delete()
    CodeApp.objects.filter(user_id=user_id).delete()
