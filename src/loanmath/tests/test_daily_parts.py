"""The close of many loans goes part by part: what changes is new, what does not stays the same column."""

from datetime import date, timedelta

import numpy as np
import pytest

from loanmath import Event, EventKind, Role, Terms, daily, replay
from loanmath.daily import COLUMNS, DayColumns, close_day
from loanmath.tests.strategies import POLICY

ON = date(2024, 3, 1)
NIGHT_MINOR = 1_000
"""Interest of a night on 100,000.00 at 3.6 % over 360."""
PROVISION_MINOR = 1_500_00
"""1.5 % of the principal while the loan is normal."""


def loan(*, rate_ppb: int = 36_000_000, penalty_rate_ppb: int = 0) -> DayColumns:
    """A loan of 100,000.00 on the day of its disbursement."""
    of = Terms.for_months(
        term_months=12,
        method="interest_first",
        disbursed_on=ON,
        currency="CNY",
        principal_minor=100_000_00,
        rate_ppb=rate_ppb,
        day_count="act/360",
        penalty_rate_ppb=penalty_rate_ppb,
    )
    made = replay(of, [Event("d", EventKind.DISBURSE, ON, 100_000_00)], ON, policy=POLICY, at="open")
    return DayColumns.from_states([made.state], [of])


def book(*parts: tuple[DayColumns, int]) -> DayColumns:
    """So many loans of each kind, one kind after the other."""
    return DayColumns.of(
        {name: np.concatenate([np.repeat(getattr(one, name), count) for one, count in parts]) for name in COLUMNS}
    )


def closed_once(one: DayColumns) -> DayColumns:
    return close_day(one, ON, POLICY)[0]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> int:
    """Parts so short that a few loans have several."""
    monkeypatch.setattr(daily, "_PART", 4)
    return 4


@pytest.mark.usefixtures("part")
def test_columns_that_do_not_change_are_the_same_object() -> None:
    columns = book((loan(), 10))
    closed, _ = close_day(columns, ON, POLICY)
    changed = {name for name in COLUMNS if getattr(closed, name) is not getattr(columns, name)}
    assert changed == {"interest_accrued_minor", "interest_row_minor", "provision_minor"}


def test_a_column_that_changes_in_a_later_part_only_is_whole(part: int) -> None:
    free, bears = closed_once(loan(rate_ppb=0)), closed_once(loan())
    for before in range(3 * part):
        columns = book((free, before), (bears, 1), (free, 2 * part))
        asked = columns.interest_accrued_minor.tolist()
        closed, postings = close_day(columns, ON + timedelta(days=1), POLICY)
        assert closed.interest_accrued_minor.tolist() == [0] * before + [2 * NIGHT_MINOR] + [0] * 2 * part
        assert closed.provision_minor.tolist() == [PROVISION_MINOR] * len(columns)
        assert columns.interest_accrued_minor.tolist() == asked
        assert {role: amount for role, amount in postings.totals().items() if amount} == {
            Role.INTEREST_RECEIVABLE: NIGHT_MINOR,
            Role.INTEREST_INCOME: -NIGHT_MINOR,
        }
        assert postings.amounts[Role.INTEREST_RECEIVABLE].tolist() == [0] * before + [NIGHT_MINOR] + [0] * 2 * part


def test_a_column_that_changes_in_the_first_part_only_keeps_the_rest(part: int) -> None:
    free, bears = closed_once(loan(rate_ppb=0)), closed_once(loan())
    closed, postings = close_day(book((bears, 1), (free, 3 * part)), ON + timedelta(days=1), POLICY)
    assert closed.interest_row_minor.tolist() == [2 * NIGHT_MINOR] + [0] * 3 * part
    assert postings.amounts[Role.INTEREST_INCOME].tolist() == [-NIGHT_MINOR] + [0] * 3 * part


@pytest.mark.usefixtures("part")
def test_loans_in_parts_close_as_all_of_them_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    late = loan(penalty_rate_ppb=54_000_000)
    late.principal_due_minor = late.principal_due_minor + 20_000_00
    late.principal_not_due_minor = late.principal_not_due_minor - 20_000_00
    late.oldest_due_on = late.oldest_due_on + ON.toordinal() - 30
    columns = book((loan(), 5), (late, 3), (loan(rate_ppb=0), 6), (late, 1))
    in_parts, their_postings = close_day(columns, ON, POLICY)
    monkeypatch.setattr(daily, "_PART", 1_000)
    at_once, postings = close_day(columns, ON, POLICY)
    assert all(np.array_equal(getattr(in_parts, name), getattr(at_once, name)) for name in COLUMNS)
    assert all(np.array_equal(their_postings.amounts[role], postings.amounts[role]) for role in postings.amounts)
    # 20,000.00 at 5.4 % over 360, and 30 days past due is special mention: 3 % of 100,000.00.
    assert in_parts.penalty_due_minor.tolist() == [0] * 5 + [300] * 3 + [0] * 6 + [300]
    assert in_parts.provision_minor.tolist()[5] == 3_000_00


@pytest.mark.usefixtures("part")
def test_columns_that_lie_in_one_table_close_as_columns_apart() -> None:
    """The rows of a table share its memory, and still each of them is a column of its own."""
    apart = book((loan(), 9), (loan(rate_ppb=0), 2))
    table = np.array([getattr(apart, name) for name in COLUMNS])
    together = DayColumns.of(dict(zip(COLUMNS, table, strict=True)))
    for passed in range(3):
        day = ON + timedelta(days=passed)
        (apart, one), (together, other) = close_day(apart, day, POLICY), close_day(together, day, POLICY)
        assert all(np.array_equal(getattr(apart, name), getattr(together, name)) for name in COLUMNS)
        assert one.totals() == other.totals()
    assert together.interest_accrued_minor.tolist() == [3 * NIGHT_MINOR] * 9 + [0] * 2


def test_no_loans_close_without_postings() -> None:
    closed, postings = close_day(book((loan(), 0)), ON, POLICY)
    assert len(closed) == 0
    assert not any(postings.totals().values())
