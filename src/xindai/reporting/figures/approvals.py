"""Approvals: of the applications that came in within two years, how many were approved, taken up, and paid out.

Approval rate = approved / decided; take-up rate = contracts signed / approved; disbursement rate = loans paid out /
contracts signed.  By the tier of the offer and by the channel.  What was approved is told by the last decision, so an
application that was withdrawn after its approval counts as approved and not as taken up.

Time to yes = from submission to the decision of the approved ones, by the clock: the time within which half (the
median) and nine in ten of them were told, beside the time that was promised.  A promise is kept when the decision came
by the promised moment.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.utils.translation import gettext_lazy as _

from xindai.applications.models import Application, State
from xindai.contracts.models import Contract
from xindai.kernel.sql import PercentileOf
from xindai.reporting import applications
from xindai.reporting.figures.view import Behind, Definition, Tally, View, add_months, first_of_month, within
from xindai.servicing.models import Loan
from xindai.underwriting.models import Decision

MONTHS: Final = 24
BY: Final = {"tier": "offer__tier", "channel": "channel"}
ALL: Final = "all"

RATES: Final = Definition(
    _("Approval, take-up and disbursement"),
    _(
        "Of the applications submitted within the last 24 months: approved of those decided, signed of those approved, paid out of those signed."
    ),
    _("Applications with their decisions, contracts and loans"),
)
TIME: Final = Definition(
    _("Time to yes"),
    _(
        "Time by the clock from submission to the decision, of the approved applications: the time within which half and nine in ten were told, beside what was promised."
    ),
    _("Applications: submitted, promised and decided"),
)

STEPS: Final[Mapping[str, Q]] = {
    "decided": Q(said__in=["approve", "refuse"]),
    "approved": Q(said="approve"),
    "signed": Q(said="approve", is_signed=True),
    "paid_out": Q(said="approve", is_signed=True, is_paid_out=True),
    "kept": Q(said="approve", decided_at__lte=F("promised_by")),
}
"""How far an application came."""

IN_TIME: Final = Case(When(decided_at__lte=F("promised_by"), then=True), default=False)

Way = tuple[str, bool, bool, bool]
"""What was said of an application, and whether it was signed, paid out, and decided in time."""

CAME: Final[Mapping[str, Callable[[Way], bool]]] = {
    "submitted": lambda _way: True,
    "decided": lambda way: way[0] in ("approve", "refuse"),
    "approved": lambda way: way[0] == "approve",
    "signed": lambda way: way[:2] == ("approve", True),
    "paid_out": lambda way: way[:3] == ("approve", True, True),
    "kept": lambda way: way[0] == "approve" and way[3],
}
"""The same steps of a count by ways: the database then looks for the last decision of each application once."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many applications of one tier or channel came how far, and their times to the decision."""

    counts: Mapping[str, int]
    half: timedelta | None
    nine_in_ten: timedelta | None
    promised: timedelta | None


def first_day(as_of: date) -> date:
    """Return the first day of the 24 months that end with the view's month."""
    return add_months(first_of_month(as_of), 1 - MONTHS)


def outcomes(view: View, by: str) -> dict[str, Outcome]:
    """Return the outcomes by tier or channel."""
    times = {
        "half": PercentileOf("took", per_cent=50),
        "nine_in_ten": PercentileOf("took", per_cent=90),
        "promised": PercentileOf("promise", per_cent=50),
    }
    approved = _received(view, Application.objects.all()).filter(STEPS["approved"])
    rows = approved.values(group=F(BY[by])).annotate(**times).order_by("group")
    times_of = {row["group"] or "": (row["half"], row["nine_in_ten"], row["promised"]) for row in rows}
    return {
        group: Outcome(of_group, *times_of.get(group, (None, None, None)))
        for group, of_group in _counts(view, by).items()
    }


def _counts(view: View, by: str) -> dict[str, Counter[str]]:
    """Return how many applications of each tier or channel came how far; in one query."""
    found: dict[str, Counter[str]] = {}
    ways = _received(view, Application.objects.all()).annotate(is_in_time=IN_TIME)
    ways = ways.values("said", "is_signed", "is_paid_out", "is_in_time", group=F(BY[by]))
    for row in ways.annotate(number=Count("pk")).order_by("group"):
        way = (row["said"], row["is_signed"], row["is_paid_out"], row["is_in_time"])
        counts = found.setdefault(row["group"] or "", Counter())
        counts.update({step: row["number"] for step, came in CAME.items() if came(way)})
    return found


def behind(view: View, *, by: str, group: str, step: str) -> Behind:
    """Return the applications of a tier or channel, or all, that came so far."""
    rows: Any = _received(view, applications.applications(view.actor))
    if group != ALL:
        rows = rows.filter(**{BY[by]: group})
    if step in STEPS:
        rows = rows.filter(STEPS[step])

    def tell() -> Tally:
        return Tally(sum(counts[step] for code, counts in _counts(view, by).items() if group in (ALL, code)))

    return Behind(RATES, rows, tell, view.as_of)


def behind_time(view: View, *, by: str, group: str) -> Behind:
    """Return the approved applications of a tier or channel, whose times the figures are taken of."""
    found = behind(view, by=by, group=group, step="approved")
    return Behind(TIME, found.rows, found.tell, found.on)


def _received(view: View, rows: "QuerySet[Application]") -> "QuerySet[Any]":
    """Return the applications submitted within the window, each with how far it came by the view's close."""
    last = Decision.objects.filter(application=OuterRef("pk"), decided_on__lte=view.as_of).order_by("-pk")
    signed = Contract.objects.filter(application=OuterRef("pk"), signed_on__lte=view.as_of)
    paid_out = Loan.objects.filter(contract__application=OuterRef("pk"), disbursed_on__lte=view.as_of)
    received = rows.exclude(state=State.DRAFT).filter(within("submitted_on", first_day(view.as_of), view.as_of))
    return view.rows(received).annotate(
        said=Subquery(last.values("outcome")[:1]),
        is_signed=Exists(signed),
        is_paid_out=Exists(paid_out),
        took=ExpressionWrapper(F("decided_at") - F("submitted_at"), output_field=DurationField()),
        promise=ExpressionWrapper(F("promised_by") - F("submitted_at"), output_field=DurationField()),
    )
