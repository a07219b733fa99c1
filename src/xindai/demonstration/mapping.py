"""The mapping file: how the columns of a lender's own CSV become applications.

docs/guide/en/own-file.md explains it to people; the models below are its schema.
"""

from pathlib import Path
from typing import Any, Literal, Self

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from xindai.demonstration.records import GENERATED_SOURCES
from xindai.kernel.errors import InvalidInput


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
        first = error.errors()[0]
        raise InvalidInput(
            ".".join(str(part) for part in first["loc"]) or "mapping",
            _("The mapping file {path} is not right: {why}."),
            _("Correct the named field; docs/guide shows a whole mapping file."),
            path=path,
            why=first["msg"],
        ) from error
    if mapping.source in GENERATED_SOURCES:
        raise InvalidInput(
            "source", _("The name “{source}” is taken."), _("Choose another name for the file."), source=mapping.source
        )
    return mapping
