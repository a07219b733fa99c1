"""Setting the machinery going again where it has given up."""

from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import outbox
from xindai.kernel.errors import NotFound


@verb("event.retry")
def retry_event(actor: Actor, *, event_id: int) -> None:
    """Let an event that has failed be delivered again with all its attempts; its handlers still act once each.

    Raises NotFound for an event that has not failed or is delivered meanwhile.
    """
    if not outbox.try_again(event_id):
        raise NotFound(_("failed event"), event_id)
