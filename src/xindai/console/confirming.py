"""Answers of a form read back before they count: label and value of each field that was filled in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext

from xindai.console.fact_fields import Section, ShareField
from xindai.console.facts import PPM_PER_PERCENT
from xindai.kernel import formatting, vault
from xindai.kernel.forms import AmountField

NOTHING: Final[tuple[Any, ...]] = (None, "", [])
"""What a field holds that was left open."""

_FORMS: Final = "form"
"""The kind of keyed hash by which a form that is sent again is known for the same."""


@dataclass(frozen=True)
class Answer:
    """A field as it was filled in, in words."""

    label: str
    value: str


@dataclass(frozen=True)
class Answers:
    """What was answered under one heading."""

    title: Promise
    rows: list[Answer]


def new_key() -> str:
    """A key for a form that is shown for the first time."""
    return uuid4().hex


def answers(form: forms.Form, sections: Iterable[Section]) -> list[Answers]:
    """What was filled in, section by section; what was left open is left out."""
    found = [Answers(section.title, list(_rows(form, section))) for section in sections]
    return [one for one in found if one.rows]


def content_hash(form: forms.Form) -> str:
    """A keyed hash of everything that a form says but its key: nobody can guess from it who was recorded.

    What is left open says nothing: the form that comes again may have a field that it had not before.
    """
    said = {name: value for name, value in form.cleaned_data.items() if name != "key" and value not in NOTHING}
    return vault.lookup_hash(_FORMS, json.dumps(said, sort_keys=True, ensure_ascii=False, default=str))


def _rows(form: forms.Form, section: Section) -> Iterable[Answer]:
    for bound in section.fields:
        value = form.cleaned_data.get(bound.name)
        if value not in NOTHING:
            yield Answer(str(bound.label), worded(bound.field, value))


def worded(field: forms.Field, value: Any) -> str:
    """A value as people read it."""
    language = get_language() or ""
    if isinstance(field, forms.MultipleChoiceField):
        return gettext(", ").join(_label(field, one) for one in value)
    if isinstance(field, forms.ChoiceField):
        return _label(field, value)
    if isinstance(field, AmountField):
        return formatting.amount(value, field.currency, language)
    if isinstance(field, ShareField):
        return f"{formatting.share(value, 100 * PPM_PER_PERCENT)}%"
    if isinstance(value, date):
        return formatting.calendar_day(value, language)
    return str(value)


def _label(field: forms.ChoiceField, value: str) -> str:
    choices: Any = field.choices
    return next((str(label) for code, label in choices if str(code) == value), value)
