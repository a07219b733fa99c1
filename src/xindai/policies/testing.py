"""Policies for tests: the shipped pack, live."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_bank
from xindai.kernel import clock
from xindai.policies.files import load_folder
from xindai.policies.models import PolicyState, PolicyVersion
from xindai.policies.services import go_live, import_pack, review

SHIPPED = Path(__file__).parents[3] / "policies/cn"
"""The folder of the pack that comes with the product."""


def make_live_policy(live_from: date = date(2024, 7, 1)) -> PolicyVersion:
    """The shipped pack, imported, reviewed by another person and live in a demonstration bank."""
    make_bank(is_demonstration=True)
    draft = import_pack(actor(Role.POLICY_MANAGER), folder=SHIPPED)
    review(actor(Role.RISK_MANAGER), version_id=draft.pk)
    return go_live(actor(Role.POLICY_MANAGER), version_id=draft.pk, live_from=live_from)


def make_quick_policy() -> PolicyVersion:
    """The shipped figures in force, but a claim is lost after ten days: a test need not close a year."""
    content: dict[str, Any] = load_folder(SHIPPED)
    days = content["five_tier"]["overdue_days_above"]
    for tier, above in (("special_mention", 0), ("substandard", 7), ("doubtful", 8), ("loss", 9)):
        days[tier]["value"] = above
    content["write_off"]["overdue_days_min"]["value"] = 10
    return put_in_force(content, "lost after ten days")


def put_in_force(content: Mapping[str, Any], told: str, *, number: int = 1) -> PolicyVersion:
    """A version of other figures than the shipped ones, in force from 2024; ``told`` stands for its fingerprint."""
    now = clock.now()
    return PolicyVersion.objects.create(
        pack="cn",
        number=number,
        content=content,
        sha256=told,
        state=PolicyState.LIVE,
        imported_at=now,
        reviewed_at=now,
        live_from=date(2024, 1, 1),
    )
