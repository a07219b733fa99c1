"""Verbs of webhooks: endpoints and their secrets, planning and sending, and sending once more."""

from xindai.webhooks.services.endpoints import (
    LONGEST_OVERLAP,
    MOST_ENDPOINTS,
    Issued,
    allow_host,
    change,
    disable,
    disallow_host,
    enable,
    end,
    register,
    resend,
    resend_range,
    rotate_secret,
)
from xindai.webhooks.services.sending import Sent, deliver_next, plan, purge

__all__ = [
    "LONGEST_OVERLAP",
    "MOST_ENDPOINTS",
    "Issued",
    "Sent",
    "allow_host",
    "change",
    "deliver_next",
    "disable",
    "disallow_host",
    "enable",
    "end",
    "plan",
    "purge",
    "register",
    "resend",
    "resend_range",
    "rotate_secret",
]
