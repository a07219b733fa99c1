"""The rules of the decision: each looks at one thing and says pass, note, refer or refuse.

Pure: a case and a policy in, an outcome with all findings out.  The worst effect decides; every
finding is kept, also those that passed, so that a reader sees what was looked at.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import IntEnum, StrEnum
from typing import Any

from xindai.kernel.formatting import amount
from xindai.offers.limits import existing_debt_service, tier_cash_flow_cover, tier_instalment_share
from xindai.offers.policy import CutOffs
from xindai.underwriting.case import Case
from xindai.underwriting.policy import DecisionPolicy

MILLION = 1_000_000
BILLION = 1_000_000_000
MONTHS_IN_YEAR = 12


class Outcome(StrEnum):
    """What becomes of an application."""

    APPROVE = "approve"
    REFER = "refer"
    REFUSE = "refuse"


class Effect(IntEnum):
    """What one finding asks for; the largest of all decides."""

    PASS = 0
    NOTE = 1
    REFER = 2
    REFUSE = 3


OUTCOME_OF = {
    Effect.PASS: Outcome.APPROVE,
    Effect.NOTE: Outcome.APPROVE,
    Effect.REFER: Outcome.REFER,
    Effect.REFUSE: Outcome.REFUSE,
}


@dataclass(frozen=True)
class Finding:
    """What one rule found: which fact, its value and limit as people read them, and the text."""

    rule: str
    effect: Effect
    fact: str
    value: str
    limit: str
    text: dict[str, str]


@dataclass(frozen=True)
class Verdict:
    """The outcome and everything that was found."""

    outcome: Outcome
    findings: tuple[Finding, ...]

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that made the outcome what it is; for an approval, the notes."""
        worst = max((finding.effect for finding in self.findings), default=Effect.PASS)
        return tuple(finding for finding in self.findings if finding.effect == worst != Effect.PASS)

    def to_json(self) -> dict[str, Any]:
        """A plain copy for storing."""
        findings = [{**asdict(found), "effect": found.effect.name.lower()} for found in self.findings]
        return {"outcome": self.outcome.value, "findings": findings}


def decide(case: Case, policy: DecisionPolicy) -> Verdict:
    """Apply every rule that concerns the case."""
    findings = tuple(finding for rule in RULES for finding in rule(case, policy))
    worst = max((finding.effect for finding in findings), default=Effect.PASS)
    return Verdict(OUTCOME_OF[worst], findings)


