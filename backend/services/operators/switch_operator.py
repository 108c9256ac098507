"""The platform disables an operator, or lets it work again.

Disabled: its staff cannot log in and are logged out, its stations are shown to no driver and take no new start; a
charge that runs goes on and is billed.
"""

from datetime import datetime
from functools import partial

from backend.domain.actor import Actor
from backend.domain.errors import OperatorIsPlatform
from backend.domain.permission import ActorKind, Permission
from backend.live import nearby, token_cache
from backend.models import AuthToken, Staff, Station
from backend.models.engine.database import after_commit, transactional
from backend.services.access.operator_scope import check_is_platform, lock_operator
from backend.services.ground.audit import write_audit
from backend.services.ground.operator_book import forget_operators
from backend.services.ground.row_version import take_edit


@transactional
def switch_operator(
    *,
    staff: Actor,
    operator_no: str,
    is_enabled: bool,
    reason: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Raises Forbidden, OperatorNotFound, OperatorIsPlatform, RowChanged. What is so already stays so."""
    row = lock_operator(staff, operator_no, permission=Permission.OPERATOR_EDIT)
    check_is_platform(staff)
    if row.is_platform:
        raise OperatorIsPlatform
    if row.is_enabled is is_enabled:
        return
    take_edit(row, seen=row_version)
    row.is_enabled = is_enabled
    row.save()
    write_audit(
        actor=staff,
        action="operator.enable" if is_enabled else "operator.disable",
        object_kind="operator",
        object_no=operator_no,
        operator_id=row.id,
        detail={
            "before": {"is_enabled": not is_enabled},
            "after": {"is_enabled": is_enabled},
            "reason": reason,
        },
        now=now,
        request_id=request_id,
        ip=ip,
    )
    after_commit(forget_operators)
    if is_enabled:
        _show_stations(row.id)
    else:
        _log_out_staff(row.id, now)


def _log_out_staff(operator_id: int, now: datetime) -> None:
    own = Staff.select(Staff.id).where(Staff.operator_id == operator_id)
    is_theirs = (AuthToken.actor_kind == ActorKind.STAFF) & AuthToken.actor_id.in_(own)
    live = is_theirs & AuthToken.revoked_at.is_null()
    hashes = [row.token_hash for row in AuthToken.select(AuthToken.token_hash).where(live)]
    AuthToken.update(revoked_at=now).where(live).execute()
    for token_hash in hashes:
        after_commit(partial(token_cache.drop, token_hash))


def _show_stations(operator_id: int) -> None:
    """Back on the map at once; while it was disabled the map may have been rebuilt without them."""
    shown = Station.select().where((Station.operator_id == operator_id) & (Station.is_visible == True))  # noqa: E712 - SQL
    places = [(row.station_no, row.lat_e6, row.lng_e6) for row in shown]
    if places:
        after_commit(lambda: nearby.put_stations(places))
