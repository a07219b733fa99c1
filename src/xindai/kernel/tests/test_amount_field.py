"""Amounts as people write them."""

import pytest
from django.core.exceptions import ValidationError

from xindai.kernel.forms import AmountField


@pytest.mark.parametrize(
    ("text", "amount_minor"),
    [("1,234.56", 123_456), ("1 234", 123_400), ("１２３４．５", 123_450), ("0.05", 5), ("100.", None), ("", None)],
)
def test_commas_spaces_and_full_width_digits_are_read(text: str, amount_minor: int | None) -> None:
    field = AmountField(required=False)
    if amount_minor is None and text:
        with pytest.raises(ValidationError):
            field.clean(text)
    else:
        assert field.clean(text) == amount_minor


@pytest.mark.parametrize("text", ["-5", "1e3", "12.345", "twelve", "1" * 16, "0x10", "1.2.3"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        AmountField().clean(text)


def test_a_currency_without_cents_takes_none() -> None:
    assert AmountField(currency="JPY").clean("1,234") == 1_234
    with pytest.raises(ValidationError):
        AmountField(currency="JPY").clean("1.5")
