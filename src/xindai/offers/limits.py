"""How much, and how long, a customer can be lent: the smallest of several bounds, each explained."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xindai.offers.annuity import level_instalment, principal_for
from xindai.offers.need import Need
from xindai.offers.policy import OfferPolicy
from xindai.offers.standing import Means, Standing
from xindai.offers.working_capital import WorkingCapital
from xindai.products.spec import Method, ProductSpec

MILLION = 1_000_000
MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class Bound:
    """One bound on an amount (``value`` in minor units) or on a term (``value`` in months).

    ``because`` names the fact, tier, product or entry of law that set it.
    """

    code: str
    because: str
    value: int


def binding(bounds: Iterable[Bound]) -> Bound:
    """The smallest bound; of equal ones the first."""
    return min(bounds, key=lambda bound: bound.value)


def monthly_burden(amount_minor: int, rate_ppb: int, term_months: int) -> int:
    """What the loan takes each month if paid in level instalments.

    Capacity is measured so for every repayment method: a loan must be affordable by its whole
    cost, not by the small first payments of a method that leaves the principal to the end.
    """
    return level_instalment(amount_minor, rate_ppb, term_months) if amount_minor else 0


def term_bounds(need: Need, spec: ProductSpec, standing: Standing, policy: OfferPolicy) -> tuple[Bound, ...]:
    """The longest terms by law, repayment method, service tier and product for this need."""
    tier, method = standing.tier, need.method or spec.default_method
    bounds: list[Bound] = []
    purpose = spec.purpose(need.purpose)
    if purpose is not None and purpose.term_law is not None:
        bounds.append(Bound("lawful_term", purpose.term_law, policy.law.longest_term_months[purpose.term_law]))
    if method == Method.BULLET:
        bounds.append(Bound("lawful_bullet_term", method, policy.law.longest_bullet_months))
    offered = spec.offered_method(method)
    if offered is not None and offered.longest_term_months is not None:
        bounds.append(Bound("method_term", method, offered.longest_term_months))
    return (
        *bounds,
        Bound("tier_term", tier, policy.packages[tier].longest_term_months),
        Bound("product_term", spec.code, spec.term_months.largest),
    )


@dataclass(frozen=True)
class Limits:
    """The bounds on the amount of one need at a given rate and term.

    Means bound a loan twice: by capacity, beyond which nobody is lent to, and by what the service
    tier lends: the comfortable part of capacity times the tier's multiple.  A bound is absent
    where the fact behind it is unknown; underwriting then asks a person.
    """

    need: Need
    spec: ProductSpec
    standing: Standing
    means: Means
    policy: OfferPolicy
    rate_ppb: int
    term_months: int

    def bounds(self) -> tuple[Bound, ...]:
        """All bounds that apply; the smallest binds, of equal ones the first: the law speaks first."""
        measures = {"income": self._income, "turnover": self._turnover, "cash_flow": self._cash_flow}
        return (
            *self._law(),
            *measures[self.spec.capacity](),
            Bound("product_amount", self.spec.code, self.spec.largest_amount_minor),
        )

    def _law(self) -> Iterator[Bound]:
        """What the law forbids: purposes, too high a share of the collateral, unsecured lending."""
        law, value_minor = self.policy.law, self.need.collateral_value_minor
        if self.need.purpose in self.policy.forbidden_purposes:
            yield Bound("forbidden_purpose", self.need.purpose, 0)
        purpose = self.spec.purpose(self.need.purpose)
        if value_minor and purpose is not None and purpose.value_law is not None:
            share_ppm = law.value_share_ppm[purpose.value_law]
            yield Bound("collateral_value", purpose.value_law, value_minor * share_ppm // MILLION)
        elif not value_minor and self.spec.unsecured_law is not None:
            cap_minor = law.unsecured_cap_minor[self.spec.unsecured_law]
            yield Bound("unsecured_cap", self.spec.unsecured_law, cap_minor)

    def _income(self) -> Iterator[Bound]:
        """Persons: the shares of disposable income that instalments may take."""
        income_minor = self.means.disposable_income_minor
        if income_minor is None:
            return
        fact = "disposable_income_minor"
        most_ppm = self.policy.capacity.instalment_share_ppm.bad
        yield self._repaid_by("income_capacity", fact, self._free_income(income_minor, most_ppm))
        yield self._repaid_by("tier_limit", self.standing.tier, self._free_income(income_minor, self._tier_share()))

    def _tier_share(self) -> int:
        return tier_instalment_share(self.standing, self.policy)

    def _free_income(self, income_minor: int, share_ppm: int) -> int:
        """What a share of monthly income leaves after other instalments."""
        return income_minor * share_ppm // MILLION - (self.means.other_instalments_minor or 0)

    def _turnover(self) -> Iterator[Bound]:
        """Companies' turnover: what of the working-capital need is open."""
        capital = working_capital(self.standing, self.means, self.policy)
        if capital is None:
            return
        open_minor = capital.new_loan_minor
        yield Bound("working_capital_need", "revenue_minor", open_minor)
        multiple_ppm = self.policy.packages[self.standing.tier].limit_multiple_ppm
        yield Bound("tier_limit", self.standing.tier, open_minor * multiple_ppm // MILLION)

    def _cash_flow(self) -> Iterator[Bound]:
        """Companies' investments: instalments that yearly cash flow covers often enough."""
        cash_flow_minor = self.means.annual_cash_flow_minor
        if cash_flow_minor is None:
            return
        fact = "annual_cash_flow_minor"
        least_ppm = self.policy.capacity.cash_flow_cover_ppm.bad
        yield self._repaid_by("cash_flow_capacity", fact, self._free_cash_flow(cash_flow_minor, least_ppm))
        tier_ppm = tier_cash_flow_cover(self.standing, self.policy)
        yield self._repaid_by("tier_limit", self.standing.tier, self._free_cash_flow(cash_flow_minor, tier_ppm))

    def _free_cash_flow(self, cash_flow_minor: int, cover_ppm: int) -> int:
        """What each month of a covered year leaves after the service of existing debts."""
        service_minor = cash_flow_minor * MILLION // cover_ppm
        return (service_minor - existing_debt_service(self.means, self.policy)) // MONTHS_IN_YEAR

    def _repaid_by(self, code: str, because: str, monthly_minor: int) -> Bound:
        return Bound(code, because, principal_for(monthly_minor, self.rate_ppb, self.term_months))


def tier_instalment_share(standing: Standing, policy: OfferPolicy) -> int:
    """The share of income (ppm) that the tier lends up to: the comfortable share times its multiple."""
    shares = policy.capacity.instalment_share_ppm
    multiple_ppm = policy.packages[standing.tier].limit_multiple_ppm
    return min(shares.bad, shares.good * multiple_ppm // MILLION)


def tier_cash_flow_cover(standing: Standing, policy: OfferPolicy) -> int:
    """The cover (ppm) down to which the tier lends: the comfortable cover divided by its multiple."""
    cover = policy.capacity.cash_flow_cover_ppm
    multiple_ppm = policy.packages[standing.tier].limit_multiple_ppm
    return max(cover.bad, cover.good * MILLION // multiple_ppm)


def existing_debt_service(means: Means, policy: OfferPolicy) -> int:
    """What existing debts take in a year, by the policy's assumed share of their amount."""
    return (means.total_debt_minor or 0) * policy.capacity.debt_service_share_ppm // MILLION


def working_capital(standing: Standing, means: Means, policy: OfferPolicy) -> WorkingCapital | None:
    """The company's working-capital need; the industry's assumptions stand in for unstated figures."""
    if means.revenue_minor is None:
        return None
    assumed = policy.capacity.working_capital[standing.industry]
    return WorkingCapital(
        prior_sales_minor=means.revenue_minor,
        sales_margin_ppm=_stated(means.sales_margin_ppm, assumed.sales_margin_ppm),
        sales_growth_ppm=_stated(means.sales_growth_ppm, assumed.sales_growth_ppm),
        cycle_days=_cycle_days(means, assumed.cycle_days),
        own_funds_minor=means.own_working_funds_minor or 0,
        existing_loans_minor=means.working_capital_loans_minor or 0,
    )


def _cycle_days(means: Means, assumed_days: int) -> int:
    """Days from paying suppliers to being paid, where the company stated any of their parts."""
    bound_days = (means.inventory_days, means.receivable_days, means.prepaid_days)
    freed_days = (means.payable_days, means.advance_days)
    if all(days is None for days in (*bound_days, *freed_days)):
        return assumed_days
    return sum(days or 0 for days in bound_days) - sum(days or 0 for days in freed_days)


def _stated(value: int | None, assumed: int) -> int:
    return assumed if value is None else value
