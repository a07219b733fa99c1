"""Service tiers: how many customers stand in each, and how they moved within a year.

A customer's tier at a date is that of the class in force then.  Migration compares two dates; a customer without a
class at the earlier one is new.
"""

from datetime import date
from typing import Any, Final

from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xindai.classification.models import CustomerClass
from xindai.customers.queries import visible
from xindai.reporting.figures.view import Behind, Definition, Tally, View

TIERS: Final = ("premium", "standard", "prospective")
NEW: Final = "new"
STARTS: Final = (*TIERS, NEW)

MIGRATION: Final = Definition(
    _("Service tiers and their migration"),
    _(
        "Customers by the service tier of their class in force, and the tier that they had at the earlier date. New are customers who had no class then."
    ),
    _("History of the customers' classes"),
)


def migration(view: View, since: date) -> dict[tuple[str, str], Tally]:
    """Return how many customers went from which tier (or from none) to which; in one query."""
    rows = _standing(view, since).values("was", "now").annotate(count=Count("pk")).order_by("was", "now")
    return {(row["was"], row["now"]): Tally(row["count"]) for row in rows}


def behind(view: View, *, since: date, was: str = "", now: str = "") -> Behind:
    """Return the customers who went from one tier to another, or all of the earlier or the later one."""
    chosen = {key: value for key, value in (("was", was), ("now", now)) if value}

    def tell() -> Tally:
        moved = migration(view, since).items()
        return sum((one for (start, end), one in moved if was in ("", start) and now in ("", end)), Tally())

    return Behind(MIGRATION, _standing(view, since).filter(**chosen), tell, view.as_of)


def _standing(view: View, since: date) -> "QuerySet[Any, Any]":
    customers: Any = visible(view.actor)
    if view.branch_id is not None:
        customers = customers.filter(branch_id=view.branch_id)
    was = Coalesce(Subquery(_tier_at(since)), Value(NEW), output_field=CharField())
    found: QuerySet[Any, Any] = customers.annotate(now=Subquery(_tier_at(view.as_of)), was=was)
    return found.filter(now__isnull=False)


def _tier_at(on: date) -> Any:
    held = CustomerClass.objects.filter(customer=OuterRef("pk"), effective_from__lte=on)
    return held.order_by("-effective_from", "-pk").values("tier")[:1]
