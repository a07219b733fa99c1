"""The clauses that a contract refers to, by code and version; their texts are for lawyers to edit.

The texts stand in both languages in ``clauses.yaml`` beside this module, by version; a contract names what was agreed.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

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


def text_of(code: str, version: int) -> Mapping[str, str]:
    """The text of a clause as it was agreed, in both languages.  Raises KeyError for one that was never written."""
    text: Mapping[str, str] = version_of(version)["clauses"][code]
    return text


def version_of(number: int) -> Mapping[str, Any]:
    """A version of the texts: its first day, its reference, and the clauses by code.  Raises KeyError."""
    version: Mapping[str, Any] = _versions()[number]
    return version


@lru_cache(maxsize=1)
def _versions() -> Mapping[int, Any]:
    with Path(__file__).with_name("clauses.yaml").open(encoding="utf-8") as file:
        versions: Mapping[int, Any] = yaml.safe_load(file)
    return versions
