"""Recording a customer, and stating facts of one: the form, then every answer for confirmation, then the record."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.forms import ChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xindai.console import confirming, facts
from xindai.console.access import actor_of
from xindai.console.customer_forms import CustomerForm, NewsForm
from xindai.console.fact_fields import PREFIX
from xindai.console.problems import into_form
from xindai.customers import queries as customers
from xindai.customers import services as acts
from xindai.identity import queries as identity
from xindai.identity import verbs
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.kernel import business_date, idempotency
from xindai.kernel.errors import XindaiError
from xindai.policies import queries as policies

KINDS: Final[dict[str, tuple[str, Callable[..., acts.Recorded]]]] = {
    "person": ("customer.record_person", acts.record_person),
    "company": ("customer.record_company", acts.record_company),
}
OFFICER: Final = frozenset({Role.LOAN_OFFICER})


@require_http_methods(["GET", "HEAD", "POST"])
def new_customer(request: HttpRequest) -> HttpResponse:
    """Take who a customer is and what is known; nothing is recorded before it has been read back."""
    actor = actor_of(request)
    kind = _kind_of(request)
    verbs.require(actor, KINDS[kind][0])
    form = CustomerForm(
        kind,
        policies.pack_as_of(business_date.to_show()),
        _branches(actor),
        *_sent(request),
        initial={"key": confirming.new_key()},
    )
    is_sent = request.method == "POST" and "change" not in request.POST and _is_free(form, actor)
    if is_sent and "confirmed" in request.POST:
        try:
            no, is_new = _record(actor, form, business_date.current())
        except XindaiError as error:
            into_form(form, error, {name: f"{PREFIX}{name}" for name in form.asked} | {"idempotency_key": "key"})
        else:
            said = (
                _("The customer is recorded. An application can be started now.")
                if is_new
                else _("What is new of the customer is recorded.")
            )
            messages.success(request, said)
            return HttpResponseRedirect(reverse("customer", args=[no]))
    elif is_sent:
        return _read_back(request, actor, form)
    context = {"form": form, "kind": kind, "sections": form.sections()}
    return render(request, "xd/pages/customer_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def state_facts(request: HttpRequest, no: str) -> HttpResponse:
    """Take facts of a customer that hold from today; what is left open stays as it is."""
    actor = actor_of(request)
    verbs.require(actor, "customer.state_facts")
    customer, on = customers.by_number(actor, no), business_date.to_show()
    form = NewsForm(customer.kind, policies.pack_as_of(on), *_sent(request), initial={"key": confirming.new_key()})
    _tell_known(form, customer.id, on)
    if request.method == "POST" and form.is_valid():
        try:
            _state(actor, customer.id, form)
        except XindaiError as error:
            into_form(form, error, {name: f"{PREFIX}{name}" for name in form.asked} | {"idempotency_key": "key"})
        else:
            messages.success(request, _("The facts are recorded."))
            return HttpResponseRedirect(reverse("customer-facts", args=[no]))
    context = {"form": form, "customer": customer, "sections": form.sections()}
    return render(request, "xd/pages/customer_state_facts.html", context, status=422 if form.errors else 200)


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST,) if request.method == "POST" else ()


def _kind_of(request: HttpRequest) -> str:
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", "")
    return kind if kind in KINDS else "person"


def _branches(actor: Actor) -> list[Branch]:
    """The branches in which the actor is an officer."""
    within = actor.branches_as(OFFICER)
    return [one for one in identity.branches() if within is None or one.pk in within]


def _is_free(form: CustomerForm, actor: Actor) -> bool:
    """Whether the form can be recorded; somebody whom another branch serves is refused at the number."""
    if not form.is_valid():
        return False
    if not customers.is_served_elsewhere(actor, form.cleaned_data["identity_number"]):
        return True
    form.add_error(
        "identity_number",
        _("This is a customer of another branch. Ask a colleague there to serve them, or for a role in that branch."),
    )
    return False


def _read_back(request: HttpRequest, actor: Actor, form: CustomerForm) -> HttpResponse:
    context = {
        "form": form,
        "kind": form.kind,
        "answers": confirming.answers(form, form.sections()),
        "unknown": form.unknown,
        "twin": customers.by_identity_number(actor, form.cleaned_data["identity_number"]),
    }
    return render(request, "xd/pages/customer_new_confirm.html", context)


def _record(actor: Actor, form: CustomerForm, on: date) -> tuple[str, bool]:
    """Record the customer once, however often the form comes; the number, and whether nobody knew them before."""
    given, (_right, record) = form.cleaned_data, KINDS[form.kind]

    def act() -> list[Any]:
        made = record(
            actor,
            branch_id=int(given["branch"]),
            name=given["name"],
            identity_number=given["identity_number"],
            facts=form.stated(),
            on=on,
            consents=given["consents"],
            mobile=given.get("mobile"),
        )
        return [made.no, made.is_new]

    no, is_new = idempotency.once(f"new customer {actor.label}", given["key"], confirming.content_hash(form), act)
    return no, is_new


def _state(actor: Actor, customer_id: int, form: NewsForm) -> None:
    def act() -> int:
        return acts.state_facts(actor, customer_id=customer_id, facts=form.stated(), on=business_date.current())

    scope = f"facts of {customer_id} {actor.label}"
    idempotency.once(scope, form.cleaned_data["key"], confirming.content_hash(form), act)


def _tell_known(form: NewsForm, customer_id: int, on: date) -> None:
    """Say at each field what is known already."""
    for known in customers.known_facts(customer_id, on):
        field = form.fields.get(f"{PREFIX}{known.name}")
        if field is not None:
            value = facts.value_in_words(known.value, form.asked[known.name])
            field.help_text = (
                _("{hint} Known: {value}.").format(hint=field.help_text, value=value)
                if field.help_text
                else _("Known: {value}.").format(value=value)
            )
            if isinstance(field, ChoiceField):
                choices: Any = field.choices
                field.choices = [("", _("As it is")), *list(choices)[1:]]
