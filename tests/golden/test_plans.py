"""Plans that a loan officer can read: their figures come out on paper (``reference``), and of the loan mathematics."""

from fractions import Fraction
from typing import Any

import pytest

from loanmath import schedule
from tests.golden import reference
from tests.golden.reading import cases, plain, terms_of

PLANS = cases("plans")


@pytest.mark.parametrize("case", PLANS)
def test_the_plan_is_the_one_worked_out(case: dict[str, Any]) -> None:
    terms = terms_of(case["terms"])
    plan, expected = schedule(terms), plain(case, terms.currency)
    if "instalment" in case:
        assert plan.level is not None
        assert plan.level.amount_minor == expected["instalment_minor"]
    assert plan.interest_minor == expected["interest_minor"]
    assert len(plan) == case.get("instalments", len(plan))
    for number, figures in expected["rows"].items():
        row = plan[number - 1]
        assert [row.due_on.isoformat(), row.principal_minor, row.interest_minor] == figures


@pytest.mark.parametrize("case", PLANS)
def test_the_plan_comes_out_on_paper(case: dict[str, Any]) -> None:
    made = reference.plan(case["terms"])
    if "instalment" in case:
        assert money(made.instalment) == case["instalment"]
    assert money(sum((row.interest for row in made.rows), Fraction(0))) == case["interest"]
    assert len(made.rows) == case.get("instalments", len(made.rows))
    for number, figures in case["rows"].items():
        row = made.rows[number - 1]
        assert [row.due, money(row.principal), money(row.interest)] == figures


def money(amount: Fraction) -> str:
    """An amount as a case spells it."""
    cents = amount * 100
    assert cents.denominator == 1
    return f"{int(cents) // 100}.{int(cents) % 100:02}"


@pytest.mark.parametrize("case", PLANS)
def test_every_plan_tells_where_its_figures_come_from(case: dict[str, Any]) -> None:
    assert case.get("because") or case.get("source")
