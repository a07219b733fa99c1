"""Collection cases as lists show them: the loan in arrears, the step that waits, the collector."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.recovery import queries
from xindai.recovery.models import Case, Step
from xindai.reporting import loans
from xindai.reporting.loans import LoanLine


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list; amounts in minor units."""

    loan: LoanLine
    state: str
    days_past_due: int
    arrears_minor: int
    step: Mapping[str, str] | None
    collector: str


def cases(actor: Actor) -> "QuerySet[Case]":
    """Return the cases that the actor may see, with their loans' arrears at the last close.

    Adds `days_past_due`, `arrears_minor`, `step` (the {zh, en} name of what waits) and `collector_name`.
    """
    waiting = Step.objects.filter(case=OuterRef("pk"), outcome="").order_by("overdue_days")
    closing = loans.at_close("loan", business_date.last_closed() or date.min)
    arrears = F("penalty_due_minor") + F("interest_due_minor") + F("principal_due_minor")
    return queries.cases(actor).annotate(
        days_past_due=loans.of_close(closing, F("overdue_days"), missing=0),
        arrears_minor=loans.of_close(closing, arrears, missing=0),
        step=Subquery(waiting.values("names")[:1]),
        collector_name=F("collector__display_name"),
    )


def lines(actor: Actor, found: Iterable[Any]) -> list[CaseLine]:
    """Return rows of `cases` with their loans, in two queries."""
    rows = list(found)
    owed = {
        line.no: line for line in loans.lines(actor, loans.loans(actor).filter(pk__in={row.loan_id for row in rows}))
    }
    return [
        CaseLine(
            loan=owed[row.loan.no],
            state=row.state,
            days_past_due=row.days_past_due,
            arrears_minor=row.arrears_minor,
            step=row.step,
            collector=row.collector_name or "",
        )
        for row in rows
    ]
