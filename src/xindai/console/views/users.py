"""People, their roles and branches, limits of authority, and duties that do not go together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xindai.console.access import actor_of
from xindai.console.forms import DutyForm, GrantForm, LimitForm, RegisterForm, ResetForm
from xindai.console.problems import into_form
from xindai.console.templatetags.xd import local
from xindai.identity import queries as identity
from xindai.identity import second_factor
from xindai.identity import services as acts
from xindai.identity.actors import Actor
from xindai.identity.models import FactorReset, RoleGrant, User
from xindai.identity.roles import Role
from xindai.identity.segregation import Conflict, conflicts
from xindai.identity.verbs import may
from xindai.kernel import audit, clock
from xindai.kernel.errors import InvalidInput, NotPermitted, XindaiError
from xindai.reporting import names

CURRENCY: Final = "CNY"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in, with roles and what does not go together among them."""

    user: User
    grants: Sequence[RoleGrant]
    conflicts: Sequence[Conflict]


@require_http_methods(["GET", "HEAD", "POST"])
def user_list(request: HttpRequest) -> HttpResponse:
    """List people; register a new one."""
    actor = actor_of(request)
    form = RegisterForm(request.POST or None) if may(actor, "user.register") else None
    if request.method == "POST":
        if form is None:
            raise NotPermitted("user.register")
        if _is_done(form, lambda given: acts.register_user(actor, **given)):
            messages.success(request, _("Registered. A role opens the pages."))
            return HttpResponseRedirect(reverse("user", args=[form.cleaned_data["username"]]))
    context = {"people": _people(), "form": form}
    status = 422 if form is not None and form.errors else 200
    return render(request, "xd/pages/users.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def user(request: HttpRequest, username: str) -> HttpResponse:
    """Show one person; give and take roles, end the sign-in.  Raises NotFound."""
    actor, found = actor_of(request), identity.user(username)
    act = request.POST.get("act", "")
    form = GrantForm(_branches(), request.POST if act == "grant" else None)
    reset_form = ResetForm(request.POST if act == "reset" else None)
    if request.method == "POST":
        done = _act(request, actor, username, reset_form if act == "reset" else form)
        if done:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("user", args=[username]))
    person = next(one for one in _people() if one.user.pk == found.pk)
    context = {
        "person": person,
        "factor": second_factor.standing(found.pk, {Role(grant.role) for grant in person.grants}),
        "resets": _resets(found.pk),
        "reset_form": reset_form if may(actor, "second_factor.reset") and found.pk != actor.user_id else None,
        "form": form if may(actor, "role.grant") else None,
        "can_act": may(actor, "role.revoke") and found.pk != actor.user_id,
    }
    return render(request, "xd/pages/user.html", context, status=422 if form.errors or reset_form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """Show the limits of authority, since when they hold; set one."""
    actor = actor_of(request)
    form = LimitForm(request.POST or None) if may(actor, "authority.set_limit") else None
    if request.method == "POST":
        if form is None:
            raise NotPermitted("authority.set_limit")
        if _is_done(form, lambda given: _set_limit(actor, given)):
            messages.success(request, _("The limit is set."))
            return HttpResponseRedirect(reverse("limits"))
    found = identity.authority_limits()
    since = audit.last_changes(found)
    rows = [(limit, since.get(limit.pk)) for limit in found]
    context = {"limits": rows, "form": form, "currency": CURRENCY}
    status = 422 if form is not None and form.errors else 200
    return render(request, "xd/pages/limits.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def duties(request: HttpRequest) -> HttpResponse:
    """Show which roles need a second factor and since when; set it for one."""
    actor = actor_of(request)
    form = DutyForm(request.POST or None) if may(actor, "second_factor.set_duty") else None
    if request.method == "POST":
        if form is None:
            raise NotPermitted("second_factor.set_duty")
        if _is_done(form, lambda given: second_factor.set_duty(actor, **{**given, "role": Role(given["role"])})):
            messages.success(request, _("The duty is set; it counts at each person's next sign-in."))
            return HttpResponseRedirect(reverse("factor-duties"))
    context = {"duties": second_factor.duties().items(), "form": form, "today": clock.today()}
    status = 422 if form is not None and form.errors else 200
    return render(request, "xd/pages/factor_duties.html", context, status=status)


def _set_limit(actor: Actor, given: dict[str, Any]) -> object:
    return acts.set_authority_limit(
        actor, role=Role(given["role"]), kind=given["kind"], amount_minor=given["amount_minor"], currency=CURRENCY
    )


def _act(request: HttpRequest, actor: Actor, username: str, form: Form) -> str:
    """Do what the pressed button says; nothing is returned when the form says what is wrong.  Raises what verbs raise."""
    act = request.POST.get("act", "")
    if act == "grant":
        if _is_done(form, lambda given: _grant(actor, username, given)):
            return _("The role is given.")
        return ""
    if act == "reset":
        if _is_done(form, lambda given: second_factor.reset(actor, username=username, **given)):
            return _("The second factor is taken away and every session ended.")
        return ""
    if act == "revoke":
        role = request.POST.get("role", "")
        if role not in Role.values:
            raise InvalidInput("role", _("This role is not known."), _("Choose one of those listed."))
        acts.revoke_role(actor, username=username, role=Role(role), branch_code=request.POST.get("branch") or None)
        return _("The role is taken away.")
    if act == "deactivate":
        acts.deactivate_user(actor, username=username)
        return _("This person can no longer sign in.")
    raise InvalidInput("act", _("This cannot be done with a person."), _("Use the buttons of the page."))


def _grant(actor: Actor, username: str, given: dict[str, Any]) -> object:
    return acts.grant_role(actor, username=username, role=Role(given["role"]), branch_code=given["branch"] or None)


def _is_done(form: Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Let a valid form be acted on; a refusal is shown at its field."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except XindaiError as error:
        into_form(form, error)
        return False
    return True


def _resets(user_id: int) -> list[tuple[FactorReset, str]]:
    """Resets of somebody's second factor, each with the name of whoever did it."""
    rows = second_factor.resets(user_id)
    named = names.people({row.by for row in rows})
    return [(row, named[row.by]) for row in rows]


def _people() -> list[Person]:
    held: dict[int, list[RoleGrant]] = {}
    for grant in identity.grants():
        held.setdefault(grant.user_id, []).append(grant)
    return [Person(one, held.get(one.pk, ()), conflicts(held.get(one.pk, ()))) for one in identity.users()]


def _branches() -> list[tuple[str, str]]:
    return [(branch.code, local(branch.name)) for branch in identity.branches()]
