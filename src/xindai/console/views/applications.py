"""Applications: the list, and one application with decision, offer, class and contract, and its next step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xindai.classification import queries as classes
from xindai.console import marks, steps, tables, words
from xindai.console.access import actor_of, may_open
from xindai.console.decisions import shown_decisions
from xindai.console.facts import UnknownFacts
from xindai.console.figures import KeyFigure, amount_figure
from xindai.console.forms import ConditionsForm, RecommendationForm
from xindai.console.listing import Column, Filter, ListSpec, Rows
from xindai.console.offers import shown_offer
from xindai.console.problems import into_form
from xindai.console.tables import ListPage, exact, word_of
from xindai.console.tabs import tabs
from xindai.console.templatetags.xd import day, figure, local, number, sla_chip, tag
from xindai.console.views.customers import reasons_by_dimension
from xindai.contracts import queries as contracts
from xindai.contracts import services as contract_acts
from xindai.contracts.conditions import open_codes
from xindai.identity.actors import Actor
from xindai.identity.verbs import may
from xindai.kernel import business_date
from xindai.kernel.errors import XindaiError
from xindai.kernel.formatting import NONE, annual_percent, percent
from xindai.reporting import applications
from xindai.reporting import decisions as results
from xindai.reporting.applications import ApplicationLine
from xindai.reporting.decisions import OUTCOMES
from xindai.reporting.names import product_names
from xindai.servicing import queries as servicing
from xindai.underwriting import queries as underwriting
from xindai.underwriting import services as underwriting_acts
from xindai.underwriting.offering import unknown_facts

TABS: Final = (
    ("application", gettext_lazy("Decision")),
    ("application-offer", gettext_lazy("Offer")),
    ("application-class", gettext_lazy("Class and reasons")),
    ("application-contract", gettext_lazy("Contract")),
    ("application-basis", gettext_lazy("Need, facts and checks")),
    ("application-trail", gettext_lazy("Who did what")),
)


def _columns_of_course() -> tuple[Column, ...]:
    """Return the columns that say what was asked for and how it went."""
    return (
        Column(
            "amount",
            _("Amount asked for"),
            ("asked_minor",),
            is_number=True,
            unit="currency",
            place=2,
            show=lambda row: figure(row.amount_minor, row.currency),
            plain=lambda row: exact(row.amount_minor, row.currency),
            total="amount_minor",
        ),
        Column(
            "term",
            _("Term in months"),
            ("asked_months",),
            is_number=True,
            show=lambda row: number(row.term_months),
            plain=lambda row: row.term_months,
        ),
        Column(
            "state",
            _("State"),
            ("state",),
            place=4,
            show=lambda row: tag("application", row.state),
            plain=lambda row: word_of("application", row.state),
        ),
        Column(
            "submitted",
            _("Submitted on"),
            ("submitted_on",),
            show=lambda row: day(row.submitted_on),
            plain=lambda row: row.submitted_on,
        ),
        Column(
            "decided",
            _("Decided on"),
            ("decided_on",),
            show=lambda row: day(row.decided_on),
            plain=lambda row: row.decided_on,
        ),
        Column(
            "promise",
            _("Promise"),
            ("promised_by",),
            show=lambda row: sla_chip(row.promise),
            plain=lambda row: row.promise.by,
        ),
    )


def list_spec() -> ListSpec:
    """Return what the list of applications can do; its products are those that exist."""
    products = tuple((code, local(name)) for code, name in product_names().items())
    decisions = tuple((outcome, marks.APPLICATION_STATES[outcome].word) for outcome in OUTCOMES)
    return ListSpec(
        columns=(*tables.columns_of_subject("application"), *_columns_of_course()),
        filters=(
            Filter("state", _("State"), marks.options("application"), lambda rows, state: rows.filter(state=state)),
            Filter("decision", _("Decision"), decisions, lambda rows, word: rows.filter(state__in=OUTCOMES[word])),
            Filter("tier", _("Service tier"), marks.options("tier"), lambda rows, tier: rows.filter(tier=tier)),
            Filter("product", _("Product"), products, lambda rows, code: rows.filter(product_code=code)),
            *_filters_of_results(),
        ),
        sort="-no",
        totals={"amount_minor": Sum("asked_minor")},
        name="applications",
        total_label=_("Total of the filtered applications"),
    )


LIST: Final = ListPage(
    "applications",
    "applications",
    list_spec,
    lambda actor, _params: applications.applications(actor),
    applications.lines,
)


def _filters_of_results() -> tuple[Filter, ...]:
    """Return the filters that the figures of the results lead to."""
    outcomes = marks.options("outcome")
    said = tuple(option for option in outcomes if option[0] != "refer")
    kinds = (("person", _("Natural person")), ("company", _("Company")))
    promises = (("kept", _("Promise met")), ("missed", _("Promise missed")))
    known = (("any", _("Known")), ("bad", _("Bad")), ("good", _("Good")))
    return (
        Filter("kind", _("Applicant"), kinds, lambda rows, kind: rows.filter(customer__kind=kind), is_quiet=True),
        Filter("ruled", _("The rules said"), outcomes, results.ruled, is_quiet=True),
        Filter("people", _("People said"), said, results.confirmed, is_quiet=True),
        Filter("last", _("The last word"), outcomes, results.last_word, is_quiet=True),
        Filter(
            "kept",
            _("Promise"),
            promises,
            lambda rows, word: results.promise_kept(rows, is_kept=word == "kept"),
            is_quiet=True,
        ),
        Filter("unseen", _("Real outcome, unseen half"), known, _of_unseen_half, is_quiet=True),
    )


def _of_unseen_half(rows: Rows, word: str) -> Rows:
    return results.of_unseen_half(rows, is_bad=None if word == "any" else word == "bad")


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """List the applications that the reader may see."""
    return render(request, "xd/pages/applications.html", tables.context(request, LIST))


@require_safe
def decision(request: HttpRequest, no: str) -> HttpResponse:
    """Show how the application was decided, and why."""
    record = ApplicationRecord.read(actor_of(request), no)
    context = record.context("application") | {
        "decisions": shown_decisions(underwriting.decisions_of(record.application.pk))
    }
    return render(request, "xd/pages/application_decision.html", context)


@require_safe
def offer(request: HttpRequest, no: str) -> HttpResponse:
    """Show the offer: how its rate comes about, what bounds the amount, what it costs."""
    record = ApplicationRecord.read(actor_of(request), no)
    made = record.application.offer
    return render(
        request,
        "xd/pages/application_offer.html",
        record.context("application-offer") | {"offer": shown_offer(made) if made else None},
    )


@require_safe
def class_reasons(request: HttpRequest, no: str) -> HttpResponse:
    """Show the applicant's class at the time of the application, with its reasons."""
    record = ApplicationRecord.read(actor_of(request), no)
    context = record.context("application-class")
    context["reasons"] = reasons_by_dimension(context["standing"])
    return render(request, "xd/pages/application_class.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: HttpRequest, no: str) -> HttpResponse:
    """Show the contract and its conditions; take the evidence of those that are still open."""
    actor = actor_of(request)
    record = ApplicationRecord.read(actor, no)
    drawn = record.contract
    waiting = [(code, condition_words(code)) for code in open_codes(drawn.conditions)] if drawn else []
    can_satisfy = bool(waiting) and may(actor, "contract.satisfy_conditions")
    form = ConditionsForm(waiting, request.POST or None) if can_satisfy else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            contract_acts.satisfy_conditions(
                actor, contract_no=drawn.no, evidence=form.evidence(), on=business_date.to_show()
            )
        except XindaiError as error:
            into_form(form, error)
        else:
            messages.success(request, _("The evidence is recorded."))
            return HttpResponseRedirect(reverse("application-contract", args=[no]))
    conditions = worded_conditions(drawn.conditions) if drawn else []
    context = record.context("application-contract") | {"form": form, "contract": drawn, "conditions": conditions}
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "xd/pages/application_contract.html", context, status=status)


