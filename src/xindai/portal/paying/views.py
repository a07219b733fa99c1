"""Pages of paying: how much, then what it does, then what came of it; and what pays off the whole loan on a day."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xindai.identity.actors import Actor
from xindai.kernel import business_date, logging
from xindai.kernel.errors import InvalidInput, StateConflict, Unavailable
from xindai.payments import queries as payments
from xindai.payments import sandbox
from xindai.payments.models import PayIn, Receipt
from xindai.portal import words
from xindai.portal.paying.forms import AccountForm, DayForm, PayForm
from xindai.reporting import own
from xindai.reporting.names import branch_names
from xindai.servicing import arriving, settling
from xindai.servicing import queries as servicing
from xindai.servicing import services as acts
from xindai.servicing.errors import LoanHasEnded

DUE: Final = "due"
NEXT: Final = "next"


def _actor(request: HttpRequest) -> Actor:
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def _frame(request: HttpRequest) -> dict[str, Any]:
    customer = own.customer(_actor(request))
    return {
        "customer": customer,
        "branch_name": branch_names()[customer.branch_id],
        "is_played": not _is_real(),
    }


def _is_real() -> bool:
    """Whether money really moves; in a demonstration bank the page tells how its sandbox answers.  Raises Unavailable."""
    return sandbox.in_use().name != sandbox.SANDBOX


def _running(request: HttpRequest, no: str) -> own.OwnLoan:
    """A running loan of the reader's own.  Raises LoanNotFound, LoanHasEnded."""
    found = own.loan(own.customer(_actor(request)), no)
    if not found.is_running:
        raise LoanHasEnded(
            _("Loan {loan} is no longer running."), remedy=_("Ask your branch how to pay for it."), loan=no
        )
    return found


