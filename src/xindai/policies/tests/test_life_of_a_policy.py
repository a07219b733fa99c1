"""A policy is imported, reviewed by another person and goes live from a date."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_bank
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted
from xindai.policies.errors import NoPolicyInForce, UnconfirmedFigures, WrongPolicyState
from xindai.policies.models import PolicyState, PolicyVersion
from xindai.policies.queries import differences, pack_as_of, pack_of_version
from xindai.policies.services import go_live, import_pack, review
from xindai.policies.testing import SHIPPED, make_live_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed_folder(tmp_path: Path) -> Path:
    """The shipped pack with a dearer price for low ratings."""
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    prices = tmp_path / "pricing.yaml"
    text = prices.read_text(encoding="utf-8")
    prices.write_text(
        text.replace("low: {value: 60_000_000, quoted: 6 %", "low: {value: 70_000_000, quoted: 7 %"), encoding="utf-8"
    )
    return tmp_path


def test_the_same_files_are_imported_once() -> None:
    manager = actor(Role.POLICY_MANAGER)
    first = import_pack(manager, folder=SHIPPED)
    assert import_pack(manager, folder=SHIPPED).pk == first.pk
    assert (first.label, first.state) == ("cn-1", PolicyState.DRAFT)


def test_who_imported_a_policy_cannot_review_it() -> None:
    manager = actor(Role.POLICY_MANAGER)
    draft = import_pack(manager, folder=SHIPPED)
    with pytest.raises(NotPermitted):
        review(manager, version_id=draft.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=draft.pk).update(reviewed_by=manager.user_id)


def test_a_loan_officer_may_not_touch_policies() -> None:
    with pytest.raises(NotPermitted):
        import_pack(actor(Role.LOAN_OFFICER), folder=SHIPPED)


def test_a_draft_cannot_go_live() -> None:
    draft = import_pack(actor(Role.POLICY_MANAGER), folder=SHIPPED)
    with pytest.raises(WrongPolicyState, match="draft"):
        go_live(actor(Role.POLICY_MANAGER), version_id=draft.pk, live_from=date(2024, 7, 1))


def test_unconfirmed_figures_keep_a_real_bank_from_going_live() -> None:
    make_bank(is_demonstration=False)
    draft = import_pack(actor(Role.POLICY_MANAGER), folder=SHIPPED)
    review(actor(Role.RISK_MANAGER), version_id=draft.pk)
    with pytest.raises(UnconfirmedFigures, match=r"five_tier\.technical_lateness_days"):
        go_live(actor(Role.POLICY_MANAGER), version_id=draft.pk, live_from=date(2024, 7, 1))


def test_a_live_policy_is_in_force_from_its_date() -> None:
    version = make_live_policy(date(2024, 7, 1))
    assert pack_as_of(date(2024, 7, 1)).version == version.label
    with pytest.raises(NoPolicyInForce):
        pack_as_of(date(2024, 6, 30))


def test_a_pack_is_kept_in_memory_for_the_days_in_which_no_figure_changes() -> None:
    make_live_policy()
    assert pack_as_of(date(2024, 7, 2)) is pack_as_of(date(2024, 12, 31))
    assert pack_as_of(date(2025, 2, 27)) is not pack_as_of(date(2025, 2, 28))


def test_the_next_version_ends_the_one_before_and_the_past_keeps_its_own(changed_folder: Path) -> None:
    first = make_live_policy(date(2024, 7, 1))
    second = import_pack(actor(Role.POLICY_MANAGER), folder=changed_folder)
    review(actor(Role.RISK_MANAGER), version_id=second.pk)
    go_live(actor(Role.POLICY_MANAGER), version_id=second.pk, live_from=date(2025, 1, 1))
    before, after = pack_as_of(date(2024, 12, 31)), pack_as_of(date(2025, 1, 1))
    assert (before.version, after.version) == ("cn-1", "cn-2")
    assert [difference.key for difference in differences(before, after)] == ["pricing.premium_by_rating_ppb.low"]
    first.refresh_from_db()
    assert (first.state, first.ended_on) == (PolicyState.ENDED, date(2025, 1, 1))


def test_a_version_cannot_go_live_before_the_one_in_force(changed_folder: Path) -> None:
    make_live_policy(date(2024, 7, 1))
    second = import_pack(actor(Role.POLICY_MANAGER), folder=changed_folder)
    review(actor(Role.RISK_MANAGER), version_id=second.pk)
    with pytest.raises(InvalidInput, match="cn-1"):
        go_live(actor(Role.POLICY_MANAGER), version_id=second.pk, live_from=date(2024, 7, 1))


def test_the_database_refuses_to_change_the_content_of_a_version() -> None:
    version = make_live_policy()
    with pytest.raises(DatabaseError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(content={})


def test_a_version_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound):
        pack_of_version("cn-7", date(2024, 7, 1))
    with pytest.raises(NotFound):
        review(actor(Role.RISK_MANAGER), version_id=999_999)
