"""Policy files: read a folder of YAML into a pack's content, or say which file and key is wrong."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from xindai.policies.errors import PolicyFileInvalid
from xindai.policies.figures import KEYS, REQUIRED_KEYS, figures, is_dated_list, is_figure, values
from xindai.policies.quoting import quoted_value
from xindai.policies.shapes import SECTIONS, problems
from xindai.policies.strict_yaml import StrictLoader


def load_folder(folder: Path) -> dict[str, Any]:
    """The content of the pack that the folder's YAML files describe, checked.

    One file is one section, named like the file.  Raises PolicyFileInvalid.
    """
    if not folder.is_dir():
        raise PolicyFileInvalid(
            file=str(folder),
            key="",
            problem=_("there is no such folder."),
            remedy=_("Name the folder that holds the policy files."),
        )
    content = {path.stem: load_file(path) for path in sorted(folder.glob("*.yaml"))}
    check_content(content)
    return content


def load_file(path: Path) -> dict[str, Any]:
    """One section as plain data, shorthand left out.  Raises PolicyFileInvalid."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), StrictLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    if not isinstance(content, dict):
        raise PolicyFileInvalid(
            file=path.name,
            key="",
            problem=_("the file holds no names with figures."),
            remedy=_("Write the file as “name: figure”, as in the shipped pack."),
        )
    return {name: node for name, node in content.items() if not str(name).startswith("_")}


def _unreadable(path: Path, error: Exception) -> PolicyFileInvalid:
    mark = getattr(error, "problem_mark", None)
    line = _("line {line}").format(line=mark.line + 1) if mark else ""
    problem = getattr(error, "problem", None) or _("the file is not text in UTF-8")
    return PolicyFileInvalid(
        file=path.name,
        key=line,
        problem=f"{problem}.",
        remedy=_("Correct the line; figures are whole numbers of their unit, and no name stands twice."),
    )


def check_content(content: Mapping[str, Any]) -> None:
    """Refuse content with a missing or unknown section, a malformed figure or a section out of shape.

    Raises PolicyFileInvalid for the first mistake.
    """
    for name in SECTIONS.keys() - content.keys():
        raise PolicyFileInvalid(
            file=f"{name}.yaml",
            key="",
            problem=_("the file is missing."),
            remedy=_("Every pack needs this file; start from the one of the shipped pack."),
        )
    for name, tree in content.items():
        if name not in SECTIONS:
            raise PolicyFileInvalid(
                file=f"{name}.yaml",
                key="",
                problem=_("no section of a policy has this name."),
                remedy=_("Rename or remove the file; sections are: {names}.").format(names=", ".join(sorted(SECTIONS))),
            )
        if name != "pack":
            _check_figures(f"{name}.yaml", tree, "")
        _check_shape(name, tree)
    _check_units(content)


def _check_figures(file: str, node: Any, key: str) -> None:
    """Every leaf belongs to a well-formed figure."""
    if is_figure(node):
        _check_figure(file, node, key)
    elif is_dated_list(node):
        for entry in node:
            _check_figure(file, entry, key)
        _check_dates_differ(file, node, key)
    elif isinstance(node, Mapping):
        for name, child in node.items():
            _check_figures(file, child, f"{key}.{name}" if key else str(name))
    else:
        raise PolicyFileInvalid(
            file=file,
            key=key,
            problem=_("“{value}” stands alone, without unit, date and reference.").format(value=node),
            remedy=_("Write it as a figure: value, unit, from, reference, confirmed."),
        )


def _check_figure(file: str, node: Mapping[str, Any], key: str) -> None:
    missing = sorted(REQUIRED_KEYS - node.keys())
    unknown = sorted(node.keys() - KEYS)
    if missing or unknown:
        wrong = _("lacks {names}") if missing else _("has the unknown part {names}")
        raise PolicyFileInvalid(
            file=file,
            key=key,
            problem=_("the figure {wrong}.").format(wrong=wrong.format(names=", ".join(missing or unknown))),
            remedy=_("A figure has exactly: value, unit, from, reference, confirmed, and quoted if you like."),
        )
    if not isinstance(node["confirmed"], bool) or not node["unit"]:
        raise PolicyFileInvalid(
            file=file,
            key=key,
            problem=_("the unit must not be empty, and confirmed is true or false."),
            remedy=_("A figure that nobody has confirmed says confirmed: false."),
        )
    if not _is_in_both_languages(node["reference"]):
        raise PolicyFileInvalid(
            file=file,
            key=f"{key}.reference",
            problem=_("the reference must stand in Chinese and in English."),
            remedy=_("Say where the figure comes from as {example}.").format(example="{zh: ..., en: ...}"),
        )
    _check_date(file, node["from"], key)
    _check_quoted(file, node, key)


def _is_in_both_languages(text: Any) -> bool:
    return (
        isinstance(text, Mapping)
        and text.keys() == {"zh", "en"}
        and all(isinstance(one, str) and one.strip() for one in text.values())
    )


def _check_units(content: Mapping[str, Any]) -> None:
    """Every unit has words, also for what is left of it beside a quoted figure."""
    units = values(content["units"], date.max)
    for name in content.keys() - {"pack"}:
        for figure in figures(content[name]):
            is_quoted = figure.quoted is not None and " " in figure.unit
            for table in ("names", *(["beside_quoted"] if is_quoted else [])):
                if figure.unit not in units[table]:
                    raise PolicyFileInvalid(
                        file=f"{name}.yaml",
                        key=figure.key,
                        problem=_("the unit “{unit}” has no words.").format(unit=figure.unit),
                        remedy=_("Add it to {table} in units.yaml, in Chinese and in English.").format(table=table),
                    )


def _check_date(file: str, text: Any, key: str) -> None:
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise PolicyFileInvalid(
            file=file,
            key=f"{key}.from",
            problem=_("“{value}” is not a date.").format(value=text),
            remedy=_("Write the first day in force as year-month-day, for example 2024-07-01."),
        ) from error


def _check_quoted(file: str, node: Mapping[str, Any], key: str) -> None:
    if "quoted" not in node:
        return
    meant = quoted_value(str(node["quoted"]), node["unit"])
    if meant != node["value"]:
        raise PolicyFileInvalid(
            file=file,
            key=key,
            problem=_("“{quoted}” in {unit} is not {value}.").format(
                quoted=node["quoted"], unit=node["unit"], value=node["value"]
            ),
            remedy=_("Correct value or quoted so that both say the same.")
            if meant is None
            else _("Write value: {value}, or correct what is quoted.").format(value=meant),
        )


def _check_dates_differ(file: str, entries: list[Mapping[str, Any]], key: str) -> None:
    dates = [entry["from"] for entry in entries]
    for text in dates:
        if dates.count(text) > 1:
            raise PolicyFileInvalid(
                file=file,
                key=key,
                problem=_("two figures begin on {date}.").format(date=text),
                remedy=_("Give each figure of the list its own first day."),
            )


def _check_shape(name: str, tree: Mapping[str, Any]) -> None:
    for key, problem, remedy in problems(name, values(tree, date.max)):
        raise PolicyFileInvalid(file=f"{name}.yaml", key=key, problem=problem, remedy=remedy)


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 over the content in its one canonical form: the same figures, the same fingerprint."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
