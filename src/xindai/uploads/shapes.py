"""What a row of each kind may hold; the same names and limits as the operations of the interface have."""

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from xindai.servicing.services import LARGEST_AMOUNT_MINOR
from xindai.uploads.models import Kind

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_FACTS: Final = 100


def _written_as_day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_type", "not written as a day")
    return value


Day = Annotated[date, BeforeValidator(_written_as_day)]
Minor = Annotated[int, Field(strict=True, gt=0, le=LARGEST_AMOUNT_MINOR)]
Key = Annotated[str, Field(min_length=1, max_length=90, pattern=r"^[!-~]+$")]
"""The sender's own key of a row: a row with the same key is the same act, in whichever file it stands."""
FactValue = Annotated[int, Field(strict=True)] | Annotated[str, Field(max_length=2000)]


class Row(BaseModel):
    """A row: an unknown field in it is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CustomerRow(Row):
    """Somebody to be recorded, or found again by the same number and given news."""

    name: str = Field(min_length=1, max_length=200)
    identity_number: str = Field(min_length=1, max_length=30)
    mobile: str | None = Field(None, max_length=20)
    branch_code: str | None = Field(None, max_length=20)
    facts: Annotated[dict[str, FactValue], Field(max_length=MOST_FACTS)] = Field(default_factory=dict)
    source: str = Field("upload", min_length=1, max_length=32)
    consents: Annotated[list[str], Field(max_length=10)] = Field(default_factory=list)


class ApplicationRow(Row):
    """An application to be started."""

    key: Key
    customer_no: str = Field(min_length=1, max_length=20)
    product_code: str = Field(min_length=1, max_length=40)
    amount_minor: Minor
    currency: str = Field(min_length=3, max_length=3)
    term_months: Annotated[int, Field(strict=True, ge=1, le=600)]
    purpose: str = Field(min_length=1, max_length=60)
    method: str | None = Field(None, max_length=20)
    collateral_value_minor: Annotated[int, Field(strict=True, ge=0, le=10**15)] = 0
    purpose_statement: str = Field("", max_length=2000)
    asset_id: Annotated[int, Field(strict=True, ge=1, le=2**62)] | None = None


class RepaymentRow(Row):
    """Money that came for a loan on the open business date."""

    key: Key
    loan_no: str = Field(min_length=1, max_length=20)
    amount_minor: Minor
    currency: str = Field(min_length=3, max_length=3)
    on: Day
    source: str = Field(min_length=1, max_length=40)


SHAPES: Final[dict[str, type[Row]]] = {
    Kind.PERSONS: CustomerRow,
    Kind.COMPANIES: CustomerRow,
    Kind.APPLICATIONS: ApplicationRow,
    Kind.REPAYMENTS: RepaymentRow,
}
