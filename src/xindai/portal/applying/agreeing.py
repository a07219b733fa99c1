"""The offer to read and accept, and the contract to read and sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from loanmath import PlanRow
from loanmath.schedule import schedule
from loanmath.terms import Terms
from xindai.applications import queries as applications
from xindai.applications.models import Application, State
from xindai.contracts import queries as contracts
from xindai.contracts import services as acts
from xindai.contracts.clauses import text_of
from xindai.contracts.conditions import DOCUMENT
from xindai.contracts.models import Contract
from xindai.contracts.models import State as ContractState
from xindai.contracts.wording import CLAUSES, CONDITIONS
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.kernel.errors import NotFound, StateConflict
from xindai.offers import queries as offers
from xindai.offers.models import Offer
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of
from xindai.portal import words
from xindai.portal.finder.views import Shop
from xindai.reporting import own
from xindai.reporting.names import branch_names, product_names

READ: Final = "read"


@dataclass(frozen=True)
class Deal:
    """What is offered or agreed: the figures, the plan, and what must be there before money is paid."""

    application: Application
    offer: Offer
    rows: Sequence[PlanRow]
    terms: Terms

    @property
    def interest_minor(self) -> int:
        """All interest of the plan."""
        return sum(row.interest_minor for row in self.rows)

    @property
    def total_minor(self) -> int:
        """All that is paid back, the fee included."""
        return sum(row.total_minor for row in self.rows) + self.terms.fee_minor

    @property
    def product_name(self) -> Any:
        """The product's name in both languages."""
        return product_names().get(self.application.product_code, {})


def _actor(request: HttpRequest) -> Actor:
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def _frame(request: HttpRequest) -> dict[str, Any]:
    customer = own.customer(_actor(request))
    return {"customer": customer, "branch_name": branch_names()[customer.branch_id]}


def _of_offer(application: Application) -> Deal:
    """The deal of an approved application.  Raises NotFound where nothing is offered."""
    found = None if application.offer is None else offers.preview(application.offer)
    if application.state not in {State.APPROVED, State.CONTRACTED} or application.offer is None or found is None:
        raise NotFound(_("offer"), application.no)
    return Deal(application, application.offer, found.rows, found.terms)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, no: str) -> HttpResponse:
    """Show the offer with its plan and cost; accepting it draws up the contract.  Raises NotFound for anybody else's."""
    frame, actor = _frame(request), _actor(request)
    deal = _of_offer(applications.own(actor, no))
    if request.method == "POST":
        on = business_date.current()
        acts.draw_up(actor, application_no=no, disburse_on=on, on=on)
        messages.success(request, gettext("You have accepted the offer. Read the contract, then sign it."))
        return HttpResponseRedirect(reverse("my-contract", args=[no]))
    context = {
        "deal": deal,
        "documents": Shop.open().documents(tuple(deal.offer.quote["documents"])),
        "method": words.METHODS.get(deal.offer.method, deal.offer.method),
        "may_accept": deal.application.state == State.APPROVED and business_date.to_show() <= deal.offer.valid_until,
    }
    return render(request, "portal/applying/offer.html", frame | context)


@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: HttpRequest, no: str) -> HttpResponse:
    """Show the terms as they are frozen, and let them be signed by who says that they have read them."""
    frame, actor = _frame(request), _actor(request)
    application = applications.own(actor, no)
    drawn = contracts.contract_of(application.pk)
    if drawn is None or application.offer is None:
        raise NotFound(_("contract"), no)
    is_unread = request.method == "POST" and request.POST.get(READ) != "yes"
    if request.method == "POST" and not is_unread:
        return _sign(request, actor, drawn)
    deal = Deal(application, application.offer, _plan(drawn), contracts.terms_of(drawn))
    context = {
        "deal": deal,
        "contract": drawn,
        "method": words.METHODS.get(str(deal.terms.method), deal.terms.method),
        "clauses": [_clause(clause) for clause in drawn.clauses],
        "conditions": [_condition(one) for one in drawn.conditions],
        "may_sign": drawn.state == ContractState.DRAWN_UP,
        "is_unread": is_unread,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_unread else HTTPStatus.OK
    return render(request, "portal/applying/contract.html", frame | context, status=status)


def _plan(drawn: Contract) -> Sequence[PlanRow]:
    """The plan of the frozen terms, by the calendar of the policy that they were made with."""
    pack = policies.pack_of_version(drawn.policy_version, drawn.drawn_up_on)
    return schedule(contracts.terms_of(drawn), calendar_of(pack)).rows


def _clause(agreed: dict[str, Any]) -> tuple[Any, Any]:
    """A clause: its name, and its text as it was agreed."""
    return CLAUSES.get(agreed["code"], agreed["code"]), text_of(agreed["code"], agreed["version"])


def _condition(one: dict[str, Any]) -> dict[str, Any]:
    """A condition in words, and since when it is satisfied."""
    code = str(one["code"])
    names = Shop.open().document_names
    if code.startswith(DOCUMENT):
        name: Any = words.local(names.get(code.removeprefix(DOCUMENT), {"zh": code, "en": code}))
    else:
        name = CONDITIONS.get(code, code)
    done = one["satisfied_on"]
    return {"name": name, "on": date.fromisoformat(done) if done else None}


def _sign(request: HttpRequest, actor: Actor, drawn: Contract) -> HttpResponse:
    """Sign what was read: the terms must be those that the page showed.  Raises StateConflict."""
    if request.POST.get("terms") != drawn.terms_hash:
        raise StateConflict(
            _("These are not the terms that you have read."),
            field="terms",
            remedy=_("Open the contract again and read it before you sign."),
        )
    acts.sign(actor, contract_no=drawn.no, on=business_date.current())
    messages.success(request, gettext("The contract is signed. We close the conditions and pay the money out."))
    return HttpResponseRedirect(reverse("my-application", args=[drawn.application.no]))
