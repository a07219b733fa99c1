"""What the interface takes and gives; amounts in minor units of the currency beside them, rates in parts per billion."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from ninja import Field, Path, Schema
from pydantic import BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from xindai.servicing.services import LARGEST_AMOUNT_MINOR

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written_as_day(value: Any) -> Any:
    """Let only a text like 2024-07-01 become a date: a number would be read as seconds since 1970."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("date_type", "not written as a day")
    return value


Day = Annotated[date, BeforeValidator(_written_as_day)]
"""A date as a request writes it."""
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})")


def _written_as_moment(value: Any) -> Any:
    """Let only a text with its zone, like 2024-07-01T09:30:00Z, become a moment."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise PydanticCustomError("datetime_type", "not written as a moment")
    return value


Moment = Annotated[datetime, BeforeValidator(_written_as_moment)]
"""A moment as a request writes it, with its zone."""
Minor = Annotated[int, Field(strict=True, gt=0, le=LARGEST_AMOUNT_MINOR)]
"""An amount as a request writes it: a whole number above zero and within what the loan engine takes."""


Id = Annotated[int, Path(ge=1, le=2**62)]
"""A row's own number in an address."""


class Asked(Schema):
    """The body of a request: an unknown field in it is an error, never ignored."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """An error after RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    field: str | None = None
    remedy: str | None = None
    request_id: str | None = None


class Portfolio(Schema):
    """The portfolio at the close of a day, as far as the caller may see it."""

    as_of: date
    currency: str
    loans: int
    principal_minor: int
    over_30_minor: int
    over_90_minor: int
    non_performing_minor: int
    allowance_minor: int


class Loan(Schema):
    """A loan with its figures at the last close; `loan_class` is 1 (normal) to 5 (loss)."""

    no: str
    customer_no: str
    product_code: str
    currency: str
    principal_minor: int
    rate_ppb: int
    loan_class: int
    days_past_due: int
    next_due_on: date | None
    state: Literal["active", "closed", "written_off"]


class Loans(Schema):
    """A page of loans; `next` is the number to give as `after` for the page that follows, if there is one."""

    items: list[Loan]
    next: str | None


class Instalment(Schema):
    """A row of the plan, and what is still unpaid of it."""

    number: int
    due_on: date
    principal_minor: int
    interest_minor: int
    unpaid_minor: int


class LoanWithSchedule(Loan):
    """A loan with its plan in force."""

    schedule: list[Instalment]


class Repayment(Asked):
    """Money that came for a loan; `on` must be the open business date."""

    amount_minor: Minor = Field(examples=[63244])
    currency: str = Field(min_length=3, max_length=3, examples=["CNY"])
    on: Day = Field(examples=["2026-03-02"])
    source: str = Field(min_length=1, max_length=40, examples=["transfer"])


class RecordedRepayment(Schema):
    """A repayment as it was recorded, and how it was used."""

    loan_no: str
    amount_minor: int
    currency: str
    on: date
    penalty_minor: int
    interest_minor: int
    principal_minor: int
    overpaid_minor: int
