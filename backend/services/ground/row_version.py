"""Two people edit one thing: the second is told, and nothing of either is lost (column `row_version`)."""

from typing import Protocol

from backend.domain.errors import RowChanged


class Edited(Protocol):
    """A row that people edit; it is locked when it is taken."""

    row_version: int


def take_edit(row: Edited, *, seen: int) -> None:
    """Count an edit of a locked row by somebody who saw version `seen` of it; saving is the caller's.

    Raises RowChanged where another edit came between.
    """
    if row.row_version != seen:
        raise RowChanged
    row.row_version += 1
