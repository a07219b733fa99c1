"""How often somebody may knock at the door: counted in the database, so that all server processes share the counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from xindai.kernel import clock, sql
from xindai.kernel.models import RequestWindow, SignInAttempt

SECONDS: Final = 60
"""The span in which attempts are counted, unless another is asked for."""


def admits(address: str, most: int, seconds: int = SECONDS) -> bool:
    """Count an attempt to sign in from an address; False, and not counted, when it has had as many as it may.

    ``address`` is whatever is counted by: only its hash is kept, so that what is easily guessed comes as a keyed hash.
    """
    known_as, now = sha256(address.encode()).hexdigest(), clock.now()
    recent = SignInAttempt.objects.filter(address_hash=known_as, at__gt=now - timedelta(seconds=seconds))
    if recent.count() >= most:
        return False
    SignInAttempt.objects.create(address_hash=known_as, at=now)
    return True


@dataclass(frozen=True, slots=True)
class Allowance:
    """What somebody may still ask: ``remaining`` requests within the next ``resets_in`` seconds; ``most`` in a full minute."""

    most: int
    remaining: int
    resets_in: int
    is_admitted: bool


def count(name: str, most: int) -> Allowance:
    """Count a request under a name and say whether it is within the minute's allowance."""
    now = clock.now()
    began_at, asked = sql.count_in_window(RequestWindow, name, now, now - timedelta(seconds=SECONDS))
    left = began_at + timedelta(seconds=SECONDS) - now
    return Allowance(most, max(0, most - asked), max(1, -(-left // timedelta(seconds=1))), asked <= most)


def last_asked(names: Iterable[str]) -> dict[str, datetime]:
    """When a request was last counted under each of the names."""
    return dict(RequestWindow.objects.filter(name__in=list(names)).values_list("name", "last_at"))
