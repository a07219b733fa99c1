"""What a reader may say of a loan, as people write it."""

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loanmath import DayCount, Frequency, Method, Prepaid
from loanmath.choices import Repricing
from loanmath.floating import Floating, Reset
from loanmath.foresight import Prepayment
from loanmath.money import EXPONENTS
from loanmath.rates import PPB
from loanmath.terms import RateStep
from xindai.calculator.asked import MOST_INSTALMENTS, Asked
from xindai.kernel.errors import InvalidInput
from xindai.kernel.forms import AmountField, PercentField, field_attrs
from xindai.portal.words import DAY_COUNTS, FREQUENCIES, METHODS, MORE_METHODS, REPRICINGS, RESETS, WHOLE_UNITS

SETTLE: Final = "settle"
COMPOUND: Final = "compound"
"""A bullet whose interest is added to the principal with each period."""
_EFFECTS: Final = (
    (str(Prepaid.LOWER), _("Lower instalments, same end")),
    (str(Prepaid.SHORTEN), _("Same instalments, earlier end")),
    (SETTLE, _("Repay everything that day")),
)
_MINUS: Final = ("-", "\u2212", "\uff0d")
_BETWEEN: Final = re.compile(r"[\s;\uff1b\u3001]+")
_NUMBERS: Final = {
    "fee_minor": "fee",
    "instalment_fee_minor": "instalment_fee",
    "early_fee_ppb": "early_fee",
    "down_payment_ppb": "down_payment",
    "balloon_minor": "balloon",
    "instalment_minor": "fixed",
    "minimum_ppb": "minimum",
    "minimum_minor": "floor",
    "growth_ppb": "growth",
    "advance": "advance",
    "grace_principal": "grace",
    "grace_interest": "grace_interest",
    "interest_free": "interest_free",
}
"""What is nothing where nothing is said."""
_FIELDS: Final = {
    **_NUMBERS,
    "principal_minor": "principal",
    "rate_ppb": "rate",
    "instalments": "months",
    "frequency": "every",
    "multiple_minor": "whole",
    "first_due_on": "first_due",
    "parts": "parts",
    "weights": "weights",
    "capitalised": "capitalised",
    "repricing": "repricing",
    "index": "index_on",
    "rate_steps": "index_change",
    "prepayments.on": "prepay_on",
    "prepayments.amount_minor": "prepay_amount",
}
"""The field of the form in which a field of the request was asked for."""
_MONTHS: Final = {"P6M": 6, "P3M": 3}
_USUAL: Final = {
    "every": "P1M",
    "day_count": str(DayCount.THIRTY_E_360),
    "prepay_effect": str(Prepaid.LOWER),
    "repricing": str(Repricing.ANEW),
}
"""What a field says where nobody has chosen."""


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


class SignedPercentField(PercentField):
    """A change in percent, which may be below zero."""

    def to_python(self, value: Any) -> Any:
        """Return parts per billion, or None for an empty field."""
        text = str(value or "").strip()
        is_below = text[:1] in _MINUS
        found = super().to_python(text[1:] if is_below else text)
        return -found if found and is_below else found


