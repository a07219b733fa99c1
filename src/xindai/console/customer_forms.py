"""The forms of the officer's desk on which a customer is recorded and an application is started."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from xindai.collateral.models import LONGEST_DESCRIPTION, Asset
from xindai.console.fact_fields import FactsForm, Section
from xindai.console.templatetags.xd import local
from xindai.console.words import METHODS
from xindai.customers.identity_numbers import company_number, person_number
from xindai.customers.mobiles import mobile_number
from xindai.customers.models import ConsentKind
from xindai.customers.services import LONGEST_NAME
from xindai.identity.models import Branch
from xindai.kernel import formatting
from xindai.kernel.errors import InvalidInput
from xindai.kernel.forms import AmountField, field_attrs
from xindai.kernel.texts import is_prose
from xindai.offers.need import LONGEST_TERM_MONTHS, Need, check_need
from xindai.offers.policy import offer_policy
from xindai.policies.packs import Pack
from xindai.products.spec import ProductSpec

LONGEST_STATEMENT: Final = 2000
LONGEST_VALUER: Final = 120

NAMES: Final = {
    "person": (_("Name of the person"), _("As on the identity card.")),
    "company": (_("Name of the company"), _("As on the business licence.")),
}
NUMBERS: Final = {
    "person": (
        _("Identity number"),
        _("The 18 characters of the identity card; the last may be X."),
        _("Enter the identity number."),
    ),
    "company": (
        _("Unified social credit code"),
        _("The 18 characters of the business licence."),
        _("Enter the code of the company."),
    ),
}


class CustomerForm(FactsForm):
    """Somebody who is to be recorded: who it is, what is known, and what they have agreed to."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        error_messages={"required": _("Enter the name.")},
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )
    identity_number = forms.CharField(
        max_length=30, widget=forms.TextInput(field_attrs(autocomplete="off", spellcheck="false"))
    )
    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        required=False,
        help_text=_("Codes for signing in are sent to it."),
        widget=forms.TextInput(field_attrs("phone", type="tel", autocomplete="off")),
    )
    branch = forms.ChoiceField(
        label=_("Branch"),
        widget=forms.Select({"class": "xd-select"}),
        error_messages={"required": _("Choose the branch that serves the customer.")},
    )
    consents = forms.MultipleChoiceField(
        label=_("Consents"),
        choices=[(kind.value, kind.label) for kind in ConsentKind],
        required=False,
        help_text=_("What the customer has signed; the papers are kept at the branch."),
        widget=forms.CheckboxSelectMultiple(),
    )

    def __init__(self, kind: str, pack: Pack, branches: Sequence[Branch], *args: Any, **kwargs: Any) -> None:
        super().__init__(kind, pack, *args, **kwargs)
        number = self.fields["identity_number"]
        number.label, number.help_text, number.error_messages["required"] = NUMBERS[kind]
        self.fields["name"].label, self.fields["name"].help_text = NAMES[kind]
        self.fields["branch"].choices = [(str(one.pk), local(one.name)) for one in branches]  # type: ignore[attr-defined]
        if len(branches) == 1:
            self.fields["branch"].widget = forms.HiddenInput()
            self.fields["branch"].initial = str(branches[0].pk)
        if kind == "company":
            del self.fields["mobile"]

    def clean_identity_number(self) -> str:
        """The number as it is kept; a wrong digit is told."""
        written = self.cleaned_data["identity_number"]
        return _checked(lambda: person_number(written).number if self.kind == "person" else company_number(written))

    def clean_mobile(self) -> str | None:
        """The number as it is kept, None where there is none."""
        written = self.cleaned_data["mobile"]
        return _checked(lambda: mobile_number(written)) if written else None

    def sections(self) -> list[Section]:
        """All fields under their headings."""
        who = [self[name] for name in ("name", "identity_number", "mobile", "branch") if name in self.fields]
        shown = [one for one in who if not one.is_hidden]
        return [
            Section(_("Who it is"), shown),
            *self.fact_sections(),
            Section(_("Source and consents"), [self["source"], self["consents"]]),
        ]


