"""Staff ask for a list as a file; a worker writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import Forbidden, TooManyExports
from backend.domain.export import OPEN, ExportFormat, ExportKind, ExportState
from backend.domain.permission import Permission
from backend.gateways.ids import new_number
from backend.models import ExportJob, Staff
from backend.models.engine.database import locked, transactional
from backend.services.exports.tables import TABLES, read_wanted
from backend.services.ground.audit import write_audit
from backend.services.ground.idempotency import once

MOST_OPEN: Final = 3
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedExport:
    """`query` is the list's filter as its address has it."""

    kind: ExportKind
    format: ExportFormat
    query: Mapping[str, str]


@transactional
def ask_export(
    *, staff: Actor, asked: AskedExport, idempotency_key: str, caller: Caller, now: datetime
) -> str:
    """The number of the one export of this key.

    Raises Forbidden, UnfitInput, TooManyExports, IdempotencyKeyReused.
    """
    if not {Permission.EXPORT_MAKE, TABLES[asked.kind].permission} <= staff.permissions:
        raise Forbidden
    TABLES[asked.kind].find(staff, read_wanted(asked.kind, asked.query))
    return once(
        actor=staff,
        route="ask_export",
        key=idempotency_key,
        request={"kind": asked.kind, "format": asked.format, "query": dict(asked.query)},
        answer_type=str,
        now=now,
        work=lambda: _ask(staff, asked, caller, now),
    )


def _ask(staff: Actor, asked: AskedExport, caller: Caller, now: datetime) -> str:
    check_room(staff)
    row = ExportJob.create(
        export_no=new_number("EX", now),
        staff_id=staff.id,
        kind=asked.kind,
        format=asked.format,
        wanted=msgspec.json.encode(dict(asked.query)).decode(),
        state=ExportState.QUEUED,
        created_at=now,
    )
    write_audit(
        actor=staff,
        action="export.ask",
        object_kind="export",
        object_no=row.export_no,
        operator_id=staff.operator_id,
        detail={"kind": asked.kind, "format": asked.format, **asked.query},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    _log.info("export_asked", export_no=row.export_no, kind=asked.kind.value)
    return row.export_no


def check_room(staff: Actor) -> None:
    """Raises TooManyExports; two at once are counted one after the other."""
    locked(Staff.select(Staff.id).where(Staff.id == staff.id)).first()
    is_open = (ExportJob.staff_id == staff.id) & ExportJob.state.in_(sorted(OPEN))
    if ExportJob.select().where(is_open).count() >= MOST_OPEN:
        raise TooManyExports
