"""What others may want to know about contracts."""

from typing import ClassVar

from xindai.kernel.outbox import Event


class ContractSigned(Event):
    """A contract has been signed by both sides."""

    name: ClassVar[str] = "contract.signed"
    schema_version: ClassVar[int] = 1

    contract_no: str
    application_no: str
    customer_id: int
