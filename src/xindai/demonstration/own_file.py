"""A lender's own CSV: read row by row; good rows become applications, bad rows are told with field and remedy."""

import csv
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc

from xindai.customers.facts import LONGEST_TEXT
from xindai.customers.services import LONGEST_NAME
from xindai.demonstration.cells import (
    Problem,
    Reader,
    Refused,
    day_until,
    fact_reader,
    money_in,
    shown,
    truth,
    whole,
)
from xindai.demonstration.mapping import Mapping, Reading
from xindai.demonstration.records import FILE, LONGEST_KEY, ApplicationRecord, Outcome, Statement, Wish
from xindai.kernel.errors import InvalidInput
from xindai.kernel.texts import is_line, is_prose
from xindai.products.spec import ProductSpec

FIRST_DATA_ROW = 2
"""The header is row 1, as spreadsheets count."""

REJECT_COLUMNS = ("xindai_row", "xindai_field", "xindai_problem", "xindai_remedy")

KINDS = ("person", "company")

LONGEST_PURPOSE = 80
"""Characters of a code that names a purpose."""

LONGEST_STATEMENT = 2000
"""Characters of a text in the customer's own words."""

_LONGEST = {"name": LONGEST_NAME, "purpose": LONGEST_PURPOSE, "purpose_statement": LONGEST_STATEMENT}
_PROSE = frozenset({"purpose_statement"})
"""Fields that may have several lines."""

_LONGEST_FILE_NAME = 200
"""Bytes; file systems refuse names above 255."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken in: its number as spreadsheets count, its cells, its problems."""

    row: int
    cells: MappingOf[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What rows are checked against: products by code, the policy's facts by name, the last day of arrival."""

    products: MappingOf[str, ProductSpec]
    facts: MappingOf[str, MappingOf[str, Any]]
    last_arrival_day: date = date.max


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that was read: its header, the applications, the rows that were not taken.

    ``row_of`` gives the number and the cells of the row that an application comes from, by its key.
    """

    columns: tuple[str, ...]
    records: tuple[ApplicationRecord, ...]
    rejections: tuple[Rejection, ...]
    row_of: MappingOf[str, tuple[int, MappingOf[str, str]]]


def read(path: Path, mapping: Mapping, catalogue: Catalogue) -> OwnFile:
    """Read a whole file.

    Raises InvalidInput when the file as a whole cannot be used: not there, another encoding, no such column,
    or a fact that the policy does not know.
    """
    _check_facts(mapping, catalogue)
    columns, rows = _rows(path, mapping)
    records: list[ApplicationRecord] = []
    rejections: list[Rejection] = []
    row_of: dict[str, tuple[int, MappingOf[str, str]]] = {}
    for number, cells in rows:
        reader = _RowReader(cells, mapping, catalogue)
        record = reader.record()
        if record is not None and record.key in row_of:
            reader.problems.append(_key_twice(mapping, row_of[record.key][0]))
        if record is None or reader.problems:
            rejections.append(Rejection(number, cells, tuple(reader.problems)))
        else:
            row_of[record.key] = number, cells
            records.append(record)
    return OwnFile(columns, tuple(records), tuple(rejections), row_of)


def write_rejections(path: Path, columns: tuple[str, ...], rejections: tuple[Rejection, ...]) -> None:
    """Write the rows that were not taken: their own cells, then row, field, problem and remedy.

    Corrected in place, the file can be given in again with the same mapping.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*columns, *REJECT_COLUMNS])
        for rejected in rejections:
            told = [
                " | ".join(part)
                for part in zip(*((p.field, p.problem, p.remedy) for p in rejected.problems), strict=True)
            ]
            writer.writerow([*(rejected.cells.get(column, "") for column in columns), rejected.row, *told])


def _rows(path: Path, mapping: Mapping) -> tuple[tuple[str, ...], list[tuple[int, dict[str, str]]]]:
    try:
        with path.open(encoding=mapping.encoding, newline="") as lines:
            reader = csv.DictReader(lines, delimiter=mapping.delimiter, restval="", strict=True)
            columns = tuple(name for name in reader.fieldnames or () if name not in REJECT_COLUMNS)
            _check_columns(path, columns, mapping)
            rows = [(number, _cells(row, columns)) for number, row in enumerate(reader, start=FIRST_DATA_ROW)]
    except (OSError, ValueError, LookupError, csv.Error) as error:
        raise InvalidInput(
            "applications",
            _("The file {path} cannot be read as CSV: {why}."),
            _("Give a CSV file that you may read; name its encoding and delimiter in the mapping file."),
            path=path,
            why=error,
        ) from error
    return columns, rows


