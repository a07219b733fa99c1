"""The page of questions: asking one, and reading what was answered."""

from http import HTTPStatus
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from xindai.enquiries import queries, services
from xindai.enquiries.models import About
from xindai.identity.actors import Actor
from xindai.kernel.errors import InvalidInput
from xindai.reporting import own
from xindai.reporting.names import branch_names

KINDS: Final = {"LN": About.LOAN, "AP": About.APPLICATION}
"""What a number is about, by its first letters."""


class QuestionForm(forms.Form):
    """A question, and what it is about."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.Select({"class": "xd-select"}),
        error_messages={"invalid_choice": _("Choose what it is about from the list.")},
        required=False,
    )
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Write nothing here that opens an account: no password, no code."),
        max_length=services.LONGEST,
        error_messages={
            "required": _("Write your question."),
            "max_length": _("Write it in at most %(limit_value)s characters."),
        },
        widget=forms.Textarea({"class": "xd-input", "rows": 5}),
    )

    def __init__(self, choices: list[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("Something else")), *choices]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """Ask a person of the branch, and read the answers; the address may name what it is about."""
    actor = cast("Actor", request.actor)  # type: ignore[attr-defined]
    customer = own.customer(actor)
    form = QuestionForm(_choices(customer), request.POST or None, initial={"about": request.GET.get("about", "")})
    if request.method == "POST" and form.is_valid():
        try:
            _ask(actor, form.cleaned_data["about"], form.cleaned_data["text"])
        except InvalidInput as error:
            form.add_error("text", f"{error} {error.remedy_text()}")
        else:
            messages.success(
                request, gettext("Your question is with your branch. You get a message when it is answered.")
            )
            return HttpResponseRedirect(reverse("my-questions"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {
        "customer": customer,
        "branch_name": branch_names()[customer.branch_id],
        "form": form,
        "questions": queries.own(actor),
    }
    return render(request, "portal/questions.html", context, status=status)


def _choices(customer: Any) -> list[tuple[str, Any]]:
    """The reader's loans and applications."""
    of_loans = [(one.loan.no, one.loan.no) for one in own.loans(customer)]
    return of_loans + [(one.no, one.no) for one in own.applications(customer)]


def _ask(actor: Actor, about_no: str, text: str) -> None:
    kind = KINDS.get(about_no[:2], About.ANYTHING)
    number = "" if kind == About.ANYTHING else about_no
    services.ask(actor, about=kind, about_no=number, text=text, language=get_language() or "zh-hans")
