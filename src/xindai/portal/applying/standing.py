"""Where an application stands: its stages, who acts next, by when, and what its applicant may do meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from xindai.applications import queries as applications
from xindai.applications.models import OPEN_STATES, Application, State
from xindai.contracts import queries as contracts
from xindai.contracts.models import State as ContractState
from xindai.customers.queries import Shown
from xindai.identity.actors import Actor
from xindai.portal import words
from xindai.reporting import own
from xindai.reporting.own import OwnApplication

US: Final = _("We")
YOU: Final = _("You")


@dataclass(frozen=True)
class Next:
    """Who acts next, what they do, by when (where it is promised), and what the applicant may do meanwhile."""

    who: words.Text
    what: words.Text
    by: datetime | date | None
    meanwhile: words.Text


@dataclass(frozen=True)
class Stage:
    """A step of the way: done (with its time), now, or still to come."""

    name: words.Text
    state: str
    at: datetime | date | None = None


@dataclass(frozen=True)
class Stands:
    """An application as its own applicant sees it."""

    own: OwnApplication
    standing: words.Standing
    next: Next | None
    stages: tuple[Stage, ...]
    may_withdraw: bool
    purpose_statement: str
    offer: Any
    has_contract: bool
    is_decided: bool

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Why it was refused, in plain words and - where they say more - the policy's."""
        return [
            {
                "plain": words.reason(one.rule),
                "text": one.text if one.is_decisive or not words.reason(one.rule) else None,
            }
            for one in self.own.reasons
        ]

    @property
    def help(self) -> list[words.Text]:
        """What would help, each said once."""
        return list(dict.fromkeys(words.advice(one.rule) for one in self.own.reasons))


def of(actor: Actor, customer: Shown, no: str) -> Stands:
    """An application of the borrower's own.  Raises NotFound for anybody else's."""
    row = applications.own(actor, no)
    told = next(one for one in own.applications(customer) if one.no == no)
    contract = contracts.contract_of(row.pk) if row.state == State.CONTRACTED else None
    signed_on, paid_on = (None, None) if contract is None else (contract.signed_on, contract.disbursed_on)
    return Stands(
        told,
        words.standing(row.state),
        _next(row, contract.state if contract else ""),
        _stages(row, signed_on, paid_on),
        row.state in OPEN_STATES,
        row.purpose_statement,
        row.offer if row.state in {State.APPROVED, State.CONTRACTED} else None,
        contract is not None,
        row.decided_at is not None,
    )


CALL: Final = _("You may take the application back, or call your branch.")
NEXT: Final[dict[str, tuple[words.Text, words.Text, words.Text]]] = {
    State.DRAFT: (US, _("Your branch completes the application with you."), CALL),
    State.SUBMITTED: (US, _("We look at what you told us and give you our answer."), CALL),
    State.REFERRED: (US, _("A person looks at your application and gives you our answer."), CALL),
    State.APPROVED: (
        YOU,
        _("Read our offer, and accept it or take the application back."),
        _("Ask your branch what is not clear to you. After this day a new offer is needed."),
    ),
}
NEXT_OF_CONTRACT: Final[dict[str, tuple[words.Text, words.Text, words.Text]]] = {
    ContractState.DRAWN_UP: (
        YOU,
        _("Read the contract and sign it."),
        _("Ask your branch what is not clear to you."),
    ),
    ContractState.SIGNED: (
        US,
        _("We close the conditions and pay the money out."),
        _("Hand in what the contract still asks for."),
    ),
}
"""Who acts next, what they do, and what the applicant may do meanwhile, by state."""


def _next(row: Application, contract_state: str) -> Next | None:
    """Who acts next; None where the way has ended."""
    found = NEXT.get(row.state) or NEXT_OF_CONTRACT.get(contract_state)
    if found is None:
        return None
    who, what, meanwhile = found
    by: datetime | date | None = row.promised_by if row.state in {State.SUBMITTED, State.REFERRED} else None
    if row.state == State.APPROVED and row.offer is not None:
        by = row.offer.valid_until
    return Next(who, what, by, meanwhile)


def _stages(row: Application, signed_on: date | None, paid_on: date | None) -> tuple[Stage, ...]:
    """The way from handing in to the money; it ends early where there is no loan."""
    stages = [_stage(_("Handed in"), row.submitted_at, is_now=row.state == State.DRAFT)]
    if row.state == State.WITHDRAWN:
        return (*stages, Stage(_("Taken back"), "done"))
    deciding = row.state in {State.SUBMITTED, State.REFERRED}
    stages.append(_stage(_("Decision"), row.decided_at, is_now=deciding))
    if row.state == State.REFUSED:
        return tuple(stages)
    agreed = row.state in {State.APPROVED, State.CONTRACTED}
    stages.append(_stage(_("Signature of the contract"), signed_on, is_now=agreed and signed_on is None))
    stages.append(_stage(_("Payout"), paid_on, is_now=signed_on is not None and paid_on is None))
    return tuple(stages)


def _stage(name: words.Text, at: datetime | date | None, *, is_now: bool) -> Stage:
    return Stage(name, "done" if at is not None else "now" if is_now else "later", at)
