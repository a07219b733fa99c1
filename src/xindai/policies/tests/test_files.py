"""Policy files: the shipped pack loads; a mistake is named with its file, key and remedy."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from xindai.policies.errors import PolicyFileInvalid
from xindai.policies.files import fingerprint, load_folder
from xindai.policies.packs import Pack

SHIPPED = Path(__file__).parents[4] / "policies/cn"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped pack to spoil."""
    target = tmp_path / "cn"
    target.mkdir()
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, target)
    return target


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refused(folder: Path) -> PolicyFileInvalid:
    with translation.override("en"), pytest.raises(PolicyFileInvalid) as caught:
        load_folder(folder)
    assert caught.value.remedy_text()
    return caught.value


def test_the_shipped_pack_loads_and_gives_the_same_fingerprint_each_time() -> None:
    assert fingerprint(load_folder(SHIPPED)) == fingerprint(load_folder(SHIPPED))


def test_every_figure_of_law_has_a_reference_and_says_whether_it_is_confirmed() -> None:
    pack = Pack("cn", 1, load_folder(SHIPPED), date(2026, 1, 1))
    assert len(pack.figures()) > 150
    assert all(figure.reference and figure.unit for figure in pack.figures())
    assert "five_tier.technical_lateness_days" in pack.unconfirmed()


def test_a_figure_is_read_as_of_its_date() -> None:
    content = load_folder(SHIPPED)
    before, after = (Pack("cn", 1, content, on).section("collections") for on in (date(2025, 2, 27), date(2025, 2, 28)))
    assert (before["contact_until"], after["contact_until"]) == ("21:00", "22:00")


def test_a_figure_not_yet_in_force_is_left_out() -> None:
    early = Pack("cn", 1, load_folder(SHIPPED), date(2007, 9, 27)).section("legal")
    assert early["longest_term_months"] == {"commercial_property": 120}


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("legal.yaml", 'quoted: "200,000.00 CNY"', 'quoted: "20,000.00 CNY"', "on_site_survey_above_minor"),
        ("pricing.yaml", "quoted: 6 %", "quoted: 0.6 %", "premium_by_rating_ppb.low"),
        ("pricing.yaml", "value: 500_000,", "value: 0.05,", "decimal fraction"),
        (
            "penalty.yaml",
            "markup_ppm: {value: 500_000, quoted: 50 %, <<: *lender}",
            "markup_ppm: {value: 600_000, <<: *lender}",
            "overdue",
        ),
        (
            "packages.yaml",
            "decision_promise_hours: {value: 4,",
            "decision_promise_hours: {value: 48,",
            "better tier waits longer",
        ),
        ("risk.yaml", "raise_to: high", "raise_to: highest", "rules.0.raise_to"),
        ("tiers.yaml", "when: {}", "when: {rating: [low]}", "last row"),
        ("five_tier.yaml", "from: 2023-07-01", "from: 1 July", "is not a date"),
        ("five_tier.yaml", "unit: days, <<: *order}", "<<: *order}", "lacks unit"),
        (
            "write_off.yaml",
            "overdue_days_min: {value: 361, unit: days, <<: *rule}",
            "overdue_days_min: 361",
            "stands alone",
        ),
        ("write_off.yaml", "overdue_days_min", "overdue_days_mini", "overdue_days_mini"),
        ("rating_bands.yaml", "high_from: {value: 660", "high_from: {value: 500", "high_from must be above"),
        (
            "write_off.yaml",
            "overdue_days_min: {value: 361, unit: days,",
            "overdue_days_min: {value: 361, unit: sols,",
            "the unit “sols” has no words",
        ),
        (
            "underwriting.yaml",
            "quoted: 20 %, unit: ppm of the debts",
            "quoted: 20 %, unit: ppm of sales; days",
            "the unit “ppm of sales; days” has no words",
        ),
        (
            "write_off.yaml",
            "reference: {zh: 金融企业呆账核销管理办法",
            "reference: {cn: 金融企业呆账核销管理办法",
            "must stand in Chinese and in English",
        ),
        ("calendar.yaml", '- "2024-01-01"', '- "2023-01-01"', "2023-01-01 does not belong to 2024"),
    ],
)
def test_a_mistake_is_refused_by_file_and_key(folder: Path, file: str, old: str, new: str, says: str) -> None:
    spoil(folder, file, old, new)
    error = refused(folder)
    assert error.file == file
    assert says in str(error)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "legal.yaml").unlink()
    assert refused(folder).file == "legal.yaml"


def test_an_unknown_file_is_named(folder: Path) -> None:
    (folder / "lagel.yaml").write_text("a: 1\n", encoding="utf-8")
    assert refused(folder).file == "lagel.yaml"


def test_a_name_that_stands_twice_is_refused_with_its_line(folder: Path) -> None:
    with (folder / "legal.yaml").open("a", encoding="utf-8") as lines:
        lines.write("lowest_age_years: {value: 16}\n")
    assert "stands twice" in str(refused(folder))


def test_protected_facts_cannot_be_given_to_a_rule(folder: Path) -> None:
    spoil(
        folder,
        "facts.yaml",
        "gender: {of: person, label: {zh: 性别, en: gender}, read_by: []",
        "gender: {of: person, label: {zh: 性别, en: gender}, read_by: [rating]",
    )
    assert "gender" in str(refused(folder))


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere").file.endswith("nowhere")
