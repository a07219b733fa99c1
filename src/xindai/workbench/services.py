"""Taking, giving, giving back and putting off an item of work."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from xindai.identity import queries as identity
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import business_date, clock, sql
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict
from xindai.reporting.sla import WorkingClock
from xindai.workbench import queries
from xindai.workbench.models import Handling
from xindai.workbench.queries import Item

LONGEST_SNOOZE_DAYS = 30
"""Where the policy says nothing."""


@verb("work.claim")
def claim(actor: Actor, *, key: str) -> Handling:
    """Take an item that nobody has; taking one's own changes nothing.

    Raises NotFound, NotPermitted, StateConflict naming the colleague who has it.
    """
    found = _locked(actor, key)
    if found.holder_id not in (None, actor.user_id):
        raise StateConflict(
            _("{name} has taken this."),
            remedy=_("Ask them to give it to you, or choose another item."),
            name=_name(found.holder_id),
        )
    return _note(actor, found, assignee_id=actor.user_id)


@verb("work.assign")
def assign(actor: Actor, *, key: str, username: str, note: str = "") -> Handling:
    """Give an item to a colleague who has the right to it; one that somebody else has needs a note why.

    Raises NotFound, NotPermitted, InvalidInput for somebody without the right or a missing note.
    """
    found = _locked(actor, key)
    able = {person.username: person.pk for person in identity.people_with(found.kind.roles, found.branch_id)}
    if username not in able:
        raise InvalidInput(
            "username",
            _("This colleague does not have the right to it in this branch."),
            _("Choose one of those listed."),
        )
    if found.holder_id not in (None, actor.user_id) and not note.strip():
        raise InvalidInput("note", _("A colleague has this already."), _("Say why it changes hands; they can read it."))
    return _note(actor, found, assignee_id=able[username], note=note.strip())


@verb("work.release")
def release(actor: Actor, *, key: str) -> Handling:
    """Give back what one has taken.  Raises NotFound, NotPermitted, StateConflict when it is another's."""
    found = _locked(actor, key)
    if found.holder_id != actor.user_id:
        raise StateConflict(_("You have not taken this."), remedy=_("Only who has taken it gives it back."))
    return _note(actor, found, assignee_id=None)


@verb("work.snooze")
def snooze(actor: Actor, *, key: str, until: date, reason: str) -> Handling:
    """Put an item off to a date; the promise of time runs on.

    Raises NotFound, NotPermitted, StateConflict when it is another's, InvalidInput for the date or a missing reason.
    """
    found = _locked(actor, key)
    if found.holder_id not in (None, actor.user_id):
        raise StateConflict(
            _("{name} has taken this."), remedy=_("Only who has taken it puts it off."), name=_name(found.holder_id)
        )
    today = business_date.to_show()
    last = today + timedelta(days=_longest_days())
    if not today < until <= last:
        raise InvalidInput(
            "until", _("It cannot be put off to this date."), _("Choose a date after today, until {last}."), last=last
        )
    if not reason.strip():
        raise InvalidInput("reason", _("Putting off needs a reason."), _("Say what is being waited for."))
    return _note(actor, found, assignee_id=actor.user_id, snoozed_until=until, snooze_reason=reason.strip())


@verb("work.wake")
def wake(actor: Actor, *, key: str) -> Handling:
    """Take an item up again before the date to which it was put off.  Raises NotFound, NotPermitted, StateConflict."""
    found = _locked(actor, key)
    if found.holder_id not in (None, actor.user_id):
        raise StateConflict(
            _("{name} has taken this."),
            remedy=_("Only who has taken it takes it up again."),
            name=_name(found.holder_id),
        )
    return _note(actor, found, assignee_id=found.holder_id)


def _locked(actor: Actor, key: str) -> Item:
    """The item as it is now; nobody else notes anything about it until the transaction ends."""
    sql.lock(f"item of work {key}")
    found = queries.item(actor, key)
    if not queries.may_act(actor, found.kind, found.branch_id):
        raise NotPermitted(
            found.kind.code,
            _("You do not have the right to this work in this branch."),
            _("Leave it to a colleague who has it."),
        )
    return found


def _note(
    actor: Actor,
    found: Item,
    *,
    assignee_id: int | None,
    note: str = "",
    snoozed_until: date | None = None,
    snooze_reason: str = "",
) -> Handling:
    row = Handling.objects.filter(kind=found.kind.code, ref=found.ref).first()
    row = row or Handling(kind=found.kind.code, ref=found.ref, branch_id=found.branch_id)
    row.assignee_id, row.note = assignee_id, note
    row.snoozed_until, row.snooze_reason = snoozed_until, snooze_reason
    row.by, row.at = actor.label, max(clock.now(), found.since)
    row.save()
    return row


def _name(user_id: int | None) -> str:
    return identity.display_names([user_id]).get(user_id or 0, "")


def _longest_days() -> int:
    working = WorkingClock.today()
    days: int = working.figures.get("longest_snooze_days", LONGEST_SNOOZE_DAYS) if working else LONGEST_SNOOZE_DAYS
    return days
