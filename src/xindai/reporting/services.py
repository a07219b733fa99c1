"""What the end of day keeps for the dashboards, so that no page sums over a whole book."""

from datetime import date
from typing import Final

from xindai.identity.actors import Actor
from xindai.identity.verbs import verb
from xindai.kernel import sql
from xindai.kernel.models import BusinessDay
from xindai.reporting.models import BookSlice, KeptClose
from xindai.reporting.portfolio import sums

_AT_ONCE: Final = 100
"""So many closes are made up for by one call."""


@verb("figures.keep")
def keep_figures(actor: Actor) -> int:
    """Keep the figures of the closes that have none yet, the earliest first, a hundred at most; how many were kept.

    Asked again it does the rest, and then nothing: day rows of a close never change.
    """
    sql.lock("figures of closes")
    kept = KeptClose.objects.order_by("-on").values_list("on", flat=True).first()
    closed = BusinessDay.objects.filter(is_open=False, on__gt=kept or date.min)
    days = list(closed.order_by("on").values_list("on", flat=True)[:_AT_ONCE])
    for on in days:
        BookSlice.objects.bulk_create(
            BookSlice(on=row.pop("business_date"), branch_id=row.pop("branch"), **row)
            for row in sums([on], by_branch=True)
        )
    KeptClose.objects.bulk_create(KeptClose(on=on) for on in days)
    return len(days)
