"""Signatures after Standard Webhooks: symmetric, over identity, moment and body, one for each secret in force."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from standardwebhooks import Webhook

PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A secret as it is shown to whoever checks the signatures."""
    return PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(webhook_id: str, at: datetime, body: str, with_secrets: Iterable[str]) -> dict[str, str]:
    """What stands above the body: identity, moment in seconds, and the signatures with a space between them."""
    signatures = [Webhook(secret).sign(webhook_id, at, body) for secret in with_secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
