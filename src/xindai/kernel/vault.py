"""Personal data at rest: each subject has a data key of their own, wrapped by the bank's master key.

Sealing is AES-256-GCM with a random 96-bit nonce; the subject's identity is authenticated with the
text, so a sealed value cannot be moved to another row.  Destroying a subject's key makes all their
values unreadable everywhere, also in the audit trail and in backups of the tables.
"""

import hmac
import os
import threading
import time
from collections import OrderedDict
from functools import lru_cache
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from xindai.kernel import clock
from xindai.kernel.errors import NotFound
from xindai.kernel.models import SubjectKey

Subject = UUID | str

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_CACHED_KEYS: Final = 4096
_CACHE_SECONDS: Final = 300.0
"""A destroyed key is gone from every other process at the latest after this time."""


def seal(subject_id: Subject, text: str) -> bytes:
    """Encrypt a text under the subject's own key, which is made at first use.

    Raises NotFound when the subject's key has been destroyed.
    """
    return sealer(subject_id)(text)


class Sealer:
    """Seals many texts of one subject with one look-up of the key; see ``sealer``."""

    def __init__(self, subject_id: Subject, key: bytes) -> None:
        self.subject_id = subject_id
        self._subject = str(subject_id).encode()
        self._cipher = AESGCM(key)

    def __call__(self, text: str) -> bytes:
        """The ciphertext of a text, bound to its subject."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), self._subject)


def sealer(subject_id: Subject, *, is_new: bool = False) -> Sealer:
    """What seals many texts of one subject.

    ``is_new`` says that the subject was made in this transaction and has no key yet: none is looked for.
    Raises NotFound when the subject's key has been destroyed.
    """
    subject = str(subject_id)
    return Sealer(subject_id, (None if is_new else _key_of(subject)) or _make_key(subject, is_new=is_new))


def unseal(subject_id: Subject, sealed: bytes | memoryview) -> str:
    """The text of a sealed value.  Raises NotFound when the subject's key has been destroyed."""
    subject, sealed = str(subject_id), bytes(sealed)
    key = _key_of(subject)
    if key is None or sealed[:1] != _VERSION:
        raise _gone(subject)
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    return AESGCM(key).decrypt(nonce, body, subject.encode()).decode()


def lookup_hash(kind: str, text: str) -> str:
    """A keyed hash by which a sealed value is found again and kept unique; useless without the master key."""
    return hmac.new(_derived("lookup:" + kind), text.encode(), sha256).hexdigest()


def destroy(subject_id: Subject) -> None:
    """Destroy a subject's key for ever: what was sealed for them can never be read again."""
    subject = str(subject_id)
    SubjectKey.objects.filter(subject_id=subject).update(wrapped=b"", destroyed_at=clock.now())
    _cache.drop(subject)
    for kept in _kept_by_this_transaction(subject):
        kept.key = None


def forget() -> None:
    """Forget all unwrapped keys of this process."""
    _cache.clear()


class _KeyCache:
    """Unwrapped keys of this process, the latest used ones, each for a few minutes."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, subject: str) -> bytes | None:
        with self._lock:
            until, key = self._keys.get(subject, (0.0, b""))
            if until < time.monotonic():
                self._keys.pop(subject, None)
                return None
            self._keys.move_to_end(subject)
            return key

    def put(self, subject: str, key: bytes) -> None:
        with self._lock:
            self._keys[subject] = time.monotonic() + _CACHE_SECONDS, key
            if len(self._keys) > _CACHED_KEYS:
                self._keys.popitem(last=False)

    def drop(self, subject: str) -> None:
        with self._lock:
            self._keys.pop(subject, None)

    def clear(self) -> None:
        with self._lock:
            self._keys.clear()


_cache: Final = _KeyCache()


class _KeepWhenCommitted:
    """A key of a transaction that may yet be rolled back: it must not outlive it."""

    def __init__(self, subject: str, key: bytes) -> None:
        self.subject = subject
        self.key: bytes | None = key
        transaction.on_commit(self)

    def __call__(self) -> None:
        if self.key is not None:
            _cache.put(self.subject, self.key)


def _kept_by_this_transaction(subject: str) -> list[_KeepWhenCommitted]:
    """Keys that the transaction has read or made; Django drops what belongs to a savepoint rolled back."""
    waiting = [entry[1] for entry in connection.run_on_commit]
    return [act for act in waiting if isinstance(act, _KeepWhenCommitted) and act.subject == subject]


def _key_of(subject: str) -> bytes | None:
    """The subject's data key, None when there is none yet."""
    cached = _cache.get(subject)
    if cached is not None:
        return cached
    for kept in _kept_by_this_transaction(subject):
        if kept.key is not None:
            return kept.key
    row = SubjectKey.objects.filter(subject_id=subject).first()
    if row is None:
        return None
    if row.destroyed_at is not None:
        raise _gone(subject)
    key = aes_key_unwrap(_derived("wrap"), bytes(row.wrapped))
    _KeepWhenCommitted(subject, key)
    return key


def _make_key(subject: str, *, is_new: bool = False) -> bytes:
    key = AESGCM.generate_key(bit_length=256)
    wrapped = aes_key_wrap(_derived("wrap"), key)
    if is_new:
        SubjectKey.objects.create(subject_id=subject, wrapped=wrapped, created_at=clock.now())
        _KeepWhenCommitted(subject, key)
        return key
    row, _is_new = SubjectKey.objects.get_or_create(
        subject_id=subject, defaults={"wrapped": wrapped, "created_at": clock.now()}
    )
    return aes_key_unwrap(_derived("wrap"), bytes(row.wrapped))


@lru_cache(maxsize=64)
def _derived(purpose: str) -> bytes:
    """A key for one purpose, derived from the master key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(settings.MASTER_KEY)


def _gone(subject: str) -> NotFound:
    return NotFound(_("data key"), subject, remedy=_("The personal data have been deleted and cannot be restored."))
