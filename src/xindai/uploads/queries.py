"""What is known of uploads."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.kernel.errors import NotFound
from xindai.uploads.models import HeldFile, State, Upload, UploadRow


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows of an upload were done and how many refused."""

    done: int
    failed: int


def uploads(actor: Actor) -> "QuerySet[Upload]":
    """What the actor has sent, nobody else's."""
    rows = Upload.objects.order_by("pk")
    if actor.kind == "client":
        return rows.filter(client__client_id=actor.name)
    return rows.filter(user=actor.user_id) if actor.user_id is not None else rows.none()


def upload(actor: Actor, upload_id: UUID) -> Upload:
    """One of them.  Raises NotFound."""
    found = uploads(actor).filter(upload_id=upload_id).first()
    if found is None:
        raise NotFound(_("upload"), upload_id, remedy=_("Check its number; only who sent it sees it."))
    return found


def same_before(held: HeldFile) -> Upload | None:
    """The last upload of the same sender with the very same content."""
    same = Upload.objects.filter(user=held.user_id, kind=held.kind, sha256=held.sha256)
    return same.order_by("-pk").first()


def held_files(actor: Actor) -> "QuerySet[HeldFile]":
    """Files that the actor has chosen and not yet confirmed, the oldest first."""
    return HeldFile.objects.filter(user=actor.user_id).order_by("pk")


def held_file(actor: Actor, upload_id: UUID, *, is_locked: bool = False) -> HeldFile:
    """One of them, ``is_locked`` until the end of the transaction.  Raises NotFound."""
    rows = held_files(actor).select_for_update() if is_locked else held_files(actor)
    found = rows.filter(upload_id=upload_id).first()
    if found is None:
        raise NotFound(
            _("file to be confirmed"),
            upload_id,
            remedy=_(
                "It was confirmed or discarded, or waited for too long. Look at your uploads, or choose it again."
            ),
        )
    return found


def progress(uploads: Iterable[Upload]) -> dict[int, Progress]:
    """How far the work on each has come."""
    keys = [row.pk for row in uploads]
    counted = UploadRow.objects.filter(upload__in=keys).values("upload_id")
    found = {
        row["upload_id"]: Progress(row["done"], row["failed"])
        for row in counted.annotate(
            done=Count("pk", filter=Q(is_done=True)), failed=Count("pk", filter=Q(is_done=False))
        )
    }
    return {key: found.get(key, Progress(0, 0)) for key in keys}


def rows(row: Upload) -> "QuerySet[UploadRow]":
    """What came of the rows, in their order."""
    return UploadRow.objects.filter(upload=row).order_by("number")


def to_work() -> "QuerySet[Upload]":
    """Uploads whose work is not done, the first sent first."""
    return (
        Upload.objects.select_related("client", "user").filter(state__in=[State.WAITING, State.WORKING]).order_by("pk")
    )


def last_row(row: Upload) -> int:
    """The number of the last row that was worked; 0 before the first."""
    found = UploadRow.objects.filter(upload=row).order_by("-number").values_list("number", flat=True).first()
    return found or 0
