"""Keeping a file: its row first, then the file, then the row says that it is there. A lost process leaves a row, no riddle.

Deleting goes the other way round: the row says so, the file goes, then the row. Never called inside a transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from peewee import IntegrityError

from backend import gateways
from backend.domain.errors import ServiceUnavailable
from backend.domain.stored_file import FilePurpose, FileState
from backend.gateways.files.store import IncomingFile
from backend.models import Driver, ExportJob, ExportPart, StationPhoto, StoredFile
from backend.models.engine.database import RetryTransaction, locked, reading, transactional

GRACE: Final = timedelta(days=1)
"""From storing a file to naming it in a row, a day at most."""
FILES_PER_CALL: Final = 50
NAMED_BY: Final[tuple[Any, ...]] = (
    StationPhoto.file_id,
    StationPhoto.thumb_file_id,
    Driver.avatar_file_id,
    ExportJob.file_id,
    ExportPart.file_id,
)
"""The columns that hold ids of stored files."""
_log = structlog.get_logger(__name__)


def store_file(*, file: IncomingFile, media_type: str, purpose: FilePurpose, now: datetime) -> int:
    """Keep a received file, closed by who received it; returns the id of its row, which some row must name within `GRACE`.

    Content that is there already is the same file. Raises ServiceUnavailable.
    """
    store = gateways.get_files().store
    row_id = _announce(
        sha256=file.sha256, size_bytes=file.size_bytes, media_type=media_type, purpose=purpose, now=now
    )
    store.put(file.path, sha256=file.sha256, size_bytes=file.size_bytes)
    _confirm(row_id=row_id)
    return row_id


@reading
def find_stored_file(*, row_id: int) -> StoredFile | None:
    """The row of a file that is there. Raises ServiceUnavailable."""
    return StoredFile.get_or_none((StoredFile.id == row_id) & (StoredFile.state == FileState.STORED))


@reading
def find_photo(*, sha256: str) -> StoredFile | None:
    """The row of a photo that is there, by its digest. Raises ServiceUnavailable."""
    row: StoredFile | None = StoredFile.get_or_none(StoredFile.sha256 == sha256)
    is_there = row is not None and row.state is FileState.STORED and row.purpose is FilePurpose.PHOTO
    return row if is_there else None


def delete_unnamed_files(*, named_by: Sequence[Any] = NAMED_BY, now: datetime) -> int:
    """Delete some files that no row names, whose grace is over; returns how many. Harmless to repeat or to run twice.

    `named_by`: see `NAMED_BY`. Raises ServiceUnavailable where the database is away.
    """
    doomed = _doom(named_by=named_by, now=now)
    for row_id, sha256 in doomed:
        try:
            gateways.get_files().store.delete(sha256)
        except ServiceUnavailable as error:
            _log.warning("file_not_deleted", sha256=sha256, error=str(error))
            return 0  # the rest is tried at the next turn
        _forget(row_id=row_id)
    return len(doomed)


@transactional
def _announce(*, sha256: str, size_bytes: int, media_type: str, purpose: FilePurpose, now: datetime) -> int:
    row = locked(StoredFile.select().where(StoredFile.sha256 == sha256)).first()
    if row is None:
        try:
            created = StoredFile.create(
                sha256=sha256,
                size_bytes=size_bytes,
                media_type=media_type,
                purpose=purpose,
                state=FileState.ARRIVING,
                created_at=now,
                wanted_at=now,
            )
        except IntegrityError as error:
            raise RetryTransaction from error
        return int(created.id)
    if row.state is FileState.DELETING:
        raise ServiceUnavailable(reason="file_is_being_deleted")
    row.wanted_at = now
    row.save()
    return int(row.id)


@transactional
def _confirm(*, row_id: int) -> None:
    row = locked(StoredFile.select().where(StoredFile.id == row_id)).first()
    if row is None or row.state is FileState.DELETING:
        raise ServiceUnavailable(reason="file_is_being_deleted")
    row.state = FileState.STORED
    row.save()


@transactional
def _doom(*, named_by: Sequence[Any], now: datetime) -> list[tuple[int, str]]:
    """Files to delete, which nobody can take up any more once this has committed."""
    is_old = StoredFile.wanted_at < now - GRACE
    for column in named_by:
        is_old &= StoredFile.id.not_in(column.model.select(column).where(column.is_null(is_null=False)))
    rows = list(
        locked(StoredFile.select().where(is_old).order_by(StoredFile.wanted_at).limit(FILES_PER_CALL))
    )
    StoredFile.update(state=FileState.DELETING).where(StoredFile.id.in_([row.id for row in rows])).execute()
    return [(row.id, row.sha256) for row in rows]


@transactional
def _forget(*, row_id: int) -> None:
    StoredFile.delete().where(StoredFile.id == row_id).execute()
