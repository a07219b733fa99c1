"""What is lost: proposed for write-off by one person, approved by another; and what still comes afterwards."""

from datetime import date

from xindai.demonstration.bank import Bank
from xindai.demonstration.chance import MILLION
from xindai.demonstration.money import not_recorded
from xindai.demonstration.payers import Way
from xindai.identity import queries as identity
from xindai.impairment import queries as impairment
from xindai.impairment import services as write_offs
from xindai.impairment.services import CHECK_KIND as WRITE_OFF
from xindai.recovery import queries as cases
from xindai.servicing import queries as loans
from xindai.servicing import services as servicing
from xindai.servicing.queries import Overdue

REASON = "逾期已久，已起诉，无可执行财产。"
APPROVED = "符合核销条件，同意。"
WAITING_DAYS = (5, 60)
"""How long after the policy allows it people get round to a write-off."""

SOURCE = "recovery"


def write_off_what_is_lost(bank: Bank, on: date) -> None:
    """Propose and approve the write-offs whose time has come."""
    if not bank.calendar.is_business_day(on):
        return
    latest = loans.latest_close()
    policy = impairment.write_off_policy(on)
    for loan in loans.overdue(latest) if latest else ():
        waited = loan.overdue_days - policy.overdue_days_min
        if waited >= bank.chance.between(*WAITING_DAYS, "write-off", bank.borrowers.name_of(loan.loan_no)):
            steps = cases.steps_taken(loan.loan_no)
            if not policy.missing(loan.five_tier, loan.overdue_days, steps):
                _write_off(bank, loan, steps, on)


def record_recoveries(bank: Bank, on: date) -> None:
    """Record what borrowers pay today of loans that have been written off."""
    for intent in not_recorded(bank.borrowers.intents(on, Way.RECOVER), "recover"):
        claim_minor = loans.current_state(loans.loan(bank.system, intent.loan_no)).memo_written_off_minor
        servicing.record_recovery(
            bank.staff.cashier(),
            loan_no=intent.loan_no,
            amount_minor=max(1, claim_minor * intent.act.share_ppm // MILLION),
            on=on,
            source=SOURCE,
            idempotency_key=intent.key,
        )


def _write_off(bank: Bank, loan: Overdue, steps: list[str], on: date) -> None:
    check = identity.waiting_check(WRITE_OFF, loan.loan_no) or write_offs.request_write_off(
        bank.staff.collector(loan.branch_id), loan_no=loan.loan_no, on=on, reason=REASON, steps_taken=steps
    )
    approver = bank.staff.checker(WRITE_OFF, loan.branch_id, check.amount_minor)
    event = write_offs.approve_write_off(approver, check_id=check.pk, on=on, reason=APPROVED)
    bank.borrowers.add_written_off(event.loan, on)
