"""Key figures and chart cards: what a page hands to their templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language

from xindai.kernel import formatting
from xindai.reporting.figures.view import Definition

Text = str | Promise


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure of the band on top of a page: label, value with unit, one line of evidence, where it leads, its meaning."""

    label: Text
    value: Text
    unit: Text = ""
    note: Text = ""
    href: str = ""
    exact: str = ""
    is_alarm: bool = False
    definition: Definition | None = None


def amount_figure(
    label: Text, amount_minor: int, currency: str, *, note: Text = "", href: str = "", is_alarm: bool = False
) -> KeyFigure:
    """Return an exact amount as a key figure."""
    language = get_language() or "zh-hans"
    unit = formatting.currency_unit(currency, language)
    return KeyFigure(
        label, formatting.plain_amount(amount_minor, currency), unit, note, href, is_alarm=is_alarm and amount_minor > 0
    )


def short_amount_figure(
    label: Text,
    amount_minor: int,
    currency: str,
    *,
    note: Text = "",
    href: str = "",
    definition: Definition | None = None,
) -> KeyFigure:
    """Return a summary amount (万, 亿; m, bn) whose title is the exact one."""
    language = get_language() or "zh-hans"
    number, unit = formatting.short_amount(amount_minor, currency, language)
    exact = formatting.amount(amount_minor, currency, language)
    return KeyFigure(label, number, unit, note, href, exact, definition=definition)


def share_figure(
    label: Text, part: int, whole: int, *, note: Text = "", href: str = "", definition: Definition | None = None
) -> KeyFigure:
    """Return part/whole in percent."""
    return KeyFigure(label, formatting.share(part, whole), "%" if whole else "", note, href, definition=definition)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a chart's table, with the list that adds up to it."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A chart's data as a table: the first cell of a row is its head."""

    heads: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class ChartCard:
    """A chart with its question as title, a reading note, the same data as a table, and what its figure means.

    A card without a kind of chart is its table alone.
    """

    key: str
    kind: str
    title: Text
    note: Text
    data: dict[str, Any]
    table: Table
    definition: Definition | None = None

    @property
    def source(self) -> str:
        """Id of the JSON element that the chart reads."""
        return f"{self.key}-data"


@dataclass(frozen=True, slots=True)
class Point:
    """A mark of a chart: percent for the drawing, text for people, and the list behind it."""

    part: int
    whole: int
    href: str = ""

    @property
    def text(self) -> str:
        """The share in percent."""
        return formatting.share(self.part, self.whole)

    def to_json(self) -> dict[str, Any]:
        """Return what the chart script reads; a decimal text, so that no float is made on the way."""
        value = self.text.replace(",", "") if self.whole else "0"
        return {"value": value, "text": f"{self.text}%", "href": self.href}


@dataclass(frozen=True, slots=True)
class Count:
    """A mark of a chart that counts."""

    number: int
    href: str = ""

    @property
    def text(self) -> str:
        """The count with its thousands grouped."""
        return formatting.count(self.number)

    def to_json(self) -> dict[str, Any]:
        """Return what the chart script reads."""
        return {"value": str(self.number), "text": self.text, "href": self.href}


@dataclass(frozen=True, slots=True)
class Amount:
    """A mark of a chart that is an amount in minor units."""

    amount_minor: int
    currency: str
    href: str = ""

    @property
    def text(self) -> str:
        """The exact amount without its currency."""
        return formatting.plain_amount(self.amount_minor, self.currency)

    def to_json(self) -> dict[str, Any]:
        """Return what the chart script reads; a decimal text, so that no float is made on the way."""
        value = self.text.replace(",", "").replace(formatting.MINUS, "-")
        return {"value": value, "text": self.text, "href": self.href}


@dataclass(frozen=True, slots=True)
class Move:
    """A cell of a heat map: a share, the amount that it is of, and the list behind it."""

    row: int
    column: int
    share: Point
    amount: Amount

    def to_json(self) -> dict[str, Any]:
        """Return what the chart script reads; nothing moved is a dot."""
        drawn = self.share.to_json()
        if not self.share.part:
            drawn["text"] = "·"
        return drawn | {"row": self.row, "column": self.column, "amount": self.amount.text}


@dataclass(frozen=True, slots=True)
class Flow:
    """A band between two nodes: how many went from one to the other, and whether that is up, down, new or neither."""

    start: str
    end: str
    count: Count
    way: str

    def to_json(self) -> dict[str, Any]:
        """Return what the chart script reads."""
        return {"source": self.start, "target": self.end, "way": self.way} | self.count.to_json()


@dataclass(frozen=True, slots=True)
class Series:
    """A row of marks with the name of its colour."""

    name: str
    colour: str
    points: Sequence[Point | Count | Amount | None]
    is_emphasised: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what the chart script reads."""
        points = [point.to_json() if point else None for point in self.points]
        return {"name": self.name, "colour": self.colour, "points": points, "emphasised": self.is_emphasised}


