"""Pages of several lists merged by time, newest first: each table is walked on its own index, then the walks are merged.

A cursor names the row it starts from by its list and public number, as those of the single lists do; a row outside the
caller's scope is refused. Rows of one time stand in the order of their lists, then by row id.
"""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Final, NamedTuple

from backend.domain.errors import InvalidCursor
from backend.services.views.desk.staff_page import LARGEST_PAGE, Listing, find_anchor, load_rows

_NEXT: Final = "n"
_PREVIOUS: Final = "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One of the lists: `letter` stands for it in cursors and is its place among rows of one time. It has a `time`."""

    letter: str
    listing: Listing


class Key(NamedTuple):
    """Where a row stands; the greater is the newer."""

    at: datetime
    letter: str
    row_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPage:
    """`rows` in list order, each with its list's letter; a cursor is None where nothing follows in its direction."""

    rows: list[tuple[str, Any]]
    prev_cursor: str | None
    next_cursor: str | None


def load_merged_page(walks: Sequence[Walk], *, cursor: str | None, limit: int) -> MergedPage:
    """One page. Raises InvalidCursor. A page back that would not be full is the first page."""
    limit = max(1, min(limit, LARGEST_PAGE))
    if cursor is None:
        return _page(walks, _take(walks, None, limit + 1), limit, has_previous=False)
    direction, anchor = _read_cursor(walks, cursor)
    if direction == _NEXT:
        return _page(walks, _take(walks, anchor, limit + 1), limit, has_previous=True)
    newer = _take(walks, anchor, limit + 1, is_back=True)
    if len(newer) <= limit:
        return _page(walks, _take(walks, None, limit + 1), limit, has_previous=False)
    rows = _load(walks, newer[limit - 1 :: -1])
    return MergedPage(
        rows=rows,
        prev_cursor=_cursor(walks, _PREVIOUS, rows[0]),
        next_cursor=_cursor(walks, _NEXT, rows[-1]),
    )


def load_merged_after(walks: Sequence[Walk], place: str, limit: int) -> tuple[list[tuple[str, Any]], str]:
    """The next rows of the whole list after a place, and the place after them; "" is where it begins."""
    anchor = None
    if place:
        at, letter, row_id = place.split("|")
        anchor = Key(datetime.fromisoformat(at), letter, int(row_id))
    keys = _take(walks, anchor, limit)
    if not keys:
        return [], place
    last = keys[-1]
    return _load(walks, keys), f"{last.at.isoformat()}|{last.letter}|{last.row_id}"


def _take(walks: Sequence[Walk], anchor: Key | None, most: int, *, is_back: bool = False) -> list[Key]:
    """The first rows after the anchor, or before it going back; from each list no more than could be among them."""
    found: list[Key] = []
    for walk in walks:
        listing = walk.listing
        time, row_id = _time(walk), listing.number.model.id
        query = listing.wanted
        if anchor is not None:
            query = query.where(_is_beyond(walk, anchor, is_back=is_back))
        order = [key.asc() if is_back else key.desc() for key in (time, row_id)]
        rows = query.select(time, row_id).order_by(*order).limit(most).tuples()
        found.extend(Key(at, walk.letter, found_id) for at, found_id in rows)
    return sorted(found, reverse=not is_back)[:most]


def _is_beyond(walk: Walk, anchor: Key, *, is_back: bool) -> Any:
    """SQL: a row of this list follows the anchor; the walk on its index begins there."""
    time = _time(walk)
    beyond = operator.gt if is_back else operator.lt
    at_or_beyond = operator.ge if is_back else operator.le
    if walk.letter == anchor.letter:
        follows = beyond(walk.listing.number.model.id, anchor.row_id)
        return at_or_beyond(time, anchor.at) & (beyond(time, anchor.at) | follows)
    is_after = beyond(walk.letter, anchor.letter)
    return at_or_beyond(time, anchor.at) if is_after else beyond(time, anchor.at)


def _page(walks: Sequence[Walk], keys: list[Key], limit: int, *, has_previous: bool) -> MergedPage:
    rows = _load(walks, keys[:limit])
    return MergedPage(
        rows=rows,
        prev_cursor=_cursor(walks, _PREVIOUS, rows[0]) if has_previous and rows else None,
        next_cursor=_cursor(walks, _NEXT, rows[-1]) if len(keys) > limit else None,
    )


def _load(walks: Sequence[Walk], keys: Iterable[Key]) -> list[tuple[str, Any]]:
    """What is shown of these rows, in their order: one query for each list."""
    ids: dict[str, list[int]] = {}
    keys = list(keys)
    for key in keys:
        ids.setdefault(key.letter, []).append(key.row_id)
    of_lists = (
        {(walk.letter, row.id): row for row in load_rows(walk.listing, ids.get(walk.letter, []))}
        for walk in walks
    )
    rows: dict[tuple[str, int], Any] = reduce(operator.or_, of_lists, {})
    return [(key.letter, rows[key.letter, key.row_id]) for key in keys]


def _cursor(walks: Sequence[Walk], direction: str, row: tuple[str, Any]) -> str:
    letter, shown = row
    number = next(walk for walk in walks if walk.letter == letter).listing.number
    return f"{direction}.{letter}.{getattr(shown, number.name)}"


def _read_cursor(walks: Sequence[Walk], cursor: str) -> tuple[str, Key]:
    direction, _, rest = cursor.partition(".")
    letter, _, number = rest.partition(".")
    walk = next((one for one in walks if one.letter == letter), None)
    if walk is None or direction not in (_NEXT, _PREVIOUS):
        raise InvalidCursor
    anchor = find_anchor(walk.listing, number)
    return direction, Key(getattr(anchor, _time(walk).name), letter, anchor.id)


def _time(walk: Walk) -> Any:
    time = walk.listing.time
    if time is None:
        raise TypeError("a list without a time cannot be merged")
    return time
