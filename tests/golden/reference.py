"""Plans reckoned as on paper: exact fractions of whole units of money, rounded where a contract rounds.

Nothing of the loan mathematics is used here, not even its calendar: what both ways come to is right twice over.  A loan
is said in the words of a case (see ``reading``).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any, NamedTuple

CENT = Fraction(1, 100)
Words = dict[str, Any]
Part = Callable[[int, Fraction, Fraction], Fraction]
"""(place, interest, balance) to the principal of a row."""


class Row(NamedTuple):
    due: date
    principal: Fraction
    interest: Fraction


# --- numbers and days --------------------------------------------------------------------------------------------


def number(words: str | int) -> Fraction:
    """``"12000.00"`` or ``"4.9 %"``."""
    text = str(words).strip()
    return Fraction(text.rstrip("% ")) / 100 if text.endswith("%") else Fraction(text)


def rounded(exact: Fraction, mode: str, step: Fraction = CENT) -> Fraction:
    """To a whole number of steps."""
    steps = exact / step
    whole, rest = floor(steps), steps - floor(steps)
    half = Fraction(1, 2)
    goes_up = {
        "half_up": rest >= half,
        "half_down": rest > half,
        "half_even": rest > half or (rest == half and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }
    return (whole + goes_up[mode]) * step


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or the last one that the month has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))


def year_part(day_count: str, start: date, end: date) -> Fraction:
    """The days from one day to another as a part of a year."""
    if day_count == "30E/360":
        months = 12 * (end.year - start.year) + end.month - start.month
        return Fraction(30 * months + min(end.day, 30) - min(start.day, 30), 360)
    if day_count == "act/act ISDA":
        days = [start + timedelta(days=nth) for nth in range((end - start).days)]
        leap = sum(1 for day in days if date(day.year, 12, 31).timetuple().tm_yday == 366)
        return Fraction(leap, 366) + Fraction(len(days) - leap, 365)
    years = {
        "act/360": Fraction(360),
        "act/364": Fraction(364),
        "act/365F": Fraction(365),
        "act/365.25": Fraction("365.25"),
    }
    return (end - start).days / years[day_count]


# --- the rows before any amount is known -------------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """A row to come: its days, cut where the rate changes, and what is spared in it."""

    place: int
    start: date
    end: date
    stretches: tuple[tuple[date, date, Fraction], ...]
    day_count: str
    weight: Fraction = Fraction(1)
    asks_interest: bool = True
    is_capitalised: bool = False
    is_free: bool = False
    levelled_at: Fraction | None = None
    """The interest by which the instalment is found, where it is not that of the row's days."""

    @property
    def growth(self) -> Fraction:
        """The interest of the whole row on one unit of money."""
        return sum((rate * year_part(self.day_count, *days) for *days, rate in self.stretches), Fraction(0))

    @property
    def first_rate(self) -> Fraction:
        return self.stretches[0][2]


def periods(words: Words, count: int | None = None) -> list[Period]:
    """The rows of the loan, or so many rows of it."""
    ends = due_dates(words, count or words.get("instalments") or words["months"])
    return [
        _period(words, place, start, end) for place, (start, end) in enumerate(pairwise([words["disbursed_on"], *ends]))
    ]


def due_dates(words: Words, count: int) -> list[date]:
    start = words["disbursed_on"]
    if "own_dates" in words:
        return list(words["own_dates"])
    if words["method"] == "bullet" and "months" in words and not _grace(words, "capitalised"):
        return [months_on(start, words["months"])]
    every, unit = re.fullmatch(r"P(\d+)([DWMY])", words.get("frequency", "P1M")).groups()  # type: ignore[union-attr]
    if unit in "DW":
        return [start + timedelta(days=int(every) * nth * (7 if unit == "W" else 1)) for nth in range(1, count + 1)]
    return [months_on(start, int(every) * nth * (12 if unit == "Y" else 1)) for nth in range(1, count + 1)]


