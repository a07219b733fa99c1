"""The product finder and the eligibility check; nothing that is said here is kept, also not in an address of the second."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from loanmath.rates import percent_text
from xindai.customers.models import ConsentKind
from xindai.kernel import business_date, formatting
from xindai.kernel.errors import InvalidInput
from xindai.offers.finder import Fitting, Price, Unfitting, Wish, find
from xindai.offers.need import Need, check_need
from xindai.offers.policy import offer_policy
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of
from xindai.policies.packs import Pack
from xindai.portal import words
from xindai.portal.finder.forms import Choices, CollateralForm, CompanyForm, PersonForm, WishForm
from xindai.products import queries as products
from xindai.products.queries import Product
from xindai.underwriting.eligibility import Answer, check
from xindai.underwriting.policy import decision_policy
from xindai.underwriting.rules import Finding

FIELDS: Final = {
    "amount_minor": "amount",
    "term_months": "months",
    "purpose": "purpose",
    "collateral_value_minor": "value",
}
"""The field of the form in which a field of the need was asked for."""


@dataclass(frozen=True)
class Shop:
    """What is lent today, by which policy."""

    pack: Pack
    lent: tuple[Product, ...]

    @classmethod
    def open(cls) -> "Shop":
        """The live catalogue and policy of the business date."""
        on = business_date.to_show()
        return cls(policies.pack_as_of(on), tuple(products.catalogue(on)))

    @cached_property
    def choices(self) -> Choices:
        """What money may be borrowed for, and what not, so that it can be said why."""
        kinds = (("person", _("For yourself")), ("company", _("For a company")))
        groups = [
            (
                str(heading),
                [
                    (f"{kind}:{purpose.code}", purpose.name.model_dump())
                    for product in self.lent
                    if kind in product.spec.customer_kinds
                    for purpose in product.spec.purposes
                ],
            )
            for kind, heading in kinds
        ]
        forbidden = [(f"person:{code}", name) for code, name in self.forbidden.items()]
        once = [(heading, list(dict(purposes).items())) for heading, purposes in groups if purposes]
        return [*once, (str(_("Not lent for")), forbidden)]

    @property
    def forbidden(self) -> Mapping[str, Mapping[str, str]]:
        """Purposes that the law forbids, by code, with their names."""
        names: Mapping[str, Mapping[str, str]] = self.pack.section("underwriting")["forbidden_purposes"]
        return names

    @property
    def document_names(self) -> Mapping[str, Mapping[str, str]]:
        """Documents by code, with their names."""
        names: Mapping[str, Mapping[str, str]] = self.pack.section("packages")["document_names"]
        return names

    def documents(self, codes: tuple[str, ...]) -> list[Mapping[str, str]]:
        """The names of documents; one that nobody has named is shown as its code."""
        return [self.document_names.get(code, {"zh": code, "en": code}) for code in codes]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the products that fit the wish in the address, the cheapest first, and why others do not."""
    shop = Shop.open()
    is_asked = "purpose" in request.GET
    form = WishForm(shop.choices, request.GET if is_asked else None, auto_id="%s")
    context: dict[str, Any] = {"form": form}
    status = HTTPStatus.OK
    if is_asked and form.is_valid():
        context |= _found(shop, form)
    elif is_asked:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "portal/finder/page.html", context, status=status)


def _found(shop: Shop, form: WishForm) -> dict[str, Any]:
    if form.purpose_code in shop.forbidden:
        return {"forbidden": shop.forbidden[form.purpose_code]}
    said = form.cleaned_data
    wish = Wish(form.kind, form.purpose_code, said["amount"], said["months"])
    fitting, unfitting = find(
        wish,
        [product.spec for product in shop.lent],
        offer_policy(shop.pack),
        on=business_date.to_show(),
        calendar=calendar_of(shop.pack),
    )
    return {
        "is_answered": True,
        "fitting": [_shown(shop, wish, one) for one in fitting],
        "unfitting": [{"spec": one.spec, "why": _why_not(one)} for one in unfitting],
        "wish": wish,
    }


def _shown(shop: Shop, wish: Wish, one: Fitting) -> dict[str, Any]:
    purpose = f"{wish.kind}:{wish.purpose}"
    amount = formatting.plain_amount(wish.amount_minor, one.spec.currency)
    asked = urlencode({"purpose": purpose, "amount": amount, "months": wish.term_months, "product": one.spec.code})
    return {
        "one": one,
        "name": one.spec.name.model_dump(),
        "summary": one.spec.summary.model_dump(),
        "is_one_price": one.lowest.rate_ppb == one.highest.rate_ppb,
        "method": words.METHODS[one.lowest.method],
        "documents": shop.documents(one.documents),
        "more_documents": shop.documents(one.more_documents),
        "share_percent": None if one.value_share_ppm is None else one.value_share_ppm // 10_000,
        "calculator": f"{reverse('calculator')}?{urlencode(_loans(wish, one))}",
        "eligibility": f"{reverse('eligibility')}?{asked}",
    }


def _loans(wish: Wish, one: Fitting) -> dict[str, str]:
    """The cheapest and the dearest price as loans of the calculator, once when they are the same."""
    prices = [one.lowest] if one.lowest.rate_ppb == one.highest.rate_ppb else [one.lowest, one.highest]
    return {
        f"{letter}-{name}": value
        for letter, price in zip("ab", prices, strict=False)
        for name, value in _loan(wish, one, price).items()
    }


