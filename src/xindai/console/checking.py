"""Kinds of proposals that a second person decides on: with which right, by which verbs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from xindai.identity import checks
from xindai.identity.actors import Actor
from xindai.identity.verbs import may
from xindai.impairment import services as impairment
from xindai.kernel import business_date
from xindai.kernel.errors import NotPermitted
from xindai.reporting.checks import Subject
from xindai.servicing import queries as loans
from xindai.servicing import services as servicing
from xindai.underwriting import queries as recommending
from xindai.underwriting import services as underwriting


@dataclass(frozen=True, slots=True)
class Kind:
    """How proposals of one kind are decided; `approve` and `give_back` take actor, check id, reason and date.

    `basis` tells how the subject stands on a date, by the names that the proposal keeps.
    """

    right: str
    approve: Callable[[Actor, int, str, date], object]
    give_back: Callable[[Actor, int, str, date], object]
    basis: Callable[[Subject, date], Mapping[str, Any]]


def _confirm(actor: Actor, check_id: int, reason: str, on: date) -> object:
    return underwriting.confirm(actor, check_id=check_id, approve=True, reason=reason, on=on)


def _do_not_confirm(actor: Actor, check_id: int, reason: str, on: date) -> object:
    return underwriting.confirm(actor, check_id=check_id, approve=False, reason=reason, on=on)


def _disburse(actor: Actor, check_id: int, reason: str, on: date) -> object:
    return servicing.disburse(actor, check_id=check_id, on=on, reason=reason)


def _refuse_disbursement(actor: Actor, check_id: int, reason: str, _on: date) -> object:
    return servicing.refuse_disbursement(actor, check_id=check_id, reason=reason)


def _write_off(actor: Actor, check_id: int, reason: str, on: date) -> object:
    return impairment.approve_write_off(actor, check_id=check_id, on=on, reason=reason)


def _refuse_write_off(actor: Actor, check_id: int, reason: str, _on: date) -> object:
    return impairment.refuse_write_off(actor, check_id=check_id, reason=reason)


def _of_application(subject: Subject, on: date) -> Mapping[str, Any]:
    return recommending.basis_of(subject.application, on)


def _of_contract(subject: Subject, _on: date) -> Mapping[str, Any]:
    return loans.basis_of_disbursement(subject.contract)


def _of_loan(subject: Subject, _on: date) -> Mapping[str, Any]:
    return loans.basis_of_claim(subject.loan) if subject.loan else {}


KINDS: Final[dict[str, Kind]] = {
    underwriting.CHECK_KIND: Kind("underwriting.confirm", _confirm, _do_not_confirm, _of_application),
    "disbursement": Kind("loan.disburse", _disburse, _refuse_disbursement, _of_contract),
    impairment.CHECK_KIND: Kind("write_off.approve", _write_off, _refuse_write_off, _of_loan),
}


def decided_kinds(actor: Actor) -> tuple[str, ...]:
    """Return the kinds of proposals that the actor may decide on."""
    return tuple(name for name, kind in KINDS.items() if may(actor, kind.right))


def changed_since(check: Any, subject: Subject | None) -> dict[str, tuple[Any, Any]]:
    """Return what of the subject of a waiting proposal is no longer as it was: by name, the value then and now."""
    if check.state != "waiting" or subject is None:
        return {}
    return checks.changed(check, KINDS[check.kind].basis(subject, business_date.to_show()))


def hindrance(actor: Actor, check: Any) -> NotPermitted | None:
    """Return why the actor may not decide, naming whose authority is needed; None when they may."""
    right = KINDS[check.kind].right
    if not may(actor, right):
        return NotPermitted(right)
    try:
        checks.require_second_person(actor, check)
        checks.require_authority(actor, check)
    except NotPermitted as error:
        return error
    return None
