"""A customer's question, and the answer to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xindai.console.access import actor_of, may_open
from xindai.console.forms import AnswerForm
from xindai.console.problems import into_form
from xindai.customers import queries as customers
from xindai.enquiries import queries, services
from xindai.identity import verbs
from xindai.kernel.errors import XindaiError
from xindai.reporting.names import people

PAGES = {"loan": "loan", "application": "application"}


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a question and take its answer.  Raises NotFound for another branch's."""
    actor = actor_of(request)
    asked = queries.enquiry(actor, key)
    if request.method == "POST":
        verbs.require(actor, "enquiry.answer")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(actor, key=key, text=form.cleaned_data["text"])
        except XindaiError as error:
            into_form(form, error)
        else:
            messages.success(request, _("The answer is on its way to the customer."))
            return HttpResponseRedirect(reverse("enquiry", args=[key]))
    page = PAGES.get(asked.about, "")
    context = {
        "asked": asked,
        "customer": customers.display(actor, [asked.customer_id]).get(asked.customer_id),
        "about_href": reverse(page, args=[asked.about_no]) if page and may_open(actor, page) else "",
        "answered_by": people([asked.answered_by]).get(asked.answered_by, ""),
        "may_answer": verbs.may(actor, "enquiry.answer") and asked.answered_at is None,
        "form": form,
    }
    return render(request, "xd/pages/enquiry.html", context, status=422 if request.method == "POST" else 200)
