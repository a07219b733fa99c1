"""A second factor that is lost is reset from the machine: for the only administrator, above all."""

from argparse import Namespace
from pathlib import Path

import pytest

from xindai.config.commands import people
from xindai.config.setup.places import Places
from xindai.identity import second_factor, sign_ins
from xindai.identity.actors import Actor
from xindai.identity.models import CodeApp, FactorReset
from xindai.identity.roles import Role
from xindai.identity.testing import make_user
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict

pytestmark = pytest.mark.django_db


def reset(tmp_path: Path, username: str, reason: str = "Phone lost") -> int:
    return people.run(Namespace(verb="reset", username=username, reason=reason), Places(tmp_path))


def test_the_only_administrator_gets_another_try(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chief = Actor.of(make_user(Role.ADMINISTRATOR, username="chief"))
    sign_ins.begin(chief, session_key="one", way="password")
    second_factor.begin(chief, session_key="one")
    with pytest.raises(InvalidInput):
        reset(tmp_path, "chief", reason=" ")
    assert CodeApp.objects.exists()
    assert reset(tmp_path, "chief") == 0
    assert capsys.readouterr().out.startswith("chief: no second factor")
    assert not CodeApp.objects.exists()
    assert (FactorReset.objects.get().by, FactorReset.objects.get().reason) == ("system:terminal", "Phone lost")
    with pytest.raises(StateConflict):
        reset(tmp_path, "chief")
    with pytest.raises(NotFound):
        reset(tmp_path, "nobody")
