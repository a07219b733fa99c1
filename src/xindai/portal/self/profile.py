"""The reader's profile: contacts, what is known of them, a new number proven by a code."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from xindai.customers import queries as customers
from xindai.customers import services as acts
from xindai.identity import sign_ins
from xindai.kernel import vault
from xindai.kernel.errors import XindaiError
from xindai.kernel.transactions import together
from xindai.notices import services as notices
from xindai.notices.models import Channel
from xindai.notices.services import Recipient
from xindai.policies import queries as policies
from xindai.portal import words
from xindai.portal.door.forms import CodeForm, NumberForm
from xindai.portal.door.sending import DOOR, KIND
from xindai.portal.reader import actor_of, frame
from xindai.reporting import own

ASKED: Final = "new_mobile"
"""Under this name the session keeps the code's identity, the number sealed under its owner's key, and the number masked."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show who the reader is to the lender, and where they are reached."""
    found = frame(request)
    on = own.today()
    known = customers.known_facts(found["customer"].id, on)
    facts = policies.pack_as_of(on).section("facts")["facts"]
    shown = [_fact(one, facts.get(one.name, {})) for one in known]
    return render(request, "portal/self/profile.html", found | {"facts": [one for one in shown if one["name"]]})


def _fact(one: customers.KnownFact, shape: Mapping[str, Any]) -> dict[str, Any]:
    """A fact with its name and value in the reader's language; no name for one that the policy does not name."""
    label, code = shape.get("label"), (shape.get("codes") or {}).get(str(one.value))
    if code:
        told: Any = words.local(code)
    elif shape.get("is_money"):
        told = words.money(int(one.value), "CNY")
    else:
        told = one.value
    return {"name": words.local(label) if label else "", "value": told, "since": one.valid_from}


@never_cache
@sensitive_post_parameters("mobile")
@require_http_methods(["GET", "HEAD", "POST"])
def mobile(request: HttpRequest) -> HttpResponse:
    """Ask for the new number, and send a code to it."""
    found = frame(request)
    form = NumberForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                _send(request, form, found["customer"].id)
                return HttpResponseRedirect(reverse("my-mobile-code"))
            except XindaiError as error:
                form.add_error("mobile", f"{error} {error.remedy_text()}")
                status = HTTPStatus(error.status)
    return render(request, "portal/self/mobile.html", found | {"form": form}, status=status)


def _send(request: HttpRequest, form: NumberForm, customer_id: int) -> None:
    """Send a code to the number that is to be proven, whoever else may have it.  Raises XindaiError."""
    number, language = form.cleaned_data["mobile"], get_language() or "zh-hans"
    subject = customers.subject_of(customer_id)
    with together():
        asked = sign_ins.ask_code(DOOR, number_hash=form.number_hash, address=str(request.META.get("REMOTE_ADDR", "")))
        made = sign_ins.set_code(DOOR, code_id=asked.code_id)
        to = Recipient(subject, own.customer(actor_of(request)).branch_id, Channel.SMS, number, language)
        message = notices.send(DOOR, to=to, kind=KIND, text=_wording(made.code, language), valid_until=made.valid_until)
    notices.carry(DOOR, message_id=message.pk)
    sealed = b64encode(vault.seal(subject, number)).decode()
    request.session[ASKED] = {"code_id": str(asked.code_id), "sealed": sealed, "to": form.masked}


def _wording(code: str, language: str) -> str:
    with translation.override(language):
        text = gettext("%(code)s is your code for changing your number. It is valid for 10 minutes.")
        return text % {"code": code}


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that came to the new number; from then on it is the reader's."""
    found = frame(request)
    asked = request.session.get(ASKED)
    if asked is None:
        return render(request, "portal/self/mobile.html", found | {"form": NumberForm()})
    form = CodeForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                if _changed(request, asked, form.cleaned_data["code"], found["customer"].id):
                    messages.success(request, gettext("Your number is changed. Codes go to the new one from now on."))
                    return HttpResponseRedirect(reverse("my-profile"))
                form.refuse()
            except XindaiError as error:
                form.add_error("code", f"{error} {error.remedy_text()}")
                status = HTTPStatus(error.status)
    return render(request, "portal/self/code.html", found | {"form": form, "to": asked["to"]}, status=status)


def _changed(request: HttpRequest, asked: dict[str, str], entered: str, customer_id: int) -> bool:
    """Change the number if the code is the right one, and tell the old number.  Raises XindaiError."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    proven = sign_ins.check_code(DOOR, code_id=UUID(asked["code_id"]), code=entered, address=address)
    if proven is None:
        return False
    before = customers.reach(customer_id)
    number = vault.unseal(customers.subject_of(customer_id), b64decode(asked["sealed"]))
    acts.change_own_mobile(actor_of(request), mobile=number, proven_hash=proven)
    request.session.pop(ASKED, None)
    if before is not None:
        _tell(before)
    return True


def _tell(before: customers.Reach) -> None:
    """Tell the old number, so that nobody loses theirs unseen."""
    text = gettext("The number of your loan account was changed. If it was not you, call your branch at once.")
    language = get_language() or "zh-hans"
    to = Recipient(before.subject_id, before.branch_id, Channel.SMS, before.mobile, language)
    notices.send(DOOR, to=to, kind="mobile_changed", text=text)
