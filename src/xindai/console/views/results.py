"""What the bank's decisions came to: applications, time, lending, income and losses, and how good the decisions were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xindai.console import marks
from xindai.console.access import actor_of, may_open
from xindai.console.figures import ChartCard, Count, KeyFigure, Series, short_amount_figure, stack_card
from xindai.console.templatetags.xd import local
from xindai.identity.actors import Actor
from xindai.kernel import business_date, formatting
from xindai.ledger import queries as ledger
from xindai.reporting.names import product_names
from xindai.reporting.performance import TEN_THOUSAND
from xindai.reporting.summary import INCOME_ROLES, Lending, Summary, summary

CURRENCY: Final = "CNY"
COLOURS: Final = {"approve": "series-3", "refer": "series-1", "refuse": "series-2"}
IMPAIRMENT_LOSS: Final = "impairment_loss"


@dataclass(frozen=True, slots=True)
class LendingRow:
    """Loans paid out of one tier or product, with the list behind them."""

    name: str | Promise
    lending: Lending
    href: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """Persons of the unseen half of whom one thing was decided: how many, how many bad, and the lists behind both."""

    outcome: str
    persons: int
    bad: int
    href: str
    bad_href: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of income or loss; a positive amount, and the entries behind it."""

    name: Mapping[str, str]
    amount_minor: int
    href: str


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show the results that the reader's branches have brought since the founding."""
    actor = actor_of(request)
    as_of = business_date.last_closed()
    if as_of is None:
        return render(request, "xd/pages/results.html", {"told": None})
    told, links = summary(as_of, actor), _Links.of(actor, as_of)
    context = {
        "told": told,
        "as_of": as_of,
        "currency": CURRENCY,
        "figures": _figures(told, links),
        "cards": [_decision_card(told, links)],
        "tiers": [
            LendingRow(marks.TIERS[tier].word, told.by_tier[tier], links.loans({"tier": tier}))
            for tier in marks.TIERS
            if tier in told.by_tier
        ],
        "products": _product_rows(told, links),
        "accounts": _account_rows(told, links),
        "ruled": _outcome_rows(told.performance.bad_rates, "ruled", links),
        "last": _outcome_rows(told.performance.final_bad_rates, "last", links),
        "unseen_href": links.applications({"unseen": "any"}),
        "auc": _of_ten_thousand(told.performance.auc_per_10000),
        "auc_with": _of_ten_thousand(told.protected.with_per_10000) if told.protected else formatting.NONE,
        "auc_without": _of_ten_thousand(told.protected.without_per_10000) if told.protected else formatting.NONE,
    }
    return render(request, "xd/pages/results.html", context)


@dataclass(frozen=True, slots=True)
class _Links:
    """Addresses of the lists behind a figure; empty where the reader may not open them."""

    has_loans: bool
    has_applications: bool
    has_accounts: bool
    as_of: date

    @classmethod
    def of(cls, actor: Actor, as_of: date) -> "_Links":
        """Return the links that the actor may follow."""
        return cls(may_open(actor, "loans"), may_open(actor, "applications"), may_open(actor, "account"), as_of)

    def loans(self, state: Mapping[str, str]) -> str:
        """Return the list of loans in this state."""
        return f"{reverse('loans')}?{urlencode(state)}" if self.has_loans else ""

    def applications(self, state: Mapping[str, str]) -> str:
        """Return the list of applications in this state."""
        return f"{reverse('applications')}?{urlencode(state)}" if self.has_applications else ""

    def account(self, code: str) -> str:
        """Return the entries of an account up to the day of the results."""
        query = urlencode({"as_of": self.as_of.isoformat()})
        return f"{reverse('account', args=[code])}?{query}" if self.has_accounts else ""