class NewsForm(FactsForm):
    """Facts that hold from today of a customer who is recorded already."""

    def clean(self) -> dict[str, Any]:
        """Refuse a form in which nothing is stated."""
        cleaned = super().clean()
        if not self.errors and not self.stated():
            raise forms.ValidationError(_("State at least one fact; what you leave open stays as it is."))
        return cleaned

    def sections(self) -> list[Section]:
        """All fields under their headings."""
        return [*self.fact_sections(), Section(_("Source"), [self["source"]])]


class ApplicationForm(forms.Form):
    """What a customer wants to borrow of a product, and what secures it."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)
    product = forms.CharField(max_length=40, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label=_("Purpose"),
        widget=forms.Select({"class": "xd-select"}),
        error_messages={"required": _("Choose what the money is for.")},
    )
    amount = AmountField(label=_("Amount"), error_messages={"required": _("Enter the amount that is needed.")})
    term_months = forms.IntegerField(
        label=_("Term in months"),
        min_value=1,
        max_value=LONGEST_TERM_MONTHS,
        widget=forms.TextInput(field_attrs("count", inputmode="numeric", autocomplete="off")),
        error_messages={"required": _("Enter the number of months."), "invalid": _("Write a whole number.")},
    )
    method = forms.ChoiceField(
        label=_("Way of repaying"),
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose how the loan is repaid.")},
    )
    purpose_statement = forms.CharField(
        label=_("What exactly is paid for"),
        max_length=LONGEST_STATEMENT,
        help_text=_("In the customer's words; the law asks us to know what a loan is spent on."),
        error_messages={"required": _("Say in a sentence what exactly is paid for.")},
        widget=forms.Textarea(field_attrs("wide", rows="3")),
    )
    asset = forms.ChoiceField(
        label=_("Security"), required=False, widget=forms.Select({"class": "xd-select"}),
        help_text=_("What the customer has on record and no contract holds."),
    )  # fmt: skip
    asset_description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        help_text=_("So that it can be found again: make, year and number, or the address."),
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )
    asset_value = AmountField(
        label=_("Value"), required=False, help_text=_("The lower of price and valuation."),
    )  # fmt: skip
    asset_valued_on = forms.DateField(
        label=_("Valued on"),
        required=False,
        widget=forms.DateInput(field_attrs("date", type="date"), format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the date as 2026-06-30.")},
    )
    asset_valuer = forms.CharField(
        label=_("Valued by"),
        max_length=LONGEST_VALUER,
        required=False,
        widget=forms.TextInput(field_attrs(autocomplete="off")),
    )
    NEW_ASSET: Final = ("asset_description", "asset_value", "asset_valued_on", "asset_valuer")

    def __init__(
        self,
        spec: ProductSpec,
        customer_kind: str,
        pack: Pack,
        assets: Sequence[Asset],
        on: date,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spec, self.customer_kind, self.pack, self.on = spec, customer_kind, pack, on
        self.assets = {str(asset.pk): asset for asset in assets}
        purposes = [(one.code, local(one.name.model_dump())) for one in spec.purposes]
        self.fields["purpose"].choices = [("", _("Choose")), *purposes]  # type: ignore[attr-defined]
        self.fields["method"].choices = [(str(one.method), METHODS[str(one.method)]) for one in spec.methods]  # type: ignore[attr-defined]
        self.fields["method"].initial = str(spec.default_method)
        self.fields["amount"].currency = self.fields["asset_value"].currency = spec.currency  # type: ignore[attr-defined]
        self.fields["amount"].help_text = gettext("From {low} to {high}.").format(
            low=_money(spec.smallest_amount_minor, spec), high=_money(spec.largest_amount_minor, spec)
        )
        self.fields["term_months"].help_text = gettext("From {low} to {high} months.").format(
            low=spec.term_months.smallest, high=spec.term_months.largest
        )
        self._offer_assets()

    def _offer_assets(self) -> None:
        """Ask for what secures the loan where the product takes security, and name what is on record."""
        if self.spec.collateral is None or not self.assets:
            del self.fields["asset"]
        else:
            known = [
                (key, f"{one.description} · {_money(one.value_minor, self.spec)}") for key, one in self.assets.items()
            ]
            self.fields["asset"].choices = [("", _("Another one, described below")), *known]  # type: ignore[attr-defined]
        if self.spec.collateral is None:
            for name in self.NEW_ASSET:
                del self.fields[name]
        elif self.spec.collateral.is_required and not self.assets:
            for name in self.NEW_ASSET:
                self.fields[name].is_needed = True  # type: ignore[attr-defined]

    def clean_purpose_statement(self) -> str:
        """Refuse what no database holds."""
        text: str = self.cleaned_data["purpose_statement"]
        if not is_prose(text):
            raise forms.ValidationError(_("The text holds a character that cannot be kept. Write it again by hand."))
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse a need that the product can never answer, and security that is described by half."""
        cleaned = super().clean() or {}
        self._check_new_asset(cleaned)
        if not self.errors:
            try:
                check_need(self.need(), self.spec, self.customer_kind, offer_policy(self.pack).forbidden_purposes)
            except InvalidInput as error:
                fields = {"amount_minor": "amount", "collateral_value_minor": "asset_value"}
                name = fields.get(error.field or "", error.field or "")
                self.add_error(name if name in self.fields else None, f"{error} {error.remedy_text()}")
        return cleaned

    def _check_new_asset(self, cleaned: dict[str, Any]) -> None:
        """A new asset is described whole; one that was valued later than today is a slip."""
        names = [name for name in self.NEW_ASSET if name in self.fields]
        given = [name for name in names if cleaned.get(name) not in (None, "")]
        if cleaned.get("asset"):
            for name in given:
                self.add_error(name, gettext("Leave this empty, or choose another one above."))
        elif given:
            for name in set(names) - set(given) - set(self.errors):
                self.add_error(name, gettext("Fill this in as well, so that the security is described whole."))
        valued_on = cleaned.get("asset_valued_on")
        if valued_on is not None and valued_on > self.on:
            self.add_error("asset_valued_on", gettext("This day has not come yet. Enter the day of the valuation."))

    @property
    def chosen_asset(self) -> Asset | None:
        """The asset on record that was chosen."""
        return self.assets.get(self.cleaned_data.get("asset") or "")

    def need(self) -> Need:
        """What is asked for."""
        given, chosen = self.cleaned_data, self.chosen_asset
        value_minor = chosen.value_minor if chosen is not None else given.get("asset_value") or 0
        return Need(
            self.spec.code, given["amount"], self.spec.currency, given["term_months"], given["purpose"],
            given["method"], value_minor,
        )  # fmt: skip

    def sections(self) -> list[Section]:
        """All fields under their headings."""
        loan = ("purpose", "amount", "term_months", "method", "purpose_statement")
        found = [Section(_("The loan"), [self[name] for name in loan])]
        if self.spec.collateral is not None:
            names = [name for name in ("asset", *self.NEW_ASSET) if name in self.fields]
            note = _("This product is lent against security only.") if self.spec.collateral.is_required else ""
            found.append(Section(_("Security"), [self[name] for name in names], note))
        return found


def _money(amount_minor: int, spec: ProductSpec) -> str:
    return formatting.amount(amount_minor, spec.currency, get_language() or "")


def _checked(check: Callable[[], str]) -> str:
    """What a check of the service floor says of a value, at its field."""
    try:
        return check()
    except InvalidInput as error:
        raise forms.ValidationError(f"{error} {error.remedy_text()}") from error
