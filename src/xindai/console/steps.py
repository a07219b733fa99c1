"""The next lawful step of an application: one verb for this state and this reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.applications import services as applications
from xindai.contracts import services as contracts
from xindai.identity.actors import Actor
from xindai.identity.verbs import may
from xindai.servicing import services as servicing
from xindai.underwriting import services as underwriting


@dataclass(frozen=True, slots=True)
class Step:
    """A step that takes nothing but the record itself: its verb, its button and what is said when it is done."""

    code: str
    verb: str
    label: Promise
    done: Promise
    take: Callable[[Actor, str, date], object]


def _submit(actor: Actor, no: str, on: date) -> object:
    return applications.submit(actor, application_no=no, on=on)


def _offer(actor: Actor, no: str, on: date) -> object:
    return underwriting.make_offer(actor, application_no=no, on=on)


def _decide(actor: Actor, no: str, on: date) -> object:
    return underwriting.decide_automatically(actor, application_no=no, on=on)


def _review(actor: Actor, no: str, on: date) -> object:
    return underwriting.review_refusal(actor, application_no=no, on=on)


def _draw_up(actor: Actor, no: str, on: date) -> object:
    return contracts.draw_up(actor, application_no=no, disburse_on=on, on=on)


def _sign(actor: Actor, no: str, on: date) -> object:
    return contracts.sign(actor, contract_no=no, on=on)


def _request_disbursement(actor: Actor, no: str, on: date) -> object:
    return servicing.request_disbursement(actor, contract_no=no, on=on)


APPLICATION_STEPS: Final[dict[str, Step]] = {
    step.code: step
    for step in (
        Step("submit", "application.submit", _("Submit"), _("The application is submitted."), _submit),
        Step("offer", "underwriting.make_offer", _("Make the offer"), _("The offer is made."), _offer),
        Step("decide", "underwriting.decide", _("Let the rules decide"), _("The rules have decided."), _decide),
        Step(
            "review",
            "underwriting.review_refusal",
            _("Bring before people"),
            _("The application now waits for people to decide."),
            _review,
        ),
        Step("draw_up", "contract.draw_up", _("Draw up the contract"), _("The contract is drawn up."), _draw_up),
    )
}

CONTRACT_STEPS: Final[dict[str, Step]] = {
    step.code: step
    for step in (
        Step("sign", "contract.sign", _("Note the signatures"), _("The contract is signed."), _sign),
        Step(
            "request_disbursement",
            "loan.request_disbursement",
            _("Ask for disbursement"),
            _("A second person now checks the disbursement."),
            _request_disbursement,
        ),
    )
}


def next_application_step(actor: Actor, application: Any) -> Step | None:
    """Return the step that comes next for an application before its contract, if the actor may take it."""
    code = {
        "draft": "submit",
        "submitted": "decide" if application.offer_id else "offer",
        "refused": "review",
        "approved": "draw_up",
    }.get(application.state)
    return _allowed(actor, APPLICATION_STEPS.get(code or ""))


def next_contract_step(actor: Actor, contract: Any) -> Step | None:
    """Return the step that comes next for a contract, if the actor may take it."""
    code = {"drawn_up": "sign", "signed": "request_disbursement"}.get(contract.state)
    return _allowed(actor, CONTRACT_STEPS.get(code or ""))


def _allowed(actor: Actor, step: Step | None) -> Step | None:
    return step if step is not None and may(actor, step.verb) else None
