"""Fields of forms that know amounts and rates as people write them."""

import re
import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loanmath.rates import LARGEST_RATE_PPB, PPB_PER_PERCENT, percent_text
from xindai.kernel.formatting import decimal_places, plain_amount

_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]+)?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?%?")
_RATE_PLACES: Final = len(str(PPB_PER_PERCENT)) - 1


def field_attrs(kind: str = "", **attrs: str) -> dict[str, str]:
    """Return the attributes of an input in our look; `kind` sizes it to its content."""
    return {"class": "xd-input", "data-kind": kind, **attrs}


class AmountField(forms.Field):
    """An amount as people write it - commas, spaces and full-width digits included - kept in minor units."""

    default_error_messages = {  # noqa: RUF012 - Django's own way of overriding texts
        "not_an_amount": _("Write the amount in figures, for example 1,234.56."),
        "too_fine": _("The currency has no smaller unit than %(places)s decimal places."),
    }

    def __init__(self, *args: Any, currency: str = "CNY", **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(field_attrs("amount", inputmode="decimal", autocomplete="off")))
        super().__init__(*args, **kwargs)
        self.currency = currency

    def to_python(self, value: Any) -> Any:
        """Return minor units, or None for an empty field."""
        text = _plain(value)
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise forms.ValidationError(self.error_messages["not_an_amount"], code="not_an_amount")
        whole, _point, decimals = text.partition(".")
        places = decimal_places(self.currency)
        if len(decimals) > places:
            raise forms.ValidationError(
                self.error_messages["too_fine"], code="too_fine", params={"places": str(places)}
            )
        return int(whole + decimals.ljust(places, "0"))

    def prepare_value(self, value: Any) -> Any:
        """Write minor units back as people wrote them."""
        return plain_amount(value, self.currency) if isinstance(value, int) else value


class PercentField(forms.Field):
    """A rate as people write it in percent, with or without its sign, kept in parts per billion."""

    default_error_messages = {  # noqa: RUF012 - Django's own way of overriding texts
        "not_a_rate": _("Write the rate in percent, for example 4.35."),
        "too_fine": _("A rate has at most %(places)s decimal places."),
        "too_high": _("A rate is at most %(most)s%%: look for a slip in the figure."),
    }

    def __init__(self, *args: Any, most_ppb: int = LARGEST_RATE_PPB, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(field_attrs("rate", inputmode="decimal", autocomplete="off")))
        super().__init__(*args, **kwargs)
        self.most_ppb = most_ppb

    def to_python(self, value: Any) -> Any:
        """Return parts per billion, or None for an empty field."""
        text = _plain(value).removesuffix("%")
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise forms.ValidationError(self.error_messages["not_a_rate"], code="not_a_rate")
        whole, _point, decimals = text.partition(".")
        if len(decimals) > _RATE_PLACES:
            raise forms.ValidationError(
                self.error_messages["too_fine"], code="too_fine", params={"places": str(_RATE_PLACES)}
            )
        rate_ppb = int(whole + decimals.ljust(_RATE_PLACES, "0"))
        if rate_ppb > self.most_ppb:
            raise forms.ValidationError(
                self.error_messages["too_high"], code="too_high", params={"most": percent_text(self.most_ppb, 0)}
            )
        return rate_ppb

    def prepare_value(self, value: Any) -> Any:
        """Write parts per billion back in percent."""
        return percent_text(value) if isinstance(value, int) else value


def _plain(value: Any) -> str:
    """What was typed, without full-width figures, spaces, and commas between thousands.

    Other commas stay, so that the figure is refused: 12,5 may be meant for 12.5 and is not 125.
    """
    text = unicodedata.normalize("NFKC", str(value or "")).replace(" ", "")
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text
