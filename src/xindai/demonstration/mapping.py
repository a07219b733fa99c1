"""The mapping file: how the columns of a lender's own CSV become applications.

docs/guide/en/own-file.md explains it to people; the models below are its schema.
"""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, Self

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from xindai.demonstration.records import GENERATED_SOURCES
from xindai.kernel.errors import InvalidInput

_A_DATE: Final = date(2024, 7, 31)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reading(_Part):
    """Where a value comes from and how it is read.

    Either a ``column`` of the file or one ``value`` for all rows.  ``words`` translates what the cells say;
    ``otherwise`` is taken for an empty cell or a word that is not in the list.  ``unit`` tells how amounts are
    written: yuan (``12,000.50``) or fen; ``format`` how dates are, as in Python's strptime.
    """

    column: str | None = None
    value: str | None = None
    words: dict[str, str] | None = None
    otherwise: str | None = None
    unit: Literal["yuan", "fen"] = "yuan"
    format: str = "%Y-%m-%d"

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        """A bare text is the name of a column."""
        return {"column": given} if isinstance(given, str) else given

    @field_validator("format")
    @classmethod
    def _reads_whole_dates(cls, given: str) -> str:
        """A form must read back the date that it writes."""
        try:
            is_whole = datetime.strptime(_A_DATE.strftime(given), given).date() == _A_DATE  # noqa: DTZ007 - a date
        except (ValueError, re.error):
            is_whole = False
        if not is_whole:
            raise ValueError(_("write a form with year, month and day, such as %Y-%m-%d"))
        return given

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise ValueError(_("give either a column or a value"))
        return self

    def text(self, row: dict[str, str]) -> str:
        """What the row says, translated; empty when it says nothing.  Raises KeyError for an unknown word."""
        said = self.value if self.column is None else row[self.column].strip()
        if not said:
            return self.otherwise or ""
        if self.words is None:
            return said
        if said in self.words:
            return self.words[said]
        if self.otherwise is None:
            raise KeyError(said)
        return self.otherwise


class Fields(_Part):
    """What every application says; those with a default may be left out."""

    kind: Reading = Reading(value="person")
    name: Reading
    identity_number: Reading
    product_code: Reading
    amount: Reading
    currency: Reading = Reading(value="CNY")
    term_months: Reading
    purpose: Reading
    purpose_statement: Reading | None = None
    method: Reading | None = None
    collateral_value: Reading | None = None
    arrives_on: Reading | None = None
    is_bad: Reading | None = None


class Mapping(_Part):
    """A whole mapping file.

    ``source`` names the file within the bank and ``key`` the column that names a row: a row that came in
    under the same names before is not taken in again.  ``facts`` are by the names of the policy's facts.
    """

    source: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    key: str
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8-sig"
    fields: Fields
    facts: dict[str, Reading] = Field(default_factory=dict)

    def columns(self) -> set[str]:
        """Every column of the file that the mapping reads."""
        readings = [reading for _name, reading in self.fields if reading is not None]
        return {self.key} | {r.column for r in (*readings, *self.facts.values()) if r.column is not None}


def load(path: Path) -> Mapping:
    """Read a mapping file.  Raises InvalidInput that names the place and the remedy."""
    try:
        mapping = Mapping.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidInput(
            "mapping",
            _("The mapping file {path} cannot be read: {why}."),
            _("Give the path of a YAML file that you may read."),
            path=path,
            why=error.strerror or "",
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "mapping",
            _("The mapping file {path} is no YAML: {why}."),
            _("Correct the place; docs/guide shows a whole mapping file."),
            path=path,
            why=" ".join(str(error).split()),
        ) from error
    except ValidationError as error:
        place, why = _told(error)
        raise InvalidInput(
            place,
            _("The mapping file {path} is not right at “{place}”: {why}."),
            _("Correct that place; docs/guide shows a whole mapping file."),
            path=path,
            place=place,
            why=why,
        ) from error
    if mapping.source in GENERATED_SOURCES:
        raise InvalidInput(
            "source", _("The name “{source}” is taken."), _("Choose another name for the file."), source=mapping.source
        )
    return mapping


def _told(error: ValidationError) -> tuple[str, str]:
    """The place of a mistake, and what is wrong there in the reader's language.

    An unknown name comes first: it is often what a missing field was meant to be.
    """
    found = error.errors()
    first = next((mistake for mistake in found if mistake["type"] == "extra_forbidden"), found[0])
    parts = [str(part) for part in first["loc"] if part != "[key]"]
    context = first.get("ctx", {})
    match first["type"]:
        case "missing":
            why = _("it is missing")
        case "extra_forbidden":
            why = _("there is no such field; known are {names}").format(names=", ".join(_fields_beside(parts)))
        case "literal_error":
            allowed = ", ".join(re.findall(r"'([^']*)'", str(context["expected"])))
            why = _("“{given}” is not possible; write one of: {allowed}").format(given=first["input"], allowed=allowed)
        case "string_type":
            why = _("“{given}” is no text; put it in quotes").format(given=first["input"])
        case "string_pattern_mismatch":
            why = _("write at most 40 of the characters a-z, 0-9, - and _, beginning with a letter or digit")
        case "string_too_short" | "string_too_long":
            why = _("write exactly one character")
        case "model_type" | "dict_type":
            why = _("names of fields with their values are expected here; a name that is a number stands in quotes")
        case "value_error":
            why = str(context["error"])
        case _:
            why = _("the value cannot be used")
    return ".".join(parts) or "mapping", why


def _fields_beside(parts: list[str]) -> list[str]:
    """The fields that there are where a field stands: of the file, of an application, of a reading."""
    part = (Mapping, Fields, Reading)[min(len(parts), 3) - 1]
    return sorted(part.model_fields)
