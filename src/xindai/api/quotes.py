"""What a loan would cost, worked out for whoever asks: the calculator as an operation of the interface."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from loanmath import DayCount, Method, Prepaid, Rounding, explain_interest
from loanmath.foresight import Prepayment
from loanmath.rates import LARGEST_RATE_PPB, PPB
from loanmath.rounding import divide
from xindai.api import schemas
from xindai.api.schemas import Day, Minor
from xindai.calculator import asked as calculator
from xindai.calculator import queries
from xindai.calculator.queries import Line, Quote
from xindai.kernel.errors import InvalidInput
from xindai.servicing.services import LARGEST_AMOUNT_MINOR

router = Router(tags=["Calculator"])
SETTLE: Final = "settle"
PLACES: Final = 6

MinorOrNone = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT_MINOR)]
Rate = Annotated[int, Field(strict=True, ge=0, le=LARGEST_RATE_PPB)]
Share = Annotated[int, Field(strict=True, ge=0, le=PPB)]
Rows = Annotated[int, Field(strict=True, ge=0, le=calculator.MOST_INSTALMENTS)]


class PrepaymentAsked(schemas.Asked):
    """Money to be paid ahead of time; the fee for it is part of the amount. Settling needs no amount."""

    on: Day
    amount_minor: MinorOrNone = 0
    effect: Literal["lower", "shorten", "last", "settle"] = "lower"

    def made(self) -> Prepayment:
        """The same for the engine."""
        return Prepayment(self.on, self.amount_minor, None if self.effect == SETTLE else Prepaid(self.effect))


class LoanAsked(schemas.Asked):
    """A loan to be worked out; amounts in minor units, rates in parts per billion a year."""

    currency: str = Field(min_length=3, max_length=3, examples=["CNY"])
    principal_minor: Minor = Field(examples=[1_200_000])
    rate_ppb: Rate = Field(examples=[51_000_000])
    method: Method = Field(examples=["level"])
    instalments: Annotated[int, Field(strict=True, ge=1, le=calculator.MOST_INSTALMENTS)] = Field(examples=[12])
    disbursed_on: Day = Field(examples=["2026-03-02"])
    frequency: str = Field("P1M", max_length=20)
    first_due_on: Day | None = None
    day_count: DayCount = DayCount.THIRTY_E_360
    rounding: Rounding = Rounding.HALF_UP
    fee_minor: MinorOrNone = 0
    instalment_fee_minor: MinorOrNone = 0
    early_fee_ppb: Share = 0
    down_payment_ppb: Share = 0
    balloon_minor: MinorOrNone = 0
    instalment_minor: MinorOrNone = 0
    minimum_ppb: Share = 0
    minimum_minor: MinorOrNone = 0
    growth_ppb: Annotated[int, Field(strict=True, ge=1 - PPB, le=PPB)] = 0
    multiple_minor: Minor = 1
    advance: Rows = 0
    weights: Annotated[list[Rows], Field(max_length=calculator.MOST_INSTALMENTS)] = Field(default_factory=list)
    parts: Annotated[list[MinorOrNone], Field(max_length=calculator.MOST_INSTALMENTS)] = Field(default_factory=list)
    grace_principal: Rows = 0
    grace_interest: Rows = 0
    interest_free: Rows = 0
    capitalised: Rows = 0
    prepayments: Annotated[list[PrepaymentAsked], Field(max_length=calculator.MOST_PREPAYMENTS)] = Field(
        default_factory=list
    )

    def made(self) -> calculator.Asked:
        """The same for the calculator."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        lists = {"weights": tuple(self.weights), "parts": tuple(self.parts)}
        return calculator.Asked(**(said | lists | {"prepayments": tuple(one.made() for one in self.prepayments)}))


class QuotesAsked(schemas.Asked):
    """Loans to be worked out side by side."""

    loans: Annotated[list[LoanAsked], Field(min_length=1, max_length=calculator.MOST_LOANS)]


class Segment(Schema):
    """A stretch of days over which interest is counted on one balance at one rate."""

    start: date
    end: date
    base_minor: int
    rate_ppb: int
    units: int


class Working(Schema):
    """Why the interest of an instalment is what it is.

    The sum of base × rate × units over the segments is the numerator; over the denominator it is minor units, rounded
    as told (``rounded_minor``).  Both are decimal texts: they can be larger than what programs take for a number.
    ``balancing_minor`` is what the last row of a plan with flat interest takes of the rounding of all rows.
    """

    day_count: str
    year_units: int
    rounding: str
    numerator: str
    denominator: str
    rounded_minor: int
    balancing_minor: int
    segments: list[Segment]


