"""Carry the refusals of services into the forms that asked for something."""

from collections.abc import Mapping

from django.forms import BaseForm

from xindai.kernel.errors import NotPermitted, XindaiError


def into_form(form: BaseForm, error: XindaiError, fields: Mapping[str, str] | None = None) -> None:
    """Show a refusal at its field, or above the form; `fields` maps names of services to fields of the form.

    A missing right is a page of its own and is raised again.
    """
    if isinstance(error, NotPermitted):
        raise error
    named = error.field or ""
    field = (fields or {}).get(named, named)
    text = " ".join(part for part in (str(error), error.remedy_text()) if part)
    form.add_error(field if field in form.fields else None, text)
