"""What a loan would cost, worked out for whoever asks: the calculator as an operation of the interface."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, Router, Schema

from loanmath import DayCount, LoanMathError, Method, Prepaid, Rounding, explain_interest
from loanmath.choices import Repricing
from loanmath.floating import Floating, Reset
from loanmath.foresight import Prepayment
from loanmath.rates import LARGEST_RATE_PPB, PPB
from loanmath.rounding import divide
from loanmath.terms import RateStep
from xindai.api import schemas
from xindai.api.schemas import Day, Minor
from xindai.calculator import asked as calculator
from xindai.calculator import queries, refusals
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


class IndexValue(schemas.Asked):
    """What an index is from a day on."""

    on: Day
    rate_ppb: Annotated[int, Field(strict=True, ge=-LARGEST_RATE_PPB, le=LARGEST_RATE_PPB)]


class FloatingAsked(schemas.Asked):
    """A rate of an index and a spread, read anew on the days of `reset`, between a floor and a cap.

    `index` are its values as they are known or thought of; `months` goes with the reset by months alone.
    """

    index: Annotated[list[IndexValue], Field(min_length=1, max_length=calculator.MOST_INSTALMENTS)]
    spread_ppb: Annotated[int, Field(strict=True, ge=-LARGEST_RATE_PPB, le=LARGEST_RATE_PPB)] = 0
    reset: Reset = Reset.NEW_YEAR
    months: Annotated[int, Field(strict=True, ge=1, le=120)] = 12
    lookback_days: Annotated[int, Field(strict=True, ge=0, le=366)] = 0
    floor_ppb: Rate = 0
    cap_ppb: Rate = LARGEST_RATE_PPB

    def made(self) -> Floating:
        """The same for the engine."""
        return Floating(
            spread_ppb=self.spread_ppb,
            reset=self.reset,
            months=self.months,
            lookback_days=self.lookback_days,
            floor_ppb=self.floor_ppb,
            cap_ppb=self.cap_ppb,
        )


class LoanAsked(schemas.Asked):
    """A loan to be worked out; amounts in minor units, rates in parts per billion a year.

    Either `rate_ppb` or `floating` gives the rate; `repricing` says what another rate does to a level instalment.
    """

    currency: str = Field(min_length=3, max_length=3, examples=["CNY"])
    principal_minor: Minor = Field(examples=[1_200_000])
    rate_ppb: Rate | None = Field(None, examples=[51_000_000])
    floating: FloatingAsked | None = None
    repricing: Repricing = Repricing.ANEW
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
        if (self.rate_ppb is None) is (self.floating is None):
            raise InvalidInput("rate_ppb", _("Give either the rate of the loan or what it floats with."))
        lists: dict[str, tuple[Any, ...]] = {"weights": tuple(self.weights), "parts": tuple(self.parts)}
        lists["prepayments"] = tuple(one.made() for one in self.prepayments)
        lists["index"] = tuple(RateStep(one.on, one.rate_ppb) for one in self.floating.index) if self.floating else ()
        rates = {"rate_ppb": self.rate_ppb or 0, "floating": self._floating()}
        return calculator.Asked(**(said | lists | rates))

    def _floating(self) -> Floating | None:
        try:
            return self.floating.made() if self.floating else None
        except LoanMathError as error:
            raise refusals.of_engine(error, self.currency) from error


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
    return {"quotes": [_told(_quote(place, loan)) for place, loan in enumerate(payload.loans)]}


def _quote(place: int, loan: LoanAsked) -> Quote:
    try:
        return queries.quote(loan.made())
    except InvalidInput as error:
        is_of_index = loan.floating is not None and error.field in FloatingAsked.model_fields
        where = f"loans.{place}.{'floating.' * is_of_index}{error.field}"
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