def _loan(wish: Wish, one: Fitting, price: Price) -> dict[str, str]:
    currency = one.spec.currency
    loan = {
        "principal": formatting.plain_amount(wish.amount_minor, currency),
        "rate": percent_text(price.rate_ppb),
        "months": str(wish.term_months),
        "method": price.method,
        "day_count": str(one.spec.day_count),
    }
    return loan | ({"fee": formatting.plain_amount(price.fee_minor, currency)} if price.fee_minor else {})


def _why_not(one: Unfitting) -> str:
    """In a sentence, which amount or term the product would serve."""
    told = words.BOUNDS[one.bound.code]
    is_amount = one.bound.code in words.AMOUNT_BOUNDS
    value = words.money(one.bound.value, one.spec.currency) if is_amount else str(one.bound.value)
    return str(told).format(value=value)


@sensitive_post_parameters("age", "income", "instalments", "years", "revenue", "cash_flow", "assets", "debts", "value")
@require_http_methods(["GET", "HEAD", "POST"])
def eligibility(request: HttpRequest) -> HttpResponse:
    """Say what would stand against a loan, by the live rules, of what somebody says of themselves.

    The answer comes with the request that asks and is kept nowhere: no row, no session, no address holds it.
    """
    shop = Shop.open()
    is_asked = request.method == "POST"
    said = request.POST if is_asked else request.GET
    wish = WishForm(shop.choices, said if is_asked else None, initial=said.dict(), auto_id="%s")
    kind = str(said.get("purpose", "")).partition(":")[0]
    about = (CompanyForm if kind == "company" else PersonForm)(said if is_asked else None, auto_id="%s")
    collateral = CollateralForm(said if is_asked else None, auto_id="%s")
    context: dict[str, Any] = {"wish": wish, "about": about, "collateral": collateral, "kind": kind}
    status = HTTPStatus.OK
    if is_asked:
        is_valid = all([wish.is_valid(), about.is_valid(), collateral.is_valid()])
        found = _checked(shop, wish, about, collateral) if is_valid else None
        status = HTTPStatus.UNPROCESSABLE_ENTITY if found is None else HTTPStatus.OK
        context |= found or {}
    return render(request, "portal/finder/eligibility.html", context, status=status)


def _checked(
    shop: Shop, wish: WishForm, about: PersonForm | CompanyForm, collateral: CollateralForm
) -> dict[str, Any] | None:
    """What the rules say; None when the wish cannot be asked, which its form then says."""
    if wish.purpose_code in shop.forbidden:
        return {"forbidden": shop.forbidden[wish.purpose_code]}
    serving = [one for one in shop.lent if wish.kind in one.spec.customer_kinds and one.spec.purpose(wish.purpose_code)]
    answers, refused = [], None
    for product in serving:
        try:
            answers.append(_answer(shop, product, wish, about, collateral))
        except InvalidInput as error:
            refused = error
    if not answers and refused is not None:
        form = collateral if refused.field == "collateral_value_minor" else wish
        form.add_error(FIELDS.get(refused.field or "", None), f"{refused} {refused.remedy_text()}")
        return None
    return {"answers": answers, "asked": _asked(shop, wish.kind), "consents": [kind.label for kind in ConsentKind]}


def _answer(
    shop: Shop, product: Product, wish: WishForm, about: PersonForm | CompanyForm, collateral: CollateralForm
) -> dict[str, Any]:
    """What the rules say of one product.  Raises InvalidInput."""
    said, spec, policy = wish.cleaned_data, product.spec, decision_policy(shop.pack)
    value_minor = collateral.cleaned_data["value"] or 0
    need = Need(
        spec.code, said["amount"], spec.currency, said["months"], wish.purpose_code, collateral_value_minor=value_minor
    )
    check_need(need, spec, wish.kind, policy.offer.forbidden_purposes)
    found = check(
        need,
        wish.kind,
        about.means(),
        about.age_years,
        spec,
        policy,
        on=business_date.to_show(),
        calendar=calendar_of(shop.pack),
    )
    return {
        "name": spec.name.model_dump(),
        "currency": spec.currency,
        "against": [_told(one) for one in found.against],
        "looked_at": [_told(one) for one in found.looked_at],
        "well": [one.text for one in found.well],
        "lent": _lent(found),
        "documents": shop.documents(found.quote.documents),
    }


def _told(one: Finding) -> dict[str, Any]:
    """A finding in the policy's words, with what would help."""
    return {"text": one.text, "help": words.advice(one.rule)}


def _lent(found: Answer) -> dict[str, Any] | None:
    """What somebody of the middle class could be lent."""
    proposal, cost = found.quote.proposal, found.quote.cost
    if cost is None or found.against:
        return None
    return {"amount_minor": proposal.amount_minor, "term_months": proposal.term_months, "cost": cost}


def _asked(shop: Shop, kind: str) -> list[Mapping[str, str]]:
    """The facts that an application would be asked for: those of this kind of customer that a rule or an amount reads."""
    facts: Mapping[str, Mapping[str, Any]] = shop.pack.section("facts")["facts"]
    return [
        fact["label"]
        for fact in facts.values()
        if fact["of"] == kind and not fact.get("is_share") and (fact["read_by"] or fact.get("is_money"))
    ]
