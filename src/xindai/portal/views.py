"""A borrower's own applications and loans; nothing here changes anything."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from loanmath import PlanRow, Status, explain_interest
from xindai.customers.queries import Shown
from xindai.identity.actors import Actor
from xindai.payments import queries as payments
from xindai.portal import words
from xindai.reporting import own
from xindai.reporting.names import branch_names

PER_MILLE = 1000
MOST_SENT = 6
"""So many of the payments made here stand on a loan's page; all that arrived stand in the list of payments."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the borrower has borrowed and asked for."""
    customer = _customer(request)
    loans = own.loans(customer)
    loan_of = {one.loan.application_no: one.loan.no for one in loans}
    context = {
        "on": own.today(),
        "loans": [ShownLoan(one) for one in loans],
        "applications": [
            ShownApplication(one, loan_of.get(one.no, ""), words.standing(one.state))
            for one in own.applications(customer)
        ],
    }
    return render(request, "portal/home.html", _frame(customer) | context)


@require_safe
def loan(request: HttpRequest, no: str) -> HttpResponse:
    """Show a loan's terms, its schedule, what was paid and what is owed today.  Raises LoanNotFound for another's."""
    customer = _customer(request)
    one = ShownLoan(own.loan(customer, no))
    ways = own.ways(one.own)
    context = {
        "on": one.own.on,
        "one": one,
        "loan": one.own.loan,
        "contract_no": one.own.loan.contract_no,
        "sent": payments.pay_ins_of([no])[:MOST_SENT],
        "payments": [{"event": event, "way": ways[event.key]} for event in one.own.payments],
    }
    return render(request, "portal/loan.html", _frame(customer) | context)


@dataclass(frozen=True, slots=True)
class Line:
    """An instalment with its state and the working of its interest."""

    row: PlanRow
    unpaid_minor: int
    state: str

    @property
    def why(self) -> Any:
        """The working of the interest, from the engine that computed it."""
        return explain_interest(self.row)


@dataclass(frozen=True, slots=True)
class ShownLoan:
    """A loan with what only a page needs."""

    own: own.OwnLoan

    @property
    def repaid_per_mille(self) -> int:
        """How far the progress picture is filled."""
        state = self.own.state
        return state.repaid_minor * PER_MILLE // state.disbursed_minor

    @property
    def late_per_mille(self) -> int:
        """How much of the picture stands for principal that is late."""
        state = self.own.state
        return state.principal_due_minor * PER_MILLE // state.disbursed_minor

    @property
    def is_written_off(self) -> bool:
        """Whether the lender no longer expects its money, and still asks for it."""
        return self.own.state.status == Status.WRITTEN_OFF

    @property
    def lines(self) -> list[Line]:
        """The schedule."""
        now = self.own.now
        return [Line(row, sum(now.unpaid(row)), self.own.instalment_state(row)) for row in now.rows]

    @property
    def dues(self) -> list[dict[str, Any]]:
        """The instalments that are owed now, each with its parts."""
        rows = {row.number: row for row in self.own.now.rows}
        return [
            {"due": due, "on": rows[due.number].due_on, "sum_minor": due.principal_minor + due.interest_minor}
            for due in self.own.state.dues
        ]


@dataclass(frozen=True, slots=True)
class ShownApplication:
    """An application with the loan that came of it, and how it stands in plain words."""

    own: own.OwnApplication
    loan_no: str
    standing: words.Standing

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why it was refused: a plain sentence, and the policy's words where they say more."""
        told = [(words.reason(one.rule), one) for one in self.own.reasons]
        return [{"plain": plain, "text": one.text if one.is_decisive or not plain else None} for plain, one in told]

    @property
    def help(self) -> list[words.Text]:
        """What would help, reason by reason, each said once."""
        return list(dict.fromkeys(words.advice(reason.rule) for reason in self.own.reasons))


def _customer(request: HttpRequest) -> Shown:
    return own.customer(cast("Actor", request.actor))  # type: ignore[attr-defined]


def _frame(customer: Shown) -> dict[str, Any]:
    return {"customer": customer, "branch_name": branch_names()[customer.branch_id]}
