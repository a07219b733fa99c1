"""A verb is one right, one transaction and one line in the log."""

import json
from collections.abc import Callable

import pytest
import structlog
from django.db import connection

from xindai.identity import verbs
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.identity.verbs import verb
from xindai.kernel.errors import InvalidInput, NotPermitted

Act = Callable[[Actor, Exception | None], str]

pytestmark = pytest.mark.django_db


@pytest.fixture
def revalue(monkeypatch: pytest.MonkeyPatch) -> Act:
    """A verb that writes a row and then fails when it is told to."""
    monkeypatch.setattr(verbs, "VERBS", {})

    @verb("collateral.revalue")
    def act(actor: Actor, failure: Exception | None) -> str:
        make_branch("NEW")
        assert connection.in_atomic_block
        if failure:
            raise failure
        return "done"

    return act


def test_what_it_did_stands_when_it_ends(revalue: Act) -> None:
    assert revalue(actor(Role.LOAN_OFFICER), None) == "done"
    assert Branch.objects.filter(code="NEW").exists()


@pytest.mark.parametrize("failure", [InvalidInput("rate", "too high"), ZeroDivisionError()])
def test_what_it_did_is_undone_when_it_fails(revalue: Act, failure: Exception) -> None:
    with pytest.raises(type(failure)):
        revalue(actor(Role.LOAN_OFFICER), failure)
    assert not Branch.objects.exists()


def test_without_the_right_it_does_not_begin(revalue: Act) -> None:
    with pytest.raises(NotPermitted) as caught:
        revalue(actor(Role.AUDITOR), None)
    assert "collateral.revalue" in str(caught.value)
    assert not Branch.objects.exists()


@pytest.mark.parametrize(
    ("failure", "event", "says"),
    [
        (None, "done", {}),
        (InvalidInput("rate", "王建国"), "refused", {"code": "invalid_input"}),
        (ZeroDivisionError("王建国"), "failed", {"error_type": "ZeroDivisionError"}),
    ],
)
def test_its_end_is_one_line_in_the_log_without_what_people_wrote(
    revalue: Act, failure: Exception | None, event: str, says: dict[str, str]
) -> None:
    officer = actor(Role.LOAN_OFFICER)
    with structlog.testing.capture_logs() as lines:
        if failure is None:
            revalue(officer, None)
        else:
            with pytest.raises(type(failure)):
                revalue(officer, failure)
    (line,) = lines
    assert line["milliseconds"] >= 0
    expected = {"event": event, "verb": "collateral.revalue", "actor": officer.label, **says}
    assert {name: value for name, value in line.items() if name in expected} == expected
    assert "王建国" not in json.dumps(lines, ensure_ascii=False)


def test_its_name_is_known() -> None:
    from xindai.identity import services

    assert services.open_branch.verb_name == "branch.open"  # type: ignore[attr-defined]
    assert verbs.VERBS["branch.open"] is services.open_branch
