"""A login for one of the bank's customers, so that the borrower's own pages can be tried."""

from django.db import transaction

from xindai.customers import services as customers
from xindai.demonstration import founding
from xindai.demonstration.bank import Bank
from xindai.demonstration.staff import BORROWER, BORROWERS_MOBILE
from xindai.identity import queries as identity
from xindai.identity import services as identity_acts
from xindai.kernel import business_date, clock
from xindai.servicing import queries as loans
from xindai.servicing.models import Loan


def open_to_a_borrower(bank: Bank) -> None:
    """Let the first person whose loan still runs sign in; done once, and not before there is such a loan."""
    if BORROWER.username in identity.usernames():
        return
    loan = loans.claims().filter(customer__kind="person", state=Loan.State.ACTIVE).first()
    if loan is None:
        return
    with clock.simulated(clock.at_bank(business_date.current(), founding.BEFORE_OPENING)), transaction.atomic():
        identity_acts.register_user(
            founding.SYSTEM,
            username=BORROWER.username,
            password=founding.password(),
            display_name=BORROWER.display_name,
        )
        identity_acts.grant_role(founding.SYSTEM, username=BORROWER.username, role=BORROWER.role)
        officer = bank.staff.officer(loan.branch_id)
        customers.record_mobile(officer, customer_id=loan.customer_id, mobile=BORROWERS_MOBILE)
        customers.give_portal_access(officer, customer_id=loan.customer_id, username=BORROWER.username)
