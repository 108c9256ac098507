"""Messages of piles that could not be taken: the desk reads them and says what became of each."""

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, Reason
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.services.upkeep.close_quarantined import close_quarantined
from backend.services.views.desk.get_quarantined_for_staff import get_quarantined_for_staff
from backend.services.views.desk.list_quarantine_for_staff import QuarantinePage, list_quarantine_for_staff
from backend.services.views.desk.quarantine_views import QuarantinedMessage

_LONGEST_ID = 18


class QuarantineQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`is_closed`: those that somebody has dealt with (true), or has not (false)."""

    pile_no: Number | None = None
    is_closed: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class CloseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`note` says what became of the message."""

    note: Reason


async def list_all(call: Call[None, QuarantineQuery]) -> QuarantinePage:
    """Messages that could not be taken, newest first."""
    query = call.query
    return await call.read_slowly(
        list_quarantine_for_staff,
        staff=call.actor,
        pile_no=query.pile_no,
        is_closed=query.is_closed,
        cursor=query.cursor,
        limit=query.limit,
    )


async def show(call: Call[None, None]) -> QuarantinedMessage:
    """One message with its raw content."""
    return await call.transact(
        get_quarantined_for_staff, staff=call.actor, quarantine_id=_id_of(call.path["quarantine_id"])
    )


async def close(call: Call[CloseRequest, None]) -> QuarantinedMessage:
    """Say what became of it; said again it changes nothing."""
    quarantine_id = _id_of(call.path["quarantine_id"])
    await call.transact(
        close_quarantined,
        staff=call.actor,
        quarantine_id=quarantine_id,
        note=call.body.note,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.transact(get_quarantined_for_staff, staff=call.actor, quarantine_id=quarantine_id)


def _id_of(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise errors.QuarantinedNotFound
    return int(text)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/quarantine",
        scope=Permission.QUARANTINE_READ,
        handle=list_all,
        summary="异常桩消息",
        errors=(errors.InvalidCursor,),
        tag="admin_quarantine",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/quarantine/{quarantine_id}",
        scope=Permission.QUARANTINE_READ,
        handle=show,
        summary="一条异常桩消息",
        errors=(errors.QuarantinedNotFound,),
        tag="admin_quarantine",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/quarantine/{quarantine_id}/close",
        scope=Permission.QUARANTINE_CLOSE,
        handle=close,
        summary="处理异常桩消息",
        errors=(errors.QuarantinedNotFound,),
        tag="admin_quarantine",
    ),
)
