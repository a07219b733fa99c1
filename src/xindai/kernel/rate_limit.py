"""How often somebody may knock at the door: counted in the database, so that all server processes share the counts."""

from datetime import timedelta
from hashlib import sha256
from typing import Final

from xindai.kernel import clock
from xindai.kernel.models import SignInAttempt

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
