"""What is asked at the door: a mobile number, then a code."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xindai.customers.mobiles import hash_of, mobile_number
from xindai.identity.sign_ins import DIGITS
from xindai.kernel.errors import InvalidInput
from xindai.kernel.forms import field_attrs
from xindai.kernel.masking import mask_mobile


class NumberForm(forms.Form):
    """The number of somebody's phone; it is never kept in the session."""

    mobile = forms.CharField(
        label=_("Mobile number"),
        max_length=32,
        help_text=_("The number that you gave us. We send a code to it."),
        error_messages={"required": _("Enter your mobile number.")},
        widget=forms.TextInput(field_attrs("phone", type="tel", inputmode="tel", autocomplete="tel")),
    )

    def clean_mobile(self) -> str:
        """Return the number as it is kept."""
        try:
            return mobile_number(self.cleaned_data["mobile"])
        except InvalidInput as error:
            raise forms.ValidationError(f"{error} {error.remedy_text()}") from error

    @property
    def number_hash(self) -> str:
        """The keyed hash of a valid number."""
        return hash_of(self.cleaned_data["mobile"])

    @property
    def masked(self) -> str:
        """A valid number as it may be shown."""
        return mask_mobile(self.cleaned_data["mobile"])


class CodeForm(forms.Form):
    """The code that came."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        error_messages={"required": _("Enter the code from the message.")},
        widget=forms.TextInput(field_attrs("code", inputmode="numeric", autocomplete="one-time-code")),
    )

    def clean_code(self) -> str:
        """Return the digits alone."""
        code = "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split())
        if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("The code has 6 digits. Enter all of them."))
        return code

    def refuse(self) -> None:
        """Say that the code does not open, for whatever reason."""
        self.add_error("code", _("This code does not open. Check the digits, or ask for a new code."))


class EndForm(forms.Form):
    """Which session is to end."""

    session = forms.IntegerField()

    def chosen(self) -> Any:
        """The session's identity, None for anything else."""
        return self.cleaned_data["session"] if self.is_valid() else None
