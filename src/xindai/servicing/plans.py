"""The rows of a loan's plan, kept so that a day finds what closes and falls due without any replay."""

from collections.abc import Iterable
from datetime import date

from django.db import models

from loanmath import PlanRow
from loanmath.schedule import next_row
from loanmath.steps import NextRow
from xindai.servicing.models import Instalment, Loan


def lay_down(loan: Loan, rows: Iterable[PlanRow], on: date, plan_version: int = 1) -> None:
    """Write a whole plan, in force from this day's events on."""
    Instalment.objects.bulk_create(
        Instalment(
            loan=loan,
            part=loan.part,
            plan_version=plan_version,
            in_force_from=on,
            number=row.number,
            accrual_from=row.accrual_from,
            accrual_to=row.accrual_to,
            due_on=row.due_on,
            opening_minor=row.opening_minor,
            principal_minor=row.principal_minor,
            interest_minor=row.interest_minor,
            accrued_minor=row.accrued_minor,
            capitalised_minor=row.capitalised_minor,
            **_accrual(row),
        )
        for row in rows
    )


def _accrual(row: PlanRow) -> dict[str, int]:
    """What the row accrues on when it begins; a row without days accrues nothing."""
    start = next_row(row, row.segments[0]) if row.working.segments else NextRow(0, 0, row.working.denominator, row.code)
    return {
        "accrual_base_minor": start.base_minor,
        "accrual_rate_ppb": start.rate_ppb,
        "accrual_divisor": start.divisor,
        "accrual_code": start.code,
    }


def replace(loan: Loan, rows: tuple[PlanRow, ...], on: date) -> None:
    """End the plan in force and write the new one, unless the two are the same."""
    in_force = list(Instalment.objects.filter(loan=loan, in_force_until=None).order_by("number"))
    if [_amounts(row) for row in in_force] == [_amounts(row) for row in rows]:
        return
    Instalment.objects.filter(loan=loan, in_force_until=None).update(in_force_until=on)
    lay_down(loan, rows, on, plan_version=1 + max(row.plan_version for row in in_force))


def _amounts(row: PlanRow | Instalment) -> tuple[int, date, date, int, int]:
    return row.number, row.accrual_to, row.due_on, row.principal_minor, row.interest_minor


def rows_of_day(part: int, on: date) -> list[Instalment]:
    """Rows of a part's loans whose period ends or begins or that fall due on this day, as planned before the day began."""
    planned_before = models.Q(in_force_from__lt=on) & (models.Q(in_force_until=None) | models.Q(in_force_until__gte=on))
    moves_today = models.Q(accrual_to=on) | models.Q(accrual_from=on) | models.Q(due_on=on)
    return list(Instalment.objects.filter(planned_before, moves_today, part=part))
