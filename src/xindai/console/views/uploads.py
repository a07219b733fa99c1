"""Files of many acts at the desk: the list, choosing one, reading it back, its progress, and why rows were refused."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xindai.console import files, listing, marks, tables, upload_fields, words
from xindai.console.access import actor_of, may_open
from xindai.console.figures import KeyFigure
from xindai.console.forms import UploadForm
from xindai.console.listing import Column, Filter, ListSpec, Rows
from xindai.console.problems import into_form
from xindai.console.tables import ListPage, link
from xindai.console.templatetags.xd import moment, number, tag
from xindai.identity.actors import Actor
from xindai.identity.verbs import may, require
from xindai.kernel import business_date, formatting
from xindai.kernel.errors import InvalidInput, StateConflict, XindaiError
from xindai.policies.queries import pack_as_of
from xindai.uploads import acts, queries, reading, services
from xindai.uploads.models import HeldFile, Kind, State, Upload, UploadRow
from xindai.uploads.queries import Progress
from xindai.workbench import tables as workbench

MOST_MISTAKES: Final = 20
PREVIEWED: Final = 5
RUNNING: Final = frozenset({State.WAITING, State.WORKING})
RESULT_ROUTES: Final = {Kind.PERSONS: "customer", Kind.COMPANIES: "customer", Kind.APPLICATIONS: "application"}
ENDINGS: Final = {".csv": reading.CSV, ".jsonl": reading.JSONL, ".ndjson": reading.JSONL}
ERROR_COLUMNS: Final = (_("Row"), _("Field"), _("What is wrong"), _("How to mend it"), _("Error code"))


@dataclass(frozen=True, slots=True)
class Line:
    """An upload as the list shows it."""

    row: Upload
    name: str
    progress: Progress

    @classmethod
    def of(cls, rows: Iterable[Upload]) -> "list[Line]":
        """The lines of some uploads."""
        found = list(rows)
        progress = queries.progress(found)
        return [cls(row, _name(row), progress[row.pk]) for row in found]


def _name(row: Upload | HeldFile) -> str:
    return services.name_of(row) or str(row.upload_id)


def _spec() -> ListSpec:
    return ListSpec(
        name="uploads",
        columns=(
            Column(
                "file", _("File"), place=1, is_head=True,
                show=lambda line: link("upload", str(line.row.upload_id), line.name), plain=lambda line: line.name,
            ),
            Column(
                "kind", _("What the rows ask for"), ("kind",), place=3,
                show=lambda line: words.word("upload_kind", line.row.kind),
                plain=lambda line: str(words.word("upload_kind", line.row.kind)),
            ),
            Column(
                "rows", _("Rows"), ("rows",), is_number=True,
                show=lambda line: number(line.row.rows), plain=lambda line: line.row.rows,
            ),
            Column(
                "done", _("Done"), is_number=True,
                show=lambda line: number(line.progress.done), plain=lambda line: line.progress.done,
            ),
            Column(
                "refused", _("Refused"), is_number=True,
                show=lambda line: number(line.progress.failed), plain=lambda line: line.progress.failed,
            ),
            Column(
                "state", _("State"), ("state",), place=2,
                show=lambda line: tag("upload", line.row.state),
                plain=lambda line: str(marks.mark("upload", line.row.state).word),
            ),
            Column(
                "who", _("Sent by"),
                show=lambda line: line.row.user.display_name or line.row.user.username,
                plain=lambda line: line.row.user.display_name or line.row.user.username,
            ),
            Column(
                "made", _("Sent at"), ("made_at",), place=4,
                show=lambda line: moment(line.row.made_at), plain=lambda line: line.row.made_at,
            ),
        ),
        filters=(
            Filter("kind", _("What the rows ask for"), tuple(words.UPLOAD_KINDS.items()), _of_kind),
            Filter("state", _("State"), marks.options("upload"), lambda rows, state: rows.filter(state=state)),
        ),
        sort="-made",
    )  # fmt: skip


def _of_kind(rows: Rows, kind: str) -> Rows:
    return rows.filter(kind=kind)


LIST: Final = ListPage(
    name="uploads",
    route="uploads",
    spec=_spec,
    rows=lambda actor, _params: queries.uploads(actor).select_related("user"),
    lines=lambda _actor, rows: Line.of(rows),
)

ROWS: Final = ListSpec(
    columns=(
        Column("number", _("Row"), ("number",), is_head=True, place=1),
        Column("outcome", _("Outcome"), place=2),
        Column("result", _("Number of what was made or found"), place=3),
        Column("field", _("Field"), place=4),
        Column("why", _("What is wrong, and what to do"), place=5),
    ),
    filters=(
        Filter(
            "outcome",
            _("Outcome"),
            (("done", _("Done")), ("refused", _("Refused"))),
            lambda rows, outcome: rows.filter(is_done=outcome == "done"),
        ),
    ),
    sort="number",
)


@require_safe
def upload_list(request: HttpRequest) -> HttpResponse:
    """List what the reader has sent, and the files that they have not confirmed yet."""
    held = [(row, _name(row)) for row in queries.held_files(actor_of(request))]
    return render(request, "xd/pages/uploads.html", tables.context(request, LIST) | {"held": held})


@require_http_methods(["GET", "HEAD", "POST"])
def new_upload(request: HttpRequest) -> HttpResponse:
    """Take a file and read it; nothing of it is worked before it has been read back."""
    actor = actor_of(request)
    kinds = [kind for kind in Kind.values if may(actor, acts.RIGHTS[kind])]
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind") or kinds[0]
    if kind not in Kind.values:
        raise Http404(kind)
    require(actor, acts.RIGHTS[kind])
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            held = _held(actor, kind, form)
        except XindaiError as error:
            into_form(form, error, {error.field or "": "file"})
        else:
            return HttpResponseRedirect(reverse("upload-held", args=[held.upload_id]))
    context = {
        "form": form,
        "kind": kind,
        "kinds": [(one, words.word("upload_kind", one)) for one in kinds],
        "columns": upload_fields.columns(kind, pack_as_of(business_date.to_show())),
        "most_rows": reading.MOST_ROWS,
    }
    return render(request, "xd/pages/upload_new.html", context, status=422 if form.errors else 200)


@require_safe
def template(request: HttpRequest, kind: str, file_format: str) -> HttpResponse:
    """Hand out a file with the columns of a kind and one made-up row."""
    if kind not in Kind.values or file_format not in reading.FORMATS:
        raise Http404(kind)
    require(actor_of(request), acts.RIGHTS[kind])
    text = upload_fields.template(kind, file_format, pack_as_of(business_date.to_show()))
    media = files.CONTENT_TYPES[files.CSV] if file_format == reading.CSV else "application/x-ndjson; charset=utf-8"
    answer = HttpResponse(text, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{kind}.{file_format}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Read a file back before any of its rows is worked; a POST confirms or discards it."""
    actor = actor_of(request)
    if request.method == "POST":
        return _settle(request, actor, upload_id)
    row = queries.held_file(actor, upload_id)
    records = services.records_of(row)
    sums, mistakes = _checked(row.kind, records)
    names, rows = upload_fields.preview(row.kind, records[:PREVIEWED])
    context = {
        "held": row,
        "name": _name(row),
        "before": queries.same_before(row),
        "sums": [formatting.amount(total, code, get_language() or "") for code, total in sorted(sums.items())],
        "mistakes": mistakes[:MOST_MISTAKES],
        "wrong": len(mistakes),
        "right": len(records) - len(mistakes),
        "names": names,
        "rows": rows,
    }
    return render(request, "xd/pages/upload_held.html", context)