def _cells(row: MappingOf[str, Any], columns: tuple[str, ...]) -> dict[str, str]:
    return {column: row[column] or "" for column in columns}


def _check_columns(path: Path, columns: tuple[str, ...], mapping: Mapping) -> None:
    missing = sorted(mapping.columns() - set(columns))
    if missing:
        raise InvalidInput(
            "applications",
            _("The file {path} has no column {missing}."),
            _("Correct the name in the mapping file; the file has: {columns}."),
            path=path,
            missing=", ".join(missing),
            columns=", ".join(columns),
        )


def _check_facts(mapping: Mapping, catalogue: Catalogue) -> None:
    unknown = sorted(mapping.facts.keys() - catalogue.facts.keys())
    if unknown:
        raise InvalidInput(
            "facts",
            _("The policy knows no fact {names}."),
            _("Use the names of the policy's facts: {known}."),
            names=", ".join(unknown),
            known=", ".join(sorted(catalogue.facts)),
        )


def _key_twice(mapping: Mapping, first: int) -> Problem:
    return Problem(
        mapping.key,
        _("Row {row} has the same key.").format(row=first),
        _("Give each application a key of its own."),
    )


class _RowReader:
    """Reads one row and gathers every problem it meets, so that a row is corrected once."""

    def __init__(self, cells: dict[str, str], mapping: Mapping, catalogue: Catalogue) -> None:
        self.cells = cells
        self.mapping = mapping
        self.catalogue = catalogue
        self.problems: list[Problem] = []

    def record(self) -> ApplicationRecord | None:
        """The application of the row, or None with problems told."""
        fields = self.mapping.fields
        key = self._text("key", Reading(column=self.mapping.key))
        kind = self._kind()
        name = self._text("name", fields.name)
        identity_number = self._identity_number(kind)
        wish = self._wish(kind)
        facts = self._facts()
        arrival_day = day_until(self.catalogue.last_arrival_day)
        arrives_on = self._optional("arrives_on", fields.arrives_on, arrival_day)
        is_bad = self._optional("is_bad", fields.is_bad, truth)
        if self.problems:
            return None
        about_request = {name for name in facts if self.catalogue.facts[name].get("of") == "request"}
        return ApplicationRecord(
            key=f"{self.mapping.source}/{key}",
            kind=kind,
            name=name,
            identity_number=identity_number,
            wish=wish,
            facts={name: stated for name, stated in facts.items() if name not in about_request},
            request_facts={name: stated for name, stated in facts.items() if name in about_request},
            outcome=None if is_bad is None else Outcome(is_bad=is_bad, was_fitted_on=False),
            arrives_on=arrives_on,
        )

    def _text(self, field: str, reading: Reading) -> str:
        """A text that may not be empty; problems are told and an empty text returned."""
        said = self._said(field, reading)
        if said == "":
            self._tell(field, _("The cell is empty."), _("Fill it in."))
        return said or ""

    def _said(self, field: str, reading: Reading | None) -> str | None:
        """What the row says, in a text that can be kept; None after a problem."""
        if reading is None:
            return ""
        try:
            said = reading.text(self.cells)
        except KeyError as error:
            self._tell(
                field,
                _("“{word}” is not among the known words.").format(word=shown(error.args[0])),
                _("Use one of: {words} - or add the word to the mapping file.").format(
                    words=", ".join(reading.words or ())
                ),
            )
            return None
        return said if self._can_be_kept(field, said) else None

    def _can_be_kept(self, field: str, said: str) -> bool:
        """Whether the text is short enough and has no characters that no database holds; if not, that is told."""
        longest = self._longest(field)
        if len(said) > longest:
            self._tell(
                field,
                _("The text is too long: {length} characters.").format(length=len(said)),
                _("Write at most {longest} characters.").format(longest=longest),
            )
            return False
        if not (is_prose(said) if field in _PROSE else is_line(said)):
            self._tell(field, _("The text holds a character that cannot be kept."), _("Write it again by hand."))
            return False
        return True

    def _longest(self, field: str) -> int:
        """Characters that a field may have."""
        if field == "key":
            return LONGEST_KEY - len(f"{self.mapping.source}/")
        return _LONGEST.get(field, LONGEST_TEXT)

    def _tell(self, field: str, problem: str, remedy: str) -> None:
        self.problems.append(Problem(field, problem, remedy))

    def _read(self, field: str, reading: Reading, how: Reader) -> Any:
        """A value that must be there, read by ``how``; None after a problem."""
        said = self._text(field, reading)
        return self._parsed(field, reading, said, how) if said else None

    def _optional(self, field: str, reading: Reading | None, how: Reader) -> Any:
        """A value that may be missing."""
        said = self._said(field, reading)
        return self._parsed(field, reading, said, how) if reading is not None and said else None

    def _parsed(self, field: str, reading: Reading, said: str, how: Reader) -> Any:
        try:
            return how(field, said, reading)
        except Refused as refused:
            self.problems.append(refused.found)
            return None

    def _kind(self) -> str:
        kind = self._text("kind", self.mapping.fields.kind)
        if kind and kind not in KINDS:
            self._tell(
                "kind", _("“{kind}” is no kind of customer.").format(kind=shown(kind)), _("Use person or company.")
            )
        return kind

    def _identity_number(self, kind: str) -> str:
        number = self._text("identity_number", self.mapping.fields.identity_number).upper().replace(" ", "")
        check = uscc if kind == "company" else ric
        if number and not check.is_valid(number):
            self._tell(
                "identity_number",
                _("The number is not valid: its digits do not agree with one another."),
                _("Copy it again from the document: 18 characters, the last one is a check digit."),
            )
        return number

    def _wish(self, kind: str) -> Wish:
        fields = self.mapping.fields
        product = self._product(kind)
        currency = self._currency(product)
        money = money_in(currency)
        amount_minor = self._read("amount", fields.amount, money)
        term_months = self._read("term_months", fields.term_months, whole)
        return Wish(
            product_code=product.code if product else "",
            amount_minor=amount_minor or 0,
            currency=currency,
            term_months=term_months or 0,
            purpose=self._purpose(product),
            purpose_statement=self._said("purpose_statement", fields.purpose_statement) or "",
            method=self._method(product),
            collateral_value_minor=self._optional("collateral_value", fields.collateral_value, money) or 0,
        )

    def _currency(self, product: ProductSpec | None) -> str:
        currency = self._text("currency", self.mapping.fields.currency)
        if currency and product is not None and currency != product.currency:
            self._tell(
                "currency",
                _("The product is not lent in “{currency}”.").format(currency=shown(currency)),
                _("State the amount in {currency}.").format(currency=product.currency),
            )
        return currency

    def _product(self, kind: str) -> ProductSpec | None:
        code = self._text("product_code", self.mapping.fields.product_code)
        product = self.catalogue.products.get(code)
        fitting = sorted(p.code for p in self.catalogue.products.values() if kind in p.customer_kinds)
        if code and (product is None or kind not in product.customer_kinds):
            self._tell(
                "product_code",
                _("There is no product “{code}” for this kind of customer.").format(code=shown(code)),
                _("Use one of: {codes}.").format(codes=", ".join(fitting)),
            )
            return None
        return product

    def _purpose(self, product: ProductSpec | None) -> str:
        """The purpose; one that the product does not know is told, one that is forbidden is decided upon."""
        return self._text("purpose", self.mapping.fields.purpose) if product else ""

    def _method(self, product: ProductSpec | None) -> str | None:
        method = self._said("method", self.mapping.fields.method)
        if not method or product is None:
            return None
        offered = [str(offer.method) for offer in product.methods]
        if method not in offered:
            self._tell(
                "method",
                _("The product is not repaid by “{method}”.").format(method=shown(method)),
                _("Use one of: {methods}.").format(methods=", ".join(offered)),
            )
        return method

    def _facts(self) -> dict[str, Statement]:
        found: dict[str, Statement] = {}
        for name, reading in self.mapping.facts.items():
            value = self._optional(name, reading, fact_reader(self.catalogue.facts[name]))
            if value is not None:
                found[name] = Statement(value, FILE)
        return found


def rejects_path(folder: Path, applications: Path) -> Path:
    """Where the rows of a file that were not taken are written; a very long name is cut."""
    stem = applications.stem.encode()[:_LONGEST_FILE_NAME].decode(errors="ignore")
    return folder / "rejects" / f"{stem}.rejects.csv"


def iter_problems(rejections: tuple[Rejection, ...]) -> Iterator[tuple[int, Problem]]:
    """Every problem with the row it stands in."""
    for rejected in rejections:
        for problem in rejected.problems:
            yield rejected.row, problem
