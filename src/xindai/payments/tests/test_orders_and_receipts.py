"""Debit orders and receipts: an order once a date and attempt, money kept once however often it is told."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from xindai.identity.actors import Actor
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict
from xindai.kernel.testing import at_once
from xindai.ledger.models import Entry, Transaction
from xindai.ledger.testing import open_chart
from xindai.payments import queries, services
from xindai.payments.channel import DebitOutcome, DebitRequest
from xindai.payments.models import DebitOrder, Receipt
from xindai.payments.services import Demand

ON = date(2026, 3, 2)
ONE_DAY = timedelta(days=1)
SYSTEM = Actor.system("test")

pytestmark = pytest.mark.django_db


@pytest.fixture
def mandates(db: None) -> None:
    """Mandates of two loans."""
    for loan_no in ("LN1", "LN2"):
        give_mandate(loan_no)


def give_mandate(loan_no: str) -> None:
    services.give_mandate(
        SYSTEM,
        loan_no=loan_no,
        branch_id=make_branch().pk,
        currency="CNY",
        subject_id=loan_no,
        account="6222000011112222",
        given_on=ON,
    )


def order(*amounts: tuple[str, int], attempt: int = 1, currency: str = "CNY") -> int:
    demands = [Demand(loan_no, currency, amount) for loan_no, amount in amounts]
    return services.create_debit_orders(SYSTEM, on=ON, attempt=attempt, demands=demands)


def answer(*outcomes: DebitOutcome, channel: str = "bank") -> int:
    return services.record_debit_outcomes(SYSTEM, channel=channel, outcomes=outcomes, on=ON)


def key(loan_no: str, attempt: int = 1) -> str:
    return services.order_key(loan_no, ON, attempt)


def states() -> dict[str, str]:
    return dict(DebitOrder.objects.values_list("key", "state"))


def test_an_order_is_what_the_channel_is_asked_for(mandates: None) -> None:
    assert order(("LN1", 100), ("LN2", 200)) == 2
    assert queries.orders_to_send(limit=10) == [
        DebitRequest("LN1/2026-03-02/1", "LN1", 100, "CNY", ON),
        DebitRequest("LN2/2026-03-02/1", "LN2", 200, "CNY", ON),
    ]
    assert len(queries.orders_to_send(limit=1)) == 1


def test_an_order_is_sent_until_it_is_answered_whatever_its_date(mandates: None) -> None:
    order(("LN1", 100))
    services.create_debit_orders(SYSTEM, on=ON + ONE_DAY, attempt=2, demands=[Demand("LN2", "CNY", 200)])
    assert [request.on for request in queries.orders_to_send(limit=10)] == [ON, ON + ONE_DAY]
    answer(DebitOutcome(key("LN1"), 0, reason="no funds"))
    assert [request.loan_no for request in queries.orders_to_send(limit=10)] == ["LN2"]


def test_asked_for_again_an_order_stays_as_it_was(mandates: None) -> None:
    order(("LN1", 100))
    order(("LN1", 999))
    assert [request.amount_minor for request in queries.orders_to_send(limit=10)] == [100]
    answer(DebitOutcome(key("LN1"), 0, reason="no funds"))
    order(("LN1", 999))
    assert queries.orders_to_send(limit=10) == []
    order(("LN1", 50), attempt=2)
    assert [one.key for one in queries.orders_of(SYSTEM, "LN1")] == [key("LN1", 2), key("LN1", 1)]


def test_a_loan_whose_order_has_no_answer_is_not_ordered_from_again(mandates: None) -> None:
    order(("LN1", 100))
    assert order(("LN1", 100), ("LN2", 200), attempt=2) == 1
    assert set(states()) == {key("LN1"), key("LN2", 2)}


def test_a_loan_whose_money_has_come_and_not_paid_it_is_not_ordered_from_again(mandates: None) -> None:
    order(("LN1", 100))
    answer(DebitOutcome(key("LN1"), 100, "P1"))
    assert order(("LN1", 100), attempt=2) == 0
    services.settle_receipts(SYSTEM, applied=[Receipt.objects.get().pk], suspended={})
    assert order(("LN1", 100), attempt=2) == 1


def test_what_is_settled_while_demands_are_counted_is_not_ordered_again(mandates: None) -> None:
    order(("LN1", 100))

    def counted_before_the_money_came() -> Iterator[Demand]:
        yield Demand("LN1", "CNY", 100)
        answer(DebitOutcome(key("LN1"), 100, "P1"))
        services.settle_receipts(SYSTEM, applied=[Receipt.objects.get().pk], suspended={})

    assert services.create_debit_orders(SYSTEM, on=ON, attempt=2, demands=counted_before_the_money_came()) == 0


def test_order_and_receipt_belong_to_the_branch_of_the_mandate(mandates: None) -> None:
    order(("LN1", 100))
    answer(DebitOutcome(key("LN1"), 100, "P1"))
    assert [DebitOrder.objects.get().branch, Receipt.objects.get().branch] == [make_branch(), make_branch()]


@pytest.mark.parametrize(
    ("loan_no", "amount", "currency"), [("LN9", 100, "CNY"), ("LN1", 0, "CNY"), ("LN1", -5, "CNY"), ("LN1", 100, "USD")]
)
def test_without_mandate_amount_or_the_mandates_currency_nothing_is_ordered(
    mandates: None, loan_no: str, amount: int, currency: str
) -> None:
    assert order((loan_no, amount), currency=currency) == 0
    assert not DebitOrder.objects.exists()


def test_after_a_mandate_has_ended_nothing_is_ordered(mandates: None) -> None:
    services.end_mandate(SYSTEM, loan_no="LN1", on=ON)
    assert order(("LN1", 100), ("LN2", 200)) == 1


@pytest.mark.parametrize(
    ("collected", "state", "receipts"), [(100, "collected", [100]), (40, "partly", [40]), (0, "failed", [])]
)
def test_an_answer_becomes_the_orders_state_and_a_receipt_for_what_came(
    mandates: None, collected: int, state: str, receipts: list[int]
) -> None:
    order(("LN1", 100))
    assert answer(DebitOutcome(key("LN1"), collected, "P1" if collected else "", "no funds")) == len(receipts)
    stored = DebitOrder.objects.get()
    assert (stored.state, stored.collected_minor, stored.channel) == (state, collected, "bank")
    told = Receipt.objects.values_list("amount_minor", "loan_no", "currency", "order_id", "received_on", "state")
    assert list(told) == [(amount, "LN1", "CNY", stored.pk, ON, "new") for amount in receipts]
    assert queries.orders_to_send(limit=10) == []


def test_the_reason_of_a_failure_is_kept(mandates: None) -> None:
    order(("LN1", 100))
    answer(DebitOutcome(key("LN1"), 0, reason="no funds"))
    assert DebitOrder.objects.get().reason == "no funds"


def test_told_twice_money_is_kept_once(mandates: None) -> None:
    order(("LN1", 100))
    outcome = DebitOutcome(key("LN1"), 100, "P1")
    assert [answer(outcome), answer(outcome)] == [1, 0]
    assert answer(DebitOutcome(key("LN1"), 30, "P2")) == 0
    assert list(Receipt.objects.values_list("amount_minor", flat=True)) == [100]


def test_the_database_itself_keeps_a_providers_number_once(mandates: None) -> None:
    order(("LN1", 100))
    answer(DebitOutcome(key("LN1"), 100, "P1"))
    receipt = Receipt.objects.get()
    receipt.pk = None
    with pytest.raises(IntegrityError, match="receipt_once"), transaction.atomic():
        receipt.save(force_insert=True)


def test_channels_may_give_the_same_number(mandates: None) -> None:
    order(("LN1", 100), ("LN2", 200))
    answer(DebitOutcome(key("LN1"), 100, "P1"), channel="bank")
    answer(DebitOutcome(key("LN2"), 200, "P1"), channel="union")
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize("at_once", [True, False])
def test_two_movements_under_one_number_of_a_channel_are_refused_not_merged(mandates: None, at_once: bool) -> None:
    order(("LN1", 100), ("LN2", 200))
    first, second = DebitOutcome(key("LN1"), 100, "P1"), DebitOutcome(key("LN2"), 200, "P1")
    if not at_once:
        answer(first)
    with pytest.raises(InvalidInput, match="P1") as caught:
        answer(*([first, second] if at_once else [second]))
    assert caught.value.field == "provider_no"
    assert states()[key("LN2")] == "ready"
    assert Receipt.objects.count() == (0 if at_once else 1)


def test_an_answer_to_no_order_changes_nothing(mandates: None) -> None:
    assert answer(DebitOutcome("LN9/2026-03-02/1", 100, "P1")) == 0
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "field"),
    [((101, "P1"), "collected_minor"), ((-1, "P1"), "collected_minor"), ((50, ""), "provider_no")],
)
def test_an_answer_that_cannot_be_is_refused_and_none_of_the_others_is_taken(
    mandates: None, outcome: tuple[int, str], field: str
) -> None:
    order(("LN1", 100), ("LN2", 200))
    with pytest.raises(InvalidInput) as caught:
        answer(DebitOutcome(key("LN2"), 200, "P2"), DebitOutcome(key("LN1"), *outcome))
    assert caught.value.field == field
    assert key("LN1") in str(caught.value)
    assert set(states().values()) == {"ready"}
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("changes", [{"amount_minor": 0}, {"collected_minor": -1}, {"collected_minor": 101}])
def test_the_database_itself_refuses_impossible_orders(changes: dict[str, Any]) -> None:
    given: dict[str, Any] = {"key": "k", "loan_no": "LN1", "on": ON, "attempt": 1, "amount_minor": 100}
    given["branch"] = make_branch()
    with pytest.raises(IntegrityError, match="debit_order_"), transaction.atomic():
        DebitOrder.objects.create(**(given | changes))


@pytest.fixture
def receipts(mandates: None) -> list[Receipt]:
    """Money that came for two loans on a day on which the books are open."""
    open_chart()
    business_date.open_day(ON)
    order(("LN1", 100), ("LN2", 200))
    answer(DebitOutcome(key("LN1"), 100, "P1"), DebitOutcome(key("LN2"), 200, "P2"))
    return queries.receipts_to_apply(10)


def test_receipts_wait_until_they_are_settled(receipts: list[Receipt]) -> None:
    assert [receipt.loan_no for receipt in receipts] == ["LN1", "LN2"]
    services.settle_receipts(SYSTEM, applied=[receipts[0].pk], suspended={receipts[1].pk: "loan is closed " * 30})
    assert queries.receipts_to_apply(10) == []
    (waiting,) = queries.receipts_in_suspense(SYSTEM)
    assert (waiting.pk, len(waiting.reason)) == (receipts[1].pk, 200)


def test_what_is_settled_is_not_settled_otherwise(receipts: list[Receipt]) -> None:
    services.settle_receipts(SYSTEM, applied=[receipts[0].pk], suspended={})
    services.settle_receipts(SYSTEM, applied=[], suspended={receipts[0].pk: "second thought"})
    assert Receipt.objects.get(pk=receipts[0].pk).state == "applied"


def test_money_in_suspense_is_in_the_books_as_owed(receipts: list[Receipt]) -> None:
    for _time in range(2):
        services.settle_receipts(SYSTEM, applied=[], suspended={receipts[1].pk: "loan_has_ended"})
    posted = Transaction.objects.get()
    assert (posted.key, posted.business_date, posted.branch) == ("suspense/bank/P2", ON, make_branch())
    assert posted_by_role() == {"cash": 200, "suspense": -200}


def test_what_has_paid_its_loan_is_not_posted_as_suspense(receipts: list[Receipt]) -> None:
    services.settle_receipts(SYSTEM, applied=[receipts[0].pk], suspended={})
    services.settle_receipts(SYSTEM, applied=[], suspended={receipts[0].pk: "second thought"})
    assert posted_by_role() == {}


def test_once_the_end_of_day_has_begun_no_money_is_put_in_suspense(receipts: list[Receipt]) -> None:
    business_date.cut_off(ON)
    with pytest.raises(StateConflict):
        services.settle_receipts(SYSTEM, applied=[], suspended={receipts[0].pk: "loan_has_ended"})
    assert set(Receipt.objects.values_list("state", flat=True)) == {"new"}


def test_another_branch_sees_neither_orders_nor_money_in_suspense(receipts: list[Receipt]) -> None:
    services.settle_receipts(SYSTEM, applied=[], suspended={receipts[0].pk: "loan_has_ended"})
    insider = actor(Role.ACCOUNTANT, make_branch())
    outsider = actor(Role.ACCOUNTANT, make_branch("B02"))
    assert [queries.receipts_in_suspense(one).count() for one in (insider, outsider)] == [1, 0]
    assert [queries.orders_of(one, "LN1").count() for one in (insider, outsider)] == [1, 0]


def posted_by_role() -> dict[str, int]:
    return dict(Entry.objects.values_list("account__role").annotate(Sum("amount_minor")))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SYSTEM}))
def test_no_person_makes_orders_or_receipts(mandates: None, role: Role) -> None:
    person = actor(role)
    with pytest.raises(NotPermitted):
        services.create_debit_orders(person, on=ON, attempt=1, demands=[Demand("LN1", "CNY", 1)])
    with pytest.raises(NotPermitted):
        services.record_debit_outcomes(person, channel="bank", outcomes=[], on=ON)
    with pytest.raises(NotPermitted):
        services.settle_receipts(person, applied=[1], suspended={})


@pytest.mark.django_db(transaction=True)
def test_an_answer_told_by_many_at_once_is_kept_once() -> None:
    give_mandate("LN1")
    order(("LN1", 100))
    outcome = DebitOutcome(key("LN1"), 100, "P1")
    assert sorted(at_once([lambda: answer(outcome)] * 4)) == [0, 0, 0, 1]
    assert Receipt.objects.count() == 1

    def take() -> int:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            return len(queries.receipts_to_apply(10))

    with transaction.atomic():
        assert len(queries.receipts_to_apply(10)) == 1
        assert at_once([take]) == [0]
