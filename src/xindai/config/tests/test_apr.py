"""Annual rates from the command line: a file of cases, or one loan in words."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from loanmath.tests.published import FOLDER, needed
from xindai.config import arguments
from xindai.config.commands import apr
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

CASES = FOLDER / "apr_cases.json"
LOAN = ("--advance", "2026-01-15:10000", "--payment", "2026-02-15:322.67x36")
EXAMPLE: dict[str, Any] = {
    "id": "one", "regime": "EU APRC", "advances": [{"t_years": 0, "amount": 1000}],
    "payments": [{"t0": 0.5, "amount": 550.25, "n": 2, "step": 0.5}],
}  # fmt: skip
Said = Callable[..., tuple[int, str, str]]


EU: Final = '{"id": "x", "regime": "EU", "advances": [{"t_years": 0, "amount": 100}], "payments": [{"t_years": 1, "amount": 110}]}'


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Said:
    """Runs `./xindai apr` with the words; exit code, standard output, standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        code = apr.run(arguments.parse(["apr", *words]), Places(tmp_path))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def written(folder: Path, *cases: object) -> str:
    path = folder / "cases.json"
    path.write_text(json.dumps(list(cases)), encoding="utf-8")
    return str(path)


def with_changes(**changes: object) -> dict[str, Any]:
    return {key: value for key, value in (EXAMPLE | changes).items() if value != "absent"}


@needed
def test_all_published_cases_are_answered_in_json_with_six_decimals(said: Said) -> None:
    code, out, err = said(str(CASES), "--json")
    rates = json.loads(out, parse_float=Decimal)
    cases = json.loads(CASES.read_text(encoding="utf-8"), parse_float=Decimal)
    assert (code, err, [rate["id"] for rate in rates]) == (0, "", [case["id"] for case in cases])
    for case, rate in zip(cases, rates, strict=True):
        percent, note = rate["apr_percent"], case["recheck"]
        assert percent.as_tuple().exponent == -6
        if "expected_apr_percent" in case:
            tolerance = Decimal("0.0002") if note == "match_1dp" else Decimal("0.000001")
            assert abs(percent - case["expected_apr_percent"]) <= tolerance, case["id"]
        else:
            places = 2 if "expected_apr_2dp" in case else 1
            assert round(percent, places) == Decimal(case[f"expected_apr_{places}dp"]), case["id"]


@needed
def test_the_table_tells_which_figures_differ(said: Said) -> None:
    code, out, _ = said(str(CASES))
    differing = [line.split()[1] for line in out.splitlines() if "+0." in line or "-0." in line]
    assert code == 0
    assert differing == ["EU-09", "EU-32-1", "EU-35", "EU-37", "EU-38"]


def test_an_id_that_looks_like_markup_is_shown_as_it_was_written(said: Said, tmp_path: Path) -> None:
    code, out, _ = said(written(tmp_path, EXAMPLE | {"id": "[/]"}))
    assert code == 0
    assert "[/]" in out


def test_a_case_without_an_expected_rate_is_told_without_a_difference(said: Said, tmp_path: Path) -> None:
    code, out, _ = said(written(tmp_path, EXAMPLE))
    assert code == 0
    assert out.splitlines()[3].split("│")[1:-1] == [
        " one  ",
        " eu     ",
        " 13.697667     ",
        " 13.697667   ",
        "            ",
        "            ",
    ]


def test_times_may_be_years_days_unit_periods_or_dates(said: Said, tmp_path: Path) -> None:
    one_year = [
        with_changes(payments=[{"t_years": 1, "amount": 1100}]),
        with_changes(id="two", payments=[{"t_days": 365.25, "amount": 1100}], advances=[{"t_days": 0, "amount": 1000}]),
        with_changes(
            id="three", regime="US Reg Z", advances=[{"date": "2025-01-15", "amount": 1000}], unit_period="year",
            unit_periods_per_year=1, first_payment={"whole_unit_periods": 1, "fraction": 0},
            payments=[{"n": 1, "amount": 1100}],
        ),
        with_changes(
            id="four", regime="uk", advances=[{"date": "2024-03-15", "amount": 500}, {"date": "2024-03-15", "amount": 500}],
            payments=[{"date": "2025-03-15", "amount": 100}, {"date": "2026-03-15", "amount": 1100}],
        ),
        with_changes(id="five", regime="CN", payments=[{"t0": 0.08333333333333333, "step": 0.08333333333333333, "amount": 100, "n": 11}, {"t_years": 1, "amount": 0}]),
    ]  # fmt: skip
    code, out, _ = said(written(tmp_path, *one_year), "--json")
    assert code == 0
    rates = [rate["apr_percent"] for rate in json.loads(out)]
    assert rates[:4] == [10, 10, 10, 10]
    assert rates[4] == 19.477594  # eleven payments of a tenth: 12 x the monthly rate


