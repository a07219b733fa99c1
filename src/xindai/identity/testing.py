"""Factories for tests, and a device that keeps passkeys."""

import itertools
import json
import os
from hashlib import sha256
from typing import Any

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from xindai.identity.actors import Actor
from xindai.identity.models import AuthorityLimit, Bank, Branch, RoleGrant, User
from xindai.identity.roles import Role
from xindai.kernel import clock

PASSWORD = "correct-horse-battery"

_count = itertools.count(1)


def make_bank(*, is_demonstration: bool = True, parts: int = 1) -> Bank:
    """The bank of the test, made once."""
    row, _is_new = Bank.objects.get_or_create(
        code="TEST",
        defaults={
            "name": {"zh": "测试银行", "en": "Test Bank"},
            "founded_on": clock.today(),
            "is_demonstration": is_demonstration,
            "parts": parts,
        },
    )
    return row


def make_branch(code: str = "B01") -> Branch:
    """The branch with this code, made at first use."""
    row, _is_new = Branch.objects.get_or_create(
        code=code, defaults={"name": {"zh": f"机构{code}", "en": f"Branch {code}"}}
    )
    return row


def make_user(role: Role | None = None, branch: Branch | None = None, username: str | None = None) -> User:
    """A new user, with a role in a branch or - without one - in all branches."""
    user = User.objects.create_user(username or f"user{next(_count)}", PASSWORD)
    if role is not None:
        RoleGrant.objects.create(user=user, role=role, branch=branch)
    return user


def actor(role: Role, branch: Branch | None = None) -> Actor:
    """A new person with one role."""
    return Actor.of(make_user(role, branch))


def make_limit(role: Role, kind: str, amount_minor: int, currency: str = "CNY") -> AuthorityLimit:
    """A limit of authority."""
    row, _is_new = AuthorityLimit.objects.update_or_create(
        role=role, kind=kind, currency=currency, defaults={"amount_minor": amount_minor}
    )
    return row


def app_code(secret: str, steps: int = 0) -> str:
    """What an app with the secret shows now, or so many steps of 30 seconds later."""
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)


class Device:
    """A device that keeps one passkey and answers as a browser would, for whatever a test wants to go wrong.

    ``count`` is what its counter shows next; ``asks_owner`` whether it verifies its owner before it signs.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.owner = b""
        self.count = 0
        self.asks_owner = True

    def create(self, options: str) -> str:
        """Make the passkey that the options ask for; the answer without attestation, as JSON."""
        asked = json.loads(options)
        self.owner = base64url_to_bytes(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        held = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cbor2.dumps(public)
        data = self._data(asked["rp"]["id"], 0x40) + held
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._told("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=told, attestationObject=attestation, transports=["internal"])

    def get(self, options: str) -> str:
        """Sign the challenge of the options; the answer as JSON."""
        asked = json.loads(options)
        data, told = self._data(asked["rpId"], 0), self._told("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=told, authenticatorData=data, signature=signature, userHandle=self.owner)

    def _data(self, site: str, flags: int) -> bytes:
        self.count += 1
        flags |= 0x05 if self.asks_owner else 0x01
        return sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _told(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, **parts: Any) -> str:
        written = {name: bytes_to_base64url(part) if isinstance(part, bytes) else part for name, part in parts.items()}
        known_as = bytes_to_base64url(self.credential_id)
        return json.dumps({"id": known_as, "rawId": known_as, "type": "public-key", "response": written})
