"""Mandates, debit orders and receipts: what payments may do.  Each step may be repeated without harm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import business_date, sql, vault
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.ledger.posting import Line, post
from xindai.payments import queries
from xindai.payments.channel import DebitOutcome
from xindai.payments.models import DebitOrder, Mandate, Receipt

SHORTEST_ACCOUNT = 8
LONGEST_ACCOUNT = 34


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be drawn for a loan."""

    loan_no: str
    currency: str
    amount_minor: int


@verb("payment.give_mandate")
def give_mandate(
    actor: Actor, *, loan_no: str, branch_id: int, currency: str, subject_id: str, account: str, given_on: date
) -> Mandate:
    """Record the borrower's permission to draw from an account; a second one replaces the first.

    ``branch_id`` is the loan's own, which the caller knows; ``subject_id`` names the key under which the account
    number is sealed.  Raises InvalidInput, NotPermitted, NotFound for a loan whose mandate lies in another branch.
    """
    scope.require(actor, branch_id)
    number = account_number(account)
    mandate = Mandate(
        loan_no=loan_no,
        branch_id=branch_id,
        currency=currency,
        account=vault.seal(subject_id, number),
        account_hint=number[-4:],
        given_on=given_on,
    )
    is_new = sql.insert_once(mandate, "loan_no")
    standing = Mandate.objects.select_for_update().get(loan_no=loan_no)
    if standing.branch_id != branch_id:
        raise NotFound(_("loan"), loan_no)
    mandate.pk = standing.pk
    if not is_new:
        mandate.save(force_update=True)
    return mandate


def account_number(account: str) -> str:
    """The account number without its spaces.  Raises InvalidInput."""
    number = account.replace(" ", "")
    if not (SHORTEST_ACCOUNT <= len(number) <= LONGEST_ACCOUNT and number.isalnum() and number.isascii()):
        raise InvalidInput(
            "account",
            _("This is not an account number."),
            _("Enter the {shortest} to {longest} digits and letters of the account, without other signs."),
            shortest=SHORTEST_ACCOUNT,
            longest=LONGEST_ACCOUNT,
        )
    return number


@verb("payment.end_mandate")
def end_mandate(actor: Actor, *, loan_no: str, on: date) -> Mandate:
    """Nothing is ordered from this day on.  Raises NotFound (for another branch's too), NotPermitted, StateConflict."""
    mandate = scope.rows(actor, Mandate.objects.select_for_update()).filter(loan_no=loan_no).first()
    if mandate is None:
        raise NotFound(_("mandate"), loan_no)
    scope.require(actor, mandate.branch_id)
    if mandate.ended_on is not None:
        raise StateConflict(_("The mandate of loan {loan} has ended before."), loan=loan_no)
    mandate.ended_on = on
    mandate.save(update_fields=["ended_on"])
    return mandate


@verb("payment.create_debit_orders")
def create_debit_orders(actor: Actor, *, on: date, attempt: int, demands: Iterable[Demand]) -> int:
    """Write an order for each demand on a loan that has a mandate; those written before stay as they are.

    A loan for which money may be on its way is left out: what was asked for is not asked for again.  Returns the
    number of orders written.
    """
    # Asked before the demands are counted: what another worker settles in between may still be among them.
    in_flight = queries.loans_in_flight()
    wanted = {
        demand.loan_no: demand for demand in demands if demand.amount_minor > 0 and demand.loan_no not in in_flight
    }
    allowed = Mandate.objects.filter(loan_no__in=wanted, ended_on=None).values_list("loan_no", "branch_id", "currency")
    orders = [
        DebitOrder(
            key=order_key(loan_no, on, attempt),
            loan_no=loan_no,
            branch_id=branch_id,
            on=on,
            attempt=attempt,
            currency=currency,
            amount_minor=wanted[loan_no].amount_minor,
        )
        for loan_no, branch_id, currency in allowed
        if wanted[loan_no].currency == currency
    ]
    DebitOrder.objects.bulk_create(orders, ignore_conflicts=True)
    return len(orders)


def order_key(loan_no: str, on: date, attempt: int) -> str:
    """The key of the one order that a loan may have for a date and attempt."""
    return f"{loan_no}/{on.isoformat()}/{attempt}"


@verb("payment.record_debit_outcomes")
def record_debit_outcomes(actor: Actor, *, channel: str, outcomes: Sequence[DebitOutcome], on: date) -> int:
    """Keep what a channel answered: the orders' states, and a receipt for all money that came.

    Outcomes of orders that were answered before change nothing.  Returns the number of receipts.
    Raises InvalidInput for money above the order, without the provider's number, or under a number that names
    another movement.
    """
    by_key = {outcome.key: outcome for outcome in outcomes}
    orders = list(
        DebitOrder.objects.select_for_update().filter(key__in=by_key, state=DebitOrder.State.READY).order_by("pk")
    )
    for order in orders:
        _answer(order, by_key[order.key], channel)
    _save_answers(orders)
    paid = [order for order in orders if order.collected_minor > 0]
    _require_own_numbers(channel, [(order.key, by_key[order.key].provider_no) for order in paid])
    receipts = [_receipt(order, by_key[order.key], on) for order in paid]
    Receipt.objects.bulk_create(receipts)
    return len(receipts)


