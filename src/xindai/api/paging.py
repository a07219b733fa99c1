"""Pages of a list by an opaque cursor: the place after the last row, whatever has been added meanwhile."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from django.core import signing
from django.db.models import Q, QuerySet
from ninja import Field, Schema

from xindai.api.errors import BadCursor

PAGE: Final = 50
LARGEST_PAGE: Final = 200
LONGEST_CURSOR: Final = 400

After = Annotated[str, Field(max_length=LONGEST_CURSOR, description="`next` of the page before; empty for the first.")]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="Rows on a page.")]


class Paged(Schema):
    """What every list can be asked for."""

    after: After = ""
    limit: Limit = PAGE


def page(
    rows: "QuerySet[Any, Any]", asked: Paged, sort: str, columns: Mapping[str, str], key: str = "pk"
) -> tuple[list[Any], str | None]:
    """Return a page of rows and the cursor of the next one, if there is one.

    ``columns`` are the sort words of the list with the column behind each, which must hold no empty values;
    ``key`` is a column that no two rows share.  Raises BadCursor.
    """
    column, is_down = columns[sort.removeprefix("-")], sort.startswith("-")
    if asked.after:
        rows = rows.filter(_beyond(column, key, is_down, *_opened(asked.after, sort)))
    sign = "-" if is_down else ""
    found = list(rows.order_by(f"{sign}{column}", f"{sign}{key}")[: asked.limit + 1])
    if len(found) <= asked.limit:
        return found, None
    last = found[asked.limit - 1]
    return found[: asked.limit], _closed(sort, _plain(_value(last, column)), _value(last, key))


def page_to_follow(
    rows: "QuerySet[Any, Any]", asked: Paged, sort: str, columns: Mapping[str, str]
) -> tuple[list[Any], str]:
    """A page of a list that grows at its end, and the cursor from which to go on, also when nothing has come yet."""
    found, following = page(rows, asked, sort, columns)
    if following is None and found:
        following = _closed(sort, _plain(_value(found[-1], columns[sort])), found[-1].pk)
    return found, following or asked.after


def _beyond(column: str, key: str, is_down: bool, value: Any, last: Any) -> Q:
    """The rows after a place in the order of the column, then of the key."""
    side = "lt" if is_down else "gt"
    return Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"{key}__{side}": last})


def _value(row: Any, column: str) -> Any:
    for name in column.split("__"):
        row = getattr(row, name)
    return row


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else value.isoformat()


def _closed(sort: str, value: Any, last: Any) -> str:
    return signing.dumps([sort, value, last], salt="api cursor")


def _opened(cursor: str, sort: str) -> tuple[Any, Any]:
    try:
        of_sort, value, last = signing.loads(cursor, salt="api cursor")
    except (signing.BadSignature, ValueError):
        raise BadCursor from None
    if of_sort != sort:
        raise BadCursor
    return value, last
