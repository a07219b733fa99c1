"""Handing in a document with an application of one's own."""

import hashlib
from typing import Final

from django.utils.translation import gettext_lazy as _

from xindai.applications import queries as applications
from xindai.applications.models import State
from xindai.customers import queries as customers
from xindai.documents import kinds, store
from xindai.documents.models import Document
from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import clock, sql, vault
from xindai.kernel.errors import StateConflict
from xindai.kernel.texts import is_line

MOST: Final = 20
"""So many files belong to one application at most."""
LONGEST_NAME: Final = 120
ENDED: Final = frozenset({State.REFUSED, State.WITHDRAWN})


@verb("document.hand_in")
def hand_in(actor: Actor, *, application_no: str, kind: str, name: str, content: bytes) -> Document:
    """Keep a file of the borrower's own application; the same file handed in twice is kept once.

    Raises NotFound for anybody else's application, InvalidInput for a file of another kind or too large, StateConflict
    for an application that has ended or has as many files as it may.
    """
    application = applications.own(actor, application_no)
    media_type = kinds.media_type(content)
    sql.lock(f"documents {application.pk}")
    sha256 = hashlib.sha256(content).hexdigest()
    rows = Document.objects.filter(application=application)
    before = rows.filter(sha256=sha256).first()
    if before is not None:
        return before
    if application.state in ENDED:
        raise StateConflict(
            _("This application has ended."), field="file", remedy=_("Hand the document in with a new application.")
        )
    if rows.count() >= MOST:
        raise StateConflict(
            _("This application has {most} documents, as many as it may."),
            field="file",
            remedy=_("Put pages of one document into one file, or ask your branch."),
            most=MOST,
        )
    subject = customers.subject_of(application.customer_id)
    return Document.objects.create(
        application=application,
        customer_id=application.customer_id,
        branch_id=application.branch_id,
        kind=kind,
        sealed_name=vault.seal(subject, _name(name)),
        media_type=media_type,
        size=len(content),
        sha256=sha256,
        stored=store.keep(subject, content),
        handed_in_at=clock.now(),
    )


def _name(name: str) -> str:
    """The last part of a file's name, without what cannot be shown on one line."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()[-LONGEST_NAME:]
    return last if last and is_line(last) else "-"
