"""`./xindai day`: the open business date, its mandate run and its end."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from xindai.config import readiness
from xindai.config.refusal import Refusal
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places


def run(options: Namespace, places: Places) -> int:
    """Draw what is due on the date, or close it; without either say which date is open.

    The date is named so that a command that a timer repeats never closes the next one.
    """
    with database_in_use(places):
        readiness.migrate()
        if options.verb == "draw":
            print(_draw(_read(options.date)))
        elif options.verb == "close":
            print(_close(_read(options.date)))
        else:
            print(_open())
    return 0


def _read(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refusal(f"{word} is no date.", "Write it as 2026-03-31.") from None


def _open() -> str:
    from xindai.kernel import business_date  # noqa: PLC0415 - models load after Django

    return f"open: {business_date.current().isoformat()}"


def _draw(on: date) -> str:
    from xindai.jobs import channels, mandate_run  # noqa: PLC0415 - models load after Django

    done = mandate_run.run(on, channels.debit_channel())
    return f"{on.isoformat()}: {done.orders} orders, {done.repayments} repayments, {done.suspended} in suspense"


def _close(on: date) -> str:
    from xindai.jobs import daily  # noqa: PLC0415 - models load after Django

    closed = daily.turn(on)
    return f"{on.isoformat()}: closed, {closed.loans} loans, {closed.debit_minor} minor units posted, seal {closed.seal_hash}"
