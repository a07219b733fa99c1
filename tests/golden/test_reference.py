"""Two ways to one plan: random loans, reckoned on paper and by the loan mathematics, agree to the cent in every row."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from loanmath import LoanMathError, schedule
from tests.golden import reference
from tests.golden.reading import terms_of

CENTS = st.integers(100, 10**9)
RATES = st.integers(0, 3000)
DAYS = st.dates(date(2023, 1, 1), date(2026, 12, 31))
DAY_COUNTS = ["30E/360", "act/360", "act/364", "act/365F", "act/365.25", "act/act ISDA"]
MODES = ["half_up", "half_even", "half_down", "up", "down"]


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def percent(hundredths: int) -> str:
    return f"{money(hundredths)} %"


@st.composite
def loans(draw: st.DrawFn) -> dict[str, Any]:
    """The words of a loan: a method, perhaps a grace, a shape or a step of the rate."""
    method = draw(st.sampled_from(sorted(reference.METHODS)))
    principal, count = draw(CENTS), draw(st.integers(1, 36))
    words: dict[str, Any] = {
        "method": method,
        "principal": money(principal),
        "rate": percent(draw(RATES)),
        "disbursed_on": draw(DAYS),
        "day_count": draw(st.sampled_from(DAY_COUNTS)),
        "rounding": draw(st.sampled_from(MODES)),
    }
    frequency = draw(st.sampled_from(["P1M", "P1M", "P3M", "P2W", "P10D"]))
    words |= {"months": count} if frequency == "P1M" else {"instalments": count, "frequency": frequency}
    if method == "bullet" and frequency != "P1M":
        words["instalments"] = 1
    shape = draw(shapes(method, principal, count))
    grace = draw(graces(method, count))
    words |= ({"shape": shape} if shape else {}) | ({"grace": grace} if grace else {})
    words |= draw(steps(words, count))
    return words | draw(more_paid_out(words))


@st.composite
def more_paid_out(draw: st.DrawFn, words: dict[str, Any]) -> dict[str, Any]:
    """Perhaps a down payment of a plain plan, and a tranche agreed for a day before its last row."""
    is_plain = "shape" not in words and "grace" not in words and words.get("repricing", "at_once") == "at_once"
    if words["method"] not in ("level", "equal_principal", "interest_first") or not is_plain:
        return {}
    down = {"down_payment": percent(draw(st.integers(0, 9000)))}
    on = draw(
        st.dates(words["disbursed_on"] + timedelta(days=1), reference.periods(words)[-1].start + timedelta(days=1))
    )
    tranches = {"tranche_rows": "after", "tranches": [[on, money(draw(CENTS))]]}
    return draw(st.sampled_from([{}, down, tranches, down | tranches]))


@st.composite
def shapes(draw: st.DrawFn, method: str, principal: int, count: int) -> dict[str, Any]:
    """What goes with the method, and at most one wish."""
    needed: dict[str, dict[str, Any]] = {
        "fixed": {"instalment": money(draw(st.integers(principal // 20 + 1, principal)))},
        "minimum": {"minimum": percent(draw(st.integers(0, 5000))), "at_least": money(principal // 10 + 1)},
        "custom": {"parts": [money(principal // (count + 1))] * draw(st.integers(0, count))},
    }
    multiple = st.sampled_from(["0.10", "1.00", "5.00"])
    balloon = st.integers(0, principal).map(lambda cents: {"balloon": money(cents)})
    weights = st.lists(st.integers(0, 5), max_size=5).map(lambda more: {"weights": [*more, 1]})
    beyond = st.integers(1, 60).map(lambda rows: {"amortised_over": rows})
    wishes: dict[str, list[st.SearchStrategy[dict[str, Any]]]] = {
        "level": [
            balloon,
            weights,
            beyond,
            st.integers(-20, 20).map(lambda rate: {"growth": f"{rate} %"}),
            st.integers(1, 3).map(lambda rows: {"advance": rows}),
            st.builds(dict, multiple=multiple, multiple_rounding=st.sampled_from(MODES)),
            st.just({"is_evened": True}),
        ],
        "equal_principal": [balloon, weights, beyond],
        "flat": [st.builds(dict, multiple=multiple)],
        "minimum": [st.builds(dict, multiple=multiple)],
    }
    plain: st.SearchStrategy[dict[str, Any]] = st.just({})
    wish: dict[str, Any] = draw(st.one_of(plain, *wishes.get(method, [plain])))
    return needed.get(method, {}) | wish


@st.composite
def graces(draw: st.DrawFn, method: str, count: int) -> dict[str, Any]:
    """Nothing, or one kind of grace that ends before the last row."""
    if method == "bullet" or count == 1:
        return {}
    kinds = ["principal", "interest", "interest_free", "capitalised"]
    some = {draw(st.sampled_from(kinds)): draw(st.integers(1, count - 1))}
    holidays = {"holidays": sorted(draw(st.sets(st.integers(1, count - 1), min_size=1, max_size=3)))}
    return draw(st.sampled_from([{}, {}, {}, some, holidays]))


@st.composite
def steps(draw: st.DrawFn, words: dict[str, Any], count: int) -> dict[str, Any]:
    """Perhaps another rate from some day on, and what it does to a level instalment."""
    if draw(st.booleans()):
        return {}
    on = draw(st.dates(words["disbursed_on"], reference.months_on(words["disbursed_on"], count + 1)))
    choices = ["at_once", "keep", "anew"] if words["method"] == "level" else ["at_once"]
    repricing = draw(st.sampled_from(choices))
    return {"rate_steps": [[on, percent(draw(RATES))]], "repricing": repricing}


@given(loans())
@settings(max_examples=150, deadline=None)
def test_paper_and_engine_agree_to_the_cent(words: dict[str, Any]) -> None:
    try:
        found = schedule(terms_of(words))
    except LoanMathError:
        reject()
    made = reference.plan(words)
    rows = [(row.due_on, Fraction(row.principal_minor, 100), Fraction(row.interest_minor, 100)) for row in found]
    assert [tuple(row) for row in made.rows] == rows
    if found.level is not None and made.instalment:  # where no row but the last pays principal there is none
        assert made.instalment * 100 == found.level.amount_minor
