"""The two generated policy files: the fitted points table of persons and the report on it.

``./xindai policies fit`` writes them; with ``--check`` it only says whether they are what the fit
gives.  The same data always give the same bytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xindai.classification.fitting import Attribute, FittedBin, FittedTable, fit, judge
from xindai.classification.sampling import SEED, Case, cases

PERSON_ATTRIBUTES = (
    Attribute(
        "checking_account_band",
        (("none",), ("below_0",), ("from_0_below_200",), ("from_200_or_salary",)),
        is_ordered=True,
    ),
    Attribute(
        "savings_band",
        (("none_or_unknown",), ("below_100",), ("from_100_below_500",), ("from_500_below_1000",), ("from_1000",)),
        is_ordered=True,
    ),
    Attribute(
        "employment_since_band",
        (
            ("unemployed",),
            ("below_1_year",),
            ("from_1_below_4_years",),
            ("from_4_below_7_years",),
            ("from_7_years",),
        ),
        is_ordered=True,
    ),
    Attribute(
        "credit_history",
        (
            ("delayed_in_past",),
            ("critical_elsewhere",),
            ("none_or_all_repaid",),
            ("current_paid_so_far",),
            ("all_here_repaid",),
        ),
        is_ordered=True,
    ),
    Attribute("other_debtors", (("co_applicant",), ("none",), ("guarantor",))),
    Attribute("other_instalment_plans", (("bank",), ("stores",), ("none",))),
    Attribute("term_months", bounds=(6, 12, 18, 24, 36)),
    Attribute("amount_minor", bounds=(200_000, 400_000, 700_000, 1_000_000)),
)
"""What the committee lets into the score.  Left out on purpose: protected attributes; age, residence
and job (their codes mix in age and origin); purpose (judged in underwriting, not a quality of the
customer); housing, property and the instalment's share of income (their codes read against all
experience); telephone and number of credits (no weight)."""

PROTECTED_ATTRIBUTES = (
    Attribute(
        "age_years",
        tuple(tuple(range(first, last)) for first, last in ((0, 26), (26, 31), (31, 41), (41, 51), (51, 151))),
    ),
    Attribute(
        "personal_status_sex",
        (
            ("female_divorced_separated_married",),
            ("male_divorced_separated",),
            ("male_married_widowed",),
            ("male_single",),
        ),
    ),
    Attribute("foreign_worker", (("yes",), ("no",))),
    Attribute("dependants", (("up_to_two",), ("three_or_more",))),
)
"""Entered only into the table that shows what leaving them out costs."""

REFERENCE = (
    "{zh: 以 germancredit（South German Credit，UCI 编号 573，CC BY 4.0）的一半数据拟合；演示机构，贷款委员会决定, "
    'en: "fitted on one half of germancredit (South German Credit, UCI id 573, CC BY 4.0); '
    'demonstration lender, committee decision"}'
)

_TABLE_HEAD = """\
# Points of persons, fitted by "./xindai policies fit": do not edit, fit again.
# Score = base_points + the points of every fact. Bins by codes, or by numbers up to and including a bound.
# Odds of 2 good to 1 bad at 600 points; the odds double every 40 points.
# What the facts mean stands in facts.yaml, how the table came about in docs/specs/classification.md.
"""
_REPORT_HEAD = """\
# How the points table of persons tells good from bad, on the half it was fitted on and on the half it has not seen;
# beside it a table that was also given the protected attributes, for comparison only.
# Written by "./xindai policies fit".
"""


def generated() -> dict[str, str]:
    """File names and contents, fitted anew from the installed data."""
    every = cases()
    fitted_half = [case for case in every if not case.is_unseen]
    unseen_half = [case for case in every if case.is_unseen]
    table = fit(fitted_half, PERSON_ATTRIBUTES, _rated)
    with_protected = fit(fitted_half, PERSON_ATTRIBUTES + PROTECTED_ATTRIBUTES, _everything)
    quality = {
        "fitted_half": judge(table, fitted_half, _rated),
        "unseen_half": judge(table, unseen_half, _rated),
        "fitted_half_with_protected": judge(with_protected, fitted_half, _everything),
        "unseen_half_with_protected": judge(with_protected, unseen_half, _everything),
    }
    return {"rating.yaml": _table_text(table), "rating_report.yaml": _report_text(quality, fitted_half, unseen_half)}


def write(folder: Path) -> list[str]:
    """Write the generated files into a pack's folder; the names of those that changed."""
    files = generated()
    changed = [name for name, text in files.items() if _differs(folder / name, text)]
    for name in changed:
        (folder / name).write_text(files[name], encoding="utf-8")
    return changed


def stale(folder: Path) -> list[str]:
    """The names of generated files that are not what the fit gives; nothing is written."""
    return [name for name, text in generated().items() if _differs(folder / name, text)]


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text


def _rated(case: Case) -> Mapping[str, Any]:
    return case.rated_facts


def _everything(case: Case) -> Mapping[str, Any]:
    return {**case.rated_facts, **case.protected}


def _table_text(table: FittedTable) -> str:
    lines = [_TABLE_HEAD + "table:", "  value:", f"    base_points: {table.base_points}", "    attributes:"]
    for fact, bins in table.attributes:
        lines += [f"      - fact: {fact}", "        bins:", *(f"          - {_bin_text(row)}" for row in bins)]
    lines += _figure_lines("points")
    lines += ["fit:", "  value:", f"    seed: {SEED}", "    scale_points: 600", "    points_to_double_odds: 40"]
    return "\n".join(lines + _figure_lines("how the table was fitted")) + "\n"


def _bin_text(row: FittedBin) -> str:
    if row.codes:
        return f"{{codes: [{', '.join(map(str, row.codes))}], points: {row.points}}}"
    if row.up_to is None:
        return f"{{points: {row.points}}}"
    return f"{{up_to: {row.up_to:_}, points: {row.points}}}"


def _figure_lines(unit: str) -> list[str]:
    return [f"  unit: {unit}", "  from: 2024-01-01", f"  reference: {REFERENCE}", "  confirmed: true"]


def _report_text(quality: Mapping[str, int], fitted_half: Sequence[Case], unseen_half: Sequence[Case]) -> str:
    persons = {
        "fitted_half": len(fitted_half),
        "fitted_half_bad": sum(case.is_bad for case in fitted_half),
        "unseen_half": len(unseen_half),
        "unseen_half_bad": sum(case.is_bad for case in unseen_half),
    }
    lines = [_REPORT_HEAD + "auc_per_10000:", "  value:", *(f"    {name}: {value}" for name, value in quality.items())]
    lines += _figure_lines("ten-thousandths of the area under the ROC curve")
    lines += ["persons:", "  value:", *(f"    {name}: {value}" for name, value in persons.items())]
    return "\n".join(lines + _figure_lines("persons")) + "\n"
