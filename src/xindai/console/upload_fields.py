"""Files of many acts explained: what each column means and how it is written, and a template to start from."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xindai.console.templatetags.xd import local
from xindai.customers.models import ConsentKind
from xindai.kernel import masking
from xindai.offers.asked import asked_of
from xindai.policies.packs import Pack
from xindai.uploads.models import Kind
from xindai.uploads.reading import CSV, FACT
from xindai.uploads.shapes import SHAPES

Text = str | Promise

CUSTOMER_OF: Final[dict[str, str]] = {Kind.PERSONS: "person", Kind.COMPANIES: "company"}
UNUSED: Final[dict[str, frozenset[str]]] = {Kind.COMPANIES: frozenset({"mobile"})}
"""Columns of a shape that say nothing for a kind."""

MEANINGS: Final[dict[str, Text]] = {
    "name": _("Name as on the identity card or business licence."),
    "identity_number": _("Identity number of the person, or unified social credit code of the company."),
    "mobile": _("Mobile number of the person; codes for signing in are sent to it."),
    "branch_code": _("Code of the branch; needed by who works in more than one."),
    "source": _("Where facts come from, or the way money came: counter or transfer."),
    "consents": _("What the customer has signed, with spaces between."),
    "key": _("Your own number of the row: a row with the same key is the same act, in whichever file it comes."),
    "customer_no": _("Number of the customer."),
    "product_code": _("Code of the product."),
    "amount_minor": _("Amount in the smallest unit of the currency: 632.44 is written 63244."),
    "currency": _("Currency of the amount."),
    "term_months": _("Term in months."),
    "purpose": _("Code of the purpose, as the product has it."),
    "method": _("Way of repaying; the product's usual one when left open."),
    "collateral_value_minor": _("Value of the security, in the smallest unit of the currency."),
    "purpose_statement": _("What exactly is paid for."),
    "asset_id": _("Number of an asset on record."),
    "loan_no": _("Number of the loan."),
    "on": _("The open business date, on which the money came."),
}
"""What the columns of every shape mean."""

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    Kind.PERSONS: {
        "name": _("EXAMPLE, replace this row"),
        "identity_number": "110101199001010000",
        "mobile": "13800000000",
        "consents": "personal_data credit_report",
        "source": "declared",
    },
    Kind.COMPANIES: {
        "name": _("EXAMPLE, replace this row"),
        "identity_number": "91110000EXAMPLE000",
        "consents": "personal_data credit_report",
        "source": "declared",
    },
    Kind.APPLICATIONS: {
        "key": "EXAMPLE-1",
        "customer_no": "CU00-000000-0",
        "product_code": "consumer",
        "amount_minor": 1000000,
        "currency": "CNY",
        "term_months": 12,
        "purpose": "furniture",
    },
    Kind.REPAYMENTS: {
        "key": "EXAMPLE-1",
        "loan_no": "LN00-000000-0",
        "amount_minor": 63244,
        "currency": "CNY",
        "on": "2026-03-02",
        "source": "transfer",
    },
}
"""A row of each kind that nobody can take for a real one: its numbers belong to nobody, so it is refused if it is sent."""

MASKS: Final = {
    "name": masking.mask_name,
    "identity_number": masking.mask_identity_number,
    "mobile": masking.mask_mobile,
}
LONGEST_CELL: Final = 40


@dataclass(frozen=True, slots=True)
class Explained:
    """A column of a file: its name, what it means, how it is written, and whether every row needs it."""

    name: str
    meaning: Text
    written: Text
    is_required: bool


def columns(kind: str, pack: Pack) -> list[Explained]:
    """The columns that a file of a kind may have, in the order of its template."""
    properties = SHAPES[kind].model_json_schema()["properties"]
    fields = SHAPES[kind].model_fields
    found = [
        Explained(name, MEANINGS[name], _written(name, properties[name]), fields[name].is_required())
        for name in properties
        if name != "facts" and name not in UNUSED.get(kind, frozenset())
    ]
    return found + [
        Explained(f"{FACT}{name}", local(shape["label"]), _fact_written(shape), is_required=False)
        for name, shape in _facts(kind, pack).items()
    ]


def template(kind: str, file_format: str, pack: Pack) -> str:
    """A file with all columns of a kind and one made-up row."""
    example: dict[str, Any] = {
        name: str(value) if isinstance(value, Promise) else value for name, value in EXAMPLES[kind].items()
    }
    if file_format != CSV:
        said: dict[str, Any] = {**example}
        if "consents" in said:
            said["consents"] = said["consents"].split()
        return json.dumps(said, ensure_ascii=False) + "\n"
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = [one.name for one in columns(kind, pack)]
    writer.writerow(names)
    writer.writerow([example.get(name, "") for name in names])
    return "\ufeff" + out.getvalue()


def preview(kind: str, records: Iterable[str]) -> tuple[list[str], list[list[str]]]:
    """Names of columns and cells of some rows, what is personal masked."""
    rows = [_flat(record) for record in records]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [name[:LONGEST_CELL] for name in names], [
        [_cell(kind, name, row.get(name)) for name in names] for row in rows
    ]


def _flat(record: str) -> dict[str, Any]:
    try:
        said = json.loads(record)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    facts = said.pop("facts", None)
    return said | ({f"{FACT}{name}": value for name, value in facts.items()} if isinstance(facts, dict) else {})


def _cell(kind: str, name: str, value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    if name in MASKS and kind == Kind.PERSONS:
        text = MASKS[name](text)
    return text[:LONGEST_CELL]


def _facts(kind: str, pack: Pack) -> Mapping[str, Mapping[str, Any]]:
    return asked_of(CUSTOMER_OF[kind], pack) if kind in CUSTOMER_OF else {}


def _written(name: str, shape: Mapping[str, Any]) -> str:
    """How a value is written, read from the shape that checks it."""
    shape = next((one for one in shape.get("anyOf", []) if one.get("type") != "null"), shape)
    if name == "consents":
        return ", ".join(ConsentKind.values)
    if shape.get("format") == "date" or name == "on":
        return gettext("a day, such as 2026-03-02")
    if shape.get("type") == "integer":
        return gettext("a whole number without commas or decimal point")
    if shape.get("minLength") == shape.get("maxLength"):
        return gettext("{most} characters").format(most=shape.get("maxLength", ""))
    return gettext("a text of at most {most} characters").format(most=shape.get("maxLength", ""))


def _fact_written(shape: Mapping[str, Any]) -> str:
    if shape.get("codes"):
        return "; ".join(_codes(shape["codes"]))
    if shape.get("is_money"):
        return gettext("an amount in the smallest unit: 632.44 is written 63244")
    if shape.get("is_share"):
        return gettext("a share in parts per million: 12.5% is written 125000")
    if shape.get("is_date"):
        return gettext("a day, such as 2026-03-02")
    return gettext("a whole number without commas or decimal point") if shape.get("is_number") else gettext("a text")


def _codes(codes: Mapping[str, Any]) -> Iterator[str]:
    return (gettext("{code}: {word}").format(code=code, word=local(word)) for code, word in codes.items())