class QuotedInstalment(Schema):
    """An instalment as it would be paid, and what is left to repay after it."""

    number: int
    accrual_from: date
    accrual_to: date
    due_on: date
    principal_minor: int
    interest_minor: int
    fee_minor: int
    total_minor: int
    balance_minor: int
    working: Working


class PaidAhead(Schema):
    """Money paid ahead of time as it was used; what a settlement pays stands in the last instalment, but for the fee."""

    on: date
    principal_minor: int
    fee_minor: int


class AnnualRate(Schema):
    """An annual rate in percent, with what it is."""

    label: Literal["monthly_irr_times_12", "effective", "aprc"]
    percent: str


class QuoteTold(Schema):
    """What a loan would cost if every date were kept.

    `level_minor` is the equal instalment where there is one, `level_exact` the same before rounding, in minor units.
    Where the payments have no annual rate, `without_rate` says why.
    """

    currency: str
    level_minor: int | None
    level_exact: str | None
    interest_minor: int
    fees_minor: int
    cost_minor: int
    paid_minor: int
    saved_minor: int
    ends_on: date
    annual_rates: list[AnnualRate]
    without_rate: str | None
    paid_ahead: list[PaidAhead]
    instalments: list[QuotedInstalment]


class Quotes(Schema):
    """The loans worked out, in the order in which they were asked about."""

    quotes: list[QuoteTold]


REFUSALS: Final = dict.fromkeys((400, 422), schemas.Problem)


@router.post("/quotes", response={200: Quotes, **REFUSALS}, url_name="quotes", operation_id="quote_loans", auth=None)
def quotes(request: HttpRequest, payload: QuotesAsked) -> dict[str, Any]:
    """Work up to three loans out: schedule, cost, annual rates, and the working of every cent; nothing is kept."""
    return {"quotes": [_told(_quote(place, loan.made())) for place, loan in enumerate(payload.loans)]}


def _quote(place: int, asked: calculator.Asked) -> Quote:
    try:
        return queries.quote(asked)
    except InvalidInput as error:
        where = f"loans.{place}.{error.field}"
        raise InvalidInput(where, error.message, error.remedy, **error.params) from error


def _told(quote: Quote) -> dict[str, Any]:
    seen, level = quote.foreseen, quote.foreseen.plan.level
    return {
        "currency": quote.asked.currency,
        "level_minor": level.amount_minor if level else None,
        "level_exact": _decimals(level.numerator, level.denominator) if level else None,
        "interest_minor": seen.interest_minor,
        "fees_minor": seen.fees_minor,
        "cost_minor": seen.cost_minor,
        "paid_minor": seen.paid_minor,
        "saved_minor": seen.saved_minor,
        "ends_on": seen.ends_on,
        "annual_rates": [{"label": str(rate.label), "percent": rate.percent} for rate in quote.rates],
        "without_rate": str(quote.without_rate) if quote.without_rate else None,
        "paid_ahead": [one._asdict() for one in seen.ahead],
        "instalments": [_instalment(line) for line in quote.lines],
    }


def _instalment(line: Line) -> dict[str, Any]:
    row, why = line.row, explain_interest(line.row)
    segments = [
        {name: getattr(step, name) for name in ("start", "end", "base_minor", "rate_ppb", "units")}
        for step in why.steps
    ]
    return {
        "number": row.number,
        "accrual_from": row.accrual_from,
        "accrual_to": row.accrual_to,
        "due_on": row.due_on,
        "principal_minor": line.principal_minor,
        "interest_minor": line.interest_minor,
        "fee_minor": line.fee_minor,
        "total_minor": line.total_minor,
        "balance_minor": row.closing_minor,
        "working": {
            "day_count": str(why.rule),
            "year_units": why.year_units,
            "rounding": str(why.rounding),
            "numerator": str(why.numerator),
            "denominator": str(why.denominator),
            "rounded_minor": why.rounded_minor,
            "balancing_minor": why.balancing_minor,
            "segments": segments,
        },
    }


def _decimals(numerator: int, denominator: int) -> str:
    """A quotient as a decimal text."""
    whole, part = divmod(divide(numerator * 10**PLACES, denominator, Rounding.HALF_UP), 10**PLACES)
    return f"{whole}.{part:0{PLACES}d}"