@require_POST
def take_step(request: HttpRequest, no: str, code: str) -> HttpResponse:
    """Take the next step of an application.  Raises what its verb raises."""
    step = steps.APPLICATION_STEPS.get(code)
    if step is None:
        raise Http404(code)
    step.take(actor_of(request), no, business_date.to_show())
    messages.success(request, str(step.done))
    return HttpResponseRedirect(reverse("application", args=[no]))


@require_POST
def take_contract_step(request: HttpRequest, no: str, code: str) -> HttpResponse:
    """Take the next step of the contract of an application.  Raises what its verb raises."""
    actor = actor_of(request)
    step = steps.CONTRACT_STEPS.get(code)
    drawn = ApplicationRecord.read(actor, no).contract
    if step is None or drawn is None:
        raise Http404(code)
    step.take(actor, drawn.no, business_date.to_show())
    messages.success(request, str(step.done))
    return HttpResponseRedirect(reverse("application-contract", args=[no]))


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation(request: HttpRequest, no: str) -> HttpResponse:
    """Take what an officer recommends on a referred application; a second person decides."""
    actor = actor_of(request)
    record = ApplicationRecord.read(actor, no)
    latest = shown_decisions(underwriting.decisions_of(record.application.pk))[:1]
    findings = [finding for decision in latest for finding in (*decision.hits, *decision.passed)]
    form = RecommendationForm(findings, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            underwriting_acts.recommend(actor, application_no=no, on=business_date.to_show(), **form.cleaned_data)
        except XindaiError as error:
            into_form(form, error)
        else:
            messages.success(request, _("The recommendation waits for a second person."))
            return HttpResponseRedirect(reverse("application", args=[no]))
    context = record.context("application") | {"form": form, "findings": findings}
    return render(request, "xd/pages/recommendation.html", context, status=422 if form.is_bound else 200)


def worded_conditions(conditions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The conditions of a contract with their words, and the days on which they were satisfied as dates."""
    return [
        {
            **one,
            "label": condition_words(one["code"]),
            "satisfied_on": date.fromisoformat(one["satisfied_on"]) if one["satisfied_on"] else None,
        }
        for one in conditions
    ]


def condition_words(code: str) -> str:
    """Say a condition of a contract; a document is said by its own name."""
    kind, _colon, document = code.partition(":")
    return str(words.word("document", document) if document else words.word("condition", kind))


@dataclass(frozen=True, slots=True)
class ApplicationRecord:
    """An application as every tab of its page needs it."""

    actor: Actor
    application: Any
    line: ApplicationLine
    contract: Any

    @classmethod
    def read(cls, actor: Actor, no: str) -> "ApplicationRecord":
        """Read the application.  Raises NotFound, also for one of another branch."""
        application = applications.application(actor, no)
        line = applications.lines(actor, [application])[0]
        return cls(actor, application, line, contracts.contract_of(application.pk))

    def context(self, route: str) -> dict[str, Any]:
        """Return what the head, the key figures and the rail show."""
        actor, application = self.actor, self.application
        loan = servicing.loan_of_contract(self.contract.no) if self.contract else None
        on = application.submitted_on or business_date.to_show()
        return {
            "application": self.line,
            "standing": classes.current(application.customer_id, on),
            "figures": self.figures(),
            "tabs": tabs(TABS, self.line.no, route),
            "contract_no": self.contract.no if self.contract else None,
            "loan_no": loan.no if loan else None,
            "unknown": self.unknown_facts(),
            "next_step": self.next_step(),
            "can_recommend": application.state == "referred" and may(actor, "underwriting.recommend"),
            "can_see_customer": may_open(actor, "customer"),
            "can_see_loan": may_open(actor, "loan"),
        }

    def unknown_facts(self) -> UnknownFacts | None:
        """What is not known while the answer is still to be given, for who gives it."""
        application, on = self.application, business_date.to_show()
        is_open = application.state in {"draft", "submitted"} and not application.offer_id
        if not is_open or not may(self.actor, "underwriting.make_offer"):
            return None
        return UnknownFacts.of(
            unknown_facts(application, on), on, can_state=may_open(self.actor, "customer-state-facts")
        )

    def next_step(self) -> dict[str, Any] | None:
        """Return the button of the next lawful step: its words and where it posts."""
        route, step = "application-step", steps.next_application_step(self.actor, self.application)
        if step is None and self.contract is not None and not self._waits_for_evidence():
            route, step = "contract-step", steps.next_contract_step(self.actor, self.contract)
        if step is None:
            return None
        return {"label": step.label, "href": reverse(route, args=[self.line.no, step.code])}

    def _waits_for_evidence(self) -> bool:
        return bool(self.contract.state == "signed" and self.contract.open_conditions)

    def figures(self) -> list[KeyFigure]:
        """Return the key figures: asked for, offered, rate, score."""
        line, made = self.line, self.application.offer
        term = _("%(months)s months") % {"months": line.term_months}
        asked = amount_figure(_("Amount asked for"), line.amount_minor, line.currency, note=term)
        if made is None:
            return [asked]
        offered = _("%(months)s months") % {"months": made.term_months}
        annual = annual_percent(made.annual_rate_ppb) if made.annual_rate_ppb is not None else NONE
        return [
            asked,
            amount_figure(_("Amount offered"), made.amount_minor, made.currency, note=offered),
            KeyFigure(_("Rate a year"), percent(made.rate_ppb), "%"),
            KeyFigure(_("Annual rate (simple)"), annual, "%", note=_("fee included, monthly rate x 12")),
            KeyFigure(_("Points"), str(made.standing["score"]), note=made.policy_version),
        ]
