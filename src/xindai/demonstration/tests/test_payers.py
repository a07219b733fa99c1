"""The payers' model: outcome, seed and due dates in, payments out."""

from datetime import date, timedelta
from itertools import pairwise

from loanmath.calendar import add_months
from xindai.demonstration.chance import Chance
from xindai.demonstration.payers import WHOLE, Act, Borrower, Habit, Payers, Way

PAYERS = Payers(Chance("test"))
DUE_DATES = [add_months(date(2024, 8, 15), months) for months in range(24)]


def of_habit(habit: Habit, *, is_bad: bool | None) -> list[Borrower]:
    everybody = [Borrower(f"somebody/{number}", is_bad) for number in range(400)]
    return [borrower for borrower in everybody if PAYERS.habit(borrower) is habit]


def acts_of(habit: Habit, *, is_bad: bool | None) -> list[list[Act]]:
    return [PAYERS.acts(borrower, DUE_DATES) for borrower in of_habit(habit, is_bad=is_bad)]


def test_good_borrowers_never_have_the_habits_of_bad_ones() -> None:
    bad_habits = {Habit.CHRONIC, Habit.BAD_SPELL, Habit.STOPS}
    everybody = [Borrower(f"somebody/{number}", is_bad=False) for number in range(400)]
    assert not {PAYERS.habit(borrower) for borrower in everybody} & bad_habits


def test_bad_borrowers_always_have_trouble() -> None:
    everybody = [Borrower(f"somebody/{number}", is_bad=True) for number in range(400)]
    assert {PAYERS.habit(borrower) for borrower in everybody} == {Habit.CHRONIC, Habit.BAD_SPELL, Habit.STOPS}


def test_who_stops_never_pays_in_full_again() -> None:
    for acts in acts_of(Habit.STOPS, is_bad=True):
        full = [act.on for act in acts if act.share_ppm == WHOLE]
        parts = [act.on for act in acts if act.share_ppm < WHOLE]
        assert len(full) < len(DUE_DATES)
        assert all(part > last for part in parts for last in full[-1:])


def test_a_bad_spell_ends_with_everything_that_is_owed() -> None:
    for acts in acts_of(Habit.BAD_SPELL, is_bad=True):
        gaps = [later.on - earlier.on for earlier, later in pairwise(acts)]
        assert acts[-1].share_ppm == WHOLE
        assert not gaps or max(gaps) > timedelta(days=31) or acts[0].on > DUE_DATES[0]


def test_the_punctual_pay_by_mandate_and_are_days_late_at_most() -> None:
    for acts in acts_of(Habit.PUNCTUAL, is_bad=False):
        assert len(acts) == len(DUE_DATES)
        assert all((act.on - due_on).days <= 6 for act, due_on in zip(acts, DUE_DATES, strict=True))


def test_those_who_pay_by_hand_never_use_the_mandate() -> None:
    ways = {act.way for acts in acts_of(Habit.BY_HAND, is_bad=False) for act in acts}
    assert ways == {Way.SINGLE}


def test_some_repay_early_in_part_and_some_in_full() -> None:
    for habit, way in ((Habit.PAYS_AHEAD, Way.PREPAY), (Habit.SETTLES_EARLY, Way.SETTLE)):
        assert all(any(act.way is way for act in acts) for acts in acts_of(habit, is_bad=False))


def test_the_same_borrower_always_does_the_same() -> None:
    borrower = Borrower("somebody/1", is_bad=True)
    assert PAYERS.acts(borrower, DUE_DATES) == Payers(Chance("test")).acts(borrower, DUE_DATES)


def test_another_outcome_or_seed_is_all_that_changes_a_borrower() -> None:
    assert set(Borrower.__dataclass_fields__) == {"key", "is_bad"}
