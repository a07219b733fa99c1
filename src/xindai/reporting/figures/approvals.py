"""Approvals: of the applications that came in within two years, how many were approved, taken up, and paid out.

Approval rate = approved / decided; take-up rate = contracts signed / approved; disbursement rate = loans paid out /
contracts signed.  By the tier of the offer and by the channel.  What was approved is told by the last decision, so an
application that was withdrawn after its approval counts as approved and not as taken up.

Time to yes = from submission to the decision of the approved ones, by the clock: the time within which half (the
median) and nine in ten of them were told, beside the time that was promised.  A promise is kept when the decision came
by the promised moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
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
    """Return the outcomes by tier or channel; in one query."""
    found = {}
    sums = {step: Count("pk", filter=condition) for step, condition in STEPS.items()}
    yes = STEPS["approved"]
    times = {
        "half": PercentileOf("took", per_cent=50, filter=yes),
        "nine_in_ten": PercentileOf("took", per_cent=90, filter=yes),
        "promised": PercentileOf("promise", per_cent=50, filter=yes),
    }
    rows = _received(view, Application.objects.all())
    for row in rows.values(group=F(BY[by])).annotate(submitted=Count("pk"), **sums, **times).order_by("group"):
        counts = {"submitted": row["submitted"]} | {step: row[step] for step in STEPS}
        found[row["group"] or ""] = Outcome(counts, row["half"], row["nine_in_ten"], row["promised"])
    return found


def behind(view: View, *, by: str, group: str, step: str) -> Behind:
    """Return the applications of a tier or channel, or all, that came so far."""
    rows: Any = _received(view, applications.applications(view.actor))
    if group != ALL:
        rows = rows.filter(**{BY[by]: group})
    if step in STEPS:
        rows = rows.filter(STEPS[step])

    def tell() -> Tally:
        return Tally(sum(one.counts[step] for code, one in outcomes(view, by).items() if group in (ALL, code)))

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
