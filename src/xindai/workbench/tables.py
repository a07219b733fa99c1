"""How people want to see their lists, and the files that they take away: verbs and what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor, person_id
from xindai.identity.verbs import verb
from xindai.kernel import audit, clock
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.workbench.models import Export, SavedView, TableSetting

MOST_VIEWS = 12
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """Hidden columns and density of one reader's list."""

    hidden: frozenset[str] = frozenset()
    density: str = TableSetting.Density.COMPACT


def setting_of(actor: Actor, listing: str) -> Setting:
    """How the actor wants to see a list."""
    row = TableSetting.objects.filter(user=actor.user_id, listing=listing).first()
    return Setting() if row is None else Setting(frozenset(row.hidden), row.density)


def views_of(actor: Actor, listing: str) -> list[SavedView]:
    """The actor's views of a list, the oldest first."""
    return list(SavedView.objects.filter(user=actor.user_id, listing=listing).order_by("pk"))


@verb("list.save_view")
def save_view(actor: Actor, *, listing: str, name: str, state: Mapping[str, str]) -> SavedView:
    """Keep filters and sort of a list under a name.

    Raises InvalidInput for a name that is missing or too long, StateConflict for one that is taken or one too many.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidInput(
            "name", _("A view needs a name."), _("Give it one of at most {most} characters."), most=LONGEST_NAME
        )
    views = SavedView.objects.filter(user=actor.user_id, listing=listing)
    if views.filter(name=name).exists():
        raise StateConflict(
            _("You have a view “{name}” already."), field="name", remedy=_("Choose another name."), name=name
        )
    if views.count() >= MOST_VIEWS:
        raise StateConflict(_("A list has at most {most} views."), remedy=_("Delete one first."), most=MOST_VIEWS)
    return SavedView.objects.create(user_id=person_id(actor), listing=listing, name=name, state=dict(state))


@verb("list.update_view")
def update_view(actor: Actor, *, view_id: int, state: Mapping[str, str]) -> SavedView:
    """Let one's own view hold other filters and another sort.  Raises NotFound."""
    row = _own(actor, view_id)
    row.state = dict(state)
    row.save()
    return row


@verb("list.delete_view")
def delete_view(actor: Actor, *, view_id: int) -> None:
    """Delete one's own view.  Raises NotFound."""
    _own(actor, view_id).delete()


@verb("list.set_columns")
def set_columns(actor: Actor, *, listing: str, hidden: Sequence[str], density: str) -> TableSetting:
    """Remember which columns of a list are hidden, and its density.  Raises InvalidInput."""
    if density not in TableSetting.Density.values:
        raise InvalidInput("density", _("This density is not known."), _("Choose compact or comfortable."))
    row = TableSetting.objects.filter(user=actor.user_id, listing=listing).first()
    row = row or TableSetting(user_id=person_id(actor), listing=listing)
    row.hidden, row.density = sorted(set(hidden)), density
    row.save()
    return row


@verb("list.export")
def record_export(
    actor: Actor, *, listing: str, file_format: str, state: Mapping[str, str], columns: Sequence[str], rows: int
) -> Export:
    """Note who takes which rows of a list away, before the file leaves."""
    return Export.objects.create(
        user_id=person_id(actor),
        listing=listing,
        format=file_format,
        state=dict(state),
        columns=list(columns),
        rows=rows,
        at=clock.now(),
        request_id=audit.request_id.get() or "",
    )


def _own(actor: Actor, view_id: int) -> SavedView:
    row = SavedView.objects.select_for_update().filter(pk=view_id, user=actor.user_id).first()
    if row is None:
        raise NotFound(_("saved view"), view_id)
    return row