@sensitive_post_parameters("account")
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, no: str) -> HttpResponse:
    """Ask how much is to be paid, and from which account; what it does is shown before anything moves."""
    loan = _running(request, no)
    offered = _offered(loan)
    start = {"choice": offered[0][0]} if offered else {"choice": PayForm.OTHER}
    form = PayForm(offered, loan.loan.currency, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.prepare_payment(
                _actor(request),
                loan_no=no,
                purpose=PayIn.Purpose.DUE,
                amount_minor=form.amount_minor,
                account=form.cleaned_data["account"],
            )
            return HttpResponseRedirect(reverse("my-payment", args=[made.key]))
        except InvalidInput as error:
            form.refuse(error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {"form": form, "one": loan, "loan": loan.loan}
    return render(request, "portal/paying/pay.html", _frame(request) | context, status=status)


def _offered(loan: own.OwnLoan) -> list[tuple[str, int, str]]:
    """The amounts that most people want to pay, each with its words; one that would end the loan is not among them."""
    currency, found = loan.loan.currency, []
    arrears_minor = loan.state.arrears_minor
    if arrears_minor:
        amount = words.money(arrears_minor, currency)
        found.append((DUE, arrears_minor, gettext("What is due now: %(amount)s") % {"amount": amount}))
    if loan.coming is not None and loan.coming_minor and not arrears_minor:
        amount = words.money(loan.coming_minor, currency)
        found.append((NEXT, loan.coming_minor, gettext("The next instalment: %(amount)s") % {"amount": amount}))
    return [one for one in found if one[1] < loan.settlement_minor]


@sensitive_post_parameters("account")
@require_http_methods(["GET", "HEAD", "POST"])
def pay_off(request: HttpRequest, no: str) -> HttpResponse:
    """Show what pays off the whole loan on a day, with its working; today's figure can be paid."""
    loan = _running(request, no)
    today = own.today()
    asked = DayForm({"on": request.GET["on"]}) if "on" in request.GET else DayForm(initial={"on": today})
    figure = settling.settlement(loan.loan, today)
    form = AccountForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                return _pay_off(request, no, form)
            except InvalidInput as error:
                form.refuse(error)
    elif asked.is_bound:
        figure, is_right = _figure_of(loan, asked, figure)
        status = HTTPStatus.OK if is_right else HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "form": form,
        "asked": asked,
        "one": loan,
        "loan": loan.loan,
        "figure": figure,
        "parts": [(words.SETTLING[part.code], part.amount_minor) for part in figure.parts],
        "is_today": figure.on == today and business_date.current_or_none() is not None,
    }
    return render(request, "portal/paying/pay_off.html", _frame(request) | context, status=status)


def _figure_of(loan: own.OwnLoan, asked: DayForm, today: settling.Settlement) -> tuple[settling.Settlement, bool]:
    """The figure of the day that was asked for; today's where there is none for it."""
    if not asked.is_valid():
        return today, False
    try:
        return settling.settlement(loan.loan, asked.cleaned_data["on"]), True
    except InvalidInput as error:
        asked.add_error("on", f"{error} {error.remedy_text()}")
        return today, False


def _pay_off(request: HttpRequest, no: str, form: AccountForm) -> HttpResponse:
    made = acts.prepare_payment(
        _actor(request),
        loan_no=no,
        purpose=PayIn.Purpose.SETTLE,
        amount_minor=0,
        account=form.cleaned_data["account"],
    )
    return HttpResponseRedirect(reverse("my-payment", args=[made.key]))


@require_http_methods(["GET", "HEAD", "POST"])
def payment(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a payment: to be confirmed, on its way, failed, or with its receipt.  Raises NotFound for anybody else's."""
    actor = _actor(request)
    made, row = servicing.own_payment(actor, key)
    if request.method == "POST":
        _require_seen(request, made)
        acts.send_payment(actor, key=key)
        _finish(request, key)
        return HttpResponseRedirect(reverse("my-payment", args=[key]))
    receipt = payments.receipt_of(made)
    event = servicing.event_of_receipt(row, receipt.channel, receipt.provider_no) if receipt else None
    context = {
        "made": made,
        "loan": row,
        "receipt": receipt,
        "event": event,
        "state": _standing(made, receipt),
        "reason": words.PAYMENT_FAILURES.get(made.reason, words.PAYMENT_FAILED),
        "uses": _uses(made, row),
        "is_current": made.on == business_date.current_or_none(),
    }
    return render(request, "portal/paying/payment.html", _frame(request) | context)


def _require_seen(request: HttpRequest, made: PayIn) -> None:
    """What is confirmed must be the amount that the page showed.  Raises StateConflict."""
    if request.POST.get("amount_minor") != str(made.amount_minor):
        raise StateConflict(
            _("This is not the amount that you have seen."),
            field="amount_minor",
            remedy=_("Open the payment again and read it before you confirm it."),
        )


def _finish(request: HttpRequest, key: UUID) -> None:
    """Bring a confirmed payment as far as it goes; what is left is done by the job that looks after it."""
    try:
        arriving.finish(key)
    except (StateConflict, Unavailable) as error:
        logging.get().info("payment waits", code=error.code, payment=str(key))
        messages.info(request, gettext("Your payment is kept. We go on with it by ourselves; look here again later."))


def _standing(made: PayIn, receipt: Receipt | None) -> str:
    """One word for the state of the money."""
    if receipt is None:
        return str(made.state)
    return {Receipt.State.APPLIED: "booked", Receipt.State.SUSPENSE: "suspense"}.get(
        Receipt.State(receipt.state), "arrived"
    )


def _uses(made: PayIn, loan: Any) -> list[tuple[Any, int]]:
    """What the payment will pay, as the engine would book it now; nothing once it has been sent."""
    if made.state != PayIn.State.PREPARED or made.purpose != PayIn.Purpose.DUE or not _is_of_today(made.on):
        return []
    before, after, _lines = servicing.repayment_preview(loan, made.amount_minor, made.on)
    used = [
        (_("Penalty interest"), before.penalty_due_minor - after.penalty_due_minor),
        (_("Interest"), before.interest_due_minor - after.interest_due_minor),
        (_("Principal"), before.principal_due_minor - after.principal_due_minor),
        (_("Kept for the next instalment"), after.overpaid_minor - before.overpaid_minor),
    ]
    return [(name, amount_minor) for name, amount_minor in used if amount_minor]


def _is_of_today(on: date) -> bool:
    return on == business_date.current_or_none()