@require_safe
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Show how far the work on a file is, and what came of its rows."""
    actor = actor_of(request)
    row = queries.upload(actor, upload_id)
    progress = queries.progress([row])[row.pk]
    context: dict[str, Any] = {
        "upload": row,
        "name": _name(row),
        "worked": progress.done + progress.failed,
        "progress": progress,
        "is_running": row.state in RUNNING,
    }
    if request.headers.get("HX-Target") == "progress":
        return _news(request, context)
    page = listing.build(ROWS, queries.rows(row), request.GET)
    context |= {
        "listing": page,
        "rows": [_outcome(actor, row, noted) for noted in page.rows],
        "figures": _figures(row, progress),
    }
    return render(request, "xd/pages/upload.html", context)


@require_POST
def errors(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Hand out why rows were refused as a file in the reader's language; who took it is noted first."""
    actor = actor_of(request)
    row = queries.upload(actor, upload_id)
    refused = [_outcome(actor, row, noted) for noted in queries.rows(row).filter(is_done=False)]
    if not refused:
        raise StateConflict(_("No row of this file was refused."), remedy=_("Look at its rows on the page."))
    cells = [[one["number"], one["field"], one["message"], one["remedy"], one["code"]] for one in refused]
    body = files.written(files.CSV, [str(head) for head in ERROR_COLUMNS], cells)
    workbench.record_export(
        actor,
        listing="upload-errors",
        file_format=files.CSV,
        state={"upload": str(upload_id), "outcome": "refused"},
        columns=["number", "field", "message", "remedy", "code"],
        rows=len(refused),
    )
    answer = HttpResponse(body, content_type=files.CONTENT_TYPES[files.CSV])
    answer["Content-Disposition"] = f'attachment; filename="errors_{upload_id}.csv"'
    return answer


