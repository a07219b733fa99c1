"""Applying: the list of tasks, one question a page, the answers checked and handed in, and where an application stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xindai.applications import drafting
from xindai.applications import services as acts
from xindai.applications.drafting import Begun
from xindai.customers import queries as customers
from xindai.customers.queries import Shown
from xindai.identity.actors import Actor
from xindai.kernel import business_date, logging
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict, XindaiError
from xindai.policies import queries as policies
from xindai.portal import words
from xindai.portal.applying import standing
from xindai.portal.applying.consents import CONSENTS
from xindai.portal.applying.questions import AnswerForm, Question, Shelf, Task, tasks_for
from xindai.products import queries as products
from xindai.reporting import own
from xindai.reporting.names import branch_names
from xindai.underwriting.online import answer_online

ROBOT: Final = Actor.system("online_application")
CHECKING: Final = "check"
"""Where somebody came from who changes an answer on the page that shows them all."""


@dataclass(frozen=True)
class Desk:
    """Everything that the pages of one applicant need: who asks, what is lent to them, what is known and answered."""

    actor: Actor
    customer: Shown
    begun: Begun

    @classmethod
    def of(cls, request: HttpRequest) -> "Desk":
        """The desk of whoever has signed in.  Raises NotFound for a login without a customer."""
        actor = cast("Actor", request.actor)  # type: ignore[attr-defined]
        return cls(actor, own.customer(actor), drafting.draft_of(actor))

    @cached_property
    def shelf(self) -> Shelf:
        """What can be applied for online: products without required security."""
        on = business_date.to_show()
        lent = [
            one
            for one in products.products_for(self.customer.kind, on)
            if one.spec.collateral is None or not one.spec.collateral.is_required
        ]
        return Shelf(self.customer.kind, policies.pack_as_of(on), on, lent)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of this kind of customer."""
        return tasks_for(self.customer.kind)

    @property
    def questions(self) -> list[Question]:
        """All questions, in their order."""
        return [question for task in self.tasks for question in task.questions]

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """What is answered: what the lender knows already, and over it what was answered now."""
        asked = {question.key for question in self.questions if question.is_fact}
        known = customers.facts_as_of(self.customer.id, business_date.to_show())
        facts = {name: value for name, value in known.items() if name in asked}
        return {**self.begun.answers, "facts": {**facts, **self.begun.answers.get("facts", {})}}

    def question(self, slug: str) -> tuple[Task, Question]:
        """A question by its part of the address.  Raises NotFound."""
        for task in self.tasks:
            for question in task.questions:
                if question.slug == slug:
                    return task, question
        raise NotFound(_("question of an application"), slug)

    def is_answered(self, question: Question) -> bool:
        """Whether there is an answer."""
        return question.answer(self.answers) is not None

    @property
    def missing(self) -> list[Question]:
        """Questions without an answer."""
        return [question for question in self.questions if not self.is_answered(question)]

    def told(self, question: Question) -> str:
        """An answer as it is read; empty without one."""
        value = question.answer(self.answers)
        if value is None:
            return ""
        if question.key.endswith("_minor"):
            product = self.shelf.product_of(self.answers)
            return words.money(value, product.spec.currency if product else "CNY")
        if question.key == "term_months":
            return gettext("%(months)s months") % {"months": value}
        choices = AnswerForm(question, self.shelf, self.answers).fields["answer"]
        if isinstance(choices, forms.ChoiceField):
            return _label(choices, str(value))
        return str(value)


def _label(field: forms.ChoiceField, value: str) -> str:
    """The label of a choice, also of one in a group."""
    flat: list[tuple[Any, Any]] = []
    for code, label in list(cast("Iterable[tuple[Any, Any]]", field.choices)):
        flat += label if isinstance(label, list) else [(code, label)]
    return next((str(label) for code, label in flat if str(code) == value), value)


def _frame(desk: Desk) -> dict[str, Any]:
    return {"customer": desk.customer, "branch_name": branch_names()[desk.customer.branch_id]}


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Show what is to be done for an application, what is done, and the next question."""
    desk = Desk.of(request)
    rows = [_row(desk, task) for task in desk.tasks]
    missing = desk.missing
    context = {
        "rows": rows,
        "done": sum(row["state"] == "done" for row in rows),
        "total": len(rows) + 1,
        "next": missing[0] if missing else None,
        "saved_at": desk.begun.saved_at,
        "is_begun": bool(desk.begun.answers),
        "has_products": bool(desk.shelf.products),
    }
    return render(request, "portal/applying/tasks.html", _frame(desk) | context)


def _row(desk: Desk, task: Task) -> dict[str, Any]:
    answered = [question for question in task.questions if desk.is_answered(question)]
    missing = [question for question in task.questions if question not in answered]
    state = "done" if not missing else "begun" if answered else "open"
    first = missing[0] if missing else task.questions[0]
    return {"task": task, "state": state, "slug": first.slug}


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask one question, and keep its answer."""
    desk = Desk.of(request)
    task, asked = desk.question(slug)
    if asked.key != "purpose" and not asked.is_fact and desk.shelf.product_of(desk.answers) is None:
        return HttpResponseRedirect(reverse("my-question", args=["purpose"]))  # the others depend on the product
    came_from = CHECKING if request.GET.get("from") == CHECKING else ""
    form = AnswerForm(asked, desk.shelf, desk.answers, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        drafting.save_draft(desk.actor, answers=_saved(desk, asked, form.cleaned_data["answer"]))
        return HttpResponseRedirect(_onwards(desk, task, asked, came_from, request.POST.get("then", "")))
    context = {"form": form, "question": asked, "task": task, "from": came_from}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "portal/applying/question.html", _frame(desk) | context, status=status)


