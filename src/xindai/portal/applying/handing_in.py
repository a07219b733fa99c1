"""Documents of an application: what has been handed in, handing in another, and reading one's own again."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from xindai.applications import queries as applications
from xindai.documents import queries, services
from xindai.documents.kinds import ENDINGS, LARGEST_BYTES
from xindai.kernel.errors import InvalidInput, StateConflict
from xindai.portal import words
from xindai.portal.finder.views import Shop
from xindai.portal.reader import actor_of, frame


class DocumentForm(forms.Form):
    """A file, and what it is."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.Select({"class": "xd-select"}),
        error_messages={"required": _("Choose what it is."), "invalid_choice": _("Choose what it is from the list.")},
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, JPEG or PNG, at most 5 MB."),
        widget=forms.FileInput({"class": "xd-input", "accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Choose another one."),
            "missing": _("Choose the file."),
        },
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]

    def content(self) -> bytes:
        """What was sent; of a file that is too large only so much that this shows."""
        return bytes(self.cleaned_data["file"].read(LARGEST_BYTES + 1))


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, no: str) -> HttpResponse:
    """Show what was handed in with an application of the reader's own, and take more."""
    found, actor = frame(request), actor_of(request)
    application = applications.own(actor, no)
    names = {code: words.local(name) for code, name in Shop.open().document_names.items()}
    form = DocumentForm(list(names.items()), request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_in(
                actor,
                application_no=no,
                kind=form.cleaned_data["kind"],
                name=form.cleaned_data["file"].name,
                content=form.content(),
            )
        except (InvalidInput, StateConflict) as error:
            form.add_error("file", f"{error} {error.remedy_text()}")
        else:
            messages.success(request, gettext("The document is handed in."))
            return HttpResponseRedirect(reverse("my-application-documents", args=[no]))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    shown = [(one, names.get(one.kind, one.kind)) for one in queries.of_application(actor, application.pk)]
    context = {"no": no, "form": form, "documents": shown, "may_add": application.state not in services.ENDED}
    return render(request, "portal/applying/documents.html", found | context, status=status)


@require_safe
def document(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give the reader a document of their own back.  Raises NotFound for anybody else's."""
    frame(request)
    found, content = queries.content(actor_of(request), key)
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = f'attachment; filename="{key}{ENDINGS[found.media_type]}"'
    response["Cache-Control"] = "private, no-store"
    return response
