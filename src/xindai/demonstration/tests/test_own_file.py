"""A lender's own file: good rows become applications, bad rows are told by row, field and remedy."""

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from xindai.demonstration import mapping as mappings
from xindai.demonstration import own_file
from xindai.demonstration.founding import PACK
from xindai.demonstration.own_file import Catalogue, OwnFile
from xindai.demonstration.records import Outcome
from xindai.kernel.errors import InvalidInput
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR
from xindai.policies.files import load_file
from xindai.products import files as product_files
from xindai.products.spec import parse_spec

MAPPING = """
source: branch-2025
key: 编号
fields:
  name: 姓名
  identity_number: 证件
  product_code: {value: consumer}
  amount: {column: 金额, unit: yuan}
  term_months: 期限
  purpose: {column: 用途, words: {家电: domestic_appliances}, otherwise: other_consumption}
  method: {column: 方式, words: {等额本息: level}}
  arrives_on: {column: 日期, format: "%Y/%m/%d"}
  is_bad: {column: 违约, words: {是: bad, 否: good}}
facts:
  disposable_income_minor: {column: 收入, unit: yuan}
  credit_history: {column: 信用, words: {正常: current_paid_so_far}}
  instalment_rate_band: {column: 占比, words: {低: below_20}}
"""
COLUMNS = ["编号", "姓名", "证件", "金额", "期限", "用途", "方式", "日期", "违约", "收入", "信用", "占比"]
GOOD = [
    "A1",
    "演示丙0001",
    "11010519491231002X",
    "12,000.50",
    "12",
    "家电",
    "等额本息",
    "2024/08/05",
    "否",
    "3000",
    "正常",
    "低",
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    specs = [parse_spec(content) for content in product_files.read_folder(PACK / "products")]
    facts = load_file(PACK / "facts.yaml")["facts"]["value"]
    return Catalogue({spec.code: spec for spec in specs}, facts)


def row(**changes: str) -> list[str]:
    return [changes.get(column, cell) for column, cell in zip(COLUMNS, GOOD, strict=True)]


def read(tmp_path: Path, catalogue: Catalogue, *rows: list[str], mapping: str = MAPPING) -> OwnFile:
    file, mapping_file = tmp_path / "own.csv", tmp_path / "own.yaml"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([COLUMNS, *rows])
    mapping_file.write_text(mapping, encoding="utf-8")
    return own_file.read(file, mappings.load(mapping_file), catalogue)


def problem_of(found: OwnFile) -> tuple[int, str]:
    """The row and field of the only problem."""
    [(number, problem)] = own_file.iter_problems(found.rejections)
    assert problem.problem
    assert problem.remedy
    return number, problem.field


def test_a_good_row_becomes_an_application(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, GOOD)
    [application] = found.records
    assert found.rejections == ()
    assert application.key == "branch-2025/A1"
    assert application.wish.amount_minor == 1_200_050
    assert application.wish.purpose == "domestic_appliances"
    assert application.arrives_on == date(2024, 8, 5)
    assert application.outcome == Outcome(is_bad=False, was_fitted_on=False)
    assert application.facts["disposable_income_minor"].value == 300_000
    assert application.request_facts["instalment_rate_band"].value == "below_20"


def test_good_rows_go_on_when_others_are_bad(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, row(编号="A0", 金额="viel"), GOOD)
    assert [application.key for application in found.records] == ["branch-2025/A1"]
    assert problem_of(found) == (2, "amount")


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("姓名", " ", "name"),
        ("证件", "110105194912310021", "identity_number"),
        ("金额", "12.345", "amount"),
        ("金额", "-5", "amount"),
        ("金额", "NaN", "amount"),
        ("金额", "12000,50", "amount"),
        ("金额", "1,2000", "amount"),
        ("金额", "12.000,50", "amount"),
        ("金额", "1_2000", "amount"),
        ("金额", "1e4", "amount"),
        ("金额", "+5", "amount"),
        ("金额", "１２０００", "amount"),
        ("金额", "1" + "0" * 30, "amount"),
        ("金额", "10,000,000,000,000.01", "amount"),
        ("期限", "一年", "term_months"),
        ("期限", "1_2", "term_months"),
        ("期限", "-12", "term_months"),
        ("期限", "1" + "0" * 30, "term_months"),
        ("收入", "3000,5", "disposable_income_minor"),
        ("收入", "1" + "0" * 30, "disposable_income_minor"),
        ("编号", "A" * 300, "key"),
        ("编号", "A\x01", "key"),
        ("姓名", "演示\0丙", "name"),
        ("姓名", "演" * 5000, "name"),
        ("用途", "x" * 300, "purpose"),
        ("方式", "随意", "method"),
        ("日期", "2024-08-05", "arrives_on"),
        ("违约", "也许", "is_bad"),
        ("收入", "很多", "disposable_income_minor"),
        ("信用", "不知道", "credit_history"),
    ],
)
def test_a_bad_cell_is_told_with_its_field(
    tmp_path: Path, catalogue: Catalogue, column: str, cell: str, field: str
) -> None:
    mapping = MAPPING.replace(", otherwise: other_consumption", "").replace(
        "{column: 用途, words: {家电: domestic_appliances}}", "用途"
    )
    found = read(tmp_path, catalogue, row(**{"用途": "domestic_appliances", column: cell}), mapping=mapping)
    assert problem_of(found) == (2, field)


