"""An application comes in and passes through the bank's services: customer, class, offer, decision."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from xindai.applications import services as applications
from xindai.applications.models import Application
from xindai.classification import services as classification
from xindai.collateral import services as collateral
from xindai.customers import queries as known_customers
from xindai.customers import services as customers
from xindai.customers.services import Recorded
from xindai.demonstration.bank import Bank
from xindai.demonstration.models import Arrival
from xindai.demonstration.records import ApplicationRecord, Wish
from xindai.identity.actors import Actor
from xindai.kernel import clock, vault
from xindai.kernel.errors import XindaiError
from xindai.kernel.transactions import together
from xindai.offers.need import Need
from xindai.products import queries as products
from xindai.reporting.outcomes import record_known_outcome
from xindai.underwriting import services as underwriting

SEAL = "demonstration intake"
"""The subject under whose key records are sealed until they are taken in."""

CONSENTS = ("personal_data", "sensitive_data", "credit_report", "automated_decision")
VALUER = "演示评估"


@transaction.atomic
def announce(records: Iterable[ApplicationRecord], at: Mapping[str, datetime]) -> int:
    """Let applications come in at their instants; returns how many are news.

    Those announced before stay as they are, but for refused ones: they get another chance.
    """
    Arrival.objects.filter(key__in=at, refusal__isnull=False).delete()
    known = set(Arrival.objects.filter(key__in=at).values_list("key", flat=True))
    news = [
        Arrival(
            key=record.key,
            kind=record.kind,
            arrives_at=at[record.key],
            sealed_record=vault.seal(SEAL, record.to_text()),
        )
        for record in records
        if record.key not in known
    ]
    Arrival.objects.bulk_create(news)
    return len(news)


def to_come(until: datetime) -> list[Arrival]:
    """What comes in up to an instant and has not been taken in, in the order of arrival."""
    waiting = Arrival.objects.filter(application=None, refusal__isnull=True, arrives_at__lte=until)
    return list(waiting.order_by("arrives_at", "key"))


def take_in(bank: Bank, arrival: Arrival) -> None:
    """Take one application in, or note why it cannot be; one transaction, so that it is done once."""
    record = ApplicationRecord.from_text(vault.unseal(SEAL, arrival.sealed_record))
    with clock.simulated(arrival.arrives_at), transaction.atomic():
        try:
            arrival.application = _apply(bank, record)
        except XindaiError as error:
            arrival.refusal = {"field": error.field or "", "problem": str(error), "remedy": error.remedy_text()}
        arrival.sealed_record = b""
        arrival.save(update_fields=["application", "refusal", "sealed_record"])


@together()
def _apply(bank: Bank, record: ApplicationRecord) -> Application:
    on = clock.today()
    branch_id = _branch(bank, record)
    officer = bank.staff.officer(branch_id)
    customer = _customer(officer, record, branch_id)
    asked = {"term_months": record.wish.term_months, "amount_minor": record.wish.amount_minor}
    stated = {name: statement.value for name, statement in record.request_facts.items()}
    classification.classify(officer, customer_id=customer.id, on=on, request_facts=asked | stated)
    application = applications.start(
        officer,
        customer_id=customer.id,
        need=_need(record.wish),
        on=on,
        channel="branch" if record.is_of_demonstration else "file",
        purpose_statement=record.wish.purpose_statement,
        asset_id=_asset(officer, record.wish, customer, branch_id),
    )
    applications.submit(officer, application_no=application.no, on=on)
    applications.request_offer(officer, application_no=application.no, on=on)
    underwriting.decide_automatically(officer, application_no=application.no, on=on)
    if record.outcome is not None:
        record_known_outcome(
            bank.system,
            application_id=application.pk,
            is_bad=record.outcome.is_bad,
            was_fitted_on=record.outcome.was_fitted_on,
            source=record.source,
        )
    return application


def _branch(bank: Bank, record: ApplicationRecord) -> int:
    """Who is a customer already is served by their own branch; everybody the demonstration makes up is new."""
    known = None
    if not record.is_of_demonstration:
        known = known_customers.by_identity_number(bank.system, record.identity_number)
    return bank.staff.branch_for(record.key) if known is None else known.branch_id


def _customer(officer: Actor, record: ApplicationRecord, branch_id: int) -> Recorded:
    record_customer = customers.record_company if record.kind == "company" else customers.record_person
    return record_customer(
        officer,
        branch_id=branch_id,
        name=record.name,
        identity_number=record.identity_number,
        facts={name: (stated.value, stated.source) for name, stated in record.facts.items()},
        on=clock.today(),
        consents=CONSENTS if record.kind == "person" else (),
    )


def _need(wish: Wish) -> Need:
    return Need(
        product_code=wish.product_code,
        amount_minor=wish.amount_minor,
        currency=wish.currency,
        term_months=wish.term_months,
        purpose=wish.purpose,
        method=wish.method,
        collateral_value_minor=wish.collateral_value_minor,
    )


def _asset(officer: Actor, wish: Wish, customer: Recorded, branch_id: int) -> int | None:
    """What secures the loan, recorded with its value; None where nothing is pledged."""
    pledged = products.product_as_of(wish.product_code, clock.today()).spec.collateral
    if pledged is None or not wish.collateral_value_minor:
        return None
    asset = collateral.record_asset(
        officer,
        owner_no=customer.no,
        branch_id=branch_id,
        kind=pledged.kind,
        description=wish.purpose,
        value_minor=wish.collateral_value_minor,
        currency=wish.currency,
        valued_on=clock.today(),
        valuer=VALUER,
    )
    return asset.pk
