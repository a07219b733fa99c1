"""Generated companies: 200 that do not exist, over four industries, with figures that hang together.

Everything is synthetic and follows from the seed.  No outcome is known of them, so they count in no measure
of the decision's quality.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xindai.demonstration.chance import MILLION, Chance
from xindai.demonstration.records import SYNTHETIC, ApplicationRecord, Statement, Wish
from xindai.demonstration.synthetic_numbers import unified_social_credit_code

SOURCE = "companies"
CURRENCY = "CNY"
TEN_THOUSAND_YUAN = 1_000_000
"""Ten thousand yuan in minor units; figures of companies are rounded to it."""


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry: divisions of GB/T 4754-2017 and what its companies look like (ppm, minor units)."""

    name: str
    label: str
    codes: tuple[str, ...]
    assets_to_revenue_ppm: tuple[int, int]
    cash_flow_to_revenue_ppm: tuple[int, int]
    revenue_a_head_minor: tuple[int, int]


INDUSTRIES = (
    Industry(
        "manufacturing", "制造", ("C13", "C17", "C26", "C33", "C35", "C39"),
        (600_000, 1_300_000), (50_000, 160_000), (40_000_000, 110_000_000),
    ),
    Industry(
        "services", "服务", ("F51", "F52", "G54", "H62", "I65", "L72", "M74", "O80"),
        (300_000, 900_000), (60_000, 200_000), (25_000_000, 120_000_000),
    ),
    Industry(
        "agriculture", "农业", ("A01", "A02", "A03", "A04"),
        (700_000, 1_500_000), (40_000, 140_000), (20_000_000, 60_000_000),
    ),
    Industry(
        "other", "综合", ("B10", "D44", "E47", "E48"),
        (800_000, 1_600_000), (50_000, 150_000), (50_000_000, 130_000_000),
    ),
)  # fmt: skip

REVENUE_RANGES_MINOR = (
    ((60 * TEN_THOUSAND_YUAN, 300 * TEN_THOUSAND_YUAN), 5),
    ((300 * TEN_THOUSAND_YUAN, 1_500 * TEN_THOUSAND_YUAN), 4),
    ((1_500 * TEN_THOUSAND_YUAN, 8_000 * TEN_THOUSAND_YUAN), 1),
)
YEARS_IN_BUSINESS = (((0, 2), 1), ((3, 8), 5), ((9, 25), 4))
DEBT_TO_ASSETS_PPM = (((150_000, 400_000), 4), ((400_000, 650_000), 5), ((650_000, 920_000), 2))

WORKING_CAPITAL, LONG_TERM, REAL_ESTATE = "working_capital", "long_term_investment", "commercial_real_estate"
PRODUCTS = ((WORKING_CAPITAL, 11), (LONG_TERM, 5), (REAL_ESTATE, 4))
PURPOSES = {
    WORKING_CAPITAL: ("raw_materials", "stock", "wages_and_rent", "trade_settlement"),
    LONG_TERM: ("plant", "equipment", "technology"),
    REAL_ESTATE: ("office", "shop", "mixed_use"),
}
METHODS = {
    WORKING_CAPITAL: (("interest_first", 4), ("bullet", 3), ("level", 3)),
    LONG_TERM: (("equal_principal", 6), ("level", 4)),
    REAL_ESTATE: (("level", 6), ("equal_principal", 4)),
}
TERMS_MONTHS = {WORKING_CAPITAL: (6, 12, 18, 24), LONG_TERM: (24, 36, 48, 60), REAL_ESTATE: (36, 60, 84, 120)}
BULLET_TERMS_MONTHS = (3, 6, 9, 12)

AMOUNT_TO_REVENUE_PPM = {
    WORKING_CAPITAL: (40_000, 180_000),
    LONG_TERM: (60_000, 250_000),
    REAL_ESTATE: (80_000, 300_000),
}
SMALLEST_AMOUNT_MINOR = {
    WORKING_CAPITAL: TEN_THOUSAND_YUAN,
    LONG_TERM: 10 * TEN_THOUSAND_YUAN,
    REAL_ESTATE: 10 * TEN_THOUSAND_YUAN,
}
VALUE_TO_AMOUNT_PPM = {WORKING_CAPITAL: (0, 0), LONG_TERM: (2_000_000, 3_500_000), REAL_ESTATE: (1_800_000, 2_800_000)}


