"""The clauses that a contract refers to, by code and version; their texts are for lawyers to edit.

The texts themselves are documents of their own in both languages; a contract names what was agreed.
"""

from typing import Any, Final

CLAUSES_VERSION: Final = 1

ALWAYS: Final = (
    "parties",
    "amount_and_purpose",
    "term_and_repayment",
    "rate_and_annual_rate",
    "penalty_interest",
    "early_repayment",
    "allocation_of_payments",
    "data_protection",
    "governing_law",
)
"""What every loan contract must contain (商业银行法 art. 37, 民法典 art. 668), in its order."""


def clauses_for(*, is_secured: bool, is_entrusted: bool) -> list[dict[str, Any]]:
    """The clauses of one contract as ``{code, version}``."""
    codes = [*ALWAYS]
    if is_secured:
        codes.append("collateral")
    if is_entrusted:
        codes.append("entrusted_payment")
    return [{"code": code, "version": CLAUSES_VERSION} for code in codes]
