"""Nobody reads the wall clock but kernel.clock."""

import pytest

from tests.architecture import clocks
from tests.architecture.source import SRC, Source, floors, product, told


def test_no_module_reads_the_wall_clock() -> None:
    found = [finding for source in product() for finding in clocks.wall_clocks(source)]
    assert not found, told(found)


def test_the_clock_and_the_exceptions_do_read_it() -> None:
    for path in (clocks.THE_CLOCK, *clocks.ALLOWED):
        moved = Source("xindai/ledger/elsewhere.py", (SRC / path).read_text(encoding="utf-8"))
        assert clocks.wall_clocks(moved), f"{path} needs no exception"


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nat = datetime.now()\n",
        "import datetime as dt\non = dt.date.today()\n",
        "import time\nstamp = time.time()\n",
        "from django.utils import timezone\nat = timezone.now()\n",
        "from django.utils.timezone import localdate\non = localdate()\n",
        "from time import time_ns\nstamp = time_ns()\n",
        "from django.db.models.functions import Now\nrows.update(at=Now())\n",
        "from django.db import models\nat = models.DateTimeField(auto_now_add=True)\n",
        "from datetime import datetime\ndef at(clock=datetime.utcnow):\n    return datetime.today()\n",
    ],
)
def test_a_planted_clock_is_found(text: str) -> None:
    found = clocks.wall_clocks(Source("xindai/servicing/planted.py", text))
    assert 2 in {finding.line for finding in found} | {finding.line - 1 for finding in found}


@pytest.mark.parametrize(
    "text",
    [
        "from time import perf_counter\nstarted = perf_counter()\n",
        "from xindai.kernel import clock\nat = clock.now()\n",
        "from datetime import date, datetime\non = date(2026, 1, 31)\nat = datetime.fromisoformat('2026-01-31')\n",
    ],
)
def test_measuring_and_given_dates_are_free(text: str) -> None:
    assert clocks.wall_clocks(Source("xindai/jobs/planted.py", text)) == []


def test_loan_mathematics_may_not_even_measure() -> None:
    planted = Source("loanmath/planted.py", "from time import perf_counter\nstarted = perf_counter()\n")
    assert [finding.line for finding in clocks.wall_clocks(planted)] == [1]


def test_below_the_jobs_only_the_business_date_counts() -> None:
    found = [finding for source in product() for finding in clocks.calendar_dates(source, floors())]
    assert not found, told(found)


def test_the_date_of_the_calendar_is_found_below_the_jobs_and_free_above() -> None:
    text = "from xindai.kernel import clock\nfrom xindai.kernel.clock import today\non = clock.today()\nat = today()\n"

    found = clocks.calendar_dates(Source("xindai/servicing/planted.py", text), floors())

    assert [finding.line for finding in found] == [3, 4]
    assert clocks.calendar_dates(Source("xindai/demonstration/planted.py", text), floors()) == []
