"""What borrowers see of their own: the applications and loans of the customer to whom their login leads, no others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import BigIntegerField, F, IntegerField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from loanmath import Due, PlanRow, Replay, State, Status
from loanmath.account import Applied
from xindai.applications.models import Application
from xindai.customers import queries as customers
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.reporting.loans import STATES, instalment_state
from xindai.reporting.names import Words, product_names
from xindai.servicing import queries as servicing
from xindai.servicing.errors import LoanNotFound
from xindai.servicing.models import Loan
from xindai.underwriting import queries as underwriting
from xindai.underwriting.models import Decision

DEFAULT_CURRENCY: Final = "CNY"
MAIN_REASONS: Final = 4
"""More reasons than these help nobody to understand a refusal."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an application was refused: the rule, and what it found in the words of the policy.

    A finding that only asked for people tells why they looked, not why they refused: it is not decisive.
    """

    rule: str
    text: Words
    is_decisive: bool


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application as the one who made it sees it; amounts in minor units."""

    no: str
    product_name: Words
    currency: str
    amount_minor: int
    term_months: int
    state: str
    started_on: date
    promised_by: datetime | None
    offered_minor: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class OwnLoan:
    """A loan as its borrower sees it on a date: the engine's replay, told by what is due, late, to come and paid."""

    loan: Any
    product_name: Words
    now: Replay
    on: date

    @property
    def state(self) -> State:
        """Amounts and days as the engine computed them."""
        return self.now.state

    @property
    def is_running(self) -> bool:
        """Whether instalments still fall due."""
        return self.state.status == Status.ACTIVE

    @property
    def state_code(self) -> str:
        """The word for the state of the loan."""
        return STATES[Status(self.state.status)]

    @property
    def claim_minor(self) -> int:
        """The principal that the borrower still owes: in the books, or kept as a claim after a write-off."""
        return self.state.outstanding_minor + self.state.memo_written_off_minor

    @cached_property
    def late(self) -> list[Due]:
        """The instalments that should have been paid before the date."""
        return [due for due in self.state.dues if due.due_on < self.on.toordinal()]

    @property
    def late_since(self) -> date | None:
        """The due date of the oldest of them."""
        return date.fromordinal(self.late[0].due_on) if self.late else None

    @property
    def overdue_minor(self) -> int:
        """What is late, penalty interest included."""
        return sum(due.principal_minor + due.interest_minor for due in self.late) + self.state.penalty_due_minor

    @property
    def due_today_minor(self) -> int:
        """What falls due on the date itself."""
        return self.state.arrears_minor - self.overdue_minor

    @cached_property
    def coming(self) -> PlanRow | None:
        """The next instalment that has not fallen due."""
        if not self.is_running:
            return None
        return next((row for row in self.now.rows if row.number > self.now.fallen), None)

    @property
    def coming_minor(self) -> int:
        """What is left of it to pay after what was paid ahead."""
        return max(0, self.coming.total_minor - self.state.overpaid_minor) if self.coming else 0

    @property
    def settlement_minor(self) -> int:
        """What ends the loan on the date."""
        return max(0, self.now.settlement_minor) if self.is_running else 0

    @cached_property
    def payments(self) -> list[Applied]:
        """The money that came and stands, the latest first, each with what it was used for."""
        return [event for event in reversed(self.now.trail) if event.kind in servicing.MONEY_IN]

    @property
    def paid_minor(self) -> int:
        """All that was paid so far."""
        return sum(payment.amount_minor for payment in self.payments)

    def instalment_state(self, row: PlanRow) -> str:
        """Say how an instalment stands."""
        return instalment_state(self.now, row, self.on)


def today() -> date:
    """The open business date, else the last closed one, else the day in the bank's time zone."""
    return business_date.to_show()


def applications(customer: customers.Shown) -> list[OwnApplication]:
    """The customer's applications, the latest first; a refused one with its main reasons."""
    rows = list(
        Application.objects.filter(customer=customer.id)
        .annotate(
            asked_minor=Cast(KeyTextTransform("amount_minor", "need"), BigIntegerField()),
            asked_months=Cast(KeyTextTransform("term_months", "need"), IntegerField()),
            offered_minor=F("offer__amount_minor"),
            currency=F("offer__currency"),
        )
        .order_by("-pk")
    )
    refusals = underwriting.latest_of_many(row.pk for row in rows if row.state == "refused")
    products = product_names()
    return [
        OwnApplication(
            no=row.no,
            product_name=products.get(row.product_code, {}),
            currency=row.currency or DEFAULT_CURRENCY,
            amount_minor=row.asked_minor,
            term_months=row.asked_months,
            state=row.state,
            started_on=row.submitted_on or row.started_on,
            promised_by=row.promised_by,
            offered_minor=row.offered_minor,
            reasons=_main_reasons(refusals[row.pk]) if row.pk in refusals else (),
        )
        for row in rows
    ]


def loans(customer: customers.Shown) -> list[OwnLoan]:
    """The customer's loans, the running ones first."""
    return _told(_loans(customer))


def loan(customer: customers.Shown, no: str) -> OwnLoan:
    """One of the customer's loans.  Raises LoanNotFound, also for a loan of somebody else."""
    found = _told(_loans(customer).filter(no=no))
    if not found:
        raise LoanNotFound(no)
    return found[0]


def customer(actor: Actor) -> customers.Shown:
    """The customer to whom the actor's login leads.  Raises NotFound."""
    return customers.own(actor.user_id)


def ways(loan: OwnLoan) -> Mapping[str, str]:
    """By which way each payment came, by its key."""
    return {event.key: event.source for event in servicing.events(loan.loan)}


def _loans(customer: customers.Shown) -> "QuerySet[Loan]":
    return (
        Loan.objects.filter(customer=customer.id)
        .annotate(
            annual_rate_ppb=F("contract__application__offer__annual_rate_ppb"),
            contract_no=F("contract__no"),
            application_no=F("contract__application__no"),
        )
        .order_by("state", "-disbursed_on", "no")
    )


def _told(found: "Iterable[Loan]") -> list[OwnLoan]:
    rows, on, products = list(found), today(), product_names()
    if not rows:
        return []
    replays = servicing.replayed_all(rows, on)
    return [OwnLoan(row, products[row.product_code], now, on) for row, now in zip(rows, replays, strict=True)]


def _main_reasons(decision: Decision) -> tuple[Reason, ...]:
    """What the decision names as its reasons, by the rules or by the people who confirmed it."""
    named = [finding for finding in decision.findings if finding["rule"] in decision.reason_codes]
    return tuple(
        Reason(finding["rule"], finding["text"], finding["effect"] == "refuse") for finding in named[:MAIN_REASONS]
    )
