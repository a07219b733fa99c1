"""The decision cases of the credit committee, from tests/golden/decisions, under the shipped policy."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from xindai.offers.need import Need
from xindai.offers.standing import Means, Standing
from xindai.underwriting.testing import verdict

FOLDER = Path(__file__).parents[4] / "tests" / "golden" / "decisions"
NO_AMOUNTS = ("_days", "_ppm", "years_in_business")


def cases() -> list[dict[str, Any]]:
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))]


def means_of(written: dict[str, int]) -> Means:
    """Amounts are written in yuan, everything else as it is."""
    return Means(
        **{
            name if name.endswith(NO_AMOUNTS) else f"{name}_minor": value if name.endswith(NO_AMOUNTS) else value * 100
            for name, value in written.items()
        }
    )


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_committees_decision_cases_hold(case: dict[str, Any]) -> None:
    wish = case["need"]
    need = Need(
        product_code=wish["product"],
        amount_minor=wish["amount"] * 100,
        currency="CNY",
        term_months=wish["months"],
        purpose=wish["purpose"],
        collateral_value_minor=wish.get("collateral", 0) * 100,
    )
    standing = Standing(**{"industry": "other", "size": "individual", **case["customer"]})
    found = verdict(need, standing, means_of(case.get("means", {})), age_years=case.get("age", 40))
    assert found.outcome == case["decision"]
    assert [finding.rule for finding in found.reasons] == case["because"]


def test_every_outcome_has_cases() -> None:
    assert {case["decision"] for case in cases()} == {"approve", "refer", "refuse"}
