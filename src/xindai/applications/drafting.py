"""Applying online: answers kept one by one under the customer's key, and handed in as an application of the usual kind."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.applications import services
from xindai.applications.models import Application, Channel, Draft
from xindai.customers import queries as customers
from xindai.customers import services as customer_acts
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, sql, vault
from xindai.kernel.errors import NotFound, StateConflict
from xindai.offers.need import Need

STATED_ONLINE: Final = "online"
"""The source of facts that customers state of themselves."""


@dataclass(frozen=True)
class Begun:
    """A draft as its owner sees it; empty answers where nothing was begun."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    saved_at: datetime | None = None


def draft_of(actor: Actor) -> Begun:
    """What the actor has answered so far."""
    draft = _open(actor).first()
    return Begun() if draft is None else Begun(_answers(draft), draft.saved_at)


@verb("application.save_draft")
def save_draft(actor: Actor, *, answers: Mapping[str, Any]) -> None:
    """Keep answers beside those given before; an answer of None is taken back.  Raises NotFound without a customer."""
    customer = _own_customer(actor)
    sql.lock(f"draft {actor.user_id}")
    draft = _open(actor).select_for_update().first()
    now = clock.now()
    before = {} if draft is None else _answers(draft)
    after = {name: value for name, value in {**before, **answers}.items() if value is not None}
    sealed = vault.seal(customer.subject_id, json.dumps(after, ensure_ascii=False, sort_keys=True))
    if draft is None:
        assert actor.user_id is not None
        draft = Draft(user_id=actor.user_id, customer_id=customer.pk, begun_at=now)
    draft.sealed_answers, draft.saved_at = sealed, now
    draft.save()


@verb("application.discard_draft")
def discard_draft(actor: Actor) -> None:
    """Throw the actor's draft away; without one nothing happens."""
    for draft in _open(actor).select_for_update():
        draft.discarded_at = clock.now()
        draft.save()


@verb("application.apply_online")
def apply_online(
    actor: Actor,
    *,
    need: Need,
    purpose_statement: str,
    facts: Mapping[str, Any],
    consents: Mapping[str, str],
    on: date,
) -> Application:
    """Hand the actor's draft in: state the facts, keep the consents, start and submit the application.

    ``consents`` are kinds with the versions of their texts.  Handed in twice, the second finds no draft.
    Raises StateConflict without a draft, InvalidInput naming the field at fault.
    """
    customer = _own_customer(actor)
    sql.lock(f"draft {actor.user_id}")
    draft = _open(actor).select_for_update().first()
    if draft is None:
        raise StateConflict(
            _("There is no application that could be handed in."),
            remedy=_("It may have been handed in already: look at your applications."),
        )
    stated = {name: (value, STATED_ONLINE) for name, value in facts.items()}
    customer_acts.state_facts(actor, customer_id=customer.pk, facts=stated, on=on)
    customer_acts.give_consents(actor, customer_id=customer.pk, kinds=consents, on=on)
    application = services.start(
        actor,
        customer_id=customer.pk,
        need=need,
        on=on,
        channel=Channel.ONLINE,
        purpose_statement=purpose_statement,
    )
    application = services.submit(actor, application_no=application.no, on=on)
    draft.application = application
    draft.save()
    return application


def handed_in(actor: Actor) -> str | None:
    """The number of the application that the actor has handed in last, for somebody who hands it in again."""
    drafts = Draft.objects.filter(user_id=actor.user_id or 0, application__isnull=False)
    return drafts.order_by("-saved_at").values_list("application__no", flat=True).first()


def _own_customer(actor: Actor) -> Any:
    customer_id = customers.customer_of_user(actor.user_id)
    if customer_id is None:
        raise NotFound(_("customer"), "-")
    return customers.reached(actor, customer_id)


def _open(actor: Actor) -> "QuerySet[Draft]":
    return Draft.objects.filter(
        user_id=actor.user_id or 0,
        customer_id=customers.customer_of_user(actor.user_id) or 0,
        application=None,
        discarded_at=None,
    ).select_related("customer")


def _answers(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(vault.unseal(draft.customer.subject_id, draft.sealed_answers))
    return found
