"""When the policy allows a write-off, without a database."""

import pytest

from loanmath import FiveTier
from xindai.impairment.policy import WriteOffPolicy

POLICY = WriteOffPolicy(frozenset({FiveTier.LOSS}), 361, ("formal_demand", "legal_action"))
ALL_STEPS = ["call", "formal_demand", "legal_action"]


def test_a_lost_claim_with_all_steps_taken_misses_nothing() -> None:
    assert POLICY.missing(FiveTier.LOSS, 361, ALL_STEPS) == []


@pytest.mark.parametrize(
    ("five_tier", "overdue_days", "steps", "missing"),
    [
        (FiveTier.DOUBTFUL, 400, ALL_STEPS, ["five_tier"]),
        (FiveTier.LOSS, 360, ALL_STEPS, ["overdue_days"]),
        (FiveTier.LOSS, 361, ["call", "formal_demand"], ["step:legal_action"]),
        (FiveTier.NORMAL, 0, [], ["five_tier", "overdue_days", "step:formal_demand", "step:legal_action"]),
    ],
)
def test_what_is_missing_is_named(five_tier: FiveTier, overdue_days: int, steps: list[str], missing: list[str]) -> None:
    assert POLICY.missing(five_tier, overdue_days, steps) == missing