@pytest.mark.parametrize(
    ("cell", "minor"),
    [
        ("12000", 1_200_000),
        ("12000.5", 1_200_050),
        ("12,000.50", 1_200_050),
        ("¥12，000", 1_200_000),
        ("0.01", 1),
        ("10,000,000,000,000", LARGEST_AMOUNT_MINOR),
    ],
)
def test_an_amount_that_is_well_written_is_read_exactly(
    tmp_path: Path, catalogue: Catalogue, cell: str, minor: int
) -> None:
    [application] = read(tmp_path, catalogue, row(金额=cell)).records
    assert application.wish.amount_minor == minor


def test_fen_are_read_whole(tmp_path: Path, catalogue: Catalogue) -> None:
    mapping = MAPPING.replace("{column: 金额, unit: yuan}", "{column: 金额, unit: fen}")
    found = read(tmp_path, catalogue, row(金额="1,200,050"), row(编号="A2", 金额="1200050.5"), mapping=mapping)
    assert [application.wish.amount_minor for application in found.records] == [1_200_050]
    assert problem_of(found) == (3, "amount")


def test_a_share_may_be_below_zero_and_a_count_may_not(tmp_path: Path, catalogue: Catalogue) -> None:
    facts = "  sales_growth_ppm: 收入\n  household_size: 占比\n"
    mapping = MAPPING[: MAPPING.index("  disposable_income_minor")] + facts
    found = read(tmp_path, catalogue, row(收入="-50,000", 占比="3"), row(编号="A2", 占比="-3"), mapping=mapping)
    [application] = found.records
    assert application.facts["sales_growth_ppm"].value == -50_000
    assert problem_of(found) == (3, "household_size")


def test_a_currency_that_the_product_is_not_lent_in_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    mapping = MAPPING.replace("  term_months: 期限", "  term_months: 期限\n  currency: {value: EURO}")
    assert problem_of(read(tmp_path, catalogue, GOOD, mapping=mapping)) == (2, "currency")


def test_a_long_cell_is_repeated_in_part(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, row(金额="x" * 1000))
    [(_row, problem)] = own_file.iter_problems(found.rejections)
    assert len(problem.problem) < 100


def test_a_row_that_comes_in_too_far_ahead_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    bounded = replace(catalogue, last_arrival_day=date(2026, 7, 1))
    found = read(tmp_path, bounded, row(日期="2026/07/01"), row(编号="A2", 日期="2099/01/01"))
    assert [application.key for application in found.records] == ["branch-2025/A1"]
    assert problem_of(found) == (3, "arrives_on")


def test_all_problems_of_a_row_are_told_at_once(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, row(金额="x", 期限="y", 姓名=""))
    assert {problem.field for _row, problem in own_file.iter_problems(found.rejections)} == {
        "amount",
        "term_months",
        "name",
    }


def test_a_key_may_stand_in_the_file_once(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, GOOD, row(姓名="演示丙0002"))
    assert len(found.records) == 1
    assert problem_of(found) == (3, "编号")


def test_an_empty_cell_of_a_fact_states_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    [application] = read(tmp_path, catalogue, row(收入="")).records
    assert "disposable_income_minor" not in application.facts


def test_a_product_must_be_for_the_customer(tmp_path: Path, catalogue: Catalogue) -> None:
    mapping = MAPPING.replace("{value: consumer}", "{value: working_capital}")
    assert problem_of(read(tmp_path, catalogue, GOOD, mapping=mapping)) == (2, "product_code")