def _period(words: Words, place: int, start: date, end: date) -> Period:
    nth, holidays = place + 1, words.get("grace", {}).get("holidays", [])
    is_capitalised = nth <= _grace(words, "capitalised") or nth in holidays
    pays = nth > _grace(words, "principal") and not is_capitalised
    is_free = nth <= _grace(words, "interest_free")
    found = [(start, end, Fraction(0))] if is_free else stretches(words, start, end)
    return Period(
        place,
        start,
        end,
        tuple(found),
        words["day_count"],
        weight(words, nth) if pays else Fraction(0),
        nth > _grace(words, "interest"),
        is_capitalised,
        is_free,
    )


def _grace(words: Words, kind: str) -> int:
    return int(words.get("grace", {}).get(kind, 0))


def stretches(words: Words, start: date, end: date) -> list[tuple[date, date, Fraction]]:
    """The days of a row at the rates that hold on them."""
    first, steps = rates(words)
    cuts = [start, *(on for on, _ in steps if start < on < end), end]
    rate_on = {cut: next((rate for on, rate in reversed(steps) if on <= cut), first) for cut in cuts}
    return [(since, until, rate_on[since]) for since, until in pairwise(cuts)]


def rates(words: Words) -> tuple[Fraction, list[tuple[date, Fraction]]]:
    """The first rate and its steps, as agreed or as an index gives them."""
    if "floating" not in words:
        return number(words["rate"]), [(on, number(rate)) for on, rate in words.get("rate_steps", [])]
    resets = [words["disbursed_on"], *reset_days(words)]
    return index_rate(words, resets[0]), [(on, index_rate(words, on)) for on in resets[1:]]


def reset_days(words: Words) -> Iterator[date]:
    start, last, floating = words["disbursed_on"], months_on(words["disbursed_on"], words["months"]), words["floating"]
    for nth in range(1, words["months"] + 1):
        if floating["reset"] == "new_year":
            on = date(start.year + nth, 1, 1)
        else:
            on = months_on(start, nth * floating.get("months", 12))
        if on < last:
            yield on


def index_rate(words: Words, on: date) -> Fraction:
    """The latest value of the index by the day on which it is read, and the spread, between floor and cap."""
    floating = words["floating"]
    read_on = on - timedelta(days=floating.get("lookback_days", 0))
    value = [number(rate) for since, rate in floating["index"] if since <= read_on][-1] + number(floating["spread"])
    return min(max(value, number(floating.get("floor", 0))), number(floating.get("cap", "100 %")))


