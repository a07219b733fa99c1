"""Uploads worked row by row: each row in a transaction of its own, with what came of it.

A kill leaves a row undone or done; a rerun goes on with the next.  Two workers do not work on one upload.
"""

from typing import Final

from django.db import transaction

from xindai.identity import tokens
from xindai.identity.actors import Actor
from xindai.kernel import sql
from xindai.kernel.errors import XindaiError
from xindai.uploads import acts, queries, reading, services
from xindai.uploads.models import State, Upload

_ACTOR: Final = Actor.system("uploads")


def run() -> int:
    """Work all uploads that wait; how many rows were worked.  To be repeated at will.

    What nobody has confirmed in time is removed.
    """
    services.drop_held(_ACTOR)
    return sum(_work(upload) for upload in queries.to_work())


def _work(upload: Upload) -> int:
    """Work an upload to its end."""
    sender = _sender(upload)
    if sender is None:
        services.settle_state(_ACTOR, upload=upload, state=State.STOPPED)
        return 0
    if upload.state == State.WAITING:
        services.settle_state(_ACTOR, upload=upload, state=State.WORKING)
    worked = 0
    for number, record in enumerate(services.records_of(upload), start=1):
        is_new = _work_row(upload, sender, number, record)
        if is_new is None:
            return worked
        worked += is_new
    services.settle_state(_ACTOR, upload=upload, state=State.DONE)
    return worked


@transaction.atomic
def _work_row(upload: Upload, sender: Actor, number: int, record: str) -> bool | None:
    """Work a row that has not been worked; None when another worker is at the upload."""
    if not sql.try_lock(f"upload {upload.pk}"):
        return None
    if number <= queries.last_row(upload):
        return False
    result, error = "", None
    try:
        with transaction.atomic():
            result = acts.do(sender, upload.kind, reading.row_of(upload.kind, record))
    except XindaiError as refused:
        error = services.RowError.of(refused)
    services.settle_row(_ACTOR, upload=upload, number=number, result=result, error=error)
    return True


def _sender(upload: Upload) -> Actor | None:
    """Who sent the upload, with the rights of today; None when they may no longer act."""
    if upload.client is not None:
        return tokens.actor_of(upload.client) if upload.client.ended_at is None else None
    return Actor.of(upload.user) if upload.user is not None and upload.user.is_active else None
