"""The end of a business date: every part closed once, the books proven, the date sealed and moved on.

Each step is one transaction.  A kill leaves a step undone or done, and a rerun takes up where the
last one ended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from time import perf_counter
from typing import Final, TypeVar

from django.db import transaction

from xindai.identity.actors import Actor
from xindai.jobs import queries
from xindai.jobs.errors import BooksDoNotBalance, DayBeforeNotClosed, PartsNotClosed
from xindai.jobs.models import EodFailure, EodRun
from xindai.kernel import business_date, clock, sql
from xindai.kernel.errors import StateConflict
from xindai.kernel.transactions import together
from xindai.ledger import queries as ledger
from xindai.ledger import services as ledger_acts
from xindai.policies import queries as policies
from xindai.servicing import services as servicing
from xindai.servicing.grading import grading_policy
from xindai.servicing.opening import ENGINE_VERSION
from xindai.servicing.parts import part_count

_ACTOR: Final = Actor.system("end_of_day")
_ONE_DAY: Final = timedelta(days=1)
_LONGEST: Final = 400

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class DateClosed:
    """What the end of a date came to, whether it was done now or before."""

    on: date
    loans: int
    debit_minor: int
    seal_hash: str


def close_date(on: date) -> DateClosed:
    """Close a business date and open the next one; a date that is closed already stays as it is.

    Raises StateConflict when the date is not open, DayDoesNotAgree, BooksDoNotBalance.
    """
    if not _is_closed(on) and _cut_off(on):
        for part in range(part_count()):
            attempt(on, f"{queries.PART} {part}", partial(do_step, on, f"{queries.PART} {part}"))
        attempt(on, queries.SEAL, partial(do_step, on, queries.SEAL))
    runs = list(EodRun.objects.filter(business_date=on))
    return DateClosed(on, sum(run.loans for run in runs), sum(run.debit_minor for run in runs), ledger.seal_of(on).hash)


def do_step(on: date, step: str) -> None:
    """Do one step by its code: a part, or proof, seal and the next date."""
    if step == queries.SEAL:
        _seal_and_move_on(on)
    else:
        close_part(on, int(step.removeprefix(queries.PART)))


def attempt(on: date, step: str, act: Callable[[], R]) -> R:
    """Do something that belongs to a step; if it fails, keep why, so that people see it and can have it done again."""
    try:
        return act()
    except Exception as error:
        if not transaction.get_connection().needs_rollback:
            EodFailure.objects.create(
                business_date=on,
                step=step,
                code=getattr(error, "code", type(error).__name__),
                message=str(error)[:_LONGEST] or type(error).__name__,
                at=clock.now(),
            )
        raise


def _cut_off(on: date) -> bool:
    """Nothing more happens on the date; False when another worker has closed it in the meantime."""
    try:
        with transaction.atomic():
            business_date.cut_off(on)
    except StateConflict:
        if not _is_closed(on):
            raise
        return False
    return True


def close_part(on: date, part: int) -> EodRun:
    """Close one part of a date that is cut off, in one transaction; the run is returned if it is done already.

    Two workers on the same part: the second waits for the first and finds the work done.
    """
    started = perf_counter()
    with together():
        sql.lock(f"end of day, part {part}")
        done = EodRun.objects.filter(business_date=on, part=part).first()
        if done is not None:
            return done
        previous = _previous_run(on, part)
        pack = policies.pack_as_of(on)
        closed = servicing.close_part(
            _ACTOR,
            part=part,
            on=on,
            policy=grading_policy(pack),
            previous_hash=previous.output_hash if previous else None,
            previous_version=previous.engine_version if previous else ENGINE_VERSION,
        )
        return EodRun.objects.create(
            business_date=on,
            part=part,
            loans=closed.loans,
            debit_minor=closed.debit_minor,
            credit_minor=closed.credit_minor,
            input_hash=closed.input_hash,
            output_hash=closed.output_hash,
            engine_version=ENGINE_VERSION,
            policy_version=pack.version,
            done_at=clock.now(),
            milliseconds=round(1000 * (perf_counter() - started)),
        )


def _previous_run(on: date, part: int) -> EodRun | None:
    """The run of the day before; None on the first day of the book.  Raises DayBeforeNotClosed for a gap."""
    latest = EodRun.objects.filter(part=part).order_by("-business_date").first()
    if latest is not None and latest.business_date != on - _ONE_DAY:
        raise DayBeforeNotClosed(on, latest.business_date)
    return latest


def _is_closed(on: date) -> bool:
    closed = business_date.last_closed()
    return closed is not None and on <= closed


def _seal_and_move_on(on: date) -> None:
    """Seal the date's transactions, prove that the trial balance is zero, close the date and open the next."""
    with together():
        sql.lock("end of day, seal")
        if _is_closed(on):
            return
        if EodRun.objects.filter(business_date=on).count() != part_count():
            raise PartsNotClosed(on)
        ledger_acts.seal_day(_ACTOR, on=on)
        imbalance = ledger.imbalance(on)
        if imbalance:
            raise BooksDoNotBalance(on, imbalance)
        business_date.close(on)
        business_date.open_day(on + _ONE_DAY)
