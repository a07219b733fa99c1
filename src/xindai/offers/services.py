"""Offers made to customers, with or without an application."""

from datetime import date

from xindai.customers import queries as customers
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.offers.making import Request, make
from xindai.offers.models import Offer
from xindai.offers.need import Need
from xindai.policies.queries import pack_as_of


@verb("offer.make")
def make_offer(actor: Actor, *, customer_id: int, need: Need, on: date) -> Offer:
    """Answer a need by an offer: price, limit, term, documents, promised time, annual rate.

    The same facts, class, product and policy always give the same offer.  Raises NotFound,
    InvalidInput naming the field at fault, StateConflict for an unclassified customer.
    """
    customer = customers.served(actor, customer_id)
    scope.require(actor, customer.branch_id)
    facts = customers.facts_as_of(customer_id, on)
    return make(Request(customer_id, customer.branch_id, facts, need), pack_as_of(on), on)
