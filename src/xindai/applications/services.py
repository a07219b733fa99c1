"""An application on its way: started, submitted, answered by an offer, decided, withdrawn."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.applications.errors import WrongState
from xindai.applications.events import ApplicationDecided, ApplicationSubmitted, ApplicationWithdrawn
from xindai.applications.models import OPEN_STATES, Application, Channel, State
from xindai.applications.service_clock import OpeningHours, promised_by
from xindai.collateral import queries as collateral
from xindai.customers import queries as customers
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, numbering, versions
from xindai.kernel.errors import InvalidInput, NotFound
from xindai.kernel.outbox import emit
from xindai.kernel.transactions import held, hold
from xindai.offers.making import Request, make
from xindai.offers.models import Offer
from xindai.offers.need import Need, check_need
from xindai.offers.policy import offer_policy
from xindai.offers.standing import Means
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of, opening_hours
from xindai.policies.packs import Pack
from xindai.products import queries as products


@verb("application.start")
def start(
    actor: Actor,
    *,
    customer_id: int,
    need: Need,
    on: date,
    channel: str = Channel.BRANCH,
    purpose_statement: str = "",
    asset_id: int | None = None,
) -> Application:
    """Begin an application with a need that the product can answer.

    Raises NotFound, InvalidInput naming the field at fault.
    """
    customer = customers.reached(actor, customer_id)
    if not customers.is_own(actor, customer_id):
        scope.require(actor, customer.branch_id)
    if channel not in Channel.values:
        raise InvalidInput(
            "channel",
            _("“{channel}” is no channel."),
            _("Choose one of: {channels}."),
            channel=channel,
            channels=", ".join(Channel.values),
        )
    product = products.product_as_of(need.product_code, on)
    forbidden = offer_policy(policies.pack_as_of(on)).forbidden_purposes
    check_need(need, product.spec, customer.kind, forbidden)
    if asset_id is not None:
        _check_asset(asset_id, customer.no, need)
    application = Application.objects.create(
        no=numbering.next_number(numbering.APPLICATION, on.year),
        customer_id=customer_id,
        branch_id=customer.branch_id,
        asset_id=asset_id,
        channel=channel,
        product_code=need.product_code,
        need=need.to_json(),
        purpose_statement=purpose_statement,
        started_on=on,
    )
    return hold(("application", application.no), application)


def _check_asset(asset_id: int, owner_no: str, need: Need) -> None:
    """An asset must exist, belong to the customer and be worth what the need says."""
    asset = collateral.asset(asset_id)
    if asset is None or asset.owner_no != owner_no:
        raise InvalidInput(
            "asset_id",
            _("The customer has no asset {asset}."),
            _("Record the asset with the customer as its owner first."),
            asset=asset_id,
        )
    if asset.value_minor < need.collateral_value_minor:
        raise InvalidInput(
            "collateral_value_minor",
            _("The asset was valued lower than stated."),
            _("State no more than the value found."),
        )


@verb("application.submit")
def submit(actor: Actor, *, application_no: str, on: date) -> Application:
    """Hand in an application: what is known of the customer's means is kept as it is now.

    The promised time of decision follows with the offer, by the customer's service tier.
    Raises NotFound, WrongState.
    """
    application = locked(actor, application_no, State.DRAFT)
    application.facts = _facts_for_decision(customers.facts_as_of(application.customer_id, on), on)
    application.submitted_on, application.submitted_at = on, clock.now()
    application.to_submitted()
    application.save(update_fields=["facts", "submitted_on", "submitted_at", "state"])
    event = ApplicationSubmitted(
        application_no=application.no,
        customer_id=application.customer_id,
        product_code=application.product_code,
    )
    emit(event, aggregate_id=application.no, on=on)
    return application


def _facts_for_decision(facts: dict[str, Any], on: date) -> dict[str, Any]:
    """Means, and the age for the legal age; nothing else of a customer is copied here."""
    kept = Means.of(facts, on).to_json()
    return kept if facts.get("age_years") is None else {**kept, "age_years": facts["age_years"]}


@verb("application.request_offer")
def request_offer(actor: Actor, *, application_no: str, on: date) -> Offer:
    """Make the offer that answers a submitted application, and start the service clock of the tier.

    A second call replaces the offer, for instance after new facts; the clock keeps running.
    Raises NotFound, WrongState, InvalidInput, StateConflict for an unclassified customer.
    """
    application = locked(actor, application_no, State.SUBMITTED)
    need = Need(**application.need)
    request = Request(application.customer_id, application.branch_id, application.facts, need)
    pack = policies.pack_as_of(on)
    offer = make(request, pack, on)
    application.offer = offer
    application.promised_by = _promised_by(application, offer, pack)
    application.save(update_fields=["offer", "promised_by"])
    return offer


def _promised_by(application: Application, offer: Offer, pack: Pack) -> datetime:
    """Submission plus the promised business hours, in the bank's opening hours and calendar."""
    opening = OpeningHours(*opening_hours(pack), clock.bank_zone())
    return promised_by(application.submitted_at or clock.now(), offer.promised_hours, opening, calendar_of(pack))


@verb("application.withdraw")
def withdraw(actor: Actor, *, application_no: str, reason: str, on: date) -> Application:
    """End an application at the customer's wish, before there is a contract.

    Raises NotFound, WrongState.
    """
    application = locked(actor, application_no, *OPEN_STATES)
    application.withdrawal_reason = reason[:200]
    application.to_withdrawn()
    application.save(update_fields=["withdrawal_reason", "state"])
    event = ApplicationWithdrawn(application_no=application.no, customer_id=application.customer_id)
    emit(event, aggregate_id=application.no, on=on)
    return application


def locked(actor: Actor, application_no: str, *states: str) -> Application:
    """The application, locked for change, if it is in one of the states.

    A building block for verbs here and above.  A borrower's are their own customer's alone.
    Raises NotFound (for another branch's too), NotPermitted, WrongState.
    """
    name = ("application", application_no)
    rows = customers.reachable(actor, Application.objects.select_for_update(of=("self",)).select_related("offer"))
    application: Application | None = held(name) or hold(name, rows.filter(no=application_no).first())
    is_own = application is not None and customers.is_own(actor, application.customer_id)
    if application is None or not (is_own or scope.covers(actor, application.branch_id)):
        raise NotFound(_("application"), application_no)
    if not is_own:
        scope.require(actor, application.branch_id)
    versions.compare(name, application)
    if application.state not in states:
        raise WrongState(application_no, application.state, states)
    return application


def note_decision(application: Application, outcome: str, on: date) -> None:
    """Carry the outcome of a decision to the application, within the transaction of the decision."""
    move = {
        "approve": application.to_approved,
        "refer": application.to_referred,
        "refuse": application.to_refused,
    }[outcome]
    move()
    if outcome != "refer":
        application.decided_on, application.decided_at = on, clock.now()
    application.save(update_fields=["state", "decided_on", "decided_at"])
    event = ApplicationDecided(application_no=application.no, customer_id=application.customer_id, outcome=outcome)
    emit(event, aggregate_id=application.no, on=on)


def note_contract(application: Application) -> None:
    """Mark that the application has become a contract, within the transaction of drawing it up."""
    application.to_contracted()
    application.save(update_fields=["state"])
