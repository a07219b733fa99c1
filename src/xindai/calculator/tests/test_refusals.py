"""What the engine refuses is said in the reader's language, at the field that was asked for."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from loanmath import Method
from loanmath.foresight import Prepayment
from xindai.calculator.asked import Asked
from xindai.calculator.queries import quote
from xindai.calculator.refusals import WORDS
from xindai.kernel.errors import InvalidInput

START = date(2024, 7, 1)


def asked(**changes: Any) -> Asked:
    said: dict[str, Any] = {
        "currency": "CNY",
        "principal_minor": 12_000_00,
        "rate_ppb": 36_000_000,
        "method": Method.LEVEL,
        "instalments": 12,
        "disbursed_on": START,
    }
    return Asked(**(said | changes))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "ABC"}, "currency"),
        ({"currency": "HRK"}, "currency"),
        ({"principal_minor": 0}, "principal_minor"),
        ({"first_due_on": START}, "first_due_on"),
        ({"frequency": "often"}, "frequency"),
        ({"method": Method.BULLET}, "instalments"),
        ({"method": Method.FIXED}, "instalment_minor"),
        ({"method": Method.MINIMUM}, "minimum_ppb"),
        ({"method": Method.CUSTOM, "parts": (13_000_00,)}, "parts"),
        ({"method": Method.FLAT, "advance": 1}, "advance"),
        ({"weights": (0,)}, "weights"),
        ({"grace_principal": -1}, "grace_principal"),
        ({"prepayments": (Prepayment(START, 1_00),)}, "prepayments.on"),
        ({"prepayments": (Prepayment(date(2024, 8, 15), 0),)}, "prepayments.amount_minor"),
        ({"prepayments": (Prepayment(date(2024, 8, 15), 20_000_00),)}, "prepayments.amount_minor"),
    ],
    ids=str,
)
def test_a_refusal_names_the_field_and_speaks_chinese(changes: dict[str, Any], field: str) -> None:
    with translation.override("zh-hans"), pytest.raises(InvalidInput) as refused:
        quote(asked(**changes))
    with translation.override("zh-hans"):
        said = str(refused.value)
    assert refused.value.field == field
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said), said
    assert "{" not in said


def test_an_amount_in_a_refusal_is_written_as_people_read_it() -> None:
    with translation.override("en"), pytest.raises(InvalidInput) as refused:
        quote(asked(prepayments=(Prepayment(date(2024, 8, 15), 20_000_00),)))
    with translation.override("en"):
        assert "less than CNY 11,0" in str(refused.value)


def test_no_two_codes_are_said_in_the_same_words() -> None:
    assert len({str(words) for words in WORDS.values()}) == len(WORDS)
