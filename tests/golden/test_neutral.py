"""Histories of loans with every figure of every row, one case a line in ``neutral/cases.jsonl``.

The figures are those of public feature files; each case names repository, commit and file.  The format is that of
docs/specs/neutral_cases.md.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from loanmath.neutral import differences, run_case

FILE = Path(__file__).parent / "neutral" / "cases.jsonl"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in (json.loads(line, parse_float=Decimal) for line in FILE.read_text(encoding="utf-8").splitlines())
}
WITH_ROWS = [name for name, case in CASES.items() if any(check.get("rows") for check in case["checks"])]


@pytest.mark.parametrize("name", list(CASES))
def test_every_figure_of_the_history_is_computed(name: str) -> None:
    case = CASES[name]
    assert list(differences(case["checks"], run_case(case)["checks"])) == []


@pytest.mark.parametrize("name", WITH_ROWS)
def test_a_cent_more_in_the_last_row_would_be_noticed(name: str) -> None:
    case = CASES[name]
    check = next(check for check in reversed(case["checks"]) if check.get("rows"))
    row = next(row for row in reversed(check["rows"]) if row["kind"] != "disbursement")
    wrong = row | {"outstanding": Decimal(str(row["outstanding"])) + Decimal("0.01")}
    rows = [wrong if one is row else one for one in check["rows"]]
    checks = [one | {"rows": rows} if one is check else one for one in case["checks"]]
    assert len(list(differences(checks, run_case(case)["checks"]))) == 1


def test_every_case_says_where_its_figures_come_from() -> None:
    assert CASES
    for case in CASES.values():
        source = case["source"]
        assert len(source["commit"]) == 40
        assert source["repo"]
        assert source["path"]
