"""The daily mandate run: what is due is drawn through a channel, and what comes pays the loans.

Orders are written before anything is sent; a channel asked again answers the same; a receipt pays its
loan in the transaction that marks it.  So the run may die anywhere and is simply started again, on the same
date or on a later one: what it has left behind is brought to its end before anything new is asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from xindai.identity.actors import Actor
from xindai.jobs.errors import ChannelLeftOut
from xindai.jobs.models import MandateRun
from xindai.kernel import clock, sql
from xindai.kernel.transactions import together
from xindai.payments import queries as payments
from xindai.payments import services as payment_acts
from xindai.payments.channel import Channel
from xindai.payments.models import Receipt
from xindai.payments.services import Demand
from xindai.policies import queries as policies
from xindai.servicing import queries as servicing
from xindai.servicing import services as loan_acts
from xindai.servicing.booking import require_business_date
from xindai.servicing.errors import LoanHasEnded
from xindai.servicing.parts import part_count
from xindai.servicing.services import Payment

CHUNK: Final = 500
"""Orders in one request to the channel, and repayments in one transaction."""

_ACTOR: Final = Actor.system("mandate_run")
_SOURCE: Final = "mandate"


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did now; a rerun of a finished run did nothing."""

    orders: int
    receipts: int
    repayments: int
    suspended: int

    def __add__(self, other: "RunResult") -> "RunResult":
        """What both did."""
        return RunResult(
            self.orders + other.orders,
            self.receipts + other.receipts,
            self.repayments + other.repayments,
            self.suspended + other.suspended,
        )


def run(on: date, channel: Channel, attempt: int = 1) -> RunResult:
    """Draw what is due on the open business date; may be repeated at any time of that date.

    Raises NotTheBusinessDate, StateConflict when its end of day has begun, ChannelLeftOut.
    """
    left_behind = _take_up(on, channel)
    orders = _prepare(on, attempt)
    return left_behind + _draw(on, channel, orders)


def _take_up(on: date, channel: Channel) -> RunResult:
    """Bring to its end what earlier runs have left, of whatever date: a debt whose money is on its way is not due again."""
    if not payments.loans_in_flight():
        return RunResult(0, 0, 0, 0)
    with together():
        require_business_date(on)
    return _draw(on, channel)


def _draw(on: date, channel: Channel, orders: int = 0) -> RunResult:
    """Send what has no answer, and let what comes pay the loans on the date; ``orders`` have been written for it."""
    receipts = sum(_present(on, channel))
    repayments, suspended = 0, 0
    for applied, waiting in _apply(on):
        repayments += applied
        suspended += waiting
    return RunResult(orders, receipts, repayments, suspended)


@together()
def _prepare(on: date, attempt: int) -> int:
    """Write the orders of the date, all at once and once."""
    sql.lock("mandate run")
    require_business_date(on)
    if MandateRun.objects.filter(business_date=on, attempt=attempt).exists():
        return 0
    orders = payment_acts.create_debit_orders(_ACTOR, on=on, attempt=attempt, demands=_demands(on))
    MandateRun.objects.create(business_date=on, attempt=attempt, orders=orders, prepared_at=clock.now())
    return orders


def _demands(on: date) -> Iterator[Demand]:
    """What falls due today, and arrears on the days on which the policy tries again."""
    retry_days = frozenset(policies.pack_as_of(on).section("collections")["debit_retry_days"])
    for part in range(part_count()):
        for due in servicing.dues(on, part):
            if due.falls_due_today or due.overdue_days in retry_days:
                yield Demand(due.loan_no, due.currency, due.amount_minor)


def _present(on: date, channel: Channel) -> Iterator[int]:
    """Send the orders that have no answer yet, chunk by chunk; yields the number of receipts."""
    requests = payments.orders_to_send(CHUNK)
    while requests:
        outcomes = channel.debit(requests)
        answered = {outcome.key for outcome in outcomes}
        if not all(request.key in answered for request in requests):
            raise ChannelLeftOut(channel.name)
        yield payment_acts.record_debit_outcomes(_ACTOR, channel=channel.name, outcomes=outcomes, on=on)
        requests = payments.orders_to_send(CHUNK) if len(requests) == CHUNK else []


def _apply(on: date) -> Iterator[tuple[int, int]]:
    """Let the receipts that wait pay their loans, chunk by chunk; yields repayments and receipts in suspense."""
    is_more = True
    while is_more:
        with together():
            receipts = payments.receipts_to_apply(CHUNK)
            if not receipts:
                return
            try:
                with together():
                    _record(receipts, on)
                suspended: dict[int, str] = {}
            except LoanHasEnded:
                suspended = _record_one_by_one(receipts, on)
            applied = [receipt.pk for receipt in receipts if receipt.pk not in suspended]
            payment_acts.settle_receipts(_ACTOR, applied=applied, suspended=suspended)
        is_more = len(receipts) == CHUNK
        yield len(applied), len(suspended)


def _record(receipts: Sequence[Receipt], on: date) -> None:
    loan_acts.record_repayments(_ACTOR, payments=[_payment(receipt) for receipt in receipts], on=on)


def _record_one_by_one(receipts: Sequence[Receipt], on: date) -> dict[int, str]:
    """Record what can be recorded; returns the others with their reasons."""
    refused = {}
    for receipt in receipts:
        try:
            with together():
                _record([receipt], on)
        except LoanHasEnded as error:
            refused[receipt.pk] = error.code
    return refused


def _payment(receipt: Receipt) -> Payment:
    """The receipt's number at its channel is the key of the movement."""
    key = f"{receipt.channel}/{receipt.provider_no}"
    return Payment(receipt.loan_no, receipt.amount_minor, receipt.currency, _SOURCE, key)
