"""Files as they are sent: comma-separated values with a head, or one JSON object in each line."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from xindai.kernel import wording
from xindai.kernel.errors import InvalidInput
from xindai.kernel.texts import is_prose
from xindai.uploads.shapes import SHAPES, Row

CSV: Final = "csv"
JSONL: Final = "jsonl"
FORMATS: Final = (CSV, JSONL)
MOST_ROWS: Final = 10_000
LARGEST_BYTES: Final = 5_000_000
FACT: Final = "fact."
"""What a column of a fact begins with."""

_BOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks of spreadsheets begin."""
_SEPARATORS: Final = (";", "\t", "|", "，")
_LISTS: Final = frozenset({"consents"})
_AS_EXPLAINED: Final = _("Write it as the template of the file and the meaning of its columns say.")
_WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,17})")
_NUMBERS: Final = frozenset({"amount_minor", "term_months", "collateral_value_minor", "asset_id"})


def text_of(content: bytes) -> str:
    """The text of a file as it was chosen.  Raises InvalidInput for one that is too large or no text in UTF-8."""
    if len(content) > LARGEST_BYTES:
        raise _unreadable(
            _("The file is larger than {most} MB."), _("Divide it into several files."), most=LARGEST_BYTES // 1_000_000
        )
    if content.startswith(_BOOKS):
        raise _unreadable(
            _("The file is a workbook, not a CSV file."), _("Save its sheet as “CSV UTF-8 (comma delimited)”.")
        )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise _unreadable(
            _("The file is not written in UTF-8."),
            _("Save it anew as “CSV UTF-8”, or choose UTF-8 as its encoding in the editor."),
        ) from error


def records(kind: str, file_format: str, content: str) -> list[str]:
    """The rows of a file, each as the JSON of what it says; what is wrong with one row is told when it is worked.

    Raises InvalidInput for a file that is empty, too long, or has a head that cannot be.
    """
    text = content.removeprefix("\ufeff")
    if not is_prose(text):
        raise _unreadable(_("The file holds a character that cannot be kept."), _("Write it as plain text in UTF-8."))
    found = list(_of_csv(kind, text) if file_format == CSV else _of_lines(text))
    if not found:
        raise _unreadable(_("The file has no rows."), _("Send at least one row of data."))
    if len(found) > MOST_ROWS:
        raise InvalidInput(
            "content", _("The file has more than {most} rows."), _("Divide it into several files."), most=MOST_ROWS
        )
    return found


def row_of(kind: str, record: str) -> Row:
    """A row in its shape.  Raises InvalidInput naming the field."""
    try:
        said = json.loads(record)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise InvalidInput("row", _("The row is no JSON object."), _("Write one object of named fields in one line."))
    try:
        return SHAPES[kind].model_validate(said)
    except ValidationError as error:
        mistake = error.errors(include_url=False)[0]
        raise wording.of_shape(dict(mistake), mistake["loc"], described=_AS_EXPLAINED) from error


def _of_lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _of_csv(kind: str, text: str) -> Iterator[str]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(reader, [])]
        _check_head(kind, head)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield json.dumps(_said(head, cells), ensure_ascii=False)
    except csv.Error as error:
        raise _unreadable(
            _("Line {line} cannot be read."),
            _("Put texts that hold a comma or a quotation mark in quotation marks."),
            line=reader.line_num,
        ) from error


def _check_head(kind: str, head: Sequence[str]) -> None:
    """Refuse a head with an unknown, missing or doubled name."""
    for sign in _SEPARATORS:
        if len(head) == 1 and sign in head[0]:
            raise _unreadable(
                _("The columns are not separated by commas."), _("Save the file with a comma between columns.")
            )
    fields = SHAPES[kind].model_fields
    takes_facts = "facts" in fields
    for name in head:
        is_fact = takes_facts and name.startswith(FACT) and len(name) > len(FACT)
        if not is_fact and (name not in fields or name == "facts"):
            raise InvalidInput(
                name[:80] or "content",
                _("No column is named “{name}”."),
                _("Use these: {known}."),
                name=name[:80],
                known=", ".join(
                    [*(one for one in fields if one != "facts"), *([f"{FACT}NAME"] if takes_facts else [])]
                ),
            )
        if head.count(name) > 1:
            raise InvalidInput(name[:80], _("The column “{name}” stands twice."), _("Leave one out."), name=name[:80])
    for name, field in fields.items():
        if field.is_required() and name not in head:
            raise InvalidInput(name, _("The column “{name}” is missing."), _("Add it to the first line."), name=name)


def _said(head: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """What the cells of a row say; an empty one says nothing, one too many is told as a field that is not known."""
    said: dict[str, Any] = {}
    facts = {}
    for number, cell in enumerate(cells):
        name, value = head[number] if number < len(head) else f"column {number + 1}", cell.strip()
        if not value:
            continue
        if name.startswith(FACT):
            facts[name.removeprefix(FACT)] = int(value) if _WHOLE.fullmatch(value) else value
        elif name in _LISTS:
            said[name] = value.split()
        else:
            said[name] = int(value) if name in _NUMBERS and _WHOLE.fullmatch(value) else value
    return said | ({"facts": facts} if facts else {})


def _unreadable(message: Any, remedy: Any, **params: Any) -> InvalidInput:
    return InvalidInput("content", message, remedy, **params)
