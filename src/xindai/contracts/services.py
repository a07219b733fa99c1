"""A contract on its way: drawn up, its conditions satisfied, signed, paid or cancelled."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.applications import services as applications
from xindai.applications.models import State as ApplicationState
from xindai.collateral import queries as collateral
from xindai.contracts.clauses import clauses_for
from xindai.contracts.conditions import LIEN, PAYEE, conditions_for, open_codes, satisfied
from xindai.contracts.errors import ConditionsOpen, WrongState
from xindai.contracts.events import ContractSigned
from xindai.contracts.models import Contract, State
from xindai.customers import queries as customers
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import numbering, versions
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.kernel.outbox import emit
from xindai.kernel.transactions import held, hold
from xindai.offers.models import Offer
from xindai.offers.policy import offer_policy
from xindai.offers.terms import Proposal, build_terms
from xindai.policies import queries as policies
from xindai.products import queries as products


@verb("contract.draw_up")
def draw_up(actor: Actor, *, application_no: str, disburse_on: date, on: date) -> Contract:
    """Freeze the approved offer in a contract that is to be paid on ``disburse_on``.

    Raises NotFound, WrongState, StateConflict for an offer that has lapsed, InvalidInput for a
    payment date before the contract's.
    """
    application = applications.locked(actor, application_no, ApplicationState.APPROVED)
    offer = application.offer
    assert offer is not None
    _check_dates(offer, disburse_on, on)
    policy = offer_policy(policies.pack_of_version(offer.policy_version, offer.made_on))
    spec = products.product_by_id(offer.product_version_id).spec
    terms = build_terms(Proposal(**offer.quote["proposal"]), spec, policy, disburse_on).to_json()
    conditions = conditions_for(offer, spec, policy.law)
    codes = open_codes(conditions)
    contract = Contract.objects.create(
        no=numbering.next_number(numbering.CONTRACT, on.year),
        application=application,
        customer_id=application.customer_id,
        branch_id=application.branch_id,
        product_version_id=offer.product_version_id,
        asset_id=application.asset_id,
        policy_version=offer.policy_version,
        currency=offer.currency,
        principal_minor=offer.amount_minor,
        terms=terms,
        terms_hash=hash_of(terms),
        clauses=clauses_for(is_secured=LIEN in codes, is_entrusted=PAYEE in codes),
        conditions=conditions,
        open_conditions=len(conditions),
        drawn_up_on=on,
    )
    applications.note_contract(application)
    return hold(("contract", contract.no), contract)


def _check_dates(offer: Offer, disburse_on: date, on: date) -> None:
    if on > offer.valid_until:
        raise StateConflict(
            _("Offer {no} lapsed on {date}."),
            field="application_no",
            remedy=_("Make a new offer at today's price."),
            no=offer.no,
            date=offer.valid_until.isoformat(),
        )
    if disburse_on < on:
        raise InvalidInput(
            "disburse_on",
            _("The payment cannot lie before the contract, {date}."),
            _("Give this day or a later one."),
            date=on.isoformat(),
        )


def hash_of(terms: Mapping[str, Any]) -> str:
    """SHA-256 of the terms in their canonical text: equal terms, equal hash."""
    text = json.dumps(terms, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@verb("contract.satisfy_conditions")
def satisfy_conditions(actor: Actor, *, contract_no: str, evidence: Mapping[str, str], on: date) -> Contract:
    """Satisfy conditions, each with its evidence (a document's reference, a register's entry).

    The lien counts only once collateral knows it.  Raises NotFound, WrongState, InvalidInput for an
    unknown condition or missing evidence, StateConflict for a lien that nobody has entered.
    """
    contract = locked(actor, contract_no, State.DRAWN_UP, State.SIGNED)
    _check_evidence(contract, evidence)
    contract.conditions = satisfied(contract.conditions, evidence, on)
    contract.open_conditions = len(open_codes(contract.conditions))
    contract.save(update_fields=["conditions", "open_conditions"])
    return contract


def _check_evidence(contract: Contract, evidence: Mapping[str, str]) -> None:
    known = [condition["code"] for condition in contract.conditions]
    for code, text in evidence.items():
        if code not in known:
            raise InvalidInput(
                "evidence",
                _("Contract {no} has no condition “{condition}”."),
                _("Choose from: {conditions}."),
                no=contract.no,
                condition=code,
                conditions=", ".join(known),
            )
        if not text.strip():
            raise InvalidInput(
                "evidence",
                _("The evidence of “{condition}” is missing."),
                _("Give the reference of the document or entry."),
                condition=code,
            )
    if LIEN in evidence and not (contract.asset_id and collateral.has_lien(contract.asset_id, contract.no)):
        raise StateConflict(
            _("No lien is registered for contract {no}."),
            field="evidence",
            remedy=_("Register the lien on the collateral first."),
            no=contract.no,
        )


@verb("contract.sign")
def sign(actor: Actor, *, contract_no: str, on: date) -> Contract:
    """Note that both sides have signed.  Raises NotFound, WrongState."""
    contract = locked(actor, contract_no, State.DRAWN_UP)
    contract.signed_on = on
    contract.to_signed()
    contract.save(update_fields=["signed_on", "state"])
    event = ContractSigned(
        contract_no=contract.no,
        application_no=contract.application.no,
        customer_id=contract.customer_id,
    )
    emit(event, aggregate_id=contract.no, on=on)
    return contract


@verb("contract.cancel")
def cancel(actor: Actor, *, contract_no: str) -> Contract:
    """End a contract under which nothing has been paid.  Raises NotFound, WrongState."""
    contract = locked(actor, contract_no, State.DRAWN_UP, State.SIGNED)
    contract.to_cancelled()
    contract.save(update_fields=["state"])
    return contract


def locked(actor: Actor, contract_no: str, *states: str) -> Contract:
    """The contract, locked for change, if it is in one of the states.

    A building block for verbs here and above.  Raises NotFound (for another branch's too), NotPermitted, WrongState.
    """
    name = ("contract", contract_no)
    rows = customers.reachable(actor, Contract.objects.select_for_update(of=("self",)).select_related("application"))
    contract: Contract | None = held(name) or hold(name, rows.filter(no=contract_no).first())
    is_own = contract is not None and customers.is_own(actor, contract.customer_id)
    if contract is None or not (is_own or scope.covers(actor, contract.branch_id)):
        raise NotFound(_("contract"), contract_no)
    if not is_own:
        scope.require(actor, contract.branch_id)
    versions.compare(name, contract)
    if contract.state not in states:
        raise WrongState(contract_no, contract.state, states)
    return contract


def locked_for_payment(actor: Actor, contract_no: str) -> Contract:
    """The signed contract, locked, with no condition open and its terms untouched.

    A building block of disbursement.  Raises NotFound, WrongState, ConditionsOpen, StateConflict
    when the terms no longer match their hash.
    """
    contract = locked(actor, contract_no, State.SIGNED)
    missing = open_codes(contract.conditions)
    if missing:
        raise ConditionsOpen(contract_no, missing)
    if hash_of(contract.terms) != contract.terms_hash:
        raise StateConflict(
            _("The terms of contract {no} are not those that were signed."),
            field="contract_no",
            remedy=_("Stop, and tell the risk manager: the record has been tampered with."),
            no=contract_no,
        )
    return contract


def note_disbursed(contract: Contract, on: date) -> None:
    """Mark the contract as paid, within the transaction of the disbursement."""
    contract.disbursed_on = on
    contract.to_disbursed()
    contract.save(update_fields=["disbursed_on", "state"])
