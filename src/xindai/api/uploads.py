"""Bulk upload: a file of many acts, worked row by row; how far it is, what came of each row, and all of it as a file."""

import csv
import io
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema

from xindai.api import schemas
from xindai.api.callers import actor_of, scopes_of
from xindai.api.errors import InsufficientScope
from xindai.api.operations import operation
from xindai.api.paging import Paged, page
from xindai.identity.scopes import Scope
from xindai.kernel.texts import neutral
from xindai.uploads import acts as row_acts
from xindai.uploads import queries
from xindai.uploads import services as acts
from xindai.uploads.models import Upload as UploadOf
from xindai.uploads.models import UploadRow
from xindai.uploads.queries import Progress

router = Router(tags=["Uploads"])

SORTS: Final = {"made_at": "made_at"}
LARGEST: Final = 1_900_000
"""Characters of a file; the whole request stays below what the server takes."""
COLUMNS: Final = ("number", "is_done", "result", "code", "field", "message", "remedy")

Kinds = Literal["persons", "companies", "applications", "repayments"]
_ROWS: Final = "key,loan_no,amount_minor,currency,on,source\nR-1,LN26-000001-7,63244,CNY,2026-03-02,transfer\n"


class UploadsAsked(Paged):
    """Which uploads, in which order."""

    sort: Literal["made_at", "-made_at"] = "-made_at"
    kind: Kinds | None = None


class RowsAsked(Paged):
    """Which rows."""

    is_done: bool | None = None


class UploadAsked(schemas.Asked):
    """A file: `csv` with a head of names, or `jsonl` with an object in each line, of at most 10,000 rows.

    The names are those of the operation that does one row alone. Applications and repayments need a `key` of your own in
    each row; of a customer's facts each has a column `fact.NAME`, and `consents` stand with spaces between them.
    """

    kind: Kinds = Field(examples=["repayments"])
    format: Literal["csv", "jsonl"] = Field(examples=["csv"])
    content: str = Field(min_length=1, max_length=LARGEST, examples=[_ROWS])


class Upload(Schema):
    """An upload and how far it is: `done` and `failed` of its `rows`."""

    upload_id: UUID
    kind: Kinds
    state: Literal["waiting", "working", "done", "stopped"]
    rows: int
    done: int
    failed: int
    sha256: str
    made_at: datetime
    ended_at: datetime | None


class Uploads(Schema):
    """A page of uploads."""

    items: list[Upload]
    next: str | None


class RowError(Schema):
    """Why a row was refused: what is wrong with which field, and what to do, in both languages."""

    code: str
    field: str | None
    message: dict[str, str]
    remedy: dict[str, str] | None


class Row(Schema):
    """What came of a row of data, counted from 1; `result` is the number of what was made or found."""

    number: int
    is_done: bool
    result: str
    error: RowError | None


class Rows(Schema):
    """A page of rows that were worked."""

    items: list[Row]
    next: str | None


@operation(
    router, "POST", "/uploads", name="upload", route="uploads", scope=Scope.UPLOADS_WRITE, answer=Upload, status=202,
    moves_money=True,
)  # fmt: skip
def upload(request: HttpRequest, payload: UploadAsked) -> dict[str, Any]:
    """Take a file; its rows are worked within a minute, each as if it had been asked for alone and with its scope.

    A row that is refused hinders no other. Sent again, rows that were done are found done: nothing happens twice.
    """
    needed = row_acts.SCOPES[payload.kind]
    if needed not in scopes_of(request):
        raise InsufficientScope(needed)
    row = acts.take(actor_of(request), kind=payload.kind, file_format=payload.format, content=payload.content)
    return _upload(row, Progress(0, 0))


@operation(router, "GET", "/uploads", name="list_uploads", route="uploads", scope=Scope.UPLOADS_READ, answer=Uploads)
def uploads(request: HttpRequest, asked: Query[UploadsAsked]) -> dict[str, Any]:
    """Return a page of what the caller has sent, the latest first."""
    rows: Any = queries.uploads(actor_of(request))
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    found, following = page(rows, asked, asked.sort, SORTS)
    progress = queries.progress(found)
    return {"items": [_upload(row, progress[row.pk]) for row in found], "next": following}


@operation(
    router, "GET", "/uploads/{upload_id}", name="get_upload", route="upload", scope=Scope.UPLOADS_READ, answer=Upload
)
def one_upload(request: HttpRequest, upload_id: UUID) -> dict[str, Any]:
    """Return an upload and how far it is."""
    row = queries.upload(actor_of(request), upload_id)
    return _upload(row, queries.progress([row])[row.pk])


@operation(
    router, "GET", "/uploads/{upload_id}/rows", name="list_upload_rows", route="upload-rows", scope=Scope.UPLOADS_READ,
    answer=Rows,
)  # fmt: skip
def rows(request: HttpRequest, upload_id: UUID, asked: Query[RowsAsked]) -> dict[str, Any]:
    """Return a page of what came of the rows, in their order."""
    row = queries.upload(actor_of(request), upload_id)
    noted: Any = queries.rows(row)
    if asked.is_done is not None:
        noted = noted.filter(is_done=asked.is_done)
    found, following = page(noted, asked, "number", {"number": "number"})
    return {"items": [_row(row, one) for one in found], "next": following}


@operation(
    router, "GET", "/uploads/{upload_id}/result", name="download_upload_result", route="upload-result",
    scope=Scope.UPLOADS_READ, answer=None, content="text/csv",
)  # fmt: skip
def result(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Return what came of the rows as a CSV file in the reader's language; no spreadsheet runs anything in it."""
    row = queries.upload(actor_of(request), upload_id)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(_row(row, one)) for one in queries.rows(row).iterator())
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.upload_id}.csv"'
    return answer


def _cells(row: dict[str, Any]) -> list[str]:
    error = row["error"] or {}
    language = "zh" if (get_language() or "zh").startswith("zh") else "en"
    texts = [(error.get(name) or {}).get(language, "") for name in ("message", "remedy")]
    cells = [row["result"], error.get("code", ""), error.get("field") or "", *texts]
    return [str(row["number"]), "true" if row["is_done"] else "false", *map(neutral, cells)]


def _row(upload: UploadOf, noted: UploadRow) -> dict[str, Any]:
    return {name: getattr(noted, name) for name in ("number", "is_done", "result")} | {
        "error": acts.error_of(upload, noted)
    }


def _upload(row: UploadOf, progress: Progress) -> dict[str, Any]:
    names = ("upload_id", "kind", "state", "rows", "sha256", "made_at", "ended_at")
    return {name: getattr(row, name) for name in names} | {"done": progress.done, "failed": progress.failed}
