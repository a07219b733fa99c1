"""Loans replayed from the command line: neutral cases, and a loan of one's own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from loanmath.neutral import SCHEMA
from loanmath.neutral.loan import _KNOWN
from loanmath.tests.neutral import PROGRESSIVE, case, charge, disburse, event, repay
from loanmath.tests.published import FOLDER, needed
from xindai.config import arguments
from xindai.config.commands import replay, schedule
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places

CASES = FOLDER / "fineract_cases.json"
SCHEMA_FILE = Path(__file__).parents[4] / "docs/specs/neutral_cases.schema.json"
GOOD = case(
    PROGRESSIVE,
    disburse(),
    charge(5, "2023-01-15", "2023-01-15"),
    repay(45, "2023-01-20"),
    after=[1, 3],
    title="A [small] loan",
)
Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Runs `./xindai` with the words; exit code, standard output, standard error."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> tuple[int, str, str]:
        options = arguments.parse(list(words))
        command = replay if options.command == "replay" else schedule
        code = command.run(options, Places(tmp_path))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def written(folder: Path, data: object, name: str = "cases.json") -> str:
    path = folder / name
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return str(path)


def file(*cases: object) -> dict[str, Any]:
    return {"schema": SCHEMA, "cases": list(cases)}


@needed
def test_all_published_cases_are_answered_in_json_check_by_check(said: Said) -> None:
    code, out, err = said("replay", str(CASES), "--json")
    told, asked = json.loads(out)["cases"], json.loads(CASES.read_text(encoding="utf-8"))["cases"]
    assert (code, err) == (0, "")
    for one, other in zip(told, asked, strict=True):
        assert one["id"] == other["id"]
        assert [check["after_event"] for check in one["checks"]] == [check["after_event"] for check in other["checks"]]


@needed
def test_the_overview_tells_which_figures_differ(said: Said) -> None:
    code, out, err = said("replay", str(CASES))
    assert (code, err) == (0, "")
    assert out.count("none 无") == 27
    assert "[5].rows[1].paid_late         343.33          353.00" in out


def test_the_published_schema_admits_what_is_answered_and_nothing_misspelt() -> None:
    validator = Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    published = [json.loads(CASES.read_text(encoding="utf-8"))] if CASES.is_file() else []
    for data in (file(GOOD), *published):
        assert [error.message for error in validator.iter_errors(data)] == []
    for bad in (
        GOOD | {"evnts": []},
        GOOD | {"loan": PROGRESSIVE | {"engine": "modern"}},
        GOOD | {"events": [{"type": "pay"}]},
    ):
        assert not validator.is_valid(file(bad))


@pytest.mark.parametrize(("name", "known"), [("loan", _KNOWN), ("case", None)])
def test_the_published_schema_names_the_fields_that_are_read(name: str, known: tuple[str, ...] | None) -> None:
    fields = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"][name]["properties"]
    assert set(fields) == set(known or ("id", "loan", "events", "checks", "category", "title", "notes", "source"))


def test_json_holds_the_ids_and_checks_and_nothing_else(said: Said, tmp_path: Path) -> None:
    code, out, err = said("replay", written(tmp_path, file(GOOD)), "--json")
    (told,) = json.loads(out)["cases"]
    assert (code, err, told["id"], len(told["checks"])) == (0, "", "own", 2)
    assert told["checks"][1]["rows"][1]["paid"] == "45.00"


def test_a_case_that_cannot_be_answered_is_named_and_the_others_go_on(said: Said, tmp_path: Path) -> None:
    bad = GOOD | {"id": "bad", "events": [disburse() | {"amount": "x"}]}
    code, out, err = said("replay", written(tmp_path, file(bad, GOOD)), "--json")
    first, second = json.loads(out)["cases"]
    assert code == 1
    assert first == {"id": "bad", "error": "case bad, events[0].amount: “x” is no number: write digits such as 1055.77"}
    assert len(second["checks"]) == 2
    assert err == f"xindai: {first['error']}\n"
    code, out, err = said("replay", written(tmp_path, file(bad, GOOD)))
    assert (code, "no answer 无结果" in out, err) == (1, True, f"xindai: {first['error']}\n")
    assert said("replay", written(tmp_path, file(bad, GOOD)), "--case", "bad")[0] == 1


def test_figures_that_differ_from_those_expected_are_named(said: Said, tmp_path: Path) -> None:
    asked = GOOD | {"checks": [{"after_event": 3, "outstanding": 261.0, "totals": {"paid": 45.0}}]}
    code, out, _ = said("replay", written(tmp_path, file(asked)))
    assert code == 0
    assert "[0].outstanding   261.00          260.00" in out
    assert "totals" not in out


@pytest.mark.parametrize("figure", ["[/]", 1e30])
def test_a_figure_that_no_loan_has_is_shown_as_it_was_written(said: Said, tmp_path: Path, figure: object) -> None:
    asked = GOOD | {"checks": [{"after_event": 3, "outstanding": 260.0, "rows": [{"nr": 1, "balance": figure}]}]}
    code, out, err = said("replay", written(tmp_path, file(asked)))
    assert (code, err) == (0, "")
    assert ("[/]" if figure == "[/]" else "1E+30") in out


def test_one_case_is_shown_with_its_rows_and_transactions_at_each_check(said: Said, tmp_path: Path) -> None:
    code, out, _ = said("replay", written(tmp_path, file(GOOD, GOOD | {"id": "other"})), "--case", "own")
    assert code == 0
    assert "case own  A [small] loan" in out
    assert "after event 1: disburse 300, 2023-01-01; as of 2023-01-01" in out
    assert "after event 3: repayment 45, 2023-01-20" in out
    assert [line.split() for line in out.splitlines() if "2023-02-01" in line][-1] == [
        "1", "2023-02-01", "200.00", "100.00", "5.00", "105.00", "45.00", "45.00", "60.00",
    ]  # fmt: skip
    assert ["2023-01-20", "Repayment", "45.00", "40.00", "5.00", "260.00"] in [
        line.split() for line in out.splitlines()
    ]
    assert "outstanding 未还 260.00  overpaid 溢缴 0.00  status 状态 ACTIVE" in out
    assert "other" not in out


def test_the_view_after_any_number_of_events_can_be_asked_for(said: Said, tmp_path: Path) -> None:
    path = written(tmp_path, file(GOOD))
    assert "as planned 计划; as of 2023-01-01" in said("replay", path, "--after", "0")[1]
    (told,) = json.loads(said("replay", path, "--case", "own", "--after", "2", "--json")[1])["cases"]
    assert [check["after_event"] for check in told["checks"]] == [2]


def test_undone_transactions_and_waivers_are_marked(said: Said, tmp_path: Path) -> None:
    events = [
        *(
            disburse(),
            charge(5, "2023-01-15", "2023-01-15"),
            event("waive_charge", "2023-01-16"),
            repay(45, "2023-01-20"),
        ),
        event("undo_transaction", "2023-01-21", transaction_type="Repayment", transaction_date="2023-01-20", nth=1),
    ]
    out = said("replay", written(tmp_path, file(case(PROGRESSIVE, *events))), "--case", "own")[1]
    assert "yes 是" in out
    assert "减免" in out


@pytest.mark.parametrize(
    ("data", "words", "problem"),
    [
        ("{", [], "is no JSON"),
        (
            {"schema": "other", "cases": []},
            [],
            "The file holds no neutral loan cases. Write “schema”: “neutral loan cases v1”",
        ),
        ({"schema": SCHEMA, "cases": {}}, [], "a list of “cases”"),
        ([1], [], "holds neither neutral loan cases nor a loan"),
        (file(GOOD), ["--case", "B99"], "--case B99: the file has no case of this id. Run it without --case"),
        (file(GOOD), ["--as-of", "2023-01-01"], "--as-of is for a loan of one's own"),
        ({"terms": {}}, ["--case", "x"], "--case and --after are for files of neutral cases"),
        ({"terms": []}, [], "The terms are no JSON object"),
        ({"terms": {}, "events": {}}, [], "The events are no JSON list"),
        ({"terms": {"colour": 1}}, [], "terms.colour: colour is no term of a loan"),
        ({"terms": {"currency": "CNY"}}, [], "terms.principal_minor: principal_minor is missing: give it."),
        ({"terms": {"shape": {"parts": [1, "2"]}}}, [], "terms.currency: currency is missing"),
        ("[" * 100_000, [], "is nested too deeply. Correct it"),
        ('{"terms": {"rate_ppb": 1, "rate_ppb": 2}}', [], "terms.currency: currency is missing"),
        ({"terms": {"rate_ppb": 1.5}}, [], "terms.rate_ppb: 1.5 is no whole number"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    said: Said, tmp_path: Path, data: object, words: list[str], problem: str
) -> None:
    with pytest.raises(Refusal) as raised:
        said("replay", written(tmp_path, data), *words)
    assert problem in str(raised.value)


def test_a_missing_file_is_refused(said: Said, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="cannot be read: No such file"):
        said("replay", str(tmp_path / "none.json"))


# --- a loan of one's own ----------------------------------------------------------------------------------------------

PAID_OUT = {"key": "1", "kind": "disburse", "on": "2026-01-10", "amount_minor": 1_200_000}
PAID = {"key": "2", "kind": "repay", "on": "2026-02-10", "amount_minor": 404_007}


@pytest.fixture
def terms(said: Said, tmp_path: Path) -> str:
    """12,000 over three months at 6 %: 4040.07 a month, 60.00 of it interest in the first."""
    words = ("--principal", "12000", "--rate", "6", "--months", "3", "--on", "2026-01-10", "--terms")
    return written(tmp_path, said("schedule", *words)[1], "terms.json")


def test_a_loan_of_ones_own_shows_state_rows_postings_and_what_the_last_event_changed(
    said: Said, terms: str, tmp_path: Path
) -> None:
    code, out, err = said("replay", terms, written(tmp_path, [PAID_OUT, PAID], "events.json"))
    assert (code, err) == (0, "")
    assert "close of 2026-02-10: active, 0 days overdue" in out
    assert "principal not due                  8019.93 CNY" in out
    assert "difference made by the last event 最后一笔的影响: repay 2 on 2026-02-10" in " ".join(out.split())
    # 12,000 out, 60.00 of interest accrued and 1.34 on the day itself, 4040.07 in
    assert "balanced 借贷平衡: debit = credit = 16101.41 CNY" in out


def test_the_difference_of_a_back_dated_event_is_what_it_changed_in_the_books_since(
    said: Said, terms: str, tmp_path: Path
) -> None:
    """Booked last, it reverses nothing: its own money and its own principal and interest are what differs."""
    events = written(tmp_path, [PAID_OUT, PAID], "events.json")
    told = json.loads(said("replay", terms, events, "--as-of", "2026-02-10", "--json")[1])
    assert told["as_of"] == "2026-02-10"
    assert told["difference"] == [
        {"role": "cash", "amount_minor": 404_007},
        {"role": "loan_principal", "amount_minor": -398_007},
        {"role": "interest_receivable", "amount_minor": -6_000},
    ]
    for posting in told["postings"]:
        assert sum(line["amount_minor"] for line in posting["lines"]) == 0
    assert told["rows"][0]["paid_minor"] == {"penalty": 0, "fee": 0, "interest": 6_000, "principal": 398_007}
    assert told["state"]["principal_not_due_minor"] == 801_993


def test_terms_and_events_may_stand_in_one_file(said: Said, terms: str, tmp_path: Path) -> None:
    both = {"terms": json.loads(Path(terms).read_text(encoding="utf-8")), "events": [PAID_OUT]}
    told = json.loads(said("replay", written(tmp_path, both, "loan.json"), "--json")[1])
    assert told["state"]["disbursed_minor"] == 1_200_000
    planned = json.loads(said("replay", written(tmp_path, both | {"events": []}, "loan.json"), "--json")[1])
    assert (planned["difference"], planned["postings"]) == ([], [])
    assert "pending" in said("replay", written(tmp_path, both | {"events": []}, "loan.json"))[1]


@pytest.mark.parametrize(
    ("events", "words", "problem"),
    [
        ([PAID_OUT | {"kind": "gift"}], [], "events[0].kind: “gift” is no kind"),
        ([PAID_OUT | {"on": "soon"}], [], "events[0].on: “soon” is no date: write it as 2024-01-31."),
        ([PAID_OUT | {"colour": "red"}], [], "events[0].colour: colour is no field here: use key, kind"),
        ([PAID_OUT | {"charge": {"amount_minor": "5"}}], [], "events[0].charge.amount_minor: amount_minor is 5: give"),
        ([PAID_OUT | {"amount_minor": None}], [], "events[0].amount_minor: amount_minor is None: give a whole number"),
        ([PAID_OUT, PAID_OUT], [], "key: Two events have the same key"),
        ([PAID], [], "A loan that is not disbursed takes no payment"),
        ([PAID_OUT], ["--as-of", "now"], "--as-of: now is no date. Write it as 2026-03-31."),
    ],
)
def test_an_event_that_cannot_be_is_named(
    said: Said, terms: str, tmp_path: Path, events: list[Any], words: list[str], problem: str
) -> None:
    with pytest.raises(Refusal) as raised:
        said("replay", terms, written(tmp_path, events, "events.json"), *words)
    assert problem in str(raised.value)


ODD_FILES = [
    "",
    "null",
    "[]",
    "{}",
    "7",
    '"schema"',
    "{]",
    "[" * 100_000,
    '{"schema": {}, "cases": []}',
    f'{{"schema": "{SCHEMA}"}}',
    f'{{"schema": "{SCHEMA}", "cases": null}}',
    f'{{"schema": "{SCHEMA}", "schema": "{SCHEMA}", "cases": []}}',
]


@pytest.mark.parametrize("text", ODD_FILES)
def test_a_file_that_holds_no_cases_is_refused_in_a_sentence(said: Said, tmp_path: Path, text: str) -> None:
    with pytest.raises(Refusal):
        said("replay", written(tmp_path, text), "--json")


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ('{"id": "x", "id": "y"}', "case number 1, id: it is given twice: leave one of the two out"),
        ('{"id": "x", "loan": {"principal": 1, "principal": 2}}', "case x, loan.principal: it is given twice"),
        ('{"id": "x", "": 1}', "case x, “”: no field has this name"),
        ('{"id": ["x"], "loan": NaN}', "case number 1, loan: write it as"),
        ('{"id": "\\ud800"}', "loan: it is missing: give it"),
        ('{"id": ' + "9" * 5000 + "}", "case number 1, loan: it is missing"),
        ('{"id": "x", "loan": ' + "[" * 900 + "]" * 900 + "}", "case x, loan: write it as"),
    ],
)
def test_rubbish_in_one_case_leaves_json_on_standard_output_and_the_other_cases(
    said: Said, tmp_path: Path, spoilt: str, words: str
) -> None:
    text = f'{{"schema": "{SCHEMA}", "cases": [{spoilt}, {json.dumps(GOOD)}]}}'
    code, out, err = said("replay", written(tmp_path, text), "--json")
    bad, good = json.loads(out)["cases"]
    assert code == 1
    assert words in bad["error"]
    assert words in err
    assert good["checks"]


@pytest.mark.parametrize(
    "number", ["NaN", "-Infinity", "1E+99999999999999999999", "1E+999999", "9" * 5000, '"1_0"', '"１"']
)
def test_a_number_that_is_none_is_refused_by_its_field(said: Said, tmp_path: Path, number: str) -> None:
    spoilt = json.dumps(GOOD).replace('"principal": ', f'"principal": {number}, "was": ')
    _, out, _ = said("replay", written(tmp_path, f'{{"schema": "{SCHEMA}", "cases": [{spoilt}]}}'), "--json")
    assert "case own, loan" in json.loads(out)["cases"][0]["error"]


def test_a_file_may_begin_with_the_mark_of_its_encoding(said: Said, tmp_path: Path) -> None:
    assert said("replay", written(tmp_path, "\ufeff" + json.dumps(file(GOOD))), "--json")[0] == 0
