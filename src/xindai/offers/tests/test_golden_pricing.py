"""The pricing cases of the credit committee, from tests/golden/pricing, under the shipped policy."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from xindai.offers.need import Need, check_need
from xindai.offers.standing import Means, Standing
from xindai.offers.testing import policy, quoted
from xindai.products.testing import shipped_products

FOLDER = Path(__file__).parents[4] / "tests" / "golden" / "pricing"


def cases() -> list[dict[str, Any]]:
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))]


def minor(amount: Any) -> int:
    return int(Decimal(str(amount)) * 100)


def means_of(written: dict[str, Any]) -> Means:
    """Amounts are written in yuan, everything else as it is."""
    return Means(
        **{
            f"{name}_minor" if is_amount(name) else name: minor(value) if is_amount(name) else value
            for name, value in written.items()
        }
    )


def is_amount(name: str) -> bool:
    return not name.endswith(("_days", "_ppm", "years_in_business"))


def need_of(written: dict[str, Any]) -> Need:
    return Need(
        product_code=written["product"],
        amount_minor=minor(written["amount"]),
        currency="CNY",
        term_months=written["months"],
        purpose=written["purpose"],
        method=written.get("method"),
        collateral_value_minor=minor(written.get("collateral", 0)),
    )


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_committees_pricing_cases_hold(case: dict[str, Any]) -> None:
    customer = {"industry": "other", "size": "individual", "score": 600, **case["customer"]}
    need = need_of(case["need"])
    check_need(need, shipped_products()[need.product_code], customer["kind"], policy().forbidden_purposes)
    quote = quoted(need, Standing(**customer), means_of(case.get("means", {})))
    found = {
        "rate": f"{Decimal(quote.proposal.rate_ppb) / 10_000_000:.2f} %",
        "annual_rate": f"{Decimal(quote.cost.annual_rate_ppb) / 10_000_000:.2f} %" if quote.cost else "-",
        "amount": Decimal(quote.proposal.amount_minor) / 100,
        "months": quote.proposal.term_months,
        "method": quote.proposal.method,
        "fee": Decimal(quote.proposal.fee_minor) / 100,
        "because": [bound.code for bound in quote.counter_reasons],
        "promised_hours": quote.promised_hours,
        "documents": list(quote.documents),
        "first_instalment": Decimal(quote.cost.first_instalment_minor) / 100 if quote.cost else 0,
    }
    expected = {
        name: Decimal(str(value)) if name in ("amount", "fee", "first_instalment") else value
        for name, value in case["offer"].items()
    }
    assert {name: found[name] for name in expected} == expected


def test_there_are_cases_for_every_product_and_tier() -> None:
    assert {case["need"]["product"] for case in cases()} == shipped_products().keys()
    assert {case["customer"]["tier"] for case in cases()} == {"premium", "standard", "prospective"}