def test_a_missing_column_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(InvalidInput, match="薪水"):
        read(tmp_path, catalogue, GOOD, mapping=MAPPING.replace("column: 收入", "column: 薪水"))


def test_an_unknown_fact_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(InvalidInput, match="shoe_size"):
        read(tmp_path, catalogue, GOOD, mapping=MAPPING.replace("credit_history:", "shoe_size:"))


@pytest.mark.parametrize("broken", ["source: [", "source: germancredit", "source: x\nkey: y\nfields: {}"])
def test_a_broken_mapping_is_refused_as_a_whole(tmp_path: Path, catalogue: Catalogue, broken: str) -> None:
    mapping = MAPPING.replace("branch-2025", "germancredit") if "germancredit" in broken else broken
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path, catalogue, GOOD, mapping=mapping)
    assert refused.value.remedy_text()


@pytest.mark.parametrize(
    ("right", "wrong", "field", "words"),
    [
        ("unit: yuan}\n  term", "unit: euro}\n  term", "fields.amount.unit", ["euro", "yuan", "fen"]),
        ("key: 编号\n", "", "key", ["缺少"]),
        ("  name: 姓名\n", "", "fields.name", ["缺少"]),
        ("  name: 姓名", "  surname: 姓名", "fields.surname", ["identity_number, is_bad"]),
        ("  term_months: 期限", "  term_months: 期限\n  colour: 色", "fields.colour", ["purpose_statement"]),
        ("{value: consumer}", "{valeu: consumer}", "fields.product_code.valeu", ["column", "value"]),
        ("unit: yuan}\n  credit", "unti: yuan}\n  credit", "facts.disposable_income_minor.unti", ["unit"]),
        ("{是: bad, 否: good}", "{1: bad, 0: good}", "fields.is_bad.words.1", ["引号"]),
        ("term_months: 期限", "term_months: 12", "fields.term_months", ["引号"]),
        ("%Y/%m/%d", "%Y/%Y", "fields.arrives_on.format", ["%Y-%m-%d"]),
        ("%Y/%m/%d", "%m/%d", "fields.arrives_on.format", ["%Y-%m-%d"]),
        ("source: branch-2025", "source: Branch 2025", "source", ["a-z"]),
        ("key: 编号", 'key: 编号\ndelimiter: ";;"', "delimiter", ["一个字符"]),
    ],
)
def test_a_mistake_in_the_mapping_is_told_by_its_place_and_what_is_possible(
    tmp_path: Path, catalogue: Catalogue, right: str, wrong: str, field: str, words: list[str]
) -> None:
    assert right in MAPPING
    with translation.override("zh-hans"), pytest.raises(InvalidInput) as refused:
        read(tmp_path, catalogue, GOOD, mapping=MAPPING.replace(right, wrong))
    told = str(refused.value)
    assert refused.value.field == field
    assert field in told
    assert all(word in told for word in words), told
    assert "Input" not in told


def test_a_file_in_another_encoding_is_refused_with_the_remedy(tmp_path: Path, catalogue: Catalogue) -> None:
    file, mapping_file = tmp_path / "own.csv", tmp_path / "own.yaml"
    file.write_bytes("编号,姓名\nA1,某人\n".encode("gb18030"))
    mapping_file.write_text(MAPPING, encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        own_file.read(file, mappings.load(mapping_file), catalogue)
    assert refused.value.field == "applications"


def test_the_reject_file_can_be_corrected_and_given_in_again(tmp_path: Path, catalogue: Catalogue) -> None:
    found = read(tmp_path, catalogue, GOOD, row(编号="A2", 期限="?"))
    rejects = own_file.rejects_path(tmp_path, tmp_path / "own.csv")
    own_file.write_rejections(rejects, found.columns, found.rejections)
    with rejects.open(encoding="utf-8-sig", newline="") as lines:
        [told] = csv.DictReader(lines)
    assert (told["编号"], told["xindai_row"], told["xindai_field"]) == ("A2", "3", "term_months")
    corrected = rejects.read_text(encoding="utf-8-sig").replace("?", "24")
    rejects.write_text(corrected, encoding="utf-8")
    again = own_file.read(rejects, mappings.load(tmp_path / "own.yaml"), catalogue)
    assert [application.wish.term_months for application in again.records] == [24]
