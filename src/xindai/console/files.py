"""Files that people take away: CSV and XLSX whose texts no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import xlsxwriter

from xindai.console.listing import Plain
from xindai.kernel import clock
from xindai.kernel.texts import neutral

CSV: Final = "csv"
XLSX: Final = "xlsx"
CONTENT_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_MARK: Final = "\ufeff"
"""Tells spreadsheets that a CSV is UTF-8."""


def written(file_format: str, heads: Sequence[str], rows: Iterable[Sequence[Plain]]) -> bytes:
    """Return the file of a table."""
    return _csv(heads, rows) if file_format == CSV else _xlsx(heads, rows)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[Plain]]) -> bytes:
    out = io.StringIO(newline="")
    out.write(_MARK)
    writer = csv.writer(out)
    writer.writerow([neutral(head) for head in heads])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _csv_cell(value: Plain) -> str:
    match value:
        case None:
            return ""
        case str():
            return neutral(value)
        case datetime():
            return value.astimezone(clock.bank_zone()).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _xlsx(heads: Sequence[str], rows: Iterable[Sequence[Plain]]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet()
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            match value:
                case None:
                    sheet.write_blank(number, column, None)
                case str():
                    sheet.write_string(number, column, neutral(value))
                case datetime():
                    local = value.astimezone(clock.bank_zone()).replace(tzinfo=None)
                    sheet.write_datetime(number, column, local, moment)
                case date():
                    sheet.write_datetime(number, column, value, day)
                case _:
                    sheet.write_number(number, column, value)
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()