class ListField(forms.CharField):
    """Several values one after the other, by spaces or semicolons; ``each`` reads one of them."""

    def __init__(self, each: forms.Field, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(field_attrs("list", autocomplete="off")), required=False, **kwargs)
        self.each = each

    def to_python(self, value: Any) -> Any:
        """Return the values as a tuple, empty for an empty field."""
        words = _BETWEEN.split(str(super().to_python(value)))
        return tuple(self.each.clean(word) for word in words if word)


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
    method = forms.ChoiceField(
        label=_("How it is repaid"), choices=[*METHODS.items(), *MORE_METHODS.items()], widget=_select()
    )
    fixed = AmountField(label=_("Fixed amount"), required=False)
    minimum = PercentField(label=_("Part of what is owed (%)"), required=False, most_ppb=PPB)
    floor = AmountField(label=_("Minimum each time"), required=False)
    parts = ListField(
        AmountField(), label=_("Parts of principal"), help_text=_("In turn, by spaces; the last takes the rest.")
    )
    weights = ListField(
        CountField(min_value=0),
        label=_("Sizes of the instalments"),
        help_text=_("In turn, by spaces, again and again; 0 pays interest alone: 0 0 1."),
    )
    growth = SignedPercentField(label=_("Larger after each 12 instalments by (%)"), required=False, most_ppb=PPB)
    advance = CountField(label=_("Instalments paid at once"), required=False, min_value=0)
    balloon = AmountField(label=_("Left for the last instalment"), required=False)
    whole = forms.ChoiceField(
        label=_("Instalment rounded"), choices=list(WHOLE_UNITS.items()), required=False, widget=_select()
    )
    fee = AmountField(label=_("Fee at the start"), required=False)
    instalment_fee = AmountField(label=_("Fee with each instalment"), required=False)
    down_payment = PercentField(label=_("Paid back at once (%)"), required=False, most_ppb=PPB)
    first_due = forms.DateField(label=_("First instalment on"), required=False, widget=_day())
    grace = CountField(label=_("Instalments without principal at first"), required=False, min_value=0)
    grace_interest = CountField(label=_("Instalments whose interest is paid later"), required=False, min_value=0)
    interest_free = CountField(label=_("Instalments free of interest"), required=False, min_value=0)
    capitalised = CountField(label=_("Instalments whose interest joins the loan"), required=False, min_value=0)
    reset = forms.ChoiceField(label=_("The rate"), choices=list(RESETS.items()), required=False, widget=_select())
    index_change = SignedPercentField(label=_("If the index moves by (percentage points)"), required=False)
    index_on = forms.DateField(label=_("It moves on"), required=False, widget=_day())
    repricing = forms.ChoiceField(
        label=_("Another rate means"), choices=list(REPRICINGS.items()), required=False, widget=_select()
    )
    every = forms.ChoiceField(
        label=_("Instalments"), choices=list(FREQUENCIES.items()), initial="P1M", required=False, widget=_select()
    )
    day_count = forms.ChoiceField(
        label=_("Days are counted by"), choices=list(DAY_COUNTS.items()), required=False, widget=_select()
    )
    prepay_on = forms.DateField(label=_("Paid ahead of time on"), required=False, widget=_day())
    prepay_amount = AmountField(label=_("Amount paid ahead of time"), required=False)
    prepay_effect = forms.ChoiceField(label=_("What it changes"), choices=_EFFECTS, required=False, widget=_select())
    early_fee = PercentField(label=_("Fee for paying ahead of time (%)"), required=False, most_ppb=PPB)

    BASIC: Final = ("principal", "rate", "months", "method")
    SHAPE: Final = (*("fixed", "minimum", "floor", "parts", "weights", "growth", "advance", "balloon", "whole"),)
    START: Final = ("first_due", "down_payment", "grace", "grace_interest", "interest_free", "capitalised")
    FLOATING: Final = ("reset", "index_change", "index_on", "repricing")
    FEES: Final = ("fee", "instalment_fee")
    DETAILS: Final = ("every", "day_count")
    AHEAD: Final = ("prepay_on", "prepay_amount", "prepay_effect", "early_fee")

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            for one in (field, getattr(field, "each", None)):
                if isinstance(one, AmountField):
                    one.currency = currency
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """Refuse a term that is no whole number of periods, and what is said by half."""
        cleaned = super().clean() or {}
        self._check_term(cleaned)
        settles = cleaned.get("prepay_effect") == SETTLE
        if cleaned.get("prepay_amount") and not cleaned.get("prepay_on"):
            self._say("prepay_on", _("Give the day on which it is paid ahead of time."))
        elif cleaned.get("prepay_on") and not settles and not cleaned.get("prepay_amount"):
            self._say("prepay_amount", _("Give the amount that is paid ahead of time."))
        self._check_index(cleaned)
        return cleaned

    def _check_index(self, cleaned: dict[str, Any]) -> None:
        moves = cleaned.get("index_change")
        if moves and not cleaned.get("reset"):
            self._say("reset", _("Choose when the rate is read anew, or leave the move of the index empty."))
        if moves and not cleaned.get("index_on"):
            self._say("index_on", _("Give the day on which the index moves."))

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
        is_bullet, is_compound = said["method"] == Method.BULLET, said["method"] == COMPOUND
        rows = self._rows(said) or 1
        numbers: dict[str, Any] = {name: said[field] or 0 for name, field in _NUMBERS.items()}
        return Asked(
            currency=self.currency,
            principal_minor=said["principal"],
            rate_ppb=said["rate"],
            method=Method.BULLET if is_compound else Method(said["method"]),
            instalments=rows,
            frequency=f"P{said['months']}M" if is_bullet else said["every"] or "P1M",
            disbursed_on=start,
            first_due_on=said["first_due"],
            day_count=DayCount(said["day_count"] or DayCount.THIRTY_E_360),
            multiple_minor=int(said["whole"]) * 10 ** EXPONENTS[self.currency] if said["whole"] else 1,
            parts=said["parts"],
            weights=said["weights"],
            capitalised=said["capitalised"] or (rows - 1 if is_compound else 0),
            prepayments=self._prepayments(),
            **numbers,
            **self._floating(start),
        )

    def _floating(self, start: date) -> dict[str, Any]:
        """A rate that floats, as an index that is today's rate and moves once; raises InvalidInput where that is too early."""
        said = self.cleaned_data
        if not said["reset"]:
            return {}
        months = _MONTHS.get(said["reset"])
        floating = Floating(reset=Reset.MONTHS, months=months) if months else Floating(reset=Reset(said["reset"]))
        index = [RateStep(start, said["rate"])]
        if said["index_change"]:
            if said["index_on"] <= start:
                raise InvalidInput("index", _("The index moves after the money is paid out: give a later day."))
            index.append(RateStep(said["index_on"], said["rate"] + said["index_change"]))
        return {
            "floating": floating,
            "index": tuple(index),
            "repricing": Repricing(said["repricing"] or Repricing.ANEW),
        }

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
        named = (
            (_("Size of the instalments"), self.SHAPE),
            (_("At the beginning"), self.START),
            (_("A rate that floats"), self.FLOATING),
            (_("Fees"), self.FEES),
            (_("Paid ahead of time"), self.AHEAD),
            (_("Details"), self.DETAILS),
        )
        return [
            (heading, [self[name] for name in names], any(self._says(name) for name in names))
            for heading, names in named
        ]

    def _says(self, name: str) -> bool:
        """Whether the field holds something else than what is usual."""
        value = str(self[name].value() or "")
        return bool(self[name].errors) or value not in {"", "0", _USUAL.get(name, "")}
