"""What is seen of a neutral case at one moment, in the words of the format; amounts are decimal strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from loanmath.money import to_text
from loanmath.neutral.story import Shown, Story
from loanmath.replay import Replay
from loanmath.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Standings

Told = dict[str, Any]
_Text = Callable[[int], str]


def tell(story: Story, on: date | None = None) -> Told:
    """Everything that a check can ask for, as of today or a later day.

    In the order of the format: as_of, rows, transactions, totals, outstanding, overpaid, status; and charged_off_on
    (null: not charged off) and reverted, the transactions that have been undone.
    """
    seen = story.seen(on)
    currency = story.loan.currency

    def text(amount_minor: int) -> str:
        return to_text(amount_minor, currency)

    unpaid = sum(row.unpaid_minor for row in seen.standings) if story.paid_out else 0
    overpaid = int(seen.state.overpaid_minor)
    charged_off_on = story.charged_off_on()
    return {
        "as_of": (on or story.today).isoformat(),
        "rows": list(_rows(story, seen, text)),
        "transactions": [_transaction(shown, text) for shown in story.transactions(seen)],
        "totals": _totals(story, seen, text),
        "outstanding": text(unpaid),
        "overpaid": text(overpaid),
        "status": _status(story, unpaid, overpaid),
        "charged_off_on": charged_off_on.isoformat() if charged_off_on else None,
        "reverted": [{"type": one.word, "date": one.event.on.isoformat()} for one in story.listed() if not one.stands],
    }


def _status(story: Story, unpaid_minor: int, overpaid_minor: int) -> str:
    if not story.paid_out:
        return "APPROVED" if story.is_approved else "SUBMITTED_AND_PENDING_APPROVAL"
    if unpaid_minor:
        return "ACTIVE"
    return "OVERPAID" if overpaid_minor else "CLOSED_OBLIGATIONS_MET"


def _rows(story: Story, seen: Replay, text: _Text) -> Iterator[Told]:
    """Sums paid out and instalments, by date; the balance is what is paid out less the principal asked for so far."""
    waiting = [(one.event.on, one.event.amount_minor) for one in sorted(story.paid_out, key=lambda one: one.key)]
    is_paid_out = bool(waiting)
    if not waiting:
        waiting = [(story.loan.starts_on, story.approved_minor)]
    fee = story.fee_of(waiting[0][1])
    balance, last_due = 0, seen.rows[0].accrual_from
    for row in seen.standings:
        while waiting and _is_listed_before(story, waiting[0][0], row):
            on, amount = waiting.pop(0)
            balance += amount
            yield _disbursement(on, amount, fee, text, is_paid_out=is_paid_out)
            fee = 0
        balance -= row.asked[PRINCIPAL]
        yield _instalment(story, row, max(0, balance), last_due, text)
        if not row.plan.is_down_payment:
            last_due = row.plan.due_on
    yield from [_disbursement(on, amount, fee, text, is_paid_out=is_paid_out) for on, amount in waiting]


def _is_listed_before(story: Story, on: date, row: Standings) -> bool:
    """Money paid out on a row's due date stands before it, but in progressive loans after an instalment of the day."""
    if on != row.plan.due_on:
        return on < row.plan.due_on
    return row.plan.is_down_payment or not story.loan.is_progressive


def _disbursement(on: date, amount_minor: int, fee_minor: int, text: _Text, *, is_paid_out: bool) -> Told:
    return {
        "kind": "disbursement",
        "date": on.isoformat(),
        "amount": text(amount_minor),
        "fees_due": text(fee_minor),
        "total_due": text(fee_minor),
        "paid": text(fee_minor) if is_paid_out else None,
    }


def _instalment(story: Story, row: Standings, balance_minor: int, last_due: date, text: _Text) -> Told:
    plan = row.plan
    told: Told = {
        "kind": "instalment",
        "nr": plan.number,
        "days": 0 if plan.is_down_payment else (plan.due_on - last_due).days,
        "due_date": plan.due_on.isoformat(),
        "paid_date": _paid_date(story, row),
        "balance": text(balance_minor),
        "principal_due": text(row.asked[PRINCIPAL]),
        "interest_due": text(row.asked[INTEREST]),
        "fees_due": text(row.asked[FEE]),
        "penalties_due": text(row.asked[PENALTY]),
        "total_due": text(sum(row.asked)),
        "paid": text(sum(row.paid)),
        "paid_in_advance": text(row.paid_ahead_minor),
        "paid_late": text(row.paid_late_minor),
    }
    if story.waivers():
        told["waived"] = text(sum(row.waived))
    return told | {"outstanding": text(row.unpaid_minor)}


def _paid_date(story: Story, row: Standings) -> str | None:
    """The day on which nothing was left of the row; one that asks for nothing is met when its period begins."""
    if not story.paid_out or row.unpaid_minor:
        return None
    met_on = row.settled_on or (None if sum(row.asked) else row.plan.accrual_from)
    met_on = story.waived_on(row) or met_on
    return met_on.isoformat() if met_on else None


def _totals(story: Story, seen: Replay, text: _Text) -> Told:
    """The sums of the rows, with the fee kept back of the first sum paid out in what is due and what is paid."""
    rows = seen.standings
    fee = story.fee_of(story.terms().principal_minor)
    penalties, fees, interest, principal = (sum(row.asked[place] for row in rows) for place in range(4))
    sums = {
        "principal_due": principal,
        "interest_due": interest,
        "fees_due": fees + fee,
        "penalties_due": penalties,
        "total_due": principal + interest + fees + fee + penalties,
        "paid": sum(sum(row.paid) for row in rows) + (fee if story.paid_out else 0),
        "paid_in_advance": sum(row.paid_ahead_minor for row in rows),
        "paid_late": sum(row.paid_late_minor for row in rows),
    }
    if story.waivers():
        sums["waived"] = sum(sum(row.waived) for row in rows)
    sums["outstanding"] = sum(row.unpaid_minor for row in rows)
    return {name: text(amount) for name, amount in sums.items()}


def _transaction(shown: Shown, text: _Text) -> Told:
    penalties, fees, interest, principal = map(text, shown.parts)
    return {
        "date": shown.on.isoformat(),
        "type": shown.word,
        "amount": text(shown.amount_minor),
        "principal": principal,
        "interest": interest,
        "fees": fees,
        "penalties": penalties,
        "balance": text(shown.balance_minor),
        "reverted": "false" if shown.entry.stands else "true",
    }
