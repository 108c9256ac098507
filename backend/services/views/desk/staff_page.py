"""Pages of the lists for staff: forth and back by cursor, and how many rows there are in all.

A cursor names the row it starts from by its public number; one from outside the caller's scope is refused.
A page is found in two steps, first its rows' ids in the one table that is filtered and sorted, then what is shown of
them: a database that is asked for both at once may start at the names, and read and sort every row there is.
"""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

import msgspec
from peewee import SQL, BigAutoField, Field, ModelSelect

from backend.domain.errors import InvalidCursor

LARGEST_PAGE: Final = 100
COUNT_CAP: Final = 10_000
_NEXT: Final = "n."
_PREVIOUS: Final = "p."
_ROW_ID: Final = re.compile(r"[0-9]{1,18}")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list: `wanted` filters one table and joins none, `anchors` is every row of it that a cursor may name.

    `shown` is the same table with what a view needs. Rows are sorted by `time`, and those of one time by row id;
    without a time by row id alone. `number` is the rows' public number, or their row id where they have none.
    """

    wanted: "ModelSelect[Any]"
    anchors: "ModelSelect[Any]"
    shown: "ModelSelect[Any]"
    number: "Field[Any]"
    time: "Field[Any] | None" = None
    is_newest_first: bool


def load_page(listing: Listing, *, cursor: str | None, limit: int) -> Page:
    """One page. Raises InvalidCursor. A page back that would not be full is the first page."""
    limit = max(1, min(limit, LARGEST_PAGE))
    if cursor is None:
        return _page(listing, _first_ids(listing, limit), limit, has_previous=False)
    is_back = cursor.startswith(_PREVIOUS)
    is_descending = listing.is_newest_first is not is_back
    beyond = listing.wanted.where(
        _is_beyond(listing, _find_anchor(listing, cursor), is_descending=is_descending)
    )
    ids = _take_ids(listing, beyond, limit, is_descending=is_descending)
    if not is_back:
        return _page(listing, ids, limit, has_previous=True)
    if len(ids) <= limit:
        return _page(listing, _first_ids(listing, limit), limit, has_previous=False)
    rows = load_rows(listing, ids[limit - 1 :: -1])
    number = listing.number.name
    return Page(
        rows=rows,
        prev_cursor=_PREVIOUS + str(getattr(rows[0], number)),
        next_cursor=_NEXT + str(getattr(rows[-1], number)),
    )


def load_found_page(
    listing: Listing, found: Sequence[tuple[int, str]], *, cursor: str | None, limit: int
) -> Page:
    """One page of rows that are known already: their ids and numbers in list order. Raises InvalidCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    numbers = [number for _, number in found]
    first = 0
    if cursor is not None:
        if not cursor.startswith((_NEXT, _PREVIOUS)) or cursor[len(_NEXT) :] not in numbers:
            raise InvalidCursor
        at = numbers.index(cursor[len(_NEXT) :])
        first = at + 1 if cursor.startswith(_NEXT) else max(0, at - limit)
    end = first + limit
    return Page(
        rows=load_rows(listing, [row_id for row_id, _ in found[first:end]]),
        prev_cursor=_PREVIOUS + numbers[first] if 0 < first < len(found) else None,
        next_cursor=_NEXT + numbers[end - 1] if end < len(found) else None,
    )


def load_rows_after(listing: Listing, place: str, limit: int) -> tuple[list[Any], str]:
    """The next rows of the whole list after a place, and the place after them: "" where the list begins.

    A place holds what the list is sorted by, so that it stays one when its row moves.
    """
    wanted = listing.wanted
    if place:
        at, _, row_id = place.rpartition("|")
        anchor = SimpleNamespace(id=int(row_id))
        if listing.time is not None:
            setattr(anchor, listing.time.name, datetime.fromisoformat(at))
        wanted = wanted.where(_is_beyond(listing, anchor, is_descending=listing.is_newest_first))
    rows = load_rows(
        listing, _take_ids(listing, wanted, limit, is_descending=listing.is_newest_first)[:limit]
    )
    if not rows:
        return [], place
    last = rows[-1]
    time = "" if listing.time is None else getattr(last, listing.time.name).isoformat()
    return rows, f"{time}|{last.id}"


def count_capped(query: "ModelSelect[Any]") -> Total:
    """How many rows the query has, counted no further than `COUNT_CAP`."""
    count = query.select(SQL("1")).limit(COUNT_CAP + 1).count()
    return Total(count=min(count, COUNT_CAP), is_capped=count > COUNT_CAP)


def _first_ids(listing: Listing, limit: int) -> list[int]:
    return _take_ids(listing, listing.wanted, limit, is_descending=listing.is_newest_first)


def _take_ids(listing: Listing, query: "ModelSelect[Any]", limit: int, *, is_descending: bool) -> list[int]:
    """The first rows' ids and one more, which tells that there are more."""
    row_id = listing.number.model.id
    keys = [row_id] if listing.time is None else [listing.time, row_id]
    order = [key.desc() if is_descending else key.asc() for key in keys]
    return [found for (found,) in query.select(row_id).order_by(*order).limit(limit + 1).tuples()]


def _is_beyond(listing: Listing, anchor: Any, *, is_descending: bool) -> Any:
    """SQL: the row follows the anchor; written so that databases here walk the index from there."""
    before_or_after = operator.lt if is_descending else operator.gt
    follows = before_or_after(listing.number.model.id, anchor.id)
    if listing.time is None:
        return follows
    time = getattr(anchor, listing.time.name)
    at_or_beyond = operator.le if is_descending else operator.ge
    return at_or_beyond(listing.time, time) & (before_or_after(listing.time, time) | follows)


def _page(listing: Listing, ids: list[int], limit: int, *, has_previous: bool) -> Page:
    rows = load_rows(listing, ids[:limit])
    number = listing.number.name
    return Page(
        rows=rows,
        prev_cursor=_PREVIOUS + str(getattr(rows[0], number)) if has_previous and rows else None,
        next_cursor=_NEXT + str(getattr(rows[-1], number)) if len(ids) > limit else None,
    )


def load_rows(listing: Listing, ids: list[int]) -> list[Any]:
    """What is shown of these rows, in their order."""
    if not ids:
        return []
    shown: Any = listing.shown.where(listing.number.model.id.in_(ids)).objects()
    rows = {row.id: row for row in shown}
    return [rows[row_id] for row_id in ids]


def _find_anchor(listing: Listing, cursor: str) -> Any:
    if not cursor.startswith((_NEXT, _PREVIOUS)):
        raise InvalidCursor
    return find_anchor(listing, cursor[len(_NEXT) :])


def find_anchor(listing: Listing, number: str) -> Any:
    """The row that a cursor names. Raises InvalidCursor."""
    is_sound = not isinstance(listing.number, BigAutoField) or _ROW_ID.fullmatch(number)
    anchor = listing.anchors.where(listing.number == number).first() if is_sound else None
    if anchor is None:
        raise InvalidCursor
    return anchor