def test_advances_in_parts_are_counted_in_the_unit_period_of_the_case(said: Said, tmp_path: Path) -> None:
    case = with_changes(
        regime="US", unit_period="quarter", unit_periods_per_year=4,
        advances=[{"date": "2024-01-01", "amount": 100}, {"date": "2024-04-01", "amount": 100}],
        first_payment={"whole_unit_periods": 2, "fraction": 0}, payments=[{"n": 1, "amount": 206}],
    )  # fmt: skip
    code, out, _ = said(written(tmp_path, case), "--json")
    # 100 (1+i)^2 + 100 (1+i) = 206: i = 1.98684...%
    assert (code, json.loads(out)) == (0, [{"id": "one", "apr_percent": 7.947366}])


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (with_changes(borrowed=1), "case one, borrowed: no field has this name"),
        (with_changes(regime="Mars"), "case one, regime: “Mars” is no regime"),
        (with_changes(regime="absent"), "case one, regime: it is missing"),
        (with_changes(payments=[]), "case one, payments: give a list"),
        (with_changes(payments=[7]), "case one, payments[0]: write it as {...}"),
        (with_changes(payments=[{"t0": 1, "amount": 5, "n": 1, "stepp": 1}]), "payments[0].stepp: no field"),
        (with_changes(payments=[{"t0": 1, "amount": 5, "n": 2}]), "payments[0].step: it is missing"),
        (with_changes(payments=[{"t0": 1, "amount": 5, "n": 1.5, "step": 1}]), "payments[0].n: 1.5 payments"),
        (with_changes(payments=[{"t0": 1, "amount": -5, "n": 1}]), "payments[0].amount: -5 is below zero"),
        (with_changes(payments=[{"t0": "1", "amount": 5, "n": 1}]), "payments[0].t0: “1” is no number"),
        (with_changes(payments=[{"t0": 1, "amount": True, "n": 1}]), "payments[0].amount: “True” is no number"),
        (with_changes(payments=[{"date": "soon", "amount": 5}], advances=[{"date": "2024-01-01", "amount": 5}]), "payments[0].date: “soon” is no date"),
        (with_changes(payments=[{"t0": 1, "amount": 0, "n": 1}]), "case one, flows: There is no rate"),
        (with_changes(unit_periods_per_year=0), "unit_periods_per_year: It must be above zero"),
        (with_changes(unit_periods_per_year=12, unit_period="moon", advances=[{"date": "2024-01-01", "amount": 1}, {"date": "2024-02-01", "amount": 1}], first_payment={"whole_unit_periods": 1, "fraction": 0}, payments=[{"n": 3, "amount": 1}]), "unit_period: “moon” is no unit-period"),
        (with_changes(payments=[{"t_years": 10**6, "amount": 5}]), "payments[0].t_years: 1000000 is too long a time"),
        (with_changes(payments=[{"t_years": 1, "amount": 10**30}]), "payments[0].amount: 1" + "0" * 30 + " is out of all proportion"),
        (with_changes(payments=[{"t0": 1, "amount": 5, "n": 2, "step": -0.1}]), "payments[0].step: -0.1: give a time above zero"),
        (with_changes(unit_periods_per_year=13, unit_period="month", advances=[{"date": "2024-01-01", "amount": 1}], first_payment={"whole_unit_periods": 1, "fraction": 0}, payments=[{"n": 3, "amount": 1}]), "unit_periods_per_year: a year has 12 of the unit-period month"),
        (with_changes(unit_periods_per_year=12, advances=[{"date": "2024-01-01", "amount": 1}], first_payment={"whole_unit_periods": 1, "fraction": 1.5}, payments=[{"n": 3, "amount": 1}]), "first_payment.fraction: 1.5: give a part"),
        (with_changes(unit_periods_per_year=12, advances=[{"date": "2024-01-01", "amount": 1}], first_payment={"whole_unit_periods": -1, "fraction": 0}, payments=[{"n": 3, "amount": 1}]), "first_payment.whole_unit_periods: -1 is below zero"),
        ("loan", "case number 2, case: write it as {...}"),
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_answered_is_named_and_the_others_go_on(
    said: Said, tmp_path: Path, case: object, words: str
) -> None:
    code, out, err = said(written(tmp_path, with_changes(id="good"), case, with_changes(id="too")), "--json")
    first, bad, last = json.loads(out)
    assert code == 1
    assert (first, last) == ({"id": "good", "apr_percent": 13.697667}, {"id": "too", "apr_percent": 13.697667})
    assert bad["apr_percent"] is None
    assert words in bad["error"]
    assert err == f"xindai: {bad['error']}\n"
    assert "no answer" in said(written(tmp_path, case))[1]


@pytest.mark.parametrize(
    ("content", "problem"), [("{}", "holds no list of cases"), ("[1", "is no JSON"), (None, "cannot be read")]
)
def test_a_file_without_cases_is_refused(said: Said, tmp_path: Path, content: str | None, problem: str) -> None:
    path = tmp_path / "cases.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(Refusal, match=problem):
        said(str(path), "--json")


def test_a_loan_in_words_is_told_with_both_labelled_rates(said: Said) -> None:
    code, out, _ = said(*LOAN)
    assert code == 0
    assert out.splitlines() == [
        "9.999601 %  annual rate (IRR x 12) 年化利率（内部收益率×12）",
        "10.470870 %  effective annual rate 实际年利率",
        "paid out 10000.00, paid back 11616.12 CNY",
        "time counted in: month",
    ]


