"""Model fields for money and rates: integers of one unit, never a fraction."""

from typing import Any, Final

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

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
