"""Rates as people write them."""

import pytest
from django.core.exceptions import ValidationError

from xindai.kernel.forms import PercentField


@pytest.mark.parametrize(
    ("text", "rate_ppb"),
    [
        ("4.35", 43_500_000),
        ("4.35%", 43_500_000),
        ("４．３５％", 43_500_000),
        ("0", 0),
        ("3.9567891", 39_567_891),
        ("", None),
    ],
)
def test_the_sign_and_full_width_digits_are_read(text: str, rate_ppb: int | None) -> None:
    assert PercentField(required=False).clean(text) == rate_ppb


@pytest.mark.parametrize("text", ["-1", "1e2", "four", "4.35.1", "%", "4.12345678", "2000.1"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        PercentField().clean(text)


def test_a_narrower_limit_is_told() -> None:
    with pytest.raises(ValidationError) as refused:
        PercentField(most_ppb=10**9).clean("100.01")
    assert "100%" in refused.value.messages[0]


def test_a_rate_is_written_back_in_percent() -> None:
    assert PercentField().prepare_value(43_500_000) == "4.35"
    assert PercentField().prepare_value("4.3x") == "4.3x"
