"""Amounts and rates as people write them: what is clear is taken, what may be meant otherwise is refused."""

import pytest
from django.core.exceptions import ValidationError

from xindai.kernel.forms import AmountField, PercentField


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1234.5", 123450),
        ("1,234.56", 123456),
        ("12,345,678", 1234567800),
        ("1 234", 123400),
        ("１２，３４５", 1234500),
    ],
)
def test_thousands_may_be_set_apart(typed: str, minor: int) -> None:
    assert AmountField().clean(typed) == minor


@pytest.mark.parametrize(
    "typed", ["12,5", "4000,4000", "1,23,456", "1,2345", ",123", "1,234,", "1.234,56", "1,,234", "1,234.5,6"]
)
def test_a_comma_that_is_not_between_thousands_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"1,234\.56"):
        AmountField().clean(typed)


def test_a_rate_with_a_decimal_comma_is_refused() -> None:
    assert PercentField().clean("4.35%") == 43_500_000
    with pytest.raises(ValidationError, match=r"4\.35"):
        PercentField().clean("4,35")