def _figures(told: Summary, links: _Links) -> list[KeyFigure]:
    decisions, speed, states = told.decisions, told.speed, told.loans_by_state
    split = _("%(persons)s persons, %(companies)s companies") % {
        "persons": formatting.count(decisions.persons),
        "companies": formatting.count(decisions.companies),
    }
    people = _("%(approved)s approved, %(refused)s refused by people") % {
        "approved": formatting.count(decisions.by_people.get("approve", 0)),
        "refused": formatting.count(decisions.by_people.get("refuse", 0)),
    }
    ended = _("%(closed)s closed, %(lost)s written off") % {
        "closed": formatting.count(states["closed"]),
        "lost": formatting.count(states["written_off"]),
    }
    recovered = _("recovered %(amount)s") % {"amount": formatting.plain_amount(told.money.recovered_minor, CURRENCY)}
    return [
        KeyFigure(_("Applications"), formatting.count(decisions.persons + decisions.companies), note=split),
        KeyFigure(
            _("Median time to decision"), formatting.rounded(Fraction(speed.median_minutes, 60), 1), _("h"), note=people
        ),
        KeyFigure(
            _("Promises of time kept"),
            formatting.share(speed.kept, speed.promised),
            "%",
            note=_("%(kept)s of %(all)s")
            % {"kept": formatting.count(speed.kept), "all": formatting.count(speed.promised)},
            href=links.applications({"kept": "missed"}) if speed.kept < speed.promised else "",
        ),
        short_amount_figure(
            _("Lent"),
            told.volume_minor,
            CURRENCY,
            note=_("%(count)s loans") % {"count": formatting.count(told.disbursed_loans)},
            href=links.loans({}).rstrip("?"),
        ),
        KeyFigure(
            _("Loans still running"),
            formatting.count(states["active"]),
            note=ended,
            href=links.loans({"state": "active"}),
        ),
        short_amount_figure(
            _("Written off"),
            told.money.written_off_minor,
            CURRENCY,
            note=recovered,
            href=links.loans({"state": "written_off"}),
        ),
    ]


def _decision_card(told: Summary, links: _Links) -> ChartCard:
    """What the rules said, by the tier of the offer."""
    counts = told.decisions.by_tier
    series = [
        Series(
            str(mark.word),
            COLOURS[outcome],
            [
                Count(counts.get((tier, outcome), 0), links.applications({"tier": tier, "ruled": outcome}))
                for tier in marks.TIERS
            ],
        )
        for outcome, mark in marks.OUTCOMES.items()
    ]
    return stack_card(
        "ruled",
        _("What the rules said, by service tier (applications)"),
        _("The first decision; people then decide what was referred."),
        categories=[str(mark.word) for mark in marks.TIERS.values()],
        series=series,
        group=_("Service tier"),
        label_from=str(max(counts.values(), default=0) // 20 + 1),
    )


def _product_rows(told: Summary, links: _Links) -> list[LendingRow]:
    names = product_names()
    return [
        LendingRow(local(names.get(code, code)), lending, links.loans({"product": code}))
        for code, lending in told.by_product.items()
    ]


def _account_rows(told: Summary, links: _Links) -> list[AccountRow]:
    """Income of each account, then the impairment loss as a negative amount."""
    accounts = {account.role: account for account in ledger.accounts()}
    amounts = {role: told.money.income[role] for role in INCOME_ROLES}
    amounts[IMPAIRMENT_LOSS] = -told.money.impairment_loss_minor
    return [
        AccountRow(accounts[role].name, amount, links.account(accounts[role].code))
        for role, amount in amounts.items()
        if role in accounts
    ]


def _outcome_rows(rates: Mapping[str, tuple[int, int]], key: str, links: _Links) -> list[OutcomeRow]:
    return [
        OutcomeRow(
            outcome,
            persons,
            bad,
            links.applications({"unseen": "any", key: outcome}),
            links.applications({"unseen": "bad", key: outcome}),
        )
        for outcome, (bad, persons) in ((one, rates[one]) for one in marks.OUTCOMES if one in rates)
    ]


def _of_ten_thousand(measure: int | None) -> str:
    """Write a measure between 0 and 1; a dash when there is none."""
    return formatting.NONE if measure is None else formatting.rounded(Fraction(measure, TEN_THOUSAND), 4)
