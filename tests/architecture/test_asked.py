"""No name in a query comes from outside."""

import pytest

from tests.architecture import asked
from tests.architecture.source import SRC, Source, product, told

HEAD = "from django.db.models import F, Q, Sum\n"


def test_where_requests_are_read_every_name_in_a_query_is_written_in_the_code() -> None:
    found = [finding for source in product() for finding in asked.open_names(source)]
    assert not found, told(found)


def test_every_exception_is_needed() -> None:
    for path in asked.ALLOWED:
        moved = Source("xindai/console/elsewhere.py", (SRC / path).read_text(encoding="utf-8"))
        assert asked.open_names(moved), f"{path} needs no exception"


@pytest.mark.parametrize(
    "line",
    [
        "rows.order_by(request.GET['sort'])",
        "rows.order_by(*keys)",
        "rows.order_by(f'-{key}')",
        "rows.filter(**request.GET.dict())",
        "rows.exclude(**{key: 1})",
        "rows.values_list(key, flat=True)",
        "rows.values(*keys)",
        "rows.annotate(x=F(key))",
        "rows.filter(Q(**given))",
        "rows.latest(key)",
    ],
)
def test_a_name_from_outside_is_found(line: str) -> None:
    assert asked.open_names(Source("xindai/console/views/planted.py", f"{HEAD}{line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "rows.order_by('-no', F('at').desc())",
        "rows.filter(Q(state='late') | Q(no=given), no=request.GET['no'])",
        "rows.values('no').annotate(total=Sum('minor'))",
        "words.get(key, '')",
        "words.values()",
    ],
)
def test_values_from_outside_are_free(line: str) -> None:
    assert asked.open_names(Source("xindai/console/views/planted.py", f"{HEAD}{line}\n")) == []
