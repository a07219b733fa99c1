"""What the app tells: an endpoint that is no longer told of events."""

from typing import ClassVar

from xindai.kernel.outbox import Event


class EndpointDisabled(Event):
    """Nothing more is sent to an endpoint until somebody enables it; ``reason`` is ``failing``, ``gone`` or ``by_hand``."""

    name: ClassVar[str] = "webhook.endpoint_disabled"
    schema_version: ClassVar[int] = 1
    endpoint_id: str
    client_id: str
    reason: str
