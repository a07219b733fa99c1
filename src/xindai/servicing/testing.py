"""Factories for tests: a bank that is open for business, signed contracts, loans."""

import itertools
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from loanmath import Terms
from xindai.applications.models import Application
from xindai.applications.models import State as ApplicationState
from xindai.contracts.models import Contract
from xindai.contracts.models import State as ContractState
from xindai.contracts.services import hash_of
from xindai.customers.models import Customer
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_bank, make_branch, make_limit
from xindai.kernel import business_date, clock, vault
from xindai.kernel.ids import uuid7
from xindai.ledger import queries as ledger
from xindai.ledger.testing import open_chart
from xindai.offers.models import Offer
from xindai.policies.models import PolicyState, PolicyVersion
from xindai.products.models import ProductState, ProductVersion
from xindai.products.testing import shipped_pack, shipped_products
from xindai.servicing import services
from xindai.servicing.grading import policy_on
from xindai.servicing.models import Loan, LoanEvent
from xindai.servicing.parts import part_count

MONDAY = date(2025, 3, 3)
"""The business date on which the bank of a test opens."""

FEES_PPB = 3_400_000
"""What the fees of a test's offer add to its annual rate."""

_count = itertools.count(1)


@transaction.atomic
def open_bank(on: date = MONDAY, *, parts: int = 1) -> Branch:
    """A bank with a branch, the shipped policy and a chart of accounts, open on a business date."""
    make_bank(parts=parts)
    pack = shipped_pack()
    PolicyVersion.objects.get_or_create(
        pack="cn",
        number=1,
        defaults={
            "content": pack.content,
            "sha256": pack.sha256,
            "state": PolicyState.LIVE,
            "imported_at": clock.now(),
            "reviewed_at": clock.now(),
            "live_from": date(2024, 1, 1),
        },
    )
    open_chart()
    for role in (Role.ACCOUNTANT, Role.APPROVER):
        make_limit(role, "disbursement", 10**12)
        make_limit(role, "write_off", 10**12)
    business_date.open_day(on)
    return make_branch()


def make_terms(disbursed_on: date = MONDAY, **changes: Any) -> Terms:
    """12,000.00 CNY over 12 level instalments at 12 % a year, the first after three days, unless changed."""
    values: dict[str, Any] = {
        "method": "level",
        "currency": "CNY",
        "principal_minor": 12_000_00,
        "rate_ppb": 120_000_000,
        "day_count": "30E/360",
        "business_day": "following",
        "penalty_rate_ppb": 180_000_000,
        "first_due_on": disbursed_on + timedelta(days=3),
        "instalments": 12,
    }
    return Terms(disbursed_on=disbursed_on, **(values | changes))


def make_contract(terms: Terms, branch: Branch | None = None, **changes: Any) -> Contract:
    """A signed contract without open conditions; nobody has decided anything about its customer."""
    where = branch or make_branch()
    serial, subject = next(_count), uuid7()
    customer = Customer.objects.create(
        no=f"CU-T{serial}",
        subject_id=subject,
        kind="person",
        branch=where,
        sealed_name=vault.seal(subject, f"Tester {serial}"),
        sealed_identity_number=vault.seal(subject, f"1101011990{serial:08}"),
        identity_hash=f"test {serial}",
        since=terms.disbursed_on,
        recorded_at=clock.now(),
    )
    version = _product_version()
    application = Application.objects.create(
        no=f"AP-T{serial}",
        customer=customer,
        branch=where,
        channel="branch",
        product_code=version.code,
        need={"amount_minor": terms.principal_minor, "term_months": terms.instalments},
        state=ApplicationState.CONTRACTED,
        offer=_offer(serial, customer, version, terms),
        started_on=terms.disbursed_on,
        submitted_at=clock.now(),
    )
    values: dict[str, Any] = {
        "no": f"CT-T{serial}",
        "application": application,
        "customer": customer,
        "branch": where,
        "product_version": version,
        "policy_version": "cn-1",
        "currency": terms.currency,
        "principal_minor": terms.principal_minor,
        "terms": terms.to_json(),
        "terms_hash": hash_of(terms.to_json()),
        "clauses": [],
        "conditions": [],
        "open_conditions": 0,
        "state": ContractState.SIGNED,
        "drawn_up_on": terms.disbursed_on,
        "signed_on": terms.disbursed_on,
    }
    return Contract.objects.create(**(values | changes))


def _offer(serial: int, customer: Customer, version: ProductVersion, terms: Terms) -> Offer:
    return Offer.objects.create(
        no=f"OF-T{serial}",
        customer=customer,
        branch_id=customer.branch_id,
        product_version=version,
        policy_version="cn-1",
        need={},
        standing={},
        means={},
        quote={},
        currency=terms.currency,
        amount_minor=terms.principal_minor,
        term_months=terms.instalments,
        method=str(terms.method),
        rate_ppb=terms.rate_ppb,
        annual_rate_ppb=terms.rate_ppb + FEES_PPB,
        limit_minor=terms.principal_minor,
        tier="standard",
        promised_hours=8,
        made_on=terms.disbursed_on,
        valid_until=terms.disbursed_on,
    )


def _product_version() -> ProductVersion:
    spec = shipped_products()["consumer"]
    found, _is_new = ProductVersion.objects.get_or_create(
        code="consumer",
        number=1,
        defaults={"spec": spec.model_dump(mode="json"), "sha256": "test", "state": ProductState.DRAFT},
    )
    return found


def make_loan(branch: Branch | None = None, on: date | None = None, **changes: Any) -> Loan:
    """A loan disbursed under four eyes on the business date."""
    today = on or business_date.current()
    where = branch or make_branch()
    contract = make_contract(make_terms(today, **changes), where)
    maker, checker = actor(Role.LOAN_OFFICER, where), actor(Role.APPROVER, where)
    check = services.request_disbursement(maker, contract_no=contract.no, on=today)
    return services.disburse(checker, check_id=check.pk, on=today)


def pay(loan: Loan, amount_minor: int, key: str | None = None, by: Actor | None = None) -> LoanEvent:
    """Record a repayment on the business date."""
    return services.record_repayment(
        by or actor(Role.ACCOUNTANT),
        loan_no=loan.no,
        amount_minor=amount_minor,
        on=business_date.current(),
        source="counter",
        idempotency_key=key or f"test-{next(_count)}",
    )


def balance(role: str, loan: Loan) -> int:
    """What the loan's events have posted to the account of a role; + is debit."""
    return sum(entry.amount_minor for entry in ledger.entries_of_loan(loan.no) if entry.account.role == role)


@transaction.atomic
def close_until(on: date) -> None:
    """Close day after day until the date is open: the loans' part of the end of day, without the books' seal."""
    while (today := business_date.current()) < on:
        business_date.cut_off(today)
        for part in range(part_count()):
            services.close_part(Actor.system("test"), part=part, on=today, policy=policy_on(today), previous_hash=None)
        business_date.close(today)
        business_date.open_day(today + timedelta(days=1))
