"""The business date from the command line: closed by name, once."""

from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest

from xindai.config.commands import day
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places
from xindai.kernel import business_date
from xindai.kernel.errors import StateConflict, Unavailable
from xindai.servicing.testing import MONDAY, open_bank

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], tmp_path: Path, verb: str | None = None, on: str = "") -> str:
    assert day.run(Namespace(verb=verb, date=on), Places(tmp_path)) == 0
    return capsys.readouterr().out


def test_a_date_is_closed_by_name_and_closing_it_again_changes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    open_bank()
    assert said(capsys, tmp_path) == f"open: {MONDAY.isoformat()}\n"
    first = said(capsys, tmp_path, "close", MONDAY.isoformat())
    assert first.startswith(f"{MONDAY.isoformat()}: closed, 0 loans")
    assert said(capsys, tmp_path, "close", MONDAY.isoformat()) == first
    assert business_date.current() == date.fromordinal(MONDAY.toordinal() + 1)


def test_a_date_that_is_not_open_is_refused(tmp_path: Path) -> None:
    open_bank()
    with pytest.raises(StateConflict):
        day.run(Namespace(verb="close", date="2031-01-01"), Places(tmp_path))
    with pytest.raises(Refusal, match="no date"):
        day.run(Namespace(verb="close", date="tomorrow"), Places(tmp_path))
    assert business_date.current() == MONDAY


def test_nothing_is_drawn_without_a_channel(tmp_path: Path, settings: object) -> None:
    settings.DEBIT_CHANNEL = ""  # type: ignore[attr-defined]
    open_bank()
    with pytest.raises(Unavailable):
        day.run(Namespace(verb="draw", date=MONDAY.isoformat()), Places(tmp_path))
