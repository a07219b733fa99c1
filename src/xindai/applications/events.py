"""What others may want to know about applications."""

from typing import ClassVar

from xindai.kernel.outbox import Event


class ApplicationSubmitted(Event):
    """An application is complete and its service clock runs."""

    name: ClassVar[str] = "application.submitted"
    schema_version: ClassVar[int] = 1

    application_no: str
    customer_id: int
    product_code: str


class ApplicationDecided(Event):
    """An application has been approved, referred or refused."""

    name: ClassVar[str] = "application.decided"
    schema_version: ClassVar[int] = 1

    application_no: str
    customer_id: int
    outcome: str


class ApplicationWithdrawn(Event):
    """The customer has withdrawn an application."""

    name: ClassVar[str] = "application.withdrawn"
    schema_version: ClassVar[int] = 1

    application_no: str
    customer_id: int
