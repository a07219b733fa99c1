"""One payment of a customer who has several loans: how the law, or the customer's word, shares it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loanmath import LoanMathError, Replay
from loanmath.splitting import Debt, Split, split_payment
from xindai.collateral import queries as collateral
from xindai.identity.actors import Actor
from xindai.servicing import queries
from xindai.servicing.checking import require_amount
from xindai.servicing.errors import LoanNotFound
from xindai.servicing.models import Loan


@dataclass(frozen=True, slots=True)
class Share:
    """A running loan and what of the payment goes to it; amounts in minor units.

    ``due_minor`` has fallen due and is unpaid, ``not_due_minor`` would end the loan besides, ``secured_minor`` is the
    value of what secures it.
    """

    loan_no: str
    due_minor: int
    not_due_minor: int
    secured_minor: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Shared:
    """The shares, by the numbers of the loans, and what is left when everything is paid."""

    shares: tuple[Share, ...]
    left_minor: int


def shares(actor: Actor, loan: Loan, amount_minor: int | None = None, first: Sequence[str] = ()) -> Shared:
    """How a payment is shared by all running loans that the customer of a loan has in its currency (Civil Code art. 560).

    Without an amount it is all that is due.  ``first`` are loans that the customer names, in that order.  Nothing is recorded: each share is then recorded as a
    repayment of its loan.  Only loans of the actor's branches count.
    Raises InvalidInput about the amount, LoanNotFound about a loan that is named and is none of these.
    """
    if amount_minor is not None:
        require_amount(amount_minor)
    running = queries.loans(actor).filter(customer_id=loan.customer_id, currency=loan.currency, state=Loan.State.ACTIVE)
    found = list(running.select_related("contract").order_by("no"))
    secured = collateral.secured_minor((one.contract.no for one in found), loan.currency)
    debts = [
        _debt(one, now, secured.get(one.contract.no, 0))
        for one, now in zip(found, queries.replayed_all(found), strict=True)
    ]
    try:
        split = _split(sum(debt.due_minor for debt in debts) if amount_minor is None else amount_minor, debts, first)
    except LoanMathError as error:
        raise LoanNotFound(error.params["key"]) from error
    return Shared(
        tuple(
            Share(one.key, one.due_minor, one.not_due_minor, one.secured_minor, split.amounts[one.key]) for one in debts
        ),
        split.left_minor,
    )


def _split(amount_minor: int, debts: Sequence[Debt], first: Sequence[str]) -> Split:
    if not amount_minor:
        return Split(dict.fromkeys((debt.key for debt in debts), 0), 0)
    return split_payment(amount_minor, debts, list(dict.fromkeys(first)))


def _debt(loan: Loan, now: Replay, secured_minor: int) -> Debt:
    state = now.state
    return Debt(
        key=loan.no,
        due_minor=state.arrears_minor,
        not_due_minor=max(0, state.settlement_minor - state.arrears_minor),
        secured_minor=secured_minor,
        rate_ppb=loan.rate_ppb,
        due_since=date.fromordinal(state.oldest_due_on) if state.oldest_due_on else None,
    )
