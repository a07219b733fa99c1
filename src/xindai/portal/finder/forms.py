"""What is asked of somebody whom nobody knows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from xindai.kernel.forms import AmountField, field_attrs
from xindai.offers.need import LONGEST_TERM_MONTHS
from xindai.offers.standing import Means
from xindai.portal.words import local

OLDEST: Final = 120
MOST_YEARS: Final = 500


class CountField(forms.IntegerField):
    """A whole number in a field of its size."""

    default_error_messages = {  # noqa: RUF012 - Django's own way of overriding texts
        "invalid": _("Write a whole number."),
        "min_value": _("Write a number of at least %(limit_value)s."),
        "max_value": _("Write a number of at most %(limit_value)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(field_attrs("count", inputmode="numeric", autocomplete="off")), **kwargs
        )


Choices = Sequence[tuple[str, Sequence[tuple[str, Mapping[str, str]]]]]
"""Purposes by heading, each as ``person:furniture`` with its name in both languages."""


class WishForm(forms.Form):
    """What for, how much, for how long."""

    purpose = forms.ChoiceField(
        label=_("What is the money for?"),
        widget=forms.Select({"class": "xd-select"}),
        error_messages={
            "required": _("Choose what the money is for."),
            "invalid_choice": _("Choose what the money is for from the list."),
        },
    )
    amount = AmountField(
        label=_("How much do you need?"), error_messages={"required": _("Enter the amount that you need.")}
    )
    months = CountField(
        label=_("For how many months?"),
        min_value=1,
        max_value=LONGEST_TERM_MONTHS,
        error_messages={"required": _("Enter the number of months.")},
    )

    def __init__(self, choices: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = [(heading, [(code, local(name)) for code, name in purposes]) for heading, purposes in choices]
        self.fields["purpose"].choices = [("", _("Choose")), *grouped]  # type: ignore[attr-defined]

    @property
    def kind(self) -> str:
        """Who would borrow: a person or a company."""
        return str(self.cleaned_data["purpose"]).partition(":")[0]

    @property
    def purpose_code(self) -> str:
        """What for, as products name it."""
        return str(self.cleaned_data["purpose"]).partition(":")[2]


class PersonForm(forms.Form):
    """What the rules ask of a person's means."""

    age = CountField(
        label=_("How old are you?"),
        min_value=0,
        max_value=OLDEST,
        help_text=_("Only to see whether you are of full age. Age changes nothing else."),
        error_messages={"required": _("Enter your age in years.")},
    )
    income = AmountField(
        label=_("What is left of your income each month?"),
        required=False,
        help_text=_("After rent, food and other living costs, before instalments."),
    )
    instalments = AmountField(
        label=_("What do you pay each month for other loans?"), required=False, help_text=_("0 when there are none.")
    )

    def means(self) -> Means:
        """The means that a valid form states."""
        said = self.cleaned_data
        return Means(disposable_income_minor=said["income"], other_instalments_minor=said["instalments"])

    @property
    def age_years(self) -> int | None:
        """The age that a valid form states."""
        return int(self.cleaned_data["age"])


class CompanyForm(forms.Form):
    """What the rules ask of a company's figures."""

    years = CountField(
        label=_("For how many full years has the company been in business?"),
        min_value=0,
        max_value=MOST_YEARS,
        error_messages={"required": _("Enter the number of full years.")},
    )
    revenue = AmountField(label=_("Revenue of the last business year"), required=False)
    cash_flow = AmountField(
        label=_("Cash flow of the last business year"),
        required=False,
        help_text=_("What operations brought in after all costs, before instalments."),
    )
    assets = AmountField(label=_("All assets"), required=False)
    debts = AmountField(label=_("All debts"), required=False)

    age_years: int | None = None

    def means(self) -> Means:
        """The means that a valid form states."""
        said = self.cleaned_data
        return Means(
            years_in_business=said["years"],
            revenue_minor=said["revenue"],
            annual_cash_flow_minor=said["cash_flow"],
            assets_minor=said["assets"],
            total_debt_minor=said["debts"],
        )


class CollateralForm(forms.Form):
    """What a loan against collateral asks for besides."""

    value = AmountField(
        label=_("What is the security worth?"),
        required=False,
        help_text=_("The lower of price and valuation of the car or building; empty without one."),
    )
