"""A loan planned from the command line."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from loanmath import Method, Terms
from xindai.config import arguments
from xindai.config.commands import schedule
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

LOAN = ("--principal", "12000", "--rate", "6", "--on", "2026-01-10")
Said = Callable[..., str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Runs `./xindai schedule` for 12,000 at 6 % paid out on 10 January 2026; what it prints."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> str:
        assert schedule.run(arguments.parse(["schedule", *LOAN, *words]), Places(tmp_path)) == 0
        return capsys.readouterr().out

    return run


def rows(text: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in csv.DictReader(io.StringIO(text))]


def test_the_methods_of_the_command_are_those_of_the_engine() -> None:
    assert set(arguments.METHODS) == set(Method)


def test_a_plan_is_shown_with_its_chart_its_cost_and_both_annual_rates(said: Said) -> None:
    out = said("--months", "3", "--fee", "60")
    assert "12000.00 CNY at 6.00 % a year, level, 3 x P1M, 30E/360" in out
    # i = 0.5 %: 12000 i / (1 - (1 + i)^-3) = 4040.07
    assert [line.split() for line in out.splitlines() if "2026-0" in line] == [
        ["1", "2026-02-10", "3980.07", "60.00", "4040.07", "8019.93"],
        ["2", "2026-03-10", "3999.97", "40.10", "4040.07", "4019.96"],
        ["3", "2026-04-10", "4019.96", "20.10", "4040.06", "0.00"],
    ]
    assert "              120.20 CNY  interest 利息\n" in out
    assert "              180.20 CNY  total cost 总成本\n" in out
    assert "annual rate (IRR x 12)" in out
    assert "EU annual percentage rate of charge (effective)" in out
    assert out.count("█") > 100
    assert "▒" in out


def test_many_instalments_share_the_bars_of_the_chart(said: Said) -> None:
    out = said("--months", "120")
    bars = [line for line in out.splitlines() if "█" in line and "本金" not in line]
    assert len(bars) == 40
    assert bars[-1].split()[0] == "118-120"


def test_the_plan_can_be_had_as_csv_and_as_json(said: Said) -> None:
    out = said("--months", "3", "--csv")
    assert out.splitlines()[0] == (
        "number,accrual_from,accrual_to,due_on,opening,principal,interest,instalment,capitalised,closing"
    )
    assert rows(out, "number", "instalment") == [("1", "4040.07"), ("2", "4040.07"), ("3", "4040.06")]
    told = json.loads(said("--months", "3", "--fee", "60", "--json"))
    assert told["totals"] == {"interest": "120.20", "fee": "60.00", "cost": "180.20", "paid": "12120.20"}
    assert Terms.from_json(told["terms"]) == Terms.from_json(
        json.loads(said("--months", "3", "--fee", "60", "--terms"))
    )
    assert [rate["percent"] for rate in told["annual_rates"]][1] == told["annual_rates"][2]["percent"]


def test_a_cent_can_be_explained(said: Said) -> None:
    out = said("--months", "3", "--day-count", "act/360", "--why", "1")
    assert out.splitlines() == [
        "row 1: interest 62.00 CNY, counted by act/360",
        "  2026-01-10 to 2026-02-10: 12000.00 x 6.00 % x 31/360 of a year (31 days)",
        "  sum 2232000000000000 / 360000000000 = 6200 minor units and a rest of 0",
        "  rounded half_up: 62.00 CNY",
    ]
    later = said("--months", "3", "--grace-interest", "1", "--why", "1")
    assert "the row asks for 0.00, the rest at another time" in later


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # equal parts of 4000; 0.5 % of 12000, 8000, 4000
        (["--method", "equal_principal", "--months", "3"], [("4000.00", "60.00"), ("4000.00", "40.00"), ("4000.00", "20.00")]),
        (["--method", "interest_first", "--months", "2"], [("0.00", "60.00"), ("12000.00", "60.00")]),
        (["--method", "bullet", "--months", "6"], [("12000.00", "360.00")]),
        (["--method", "flat", "--months", "2"], [("6000.00", "60.00"), ("6000.00", "60.00")]),
        # 5000 - 60; 5000 - 35.30; 2095.30 + 0.5 % of it = 10.48
        (["--method", "fixed", "--instalment", "5000"], [("4940.00", "60.00"), ("4964.70", "35.30"), ("2095.30", "10.48")]),
        (["--method", "minimum", "--minimum", "50", "--floor", "5000"], [("5970.00", "60.00"), ("4969.85", "30.15"), ("1060.15", "5.30")]),
        (["--method", "custom", "--parts", "2000,10000"], [("2000.00", "60.00"), ("10000.00", "50.00")]),
        (["--months", "6", "--every", "quarterly", "--method", "equal_principal"], [("6000.00", "180.00"), ("6000.00", "90.00")]),
        (["--method", "equal_principal", "--instalments", "2", "--every", "P2W", "--day-count", "act/360"], [("6000.00", "28.00"), ("6000.00", "14.00")]),
        (["--method", "interest_first", "--matures", "2026-02-25"], [("0.00", "60.00"), ("12000.00", "30.00")]),
        (["--method", "interest_first", "--months", "2", "--step", "2026-02-10:12"], [("0.00", "60.00"), ("12000.00", "120.00")]),
        (["--method", "equal_principal", "--months", "3", "--grace-principal", "1"], [("0.00", "60.00"), ("6000.00", "60.00"), ("6000.00", "30.00")]),
        (["--method", "equal_principal", "--months", "2", "--interest-free", "1"], [("6000.00", "0.00"), ("6000.00", "30.00")]),
        (["--method", "equal_principal", "--months", "3", "--weights", "0,1,2"], [("0.00", "60.00"), ("4000.00", "60.00"), ("8000.00", "40.00")]),
        (["--method", "equal_principal", "--months", "2", "--down-payment", "50"], [("6000.00", "0.00"), ("3000.00", "30.00"), ("3000.00", "15.00")]),
        # 4040.07 to whole units; the last takes 0.5 % of 4020.10 = 20.10
        (["--months", "3", "--multiple", "1"], [("3980.00", "60.00"), ("3999.90", "40.10"), ("4020.10", "20.10")]),
        (["--method", "interest_first", "--months", "1", "--currency", "JPY"], [("12000", "60")]),
    ],
)  # fmt: skip
def test_every_kind_of_loan_can_be_named(said: Said, words: list[str], expected: list[tuple[str, str]]) -> None:
    assert rows(said(*words, "--csv"), "principal", "interest") == expected


def test_due_dates_move_off_the_days_of_rest_of_a_file(said: Said, tmp_path: Path) -> None:
    path = tmp_path / "rest.json"
    path.write_text('{"holidays": ["2026-02-10", "2026-02-11"], "workdays": ["2026-02-14"]}', encoding="utf-8")
    words = ("--months", "2", "--business-day", "following", "--calendar", str(path), "--csv")
    assert rows(said(*words), "accrual_to", "due_on") == [("2026-02-10", "2026-02-12"), ("2026-03-10", "2026-03-10")]


def test_a_plan_without_an_annual_rate_says_why(said: Said) -> None:
    out = said("--months", "3", "--fee", "12000")
    assert out.count("no annual rate (") == 2


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "Nothing says how long the loan runs. Give --months, --instalments or --matures."),
        (["--months", "3", "--instalments", "3"], "--months and --instalments were both given"),
        (["--months", "4", "--every", "quarterly"], "--months 4 is no whole number of periods of P3M"),
        (["--months", "3", "--principal", "much"], "--principal: “much” is no amount"),
        (["--months", "3", "--principal", "-5"], "--principal: principal_minor is -500"),
        (["--months", "3", "--principal", "1.234"], "--principal: 1.234 is finer than the smallest unit of CNY"),
        (["--months", "3", "--rate", "x"], "--rate: “x” is no rate"),
        (["--months", "3", "--rate", "5000"], "--rate 5000 is out of range. Give a percentage from 0 to 2000."),
        (["--months", "3", "--rate", "-1"], "--rate -1 is out of range."),
        (["--months", "3", "--multiple", "0"], "--multiple:"),
        (["--months", "3", "--balloon", "20000000"], "--balloon is more than the principal"),
        (["--months", "3", "--on", "today"], "--on: today is no date. Write it as 2026-03-31."),
        (["--months", "3", "--first-due", "2026-01-01"], "--first-due: The first due date must lie after"),
        (["--months", "3", "--every", "sometimes"], "--every: “sometimes” is no frequency"),
        (["--months", "3", "--day-count", "moon"], "--day-count: “moon” is no day_count"),
        (["--months", "3", "--rounding", "never"], "--rounding: “never” is no rounding"),
        (["--months", "3", "--currency", "XXX"], "XXX is no ISO 4217 currency"),
        (["--months", "3", "--step", "2026-02-10"], "--step 2026-02-10 cannot be read. Write DATE:RATE"),
        (["--months", "3", "--weights", "1,x"], "--weights 1,x cannot be read"),
        (["--months", "3", "--odd-first", "none"], "--odd-first: “none” is no choice"),
        (["--method", "fixed"], "--instalment: Give the fixed instalment"),
        (["--method", "fixed", "--instalment", "10"], "raise the payment or allow a balloon"),
        (["--method", "minimum"], "--minimum: Give the share of a minimum payment"),
        (["--method", "custom", "--parts", "13000", "--instalments", "1"], "--parts: The principal parts are more"),
        (
            ["--months", "3", "--grace-principal", "3"],
            "--grace-principal: The last instalment, number 3, pays what was",
        ),
        (["--months", "3", "--why", "4"], "--why 4: there is no such row. Give a number from 1 to 3."),
        (["--months", "3", "--calendar", "/none.json"], "--calendar: /none.json cannot be read"),
    ],
)
def test_bad_words_name_the_option_and_the_remedy(said: Said, words: list[str], problem: str) -> None:
    with pytest.raises(Refusal) as raised:
        said(*words)
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", ["[", "[1]", '{"days": []}', '{"holidays": ["soon"]}', '{"holidays": [1]}'])
def test_a_file_that_holds_no_calendar_is_refused(said: Said, tmp_path: Path, content: str) -> None:
    path = tmp_path / "rest.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refusal, match=r'Write \{"holidays"'):
        said("--months", "3", "--calendar", str(path))


def test_wrong_numbers_are_refused_with_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments.parse(["schedule", *LOAN, "--grace-principal", "-1"])
    assert "--grace-principal" in capsys.readouterr().err


def test_a_fee_is_spread_over_the_life_of_a_loan_by_the_effective_interest_rate(said: Said) -> None:
    """12,000 less 240 grow in a year to 13,200: 1,440 of income, 1440 / 11760 = 12.244898 %."""
    out = said("--months", "12", "--method", "bullet", "--rate", "10", "--fee", "240", "--carrying")
    assert ["2027-01-10", "11760.00", "1440.00", "13200.00", "0.00"] in [line.split() for line in out.splitlines()]
    assert "effective interest rate 12.244898 % a year" in out
    assert "█" not in out


def test_a_loan_all_of_which_is_kept_back_has_no_effective_interest_rate() -> None:
    words = ["schedule", *LOAN, "--months", "3", "--fee", "12000", "--carrying"]
    with pytest.raises(Refusal, match="no effective interest rate"):
        schedule.run(arguments.parse(words), Places(Path()))
