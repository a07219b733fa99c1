"""The apps of the product, from the lowest floor to the highest."""

from pathlib import Path
from typing import Final

FLOORS: Final = (
    "kernel",
    "identity",
    "ledger",
    "policies",
    "customers",
    "collateral",
    "payments",
    "notices",
    "webhooks",
    "classification",
    "products",
    "offers",
    "calculator",
    "applications",
    "underwriting",
    "contracts",
    "servicing",
    "recovery",
    "impairment",
    "enquiries",
    "documents",
    "reporting",
    "workbench",
    "uploads",
    "console",
    "portal",
    "api",
    "jobs",
    "demonstration",
)

_PACKAGE: Final = Path(__file__).resolve().parents[1]

INSTALLED: Final = tuple(f"xindai.{name}" for name in FLOORS if (_PACKAGE / name / "apps.py").is_file())
