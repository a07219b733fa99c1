"""A lender's own file goes the same way as every other application, and comes in once."""

from datetime import timedelta
from pathlib import Path

import pytest

from xindai.applications.models import Application
from xindai.demonstration import days, founding, own_applications
from xindai.demonstration.bank import Plan, open_bank
from xindai.demonstration.models import Arrival
from xindai.demonstration.stopwatch import Stopwatch
from xindai.demonstration.tests.test_own_file import COLUMNS, GOOD, MAPPING, row
from xindai.kernel import business_date

pytestmark = pytest.mark.django_db

PLAN = Plan(days=4, arrival_days=3, persons=2, companies=1)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    applications, mapping = tmp_path / "own.csv", tmp_path / "own.yaml"
    rows = [COLUMNS, GOOD, row(编号="A2", 金额="1"), row(编号="A3", 期限="x")]
    applications.write_text("\n".join(",".join(f'"{cell}"' for cell in cells) for cells in rows), encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    return applications, mapping


def live_all_days() -> None:
    bank = open_bank(PLAN)
    on = business_date.current()
    while on <= PLAN.last_day or own_applications.are_under_way():
        days.live(bank, on, Stopwatch())
        on += timedelta(days=1)


def test_it_is_decided_like_every_other_and_comes_in_once(files: tuple[Path, Path]) -> None:
    founding.found(PLAN)
    given = own_applications.give_in(PLAN, *files)
    assert (given.news, len(given.file.rejections)) == (2, 1)
    assert own_applications.give_in(PLAN, *files).news == 0
    live_all_days()
    taken = Arrival.objects.get(key="branch-2025/A1")
    assert taken.application is not None
    assert taken.application.channel == "file"
    assert taken.application.state in {"contracted", "refused"}
    assert bytes(taken.sealed_record) == b""


def test_a_row_that_a_service_refuses_is_told_and_may_come_again(files: tuple[Path, Path]) -> None:
    founding.found(PLAN)
    own_applications.give_in(PLAN, *files)
    live_all_days()
    refused = Arrival.objects.get(key="branch-2025/A2")
    assert refused.application is None
    assert refused.refusal is not None
    assert refused.refusal["field"] == "amount_minor"
    assert refused.refusal["remedy"]
    assert own_applications.give_in(PLAN, *files).news == 1


def test_a_file_may_come_after_the_last_day(files: tuple[Path, Path]) -> None:
    founding.found(PLAN)
    live_all_days()
    before = Application.objects.count()
    own_applications.give_in(PLAN, *files)
    live_all_days()
    assert Application.objects.count() == before + 1
    assert not own_applications.are_under_way()
