"""UUID version 7: identifiers that sort by their time of birth (RFC 9562, section 5.7)."""

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new identifier, greater than every earlier one of this process.

    48 bits of Unix milliseconds, then 74 bits of which the upper ones count up when several are
    made in one millisecond.
    """
    global _last  # noqa: PLW0603 - the one place that keeps the order
    with _lock:
        # The clock of identifiers is no business time: it only has to grow, simulated or not.
        fresh = (time.time_ns() // 1_000_000) << 74 | secrets.randbits(74) >> 1
        _last = max(fresh, _last + 1 + secrets.randbits(32))
        value = _last
    milliseconds, noise = value >> 74, value & ((1 << 74) - 1)
    high, low = noise >> 62, noise & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
