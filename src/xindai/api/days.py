"""The days of the books: how far the end of day has come, another try of it, and whether the seals still hold."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from xindai.api.books import nothing_closed
from xindai.api.callers import actor_of
from xindai.api.operations import operation
from xindai.api.paging import Paged, page
from xindai.identity.scopes import Scope
from xindai.jobs import queries as jobs
from xindai.jobs import retries
from xindai.ledger import queries as ledger
from xindai.ledger import services as ledger_acts
from xindai.ledger.models import ChainCheck as Checked
from xindai.reporting import entries

router = Router(tags=["Books"])


class BusinessDay(Schema):
    """A day of the books: open or closed, how many transactions were sealed, and the hash that chains them."""

    on: date
    is_open: bool
    opened_at: str
    closed_at: str | None
    transactions: int | None
    seal: str | None


class BusinessDays(Schema):
    """A page of the days, the latest first."""

    items: list[BusinessDay]
    next: str | None


class DayStep(Schema):
    """A step of an end of day: a part of the book, or the seal.

    `at` says when it was done or has failed the last time, `failure` why.
    """

    code: str
    part: int | None
    state: Literal["done", "failed", "open"]
    at: str | None
    failure: str


class DayPart(Schema):
    """A part of the book as the end of day has closed it; the hashes are of the states before and after."""

    part: int
    loans: int
    debit_minor: int
    credit_minor: int
    input_hash: str
    output_hash: str
    milliseconds: int


class DayCourse(BusinessDay):
    """A day of the books and the course of its end: no steps before it has begun."""

    steps: list[DayStep]
    parts: list[DayPart]


class ChainBreak(Schema):
    """Where the books are not what was sealed: the day, the transaction's key if there is one, and what is wrong."""

    on: date
    key: str
    problem: str


class ChainCheck(Schema):
    """The sealed days up to one of them, read again and held against the chain; signed."""

    on: date
    hash: str
    is_whole: bool
    days: int
    transactions: int
    break_count: int
    breaks: list[ChainBreak]
    checked_at: str
    checked_by: str


class ChainStanding(Schema):
    """How the sealed books stand: sound up to now, as far as they have been read since the last sound check."""

    is_sound: bool
    is_behind: bool
    days: int
    transactions: int
    days_since: int
    last_check: ChainCheck | None


@operation(
    router, "GET", "/business-days", name="list_business_days", route="business-days", scope=Scope.BOOKS_READ,
    answer=BusinessDays,
)  # fmt: skip
def business_days(request: HttpRequest, asked: Query[Paged]) -> dict[str, Any]:
    """Return the days of the books, the latest first: the state of the end of day."""
    rows, following = page(entries.days(), asked, "-on", {"on": "on"})
    return {"items": [_day(row) for row in rows], "next": following}


@operation(
    router, "GET", "/business-days/{on}", name="get_business_day", route="business-day", scope=Scope.BOOKS_READ,
    answer=DayCourse,
)  # fmt: skip
def business_day(request: HttpRequest, on: str) -> dict[str, Any]:
    """Return how the end of one day has gone, step by step and part by part."""
    return _course(entries.day(on))


@operation(
    router, "POST", "/business-days/{on}/retry", name="retry_end_of_day", route="business-day-retry", scope=None,
    answer=DayCourse,
)  # fmt: skip
def retry(request: HttpRequest, on: str) -> dict[str, Any]:
    """Do the first step that is not done again; a step that is done is never done twice."""
    found = entries.day(on)
    retries.retry(actor_of(request), on=found.on)
    return _course(entries.day(on))


@operation(
    router, "GET", "/chain", name="get_chain_standing", route="chain", scope=Scope.BOOKS_READ, answer=ChainStanding
)
def chain(request: HttpRequest) -> dict[str, Any]:
    """Return how the sealed books stand: the last check, and what has been sealed since, read now."""
    standing = ledger.chain_standing()
    latest = ledger.last_check()
    return {
        "is_sound": not standing.break_count,
        "is_behind": standing.is_behind,
        "days": standing.days,
        "transactions": standing.transactions,
        "days_since": standing.days_since,
        "last_check": _check(latest) if latest else None,
    }


@operation(
    router, "POST", "/chain/checks", name="check_chain", route="chain-checks", scope=None, answer=ChainCheck, status=201
)
def check_chain(request: HttpRequest) -> dict[str, Any]:
    """Read every sealed day again, hold it against the chain, and keep what was found."""
    made = ledger_acts.check_chain(actor_of(request))
    if made is None:
        raise nothing_closed()
    return _check(made)


def _day(row: Any) -> dict[str, Any]:
    return {
        "on": row.on,
        "is_open": row.is_open,
        "opened_at": row.opened_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "transactions": row.transactions,
        "seal": row.seal,
    }


def _course(row: Any) -> dict[str, Any]:
    steps = jobs.course(row.on) if row.cut_off_at else []
    return {
        **_day(row),
        "steps": [
            {
                "code": step.code,
                "part": step.part,
                "state": step.state,
                "at": step.at.isoformat() if step.at else None,
                "failure": step.failure,
            }
            for step in steps
        ],
        "parts": [{name: getattr(run, name) for name in DayPart.model_fields} for run in jobs.runs(row.on)],
    }


def _check(row: Checked) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in ChainCheck.model_fields}
    breaks = [dict(zip(ChainBreak.model_fields, one, strict=True)) for one in row.breaks]
    return said | {"checked_at": row.checked_at.isoformat(), "breaks": breaks}
