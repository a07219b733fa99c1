"""The borrowers with running loans and what each means to do on which day; their bank as a payment channel."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from loanmath import Terms
from loanmath.schedule import periods
from xindai.demonstration.chance import MILLION, Chance
from xindai.demonstration.models import Arrival
from xindai.demonstration.payers import Act, Borrower, Payers, Way
from xindai.payments.channel import DebitOutcome, DebitRequest
from xindai.reporting.outcomes import known_outcomes
from xindai.servicing import queries as servicing
from xindai.servicing.calendars import calendar_of
from xindai.servicing.models import Loan

NO_FUNDS = "insufficient_funds"


@dataclass(frozen=True, slots=True)
class Intent:
    """An act of a borrower on a loan."""

    loan_no: str
    act: Act

    @property
    def key(self) -> str:
        """Names the movement of money: the same act is recorded once."""
        return f"demonstration/{self.loan_no}/{self.act.on.isoformat()}/{self.act.way}"


@dataclass(slots=True)
class Borrowers:
    """Who pays which loan, and the acts of each day."""

    payers: Payers
    of_loan: dict[str, Borrower] = field(default_factory=dict)
    agenda: dict[date, list[Intent]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls, chance: Chance) -> "Borrowers":
        """The borrowers of all loans in the database on which something can still be paid."""
        borrowers = cls(Payers(chance))
        borrowers.add(servicing.claims())
        return borrowers

    def add(self, loans: Iterable[Loan]) -> None:
        """Let these loans have their borrowers; called once for each loan."""
        rows = {loan.contract.application_id: loan for loan in loans}
        outcomes = known_outcomes(rows)
        keys = dict(Arrival.objects.filter(application_id__in=rows).values_list("application_id", "key"))
        for application_id, loan in rows.items():
            if application_id in keys:
                self._add(loan, Borrower(keys[application_id], outcomes.get(application_id)))

    def name_of(self, loan_no: str) -> str:
        """What draws about a loan go by: its borrower's key.

        Numbers of loans have gaps where a run was killed; the key is the same in every run.
        """
        borrower = self.of_loan.get(loan_no)
        return borrower.key if borrower else loan_no

    def add_written_off(self, loan: Loan, on: date) -> None:
        """Let the borrower of a loan that is written off pay something later, or nothing."""
        borrower = self.of_loan.get(loan.no)
        act = self.payers.recovery(borrower, on) if borrower else None
        if act is not None:
            self.agenda[act.on].append(Intent(loan.no, act))

    def _add(self, loan: Loan, borrower: Borrower) -> None:
        self.of_loan[loan.no] = borrower
        if loan.state == Loan.State.WRITTEN_OFF and loan.ended_on is not None:
            self.add_written_off(loan, loan.ended_on)
            return
        plan = periods(Terms.from_json(loan.terms), calendar_of(loan.calendar_id))
        for act in self.payers.acts(borrower, [row.due_on for row in plan]):
            self.agenda[act.on].append(Intent(loan.no, act))

    def intents(self, on: date, *ways: Way) -> list[Intent]:
        """What is meant to be done on a day, in these ways."""
        return [intent for intent in self.agenda.get(on, ()) if intent.act.way in ways]


@dataclass(slots=True)
class BorrowersBanks:
    """The payment channel of the demonstration: the banks at which its borrowers hold their accounts.

    An order is filled when the borrower means to pay by mandate on that day, wholly or in part.
    """

    borrowers: Borrowers
    name: str = "demonstration"

    def debit(self, requests: Sequence[DebitRequest]) -> list[DebitOutcome]:
        """Draw the amounts; the answer follows from the borrowers' intents, however often it is asked for."""
        return [self._debit(request) for request in requests]

    def _debit(self, request: DebitRequest) -> DebitOutcome:
        meant = self.borrowers.intents(request.on, Way.MANDATE)
        share_ppm = next((intent.act.share_ppm for intent in meant if intent.loan_no == request.loan_no), 0)
        collected_minor = request.amount_minor * share_ppm // MILLION
        if not collected_minor:
            return DebitOutcome(request.key, 0, reason=NO_FUNDS)
        return DebitOutcome(request.key, collected_minor, provider_no=request.key)
