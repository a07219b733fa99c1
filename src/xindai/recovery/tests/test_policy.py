"""The contact rules and the steps of the strategy, without a database."""

from datetime import UTC, datetime

import pytest

from xindai.recovery.policy import CollectionPolicy, refusal

SECTION = {
    "contact_from": "08:00",
    "contact_until": "21:00",
    "connected_calls_a_day_max": 2,
    "days_to_record_outcome": 5,
    "steps": [
        {"overdue_days": 1, "code": "reminder", "channel": "message", "name": {"zh": "短信提醒", "en": "Reminder"}},
        {"overdue_days": 4, "code": "call", "channel": "call", "name": {"zh": "电话提醒", "en": "Call"}},
    ],
}
POLICY = CollectionPolicy.of(SECTION, "cn-1")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 3, 3, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(("hour", "minute"), [(7, 59), (21, 0), (23, 30), (0, 0)])
@pytest.mark.parametrize("channel", ["message", "call", "visit"])
def test_nobody_is_contacted_outside_the_hours(channel: str, hour: int, minute: int) -> None:
    refused = refusal(POLICY, channel, at(hour, minute), 0)
    assert refused is not None
    assert refused.code == "outside_contact_hours"


@pytest.mark.parametrize(("hour", "minute"), [(8, 0), (12, 0), (20, 59)])
def test_within_the_hours_a_contact_is_allowed(hour: int, minute: int) -> None:
    assert refusal(POLICY, "call", at(hour, minute), 1) is None


def test_a_debtor_reached_often_enough_today_is_not_called_again() -> None:
    refused = refusal(POLICY, "call", at(12), 2)
    assert refused is not None
    assert refused.code == "too_many_calls"


def test_letters_and_courts_keep_no_hours() -> None:
    assert refusal(POLICY, "letter", at(3), 9) is None
    assert refusal(POLICY, "court", at(3), 9) is None


@pytest.mark.parametrize(("days", "codes"), [(0, []), (1, ["reminder"]), (3, ["reminder"]), (4, ["reminder", "call"])])
def test_steps_are_reached_by_days_overdue(days: int, codes: list[str]) -> None:
    assert [step.code for step in POLICY.steps_reached(days)] == codes
