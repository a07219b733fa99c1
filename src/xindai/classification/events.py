"""What happens to a customer's class."""

from datetime import date
from typing import ClassVar

from xindai.kernel.outbox import Event


class CustomerReclassified(Event):
    """A dimension of a customer's class has changed; the first class of a customer is no change."""

    name: ClassVar[str] = "classification.customer_reclassified"

    customer_id: int
    effective_from: date
    trigger: str
    policy_version: str
    changed: tuple[str, ...]
    tier_before: str
    tier_after: str
    rating_before: str
    rating_after: str
    risk_level_before: str
    risk_level_after: str
