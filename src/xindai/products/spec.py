"""What a product is: the schema of its file, with messages for product managers.

A product file names *which* rule applies (a purpose's longest term, a collateral's share of value);
the figures of law behind these names stand in the policy pack and are dated there.  Amounts in the file are whole currency units, as people write them; code asks for minor
units.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Self

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from loanmath.daycount import DayCount
from loanmath.postings import Role
from xindai.kernel.errors import InvalidInput

MINOR_PER_UNIT = {"CNY": 100}
"""Minor units in one unit of each currency that products may be written in (ISO 4217)."""

POSTING_ROLES = frozenset(role.value for role in Role)
"""The account roles a loan posts to; a product says which account plays each."""


class _Part(BaseModel):
    """A frozen piece of a product file; an unknown word in it is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Part):
    """A text that people read, in both languages; neither may be empty."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Method(StrEnum):
    """How the principal comes back; the values are those of the loan engine."""

    LEVEL = "level"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_FIRST = "interest_first"
    BULLET = "bullet"


class Range(_Part):
    """Both ends belong to the range."""

    smallest: int = Field(gt=0)
    largest: int = Field(gt=0)

    @model_validator(mode="after")
    def _ends_in_order(self) -> Self:
        if self.smallest > self.largest:
            raise ValueError(_("the smallest value is above the largest: exchange the two"))
        return self

    def __contains__(self, value: int) -> bool:
        return self.smallest <= value <= self.largest


class RepaymentMethod(_Part):
    """A method on offer, with a longest term of its own where the product sets one."""

    method: Method
    longest_term_months: int | None = Field(default=None, gt=0)


class Purpose(_Part):
    """What the money may be spent on.

    ``term_law`` and ``value_law`` name entries of the policy pack's section ``legal``: the longest
    lawful term and the largest lawful share of the collateral's value for this purpose.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Words
    term_law: str | None = None
    value_law: str | None = None


class Collateral(_Part):
    """What secures the loan, and whether there is a loan without it."""

    kind: Literal["vehicle", "real_estate", "equipment", "deposit"]
    is_required: bool


class Accounting(_Part):
    """Which account of the chart plays each posting role for this product."""

    accounts: dict[str, str]

    @model_validator(mode="after")
    def _roles_known_and_complete(self) -> Self:
        unknown = sorted(self.accounts.keys() - POSTING_ROLES)
        missing = sorted(POSTING_ROLES - self.accounts.keys())
        if unknown:
            raise ValueError(_("no such account role: {roles}").format(roles=", ".join(unknown)))
        if missing:
            raise ValueError(_("give an account for: {roles}").format(roles=", ".join(missing)))
        return self


class ProductSpec(_Part):
    """One version of a product, complete and self-consistent.

    ``capacity`` says by what the customer's strength is measured: monthly ``income`` (persons),
    ``turnover`` (the working-capital need) or yearly ``cash_flow`` (investments).  The names that
    end in ``_law`` are entries of the policy pack's section ``legal``, ``penalty`` one of ``penalty``.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    name: Words
    summary: Words
    customer_kinds: tuple[Literal["person", "company"], ...] = Field(min_length=1)
    currency: Literal["CNY"]
    amount: Range
    term_months: Range
    purposes: tuple[Purpose, ...] = Field(min_length=1)
    methods: tuple[RepaymentMethod, ...] = Field(min_length=1)
    day_count: DayCount
    business_day: Literal["none", "following", "modified_following"]
    rounding: Literal["half_up", "half_even", "down"]
    capacity: Literal["income", "turnover", "cash_flow"]
    fee_percent: Decimal = Field(ge=0, le=5, decimal_places=3)
    collateral: Collateral | None = None
    unsecured_law: str | None = None
    entrusted_payment_law: str | None = None
    rate_floor_law: str | None = None
    penalty: str
    documents: tuple[str, ...] = ()
    accounting: Accounting

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        _refuse_doubles(_("purpose"), [purpose.code for purpose in self.purposes])
        _refuse_doubles(_("repayment method"), [offered.method for offered in self.methods])
        for offered in self.methods:
            longest = offered.longest_term_months
            if longest is not None and longest < self.term_months.smallest:
                raise ValueError(
                    _("method {method} could never be chosen: its longest term is below {months}").format(
                        method=offered.method, months=self.term_months.smallest
                    )
                )
        if any(purpose.value_law for purpose in self.purposes) and self.collateral is None:
            raise ValueError(_("a purpose limits the share of collateral, but no collateral is given"))
        return self

    @property
    def minor_per_unit(self) -> int:
        """Minor units in one unit of the product's currency."""
        return MINOR_PER_UNIT[self.currency]

    @property
    def smallest_amount_minor(self) -> int:
        """The smallest loan of this product."""
        return self.amount.smallest * self.minor_per_unit

    @property
    def largest_amount_minor(self) -> int:
        """The largest loan of this product to anybody."""
        return self.amount.largest * self.minor_per_unit

    @property
    def fee_ppm(self) -> int:
        """The fee at disbursement in parts per million of the principal."""
        return int(self.fee_percent * 10_000)

    @property
    def default_method(self) -> Method:
        """The method a customer gets who names none: the first in the file."""
        return self.methods[0].method

    def purpose(self, code: str) -> Purpose | None:
        """The purpose with this code, or nothing when the product does not serve it."""
        return next((purpose for purpose in self.purposes if purpose.code == code), None)

    def offered_method(self, method: str) -> RepaymentMethod | None:
        """The method as this product offers it, or nothing when it does not."""
        return next((offered for offered in self.methods if offered.method == method), None)


def _refuse_doubles(what: str, names: list[str]) -> None:
    """Raise when a name stands twice: the second entry could never be reached."""
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise ValueError(_("{what} given twice: {names}").format(what=what, names=", ".join(doubles)))


def parse_spec(content: Any) -> ProductSpec:
    """The product that a file's content describes.

    Raises InvalidInput whose message lists every mistake as ``place: what is wrong``.
    """
    try:
        return ProductSpec.model_validate(content)
    except ValidationError as error:
        problems = [_as_sentence(problem) for problem in error.errors(include_url=False)]
        raise InvalidInput(
            field=_place(error.errors(include_url=False)[0]),
            message=_("The product cannot be used: {problems}").format(problems="; ".join(problems)),
            remedy=_("Correct these places in the product file and load it again."),
        ) from error


def _place(problem: Any) -> str:
    """Where in the file the mistake is, as a product manager would say it: ``purposes 2 › name``."""
    words: list[str] = []
    for step in problem["loc"]:
        if isinstance(step, int) and words:
            words[-1] = f"{words[-1]} {step + 1}"
        else:
            words.append(str(step))
    return " › ".join(words) or _("the whole file")


def _as_sentence(problem: Any) -> str:
    """One mistake in plain words."""
    given = problem.get("input")
    limits = problem.get("ctx", {})
    match problem["type"]:
        case "missing":
            what = _("is missing")
        case "extra_forbidden":
            what = _("is not a word of product files: remove it or correct its spelling")
        case "literal_error" | "enum":
            what = _("“{given}” is not possible; choose {choices}").format(
                given=given, choices=limits.get("expected", "")
            )
        case "greater_than" | "greater_than_equal":
            what = _("{given} is too small").format(given=given)
        case "less_than" | "less_than_equal":
            what = _("{given} is too large").format(given=given)
        case "string_too_short" | "too_short":
            what = _("must not be empty")
        case "value_error":
            what = str(limits["error"])
        case _:
            what = _("“{given}” cannot be read: {detail}").format(given=given, detail=problem["msg"])
    return f"{_place(problem)}: {what}"
