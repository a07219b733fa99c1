"""Passkeys (WebAuthn level 2): registered, named, removed, and signed in with, without a password.

A device always asks its owner - by finger, face or a number of its own - before it signs: a passkey is two factors at once.
What the browser sends is checked by the library webauthn: challenge, origin, the name of the site, that the owner was
asked, the signature, and that the device's counter has moved on.
"""

import hmac
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import webauthn
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers import parse_registration_credential_json as parse_registration
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from xindai.identity import second_factor, sign_ins
from xindai.identity.actors import Actor, person_id
from xindai.identity.models import Passkey, User
from xindai.identity.verbs import verb
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict, Unavailable, XindaiError
from xindai.kernel.texts import is_line

MOST: Final = 10
"""So many passkeys may one person have."""
LONGEST_NAME: Final = 60
LONGEST_ANSWER: Final = 20_000
"""Characters of a browser's answer; real ones have about two thousand."""
VALID: Final = timedelta(minutes=5)
"""So long a challenge waits for its answer."""

_ISSUER: Final = "Xindai"
_OWNER_HASH: Final = "owner of a passkey"
_CHALLENGE: Final = "passkey_challenge"
_REFUSALS: Final = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
"""What the library raises for an answer that is not one."""

Purpose = Literal["add", "sign_in"]


@dataclass(frozen=True, slots=True)
class Site:
    """The name for which passkeys are made, and the address from which browsers must come."""

    name: str
    origin: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Site":
        """The site under which the request came.  Raises Unavailable under a bare number, for which no passkey can be made."""
        name = urlsplit(f"//{request.get_host()}").hostname or ""
        if _is_number(name):
            raise Unavailable(
                _("Passkeys need a name in the address, not a number."),
                remedy=_("Open the product under its name; on this machine under “localhost” in place of 127.0.0.1."),
            )
        return cls(name, f"{request.scheme}://{request.get_host()}")


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


# --- challenges -------------------------------------------------------------------------------------------------------


def options_to_add(actor: Actor, site: Site, session: MutableMapping[str, Any]) -> str:
    """What the browser needs to make a passkey for the actor, as JSON; its challenge is kept in the session."""
    user_id = person_id(actor)
    known = [
        PublicKeyCredentialDescriptor(base64url_to_bytes(row.credential_id), transports=_transports(row))
        for row in Passkey.objects.filter(user_id=user_id)
    ]
    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=_ISSUER,
        user_name=actor.name,
        user_id=_owner(user_id),
        exclude_credentials=known,
        timeout=VALID // timedelta(milliseconds=1),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    _keep(session, "add", options.challenge)
    return webauthn.options_to_json(options)


def options_to_sign_in(site: Site, session: MutableMapping[str, Any]) -> str:
    """What the browser needs to sign in with any passkey of this site, as JSON: it tells nothing about whose there are."""
    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        timeout=VALID // timedelta(milliseconds=1),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _keep(session, "sign_in", options.challenge)
    return webauthn.options_to_json(options)


def take_challenge(session: MutableMapping[str, Any], purpose: Purpose) -> bytes:
    """The challenge that waits in the session for an answer; it is gone afterwards.  Raises XindaiError when there is none."""
    kept = session.pop(_CHALLENGE, None) or {}
    if kept.get("for") != purpose or datetime.fromisoformat(kept["until"]) <= clock.now():
        raise refused("passkey_too_late")
    return base64url_to_bytes(kept["challenge"])


def _keep(session: MutableMapping[str, Any], purpose: Purpose, challenge: bytes) -> None:
    session[_CHALLENGE] = {
        "for": purpose,
        "challenge": bytes_to_base64url(challenge),
        "until": (clock.now() + VALID).isoformat(),
    }


def _transports(row: Passkey) -> list[AuthenticatorTransport]:
    return [AuthenticatorTransport(word) for word in row.transports]


def _owner(user_id: int) -> bytes:
    """How a device names the person: it tells nobody anything."""
    return bytes.fromhex(vault.lookup_hash(_OWNER_HASH, str(user_id)))


# --- the verbs --------------------------------------------------------------------------------------------------------


