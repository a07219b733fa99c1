"""What the engine refuses is said in the reader's language, at the field that was asked for."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loanmath import DayCount, Method, Prepaid
from loanmath.choices import Repricing
from loanmath.floating import Floating, Reset
from loanmath.foresight import Prepayment
from loanmath.terms import RateStep
from xindai.calculator.asked import Asked
from xindai.calculator.queries import quote
from xindai.calculator.refusals import UNFORESEEN, WORDS
from xindai.kernel.errors import InvalidInput

START = date(2024, 7, 1)
MOVING = (RateStep(START, 36_000_000), RateStep(date(2024, 10, 1), 48_000_000))


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
        ({"grace_principal": 12}, "grace_principal"),
        ({"grace_interest": 12}, "grace_interest"),
        ({"capitalised": 12}, "capitalised"),
        ({"floating": Floating(), "index": (RateStep(date(2024, 8, 1), 30_000_000),)}, "index"),
        ({"floating": Floating(), "index": MOVING, "repricing": Repricing.TERM, "method": Method.FLAT}, "repricing"),
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


AMOUNTS = st.integers(-1, 10**15)
COUNTS = st.integers(-1, 30)
RATES = st.integers(-1, 10**9)
DAYS = st.dates(date(2024, 1, 1), date(2027, 1, 1))
ANYTHING_ASKED = st.fixed_dictionaries(
    {},
    optional={
        "currency": st.sampled_from(["JPY", "KWD", "XXX", "HRK", ""]),
        "principal_minor": AMOUNTS,
        "rate_ppb": RATES,
        "method": st.sampled_from(Method),
        "instalments": COUNTS,
        "disbursed_on": DAYS | st.sampled_from([date(9990, 1, 1), date.max, date.min]),
        "frequency": st.sampled_from(["P1W", "P3M@20/3", "P5Y", "P1M@31", "P0M", "PT1H", ""]),
        "first_due_on": DAYS | st.sampled_from([date.max, date.min]),
        "day_count": st.sampled_from(DayCount),
        "fee_minor": AMOUNTS,
        "instalment_fee_minor": AMOUNTS,
        "early_fee_ppb": RATES,
        "down_payment_ppb": RATES,
        "balloon_minor": AMOUNTS,
        "instalment_minor": AMOUNTS,
        "minimum_ppb": RATES,
        "minimum_minor": AMOUNTS,
        "growth_ppb": st.integers(-2 * 10**9, 2 * 10**9),
        "multiple_minor": AMOUNTS,
        "advance": COUNTS,
        "weights": st.lists(COUNTS, max_size=4).map(tuple),
        "parts": st.lists(AMOUNTS, max_size=4).map(tuple),
        "grace_principal": COUNTS,
        "grace_interest": COUNTS,
        "interest_free": COUNTS,
        "capitalised": COUNTS,
        "floating": st.none()
        | st.builds(
            Floating,
            spread_ppb=st.integers(-(10**9), 10**9),
            reset=st.just(Reset.MONTHS),
            months=st.integers(1, 120),
            lookback_days=st.integers(0, 366),
        )
        | st.builds(Floating, reset=st.sampled_from([Reset.NEW_YEAR, Reset.ANNIVERSARY])),
        "index": st.lists(
            st.builds(RateStep, DAYS | st.sampled_from([date.max, date.min]), st.integers(-(10**9), 10**9)), max_size=3
        ).map(tuple),
        "repricing": st.sampled_from(Repricing),
        "prepayments": st.lists(
            st.builds(Prepayment, DAYS, AMOUNTS, st.sampled_from([None, *Prepaid])), max_size=3
        ).map(tuple),
    },
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(ANYTHING_ASKED)
@example({"instalment_fee_minor": -1})
def test_whatever_makes_no_loan_is_refused_in_words_of_its_own(changes: dict[str, Any]) -> None:
    try:
        told = quote(asked(**changes)).without_rate
    except InvalidInput as refused:
        told = refused
    assert told is None or told.message is not UNFORESEEN, told.__cause__
