"""Stated facts are checked against the policy's list of facts before they are kept."""

import base64
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.kernel import vault
from xindai.kernel.errors import InvalidInput
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR
from xindai.kernel.texts import is_prose
from xindai.policies.packs import Pack

SEALED = "sealed"
LONGEST_TEXT = 2000
"""Characters of a fact that is told in words."""

_INDUSTRY_CODE = re.compile(r"[A-T](\d{2,4})?")

SELF_STATED = frozenset(
    {
        "disposable_income_minor", "other_instalments_minor", "employment_since_band", "housing", "property_kind",
        "savings_band", "other_instalment_plans", "other_debtors", "revenue_minor", "annual_cash_flow_minor",
        "assets_minor", "total_debt_minor", "headcount",
    }
)  # fmt: skip
"""What customers may state of themselves; what the lender knows better than they - such as delays - is not among it."""

Stated = tuple[Any, str]
"""A value and its source, for example ``(12_000_00, "derived")``."""


def check_facts(facts: Mapping[str, Stated], kind: str, pack: Pack) -> None:
    """Refuse an unknown fact, one of the other customer kind, or a value that it cannot have.

    Raises InvalidInput that names the fact.
    """
    known = pack.section("facts")["facts"]
    for name, (value, _source) in facts.items():
        if name not in known:
            raise InvalidInput(
                name,
                _("The policy knows no fact “{name}”."),
                _("Correct the name; the facts are listed in facts.yaml of the policy."),
                name=name,
            )
        check_value(name, value, known[name])
        if known[name]["of"] not in (kind, "customer"):
            raise InvalidInput(
                name,
                _("The fact “{name}” is not one of a {kind}."),
                _("State it with the customer or the request that it belongs to."),
                name=name,
                kind=kind,
            )


def check_value(name: str, value: Any, shape: Mapping[str, Any]) -> None:
    """Refuse a value that the fact cannot have.  Raises InvalidInput."""
    if shape.get("codes") and value not in shape["codes"]:
        raise InvalidInput(
            name,
            _("“{value}” is not possible for {name}."),
            _("Choose one of: {codes}."),
            value=value,
            name=name,
            codes=", ".join(shape["codes"]),
        )
    if shape.get("is_number") and (not isinstance(value, int) or isinstance(value, bool)):
        raise InvalidInput(
            name,
            _("“{value}” is not a whole number."),
            _("State {name} in whole units, money in the smallest unit of the currency."),
            value=value,
            name=name,
        )
    _check_can_be_kept(name, value)
    if shape.get("is_date") and not _is_date(value):
        raise InvalidInput(
            name, _("“{value}” is not a date."), _("Write year-month-day, for example 2019-05-01."), value=value
        )
    if name == "industry_code" and not _INDUSTRY_CODE.fullmatch(str(value)):
        raise InvalidInput(
            name,
            _("“{value}” is not an industry code of GB/T 4754."),
            _("Write the section's letter and the digits of the division, for example C26."),
            value=value,
        )


def _check_can_be_kept(name: str, value: Any) -> None:
    """Refuse a figure larger than any amount, and a text that is too long or that no database holds."""
    if isinstance(value, int) and abs(value) > LARGEST_AMOUNT_MINOR:
        raise InvalidInput(
            name,
            _("The figure of {name} is larger than any that can be kept."),
            _("State at most {largest}; check whether digits were added."),
            name=name,
            largest=LARGEST_AMOUNT_MINOR,
        )
    if isinstance(value, str) and (len(value) > LONGEST_TEXT or not is_prose(value)):
        raise InvalidInput(
            name,
            _("The text of {name} is too long or holds a character that cannot be kept."),
            _("State it in at most {longest} characters."),
            name=name,
            longest=LONGEST_TEXT,
        )


def _is_date(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def kept_value(name: str, value: Any, seal: vault.Sealer, pack: Pack) -> Any:
    """The value as it is stored: a personal fact's sealed under the customer's key."""
    if not pack.section("facts")["facts"][name].get("is_personal"):
        return value
    return {SEALED: base64.b64encode(seal(str(value))).decode()}


def read_value(kept: Any, subject_id: UUID) -> Any:
    """The stored value as it was stated."""
    if isinstance(kept, dict) and SEALED in kept:
        return vault.unseal(subject_id, base64.b64decode(kept[SEALED]))
    return kept
