"""How the borrowers of the demonstration bank pay.

The model knows three things: what is known to have become of the borrower's real loan (good, bad, or for
generated companies nothing), a seed, and the dates on which the loan falls due.  It never sees a score, a
class, a tier, a price or a decision, so that the book's losses are a judgement on the decisions and not an
echo of them.

From outcome and seed a borrower gets one habit for life; the habit and a draw for each instalment give what
the borrower means to do about it.  docs/specs/demonstration.md tells the shares and why.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from xindai.demonstration.chance import MILLION, Chance

WHOLE: Final = MILLION
"""All of what is owed, as a share in parts per million."""


class Habit(StrEnum):
    """How somebody pays, for life."""

    PUNCTUAL = "punctual"
    """By mandate on the due date; now and then some days late."""
    BY_HAND = "by_hand"
    """By single payment on the due date; now and then some days late."""
    FORGETFUL = "forgetful"
    """Often some days late."""
    PAYS_AHEAD = "pays_ahead"
    """Punctual, and repays a part of the principal early."""
    SETTLES_EARLY = "settles_early"
    """Punctual, and repays everything early."""
    CHRONIC = "chronic"
    """Often weeks late, sometimes in parts."""
    BAD_SPELL = "bad_spell"
    """Pays nothing for some instalments, then everything that is owed, and goes on punctually."""
    STOPS = "stops"
    """Pays for a while, perhaps a part of one instalment, then nothing more."""


class Way(StrEnum):
    """How money comes."""

    MANDATE = "mandate"
    SINGLE = "single"
    PREPAY = "prepay"
    SETTLE = "settle"
    RECOVER = "recover"


@dataclass(frozen=True, slots=True)
class Borrower:
    """Whoever pays a loan: a key to draw by, and the known outcome (None: nothing is known)."""

    key: str
    is_bad: bool | None


@dataclass(frozen=True, slots=True)
class Act:
    """Something a borrower does on a day: pays a share of what is owed then, in parts per million.

    ``way`` PREPAY pays what is due and this share of the principal that is not; SETTLE pays everything;
    RECOVER pays this share of what has been written off.
    """

    on: date
    way: Way
    share_ppm: int = WHOLE


GOOD_HABITS: Final = (
    (Habit.PUNCTUAL, 66),
    (Habit.BY_HAND, 12),
    (Habit.FORGETFUL, 12),
    (Habit.PAYS_AHEAD, 5),
    (Habit.SETTLES_EARLY, 5),
)
BAD_HABITS: Final = ((Habit.CHRONIC, 35), (Habit.BAD_SPELL, 23), (Habit.STOPS, 42))
COMPANY_HABITS: Final = (
    (Habit.PUNCTUAL, 63),
    (Habit.BY_HAND, 8),
    (Habit.FORGETFUL, 8),
    (Habit.PAYS_AHEAD, 3),
    (Habit.SETTLES_EARLY, 3),
    (Habit.CHRONIC, 4),
    (Habit.BAD_SPELL, 4),
    (Habit.STOPS, 7),
)

LATE_SHARE_PPM: Final = {Habit.FORGETFUL: 180_000, Habit.CHRONIC: 550_000}
LATE_SHARE_OF_OTHERS_PPM: Final = 15_000
LATE_DAYS: Final = {Habit.FORGETFUL: (1, 12), Habit.CHRONIC: (6, 50)}
LATE_DAYS_OF_OTHERS: Final = (1, 6)
PARTIAL_SHARE_PPM: Final = 250_000
PART_PAID_PPM: Final = (300_000, 800_000)
PART_BEFORE_STOPPING_PPM: Final = 300_000
SPELL_INSTALMENTS: Final = (1, 4)
AHEAD_SHARE_PPM: Final = (200_000, 500_000)
FEWEST_TO_BE_EARLY: Final = 3
"""Nobody repays a loan of fewer instalments early."""

RECOVERED_SHARE_PPM: Final = 300_000
RECOVERY_PART_PPM: Final = (50_000, 400_000)
RECOVERY_AFTER_DAYS: Final = (15, 90)


@dataclass(frozen=True, slots=True)
class Payers:
    """The model for one seed."""

    chance: Chance

    def habit(self, borrower: Borrower) -> Habit:
        """The borrower's habit for life."""
        habits = {None: COMPANY_HABITS, False: GOOD_HABITS, True: BAD_HABITS}[borrower.is_bad]
        return self.chance.by_weight(habits, "habit", borrower.key)

    def acts(self, borrower: Borrower, due_dates: Sequence[date]) -> list[Act]:
        """What the borrower means to do over the loan's life, in the order of days."""
        habit = self.habit(borrower)
        stops_at = self._stops_at(borrower, habit, len(due_dates))
        acts: list[Act] = []
        for number, due_on in enumerate(due_dates, start=1):
            if stops_at and number in stops_at:
                acts += self._in_trouble(borrower, habit, number, due_on, stops_at)
            else:
                acts += self._instalment(borrower, habit, number, due_on)
        acts += self._early(borrower, habit, due_dates)
        return sorted(acts, key=lambda act: act.on)

    def recovery(self, borrower: Borrower, written_off_on: date) -> Act | None:
        """Some pay a part of what has been written off, some weeks later."""
        if not self.chance.happens(RECOVERED_SHARE_PPM, "recovery", borrower.key):
            return None
        days = self.chance.between(*RECOVERY_AFTER_DAYS, "recovery day", borrower.key)
        share_ppm = self.chance.between(*RECOVERY_PART_PPM, "recovery share", borrower.key)
        return Act(written_off_on + timedelta(days=days), Way.RECOVER, share_ppm)

    def _stops_at(self, borrower: Borrower, habit: Habit, count: int) -> range:
        """The numbers of the instalments that are not paid when they fall due."""
        if habit not in {Habit.STOPS, Habit.BAD_SPELL}:
            return range(0)
        first = self.chance.between(1, max(1, count * 6 // 10), "first unpaid", borrower.key)
        if habit is Habit.STOPS:
            return range(first, count + 1)
        return range(first, first + self.chance.between(*SPELL_INSTALMENTS, "spell", borrower.key))

    def _in_trouble(self, borrower: Borrower, habit: Habit, number: int, due_on: date, unpaid: range) -> Iterator[Act]:
        names = (borrower.key, number)
        if habit is Habit.BAD_SPELL:
            if number == unpaid[-1]:
                days = self.chance.between(15, 40, "cure", *names)
                yield Act(due_on + timedelta(days=days), Way.SINGLE)
        elif number == unpaid[0] and self.chance.happens(PART_BEFORE_STOPPING_PPM, "last part", *names):
            days = self.chance.between(3, 20, "last part day", *names)
            yield Act(due_on + timedelta(days=days), Way.SINGLE, self.chance.between(*PART_PAID_PPM, "part", *names))

    def _instalment(self, borrower: Borrower, habit: Habit, number: int, due_on: date) -> Iterator[Act]:
        names = (borrower.key, number)
        late_share_ppm = LATE_SHARE_PPM.get(habit, LATE_SHARE_OF_OTHERS_PPM)
        if not self.chance.happens(late_share_ppm, "late", *names):
            yield Act(due_on, Way.SINGLE if habit is Habit.BY_HAND else Way.MANDATE)
            return
        days = self.chance.between(*LATE_DAYS.get(habit, LATE_DAYS_OF_OTHERS), "late days", *names)
        if habit is Habit.CHRONIC and self.chance.happens(PARTIAL_SHARE_PPM, "in parts", *names):
            part_ppm = self.chance.between(*PART_PAID_PPM, "part", *names)
            yield Act(due_on, Way.MANDATE, part_ppm)
        yield Act(due_on + timedelta(days=days), Way.SINGLE)

    def _early(self, borrower: Borrower, habit: Habit, due_dates: Sequence[date]) -> Iterator[Act]:
        """Early repayment, some days after a due date in the first two thirds of the loan's life."""
        if habit not in {Habit.PAYS_AHEAD, Habit.SETTLES_EARLY} or len(due_dates) < FEWEST_TO_BE_EARLY:
            return
        number = self.chance.between(1, len(due_dates) * 2 // 3, "early", borrower.key)
        on = due_dates[number - 1] + timedelta(days=self.chance.between(3, 20, "early day", borrower.key))
        if habit is Habit.SETTLES_EARLY:
            yield Act(on, Way.SETTLE)
        else:
            yield Act(on, Way.PREPAY, self.chance.between(*AHEAD_SHARE_PPM, "early share", borrower.key))
