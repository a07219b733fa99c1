"""Sealed days: balances rolled up, transactions chained, later changes found by name."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel import sql
from xindai.kernel.errors import NotFound, NotPermitted, StateConflict
from xindai.kernel.testing import at_once
from xindai.ledger import hashing, queries, services
from xindai.ledger.models import ClosingBalance, DaySeal, Entry, Transaction, TransactionSeal
from xindai.ledger.posting import Line, Posting, post, post_all
from xindai.ledger.sealing import Break
from xindai.ledger.testing import paid_out

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
SYSTEM = Actor.system("test")

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]


@pytest.fixture
def sealed(branch: Branch) -> list[Transaction]:
    """Two transactions on Monday, one on Tuesday, both days sealed."""
    rows = [paid_out(branch, MONDAY, amount, key=f"monday {amount}") for amount in (100, 200)]
    seal(MONDAY)
    rows.append(paid_out(branch, TUESDAY, 300, key="tuesday 300"))
    seal(TUESDAY)
    assert queries.verify_chain() == []
    return rows


def seal(on: date) -> DaySeal:
    return services.seal_day(SYSTEM, on=on)


@pytest.mark.parametrize("on", [MONDAY, MONDAY - timedelta(days=1)])
def test_a_sealed_day_and_those_before_it_take_no_posting(branch: Branch, on: date) -> None:
    seal(MONDAY)
    with pytest.raises(StateConflict) as caught, transaction.atomic():
        paid_out(branch, on, 100)
    assert caught.value.field == "business_date"
    assert str(on) in str(caught.value)
    lines = [Line("cash", 1), Line("overpayment", -1)]
    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        post_all(SYSTEM, [Posting("k", "test", on, lines, branch.pk, "P1", "CNY")])
    assert not Transaction.objects.exists()
    paid_out(branch, TUESDAY, 100)


def test_sealing_twice_changes_nothing(sealed: list[Transaction]) -> None:
    first = queries.seal_of(MONDAY)
    assert seal(MONDAY).hash == first.hash
    assert DaySeal.objects.count() == 2


def test_days_are_sealed_in_their_order(sealed: list[Transaction]) -> None:
    with pytest.raises(StateConflict) as caught, transaction.atomic():
        seal(MONDAY - timedelta(days=1))
    assert "2026-03-03" in str(caught.value.as_problem("en")["remedy"])
    assert queries.verify_chain() == []


def test_only_the_system_seals() -> None:
    for role in set(Role) - {Role.SYSTEM}:
        with pytest.raises(NotPermitted):
            services.seal_day(actor(role), on=MONDAY)


def test_the_last_seal_and_that_of_a_day_are_known(sealed: list[Transaction]) -> None:
    last = queries.last_sealed()
    assert last is not None
    assert (last.on, last.n, queries.seal_of(MONDAY).n) == (TUESDAY, 1, 2)
    with pytest.raises(NotFound):
        queries.seal_of(WEDNESDAY)


def test_each_day_hangs_on_the_one_before(sealed: list[Transaction]) -> None:
    monday, tuesday = queries.seal_of(MONDAY), queries.seal_of(TUESDAY)
    assert monday.prev_hash == hashing.GENESIS
    assert tuesday.prev_hash == monday.hash
    one = hashing.link(tuesday.prev_hash, sealed[2].content_hash)
    assert TransactionSeal.objects.get(transaction=sealed[2]).hash == one
    assert tuesday.hash == hashing.link(one, "2026-03-03:1")


def test_a_day_without_a_posting_is_sealed_too(branch: Branch) -> None:
    seal(MONDAY)
    seal(TUESDAY)
    assert queries.seal_of(MONDAY).hash != queries.seal_of(TUESDAY).hash
    assert queries.verify_chain() == []


def test_before_the_first_seal_there_is_nothing_to_verify(branch: Branch) -> None:
    paid_out(branch, MONDAY, 100)
    assert queries.verify_chain() == []
    assert queries.last_sealed() is None


def altered(rows: Any, **changes: Any) -> None:
    """What somebody with all rights over the database would do."""
    with sql.protections_off():
        rows.update(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_minor": 1},
        {"product_code": "P9"},
        {"loan_no": "LN26-9"},
        {"currency": "USD"},
        {"business_date": WEDNESDAY},
    ],
)
def test_an_altered_entry_is_found_by_its_transaction(sealed: list[Transaction], changes: dict[str, Any]) -> None:
    altered(Entry.objects.filter(transaction=sealed[1], amount_minor__gt=0), **changes)
    assert queries.verify_chain() == [Break(MONDAY, "monday 200", "content")]


@pytest.mark.parametrize(
    "changes", [{"narrative": "x"}, {"actor": "person:7"}, {"loan_no": "LN26-9"}, {"kind": "gift"}, {"currency": "USD"}]
)
def test_an_altered_transaction_is_found(sealed: list[Transaction], changes: dict[str, Any]) -> None:
    altered(Transaction.objects.filter(pk=sealed[1].pk), **changes)
    assert queries.verify_chain() == [Break(MONDAY, "monday 200", "content")]


def test_who_alters_the_content_hash_too_breaks_the_chain(sealed: list[Transaction]) -> None:
    row = Transaction.objects.get(pk=sealed[1].pk)
    row.narrative = "x"
    entries = list(Entry.objects.filter(transaction=row).order_by("pk"))
    altered(Transaction.objects.filter(pk=row.pk), narrative="x", content_hash=hashing.content_hash(row, entries))
    assert queries.verify_chain() == [Break(MONDAY, "monday 200", "chain")]


def test_who_alters_the_links_too_breaks_the_day_and_the_one_after(sealed: list[Transaction]) -> None:
    altered(DaySeal.objects.filter(on=MONDAY), hash="0" * 64)
    assert queries.verify_chain() == [Break(MONDAY, "", "day"), Break(TUESDAY, "", "previous day")]


def test_an_entry_that_was_removed_is_found(sealed: list[Transaction]) -> None:
    with sql.protections_off():
        Entry.objects.filter(transaction=sealed[0])._raw_delete("default")
    assert queries.verify_chain() == [Break(MONDAY, "monday 100", "content")]


def test_a_transaction_that_was_removed_is_found(sealed: list[Transaction]) -> None:
    with sql.protections_off():
        for model in (Entry, TransactionSeal):
            model._default_manager.filter(transaction=sealed[1])._raw_delete("default")
        Transaction.objects.filter(pk=sealed[1].pk)._raw_delete("default")
    assert queries.verify_chain() == [Break(MONDAY, "", "day")]


def test_a_transaction_slipped_into_a_sealed_day_is_found(branch: Branch, sealed: list[Transaction]) -> None:
    with sql.protections_off():
        paid_out(branch, MONDAY, 999, key="slipped in")
    assert Break(MONDAY, "slipped in", "chain") in queries.verify_chain()


NARRATIVES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
ROLES = st.sampled_from(["cash", "loan_principal", "interest_income", "overpayment"])
POSTINGS = st.lists(
    st.tuples(st.integers(0, 3), ROLES, ROLES, st.integers(-(2**40), 2**40), st.booleans(), NARRATIVES), max_size=12
)


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(POSTINGS, st.sets(st.integers(0, 3)))
def test_the_trial_balance_is_zero_and_each_balance_the_sum_of_its_entries(
    branch: Branch, other: Branch, postings: list[tuple[int, str, str, int, bool, str]], seals: set[int]
) -> None:
    with transaction.atomic():
        sums: Counter[tuple[str, int]] = Counter()
        for day in range(4):
            on = MONDAY + timedelta(days=day)
            for number, (_day, debit, credit, amount, is_other, text) in enumerate(postings):
                if _day == day:
                    where = other if is_other else branch
                    lines = [Line(debit, amount), Line(credit, -amount)]
                    post(
                        SYSTEM, key=f"{day}/{number}", kind="test", business_date=on, lines=lines, branch_id=where.pk,
                        product_code="P1", narrative=text,
                    )  # fmt: skip
                    sums.update({(debit, where.pk): amount})
                    sums.subtract({(credit, where.pk): amount})
            if day in seals:
                seal(on)
            _assert_balances(on, sums, branch, other)
        assert queries.verify_chain() == []
        transaction.set_rollback(True)


def _assert_balances(on: date, sums: "Counter[tuple[str, int]]", *branches: Branch) -> None:
    assert queries.trial_balance_minor(on) == 0
    for branch in branches:
        lines = queries.trial_balance(on, [branch.pk])
        told = {line.account.role: line.balance_minor for line in lines if line.balance_minor}
        assert told == {role: amount for (role, where), amount in sums.items() if where == branch.pk and amount}
        assert sum(line.debit_minor for line in lines) == sum(line.credit_minor for line in lines)
    if DaySeal.objects.filter(on=on).exists():
        assert queries.imbalance(on) == {}


def test_currencies_are_never_added_up(branch: Branch) -> None:
    paid_out(branch, MONDAY, 100)
    paid_out(branch, MONDAY, 30, key="dollars", currency="USD")
    told = [(line.account.role, line.currency, line.balance_minor) for line in queries.trial_balance(MONDAY)]
    assert told == [
        ("cash", "CNY", -100), ("cash", "USD", -30), ("loan_principal", "CNY", 100), ("loan_principal", "USD", 30),
    ]  # fmt: skip


def test_an_imbalance_is_told_by_its_currency(branch: Branch, sealed: list[Transaction]) -> None:
    assert queries.imbalance(TUESDAY) == {}
    row = ClosingBalance.objects.filter(on=TUESDAY, debit_minor__gt=0)[:1].get()
    altered(ClosingBalance.objects.filter(pk=row.pk), debit_minor=row.debit_minor + 5)
    assert queries.imbalance(TUESDAY) == {"CNY": 5}


@pytest.mark.django_db(transaction=True)
def test_a_posting_is_in_the_seal_or_it_is_refused(branch: Branch) -> None:
    def try_to_post(number: int) -> bool:
        try:
            with transaction.atomic():
                paid_out(branch, MONDAY, 100 + number, key=f"k{number}")
        except StateConflict:
            return False
        return True

    acts = [lambda number=number: try_to_post(number) for number in range(6)]
    *posted, _seal = at_once([*acts, lambda: bool(seal(MONDAY))])
    assert queries.seal_of(MONDAY).n == posted.count(True) == Transaction.objects.count()
    assert queries.verify_chain() == []
    assert not try_to_post(99)
