"""Posting: balanced, once, and never changed afterwards."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor
from xindai.kernel import clock
from xindai.kernel.errors import IdempotencyConflict, InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.kernel.testing import at_once
from xindai.ledger import posting, queries, services
from xindai.ledger.models import Entry, Transaction
from xindai.ledger.posting import Line, Posting, post, post_all
from xindai.ledger.testing import open_chart, paid_out

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
SYSTEM = Actor.system("test")

pytestmark = [pytest.mark.django_db, pytest.mark.pg15]


def test_a_transaction_holds_what_was_asked_for(branch: Branch) -> None:
    accountant = actor(Role.ACCOUNTANT)
    with clock.simulated(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        row = paid_out(branch, MONDAY, 500_00, by=accountant, loan_no="LN26-1", narrative="first")
    row.refresh_from_db()
    assert (row.business_date, row.at) == (MONDAY, datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert (row.actor, row.loan_no, row.narrative, row.currency) == (accountant.label, "LN26-1", "first", "CNY")
    entries = queries.entries_of_loan("LN26-1")
    assert [(entry.account.role, entry.amount_minor) for entry in entries] == [
        ("loan_principal", 500_00),
        ("cash", -500_00),
    ]
    assert {(entry.branch_id, entry.product_code, entry.business_date) for entry in entries} == {
        (branch.pk, "P1", MONDAY)
    }


@pytest.mark.parametrize("amounts", [(100, -99), (1,), (2**62, -(2**62) + 1)])
def test_what_does_not_sum_to_zero_is_refused_with_the_difference(branch: Branch, amounts: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput) as caught:
        _post(branch, [Line("cash", amount) for amount in amounts])
    assert caught.value.field == "lines"
    assert f" {sum(amounts)} minor units" in str(caught.value.as_problem("en")["title"])
    assert not Transaction.objects.exists()


def test_a_posting_without_lines_is_refused(branch: Branch) -> None:
    with pytest.raises(InvalidInput):
        _post(branch, [])


def test_each_branch_balances_for_itself(branch: Branch, other: Branch) -> None:
    with pytest.raises(InvalidInput) as caught:
        _post(branch, [Line("cash", 100), Line("overpayment", -100, branch_id=other.pk)])
    assert "same branch" in str(caught.value.as_problem("en")["remedy"])
    both = [Line("cash", 100), Line("overpayment", -100)]
    _post(branch, both + [Line(line.role, line.amount_minor, branch_id=other.pk) for line in both])
    assert queries.trial_balance_minor(MONDAY) == 0


def test_a_line_that_names_the_postings_own_branch_stands_in_it(branch: Branch) -> None:
    row = _post(branch, [Line("cash", 100), Line("overpayment", -100, branch_id=branch.pk)])
    assert Entry.objects.filter(transaction=row, branch=branch).count() == 2


def _post(branch: Branch, lines: list[Line], key: str = "k", on: date = MONDAY, **changes: Any) -> Transaction:
    given: dict[str, Any] = {"kind": "test", "branch_id": branch.pk, "product_code": "P1"}
    return post(SYSTEM, key=key, business_date=on, lines=lines, **(given | changes))


def _raw(branch: Branch, *amounts: tuple[int, str, Branch]) -> None:
    """Entries past all services."""
    row = paid_out(branch, MONDAY, 1, key="raw")
    account = queries.accounts()[0]
    Entry.objects.bulk_create(
        Entry(
            transaction=row, account=account, branch=where, product_code="P1", currency=currency, amount_minor=amount,
            business_date=MONDAY,
        )
        for amount, currency, where in amounts
    )  # fmt: skip


def test_the_database_itself_refuses_what_does_not_balance(branch: Branch, other: Branch) -> None:
    cases = [
        [(100, "CNY", branch), (-99, "CNY", branch)],
        [(100, "CNY", branch)],
        [(100, "CNY", branch), (-100, "USD", branch)],
        [(100, "CNY", branch), (-100, "CNY", other)],
    ]
    for entries in cases:
        with pytest.raises(IntegrityError, match="do not sum to zero"), transaction.atomic():
            _raw(branch, *entries)
    _raw(branch, (100, "CNY", branch), (-100, "CNY", branch))


@pytest.mark.parametrize("table", ["ledger_transaction", "ledger_entry", "ledger_dayseal", "ledger_transactionseal"])
@pytest.mark.parametrize(
    "attack", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"]
)
def test_the_books_are_never_changed_or_removed_by_any_statement(branch: Branch, table: str, attack: str) -> None:
    paid_out(branch, MONDAY, 500_00)
    services.seal_day(SYSTEM, on=MONDAY)
    column = {"ledger_transaction": "narrative", "ledger_entry": "amount_minor"}.get(table, "hash")
    connection.check_constraints()
    refused = pytest.raises(DatabaseError, match="never changed or removed")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(attack.format(table=table, column=column))
    assert queries.verify_chain() == []


def test_the_books_are_never_changed_through_the_models_either(branch: Branch) -> None:
    row = paid_out(branch, MONDAY, 500_00)
    row.narrative = "other"
    for act in (row.save, lambda: Entry.objects.filter(transaction=row).update(amount_minor=0)):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            act()


def test_the_same_key_and_content_is_the_same_transaction(branch: Branch) -> None:
    first, again = (paid_out(branch, MONDAY, 500_00, key="k") for _time in range(2))
    assert first.pk == again.pk
    assert Entry.objects.count() == 2


def test_who_asks_again_and_when_makes_no_difference(branch: Branch) -> None:
    first = paid_out(branch, MONDAY, 500_00, key="k")
    with clock.simulated(datetime(2030, 1, 1, tzinfo=UTC)):
        again = paid_out(branch, MONDAY, 500_00, key="k", by=actor(Role.ACCOUNTANT))
    assert (again.pk, again.actor) == (first.pk, first.actor)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 1},
        {"on": TUESDAY},
        {"loan_no": "LN26-9"},
        {"narrative": "x"},
        {"currency": "USD"},
        {"product_code": "P2"},
    ],
)
def test_other_content_under_the_key_is_refused(branch: Branch, changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {"on": MONDAY, "amount": 500_00}
    paid_out(branch, **given, key="k")
    with pytest.raises(IdempotencyConflict):
        paid_out(branch, **(given | changes), key="k")
    assert Transaction.objects.count() == 1


def test_a_role_without_an_account_is_not_found(branch: Branch) -> None:
    with pytest.raises(NotFound) as caught:
        _post(branch, [Line("castle", 1), Line("cash", -1)])
    assert "castle" in str(caught.value)


def test_many_postings_at_one_time_are_like_as_many_single_ones(branch: Branch, other: Branch) -> None:
    wanted = [
        Posting(f"k{number}", "accrual", MONDAY, [Line("interest_receivable", number), Line("interest_income", -number)],
                where.pk, "P1", "CNY", f"LN26-{number}", "daily")
        for number, where in ((1, branch), (2, other), (3, branch))
    ]  # fmt: skip
    rows = post_all(SYSTEM, wanted)
    for row, one in zip(rows, wanted, strict=True):
        same = post(
            SYSTEM, key=one.key, kind=one.kind, business_date=one.business_date, lines=one.lines,
            branch_id=one.branch_id, product_code=one.product_code, loan_no=one.loan_no, narrative=one.narrative,
        )  # fmt: skip
        assert same.pk == row.pk
    assert Entry.objects.count() == 6
    assert queries.trial_balance_minor(MONDAY) == 0


def test_of_many_postings_one_that_does_not_balance_stops_all(branch: Branch) -> None:
    good = Posting("k1", "test", MONDAY, [Line("cash", 1), Line("overpayment", -1)], branch.pk, "P1", "CNY")
    bad = Posting("k2", "test", MONDAY, [Line("cash", 1), Line("overpayment", -2)], branch.pk, "P1", "CNY")
    with pytest.raises(InvalidInput):
        post_all(SYSTEM, [good, bad])
    assert not Transaction.objects.exists()


def test_many_postings_do_not_use_a_key_again(branch: Branch) -> None:
    once = Posting("k1", "test", MONDAY, [Line("cash", 1), Line("overpayment", -1)], branch.pk, "P1", "CNY")
    post_all(SYSTEM, [once])
    with pytest.raises(IntegrityError), transaction.atomic():
        post_all(SYSTEM, [once])


def reverse(original: Transaction, key: str = "back", on: date = TUESDAY) -> Transaction:
    return services.reverse_transaction(
        actor(Role.ACCOUNTANT), key=key, original_key=original.key, business_date=on, narrative="wrong loan"
    )


def test_a_reversal_mirrors_every_entry_and_leaves_the_original(branch: Branch, other: Branch) -> None:
    lines = [Line("cash", 70), Line("fee_income", -30), Line("interest_income", -40)]
    original = _post(branch, lines + [Line(line.role, line.amount_minor, other.pk, "P2") for line in lines])
    back = reverse(original)
    assert (back.reverses_id, back.kind, back.business_date) == (original.pk, "reversal", TUESDAY)
    assert back.narrative == "wrong loan"

    def of(row: Transaction, sign: int) -> list[tuple[Any, ...]]:
        rows = Entry.objects.filter(transaction=row).order_by("pk")
        columns = rows.values_list("account_id", "branch_id", "product_code", "currency", "loan_no", "amount_minor")
        return [(*rest, sign * amount) for *rest, amount in columns]

    assert of(back, -1) == of(original, 1)
    assert all(line.balance_minor == 0 for line in queries.trial_balance(TUESDAY))
    assert any(line.balance_minor for line in queries.trial_balance(MONDAY))


def test_a_transaction_is_reversed_once(branch: Branch) -> None:
    original = paid_out(branch, MONDAY, 500_00)
    assert reverse(original).pk == reverse(original).pk
    with pytest.raises(StateConflict) as caught:
        reverse(original, key="another")
    assert original.key in str(caught.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        _post(branch, [Line("cash", 1), Line("overpayment", -1)], key="raw", reverses=original)


def test_what_is_not_there_is_not_reversed(branch: Branch) -> None:
    with pytest.raises(NotFound):
        reverse(Transaction(key="nothing"))


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_accountant_reverses(branch: Branch, role: Role) -> None:
    original = paid_out(branch, MONDAY, 500_00)
    with pytest.raises(NotPermitted):
        services.reverse_transaction(
            actor(role), key="b", original_key=original.key, business_date=MONDAY, narrative=""
        )


def test_the_chart_is_opened_once_and_has_a_name_in_both_languages(branch: Branch) -> None:
    assert len(open_chart()) == len(queries.accounts())
    assert all(account.name["zh"] and account.name["en"] for account in queries.accounts())
    assert [account.code for account in queries.accounts()] == sorted(account.code for account in open_chart())


AMOUNTS = st.integers(-(2**60), 2**60)  # five of them still fit into the column


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["cash", "overpayment", "fee_income"]), AMOUNTS), max_size=5))
def test_whatever_balances_is_taken_and_whatever_does_not_is_not(branch: Branch, lines: list[tuple[str, int]]) -> None:
    posted = [Line(role, amount) for role, amount in lines]
    difference = -sum(amount for _role, amount in lines)
    with transaction.atomic():
        if not lines or difference:
            with pytest.raises(InvalidInput):
                _post(branch, posted)
        row = _post(branch, [*posted, Line("cash", 0), Line("memo_contra", difference)])
        stored = Entry.objects.filter(transaction=row).order_by("pk").values_list("amount_minor", flat=True)
        assert list(stored) == [amount for _role, amount in lines] + [0, difference]
        transaction.set_rollback(True)


@pytest.mark.parametrize("sign", [1, -1])
def test_an_amount_that_no_column_holds_is_refused_and_the_largest_is_taken(branch: Branch, sign: int) -> None:
    largest = 2**63 - 1
    with pytest.raises(InvalidInput) as refused:
        _post(branch, [Line("cash", sign * (largest + 1)), Line("memo_contra", -sign * (largest + 1))])
    assert str(largest) in refused.value.remedy_text()
    row = _post(branch, [Line("cash", sign * largest), Line("memo_contra", -sign * largest)])
    assert Entry.objects.filter(transaction=row).count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_who_post_the_same_at_once_post_it_once(branch: Branch) -> None:
    def pay() -> Any:
        with transaction.atomic():
            return paid_out(branch, MONDAY, 500_00, key="k").pk

    assert len(set(at_once([pay] * 4))) == 1
    assert Entry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_posters_at_once_do_not_disturb_each_other(branch: Branch) -> None:
    def pay(first: int) -> None:
        for number in range(first, first + 10):
            with transaction.atomic():
                paid_out(branch, MONDAY, number, key=f"k{number}")

    at_once([lambda first=first: pay(first) for first in (100, 200, 300, 400)])  # type: ignore[misc]
    expected = sum(sum(range(first, first + 10)) for first in (100, 200, 300, 400))
    balances = {line.account.role: line.balance_minor for line in queries.trial_balance(MONDAY)}
    assert balances == {"loan_principal": expected, "cash": -expected}
    services.seal_day(SYSTEM, on=MONDAY)
    assert queries.verify_chain() == []
    assert queries.seal_of(MONDAY).n == 40


def test_the_building_block_of_reversals_is_no_second_way_round_the_books(branch: Branch) -> None:
    original = paid_out(branch, MONDAY, 500_00)
    back = posting.reverse(SYSTEM, key="back", original=original, business_date=MONDAY)
    again = posting.reverse(SYSTEM, key="forth", original=back, business_date=MONDAY)
    amounts = Entry.objects.filter(transaction=again).order_by("pk").values_list("amount_minor", flat=True)
    assert list(amounts) == [500_00, -500_00]
