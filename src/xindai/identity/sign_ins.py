"""Signing in by a code, and the sessions that signing in opens.

A code is asked for, made and checked in the same way whether or not anybody has the number under which it was asked
for: who asks learns nothing about whose number the lender knows.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.models import SignIn, SignInCode, User
from xindai.identity.verbs import verb
from xindai.kernel import clock, rate_limit, vault
from xindai.kernel.errors import NotFound, XindaiError

DIGITS: Final = 6
VALID: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
"""Wrong tries after which a code is dead."""

MOST_WRONG_OF_A_NUMBER: Final = 10
MOST_WRONG_OF_AN_ADDRESS: Final = 30
LOCKED: Final = timedelta(hours=1)
"""So many wrong tries within this time lock a number, or an address, until the oldest of them are older."""

_TEN_MINUTES: Final = 600
_DAY: Final = 24 * 3600
LIMITS: Final = (
    ("number", 3, _TEN_MINUTES),
    ("number", 10, _DAY),
    ("address", 10, _TEN_MINUTES),
    ("address", 60, _DAY),
)
"""How many codes may be asked for under one number and from one address, and in how many seconds."""

_CODE_HASH: Final = "sign-in code"
_ADDRESS_HASH: Final = "address of a sign-in"
_LONGEST_DEVICE: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was asked for: its identity, and until when it can be used."""

    code_id: UUID
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A code that was made, in clear: it is told once and kept nowhere."""

    code: str = field(repr=False)
    valid_until: datetime


@verb("sign_in.ask_code")
def ask_code(actor: Actor, *, number_hash: str, address: str) -> Asked:
    """Note that somebody at an address asks for a code under a number, known by its keyed hash.

    Raises XindaiError of status 429 when too many were asked for, or too many wrong ones were entered.
    """
    address_hash = vault.lookup_hash(_ADDRESS_HASH, address)
    _refuse_locked(number_hash, address_hash)
    for what, most, seconds in LIMITS:
        counted = number_hash if what == "number" else address_hash
        if not rate_limit.admits(f"code/{what}/{seconds}/{counted}", most, seconds):
            raise _too_many(seconds)
    now = clock.now()
    row = SignInCode.objects.create(
        number_hash=number_hash, address_hash=address_hash, asked_at=now, valid_until=now + VALID
    )
    return Asked(row.code_id, row.valid_until)


@verb("sign_in.set_code")
def set_code(actor: Actor, *, code_id: UUID) -> Made:
    """Make the code that was asked for; it is told once, here, and kept as a keyed hash only.  Raises NotFound."""
    row = SignInCode.objects.select_for_update().filter(code_id=code_id, used_at=None).first()
    if row is None:
        raise NotFound(_("sign-in code"), code_id)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row.code_hash = _hash_of(row.code_id, code)
    row.save(update_fields=["code_hash"])
    return Made(code, row.valid_until)


@verb("sign_in.check_code")
def check_code(actor: Actor, *, code_id: UUID, code: str, address: str) -> str | None:
    """The hash of the number under which the code was asked for, when the code is the right one; else None.

    Each wrong try is counted; after five the code is dead, and a code opens once.  Raises XindaiError of status 429
    when the number or the address is locked.
    """
    row = SignInCode.objects.select_for_update().filter(code_id=code_id).first()
    if row is None:
        return None
    _refuse_locked(row.number_hash, vault.lookup_hash(_ADDRESS_HASH, address))
    is_alive = row.used_at is None and row.tries < MOST_TRIES and clock.now() < row.valid_until
    is_right = hmac.compare_digest(_hash_of(row.code_id, code), row.code_hash or "-" * 64)
    if is_alive and is_right:
        row.used_at = clock.now()
        row.save(update_fields=["used_at"])
        return row.number_hash
    row.tries += 1
    row.save(update_fields=["tries"])
    return None


def _hash_of(code_id: UUID, code: str) -> str:
    return vault.lookup_hash(_CODE_HASH, f"{code_id}/{code}")


def _refuse_locked(number_hash: str, address_hash: str) -> None:
    """Refuse a number or an address of too many wrong tries, whether or not anybody has the number."""
    recent = SignInCode.objects.filter(asked_at__gt=clock.now() - LOCKED)
    for most, rows in (
        (MOST_WRONG_OF_A_NUMBER, recent.filter(number_hash=number_hash)),
        (MOST_WRONG_OF_AN_ADDRESS, recent.filter(address_hash=address_hash)),
    ):
        if (rows.aggregate(wrong=Sum("tries"))["wrong"] or 0) >= most:
            raise XindaiError(
                "too_many_attempts",
                429,
                _("Too many wrong codes were entered; signing in by code is locked."),
                remedy=_("Wait an hour, then ask for a new code, or ask your branch."),
            )


def _too_many(seconds: int) -> XindaiError:
    if seconds > _TEN_MINUTES:
        remedy = _("Wait until tomorrow, or ask your branch.")
    else:
        remedy = _("Wait ten minutes, then ask again.")
    return XindaiError("too_many_attempts", 429, _("Too many codes were asked for."), remedy=remedy)


# --- sessions -------------------------------------------------------------------------------------------------------


_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("MicroMessenger/", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def remember(request: HttpRequest, way: str) -> None:
    """Note the session that signing in has just opened for a request, so that its owner can see and end it."""
    if not isinstance(request.user, User):
        return
    if request.session.session_key is None:
        request.session.cycle_key()
    device = _device(request.headers.get("User-Agent", ""))
    begin(Actor.of(request.user), session_key=str(request.session.session_key), way=way, device=device)


def _device(agent: str) -> str:
    """A browser in two words, such as ``Chrome, Android``: enough to know one's own, too little to follow anybody."""
    parts = (next((name for sign, name in known if sign in agent), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(part for part in parts if part)


@verb("sign_in.begin")
def begin(actor: Actor, *, session_key: str, way: str, device: str = "") -> None:
    """Note a session that has just been opened, by which way and with which browser, so that its owner can see and end it."""
    SignIn.objects.create(
        user_id=_person(actor),
        session_key=session_key,
        way=way,
        device=device[:_LONGEST_DEVICE],
        began_at=clock.now(),
    )


@verb("sign_in.end")
def end(actor: Actor, *, sign_in_id: int) -> None:
    """End one of the actor's own sessions; ending it twice changes nothing.  Raises NotFound for another's too."""
    row = SignIn.objects.select_for_update().filter(pk=sign_in_id, user_id=_person(actor)).first()
    if row is None:
        raise NotFound(_("session"), sign_in_id)
    _close(row)


def end_all(user_id: int) -> None:
    """End every session of a person: a part of verbs that take away a way of signing in."""
    for row in SignIn.objects.select_for_update().filter(user_id=user_id, ended_at=None).order_by("pk"):
        _close(row)


def _close(row: SignIn) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(row.session_key).delete()
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])