def _saved(desk: Desk, asked: Question, value: Any) -> dict[str, Any]:
    """What is kept: facts that the customer has gone over now count as answered now."""
    return asked.kept(desk.begun.answers, value)


def _onwards(desk: Desk, task: Task, asked: Question, came_from: str, then: str) -> str:
    """Where one goes after an answer: back to the check, the next open question of the task, or the list."""
    if then == "leave":
        return reverse("my-apply")
    if came_from == CHECKING:
        return reverse("my-apply-check")
    later = task.questions[task.questions.index(asked) + 1 :]
    open_ones = [one for one in later if not desk.is_answered(one)]
    return reverse("my-question", args=[open_ones[0].slug]) if open_ones else reverse("my-apply")


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show all answers, ask for the consents, and hand the application in."""
    desk = Desk.of(request)
    if request.method == "POST":
        handed_in = None if desk.begun.answers else drafting.handed_in(desk.actor)
        if handed_in is not None:
            return HttpResponseRedirect(reverse("my-application", args=[handed_in]))
    errors = _faults(desk, request) if request.method == "POST" else []
    if request.method == "POST" and not errors:
        try:
            return HttpResponseRedirect(reverse("my-application", args=[_hand_in(desk, request)]))
        except InvalidInput as error:
            errors = [(_place_of(desk, error), f"{error} {error.remedy_text()}")]
    context = {
        "sections": [(task, [(one, desk.told(one)) for one in task.questions]) for task in desk.tasks],
        "consents": _consents(desk, request, errors),
        "errors": errors,
        "may_hand_in": not desk.missing,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "portal/applying/check.html", _frame(desk) | context, status=status)


def _consents(desk: Desk, request: HttpRequest, errors: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    """Each consent: asked for where none stands, never ticked before; told where one stands."""
    standing_ones = customers.consents(desk.customer.id, business_date.to_show())
    wrong = dict(errors)
    return [
        {
            "asked": asked,
            "given_on": standing_ones.get(asked.kind),
            "is_ticked": request.method == "POST" and request.POST.get(f"consent-{asked.kind}") == asked.version,
            "error": wrong.get(f"#consent-{asked.kind}"),
        }
        for asked in CONSENTS
    ]


def _faults(desk: Desk, request: HttpRequest) -> list[tuple[str, Any]]:
    """What is missing, each with where it is put right."""
    standing_ones = customers.consents(desk.customer.id, business_date.to_show())
    found: list[tuple[str, Any]] = [
        (_address(one), gettext("Answer this question: %(question)s") % {"question": one.title}) for one in desk.missing
    ]
    for asked in CONSENTS:
        is_given = asked.kind in standing_ones or request.POST.get(f"consent-{asked.kind}") == asked.version
        if asked.refusal is not None and not is_given:
            found.append((f"#consent-{asked.kind}", asked.refusal))
    return found


def _address(one: Question) -> str:
    return f"{reverse('my-question', args=[one.slug])}?from={CHECKING}"


def _place_of(desk: Desk, error: InvalidInput) -> str:
    """The question whose answer the verb refused."""
    wrong = next((one for one in desk.questions if one.key == error.field), None)
    return _address(wrong) if wrong is not None else reverse("my-apply")


def _hand_in(desk: Desk, request: HttpRequest) -> str:
    """Hand in, and let the rules answer at once where they may; the number of the application.  Raises XindaiError."""
    on = business_date.current()
    need = desk.shelf.need(desk.answers)
    if need is None:
        raise StateConflict(
            _("The loan that you chose is no longer lent."), remedy=_("Choose what the money is for again.")
        )
    made = drafting.apply_online(
        desk.actor,
        need=need,
        purpose_statement=str(desk.answers["statement"]),
        facts=dict(desk.begun.answers.get("facts", {})),
        consents={
            asked.kind: asked.version
            for asked in CONSENTS
            if request.POST.get(f"consent-{asked.kind}") == asked.version
        },
        on=on,
    )
    try:
        answer_online(ROBOT, application_no=made.no, on=on)
    except XindaiError as error:  # it is handed in all the same: people go on with it
        logging.get().info("not answered at once", code=error.code, application=made.no)
    return made.no


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw the answers away."""
    drafting.discard_draft(Desk.of(request).actor)
    messages.success(request, gettext("Your answers are thrown away. Nothing was handed in."))
    return HttpResponseRedirect(reverse("my"))


@require_safe
def status(request: HttpRequest, no: str) -> HttpResponse:
    """Show where an application stands, who acts next and by when.  Raises NotFound for anybody else's."""
    desk = Desk.of(request)
    context = {"one": standing.of(desk.actor, desk.customer, no), "place": "applications"}
    return render(request, "portal/applying/status.html", _frame(desk) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, no: str) -> HttpResponse:
    """Ask whether the application is to be taken back, and take it back."""
    desk = Desk.of(request)
    one = standing.of(desk.actor, desk.customer, no)
    if request.method == "POST":
        acts.withdraw(desk.actor, application_no=no, reason="online", on=business_date.current())
        messages.success(request, gettext("The application is taken back. Nothing is owed for it."))
        return HttpResponseRedirect(reverse("my-application", args=[no]))
    return render(request, "portal/applying/withdraw.html", _frame(desk) | {"one": one})
