"""Key figures and chart cards: what a page hands to their templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language

from xindai.kernel import formatting

Text = str | Promise


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure of the band on top of a page: label, value with unit, one line of evidence, where it leads."""

    label: Text
    value: Text
    unit: Text = ""
    note: Text = ""
    href: str = ""
    exact: str = ""
    is_alarm: bool = False


def amount_figure(
    label: Text, amount_minor: int, currency: str, *, note: Text = "", href: str = "", is_alarm: bool = False
) -> KeyFigure:
    """Return an exact amount as a key figure."""
    language = get_language() or "zh-hans"
    unit = formatting.currency_unit(currency, language)
    return KeyFigure(
        label, formatting.plain_amount(amount_minor, currency), unit, note, href, is_alarm=is_alarm and amount_minor > 0
    )


def short_amount_figure(label: Text, amount_minor: int, currency: str, *, note: Text = "", href: str = "") -> KeyFigure:
    """Return a summary amount (万, 亿; m, bn) whose title is the exact one."""
    language = get_language() or "zh-hans"
    number, unit = formatting.short_amount(amount_minor, currency, language)
    return KeyFigure(label, number, unit, note, href, exact=formatting.amount(amount_minor, currency, language))


def share_figure(label: Text, part: int, whole: int, *, note: Text = "", href: str = "") -> KeyFigure:
    """Return part/whole in percent."""
    return KeyFigure(label, formatting.share(part, whole), "%" if whole else "", note, href)


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
    """A chart with its question as title, a reading note and the same data as a table."""

    key: str
    kind: str
    title: Text
    note: Text
    data: dict[str, Any]
    table: Table

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
class Series:
    """A row of marks with the name of its colour."""

    name: str
    colour: str
    points: Sequence[Point | Count | None]

    def to_json(self) -> dict[str, Any]:
        """Return what the chart script reads."""
        points = [point.to_json() if point else None for point in self.points]
        return {"name": self.name, "colour": self.colour, "points": points}


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
) -> ChartCard:
    """Return stacked bars from zero; `group` heads the first column of the table, `notes` stand at the bar ends."""
    data = {
        "categories": list(categories),
        "series": [one.to_json() for one in series],
        "notes": list(notes) or None,
        "labelFrom": label_from,
    }
    return ChartCard(key, "stack", title, note, data, _table(group, categories, series))


def lines_card(
    key: str,
    title: Text,
    note: Text,
    *,
    categories: Sequence[str],
    series: Sequence[Series],
    group: Text,
    axis: str = "",
) -> ChartCard:
    """Return lines named at their ends."""
    data = {"categories": list(categories), "series": [one.to_json() for one in series], "axis": axis}
    return ChartCard(key, "lines", title, note, data, _table(group, categories, series))


def _table(group: Text, categories: Sequence[str], series: Sequence[Series]) -> Table:
    rows = []
    for index, category in enumerate(categories):
        points = [one.points[index] for one in series]
        cells = [Cell(point.text, point.href) if point else Cell(formatting.NONE) for point in points]
        rows.append((Cell(category), *cells))
    return Table((group, *(one.name for one in series)), tuple(rows))
