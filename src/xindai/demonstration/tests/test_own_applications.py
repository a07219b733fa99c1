"""A lender's own file goes the same way as every other application, and comes in once."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from xindai.applications.models import Application
from xindai.demonstration import days, founding, own_applications
from xindai.demonstration.bank import Plan, open_bank
from xindai.demonstration.models import Arrival
from xindai.demonstration.stopwatch import Stopwatch
from xindai.demonstration.tests.test_own_file import COLUMNS, GOOD, MAPPING, row
from xindai.identity.actors import Actor
from xindai.kernel import business_date
from xindai.reporting import applications as reporting
from xindai.reporting.applications import ApplicationLine

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


HOSTILE = {
    "编号": "K" * 300,
    "姓名": "演" * 5000,
    "证件": "1" * 4000,
    "金额": "1" + "0" * 30,
    "期限": "9" * 3000,
    "用途": "x" * 300,
    "日期": "2099/01/01",
    "收入": "1" + "0" * 30,
    "信用": "\0",
    "车价": "1" + "0" * 30,
    "币种": "EURO",
}
CAR = (
    MAPPING.replace("{value: consumer}", "{value: car}")
    .replace("{column: 用途, words: {家电: domestic_appliances}, otherwise: other_consumption}", "用途")
    .replace("  name:", "  collateral_value: 车价\n  currency: 币种\n  name:")
)


def write_cars(applications: Path, *changes: dict[str, str]) -> None:
    """One row for each change of a good one."""
    cells = dict(zip(COLUMNS, GOOD, strict=True)) | {"用途": "car_new", "车价": "20000", "币种": "CNY"}
    rows = [cells, *({**cells, "编号": f"C{number}", **change} for number, change in enumerate(changes))]
    with applications.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(cells))
        writer.writeheader()
        writer.writerows(rows)


def test_whatever_a_file_says_its_good_rows_come_in_and_the_list_of_applications_is_read(
    files: tuple[Path, Path],
) -> None:
    founding.found(PLAN)
    applications, mapping = files
    write_cars(applications, *({column: cell} for column, cell in HOSTILE.items()), {"用途": "moon"})
    mapping.write_text(CAR, encoding="utf-8")
    given = own_applications.give_in(PLAN, applications, mapping)
    assert [record.key for record in given.file.records] == ["branch-2025/A1", f"branch-2025/C{len(HOSTILE)}"]
    live_all_days()
    own_applications.tell(given, Console(file=io.StringIO()))
    with given.rejects.open(encoding="utf-8-sig", newline="") as lines:
        told = list(csv.DictReader(lines))
    assert len(told) == len(HOSTILE) + 1
    assert all(row["xindai_field"] and row["xindai_remedy"] for row in told)
    [listed] = lines_of(Actor.system("demonstration"))
    assert listed.amount_minor == 1_200_050


def lines_of(actor: Actor) -> list[ApplicationLine]:
    """The applications of own files as the list shows them."""
    return reporting.lines(actor, reporting.applications(actor).filter(channel="file"))


def test_a_row_may_come_in_two_years_ahead_and_no_later(files: tuple[Path, Path]) -> None:
    founding.found(PLAN)
    applications, mapping = files
    write_cars(applications, {"日期": "2026/07/01"}, {"日期": "2026/07/02"})
    mapping.write_text(CAR, encoding="utf-8")
    given = own_applications.give_in(PLAN, applications, mapping)
    assert [record.key for record in given.file.records] == ["branch-2025/A1", "branch-2025/C0"]
    [rejected] = given.file.rejections
    [problem] = rejected.problems
    assert problem.field == "arrives_on"
    assert "2026-07-01" in problem.remedy


def test_a_file_may_come_after_the_last_day(files: tuple[Path, Path]) -> None:
    founding.found(PLAN)
    live_all_days()
    before = Application.objects.count()
    own_applications.give_in(PLAN, *files)
    live_all_days()
    assert Application.objects.count() == before + 1
    assert not own_applications.are_under_way()