def _answer(order: DebitOrder, outcome: DebitOutcome, channel: str) -> None:
    if not 0 <= outcome.collected_minor <= order.amount_minor:
        raise InvalidInput(
            "collected_minor",
            _("Order {order}: {collected} was collected of {ordered}."),
            _("Clear the difference with the channel before you take over its answer."),
            order=order.key,
            collected=outcome.collected_minor,
            ordered=order.amount_minor,
        )
    if outcome.collected_minor > 0 and not outcome.provider_no:
        raise InvalidInput(
            "provider_no",
            _("Order {order}: the movement has no number of the provider."),
            _("Ask the channel for the number; without it a movement cannot be told from its repetition."),
            order=order.key,
        )
    order.collected_minor = outcome.collected_minor
    order.channel = channel
    order.reason = outcome.reason
    if outcome.collected_minor == order.amount_minor:
        order.state = DebitOrder.State.COLLECTED
    elif outcome.collected_minor > 0:
        order.state = DebitOrder.State.PARTLY_COLLECTED
    else:
        order.state = DebitOrder.State.FAILED


def _save_answers(orders: list[DebitOrder]) -> None:
    """One statement for all that were answered alike: collected in full, or not at all for one reason."""
    alike: dict[tuple[str, str], list[DebitOrder]] = {}
    for order in orders:
        alike.setdefault((order.state, order.reason), []).append(order)
    for (state, reason), same in alike.items():
        if state == DebitOrder.State.PARTLY_COLLECTED:
            DebitOrder.objects.bulk_update(same, ["state", "collected_minor", "channel", "reason"])
            continue
        DebitOrder.objects.filter(pk__in=[order.pk for order in same]).update(
            state=state,
            collected_minor=F("amount_minor") if state == DebitOrder.State.COLLECTED else 0,
            channel=same[0].channel,
            reason=reason,
        )


def _require_own_numbers(channel: str, movements: Sequence[tuple[str, str]]) -> None:
    """Each movement has a number of its own: under the same one, the second would pass for a repetition of the first."""
    kept = Receipt.objects.filter(channel=channel, provider_no__in=[number for _order, number in movements])
    taken = set(kept.values_list("provider_no", flat=True))
    for order_key, number in movements:
        if number in taken:
            raise InvalidInput(
                "provider_no",
                _("Order {order}: the provider's number {number} names another movement."),
                _("Ask the channel for the movement's own number."),
                order=order_key,
                number=number,
            )
        taken.add(number)


def _receipt(order: DebitOrder, outcome: DebitOutcome, on: date) -> Receipt:
    return Receipt(
        channel=order.channel,
        provider_no=outcome.provider_no,
        order=order,
        loan_no=order.loan_no,
        branch_id=order.branch_id,
        received_on=on,
        currency=order.currency,
        amount_minor=order.collected_minor,
    )


@verb("payment.settle_receipts")
def settle_receipts(actor: Actor, *, applied: Iterable[int], suspended: dict[int, str]) -> None:
    """Mark receipts (by id) as having paid their loans, or put them in suspense with the reason.

    Money in suspense is posted as owed, on the open business date.  Called inside the transaction that records the
    repayments.  Raises StateConflict when the end of day has begun.
    """
    Receipt.objects.filter(pk__in=list(applied), state=Receipt.State.NEW).update(state=Receipt.State.APPLIED)
    if suspended:
        _suspend(actor, suspended)


def _suspend(actor: Actor, reasons: dict[int, str]) -> None:
    """Put the receipts that are still new in suspense, and their money in the books."""
    on = business_date.hold_open()
    receipts = list(Receipt.objects.select_for_update().filter(pk__in=reasons, state=Receipt.State.NEW).order_by("pk"))
    for receipt in receipts:
        receipt.state = Receipt.State.SUSPENSE
        receipt.reason = reasons[receipt.pk][:200]
        _post_suspense(actor, receipt, on)
    Receipt.objects.bulk_update(receipts, ["state", "reason"])


def _post_suspense(actor: Actor, receipt: Receipt, on: date) -> None:
    """The money has come and is owed to whom it will turn out to belong to; no product has earned it."""
    post(
        actor,
        key=f"suspense/{receipt.channel}/{receipt.provider_no}",
        kind="suspense",
        business_date=on,
        lines=[Line("cash", receipt.amount_minor), Line("suspense", -receipt.amount_minor)],
        branch_id=receipt.branch_id,
        product_code="",
        currency=receipt.currency,
        loan_no=receipt.loan_no,
    )
