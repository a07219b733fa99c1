"""Four eyes: what one person proposes, another one with enough authority confirms or returns.

Building blocks for the verbs of the floors above; the database itself refuses a checker who is
the maker.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, AuthorityLimit, Check, CheckState
from xindai.identity.roles import Role
from xindai.kernel import clock, versions
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict
from xindai.kernel.memo import read_once
from xindai.kernel.standing import kept_while_unchanged
from xindai.kernel.transactions import held, hold

BASIS: Final = "basis"
"""Where a proposal keeps how its subject stood when it was made."""


class StaleCheck(StateConflict):
    """The subject of a proposal is no longer as it was when the proposal was made."""

    code = "stale_check"

    def __init__(self, subject_no: str) -> None:
        super().__init__(
            _("“{subject}” has changed since this was asked for; what was proposed can no longer be approved."),
            remedy=_("Look at what has changed and return the proposal: whoever made it can ask again."),
            subject=subject_no,
        )


def request(
    actor: Actor,
    kind: str,
    subject_kind: str,
    subject_no: str,
    payload: Mapping[str, Any] | None = None,
    amount_minor: int = 0,
    currency: str = "CNY",
    branch_id: int | None = None,
    basis: Mapping[str, Any] | None = None,
) -> Check:
    """Put a proposal before a second person.

    ``basis`` is how the subject stands now, by name: codes, dates and amounts.  What is approved later must still
    stand like this (see ``decide``).
    Raises StateConflict when the same kind of proposal already waits for the subject.
    """
    waiting = Check.objects.filter(
        kind=kind, subject_kind=subject_kind, subject_no=subject_no, state=CheckState.WAITING
    )
    if waiting.exists():
        raise StateConflict(
            _("“{subject}” already waits for its second person."),
            remedy=_("Let it be decided first."),
            subject=subject_no,
        )
    check = Check.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_no=subject_no,
        branch_id=branch_id,
        payload=dict(payload or {}) | ({BASIS: dict(basis)} if basis is not None else {}),
        amount_minor=amount_minor,
        currency=currency,
        maker_id=actor.user_id,
        maker_client=ApiClient.objects.get(client_id=actor.name) if actor.kind == "client" else None,
        requested_at=clock.now(),
    )
    return hold(("check", check.pk), check)


def decide(
    actor: Actor, check_id: int, approve: bool, reason: str = "", basis: Callable[[], Mapping[str, Any]] | None = None
) -> Check:
    """Approve or return a proposal as its second person.

    ``basis`` tells how the subject stands now: nothing is approved that has changed since it was asked for, it can only
    be returned.  Raises NotFound; StateConflict when it has been decided; StaleCheck; NotPermitted for the maker, for
    another branch and when the amount is above the actor's authority (it names whose is needed);
    InvalidInput when a return has no reason.
    """
    name = ("check", check_id)
    rows = Check.objects.select_for_update(of=("self",)).filter(pk=check_id)
    check: Check | None = held(name) or hold(name, rows.first())
    if check is None or not _sees(actor, check):
        raise NotFound(_("check"), check_id)
    versions.compare(name, check)
    if check.state != CheckState.WAITING:
        raise StateConflict(_("This has already been decided."), remedy=_("Load the list again."))
    require_second_person(actor, check)
    require_authority(actor, check)
    if approve and basis is not None and changed(check, basis()):
        raise StaleCheck(check.subject_no)
    if not approve and not reason.strip():
        raise InvalidInput("reason", _("A return needs a reason."), _("Say what has to be put right."))
    check.state = CheckState.APPROVED if approve else CheckState.RETURNED
    check.checker_id, check.reason, check.decided_at = actor.user_id, reason.strip(), clock.now()
    check.save()
    return check


def changed(check: Check, basis: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What of the subject is not as it was when the proposal was made: by name, the value then and now."""
    then: Mapping[str, Any] = check.payload.get(BASIS, {})
    return {name: (value, basis.get(name)) for name, value in then.items() if value != basis.get(name)}


def require_second_person(actor: Actor, check: Check) -> None:
    """Raise NotPermitted when the actor has made the proposal or is not a person."""
    if actor.user_id is None or actor.user_id == check.maker_id:
        raise NotPermitted(
            f"check.{check.kind}",
            _("Whoever proposes may not confirm."),
            _("Ask another person with this authority."),
        )


def require_person(actor: Actor, right: str) -> None:
    """Raise NotPermitted for a program: some acts are somebody's own judgement or duty, under their own name."""
    if actor.kind == "client":
        raise NotPermitted(
            right, _("Only a person may do this: {right}."), _("Let a colleague with the role sign in and do it.")
        )


def require_authority(actor: Actor, check: Check) -> None:
    """Raise NotPermitted, naming the roles whose authority is needed, when no role of the actor reaches the amount."""
    able = able_roles(check.kind, check.currency, check.amount_minor)
    held = {role for role, branch_id in actor.grants if branch_id is None or check.branch_id in (None, branch_id)}
    if held.isdisjoint(able):
        raise NotPermitted(
            f"check.{check.kind}",
            _("This is above your limit of authority; it needs: {roles}."),
            _("Ask somebody with that authority."),
            roles=", ".join(str(role.label) for role in able) or _("a role with a higher limit"),
        )


@read_once
@kept_while_unchanged(AuthorityLimit)
def able_roles(kind: str, currency: str, amount_minor: int) -> list[Role]:
    """The roles whose limit of authority reaches the amount, the smallest limit first."""
    limits = AuthorityLimit.objects.filter(kind=kind, currency=currency, amount_minor__gte=amount_minor)
    return [Role(role) for role in limits.order_by("amount_minor").values_list("role", flat=True)]


def _sees(actor: Actor, check: Check) -> bool:
    return check.branch_id is None or actor.branch_ids is None or check.branch_id in actor.branch_ids
