"""Pages of the lists for staff: forth and back by cursor in row order, and how many rows there are in all.

A cursor names the row it starts from by its public number; one from outside the caller's scope is refused.
"""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from peewee import CharField, ModelSelect

from backend.domain.errors import InvalidCursor

LARGEST_PAGE: Final = 100
COUNT_CAP: Final = 10_000
_NEXT: Final = "n."
_PREVIOUS: Final = "p."


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """`is_capped`: there are more than `count`, and nobody counted how many."""

    count: int
    is_capped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`rows` in list order; a cursor is None where nothing follows in its direction."""

    rows: list[Any]
    prev_cursor: str | None
    next_cursor: str | None


def load_page(
    query: "ModelSelect[Any]",
    *,
    anchors: "ModelSelect[Any]",
    number: "CharField[str]",
    cursor: str | None,
    limit: int,
    is_newest_first: bool,
) -> Page:
    """One page of `query` in the order of row ids; `anchors` is every row a cursor may name, `number` its number.

    Raises InvalidCursor. A page back that would not be full is the first page.
    """
    limit = max(1, min(limit, LARGEST_PAGE))
    if cursor is None:
        rows = _take(query, number, limit, is_descending=is_newest_first)
        return _page(rows, number, limit, has_previous=False)
    anchor_id = _find_anchor(cursor, anchors, number)
    row_id = number.model.id
    is_back = cursor.startswith(_PREVIOUS)
    is_descending = is_newest_first is not is_back
    beyond = query.where(row_id < anchor_id if is_descending else row_id > anchor_id)
    rows = _take(beyond, number, limit, is_descending=is_descending)
    if not is_back:
        return _page(rows, number, limit, has_previous=True)
    if len(rows) <= limit:
        rows = _take(query, number, limit, is_descending=is_newest_first)
        return _page(rows, number, limit, has_previous=False)
    page = rows[limit - 1 :: -1]
    return Page(rows=page, prev_cursor=_PREVIOUS + _no(page[0], number), next_cursor=_next(page, number))


def count_capped(query: "ModelSelect[Any]") -> Total:
    """How many rows the query has, counted no further than `COUNT_CAP`."""
    count = query.select(query.model.id).limit(COUNT_CAP + 1).count()
    return Total(count=min(count, COUNT_CAP), is_capped=count > COUNT_CAP)


def _take(
    query: "ModelSelect[Any]", number: "CharField[str]", limit: int, *, is_descending: bool
) -> list[Any]:
    """The first rows and one more, which tells that there are more."""
    row_id = number.model.id
    return list(query.order_by(row_id.desc() if is_descending else row_id.asc()).limit(limit + 1).objects())


def _page(rows: list[Any], number: "CharField[str]", limit: int, *, has_previous: bool) -> Page:
    page = rows[:limit]
    return Page(
        rows=page,
        prev_cursor=_PREVIOUS + _no(page[0], number) if has_previous and page else None,
        next_cursor=_next(page, number) if len(rows) > limit else None,
    )


def _next(page: list[Any], number: "CharField[str]") -> str:
    return _NEXT + _no(page[-1], number)


def _no(row: Any, number: "CharField[str]") -> str:
    return str(getattr(row, number.name))


def _find_anchor(cursor: str, anchors: "ModelSelect[Any]", number: "CharField[str]") -> int:
    if not cursor.startswith((_NEXT, _PREVIOUS)):
        raise InvalidCursor
    anchor = anchors.where(number == cursor[len(_NEXT) :]).first()
    if anchor is None:
        raise InvalidCursor
    return int(anchor.id)
