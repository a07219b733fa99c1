"""What a reader may say of a loan, as people write it."""

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loanmath import DayCount, Frequency, Method, Prepaid
from loanmath.foresight import Prepayment
from loanmath.money import EXPONENTS
from loanmath.rates import PPB
from xindai.calculator.asked import MOST_INSTALMENTS, Asked
from xindai.kernel.errors import InvalidInput
from xindai.kernel.forms import AmountField, PercentField, field_attrs
from xindai.portal.words import DAY_COUNTS, FREQUENCIES, METHODS

SETTLE: Final = "settle"
_EFFECTS: Final = (
    (str(Prepaid.LOWER), _("Lower instalments, same end")),
    (str(Prepaid.SHORTEN), _("Same instalments, earlier end")),
    (SETTLE, _("Repay everything that day")),
)
_FIELDS: Final = {
    "principal_minor": "principal",
    "rate_ppb": "rate",
    "instalments": "months",
    "frequency": "every",
    "balloon_minor": "balloon",
    "fee_minor": "fee",
    "prepayments.on": "prepay_on",
    "prepayments.amount_minor": "prepay_amount",
}
"""The field of the form in which a field of the request was asked for."""


def _select() -> forms.Select:
    return forms.Select({"class": "xd-select"})


class CountField(forms.IntegerField):
    """So many months or instalments."""

    default_error_messages = {  # noqa: RUF012 - Django's own way of overriding texts
        "invalid": _("Write a whole number."),
        "min_value": _("Write a number of at least %(limit_value)s."),
        "max_value": _("Write a number of at most %(limit_value)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.NumberInput(field_attrs("count", inputmode="numeric", min="0", max=str(MOST_INSTALMENTS)))
        super().__init__(max_value=MOST_INSTALMENTS, widget=widget, **kwargs)


def _day() -> forms.DateInput:
    return forms.DateInput(field_attrs("date", type="date"), format="%Y-%m-%d")


class FrameForm(forms.Form):
    """What all loans on the page share: the currency, and the day on which the money is paid out."""

    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in sorted(EXPONENTS)], widget=_select()
    )
    start = forms.DateField(
        label=_("Paid out on"), widget=_day(), error_messages={"required": _("Give the day on which it is paid out.")}
    )


class LoanForm(forms.Form):
    """One loan."""

    principal = AmountField(
        label=_("Amount of the loan"), error_messages={"required": _("Give the amount of the loan.")}
    )
    rate = PercentField(label=_("Interest rate a year (%)"), error_messages={"required": _("Give the interest rate.")})
    months = CountField(
        label=_("Term in months"), min_value=1, error_messages={"required": _("Give the term in months.")}
    )
    method = forms.ChoiceField(label=_("How it is repaid"), choices=list(METHODS.items()), widget=_select())
    fee = AmountField(label=_("Fee at the start"), required=False)
    instalment_fee = AmountField(label=_("Fee with each instalment"), required=False)
    every = forms.ChoiceField(
        label=_("Instalments"), choices=list(FREQUENCIES.items()), initial="P1M", required=False, widget=_select()
    )
    day_count = forms.ChoiceField(
        label=_("Days are counted by"), choices=list(DAY_COUNTS.items()), required=False, widget=_select()
    )
    grace = CountField(label=_("Instalments without principal at first"), required=False, min_value=0)
    balloon = AmountField(label=_("Left for the last instalment"), required=False)
    prepay_on = forms.DateField(label=_("Paid ahead of time on"), required=False, widget=_day())
    prepay_amount = AmountField(label=_("Amount paid ahead of time"), required=False)
    prepay_effect = forms.ChoiceField(label=_("What it changes"), choices=_EFFECTS, required=False, widget=_select())
    early_fee = PercentField(label=_("Fee for paying ahead of time (%)"), required=False, most_ppb=PPB)

    BASIC: Final = ("principal", "rate", "months", "method")
    FEES: Final = ("fee", "instalment_fee")
    DETAILS: Final = ("every", "day_count", "grace", "balloon")
    AHEAD: Final = ("prepay_on", "prepay_amount", "prepay_effect", "early_fee")

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, AmountField):
                field.currency = currency
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """Refuse a term that is no whole number of periods, and a prepayment of which half is missing."""
        cleaned = super().clean() or {}
        self._check_term(cleaned)
        settles = cleaned.get("prepay_effect") == SETTLE
        if cleaned.get("prepay_amount") and not cleaned.get("prepay_on"):
            self._say("prepay_on", _("Give the day on which it is paid ahead of time."))
        elif cleaned.get("prepay_on") and not settles and not cleaned.get("prepay_amount"):
            self._say("prepay_amount", _("Give the amount that is paid ahead of time."))
        return cleaned

    def _check_term(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("months"):
            return
        rows = self._rows(cleaned)
        if rows is None:
            self._say("months", _("This term is no whole number of such instalments: choose another."))
        elif rows > MOST_INSTALMENTS:
            self._say("months", _("There may be at most %(most)s instalments.") % {"most": MOST_INSTALMENTS})

    @staticmethod
    def _rows(cleaned: dict[str, Any]) -> int | None:
        every = Frequency.parse(cleaned.get("every") or "P1M")
        return 1 if cleaned.get("method") == Method.BULLET else every.rows_in(cleaned["months"])

    def _say(self, field: str, message: Any) -> None:
        if field not in self.errors:
            self.add_error(field, message)

    def asked(self, start: date) -> Asked:
        """The loan that a valid form speaks of."""
        said = self.cleaned_data
        is_bullet = said["method"] == Method.BULLET
        return Asked(
            currency=self.currency,
            principal_minor=said["principal"],
            rate_ppb=said["rate"],
            method=Method(said["method"]),
            instalments=self._rows(said) or 1,
            frequency=f"P{said['months']}M" if is_bullet else said["every"] or "P1M",
            disbursed_on=start,
            day_count=DayCount(said["day_count"] or DayCount.THIRTY_E_360),
            fee_minor=said["fee"] or 0,
            instalment_fee_minor=said["instalment_fee"] or 0,
            grace_principal=said["grace"] or 0,
            balloon_minor=said["balloon"] or 0,
            early_fee_ppb=said["early_fee"] or 0,
            prepayments=self._prepayments(),
        )

    def _prepayments(self) -> tuple[Prepayment, ...]:
        said = self.cleaned_data
        if not said["prepay_on"]:
            return ()
        if said["prepay_effect"] == SETTLE:
            return (Prepayment(said["prepay_on"], prepaid=None),)
        return (Prepayment(said["prepay_on"], said["prepay_amount"], Prepaid(said["prepay_effect"] or Prepaid.LOWER)),)

    def refuse(self, error: InvalidInput) -> None:
        """Show at its field what the calculator refused."""
        field = _FIELDS.get(error.field or "")
        self.add_error(field, str(error))

    @property
    def basic(self) -> list[forms.BoundField]:
        """Fields that every loan needs."""
        return [self[name] for name in self.BASIC]

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """The other fields by subject: a heading, the fields, and whether any of them says something."""
        named = ((_("Fees"), self.FEES), (_("Paid ahead of time"), self.AHEAD), (_("Details"), self.DETAILS))
        return [
            (heading, [self[name] for name in names], any(self._says(name) for name in names))
            for heading, names in named
        ]

    def _says(self, name: str) -> bool:
        """Whether the field holds something else than what is usual."""
        usual = {"every": "P1M", "day_count": str(DayCount.THIRTY_E_360), "prepay_effect": str(Prepaid.LOWER)}
        value = str(self[name].value() or "")
        return bool(self[name].errors) or value not in {"", "0", usual.get(name, "")}