def weight(words: Words, nth: int) -> Fraction:
    """The size of a row's instalment beside the largest, or beside the first where they grow by the year."""
    shape = words.get("shape", {})
    if weights := shape.get("weights"):
        return Fraction(weights[(nth - 1) % len(weights)], max(weights))
    return (1 + number(shape.get("growth", 0))) ** ((nth - 1) // 12)


# --- what a row pays ---------------------------------------------------------------------------------------------


def level_instalment(ahead: list[Period], amount: Fraction, balloon: Fraction, beyond: int, at_once: int) -> Fraction:
    """The instalment whose payments, each discounted by the growth up to it, are worth the amount with the balloon.

    In a row that pays interest alone the balance neither grows nor falls, so nothing is discounted.
    """
    worth, discount = Fraction(at_once), Fraction(1)
    for period in [*ahead, *[ahead[-1]] * beyond]:
        if period.weight or period.is_capitalised:
            discount /= 1 + (period.growth if period.levelled_at is None else period.levelled_at)
        worth += period.weight * discount
    return (amount - balloon * discount) / worth if worth else Fraction(0)


@dataclass
class Paper:
    """One plan in the making."""

    words: Words
    ahead: list[Period]
    balance: Fraction
    instalment: Fraction = field(default=Fraction(0))
    """As it is paid, in money."""
    apart: Fraction = Fraction(0)
    """By how much more than the balance it is found on."""

    @property
    def shape(self) -> Words:
        shape: Words = self.words.get("shape", {})
        return shape

    def money(self, exact: Fraction) -> Fraction:
        return rounded(exact, self.words.get("rounding", "half_up"))

    def to_multiple(self, exact: Fraction) -> Fraction:
        mode = self.shape.get("multiple_rounding") or self.words.get("rounding", "half_up")
        return rounded(exact, mode, number(self.shape.get("multiple", "0.01")))

    @property
    def balloon(self) -> Fraction:
        return number(self.shape.get("balloon", 0))

    @property
    def beyond(self) -> int:
        return max(0, int(self.shape.get("amortised_over", 0)) - self.ahead[-1].place - 1)

    def interest(self, period: Period, balance: Fraction, before: tuple[Fraction, date] | None = None) -> Fraction:
        """The interest of a row; ``before`` is another balance up to a day within it."""
        parts = []
        for start, end, rate in period.stretches:
            cut = min(max(start, before[1]), end) if before else start
            parts.append((before[0] if before else balance) * rate * year_part(period.day_count, start, cut))
            parts.append(balance * rate * year_part(period.day_count, cut, end))
        if self.words.get("rounds_stretches"):
            return sum((self.money(part) for part in parts), Fraction(0))
        return self.money(sum(parts, Fraction(0)))

    def level(self, ahead: list[Period], amount: Fraction) -> Fraction:
        """The exact level instalment; unless it is found at once, as if the first rate stayed."""
        if self.words.get("repricing", "at_once") != "at_once":
            first = next((period.first_rate for period in ahead if not period.is_free), Fraction(0))
            ahead = [period if period.is_free else _at_rate(period, first) for period in ahead]
        at_once = self.shape.get("advance", 0)
        ahead = [replace(period, levelled_at=self.levelled_at(period)) for period in ahead]
        return level_instalment(ahead, amount, self.balloon, self.beyond, at_once)

    def levelled_at(self, period: Period) -> Fraction | None:
        """Where the days of months are not looked at: a twelfth of the rate, or thirty days of it."""
        rate, start = period.stretches[-1][2], self.words["disbursed_on"]
        thirty_days = year_part(period.day_count, start, start + timedelta(days=30))
        return {"periods": rate / 12, "thirty_days": rate * thirty_days}.get(self.words.get("levelling", "rows"))

    def level_part(self, exact: Fraction) -> Part:
        self.instalment = self.to_multiple(exact)
        named = self.instalment if "growth" in self.shape else exact

        def part(place: int, interest: Fraction, balance: Fraction) -> Fraction:
            return self.to_multiple(named * self.ahead[place].weight) - interest

        return part

    def part(self) -> Part:
        """The rule of the method."""
        return METHODS[self.words["method"]](self)

    def rows(
        self,
        part: Part,
        before: tuple[Fraction, date] | None = None,
        *,
        ends_early: bool = False,
        apart: Fraction = Fraction(0),
    ) -> list[Row]:
        """Row after row; the last one takes what is left.

        ``apart`` is interest of the first row besides that of its days on the balance.
        """
        balance, owed, made = self.balance, apart, []
        flat = flat_interest(self) if self.words["method"] == "flat" else []
        for place, period in enumerate(self.ahead):
            is_last = place == len(self.ahead) - 1
            own = flat[place] if flat else self.interest(period, balance, before if place == 0 else None)
            owed += own
            paid = max(Fraction(0), part(place, own, balance)) if period.weight else part(place, own, balance) * 0
            if period.is_capitalised and not is_last:
                made.append(Row(period.end, Fraction(0), Fraction(0)))
                balance, owed = balance + owed, Fraction(0)
                continue
            interest = owed if period.asks_interest or is_last else Fraction(0)
            principal = balance if is_last else min(paid, balance)
            made.append(Row(period.end, principal, interest))
            balance, owed = balance - principal, owed - interest
            if ends_early and not balance and not owed:
                break
        return made


def _at_rate(period: Period, rate: Fraction) -> Period:
    return replace(period, stretches=((period.start, period.end, rate),))


def _level(paper: Paper) -> Part:
    return paper.level_part(paper.level(paper.ahead, paper.balance + paper.apart))


def _equal(paper: Paper) -> Part:
    """Equal or weighted parts of what is not paid with the balloon."""
    everything = sum((period.weight for period in paper.ahead), Fraction(paper.beyond)) or Fraction(1)
    amount = max(Fraction(0), paper.balance - paper.balloon)
    return lambda place, _interest, _balance: paper.money(amount * paper.ahead[place].weight / everything)


def _nothing(paper: Paper) -> Part:
    return lambda _place, _interest, _balance: Fraction(0)


def _flat(paper: Paper) -> Part:
    """Equal parts; rounded to a multiple, interest and part each for itself."""
    equal = paper.to_multiple(paper.balance / (len([period for period in paper.ahead if period.weight]) or 1))
    if "multiple" in paper.shape:
        return lambda _place, interest, _balance: equal + paper.to_multiple(interest) - interest
    return lambda _place, _interest, _balance: equal


def flat_interest(paper: Paper) -> list[Fraction]:
    """Interest of each row on the whole sum, as long as there is any of what all rows make together; the last row
    brings it to that.
    """
    shares = [number(paper.words["principal"]) * period.growth for period in paper.ahead]
    left, rows = paper.money(sum(shares, Fraction(0))), []
    for share in shares[:-1]:
        rows.append(min(left, paper.money(share)))
        left -= rows[-1]
    return [*rows, left]


def _fixed(paper: Paper) -> Part:
    return lambda _place, interest, _balance: number(paper.shape["instalment"]) - interest


def _minimum(paper: Paper) -> Part:
    """A share of balance and interest, at least the floor."""
    share, least = number(paper.shape.get("minimum", 0)), number(paper.shape.get("at_least", 0))
    return lambda _place, interest, balance: max(paper.to_multiple((balance + interest) * share), least) - interest


def _own(paper: Paper) -> Part:
    parts = [number(part) for part in paper.shape.get("parts", [])]
    return lambda place, _interest, _balance: parts[place] if place < len(parts) else Fraction(0)


METHODS: dict[str, Callable[[Paper], Part]] = {
    "level": _level,
    "equal_principal": _equal,
    "interest_first": _nothing,
    "bullet": _nothing,
    "flat": _flat,
    "fixed": _fixed,
    "minimum": _minimum,
    "custom": _own,
}


# --- whole plans -------------------------------------------------------------------------------------------------


class Plan(NamedTuple):
    rows: list[Row]
    instalment: Fraction
    """Of a level plan: as it was first agreed, with all tranches."""


def plan(words: Words) -> Plan:
    """The plan of a loan."""
    principal = number(words["principal"])
    paper = Paper(words, periods(words), principal)
    if "advance" in words.get("shape", {}):
        return _in_advance(paper)
    if words.get("repricing") == "term":
        return _by_term(paper)
    if words.get("repricing") == "anew":
        return _anew(paper)
    at_once = paper.to_multiple(principal * number(words.get("down_payment", 0)))
    paper.balance -= at_once
    rows = paper.rows(paper.part(), ends_early=words["method"] in ("fixed", "minimum"))
    if paper.shape.get("is_evened"):
        first = _evened_at_first_rate(paper)
        rows = _evened(paper, rows) if first is None else paper.rows(paper.level_part(first))
    return _with_tranches(paper, rows, at_once)


def _in_advance(paper: Paper) -> Plan:
    """So many instalments on the day of disbursement, reckoned from the exact one."""
    exact = paper.level(paper.ahead, paper.balance)
    at_once = paper.to_multiple(exact * paper.shape["advance"])
    paper.balance -= at_once
    rows = paper.rows(paper.level_part(exact))
    return Plan([Row(paper.words["disbursed_on"], at_once, Fraction(0)), *rows], paper.instalment)


def _by_term(paper: Paper) -> Plan:
    """The instalment stays as long as it takes; cents that rounding has left over make no row more."""
    agreed = len(paper.ahead)
    first = _evened_at_first_rate(paper)
    usual = _level(paper) if first is None else paper.level_part(first)
    paper.ahead = periods(paper.words, 4 * agreed)

    def part(place: int, interest: Fraction, balance: Fraction) -> Fraction:
        left_over = balance + interest - paper.instalment - paper.balloon
        is_last = left_over <= (agreed * CENT if place + 1 == agreed else 0)
        return balance if is_last else usual(place, interest, balance)

    return Plan(paper.rows(part, ends_early=True), paper.instalment)


def _anew(paper: Paper) -> Plan:
    """The instalment is found anew for the rows that begin at another rate."""
    evened = _evened_at_first_rate(paper)
    parts = [_level(paper) if evened is None else paper.level_part(evened)]
    first = paper.instalment

    def part(place: int, interest: Fraction, balance: Fraction) -> Fraction:
        before = [period.first_rate for period in paper.ahead[:place] if not period.is_free]
        if before and before[-1] != paper.ahead[place].first_rate:
            parts.append(paper.level_part(paper.level(paper.ahead[place:], balance)))
        return parts[-1](place, interest, balance)

    return Plan(paper.rows(part), first)


def _evened_at_first_rate(paper: Paper) -> Fraction | None:
    """The instalment that is evened as if the first rate stayed, where a later rate has no say in it."""
    words = paper.words
    if not paper.shape.get("is_evened") or words.get("repricing", "at_once") == "at_once":
        return None
    first = next((period.first_rate for period in paper.ahead if not period.is_free), Fraction(0))
    ahead = [period if period.is_free else _at_rate(period, first) for period in paper.ahead]
    other = Paper({name: word for name, word in words.items() if name != "repricing"}, ahead, paper.balance)
    _evened(other, other.rows(other.part()))
    return other.instalment


def _evened(paper: Paper, rows: list[Row]) -> list[Row]:
    """One try to bring the last instalment closer: what it differs by is spread over all rows."""
    first, count = paper.instalment, len(rows)
    apart = rows[-1].principal + rows[-1].interest - first
    if count < 2 or abs(apart) <= count // 2 * CENT:
        return rows
    share = paper.money(abs(apart) / count) * (1 if apart > 0 else -1)
    second = paper.to_multiple(first + share)
    other = paper.rows(lambda place, interest, _balance: second - interest)
    if abs(other[-1].principal + other[-1].interest - second) < abs(apart):
        paper.instalment = second
        return other
    return rows


def _with_tranches(paper: Paper, rows: list[Row], at_once: Fraction) -> Plan:
    """The rows after a tranche carry it, less its own down payment, over whole periods.

    Interest counts the tranche from its day on, so the row in which it falls has two balances.  A level instalment is
    found as if the down payment of all that is paid out were rounded once.
    """
    words, whole, instalment = paper.words, paper.ahead, paper.instalment
    beside = [Row(words["disbursed_on"], at_once, Fraction(0))] if at_once else []
    share, paid_out, asked = number(words.get("down_payment", 0)), number(words["principal"]), at_once
    for on, amount in words.get("tranches", []):
        down = paper.to_multiple(number(amount) * share)
        paid_out, asked = paid_out + number(amount), asked + down
        first = next(place for place, row in enumerate(rows) if row.due > on)
        left = sum((row.principal for row in rows[first:]), Fraction(0))
        ahead = [replace(period, place=nth) for nth, period in enumerate(whole[first:])]
        more = Paper(words, ahead, left + number(amount) - down, apart=asked - paper.to_multiple(paid_out * share))
        rows = [*rows[:first], *more.rows(more.part(), (left, on))]
        instalment = more.instalment
        beside += [Row(on, down, Fraction(0))] if down else []
    return Plan(sorted([*rows, *beside], key=lambda row: row.due), instalment)
