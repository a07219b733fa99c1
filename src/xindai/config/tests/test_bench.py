"""Figures of speed: every goal is complete, and what is measured is told in one shape."""

import json
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from xindai.config.commands import bench
from xindai.config.refusal import Refusal
from xindai.config.setup.places import CHECKOUT, Places

GOALS: dict[str, dict[str, Any]] = yaml.safe_load((CHECKOUT / "benchmarks" / "goals.yaml").read_text(encoding="utf-8"))

ASKED = {"main_job": 300, "setup_cold": 300, "second_start": 10, "continuous_integration": 1200}
"""What is asked of the house itself, in seconds."""


def test_what_is_asked_of_the_house_stands_among_the_goals() -> None:
    for name, seconds in ASKED.items():
        assert (GOALS[name]["goal"], GOALS[name]["unit"], GOALS[name]["better"]) == (seconds, "s", "lower")
    assert GOALS["main_job"]["aim"] == 180


@pytest.mark.parametrize("name", GOALS)
def test_every_goal_is_complete(name: str) -> None:
    goal = GOALS[name]
    assert set(goal) <= {"unit", "better", "goal", "aim", "reference", "reference_value", "benchmark"}
    assert goal["better"] in {"higher", "lower"}
    assert goal["unit"]
    assert goal["goal"] > 0
    assert ("reference" in goal) == ("reference_value" in goal)
    if "aim" in goal:
        assert (goal["aim"] > goal["goal"]) == (goal["better"] == "higher")


@pytest.mark.parametrize("name", [name for name, goal in GOALS.items() if "benchmark" in goal])
def test_every_benchmark_that_is_named_exists(name: str) -> None:
    assert callable(getattr(import_module(f"benchmarks.{GOALS[name]['benchmark']}"), name))


def measured(tmp_path: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool) -> str:
    assert bench.run(Namespace(name="import_loanmath", json=as_json), Places(tmp_path)) == 0
    return capsys.readouterr().out


def test_json_is_a_list_of_figures_beside_their_goals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (figure,) = json.loads(measured(tmp_path, capsys, as_json=True))
    assert list(figure) == ["name", "value", "unit", "better", "goal", "reference", "reference_value"]
    assert (figure["name"], figure["unit"], figure["better"]) == ("import_loanmath", "ms", "lower")
    assert figure["value"] > 0


def test_people_see_whether_the_goal_is_met(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = measured(tmp_path, capsys, as_json=False)
    assert "import_loanmath" in shown
    assert "yes" in shown or "NO" in shown


@pytest.mark.parametrize(
    ("better", "value", "known", "times"),
    [
        ("lower", 180.0, 11_000, "61.1"),
        ("lower", 4.0, 1, "0.25"),
        ("higher", 5_000_000.0, 1_000, "5,000.0"),
        ("higher", 3.0, 1_000, "0.003"),
        ("lower", 10.0, 10, "1.0"),
        ("lower", 0.0, 10, ""),
        ("higher", 10.0, None, ""),
    ],
)
def test_people_see_how_many_times_better_than_its_reference_a_figure_is(
    better: str, value: float, known: int | None, times: str, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    figure = {"name": "n", "value": value, "unit": "u", "better": better, "goal": 1.0}
    bench._show([figure | {"reference": "somebody", "reference_value": known}])
    row = next(line for line in capsys.readouterr().out.splitlines() if "somebody" in line)
    assert [cell.strip() for cell in row.split("│")][-3:-1] == [times, "somebody"]


def test_a_figure_that_is_not_asked_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no figure beauty"):
        bench.run(Namespace(name="beauty", json=True), Places(tmp_path))


UNMEASURED = [name for name, goal in GOALS.items() if "benchmark" not in goal]


@pytest.mark.parametrize("name", UNMEASURED)
def test_a_figure_that_nothing_measures_yet_says_so_when_it_is_asked_for(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal, match=f"{name} has a goal .* but no benchmark yet"):
        bench.run(Namespace(name=name, json=True), Places(tmp_path))


def test_figures_that_nothing_measures_yet_are_listed_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    goals = {name: GOALS[name] for name in UNMEASURED}
    monkeypatch.setattr(yaml, "safe_load", lambda _text: goals)
    assert bench.run(Namespace(name=None, json=True), Places(tmp_path)) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == []
    assert all(f"{name}: no benchmark yet" in shown.err for name in UNMEASURED)


def test_the_parts_of_a_figure_stand_in_the_json_and_the_worst_of_them_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [{"route": f"page-{number}", "p95": 100 - number} for number in range(30)]
    figure = {"name": "page_p95", "value": 100, "unit": "ms", "better": "lower", "goal": 150}
    told = figure | {"reference": None, "reference_value": None, "parts": parts}
    monkeypatch.setattr(bench, "_measured", lambda _goals: iter([told]))
    assert bench.run(Namespace(name="page_p95", json=True), Places(tmp_path)) == 0
    assert json.loads(capsys.readouterr().out) == [told]
    assert bench.run(Namespace(name="page_p95", json=False), Places(tmp_path)) == 0
    shown = capsys.readouterr()
    assert "the worst of 30" in shown.out
    assert "page-24" in shown.out
    assert "page-25" not in shown.out
    assert "5 more stand in the JSON" in shown.err
