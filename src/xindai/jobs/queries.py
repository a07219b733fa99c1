"""What has been run, and where an end of day stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.jobs.models import EodFailure, EodRun
from xindai.kernel import business_date
from xindai.kernel.errors import StateConflict
from xindai.servicing.parts import part_count

SEAL: Final = "seal"
PART: Final = "part"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an end of day: ``part`` is the number of a part; ``state`` is done, failed or open.

    ``at`` says when it was done or has failed the last time, ``failure`` why.
    """

    code: str
    part: int | None
    state: str
    at: datetime | None
    failure: str


def runs(on: date) -> QuerySet[EodRun]:
    """The parts of a business date that are closed, by their number."""
    return EodRun.objects.filter(business_date=on).order_by("part")


def failures(on: date) -> QuerySet[EodFailure]:
    """What has failed at the end of a date, the latest first."""
    return EodFailure.objects.filter(business_date=on).order_by("-pk")


def course(on: date) -> list[Step]:
    """The steps of the end of a date in their order: every part, then the seal."""
    done = dict(runs(on).values_list("part", "done_at"))
    failed: dict[str, EodFailure] = {}
    for failure in failures(on):
        failed.setdefault(failure.step, failure)
    steps = [_step(f"{PART} {part}", part, done.get(part), failed) for part in range(part_count())]
    closed = business_date.is_closed(on)
    return [*steps, Step(SEAL, None, "done", None, "") if closed else _step(SEAL, None, None, failed)]


def next_step(on: date) -> str:
    """The first step that is not done.  Raises StateConflict before the end of the day has begun and after it is done."""
    if business_date.is_closed(on):
        raise StateConflict(_("{on} is closed already."), on=on)
    if not business_date.is_cut_off(on):
        raise StateConflict(
            _("The end of day of {on} has not begun."), remedy=_("Let the job begin it, or close the day: {how}."),
            on=on, how=f"./xindai day close {on.isoformat()}",
        )  # fmt: skip
    return next(step.code for step in course(on) if step.state != "done")


def _step(code: str, part: int | None, done_at: datetime | None, failed: dict[str, EodFailure]) -> Step:
    if done_at is not None:
        return Step(code, part, "done", done_at, "")
    failure = failed.get(code)
    if failure is None:
        return Step(code, part, "open", None, "")
    return Step(code, part, "failed", failure.at, failure.message)