def test_a_loan_in_words_is_answered_in_json_alone(said: Said) -> None:
    code, out, err = said(*LOAN, "--json")
    assert (code, json.loads(out), err) == (0, [{"id": "words", "apr_percent": 9.999601}], "")


def test_fees_count_by_the_regime(said: Said) -> None:
    fees = ("--fee", "origination:2026-01-15:100", "--fee", "notary:2026-01-15:50.5")
    out = said(*LOAN, *fees, "--regime", "eu")[1]
    assert "fee counted: origination 100.00 on 2026-01-15" in out
    assert "fee left out: notary 50.50 on 2026-01-15" in out
    assert "EU annual percentage rate of charge" in out


def test_a_negative_rate_is_said_to_be_one(said: Said) -> None:
    out = said("--advance", "2026-01-15:1000", "--payment", "2026-02-15:990", "--regime", "us")[1]
    assert out.startswith("-12.000000 %  US annual percentage rate (actuarial, nominal)  (negative: less is paid back")


@pytest.mark.parametrize(
    ("step", "unit"),
    [("week", "week"), ("2weeks", "2 weeks"), ("10days", "10 days"), ("half-month", "half-month"), ("quarter", "3 months"), ("year", "year"), ("2months", "2 months")],
)  # fmt: skip
def test_payments_lie_a_step_apart(said: Said, step: str, unit: str) -> None:
    out = said("--advance", "2026-01-01:1000", "--payment", f"2026-02-01:100x12/{step}", "--regime", "us")[1]
    assert f"time counted in: {unit}\n" in out


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "no loan to answer for"),
        (["--advance", "2026-01-15:100"], "at least one --advance and one --payment"),
        (["cases.json", *LOAN], "A file and a loan"),
        (["--advance", "now", "--payment", "2026-02-15:1"], "--advance now cannot be read"),
        (["--advance", "2026-13-15:100", "--payment", "2026-02-15:1"], "--advance: 2026-13-15 is no date"),
        (["--advance", "2026-01-15:100", "--payment", "2026-02-15:1x0"], "0 payments"),
        (["--advance", "2026-01-15:100", "--payment", "2026-02-15:1x3/moon"], "“moon” is no step"),
        (["--advance", "2026-01-15:100", "--payment", "2026-02-15:1x9999/year"], "past the year 9999"),
        (["--advance", "2026-01-15:100", "--payment", "2026-02-15:1x" + "9" * 5000], "cannot be read"),
        (["--advance", "2026-01-15:100", "--payment", "2026-02-15:1x３"], "cannot be read"),
        (["--advance", "2026-01-15:100", "--payment", "2026-02-15:1x3/00week"], "is no step"),
        (["--advance", "2026-01-15:" + "9" * 50, "--payment", "2026-02-15:1"], "is out of all proportion"),
        (["--advance", "2026-01-15:1.234", "--payment", "2026-02-15:2"], "--advance: 1.234 is finer"),
        ([*LOAN, "--fee", "tip:2026-01-15:1"], "“tip” is no kind of fee. Name one of: origination"),
        ([*LOAN, "--currency", "XXX"], "XXX"),
        (["--advance", "2026-03-15:100", "--payment", "2026-02-15:1"], "flows: There is no rate"),
    ],
)
def test_bad_words_are_refused_in_one_sentence_with_the_remedy(said: Said, words: list[str], problem: str) -> None:
    with pytest.raises(Refusal) as raised:
        said(*words)
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ('{"id": "x", "regime": "EU", "regime": "US"}', "case x, regime: it is given twice"),
        ('{"id": "x", "regime": ["EU"]}', "case x, regime:"),
        ('{"id": "x", "": 1}', "case x, “”: no field has this name"),
        ('{"id": ' + "9" * 5000 + "}", "case number 1, regime: it is missing"),
        ('{"id": "x", "regime": "EU", "advances": ' + "[" * 900 + "]" * 900 + "}", "case x, advances[0]"),
        (EU.replace("110", "NaN"), "case x, payments[0].amount"),
        (EU.replace("110", "1E+99999999999999999999"), "case x, payments[0].amount"),
        (EU.replace("110", "9" * 5000), "case x, payments[0].amount"),
        (EU.replace('"t_years": 1', '"t_years": 1e300'), "case x, payments[0].t_years"),
        (EU.replace('"t_years": 1', '"t0": 1, "step": 1, "n": 100001'), "case x, payments: more than 100000 payments"),
    ],
)
def test_rubbish_in_one_case_leaves_json_and_the_other_cases(
    said: Said, tmp_path: Path, spoilt: str, words: str
) -> None:
    path = tmp_path / "cases.json"
    path.write_text(f"[{spoilt}, {EU}]", encoding="utf-8")
    code, out, _ = said(str(path), "--json")
    bad, good = json.loads(out)
    assert (code, bad["apr_percent"], good["apr_percent"]) == (1, None, 10.0)
    assert words in bad["error"]


def test_a_file_nested_beyond_reading_is_refused(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(Refusal, match="nested too deeply"):
        said(str(path), "--json")
