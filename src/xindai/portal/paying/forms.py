"""What is asked of who pays: how much, and from which account."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import XindaiError
from xindai.kernel.forms import AmountField, field_attrs

FIELDS: Final = {"amount_minor": "other", "account": "account", "on": "on"}
"""Where the error of a verb is shown, by the field that it names."""


class AccountForm(forms.Form):
    """The account from which the money comes."""

    account = forms.CharField(
        label=_("Number of your account"),
        max_length=60,
        error_messages={"required": _("Enter the number of the account that you pay from.")},
        widget=forms.TextInput(field_attrs("account", inputmode="text", autocomplete="off")),
    )

    def refuse(self, error: XindaiError) -> None:
        """Show what a verb said against it beside its field."""
        field = FIELDS.get(getattr(error, "field", None) or "")
        self.add_error(field if field in self.fields else None, f"{error} {error.remedy_text()}")


class PayForm(AccountForm):
    """How much: one of the amounts that are offered, or another one."""

    OTHER: Final = "other"

    field_order = ("choice", "other", "account")
    choice = forms.ChoiceField(
        label=_("How much do you want to pay?"),
        widget=forms.RadioSelect(),
        error_messages={"required": _("Choose how much you want to pay.")},
    )
    other = AmountField(label=_("Another amount"), required=False)

    def __init__(self, offered: list[tuple[str, int, str]], currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.amounts = {code: amount_minor for code, amount_minor, _words in offered}
        choices = [(code, words) for code, _amount, words in offered]
        self.fields["choice"].choices = [*choices, (self.OTHER, _("Another amount"))]  # type: ignore[attr-defined]
        self.fields["other"].currency = currency  # type: ignore[attr-defined]
        if offered:
            self.fields["other"].help_text = _("Only if you chose another amount.")

    def clean(self) -> dict[str, Any]:
        """Another amount must be given when it is chosen."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("choice") == self.OTHER and "other" not in self.errors and not found.get("other"):
            self.add_error("other", _("Enter the amount that you want to pay."))
        return found

    @property
    def amount_minor(self) -> int:
        """The amount of a valid form."""
        choice = self.cleaned_data["choice"]
        return int(self.cleaned_data["other"] if choice == self.OTHER else self.amounts[choice])


class DayForm(forms.Form):
    """The day of a figure."""

    on = forms.DateField(
        label=_("Paid on"),
        error_messages={"invalid": _("Write the day as 2026-03-31."), "required": _("Choose a day.")},
        widget=forms.DateInput({"class": "xd-input", "type": "date"}, format="%Y-%m-%d"),
    )
