"""The same key, the same answer: an act that is asked for twice happens once."""

import hashlib
import json
from collections.abc import Callable
from typing import TypeVar, cast

from django.db import transaction

from xindai.kernel import clock, sql
from xindai.kernel.errors import IdempotencyConflict, InFlight
from xindai.kernel.models import IdempotencyKey

Answer = TypeVar("Answer")


def fingerprint(content: object) -> str:
    """SHA-256 of the content's canonical JSON (dates and identifiers as text)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def once(scope: str, key: str, fingerprint: str, act: Callable[[], Answer]) -> Answer:
    """Run the act unless this key has been used in the scope; then return the first answer (JSON values).

    Two callers at once: the second waits for the first's transaction.  If the act fails, the key is
    free again.  Raises IdempotencyConflict when the key was used with another fingerprint.
    """
    with transaction.atomic():
        row, is_new = IdempotencyKey.objects.get_or_create(
            scope=scope, key=key, defaults={"fingerprint": fingerprint, "at": clock.now()}
        )
        if is_new:
            answer = act()
            row.answer = answer
            row.save(update_fields=["answer"])
            return answer
    if row.fingerprint != fingerprint:
        raise IdempotencyConflict(key)
    return cast("Answer", row.answer)


def once_or_refuse(scope: str, key: str, fingerprint: str, act: Callable[[], Answer]) -> tuple[Answer, bool]:
    """As ``once``, for callers who had rather be told than wait; also says whether the act was done now.

    Raises InFlight when another caller is at it, IdempotencyConflict when the key was used with another fingerprint.
    """
    with transaction.atomic():
        if not sql.try_lock(f"idempotency {scope} {key}"):
            raise InFlight(key)
        row = IdempotencyKey.objects.filter(scope=scope, key=key).first()
        if row is None:
            answer = act()
            IdempotencyKey.objects.create(scope=scope, key=key, fingerprint=fingerprint, answer=answer, at=clock.now())
            return answer, True
    if row.fingerprint != fingerprint:
        raise IdempotencyConflict(key)
    return cast("Answer", row.answer), False
