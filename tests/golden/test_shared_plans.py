"""Plans of public sources (see ``loanmath.tests.published``)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loanmath import DayCount, Method, Rounding, Terms, schedule
from loanmath.frequency import Frequency
from loanmath.planned import PlanRow, Schedule
from loanmath.shape import Shape
from loanmath.tests.published import needed
from tests.golden.test_shared_cases import LENDING, WORKED, loan, minor

pytestmark = needed


def lending(name: str) -> dict[str, Any]:
    """The figures that were put in, the rate as a share."""
    words: dict[str, Any] = LENDING[name]["input"]
    return words | {"annual_rate": Decimal(str(words["annual_rate_pct"])) / 100}


def whole(amount_minor: int) -> int:
    """Rounded half up to whole units, as the source prints totals."""
    return int(Fraction(amount_minor, 100) + Fraction(1, 2))


def total(plan: Schedule) -> int:
    return plan.principal_minor + plan.interest_minor


def test_an_instalment_rounded_up_to_whole_units() -> None:
    words, expected = lending("L01"), LENDING["L01"]["expected"]
    shape = Shape(multiple_minor=100, multiple_rounding=Rounding.UP)
    plan = schedule(loan(words, "level", words["periods"], shape=shape))
    assert plan.level is not None
    assert plan.level.amount_minor == minor(expected["instalment"])
    assert (len(plan), whole(plan.interest_minor)) == (expected["rows"], expected["total_interest_rounded0"])
    assert whole(total(plan)) == expected["total_payment_rounded0"]
    for number in (4, 18, 20):
        row: PlanRow = plan[number - 1]
        figures = {"principal": row.principal_minor, "interest": row.interest_minor, "balance": row.closing_minor}
        assert {name: whole(amount) for name, amount in figures.items()} == expected[f"row_{number}"]


def test_a_fixed_instalment_finds_its_number_of_rows() -> None:
    words, expected = lending("L02"), LENDING["L02"]["expected"]
    plan = schedule(loan(words, "fixed", 600, shape=Shape(instalment_minor=minor(words["fixed_instalment"]))))
    assert (len(plan), whole(plan.interest_minor)) == (expected["rows"], expected["total_interest_rounded0"])
    assert whole(total(plan)) == expected["total_payment_rounded0"]


def test_flat_interest() -> None:
    words = lending("L04")
    terms = replace(
        loan(words, "flat", words["periods"]),
        disbursed_on=date.fromisoformat(words["disbursed"]),
        first_due_on=date.fromisoformat(words["first_due"]),
    )
    found = [
        [row.due_on.isoformat(), row.principal_minor, row.interest_minor, row.total_minor] for row in schedule(terms)
    ]
    assert found == [[on, *map(minor, amounts)] for on, *amounts in LENDING["L04"]["expected"]["rows"]]


def test_a_level_instalment_in_whole_units_by_actual_days() -> None:
    """The source levels by annual / 12 and counts interest by days over 365."""
    words, expected = lending("L12"), LENDING["L12"]["expected"]
    terms = Terms(
        currency="CNY",
        principal_minor=minor(words["principal"]),
        rate_ppb=int(words["annual_rate"] * 10**9),
        day_count=DayCount.ACT_365F,
        method=Method.LEVEL,
        disbursed_on=date.fromisoformat(words["disbursed"]),
        first_due_on=date.fromisoformat(words["due"]),
        instalments=words["periods"],
        levelling="periods",  # type: ignore[arg-type]
        shape=Shape(multiple_minor=100, multiple_rounding=Rounding.UP),
    )
    plan = schedule(terms)
    assert plan.level is not None
    assert plan.level.amount_minor == minor(expected["level_instalment"])
    assert plan[0].interest_minor == minor(expected["interest"])
    assert minor(words["paid"]) - plan[0].interest_minor == minor(expected["principal_paid"])


def test_a_minimum_payment() -> None:
    """The source rounds no row; half a cent a row in ours makes 8 cents of difference in the last: tolerance 10."""
    expected = WORKED["EU-A15"]["expected"]
    shape = Shape(minimum_ppb=20_000_000, minimum_minor=300_00)
    plan = schedule(loan(WORKED["EU-A15"]["inputs"], "minimum", 600, shape=shape))
    assert (plan[0].total_minor, len(plan)) == (minor(expected["first"]), expected["months"])
    assert abs(plan[-1].total_minor - minor(expected["last"])) <= 10


def test_odd_days_before_yearly_instalments() -> None:
    words = WORKED["EU-ODD-5"]["inputs"]
    start = date(2012, 1, 12)
    terms = Terms(
        currency="EUR",
        principal_minor=minor(words["principal"]),
        rate_ppb=int(words["annual_rate"] * 10**9),
        day_count=DayCount.ACT_365F,
        method=Method.LEVEL,
        disbursed_on=start,
        first_due_on=date.fromordinal(start.toordinal() + words["first_days"]),
        instalments=words["n"],
        frequency=Frequency.parse("P1Y"),
        counts_periods=True,
    )
    level = schedule(terms).level
    assert level is not None
    assert level.amount_minor == minor(WORKED["EU-ODD-5"]["expected"]["instalment"])


def test_instalments_in_advance() -> None:
    expected = WORKED["CURO-6"]["expected"]
    plan = schedule(loan(WORKED["CURO-6"]["inputs"], "level", 5, shape=Shape(advance=3)))
    assert plan.level is not None
    assert (plan.level.amount_minor, plan[0].total_minor) == (minor(expected["instalment"]), minor(expected["rental"]))