def key_of(number: int) -> str:
    """The name of a generated company's application within the bank."""
    return f"{SOURCE}/{number:04d}"


def records(arrivals: Mapping[str, date], chance: Chance, count: int) -> Iterator[ApplicationRecord]:
    """The applications whose keys have a day of arrival."""
    for number in range(1, count + 1):
        key = key_of(number)
        if key in arrivals:
            yield record(number, arrivals[key], chance)


def record(number: int, arrives_on: date, chance: Chance) -> ApplicationRecord:
    """One company and its application; industries take turns, so that all four are there."""
    industry = INDUSTRIES[number % len(INDUSTRIES)]
    figures = _figures(number, industry, arrives_on, chance)
    return ApplicationRecord(
        key=key_of(number),
        kind="company",
        name=f"演示{industry.label}有限公司{number:04d}",
        identity_number=unified_social_credit_code(chance, SOURCE, number),
        wish=_wish(number, int(figures["revenue_minor"]), chance),
        facts={name: Statement(value, SYNTHETIC) for name, value in figures.items()},
        arrives_on=arrives_on,
    )


def _figures(number: int, industry: Industry, on: date, chance: Chance) -> dict[str, int | str]:
    """Figures of the last business year; assets, debts, cash flow and headcount follow from revenue."""
    revenue_minor = _rounded(_within(REVENUE_RANGES_MINOR, "revenue", number, chance))
    assets_minor = _part(revenue_minor, industry.assets_to_revenue_ppm, "assets", number, chance)
    debt_to_assets_ppm = _within(DEBT_TO_ASSETS_PPM, "debts", number, chance)
    years = _within(YEARS_IN_BUSINESS, "years", number, chance)
    a_head_minor = chance.between(*industry.revenue_a_head_minor, "headcount", number)
    days = chance.between(20, 340, "founding day", number)
    return {
        "industry_code": chance.one_of(industry.codes, "industry code", number),
        "founded_on": (on.replace(day=1, year=on.year - years) - timedelta(days=days)).isoformat(),
        "years_in_business": years,
        "headcount": max(1, revenue_minor // a_head_minor),
        "revenue_minor": revenue_minor,
        "assets_minor": assets_minor,
        "total_debt_minor": _rounded(assets_minor * debt_to_assets_ppm // MILLION),
        "annual_cash_flow_minor": _part(revenue_minor, industry.cash_flow_to_revenue_ppm, "cash flow", number, chance),
    }


def _wish(number: int, revenue_minor: int, chance: Chance) -> Wish:
    product_code = chance.by_weight(PRODUCTS, "product", number)
    method = chance.by_weight(METHODS[product_code], "method", number)
    terms = BULLET_TERMS_MONTHS if method == "bullet" else TERMS_MONTHS[product_code]
    asked_minor = _part(revenue_minor, AMOUNT_TO_REVENUE_PPM[product_code], "amount", number, chance)
    amount_minor = max(SMALLEST_AMOUNT_MINOR[product_code], asked_minor)
    return Wish(
        product_code=product_code,
        amount_minor=amount_minor,
        currency=CURRENCY,
        term_months=chance.one_of(terms, "term", number),
        purpose=chance.one_of(PURPOSES[product_code], "purpose", number),
        purpose_statement="演示用途说明",
        method=method,
        collateral_value_minor=_part(amount_minor, VALUE_TO_AMOUNT_PPM[product_code], "value", number, chance),
    )


def _within(ranges: tuple[tuple[tuple[int, int], int], ...], what: str, number: int, chance: Chance) -> int:
    """A number from one of the ranges, each as likely as its weight."""
    smallest, largest = chance.by_weight(ranges, what, "range", number)
    return chance.between(smallest, largest, what, number)


def _part(whole_minor: int, shares_ppm: tuple[int, int], what: str, number: int, chance: Chance) -> int:
    """A share of an amount, rounded to ten thousand yuan."""
    return _rounded(whole_minor * chance.between(*shares_ppm, what, number) // MILLION)


def _rounded(amount_minor: int) -> int:
    return amount_minor // TEN_THOUSAND_YUAN * TEN_THOUSAND_YUAN