FRESH: Final = timedelta(minutes=30)
"""So long after signing in a session may add a way of signing in."""


def require_fresh(actor: Actor, session_key: str | None) -> None:
    """Raise XindaiError of status 403 unless the actor signed in a short while ago in the session that asks.

    Whoever finds an open browser must not make it a door of their own.
    """
    recent = SignIn.objects.filter(
        user_id=_person(actor), session_key=session_key, ended_at=None, began_at__gt=clock.now() - FRESH
    )
    if session_key is None or not recent.exists():
        raise XindaiError(
            "sign_in_too_old",
            403,
            _("You signed in too long ago for this."),
            remedy=_("Sign out, sign in again and do it within half an hour."),
        )


def _person(actor: Actor) -> int:
    """The person who acts.  Raises NotFound for the system, which has no sessions."""
    if actor.user_id is None:
        raise NotFound(_("user"), actor.name)
    return actor.user_id


@dataclass(frozen=True, slots=True)
class Standing:
    """A session that stands: whether it is the one that asks, how and when it began."""

    id: int
    is_this: bool
    way: str
    device: str
    began_at: datetime


def standing(actor: Actor, session_key: str | None) -> list[Standing]:
    """The actor's sessions that can still be used, the latest first."""
    rows = list(SignIn.objects.filter(user_id=_person(actor), ended_at=None).order_by("-pk"))
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions = store.get_model_class().objects
    alive = set(
        sessions.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=clock.now()).values_list(
            "session_key", flat=True
        )
    )
    return [
        Standing(row.pk, row.session_key == session_key, row.way, row.device, row.began_at)
        for row in rows
        if row.session_key in alive
    ]
