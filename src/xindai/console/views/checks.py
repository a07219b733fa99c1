"""Four eyes: what waits for a second person, and one proposal with what it changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xindai.console import listing, marks, words
from xindai.console.access import actor_of, may_open
from xindai.console.checking import KINDS, changed_since, hindrance
from xindai.console.decisions import shown_decisions
from xindai.console.forms import CheckForm
from xindai.console.listing import Column, Filter, ListSpec
from xindai.console.problems import into_form
from xindai.console.templatetags.xd import local
from xindai.customers.queries import display
from xindai.identity.actors import Actor
from xindai.kernel import business_date, formatting
from xindai.kernel.errors import XindaiError
from xindai.reporting import checks
from xindai.reporting.checks import Subject
from xindai.reporting.loans import STATES
from xindai.reporting.names import product_names
from xindai.servicing import queries as loans
from xindai.underwriting import queries as underwriting

Text = str | Promise

SPEC: Final = ListSpec(
    columns=(
        Column("subject", gettext_lazy("Number"), ("subject_no",)),
        Column("kind", gettext_lazy("Kind"), ("kind",)),
        Column("amount", gettext_lazy("Amount"), ("amount_minor",), is_number=True, unit="currency"),
        Column("maker", gettext_lazy("Asked for by"), ("maker_name",)),
        Column("at", gettext_lazy("When"), ("requested_at",)),
        Column("state", gettext_lazy("State"), ("state", "requested_at")),
        Column("checker", gettext_lazy("Checked by"), ("checker_name",)),
    ),
    filters=(
        Filter("state", gettext_lazy("State"), marks.options("check"), lambda rows, word: rows.filter(state=word)),
        Filter("kind", gettext_lazy("Kind"), tuple(words.CHECKS.items()), lambda rows, kind: rows.filter(kind=kind)),
    ),
    sort="-state",
)
"""Sorted by state from the end of the alphabet: what waits comes first, then what was returned, then the rest."""

SHOWN_HASH: Final = 16
BASIS: Final[dict[str, Text]] = {
    "state": gettext_lazy("State"),
    "amount_minor": gettext_lazy("Amount"),
    "rate_ppb": gettext_lazy("Rate a year"),
    "term_months": gettext_lazy("Term in months"),
    "tier": gettext_lazy("Service tier"),
    "rating": gettext_lazy("Credit rating"),
    "terms_hash": gettext_lazy("Terms of the contract"),
    "outstanding_minor": gettext_lazy("Principal in the books"),
    "five_tier": gettext_lazy("Class"),
    "last_event": gettext_lazy("What happened last"),
}
"""What a proposal stands on, in words."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a proposal changes."""

    label: Text
    before: Text
    after: Text


@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """List the proposals of the reader's branches."""
    page = listing.build(SPEC, checks.checks(actor_of(request)), request.GET)
    return render(request, "xd/pages/checks.html", {"listing": page, "currency": "CNY"})


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, check_id: int) -> HttpResponse:
    """Show a proposal, and take what the second person says."""
    actor = actor_of(request)
    row = checks.check(actor, check_id)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_approved = form.cleaned_data["verdict"] == "approve"
        kind = KINDS[row.kind]
        decide = kind.approve if is_approved else kind.give_back
        try:
            decide(actor, row.pk, form.cleaned_data["reason"], business_date.to_show())
        except XindaiError as error:
            into_form(form, error)
        else:
            messages.success(request, _("Approved.") if is_approved else _("Returned to the maker."))
            return HttpResponseRedirect(reverse("check", args=[row.pk]))
    context = _context(actor, row) | {"form": form}
    return render(request, "xd/pages/check.html", context, status=422 if form.is_bound else 200)


