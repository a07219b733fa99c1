"""The figures of the policy in force by which loans are graded and provided for."""

from datetime import date

from loanmath import GradingPolicy
from xindai.policies import queries as policies
from xindai.policies.packs import Pack

_TIERS = ("normal", "special_mention", "substandard", "doubtful", "loss")


def grading_policy(pack: Pack) -> GradingPolicy:
    """What the pack's sections ``five_tier`` and ``provisioning`` say on the pack's date."""
    five_tier = pack.section("five_tier")
    floors = five_tier["overdue_days_above"]
    rates = pack.section("provisioning")["rates_ppb"]
    special_mention, substandard, doubtful, loss = (floors[tier] for tier in _TIERS[1:])
    normal, second, third, fourth, fifth = (rates[tier] for tier in _TIERS)
    return GradingPolicy(
        floors_days=(special_mention, substandard, doubtful, loss),
        technical_lateness_days=five_tier["technical_lateness_days"],
        good_conduct_months=five_tier["upgrade_good_conduct_months"],
        provision_rates_ppb=(normal, second, third, fourth, fifth),
    )


def policy_on(on: date) -> GradingPolicy:
    """The grading policy in force on a date.  Raises NoPolicyInForce."""
    return grading_policy(policies.pack_as_of(on))
