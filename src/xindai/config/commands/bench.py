"""`./xindai bench`: the figures of speed, each beside its goal.

A figure is a function without arguments in a module of `benchmarks/`; benchmarks/goals.yaml says which module.  It gives a
number, or `Measured`: the number with the parts of which it is the worst.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places
from xindai.config.setup.programs import tell

Goal = Mapping[str, Any]
Figure = dict[str, Any]

_PARTS_SHOWN = 25
"""How many parts of a figure people see; JSON holds all."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure and its parts, the worst first."""

    value: float
    parts: Sequence[Mapping[str, Any]]


def run(options: Namespace, places: Places) -> int:
    """Measure the figures that have a benchmark; whether a goal is met is told, not judged.

    Raises Refusal for a figure asked for by name that nothing measures yet.
    """
    goals: dict[str, Goal] = yaml.safe_load((places.checkout / "benchmarks" / "goals.yaml").read_text(encoding="utf-8"))
    if options.name and options.name not in goals:
        raise Refusal(f"There is no figure {options.name}.", f"Name one of: {', '.join(goals)}.")
    if options.name and "benchmark" not in goals[options.name]:
        raise _no_benchmark(options.name, goals[options.name])
    chosen = {name: goal for name, goal in goals.items() if options.name in {None, name}}
    os.environ.update(places.child_environment())
    sys.path.insert(0, str(places.checkout))
    figures = list(_measured(chosen))
    if options.json:
        print(json.dumps(figures, indent=2))
    elif figures:
        _show(figures)
        for figure in figures:
            if "parts" in figure:
                _show_parts(figure["name"], figure["parts"])
    return 0


def _no_benchmark(name: str, goal: Goal) -> Refusal:
    return Refusal(
        f"{name} has a goal ({goal['goal']} {goal['unit']}) but no benchmark yet.",
        "Write one in benchmarks/ and name it in benchmarks/goals.yaml, or ask for all figures to see which are measured.",
    )


def _measured(goals: Mapping[str, Goal]) -> Iterable[Figure]:
    for name, goal in goals.items():
        if "benchmark" not in goal:
            tell(f"{name}: no benchmark yet (goal {goal['goal']} {goal['unit']})")
            continue
        tell(f"measuring {name}")
        found = getattr(import_module(f"benchmarks.{goal['benchmark']}"), name)()
        measured = found if isinstance(found, Measured) else Measured(found, ())
        yield {
            "name": name,
            "value": round(measured.value, 3),
            "unit": goal["unit"],
            "better": goal["better"],
            "goal": goal["goal"],
            "reference": goal.get("reference"),
            "reference_value": goal.get("reference_value"),
            **({"parts": list(measured.parts)} if measured.parts else {}),
        }


def _is_met(figure: Figure) -> bool:
    is_higher_better: bool = figure["better"] == "higher"
    return bool(figure["value"] >= figure["goal"] if is_higher_better else figure["value"] <= figure["goal"])


def _times_better(figure: Figure) -> str:
    """How many times better than its reference a figure is, below one when it is worse; empty where nothing compares."""
    value, known = figure["value"], figure["reference_value"]
    if not value or not known:
        return ""
    ratio = value / known if figure["better"] == "higher" else known / value
    return f"{ratio:,.1f}" if ratio >= 1 else f"{ratio:.2g}"


def _show(figures: Iterable[Figure]) -> None:
    table = Table("figure", "value", "goal", "unit", "met", "times better than its reference", "reference")
    for figure in figures:
        met = "yes" if _is_met(figure) else "NO"
        value, goal = f"{figure['value']:,}", f"{figure['goal']:,}"
        table.add_row(
            figure["name"], value, goal, figure["unit"], met, _times_better(figure), figure["reference"] or ""
        )
    Console().print(table)


def _show_parts(name: str, parts: Sequence[Mapping[str, Any]]) -> None:
    """Draw the worst parts of a figure, and say how many are left out."""
    print(f"{name}: the worst of {len(parts)}")
    table = Table(*parts[0])
    for part in parts[:_PARTS_SHOWN]:
        table.add_row(*(f"{value:,}" if isinstance(value, int | float) else str(value) for value in part.values()))
    Console().print(table)
    if len(parts) > _PARTS_SHOWN:
        tell(f"{len(parts) - _PARTS_SHOWN} more stand in the JSON: ./xindai bench {name} --json")
