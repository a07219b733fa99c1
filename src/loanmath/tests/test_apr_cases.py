"""All published cases of annual rates, (see ``published``).

A second, shorter reader than the command's: what the two read may not differ.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest

from loanmath.apr import Root, TimedFlow, rate_of
from loanmath.tests.published import needed, read

pytestmark = needed
CASES: list[dict[str, Any]] = read("apr_cases")
MEAN_YEAR = Fraction(1461, 4)


def minor(amount: Decimal | int) -> int:
    return int(Decimal(amount) * 100)


def fraction(decimal: Decimal | int) -> Fraction:
    """1/12 from 0.08333333333333333."""
    return Fraction(decimal).limit_denominator(9_999)


def solved(case: dict[str, Any]) -> Root:
    flows = []
    if "first_payment" in case:
        flows = [TimedFlow(-minor(advance["amount"]), 0) for advance in case["advances"]]
        period, part = case["first_payment"]["whole_unit_periods"], fraction(case["first_payment"]["fraction"])
        for payment in case["payments"]:
            for _ in range(payment["n"]):
                flows.append(TimedFlow(minor(payment["amount"]), period, part))
                period += 1
        return rate_of(flows, case["unit_periods_per_year"])
    for sign, row in [*((-1, row) for row in case["advances"]), *((1, row) for row in case["payments"])]:
        first = row["t_days"] / MEAN_YEAR if "t_days" in row else fraction(row.get("t0", row.get("t_years")))
        step = fraction(row.get("step") or 0)
        flows += [TimedFlow(sign * minor(row["amount"]), first + place * step) for place in range(row.get("n", 1))]
    return rate_of(flows, 1)


def test_the_folder_holds_all_cases() -> None:
    assert len(CASES) == 58


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_a_published_rate_is_reproduced(case: dict[str, Any]) -> None:
    root = solved(case)
    if "expected_apr_2dp" in case:
        percent = Decimal(root.nominal_micro_percent).scaleb(-6)
        assert percent.quantize(Decimal("0.01"), ROUND_HALF_UP) == Decimal(case["expected_apr_2dp"])
        return
    percent = Decimal(root.effective_micro_percent).scaleb(-6)
    assert percent.quantize(Decimal("0.1"), ROUND_HALF_UP) == Decimal(case["expected_apr_1dp"])
    if "expected_apr_percent" in case:
        # Six decimals, the last cut off rather than rounded in two; or where the source's spreadsheet stopped short.
        allowed = Decimal("0.000001") if case["recheck"] == "match" else Decimal("0.0002")
        assert abs(percent - Decimal(case["expected_apr_percent"])) <= allowed