def stack_card(
    key: str,
    title: Text,
    note: Text,
    *,
    categories: Sequence[str],
    series: Sequence[Series],
    group: Text,
    notes: Sequence[str] = (),
    label_from: str = "0",
    definition: Definition | None = None,
) -> ChartCard:
    """Return stacked bars from zero; `group` heads the first column of the table, `notes` stand at the bar ends."""
    data = {
        "categories": list(categories),
        "series": [one.to_json() for one in series],
        "notes": list(notes) or None,
        "labelFrom": label_from,
    }
    return ChartCard(key, "stack", title, note, data, _table(group, categories, series), definition)


def lines_card(
    key: str,
    title: Text,
    note: Text,
    *,
    categories: Sequence[str],
    series: Sequence[Series],
    group: Text,
    axis: str = "",
    table: Table | None = None,
    definition: Definition | None = None,
) -> ChartCard:
    """Return lines named at their ends; `table` holds more than the lines where they are but a choice."""
    data = {"categories": list(categories), "series": [one.to_json() for one in series], "axis": axis}
    return ChartCard(key, "lines", title, note, data, table or _table(group, categories, series), definition)


def columns_card(
    key: str,
    title: Text,
    note: Text,
    *,
    categories: Sequence[str],
    series: Sequence[Series],
    group: Text,
    definition: Definition | None = None,
) -> ChartCard:
    """Return columns over time; an amount below zero hangs below the axis."""
    data = {"categories": list(categories), "series": [one.to_json() for one in series]}
    return ChartCard(key, "columns", title, note, data, _table(group, categories, series), definition)


def heat_card(
    key: str,
    title: Text,
    note: Text,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    moves: Sequence[Move],
    table: Table,
    definition: Definition | None = None,
) -> ChartCard:
    """Return a heat map from a state (row) to a state (column)."""
    data = {"rows": list(rows), "columns": list(columns), "cells": [move.to_json() for move in moves]}
    return ChartCard(key, "heat", title, note, data, table, definition)


def sankey_card(
    key: str,
    title: Text,
    note: Text,
    *,
    nodes: Sequence[tuple[str, str, int]],
    flows: Sequence[Flow],
    table: Table,
    definition: Definition | None = None,
) -> ChartCard:
    """Return bands between nodes, each given as (name, label, side: 0 left, 1 right)."""
    data = {
        "nodes": [{"name": name, "label": label, "side": side} for name, label, side in nodes],
        "links": [flow.to_json() for flow in flows],
    }
    return ChartCard(key, "sankey", title, note, data, table, definition)


def table_card(key: str, title: Text, note: Text, table: Table, definition: Definition | None = None) -> ChartCard:
    """Return a table as a card of its own."""
    return ChartCard(key, "", title, note, {}, table, definition)


def _table(group: Text, categories: Sequence[str], series: Sequence[Series]) -> Table:
    rows = []
    for index, category in enumerate(categories):
        points = [one.points[index] for one in series]
        cells = [Cell(point.text, point.href) if point else Cell(formatting.NONE) for point in points]
        rows.append((Cell(category), *cells))
    return Table((group, *(one.name for one in series)), tuple(rows))
