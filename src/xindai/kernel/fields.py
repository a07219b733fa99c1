"""Model fields for money and rates, integers of one unit and never a fraction, and for the state of a record."""

from typing import Any, Final

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

LARGEST_AMOUNT_MINOR: Final = 10**15
"""The largest amount that a loan's terms take (``loanmath.Terms``), and so the largest that any door takes in.

Far above every loan and far below what a column holds: more than this is a slip of the pen.
"""


class AmountMinorField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in whole minor units (fen, cents); its currency stands beside it."""


class RatePpbField(models.BigIntegerField):  # type: ignore[type-arg]
    """An annual rate in parts per billion: 4.35 % is 43_500_000."""


class CurrencyField(models.CharField):  # type: ignore[type-arg]
    """An ISO 4217 code of three capital letters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        kwargs.setdefault("default", "CNY")
        super().__init__(*args, **kwargs)
        self.validators.append(RegexValidator(r"^[A-Z]{3}\Z", _("Give a currency code of three capital letters.")))

    def deconstruct(self) -> Any:
        """Leave out what every currency field has."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs


class StateField(FSMField):
    """The state of a record, moved by its transitions alone; what is recorded of it in a migration is a column of text.

    A migration has no transitions. Were the field itself named there, each of the thousands of classes that a
    migration builds would listen for the classes built after it, and founding a database would take minutes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("protected", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As the column that it is."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs
