"""Facts of the policy as fields of a form: each with the policy's own label, choices and unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.console.facts import PPM_PER_PERCENT
from xindai.console.templatetags.xd import local
from xindai.console.words import SOURCES
from xindai.customers.facts import Stated, check_facts
from xindai.kernel.errors import InvalidInput
from xindai.kernel.forms import AmountField, PercentField, field_attrs
from xindai.offers.asked import asked_of
from xindai.policies.packs import Pack

PREFIX: Final = "fact_"
STATED_AT_THE_DESK: Final = ("declared", "application", "registry", "lender_file")
"""Where an officer has a fact from."""

_PPB_PER_PPM: Final = 1000
_MOST_PPB: Final = 1_000_000 * PPM_PER_PERCENT * _PPB_PER_PPM // 100

HINTS: Final[dict[str, Promise]] = {
    "disposable_income_minor": _(
        "What is left each month after rent, food and other living costs, before instalments."
    ),
    "other_instalments_minor": _("What goes to other loans each month; 0 when there are none."),
    "checking_account_band": _("The account into which the salary is paid."),
    "savings_band": _("Savings of the customer alone, in the unit of the points table."),
    "credit_history": _("As the credit report says, and as we know ourselves."),
    "existing_credits": _("The new one among them."),
    "industry_code": _("Letter of the section and digits of the division of GB/T 4754, for example C26."),
    "headcount": _("Persons employed, at the end of the last business year."),
    "founded_on": _("As on the business licence."),
    "revenue_minor": _("Of the last business year."),
    "assets_minor": _("At the end of the last business year."),
    "total_debt_minor": _("All debts, at the end of the last business year; 0 when there are none."),
    "annual_cash_flow_minor": _(
        "What operations brought in after all costs, before instalments; 0 when they brought nothing."
    ),
    "working_capital_loans_minor": _("Owed to all banks now; 0 when there are none."),
    "own_working_funds_minor": _("Own money that stays in the turnover."),
    "sales_margin_ppm": _("Profit as a share of sales, in percent."),
    "sales_growth_ppm": _("Expected for the coming year, in percent."),
}
"""What an officer should look at; a fact that is not here is told by its unit alone."""


class ShareField(PercentField):
    """A share as people write it in percent, kept in parts per million."""

    default_error_messages = {  # noqa: RUF012 - Django's own way of overriding texts
        "too_fine_a_share": _("A share has at most 4 decimal places."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, most_ppb=_MOST_PPB, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return parts per million, or None for an empty field."""
        share_ppb = super().to_python(value)
        if share_ppb is None:
            return None
        share_ppm, rest = divmod(share_ppb, _PPB_PER_PPM)
        if rest:
            raise forms.ValidationError(self.error_messages["too_fine_a_share"], code="too_fine_a_share")
        return share_ppm


def field_of(name: str, shape: Mapping[str, Any], currency: str = "CNY") -> forms.Field:
    """The field in which a fact is stated; none of them must be filled."""
    label: str = local(shape["label"])
    told: dict[str, Any] = {"label": label[:1].upper() + label[1:], "required": False, "help_text": HINTS.get(name, "")}
    if shape.get("codes"):
        codes = [(code, local(word)) for code, word in shape["codes"].items()]
        return forms.ChoiceField(
            choices=[("", _("Not known")), *codes], widget=forms.Select({"class": "xd-select"}), **told
        )
    if shape.get("is_money"):
        return AmountField(currency=currency, **told)
    if shape.get("is_share"):
        return ShareField(**told)
    if shape.get("is_date"):
        day = forms.DateInput(field_attrs("date", type="date"), format="%Y-%m-%d")
        return forms.DateField(widget=day, error_messages={"invalid": _("Write the date as 2026-06-30.")}, **told)
    if shape.get("is_number"):
        widget = forms.TextInput(field_attrs("count", inputmode="numeric", autocomplete="off"))
        wrong = {"invalid": _("Write a whole number."), "min_value": _("Write 0 or more.")}
        return forms.IntegerField(min_value=0, widget=widget, error_messages=wrong, **told)
    return forms.CharField(max_length=200, widget=forms.TextInput(field_attrs(autocomplete="off")), **told)


@dataclass(frozen=True)
class Section:
    """Fields that belong together, under a heading."""

    title: Promise
    fields: Sequence[forms.BoundField]
    note: Promise | str = ""


TITLES: Final[dict[str, tuple[Promise, Promise | str]]] = {
    "means": (_("Income and instalments"), ""),
    "situation": (_("Situation"), _("Each answer wins points of the rating; one that is not known wins the fewest.")),
    "company": (_("The company"), ""),
    "figures": (_("Figures of the last business year"), ""),
    "turnover": (_("For a loan of working capital"), _("Needed for no other loan.")),
}


def _section_of(kind: str, shape: Mapping[str, Any]) -> str:
    if kind == "company" and not shape["read_by"]:
        return "turnover"
    if shape.get("is_money"):
        return "figures" if kind == "company" else "means"
    return "company" if kind == "company" else "situation"


class FactsForm(forms.Form):
    """What is known of a customer; each fact may be left open.  ``key`` makes a form that is sent twice one act."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=_("Where these facts come from"),
        choices=[(code, SOURCES[code]) for code in STATED_AT_THE_DESK],
        widget=forms.Select({"class": "xd-select"}),
    )

    def __init__(self, kind: str, pack: Pack, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.pack = kind, pack
        self.asked = asked_of(kind, pack)
        for name, shape in self.asked.items():
            self.fields[f"{PREFIX}{name}"] = field_of(name, shape)

    def clean(self) -> dict[str, Any]:
        """Refuse a fact that cannot be kept, at its field."""
        cleaned = super().clean() or {}
        try:
            check_facts(self.stated(), self.kind, self.pack)
        except InvalidInput as error:
            self.add_error(f"{PREFIX}{error.field}", f"{error} {error.remedy_text()}")
        return cleaned

    def stated(self) -> dict[str, Stated]:
        """The facts that are filled in, each with its source."""
        source = self.cleaned_data.get("source", "")
        found = {name: self.cleaned_data.get(f"{PREFIX}{name}") for name in self.asked}
        return {name: (_kept(value), source) for name, value in found.items() if value not in (None, "")}

    @property
    def unknown(self) -> list[str]:
        """Labels of what is left open, what serves other loans alone aside."""
        stated = self.stated()
        open_ones = [
            name
            for name, shape in self.asked.items()
            if name not in stated and _section_of(self.kind, shape) != "turnover"
        ]
        return [str(self.fields[f"{PREFIX}{name}"].label) for name in open_ones]

    def fact_sections(self) -> Iterator[Section]:
        """The facts under their headings."""
        by_section: dict[str, list[forms.BoundField]] = {}
        for name, shape in self.asked.items():
            by_section.setdefault(_section_of(self.kind, shape), []).append(self[f"{PREFIX}{name}"])
        for code, (title, note) in TITLES.items():
            if code in by_section:
                yield Section(title, by_section[code], note)


def _kept(value: Any) -> Any:
    """A fact as it is kept: a date as text."""
    return value.isoformat() if isinstance(value, date) else value
