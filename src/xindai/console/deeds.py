"""Words for what people and jobs have done: verbs, records, and the states before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.console import marks
from xindai.console.access import may_open
from xindai.identity.actors import Actor
from xindai.reporting.loans import STATES
from xindai.reporting.names import people
from xindai.reporting.trail import Deed

Text = str | Promise
PAGE: Final = 50

RECORDS: Final[dict[str, tuple[Promise, str]]] = {
    "application": (_("Application"), "application"),
    "case": (_("Collections case"), "case"),
    "check": (_("Check"), "check"),
    "consent": (_("Consent"), "customer"),
    "contract": (_("Contract"), "application-contract"),
    "customer": (_("Customer"), "customer"),
    "lien": (_("Lien"), "application-contract"),
    "loan": (_("Loan"), "loan"),
    "mandate": (_("Mandate"), "customer"),
    "portal_access": (_("Portal access"), "customer"),
    "promise": (_("Promise to pay"), "case"),
    "step": (_("Collections step"), "case"),
}
"""Each kind of record: its word, and the page that its readers may open; who may not, does not see its deeds."""

VERBS: Final[dict[str, Promise]] = {
    "application.request_offer": _("Asked for an offer"),
    "application.start": _("Started the application"),
    "application.submit": _("Submitted the application"),
    "application.withdraw": _("Withdrew the application"),
    "customer.classify": _("Classified the customer"),
    "collateral.register_lien": _("Registered the lien"),
    "collateral.release_lien": _("Released the lien"),
    "contract.cancel": _("Cancelled the contract"),
    "contract.draw_up": _("Drew up the contract"),
    "contract.satisfy_conditions": _("Recorded evidence of conditions"),
    "contract.sign": _("Signed the contract"),
    "customer.end_portal_access": _("Ended portal access"),
    "customer.give_portal_access": _("Gave portal access"),
    "customer.record_company": _("Recorded the company"),
    "customer.record_person": _("Recorded the person"),
    "customer.state_facts": _("Stated facts"),
    "write_off.approve": _("Approved the write-off"),
    "write_off.refuse": _("Refused the write-off"),
    "write_off.request": _("Asked for the write-off"),
    "offer.make": _("Made the offer"),
    "payment.end_mandate": _("Ended the mandate"),
    "payment.give_mandate": _("Gave the mandate"),
    "collection.claim_case": _("Took the case"),
    "collection.close_case": _("Closed the case"),
    "collection.open_case": _("Opened the case"),
    "collection.plan_steps": _("Planned steps"),
    "collection.record_step_outcome": _("Recorded what came of a step"),
    "loan.close_part": _("Closed the day"),
    "loan.disburse": _("Paid out the loan"),
    "loan.prepay": _("Recorded an early repayment"),
    "loan.record_recovery": _("Recorded a recovery"),
    "loan.record_repayment": _("Recorded a repayment"),
    "loan.record_repayments": _("Recorded repayments"),
    "loan.refuse_disbursement": _("Refused the disbursement"),
    "loan.request_disbursement": _("Asked for the disbursement"),
    "loan.reverse_repayment": _("Reversed a repayment"),
    "loan.settle_early": _("Recorded the early settlement"),
    "loan.write_off": _("Wrote off the loan"),
    "underwriting.confirm": _("Confirmed the decision"),
    "underwriting.decide": _("Decided by the rules"),
    "underwriting.make_offer": _("Made the offer"),
    "underwriting.recommend": _("Recommended"),
    "underwriting.review_refusal": _("Brought the refusal before people"),
}
WHAT: Final[dict[str, Promise]] = {"insert": _("made"), "update": _("changed"), "delete": _("removed")}


@dataclass(frozen=True, slots=True)
class Line:
    """A deed as drawn: states are pairs of a kind of mark and a code, for the tag."""

    at: datetime
    who: str
    did: Text
    record: Text
    name: str
    what: Text
    mark: str
    before: str
    after: str


def kinds_of(actor: Actor) -> frozenset[str]:
    """Return the kinds of records whose deeds the reader may see."""
    return frozenset(kind for kind, (_word, route) in RECORDS.items() if may_open(actor, route))


def page_of(deeds: list[Deed], number: str | None) -> "Page[Deed]":
    """Return one page of the deeds."""
    return Paginator(deeds, PAGE).get_page(number)


def lines(deeds: Iterable[Deed], steps: Mapping[str, str] | None = None) -> list[Line]:
    """Return the deeds in words; people's names in one query, ``steps`` are the names of collection steps by code."""
    listed = list(deeds)
    names = people(deed.actor for deed in listed if deed.actor)
    return [
        Line(
            at=deed.at,
            who=names.get(deed.actor, deed.actor),
            did=VERBS.get(deed.verb, deed.verb),
            record=RECORDS[deed.kind][0],
            name=(steps or {}).get(deed.name, deed.name) if deed.kind == "step" else deed.name,
            what=WHAT[deed.what],
            mark=deed.kind if deed.kind in marks.MAPS else "",
            before=_state(deed.kind, deed.before),
            after=_state(deed.kind, deed.after),
        )
        for deed in listed
    ]


def _state(kind: str, code: str) -> str:
    """Return the code of a state as the map of marks knows it; a loan keeps a number."""
    if kind != "loan" or not code:
        return code
    return next((word for state, word in STATES.items() if str(int(state)) == code), code)
