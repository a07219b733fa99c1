"""The main job: found the bank, take in its applications, live its 24 months, tell what came of it.

Killed at any moment and run again, it goes on with the same bank: what is done stands in the database.
"""

import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from xindai.demonstration import days, founding, own_applications, self_service
from xindai.demonstration.bank import Bank, Plan, open_bank
from xindai.demonstration.stopwatch import Stopwatch
from xindai.demonstration.telling import as_json, print_summary
from xindai.kernel import business_date, clock, one_core, sql
from xindai.kernel.errors import InvalidInput
from xindai.ledger import queries as books
from xindai.ledger import services as ledger
from xindai.reporting.summary import summary

STANDARD_OUTPUT = "-"


def main(options: Namespace) -> int:
    """Run the main job as the command line asks for it; returns the exit code.

    ``options``: ``applications`` and ``mapping`` (a lender's own file, or None), ``json`` (where to write the
    summary, ``-`` is standard output, or None).
    """
    plan, watch = Plan(), Stopwatch()
    console = Console(stderr=options.json == STANDARD_OUTPUT)
    sql.commit_without_waiting()
    given = None
    with one_core.taking_turns():
        with watch.stage("founding"):
            founding.found(plan)
        if options.applications:
            given = own_applications.give_in(plan, Path(options.applications), Path(options.mapping or ""))
        live_through(plan, watch)
    if given is not None:
        own_applications.tell(given, console)
    told = summary(business_date.last_closed() or plan.last_day)
    seconds = watch.seconds
    print_summary(console, told, watch)
    _write_json(options.json, as_json(told, seconds, watch.stages))
    return 0


def live_through(plan: Plan, watch: Stopwatch) -> Bank:
    """Live every day of the plan that has not been closed, and some more for late applications of an own file."""
    days.take_up()
    bank = open_bank(plan)
    first = business_date.current()
    with _progress() as progress:
        task = progress.add_task("", total=plan.days, completed=(first - plan.first_day).days)
        for number, on in enumerate(_days_to_live(plan, first), start=(first - plan.first_day).days + 1):
            progress.update(task, description=on.isoformat(), total=max(plan.days, number))
            days.live(bank, on, watch)
            progress.advance(task)
    self_service.open_to_a_borrower(bank)
    with watch.stage("check of the chain"):
        _check_chain(bank)
    return bank


def _check_chain(bank: Bank) -> None:
    """Read the sealed days as the bank's auditor would: all of them the first time, later those since."""
    with clock.simulated(clock.at_bank(business_date.current(), founding.BEFORE_OPENING)):
        ledger.check_chain(bank.system, is_whole=books.last_check() is None)


def _days_to_live(plan: Plan, first: date) -> Iterator[date]:
    """The days from the first open one to the plan's last one, then as long as an application is on its way."""
    on = first
    while on <= plan.last_day or own_applications.are_under_way():
        yield on
        on += timedelta(days=1)


def _progress() -> Progress:
    """A bar on standard error: standard output is the summary's."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _write_json(path: str | None, text: str) -> None:
    if path == STANDARD_OUTPUT:
        sys.stdout.write(text + "\n")
    elif path:
        try:
            Path(path).write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise InvalidInput(
                "json",
                _("The summary cannot be written to {path}: {why}."),
                _("Name another file and run the same command again; the bank stands and nothing is done twice."),
                path=path,
                why=error.strerror or "",
            ) from error
