"""The life of a policy: imported, reviewed by another person, live from a date."""

from datetime import date
from pathlib import Path

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.queries import is_demonstration
from xindai.identity.verbs import verb
from xindai.kernel import clock
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted
from xindai.policies.errors import UnconfirmedFigures, WrongPolicyState
from xindai.policies.files import fingerprint, load_folder
from xindai.policies.models import PolicyState, PolicyVersion
from xindai.policies.packs import Pack


@verb("policy.import")
def import_pack(actor: Actor, *, folder: Path) -> PolicyVersion:
    """Load a folder of policy files as the next version, a draft; the same files again give the same version.

    Raises PolicyFileInvalid.
    """
    content = load_folder(folder)
    pack, sha256 = content["pack"]["code"], fingerprint(content)
    versions = PolicyVersion.objects.select_for_update().filter(pack=pack)
    latest = versions.order_by("-number").first()
    if latest is not None and latest.sha256 == sha256:
        return latest
    number = versions.aggregate(highest=Max("number"))["highest"] or 0
    return PolicyVersion.objects.create(
        pack=pack,
        number=number + 1,
        content=content,
        sha256=sha256,
        imported_at=clock.now(),
        imported_by_id=actor.user_id,
    )


@verb("policy.review")
def review(actor: Actor, *, version_id: int) -> PolicyVersion:
    """Confirm a draft as a second person.  Raises NotFound, WrongPolicyState, NotPermitted for the importer."""
    version = _locked(version_id, PolicyState.DRAFT)
    if actor.user_id is not None and actor.user_id == version.imported_by_id:
        raise NotPermitted(
            "policy.review",
            _("Who imported a policy cannot review it."),
            remedy=_("Ask another policy manager or a risk manager."),
        )
    version.state = PolicyState.REVIEWED
    version.reviewed_by_id = actor.user_id
    version.reviewed_at = clock.now()
    version.save_versioned()
    return version


@verb("policy.go_live")
def go_live(actor: Actor, *, version_id: int, live_from: date) -> PolicyVersion:
    """Put a reviewed version in force from a date; the version before it ends there.

    Figures that nobody has confirmed keep it back, except in a demonstration bank.
    Raises NotFound, WrongPolicyState, UnconfirmedFigures, InvalidInput for a date not after the last.
    """
    version = _locked(version_id, PolicyState.REVIEWED)
    unconfirmed = Pack(version.pack, version.number, version.content, live_from).unconfirmed()
    if unconfirmed and not is_demonstration():
        raise UnconfirmedFigures(unconfirmed)
    _end_version_before(live_from)
    version.state, version.live_from = PolicyState.LIVE, live_from
    version.save_versioned()
    return version


def _end_version_before(live_from: date) -> None:
    before = PolicyVersion.objects.select_for_update().filter(state=PolicyState.LIVE).order_by("-live_from").first()
    if before is None:
        return
    if before.live_from is not None and before.live_from >= live_from:
        raise InvalidInput(
            "live_from",
            _("The policy {version} is already in force from {date}."),
            _("Give a later date: what was decided under a policy never changes."),
            version=before.label,
            date=before.live_from.isoformat(),
        )
    before.state, before.ended_on = PolicyState.ENDED, live_from
    before.save_versioned()


def _locked(version_id: int, needed: PolicyState) -> PolicyVersion:
    version = PolicyVersion.objects.select_for_update().filter(pk=version_id).first()
    if version is None:
        raise NotFound(_("policy version"), version_id)
    if version.state != needed:
        raise WrongPolicyState(version.label, version.state, needed)
    return version
