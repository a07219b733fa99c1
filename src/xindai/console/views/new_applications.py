"""Starting an application at a branch: the product, the form, every answer for confirmation, then the application."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xindai.applications import queries as applications
from xindai.applications import services as acts
from xindai.collateral import queries as assets
from xindai.collateral import services as collateral
from xindai.console import confirming
from xindai.console.access import actor_of
from xindai.console.customer_forms import ApplicationForm
from xindai.console.problems import into_form
from xindai.customers import queries as customers
from xindai.customers.queries import Shown
from xindai.identity import verbs
from xindai.identity.actors import Actor
from xindai.kernel import business_date, idempotency
from xindai.kernel.errors import XindaiError
from xindai.policies import queries as policies
from xindai.products import queries as products
from xindai.products.queries import Product
from xindai.products.spec import ProductSpec

FIELDS = {
    "amount_minor": "amount",
    "collateral_value_minor": "asset_value",
    "value_minor": "asset_value",
    "description": "asset_description",
    "valued_on": "asset_valued_on",
    "product_code": "product",
    "asset_id": "asset",
    "idempotency_key": "key",
}
"""Where the refusal of a verb is shown."""


@dataclass(frozen=True)
class Shelf:
    """A product as an officer chooses it for a customer."""

    spec: ProductSpec
    is_chosen: bool

    @property
    def purposes(self) -> list[dict[str, str]]:
        """What it may be spent on, in both languages."""
        return [one.name.model_dump() for one in self.spec.purposes]

    @property
    def name(self) -> dict[str, str]:
        """Its name in both languages."""
        return self.spec.name.model_dump()

    @property
    def summary(self) -> dict[str, str]:
        """What it is, in both languages."""
        return self.spec.summary.model_dump()


@require_http_methods(["GET", "HEAD", "POST"])
def new_application(request: HttpRequest, no: str) -> HttpResponse:
    """Let an officer choose a product that the customer may have, ask what is needed, read it back, and start the application."""
    actor = actor_of(request)
    verbs.require(actor, "application.start")
    customer, on = customers.by_number(actor, no), business_date.to_show()
    shelf = products.products_for(customer.kind, on)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = next((one for one in shelf if one.code == asked.get("product")), None)
    if chosen is None:
        context = {"customer": customer, "products": [Shelf(one.spec, is_chosen=False) for one in shelf]}
        return render(
            request, "xd/pages/application_product.html", context, status=422 if request.method == "POST" else 200
        )
    return _asked(request, actor, customer, chosen, on)


def _asked(request: HttpRequest, actor: Actor, customer: Shown, product: Product, on: date) -> HttpResponse:
    """The form of a product, what was answered read back, or the application made."""
    form = _form(request, customer, product, on)
    is_sent = request.method == "POST" and "change" not in request.POST and form.is_valid()
    if is_sent and "confirmed" in request.POST:
        try:
            started = _start(actor, customer, form, business_date.current())
        except XindaiError as error:
            into_form(form, error, FIELDS)
        else:
            messages.success(request, _("The application is started. Submit it when everything has been said."))
            return HttpResponseRedirect(reverse("application", args=[started]))
    context = {"form": form, "customer": customer, "product": Shelf(product.spec, is_chosen=True)}
    if is_sent and not form.errors:
        context["answers"] = confirming.answers(form, form.sections())
        return render(request, "xd/pages/application_new_confirm.html", context)
    context["sections"] = form.sections()
    return render(request, "xd/pages/application_new.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, customer: Shown, product: Product, on: date) -> ApplicationForm:
    spec = product.spec
    free = assets.free_assets_of(customer.no, spec.collateral.kind) if spec.collateral is not None else []
    sent: tuple[Any, ...] = (request.POST,) if request.method == "POST" else ()
    initial = {"key": confirming.new_key(), "product": spec.code}
    return ApplicationForm(spec, customer.kind, policies.pack_as_of(on), free, on, *sent, initial=initial)


def _start(actor: Actor, customer: Shown, form: ApplicationForm, on: date) -> str:
    """Start the application, with its security, once however often the form comes; its number."""

    def act() -> str:
        started = acts.start(
            actor,
            customer_id=customer.id,
            need=form.need(),
            on=on,
            channel=applications.channel_of(actor),
            purpose_statement=form.cleaned_data["purpose_statement"],
            asset_id=_asset(actor, customer, form),
        )
        return str(started.no)

    scope = f"application of {customer.no} {actor.label}"
    return idempotency.once(scope, form.cleaned_data["key"], confirming.content_hash(form), act)


def _asset(actor: Actor, customer: Shown, form: ApplicationForm) -> int | None:
    """The asset that secures the loan: one on record, or a new one that is recorded with the application."""
    given, kind = form.cleaned_data, form.spec.collateral
    if form.chosen_asset is not None:
        return form.chosen_asset.pk
    if kind is None or not given.get("asset_value"):
        return None
    made = collateral.record_asset(
        actor,
        owner_no=customer.no,
        branch_id=customer.branch_id,
        kind=kind.kind,
        description=given["asset_description"],
        value_minor=given["asset_value"],
        currency=form.spec.currency,
        valued_on=given["asset_valued_on"],
        valuer=given["asset_valuer"],
    )
    return made.pk
