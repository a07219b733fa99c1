"""Money of a day: single payments, early repayments and settlements, the mandate run."""

from datetime import date

from xindai.demonstration.bank import Bank
from xindai.demonstration.borrowers import BorrowersBanks, Intent
from xindai.demonstration.chance import MILLION
from xindai.demonstration.payers import Way
from xindai.jobs import mandate_run
from xindai.servicing import queries as loans
from xindai.servicing import services as servicing
from xindai.servicing.models import Loan
from xindai.servicing.services import Payment

SOURCE = "counter"


def receive_single_payments(bank: Bank, on: date) -> None:
    """Record what borrowers pay by themselves; what was recorded before the run was stopped stays as it is."""
    intents = bank.borrowers.intents(on, Way.SINGLE)
    open_intents = not_recorded(intents, "repay")
    if not open_intents:
        return
    meant = {intent.loan_no: intent for intent in open_intents}
    running = list(loans.loans(bank.system).filter(no__in=meant, state=Loan.State.ACTIVE).order_by("pk"))
    payments = []
    for loan, replayed in zip(running, loans.replayed_all(running, on), strict=True):
        intent = meant[loan.no]
        amount_minor = replayed.state.arrears_minor * intent.act.share_ppm // MILLION
        if amount_minor:
            payments.append(Payment(loan.no, amount_minor, loan.currency, SOURCE, intent.key))
    if payments:
        servicing.record_repayments(bank.staff.cashier(), payments=payments, on=on)


def repay_early(bank: Bank, on: date) -> None:
    """Record early repayments of principal, and early settlements."""
    for intent in not_recorded(bank.borrowers.intents(on, Way.PREPAY), "prepay"):
        _prepay(bank, intent, on)
    for intent in not_recorded(bank.borrowers.intents(on, Way.SETTLE), "settle"):
        _settle(bank, intent, on)


def draw_by_mandate(bank: Bank, on: date) -> None:
    """The mandate run of the day, through the borrowers' banks."""
    mandate_run.run(on, BorrowersBanks(bank.borrowers))


def _prepay(bank: Bank, intent: Intent, on: date) -> None:
    loan = _running(bank, intent)
    if loan is None:
        return
    state = loans.current_state(loan)
    ahead_minor = state.principal_not_due_minor * intent.act.share_ppm // MILLION
    if not ahead_minor:
        return
    amount_minor = state.principal_due_minor + state.interest_due_minor + state.penalty_due_minor + ahead_minor
    servicing.prepay(
        bank.staff.cashier(),
        loan_no=loan.no,
        amount_minor=amount_minor,
        on=on,
        source=SOURCE,
        idempotency_key=intent.key,
        currency=loan.currency,
    )


def _settle(bank: Bank, intent: Intent, on: date) -> None:
    loan = _running(bank, intent)
    if loan is None:
        return
    quote = loans.quote_settlement(loan, on)
    if quote.amount_minor:
        servicing.settle_early(
            bank.staff.cashier(),
            loan_no=loan.no,
            amount_minor=quote.amount_minor,
            on=on,
            source=SOURCE,
            idempotency_key=intent.key,
            currency=loan.currency,
        )


def _running(bank: Bank, intent: Intent) -> Loan | None:
    loan = loans.loan(bank.system, intent.loan_no)
    return loan if loan.state == Loan.State.ACTIVE else None


def not_recorded(intents: list[Intent], kind: str) -> list[Intent]:
    """The intents whose movement of money is not in the books yet."""
    if not intents:
        return []
    known = loans.recorded_keys(f"{kind}/{intent.key}" for intent in intents)
    return [intent for intent in intents if f"{kind}/{intent.key}" not in known]
