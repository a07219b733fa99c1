"""Policies for tests: the shipped pack, live."""

from datetime import date
from pathlib import Path

from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_bank
from xindai.policies.models import PolicyVersion
from xindai.policies.services import go_live, import_pack, review

SHIPPED = Path(__file__).parents[3] / "policies/cn"
"""The folder of the pack that comes with the product."""


def make_live_policy(live_from: date = date(2024, 7, 1)) -> PolicyVersion:
    """The shipped pack, imported, reviewed by another person and live in a demonstration bank."""
    make_bank(is_demonstration=True)
    draft = import_pack(actor(Role.POLICY_MANAGER), folder=SHIPPED)
    review(actor(Role.RISK_MANAGER), version_id=draft.pk)
    return go_live(actor(Role.POLICY_MANAGER), version_id=draft.pk, live_from=live_from)