def _held(actor: Actor, kind: str, form: UploadForm) -> HeldFile:
    """Read the file that was chosen.  Raises InvalidInput, NotPermitted."""
    chosen = form.cleaned_data["file"]
    file_format = ENDINGS.get(PurePath(chosen.name).suffix.lower())
    if file_format is None:
        raise InvalidInput(
            "file",
            _("The name of the file must end in .csv or .jsonl."),
            _("Save the sheet as “CSV UTF-8”, or start from the template."),
        )
    content = chosen.read(reading.LARGEST_BYTES + 1)
    return services.hold(actor, kind=kind, file_format=file_format, name=chosen.name, content=content)


def _settle(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:
    match request.POST.get("act"):
        case "confirm":
            made = services.confirm(actor, upload_id=upload_id)
            messages.success(request, gettext("The file is sent; work on its rows begins within a minute."))
            return HttpResponseRedirect(reverse("upload", args=[made.upload_id]))
        case "discard":
            services.discard(actor, upload_id=upload_id)
            messages.success(request, gettext("The file is discarded; none of its rows was worked."))
            return HttpResponseRedirect(reverse("uploads"))
        case _:
            queries.held_file(actor, upload_id)
            raise InvalidInput("act", _("Nothing is chosen."), _("Use one of the buttons of the page."))


def _checked(kind: str, records: Sequence[str]) -> tuple[Counter[str], list[tuple[int, XindaiError]]]:
    """Sums of the amounts of rows that can be read, by currency, and what is wrong with the others."""
    sums: Counter[str] = Counter()
    mistakes = []
    for place, record in enumerate(records, start=1):
        try:
            row: Any = reading.row_of(kind, record)
        except XindaiError as error:
            mistakes.append((place, error))
        else:
            if hasattr(row, "amount_minor"):
                sums[row.currency] += row.amount_minor
    return sums, mistakes


def _news(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Only how far the work is; at its end the page is loaded anew, once."""
    if context["is_running"]:
        return render(request, "xd/parts/upload_progress.html", context)
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer


def _figures(row: Upload, progress: Progress) -> list[KeyFigure]:
    here = reverse("upload", args=[row.upload_id])
    left = row.rows - progress.done - progress.failed
    return [
        KeyFigure(_("Rows"), formatting.count(row.rows), href=here if progress.done + progress.failed else ""),
        KeyFigure(_("Done"), formatting.count(progress.done), href=f"{here}?outcome=done" if progress.done else ""),
        KeyFigure(
            _("Refused"),
            formatting.count(progress.failed),
            href=f"{here}?outcome=refused" if progress.failed else "",
            is_alarm=progress.failed > 0,
        ),
        KeyFigure(_("Not worked"), formatting.count(left)),
    ]


def _outcome(actor: Actor, row: Upload, noted: UploadRow) -> dict[str, Any]:
    """What came of a row, in the reader's language."""
    error = services.error_of(row, noted) or {}
    language = "zh" if formatting.is_chinese(get_language() or "") else "en"
    route = RESULT_ROUTES.get(Kind(row.kind), "")
    return {
        "number": noted.number,
        "is_done": noted.is_done,
        "result": noted.result,
        "href": reverse(route, args=[noted.result]) if route and noted.is_done and may_open(actor, route) else "",
        "code": error.get("code", ""),
        "field": error.get("field") or "",
        "message": (error.get("message") or {}).get(language, ""),
        "remedy": (error.get("remedy") or {}).get(language, ""),
    }
