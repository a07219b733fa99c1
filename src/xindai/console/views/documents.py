"""Documents that applicants have handed in, for those who work on the application."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from xindai.console.access import actor_of
from xindai.documents import queries
from xindai.documents.kinds import ENDINGS


@require_safe
def document(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a document out; who reads it is logged.  Raises NotFound for another branch's."""
    found, content = queries.content(actor_of(request), key)
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{key}{ENDINGS[found.media_type]}"'
    response["Cache-Control"] = "private, no-store"
    return response