def _legal_age(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """A person must be of full age; nothing else depends on age."""
    if case.standing.kind != "person":
        return
    youngest = policy.offer.law.lowest_age_years
    if case.age_years is None:
        yield _found("age_unknown", Effect.REFER, "age_years", "-", youngest, policy)
    else:
        effect = Effect.REFUSE if case.age_years < youngest else Effect.PASS
        yield _found("legal_age", effect, "age_years", case.age_years, youngest, policy)


def _purpose(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """Some purposes are forbidden by law; some a person must understand first."""
    purpose, name = case.asked.purpose, case.asked.purpose_name
    if purpose in policy.offer.forbidden_purposes:
        yield _found("purpose_forbidden", Effect.REFUSE, "purpose", name, "-", policy)
    elif purpose in policy.referred_purposes:
        yield _found("purpose_unclear", Effect.REFER, "purpose", name, "-", policy)
    else:
        yield _found("purpose_lawful", Effect.PASS, "purpose", name, "-", policy)


def _offer(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """Nothing to offer is a refusal; less or shorter than asked for is a counter-offer."""
    offered, asked = case.offered, case.asked
    bound = _money(case, offered.amount_bound_minor)
    if offered.amount_minor == 0:
        smallest = _money(case, case.smallest_amount_minor)
        yield _found("nothing_to_offer", Effect.REFUSE, offered.amount_bound, bound, smallest, policy)
    elif offered.amount_minor < asked.amount_minor:
        wish = _money(case, asked.amount_minor)
        given = _money(case, offered.amount_minor)
        yield _found("amount_reduced", Effect.NOTE, offered.amount_bound, wish, given, policy)
    if offered.term_months < asked.term_months:
        rule = "term_reduced"
        yield _found(rule, Effect.NOTE, offered.term_bound, asked.term_months, offered.term_months, policy)


def _score(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """The credit score against the cut-offs for this kind of customer."""
    cut_offs = policy.score[case.standing.kind]
    yield _above(case.standing.score, cut_offs, "score", "score", str, policy)


def _income_capacity(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """Persons: the new instalment and other debts against disposable income.

    What the service tier lends without asking is comfortable by definition.
    """
    if case.capacity != "income" or not case.offered.amount_minor:
        return
    income_minor = case.means.disposable_income_minor
    if not income_minor:
        yield _found("income_unknown", Effect.REFER, "disposable_income_minor", "-", "-", policy)
        return
    burden_minor = case.offered.burden_minor + (case.means.other_instalments_minor or 0)
    share_ppm = _rounded_up(burden_minor * MILLION, income_minor)
    shares = policy.offer.capacity.instalment_share_ppm
    cut_offs = CutOffs(good=max(shares.good, tier_instalment_share(case.standing, policy.offer)), bad=shares.bad)
    yield _below(share_ppm, cut_offs, "instalment_to_income", "disposable_income_minor", _percent, policy)


def _cash_flow_cover(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """Companies: yearly cash flow against what all debts take in a year."""
    if case.standing.kind != "company" or not case.offered.amount_minor:
        return
    cash_flow_minor = case.means.annual_cash_flow_minor
    if cash_flow_minor is None:
        yield _found("cash_flow_unknown", Effect.REFER, "annual_cash_flow_minor", "-", "-", policy)
        return
    service_minor = _yearly_cost(case) + existing_debt_service(case.means, policy.offer)
    cover_ppm = cash_flow_minor * MILLION // max(1, service_minor)
    cover = policy.offer.capacity.cash_flow_cover_ppm
    cut_offs = CutOffs(good=min(cover.good, tier_cash_flow_cover(case.standing, policy.offer)), bad=cover.bad)
    yield _above(cover_ppm, cut_offs, "cash_flow_cover", "annual_cash_flow_minor", _percent, policy)


def _yearly_cost(case: Case) -> int:
    """What the new loan takes in a year, minor units.

    A loan for turnover is paid back by the goods it finances, so that its interest alone must come
    from cash flow; an investment pays its instalments from cash flow.
    """
    if case.capacity == "turnover":
        return _rounded_up(case.offered.amount_minor * case.offered.rate_ppb, BILLION)
    return case.offered.burden_minor * MONTHS_IN_YEAR


def _debt_to_assets(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """Companies: all debts, this loan included, against assets with what the loan buys."""
    if case.standing.kind != "company" or not case.offered.amount_minor:
        return
    if case.means.assets_minor is None or case.means.total_debt_minor is None:
        yield _found("debts_unknown", Effect.REFER, "total_debt_minor", "-", "-", policy)
        return
    debts_minor = case.means.total_debt_minor + case.offered.amount_minor
    assets_minor = case.means.assets_minor + case.offered.amount_minor
    share_ppm = _rounded_up(debts_minor * MILLION, assets_minor)
    yield _below(share_ppm, policy.debt_to_assets_ppm, "debt_to_assets", "total_debt_minor", _percent, policy)


def _years_in_business(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """A young company has no figures to judge by: a person looks at its plan."""
    if case.standing.kind != "company":
        return
    years, fewest = case.means.years_in_business, policy.fewest_years_in_business
    effect = Effect.REFER if years is None or years < fewest else Effect.PASS
    yield _found("years_in_business", effect, "years_in_business", "-" if years is None else years, fewest, policy)


def _annual_rate(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """All costs of the loan, as an annual rate, under the cap of the law."""
    if not case.offered.amount_minor:
        return
    rate_ppb, cap_ppb = case.offered.annual_rate_ppb, policy.offer.law.highest_annual_rate_ppb
    effect = Effect.REFUSE if rate_ppb > cap_ppb else Effect.PASS
    yield _found(
        "annual_rate", effect, "annual_rate_ppb", _percent(rate_ppb // 1000), _percent(cap_ppb // 1000), policy
    )


def _automatic_amount(case: Case, policy: DecisionPolicy) -> Iterator[Finding]:
    """Large loans are decided by people, whatever the score."""
    most_minor = policy.largest_automatic_minor[case.standing.kind]
    effect = Effect.REFER if case.offered.amount_minor > most_minor else Effect.PASS
    amount = _money(case, case.offered.amount_minor)
    yield _found("automatic_amount", effect, "amount_minor", amount, _money(case, most_minor), policy)


RULES: tuple[Callable[[Case, DecisionPolicy], Iterator[Finding]], ...] = (
    _legal_age,
    _purpose,
    _offer,
    _score,
    _income_capacity,
    _cash_flow_cover,
    _debt_to_assets,
    _years_in_business,
    _annual_rate,
    _automatic_amount,
)
"""All rules, in the order in which a reader sees their findings."""


def _above(
    value: int, cut_offs: CutOffs, rule: str, fact: str, shown: Callable[[int], str], policy: DecisionPolicy
) -> Finding:
    """A value that should be high: from ``good`` it passes, below ``bad`` it refuses."""
    effect = Effect.PASS if value >= cut_offs.good else Effect.REFUSE if value < cut_offs.bad else Effect.REFER
    return _banded(rule, effect, fact, value, cut_offs, shown, policy)


def _below(
    value: int, cut_offs: CutOffs, rule: str, fact: str, shown: Callable[[int], str], policy: DecisionPolicy
) -> Finding:
    """A value that should be low: up to ``good`` it passes, above ``bad`` it refuses."""
    effect = Effect.PASS if value <= cut_offs.good else Effect.REFUSE if value > cut_offs.bad else Effect.REFER
    return _banded(rule, effect, fact, value, cut_offs, shown, policy)


def _banded(
    rule: str,
    effect: Effect,
    fact: str,
    value: int,
    cut_offs: CutOffs,
    shown: Callable[[int], str],
    policy: DecisionPolicy,
) -> Finding:
    limit = cut_offs.bad if effect is Effect.REFUSE else cut_offs.good
    return _found(rule, effect, fact, shown(value), shown(limit), policy)


def _found(
    rule: str,
    effect: Effect,
    fact: str,
    value: int | str | Mapping[str, str],
    limit: int | str | Mapping[str, str],
    policy: DecisionPolicy,
) -> Finding:
    """The finding with its text from the policy (the most special one), filled in for both languages.

    A value or a limit that is itself a text comes by language.
    """
    keys = (f"{rule}_{fact}", f"{rule}_{effect.name.lower()}", rule)
    texts = next(policy.texts[key] for key in keys if key in policy.texts)
    values = value if isinstance(value, Mapping) else dict.fromkeys(texts, value)
    limits = limit if isinstance(limit, Mapping) else dict.fromkeys(texts, limit)
    filled = {language: text.format(value=values[language], limit=limits[language]) for language, text in texts.items()}
    return Finding(rule, effect, fact, str(values["en"]), str(limits["en"]), filled)


def _percent(ppm: int) -> str:
    """Parts per million as a percentage with two decimals, for reading: 412345 -> ``41.23%``."""
    hundredths = ppm // 100
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _money(case: Case, amount_minor: int) -> Mapping[str, str]:
    """An amount for reading, by language: ``12,345.67 元``, ``CNY 12,345.67``."""
    return {language: amount(amount_minor, case.currency, language) for language in ("zh", "en")}


def _rounded_up(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
