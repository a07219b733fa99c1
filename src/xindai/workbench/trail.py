"""Reading what the audit trail keeps sealed: with a reason, noted before it is shown."""

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor, person_id
from xindai.identity.verbs import verb
from xindai.kernel import audit, clock, vault
from xindai.kernel.errors import InvalidInput, NotFound
from xindai.workbench.models import Reveal

SEALED = "sealed_"


@verb("audit.reveal")
def reveal(actor: Actor, *, key: str, field: str, reason: str) -> str:
    """The sealed value of a recorded change, as it was after the change.

    Raises NotFound for a change, a field or a key that is not there, InvalidInput without a reason.
    """
    if not reason.strip():
        raise InvalidInput("reason", _("Reading it needs a reason."), _("Say what it is needed for; it is kept."))
    label, _colon, number = key.partition(":")
    found = audit.record(label, int(number), actor.branch_ids) if number.isascii() and number.isdigit() else None
    subject = getattr(found[1], "subject_id", None) if found else None
    sealed = getattr(found[1], field, None) if found and field.startswith(SEALED) else None
    if subject is None or sealed is None:
        raise NotFound(_("sealed value"), f"{key} {field}")
    Reveal.objects.create(
        user_id=person_id(actor),
        model=label,
        record=int(number),
        field=field,
        reason=reason.strip(),
        at=clock.now(),
        request_id=audit.request_id.get() or "",
    )
    return vault.unseal(subject, sealed)
