"""Uploads: taken, their rows noted as they are worked, ended."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from xindai.identity import clients
from xindai.identity.actors import Actor, person_id
from xindai.identity.verbs import require, verb
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, XindaiError
from xindai.kernel.ids import uuid7
from xindai.uploads import acts, reading
from xindai.uploads.models import Kind, State, Upload, UploadRow


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
    if kind not in Kind.values or file_format not in reading.FORMATS:
        raise InvalidInput(
            "kind", _("Such files are not known."), _("Send one of the kinds and formats that are described.")
        )
    require(actor, acts.RIGHTS[kind])
    records = reading.records(kind, file_format, content)
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


def records_of(row: Upload) -> list[str]:
    """The rows of a file that is being worked."""
    return vault.unseal(str(row.upload_id), row.sealed).split("\n") if row.sealed else []


def error_of(row: Upload, noted: UploadRow) -> dict[str, Any] | None:
    """Why a row was refused; None for one that was done."""
    if noted.sealed_error is None:
        return None
    told: dict[str, Any] = json.loads(vault.unseal(str(row.upload_id), noted.sealed_error))
    return told
