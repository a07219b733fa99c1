"""Errors say in the reader's language what is wrong, in which field, and what to do."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import (
    IdempotencyConflict,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    NotPermitted,
    NotSignedIn,
    StateConflict,
    Unavailable,
    VersionConflict,
    XindaiError,
)

DAY_PAST = StateConflict(
    _("The business day {on} is past: the last one closed was {closed}."),
    field="on",
    remedy=_("Give a later date."),
    on="2026-03-02",
    closed="2026-03-05",
)

EVERY_KIND = [
    (InvalidInput("rate", "too high"), "invalid_input", 422, "rate"),
    (NotPermitted("loan.disburse"), "not_permitted", 403, None),
    (NotSignedIn(), "not_signed_in", 401, None),
    (NotFound("loan", "LN26-1"), "not_found", 404, None),
    (MethodNotAllowed("DELETE", "GET"), "method_not_allowed", 405, None),
    (StateConflict("closed", field="state"), "state_conflict", 409, "state"),
    (VersionConflict("loan", "LN26-1", 2, 3), "version_conflict", 412, "version"),
    (IdempotencyConflict("k"), "idempotency_conflict", 422, "idempotency_key"),
    (Unavailable("down"), "unavailable", 503, None),
]


@pytest.mark.parametrize(
    ("language", "message", "remedy"),
    [
        ("en", "The business day 2026-03-02 is past: the last one closed was 2026-03-05.", "Give a later date."),
        ("zh-hans", "营业日 2026-03-02 已过：最近一次日终为 2026-03-05。", "请填写更晚的日期。"),
    ],
)
def test_message_and_remedy_are_in_the_readers_language(language: str, message: str, remedy: str) -> None:
    with translation.override(language):
        assert str(DAY_PAST) == message
        assert DAY_PAST.remedy_text() == remedy


@pytest.mark.parametrize(("language", "remedy"), [("en", "Give a later date."), ("zh-hans", "请填写更晚的日期。")])
def test_the_problem_document_names_code_field_and_remedy(language: str, remedy: str) -> None:
    with translation.override("en" if language != "en" else "zh-hans"):
        problem = DAY_PAST.as_problem(language)
    assert problem == {
        "type": "urn:xindai:error:state_conflict",
        "title": problem["title"],
        "status": 409,
        "code": "state_conflict",
        "field": "on",
        "remedy": remedy,
    }


def test_the_problem_document_speaks_the_language_in_force_when_none_is_named() -> None:
    with translation.override("zh-hans"):
        assert DAY_PAST.as_problem()["remedy"] == "请填写更晚的日期。"


@pytest.mark.parametrize(("error", "code", "status", "field"), EVERY_KIND)
def test_every_kind_of_error_has_its_code_status_and_field(
    error: XindaiError, code: str, status: int, field: str | None
) -> None:
    problem = error.as_problem("en")
    assert (error.code, error.status, error.field) == (code, status, field)
    assert (problem["code"], problem["status"], problem.get("field")) == (code, status, field)


@pytest.mark.parametrize(
    "error",
    [NotPermitted("loan.disburse"), NotFound("loan", "LN26-1"), VersionConflict("loan", "LN26-1", 2, 3),
     IdempotencyConflict("k"), Unavailable("down")],
)  # fmt: skip
def test_what_is_always_so_has_a_remedy_in_both_languages(error: XindaiError) -> None:
    english, chinese = error.as_problem("en"), error.as_problem("zh-hans")
    assert english["remedy"]
    assert chinese["remedy"]
    assert english["remedy"] != chinese["remedy"]


def test_a_version_conflict_tells_both_versions() -> None:
    conflict = VersionConflict("loan", "LN26-1", 2, 3)
    with translation.override("en"):
        assert str(conflict) == "loan “LN26-1” has been changed by someone else (version 3, you have 2)."


def test_an_error_without_remedy_leaves_it_out() -> None:
    assert "remedy" not in StateConflict("closed").as_problem("en")


def test_a_message_without_parameters_may_hold_braces() -> None:
    assert str(StateConflict("{a} stays")) == "{a} stays"


def test_a_placeholder_may_be_called_code_or_status() -> None:
    error = StateConflict("bank {code} is {status}", code="CB", status="closed")
    assert str(error) == "bank CB is closed"
    assert (error.code, error.status) == ("state_conflict", 409)