def _context(actor: Actor, row: Any) -> dict[str, Any]:
    subject = checks.subject_of(row)
    people = display(actor, [subject.customer_id]) if subject else {}
    decisions = underwriting.decisions_of(subject.application.pk) if subject else []
    return {
        "check": row,
        "changes": list(_changes(row, subject, decisions)),
        "customer": next(iter(people.values()), None),
        "product_name": product_names().get(subject.application.product_code, {}) if subject else {},
        "subject_href": _subject_href(actor, subject),
        "decisions": shown_decisions(decisions[:1]),
        "stale": list(_stale(row, subject)),
        "hindrance": hindrance(actor, row) if row.state == "waiting" else None,
    }


def _subject_href(actor: Actor, subject: Subject | None) -> str:
    if subject is None:
        return ""
    if subject.loan is not None and may_open(actor, "loan"):
        return reverse("loan", args=[subject.loan.no])
    return reverse("application", args=[subject.application.no]) if may_open(actor, "application") else ""


def _changes(row: Any, subject: Subject | None, decisions: Sequence[Any]) -> Iterator[Change]:
    """Tell old and new values of a proposal, field by field."""
    if row.kind == "credit_decision":
        outcome = row.payload["outcome"]
        after = "approved" if outcome == "approve" else "refused"
        states = marks.APPLICATION_STATES
        yield Change(_("State of the application"), states["referred"].word, states[after].word)
        yield Change(_("In the maker's words"), "", row.payload["words"])
        yield Change(_("Reasons"), "", _reasons(row.payload["reason_codes"], decisions))
    elif row.kind == "disbursement":
        contract_states = marks.CONTRACT_STATES
        yield Change(_("State of the contract"), contract_states["signed"].word, contract_states["disbursed"].word)
    elif row.kind == "write_off":
        yield Change(_("State of the loan"), marks.LOAN_STATES["active"].word, marks.LOAN_STATES["written_off"].word)
        yield Change(_("Principal in the books"), _money(row.amount_minor, row.currency), _money(0, row.currency))
        yield Change(_("In the maker's words"), "", row.payload["reason"])
    yield from _terms(row, subject)


def _stale(row: Any, subject: Subject | None) -> Iterator[Change]:
    """Tell what has changed since the proposal was made, then and now."""
    for name, (then, now) in changed_since(row, subject).items():
        if name != "offer_no":
            yield Change(BASIS.get(name, name), _basis(row, name, then), _basis(row, name, now))


def _basis(row: Any, name: str, value: Any) -> Text:
    """Write a value on which a proposal stands."""
    if value in (None, ""):
        return formatting.NONE
    if name.endswith("_minor"):
        return _money(value, row.currency)
    if name in {"tier", "rating"}:
        return marks.mark(name, value).word
    if name == "rate_ppb":
        return f"{formatting.percent(value)}%"
    if name == "five_tier":
        return marks.mark("loan_class", marks.loan_class_code(value)).word
    return _basis_text(row, name, value)


def _basis_text(row: Any, name: str, value: Any) -> Text:
    if name == "state":
        kind = {"loan": "loan", "contract": "contract"}.get(row.subject_kind, "application")
        return marks.mark(kind, STATES[value] if kind == "loan" else value).word
    if name == "last_event":
        kind, on, amount_minor = value.split()
        return f"{loans.event_word(kind)} {on} {_money(int(amount_minor), row.currency)}"
    return str(value)[:SHOWN_HASH]


def _reasons(codes: Sequence[str], decisions: Sequence[Any]) -> str:
    """Say what the rules found under these codes, in the words of the application's page."""
    texts = {finding["rule"]: finding["text"] for decision in decisions for finding in decision.findings}
    return " ".join(local(texts.get(code, code)) for code in codes)


def _terms(row: Any, subject: Subject | None) -> Iterator[Change]:
    offer = subject.application.offer if subject else None
    if offer is None or row.kind == "write_off":
        return
    yield Change(_("Amount"), "", _money(offer.amount_minor, offer.currency))
    yield Change(_("Rate a year"), "", f"{formatting.percent(offer.rate_ppb)}%")
    yield Change(_("Term in months"), "", str(offer.term_months))
    yield Change(_("Method"), "", words.word("method", offer.method))


def _money(amount_minor: int, currency: str) -> str:
    return formatting.amount(amount_minor, currency, get_language() or "")
