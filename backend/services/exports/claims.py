"""Who writes an export: claimed by a guarded UPDATE, and every write proves that the claim is still held.

So of a worker that was taken for dead and its heir one writes, and a cancelled one is written by nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from backend.domain.export import OPEN, ExportFault, ExportState
from backend.models import ExportJob, ExportPart
from backend.models.engine.database import locked, transactional

CLAIM: Final = timedelta(seconds=180)
"""Longer than a worker that lives is silent: packing a full workbook takes a minute or two."""
MOST_TRIES: Final = 5
KEPT: Final = timedelta(days=7)


class ClaimLost(Exception):  # noqa: N818 - no failure: somebody else goes on
    """Somebody else writes this export now, or nobody is to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedExport:
    id: int
    export_no: str
    claim: int


@transactional
def claim_export(*, now: datetime) -> ClaimedExport | None:
    """The oldest that nobody writes, and nobody else's until `CLAIM` from now; one tried too often fails instead."""
    is_free = ExportJob.claimed_until.is_null() | (ExportJob.claimed_until < now)
    for state in (ExportState.RUNNING, ExportState.QUEUED):
        free = (ExportJob.state == state) & is_free
        row = locked(ExportJob.select().where(free).order_by(ExportJob.id).limit(1)).first()
        if row is None:
            continue
        if row.tries >= MOST_TRIES:
            _end(row, ExportFault.TROUBLE, now)
            return None
        row.state, row.claimed_until = ExportState.RUNNING, now + CLAIM
        row.claims += 1
        row.tries += 1
        row.save()
        return ClaimedExport(id=row.id, export_no=row.export_no, claim=row.claims)
    return None


@transactional
def renew_export(*, claimed: ClaimedExport, now: datetime) -> None:
    """Raises ClaimLost."""
    row = _held(claimed)
    row.claimed_until = now + CLAIM
    row.save()


@transactional
def keep_part(*, claimed: ClaimedExport, file_id: int, rows: int, place: str, now: datetime) -> None:
    """A part is written: the next one begins after it. Raises ClaimLost."""
    row = _held(claimed)
    ExportPart.create(export_id=row.id, number=row.parts_done, file_id=file_id)
    row.parts_done += 1
    row.rows_done += rows
    row.place, row.claimed_until, row.tries = place, now + CLAIM, 0
    row.save()


@transactional
def finish_export(*, claimed: ClaimedExport, file_id: int, size_bytes: int, now: datetime) -> None:
    """The file is whole. Raises ClaimLost."""
    row = _held(claimed)
    row.state, row.claimed_until, row.ended_at = ExportState.DONE, None, now
    row.file_id, row.size_bytes, row.expires_at = file_id, size_bytes, now + KEPT
    row.save()
    ExportPart.delete().where(ExportPart.export_id == row.id).execute()


@transactional
def fail_export(*, claimed: ClaimedExport, fault: ExportFault, now: datetime) -> None:
    """It cannot be written. Raises ClaimLost."""
    _end(_held(claimed), fault, now)


@transactional
def release_export(*, claimed: ClaimedExport, now: datetime) -> None:
    """Written no further by this worker, which met some trouble or stops: another tries soon. Raises ClaimLost."""
    row = _held(claimed)
    row.claimed_until = now + timedelta(seconds=5)
    row.save()


def _held(claimed: ClaimedExport) -> Any:
    row = locked(ExportJob.select().where(ExportJob.id == claimed.id)).first()
    if row is None or row.claims != claimed.claim or row.state not in OPEN:
        raise ClaimLost
    return row


def _end(row: Any, fault: ExportFault, now: datetime) -> None:
    row.state, row.fault, row.claimed_until, row.ended_at = ExportState.FAILED, fault, None, now
    row.save()