@verb("passkey.add")
def add(actor: Actor, *, name: str, answer: str, challenge: bytes, site: Site, session_key: str | None) -> Passkey:
    """Register the passkey that a device has just made.

    Raises InvalidInput for a name that is empty or too long, XindaiError of status 422 for an answer that is not one to
    the challenge and of status 403 when the sign-in is not fresh, StateConflict for one too many or one that is known.
    """
    sign_ins.require_fresh(actor, session_key)
    user_id, words = person_id(actor), _checked_name(name)
    User.objects.select_for_update().get(pk=user_id)
    if Passkey.objects.filter(user_id=user_id).count() >= MOST:
        raise StateConflict(_("You have {most} passkeys already."), remedy=_("Remove one first."), most=MOST)
    try:
        given = parse_registration(_bounded(answer))
        made = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _REFUSALS as error:
        raise refused() from error
    credential_id = bytes_to_base64url(made.credential_id)
    if Passkey.objects.filter(credential_id=credential_id).exists():
        raise StateConflict(_("This passkey is known already."), remedy=_("Choose another device."))
    return Passkey.objects.create(
        user_id=user_id,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=[str(way.value) for way in given.response.transports or ()],
        is_synced=made.credential_device_type == CredentialDeviceType.MULTI_DEVICE,
        name=words,
        made_at=clock.now(),
    )


@verb("passkey.sign_in")
def sign_in(actor: Actor, *, answer: str, challenge: bytes, site: Site) -> int:
    """The person whose passkey has signed the challenge; its counter is kept.

    Raises XindaiError of status 422, the same for whatever is wrong.
    """
    try:
        given = parse_authentication_credential_json(_bounded(answer))
        row = Passkey.objects.select_for_update().filter(credential_id=given.id).first()
        if row is None or not hmac.compare_digest(given.response.user_handle or b"", _owner(row.user_id)):
            raise refused()
        proven = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except _REFUSALS as error:
        raise refused() from error
    row.sign_count, row.last_used_at = proven.new_sign_count, clock.now()
    row.save(update_fields=["sign_count", "last_used_at"])
    return row.user_id


@verb("passkey.rename")
def rename(actor: Actor, *, passkey_id: int, name: str) -> Passkey:
    """Give one of the actor's own passkeys another name.  Raises NotFound for another's too, InvalidInput for the name."""
    row = _own(actor, passkey_id)
    row.name = _checked_name(name)
    row.save(update_fields=["name"])
    return row


@verb("passkey.remove")
def remove(actor: Actor, *, passkey_id: int) -> None:
    """Let one of the actor's own passkeys open nothing any more.

    Raises NotFound for another's too, StateConflict for the last second factor of somebody whose duty it is.
    """
    row = _own(actor, passkey_id)
    standing = second_factor.standing(row.user_id, actor.roles)
    if standing.duty_since is not None and not standing.has_app and standing.passkeys == 1:
        raise StateConflict(
            _("Your role needs a second factor."), remedy=_("Set up an app or add another passkey first.")
        )
    row.delete()


def of(actor: Actor) -> list[Passkey]:
    """The actor's own passkeys, the oldest first."""
    return list(Passkey.objects.filter(user_id=person_id(actor)).order_by("pk"))


def _own(actor: Actor, passkey_id: int) -> Passkey:
    row = Passkey.objects.select_for_update().filter(pk=passkey_id, user_id=person_id(actor)).first()
    if row is None:
        raise NotFound(_("passkey"), passkey_id)
    return row


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("longer than any answer of a browser")
    return answer


def _checked_name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME or not is_line(words):
        raise InvalidInput(
            "name",
            _("The name is empty, too long, or holds characters that cannot be kept."),
            _("Give a name of up to {most} characters."),
            most=LONGEST_NAME,
        )
    return words


def refused(code: str = "passkey_refused") -> XindaiError:
    """The error of status 422 for a passkey that does not open; its text is the same for whatever is wrong."""
    return XindaiError(
        code,
        422,
        _("The passkey was not accepted."),
        remedy=_("Load the page again and try once more; if it goes on, sign in another way."),
    )
