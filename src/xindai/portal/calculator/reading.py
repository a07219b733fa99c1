"""What the page shows of worked-out loans: the comparison, the charts, and the working of one instalment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from loanmath import Method, explain_interest
from loanmath.apr import LabelledRate
from loanmath.rounding import Rounding, divide
from xindai.calculator.queries import Line, Quote
from xindai.kernel import formatting
from xindai.portal.words import RATES

MOST_BARS: Final = 60
"""More instalments than these are drawn by the year."""
MICRO_PERCENT_PER_HUNDREDTH: Final = 10**4
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of one loan; ``is_best`` where it is the lowest of several."""

    text: Text
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of all loans."""

    head: Text
    cells: tuple[Cell, ...]
    is_main: bool = False


def comparison(quotes: Sequence[Quote]) -> list[Row]:
    """The loans side by side; the lowest cost and the lowest rate are marked."""
    language, currency = get_language() or "", quotes[0].asked.currency

    def amounts(head: Text, of: Callable[[Quote], int], *, marks: bool = False, is_main: bool = False) -> Row:
        values = [of(quote) for quote in quotes]
        best = _best(values) if marks else None
        texts = [formatting.plain_amount(value, currency) for value in values]
        return Row(head, tuple(Cell(text, value == best) for text, value in zip(texts, values, strict=True)), is_main)

    rows = [
        amounts(_("First instalment"), lambda quote: quote.lines[0].total_minor, is_main=True),
        amounts(_("Last instalment"), lambda quote: quote.lines[-1].total_minor),
        _plain(_("Number of instalments"), [formatting.count(len(quote.lines)) for quote in quotes]),
        _plain(_("Last payment on"), [formatting.calendar_day(one.foreseen.ends_on, language) for one in quotes]),
        amounts(_("Interest"), lambda quote: quote.foreseen.interest_minor),
        amounts(_("Fees"), lambda quote: quote.foreseen.fees_minor),
        amounts(_("Total cost"), lambda quote: quote.foreseen.cost_minor, marks=True, is_main=True),
        amounts(_("Paid back in all"), lambda quote: quote.foreseen.paid_minor),
    ]
    if any(quote.foreseen.ahead for quote in quotes):
        rows.append(amounts(_("Interest saved by paying ahead of time"), lambda quote: quote.foreseen.saved_minor))
    return [*rows, *_rates(quotes)]


def _plain(head: Text, texts: Sequence[Text]) -> Row:
    return Row(head, tuple(map(Cell, texts)))


def _best(values: Sequence[int]) -> int | None:
    """The lowest of several figures that differ."""
    return min(values) if len(set(values)) > 1 else None


def _rates(quotes: Sequence[Quote]) -> Iterator[Row]:
    for place, (label, head) in enumerate(RATES.items()):
        found = [next((rate for rate in quote.rates if rate.label == label), None) for quote in quotes]
        if any(found):
            shown = [_hundredths(rate) if rate else None for rate in found]
            best = _best([rate for rate in shown if rate is not None]) if place == 0 else None
            cells = (Cell(_percent(rate), rate is not None and rate == best) for rate in shown)
            yield Row(head, tuple(cells), is_main=place == 0)


def _hundredths(rate: LabelledRate) -> int:
    """A rate as exactly as it is shown, in hundredths of a percent: what looks the same is the same."""
    return divide(rate.micro_percent, MICRO_PERCENT_PER_HUNDREDTH, Rounding.HALF_UP)


def _percent(hundredths: int | None) -> str:
    return formatting.NONE if hundredths is None else f"{formatting.rounded(Fraction(hundredths, 100), 2)}%"


# --- charts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """What is paid at one time, or in one year."""

    name: str
    principal_minor: int
    interest_minor: int
    fee_minor: int


def bars(quote: Quote) -> list[Bar]:
    """What is paid, instalment by instalment or year by year, money paid ahead of time included."""
    language = get_language() or ""
    paid = [(line.row.due_on, line.principal_minor, line.interest_minor, line.fee_minor) for line in quote.lines]
    paid += [(one.on, one.principal_minor, 0, one.fee_minor) for one in quote.foreseen.ahead]
    by_year = len(paid) > MOST_BARS

    def name(on: date) -> str:
        return str(on.year) if by_year else formatting.calendar_day(on, language)

    groups = groupby(sorted(paid), key=lambda one: name(one[0]))
    return [Bar(key, *(sum(parts) for parts in list(zip(*group, strict=True))[1:])) for key, group in groups]


def chart(quote: Quote) -> dict[str, Any]:
    """What the chart of a loan draws: principal, interest and fees on top of each other."""
    currency, drawn = quote.asked.currency, bars(quote)
    series = [
        (gettext("Principal"), "series-1", [bar.principal_minor for bar in drawn]),
        (gettext("Interest"), "series-2", [bar.interest_minor for bar in drawn]),
        (gettext("Fees"), "series-4", [bar.fee_minor for bar in drawn]),
    ]
    return {
        "categories": [bar.name for bar in drawn],
        "series": [
            {"name": name, "colour": colour, "points": [_point(value, currency) for value in values]}
            for name, colour, values in series
            if any(values)
        ],
    }


def balances(quotes: Sequence[Quote], names: Sequence[str]) -> dict[str, Any]:
    """What the chart of balances draws: what is left of each loan after each of its payments."""
    language, currency = get_language() or "", quotes[0].asked.currency
    return {
        "series": [
            {
                "name": name,
                "points": [
                    {"on": on.isoformat(), "day": formatting.calendar_day(on, language), **_point(left, currency)}
                    for on, left in _balances(quote)
                ],
            }
            for quote, name in zip(quotes, names, strict=True)
        ]
    }


def _balances(quote: Quote) -> Iterator[tuple[date, int]]:
    balance = quote.foreseen.lent_minor
    yield quote.asked.disbursed_on, balance
    moves = [(line.row.due_on, line.principal_minor - line.row.capitalised_minor) for line in quote.lines]
    moves += [(one.on, one.principal_minor) for one in quote.foreseen.ahead]
    for on, repaid in sorted(moves):
        balance -= repaid
        yield on, balance


def _point(amount_minor: int, currency: str) -> dict[str, str]:
    """A mark: a decimal text for the drawing, so that no float is made on the way, and one for people."""
    text = formatting.plain_amount(amount_minor, currency)
    return {"value": text.replace(",", ""), "text": text}


# --- why this cent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """Why an instalment is what it is."""

    letter: str
    line: Line
    currency: str
    interest: Any
    """The working of the interest, from the engine that computed it."""
    principal: Text
    """Where the principal of the instalment comes from, in a sentence."""
    level: tuple[int, int] | None = None
    """The exact equal instalment as a quotient of minor units, where the principal follows from it."""


def why(quotes: Sequence[Quote], letters: str, asked: str) -> Why | None:
    """The working of the instalment that an address names as ``a.17``; None where there is none."""
    letter, _dot, number = asked.partition(".")
    place = letters.find(letter) if letter else -1
    if not 0 <= place < len(quotes):
        return None
    quote = quotes[place]
    line = next((one for one in quote.lines if str(one.row.number) == number), None)
    if line is None:
        return None
    level = quote.foreseen.plan.level
    sentence = _principal(quote, line)
    exact = (level.numerator, level.denominator) if level is not None and sentence is _FROM_LEVEL else None
    return Why(letter, line, quote.asked.currency, explain_interest(line.row), sentence, exact)


_FROM_LEVEL: Final = _("What is left of the equal instalment after interest.")
_FROM_INSTALMENT: Final = _("What is left of the instalment after interest.")
_AGREED: Final = _("The part that is written for it.")
_LAST: Final = _("The last instalment repays all that is left, with what rounding has left over.")
_ANEW: Final = _("Planned anew after money was paid ahead of time.")
_NONE: Final = _("No principal falls due yet.")
_PARTS: Final = _("An equal part of the principal, rounded.")
_SENTENCES: Final = {
    Method.LEVEL: _FROM_LEVEL,
    Method.FIXED: _FROM_INSTALMENT,
    Method.MINIMUM: _FROM_INSTALMENT,
    Method.CUSTOM: _AGREED,
}


def _principal(quote: Quote, line: Line) -> Text:
    if line is quote.lines[-1]:
        return _LAST
    if not line.principal_minor:
        return _NONE
    if any(one.on <= line.row.due_on for one in quote.foreseen.ahead):
        return _ANEW
    found = _SENTENCES.get(quote.asked.method, _PARTS)
    if found is _FROM_LEVEL and not _is_equal(quote):
        return _FROM_INSTALMENT
    return found


def _is_equal(quote: Quote) -> bool:
    """Whether all instalments of a level plan are the same one."""
    return quote.foreseen.terms.shape.is_plain and not quote.foreseen.terms.rate_steps
