"""Plans that a loan officer can read, run through the loan mathematics."""

from typing import Any

import pytest

from loanmath import schedule
from tests.golden.reading import cases, plain, terms_of


@pytest.mark.parametrize("case", cases("plans"))
def test_the_plan_is_the_one_worked_out(case: dict[str, Any]) -> None:
    terms = terms_of(case["terms"])
    plan, expected = schedule(terms), plain(case, terms.currency)
    if "instalment" in case:
        assert plan.level is not None
        assert plan.level.amount_minor == expected["instalment_minor"]
    assert plan.interest_minor == expected["interest_minor"]
    for number, figures in expected["rows"].items():
        row = plan[number - 1]
        assert [row.due_on.isoformat(), row.principal_minor, row.interest_minor] == figures
