"""Checks of the chain: kept and signed, read on from, and never trusted when they were tampered with."""

from datetime import date, timedelta

import pytest

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel import sql
from xindai.kernel.errors import NotPermitted
from xindai.ledger import queries, services, verifying
from xindai.ledger.models import ChainCheck, DaySeal, Entry
from xindai.ledger.testing import paid_out

MONDAY = date(2026, 3, 2)
SYSTEM = Actor.system("test")

pytestmark = pytest.mark.django_db


def day(branch: Branch, number: int) -> date:
    """Seal a day with one transaction."""
    on = MONDAY + timedelta(days=number)
    paid_out(branch, on, 100, key=f"day {number}")
    services.seal_day(SYSTEM, on=on)
    return on


def alter(number: int) -> None:
    with sql.protections_off():
        Entry.objects.filter(transaction__key=f"day {number}", amount_minor__gt=0).update(amount_minor=1)


def test_a_check_of_nothing_keeps_nothing(branch: Branch) -> None:
    assert services.check_chain(SYSTEM) is None
    assert not ChainCheck.objects.exists()


def test_a_check_keeps_what_was_read_and_by_whom(branch: Branch) -> None:
    last = [day(branch, number) for number in range(3)][-1]
    row = services.check_chain(SYSTEM)
    assert row is not None
    assert (row.on, row.days, row.transactions, row.break_count, row.is_whole) == (last, 3, 3, 0, True)
    assert row.checked_by == "system:test"
    assert row.hash == DaySeal.objects.get(on=last).hash
    assert verifying.signature(ChainCheck.objects.get()) == row.signature


def test_what_was_sealed_since_the_check_is_read_when_somebody_asks(branch: Branch) -> None:
    day(branch, 0)
    services.check_chain(SYSTEM)
    day(branch, 1)
    standing = queries.chain_standing()
    assert (standing.days, standing.transactions, standing.days_since, standing.break_count) == (2, 2, 1, 0)
    alter(1)
    assert [one.key for one in queries.chain_standing().breaks] == ["day 1"]


def test_reading_on_trusts_the_check_and_the_whole_check_does_not(branch: Branch) -> None:
    day(branch, 0)
    services.check_chain(SYSTEM)
    alter(0)
    day(branch, 1)
    onward = services.check_chain(SYSTEM, is_whole=False)
    assert onward is not None
    assert (onward.days, onward.break_count) == (2, 0)
    whole = services.check_chain(SYSTEM)
    assert whole is not None
    assert whole.breaks == [[MONDAY.isoformat(), "day 0", "content"]]
    standing = queries.chain_standing()
    assert standing.broken == whole
    assert [one.key for one in standing.breaks] == ["day 0"]


@pytest.mark.parametrize("changes", [{"signature": "0" * 64}, {"days": 99}, {"hash": "0" * 64}, {"breaks": [["x"]]}])
def test_a_check_that_was_tampered_with_is_not_read_on_from(branch: Branch, changes: dict[str, object]) -> None:
    day(branch, 0)
    services.check_chain(SYSTEM)
    with sql.protections_off():
        ChainCheck.objects.update(**changes)
    assert verifying.sound_check() is None
    assert queries.chain_standing().days_since == 1


def test_a_seal_that_was_replaced_after_the_check_is_found(branch: Branch) -> None:
    day(branch, 0)
    services.check_chain(SYSTEM)
    with sql.protections_off():
        DaySeal.objects.update(hash="0" * 64)
    assert [one.problem for one in queries.chain_standing().breaks] == ["day"]


def test_many_days_after_the_check_wait_for_the_next_one(branch: Branch) -> None:
    for number in range(verifying.MOST_DAYS + 1):
        day(branch, number)
    standing = queries.chain_standing()
    assert (standing.is_behind, standing.days, standing.days_since) == (True, 0, verifying.MOST_DAYS + 1)
    services.check_chain(SYSTEM, is_whole=False)
    standing = queries.chain_standing()
    assert (standing.is_behind, standing.days, standing.days_since) == (False, verifying.MOST_DAYS + 1, 0)


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.COLLECTOR, Role.ADMINISTRATOR, Role.BORROWER])
def test_only_who_reads_the_books_checks_them(branch: Branch, role: Role) -> None:
    day(branch, 0)
    with pytest.raises(NotPermitted):
        services.check_chain(actor(role))
    assert not ChainCheck.objects.exists()
