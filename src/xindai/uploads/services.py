"""Uploads: taken, their rows noted as they are worked, ended."""

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from xindai.identity import clients
from xindai.identity.actors import Actor, person_id
from xindai.identity.verbs import require, verb
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, XindaiError
from xindai.kernel.ids import uuid7
from xindai.uploads import acts, queries, reading
from xindai.uploads.models import HeldFile, Kind, State, Upload, UploadRow

LONGEST_NAME: Final = 120
HELD_FOR: Final = timedelta(hours=24)
"""How long a file waits to be confirmed before it is removed."""


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was refused: code, field, message and remedy in both languages."""

    code: str
    field: str | None
    message: dict[str, str]
    remedy: dict[str, str] | None

    @classmethod
    def of(cls, error: XindaiError) -> "RowError":
        """The error as it is kept."""
        zh, en = error.as_problem("zh-hans"), error.as_problem("en")
        remedy = {"zh": str(zh["remedy"]), "en": str(en["remedy"])} if "remedy" in en else None
        return cls(error.code, error.field, {"zh": str(zh["title"]), "en": str(en["title"])}, remedy)

    def plain(self) -> dict[str, Any]:
        """The error as JSON writes it."""
        return {"code": self.code, "field": self.field, "message": self.message, "remedy": self.remedy}


@verb("upload.take")
def take(actor: Actor, *, kind: str, file_format: str, content: str) -> Upload:
    """Take a file whose rows are worked one after the other; who sends it must have the right that each row needs.

    Raises InvalidInput for a file that cannot be worked at all, NotPermitted.
    """
    records = _records(actor, kind, file_format, content)
    upload_id = uuid7()
    return Upload.objects.create(
        upload_id=upload_id,
        kind=kind,
        client=clients.running(actor.name) if actor.kind == "client" else None,
        user_id=person_id(actor) if actor.kind == "person" else None,
        sha256=sha256(content.encode()).hexdigest(),
        sealed=vault.sealer(str(upload_id), is_new=True)("\n".join(records)),
        rows=len(records),
        made_at=clock.now(),
    )


@verb("upload.hold")
def hold(actor: Actor, *, kind: str, file_format: str, name: str, content: bytes) -> HeldFile:
    """Read a file and keep it, sealed, until it is confirmed; none of its rows is worked before.

    Raises InvalidInput for a file that cannot be worked at all, NotPermitted.
    """
    text = reading.text_of(content)
    records = _records(actor, kind, file_format, text)
    upload_id, user_id = uuid7(), person_id(actor)
    return HeldFile.objects.create(
        upload_id=upload_id,
        kind=kind,
        user_id=user_id,
        sha256=sha256(text.encode()).hexdigest(),
        sealed=vault.sealer(str(upload_id), is_new=True)("\n".join(records)),
        sealed_name=vault.seal(_of_sender(user_id), name[-LONGEST_NAME:]),
        rows=len(records),
        made_at=clock.now(),
    )


@verb("upload.confirm")
def confirm(actor: Actor, *, upload_id: UUID) -> Upload:
    """Let the rows of a file that waits be worked; confirmed again, it is the upload that it has become.

    Raises NotFound, NotPermitted.
    """
    held = queries.held_files(actor).select_for_update().filter(upload_id=upload_id).first()
    if held is None:
        return queries.upload(actor, upload_id)
    require(actor, acts.RIGHTS[held.kind])
    made = Upload.objects.create(
        upload_id=held.upload_id,
        kind=held.kind,
        user_id=held.user_id,
        sha256=held.sha256,
        sealed=held.sealed,
        sealed_name=held.sealed_name,
        rows=held.rows,
        made_at=clock.now(),
    )
    held.delete()
    return made


@verb("upload.discard")
def discard(actor: Actor, *, upload_id: UUID) -> None:
    """Remove a file that waits to be confirmed, and its key with it.  Raises NotFound."""
    # Locked: the key of a file that becomes an upload meanwhile must stay.
    held = queries.held_file(actor, upload_id, is_locked=True)
    held.delete()
    vault.destroy(str(upload_id))


@verb("upload.drop_held")
def drop_held(actor: Actor) -> int:
    """Remove the files that nobody has confirmed in time; how many they were."""
    over = list(HeldFile.objects.select_for_update().filter(made_at__lt=clock.now() - HELD_FOR))
    for held in over:
        held.delete()
        vault.destroy(str(held.upload_id))
    return len(over)


@verb("upload.settle_row")
def settle_row(
    actor: Actor, *, upload: Upload, number: int, result: str = "", error: RowError | None = None
) -> UploadRow:
    """Note what came of a row, in the transaction of its act."""
    sealed = None
    if error is not None:
        sealed = vault.seal(str(upload.upload_id), json.dumps(error.plain(), ensure_ascii=False))
    return UploadRow.objects.create(
        upload=upload, number=number, is_done=error is None, result=result[:80], sealed_error=sealed, at=clock.now()
    )


@verb("upload.settle_state")
def settle_state(actor: Actor, *, upload: Upload, state: str) -> Upload:
    """Note how far the work is; at its end the rows are emptied out of the file."""
    row = Upload.objects.select_for_update().get(pk=upload.pk)
    row.state = state
    if state in {State.DONE, State.STOPPED}:
        row.ended_at, row.sealed = clock.now(), b""
    row.save()
    return row


def records_of(row: Upload | HeldFile) -> list[str]:
    """The rows of a file that is being worked or waits to be confirmed."""
    return vault.unseal(str(row.upload_id), row.sealed).split("\n") if row.sealed else []


def error_of(row: Upload, noted: UploadRow) -> dict[str, Any] | None:
    """Why a row was refused; None for one that was done."""
    if noted.sealed_error is None:
        return None
    told: dict[str, Any] = json.loads(vault.unseal(str(row.upload_id), noted.sealed_error))
    return told


def name_of(row: Upload | HeldFile) -> str:
    """How the file was called that a person has sent; empty for one that came over the interface."""
    if row.sealed_name is None or row.user_id is None:
        return ""
    return vault.unseal(_of_sender(row.user_id), row.sealed_name)


def _of_sender(user_id: int) -> str:
    """Under this key the names of somebody's files are sealed, so that a list of them needs one key."""
    return f"files of person:{user_id}"


def _records(actor: Actor, kind: str, file_format: str, content: str) -> list[str]:
    """The rows of a file whose sender may do what they ask for.  Raises InvalidInput, NotPermitted."""
    if kind not in Kind.values or file_format not in reading.FORMATS:
        raise InvalidInput(
            "kind", _("Such files are not known."), _("Send one of the kinds and formats that are described.")
        )
    require(actor, acts.RIGHTS[kind])
    return reading.records(kind, file_format, content)
