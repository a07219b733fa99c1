"""Paying a contract out: asked for by one person, done by another, exactly once."""

from datetime import date

from loanmath import EventKind, schedule
from loanmath.state import term_values
from xindai.contracts import queries as contracts
from xindai.contracts import services as contract_acts
from xindai.contracts.models import Contract
from xindai.identity import checks, scope
from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.models import Check
from xindai.identity.verbs import verb
from xindai.kernel import numbering, sql, versions
from xindai.kernel.transactions import hold
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of
from xindai.products import queries as products
from xindai.servicing import calendars, plans, queries
from xindai.servicing.booking import Booking, book, require_business_date
from xindai.servicing.models import Loan
from xindai.servicing.parts import part_of

CHECK_KIND = "disbursement"


@verb("loan.request_disbursement")
def request_disbursement(actor: Actor, *, contract_no: str, on: date) -> Check:
    """Ask for a contract to be paid out; another person does it (see ``disburse``).

    Asking again while the first request waits returns that request.
    Raises NotFound, WrongState, ConditionsOpen, NotTheBusinessDate.
    """
    require_business_date(on)
    contract = contract_acts.locked_for_payment(actor, contract_no)
    waiting = identity.waiting_check(CHECK_KIND, contract_no)
    if waiting is not None:
        return waiting
    return checks.request(
        actor,
        CHECK_KIND,
        "contract",
        contract_no,
        {"on": on.isoformat()},
        contract.principal_minor,
        contract.currency,
        contract.branch_id,
        queries.basis_of_disbursement(contract),
    )


@verb("loan.disburse")
def disburse(actor: Actor, *, check_id: int, on: date, reason: str = "") -> Loan:
    """Approve a request and pay the contract out on the business date; doing it again returns the loan.

    The plan starts on the day of the payment.  Raises NotPermitted (the maker, or above the actor's
    limit), NotFound, WrongState, StaleCheck, ConditionsOpen, NotTheBusinessDate.
    """
    check = identity.check(check_id, CHECK_KIND)
    sql.lock(f"disbursement of {check.subject_no}")
    paid_before = scope.rows(actor, Loan.objects.filter(contract__no=check.subject_no)).first()
    if paid_before is not None:
        versions.compare(("check", check_id), check)
        return paid_before
    require_business_date(on)
    contract = contract_acts.locked_for_payment(actor, check.subject_no)
    checks.decide(actor, check_id, True, reason, lambda: queries.basis_of_disbursement(contract))
    loan = _open_account(contract, on)
    booking = Booking(loan.no, EventKind.DISBURSE, f"{EventKind.DISBURSE}/{contract.no}", loan.principal_minor, "check")
    book(actor, [booking], on)
    contract_acts.note_disbursed(contract, on)
    return loan


@verb("loan.refuse_disbursement")
def refuse_disbursement(actor: Actor, *, check_id: int, reason: str) -> Check:
    """Return a request to its maker.  Raises NotPermitted, NotFound, StateConflict, InvalidInput (no reason)."""
    identity.check(check_id, CHECK_KIND)
    return checks.decide(actor, check_id, False, reason)


def _open_account(contract: Contract, on: date) -> Loan:
    """The loan's row and its first plan."""
    terms = contracts.terms_if_paid_on(contract, on)
    calendar = calendar_of(policies.pack_of_version(contract.policy_version, on))
    no = numbering.next_number(numbering.LOAN, on.year)
    loan = Loan.objects.create(
        no=no,
        contract=contract,
        customer_id=contract.customer_id,
        branch_id=contract.branch_id,
        product_code=products.product_by_id(contract.product_version_id).code,
        product_version_id=contract.product_version_id,
        currency=terms.currency,
        terms=terms.to_json(),
        calendar=calendars.keep(calendar),
        part=part_of(no),
        disbursed_on=on,
        principal_minor=terms.principal_minor,
        rate_ppb=terms.rate_ppb,
        **term_values(terms),
    )
    plans.lay_down(loan, schedule(terms, calendar), on)
    return hold(("loan", no), loan)
