"""One driver for the desk: what they are, what they charged, when they logged in, and what may be done about them."""

from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.driver import DriverState
from backend.domain.errors import DriverNotFound
from backend.domain.permission import Permission
from backend.models import AuditRow, Driver, LiveSession, Session, Staff
from backend.models.engine.database import reading
from backend.services.access.scope import scoped, sees_platform
from backend.services.views.desk.driver_rows import StaffDriverRow, find_visible_driver, view_drivers

SHOWN_LOG_INS: Final = 20


class DriverLogIn(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    ip: str


class FrozenBy(msgspec.Struct, frozen=True, kw_only=True):
    """`by` is None where whoever did it is there no more."""

    at: datetime
    by: str | None
    reason: str


class StaffDriver(msgspec.Struct, frozen=True, kw_only=True):
    """`log_ins` are the newest 20; none for whoever does not see the platform. `live_session_no` is a charge that runs
    in the reader's scope.
    """

    driver: StaffDriverRow
    frozen: FrozenBy | None
    live_session_no: str | None
    log_ins: tuple[DriverLogIn, ...]
    row_version: int
    allowed_actions: tuple[str, ...]


@reading
def get_driver_for_staff(*, staff: Actor, driver_no: str) -> StaffDriver:
    """Raises DriverNotFound, also for one who never charged where the reader may look."""
    driver = find_visible_driver(staff, driver_no)
    if driver is None:
        raise DriverNotFound
    is_whole = sees_platform(staff)
    return StaffDriver(
        driver=view_drivers([driver], staff)[0],
        frozen=_frozen(driver) if is_whole else None,
        live_session_no=_live(driver, staff),
        log_ins=_log_ins(driver) if is_whole else (),
        row_version=driver.row_version,
        allowed_actions=_actions(driver, staff),
    )


def _frozen(driver: Driver) -> FrozenBy | None:
    if driver.frozen_at is None:
        return None
    by = Staff.get_or_none(Staff.id == driver.frozen_by_id)
    return FrozenBy(at=driver.frozen_at, by=None if by is None else by.name, reason=driver.frozen_reason)


def _live(driver: Driver, staff: Actor) -> str | None:
    running = (
        Session.select(Session.session_no)
        .join(LiveSession, on=(LiveSession.session_id == Session.id))
        .where(LiveSession.driver_id == driver.id)
    )
    row = scoped(running, staff, operator=Session.operator_id, station=Session.station_id).first()
    return None if row is None else row.session_no


def _log_ins(driver: Driver) -> tuple[DriverLogIn, ...]:
    rows = (
        AuditRow.select(AuditRow.at, AuditRow.ip)
        .where(
            (AuditRow.object_kind == "driver")
            & (AuditRow.object_no == driver.driver_no)
            & (AuditRow.action == "driver.log_in")
        )
        .order_by(AuditRow.at.desc())
        .limit(SHOWN_LOG_INS)
    )
    return tuple(DriverLogIn(at=row.at, ip=row.ip) for row in rows)


def _actions(driver: Driver, staff: Actor) -> tuple[str, ...]:
    if not sees_platform(staff):
        return ()
    actions = []
    if Permission.DRIVER_FREEZE in staff.permissions and driver.deleted_at is None:
        actions.append("unfreeze" if driver.state is DriverState.FROZEN else "freeze")
    if Permission.DRIVER_PHONE in staff.permissions and driver.phone:
        actions.append("reveal_phone")
    if Permission.DRIVER_PRIVACY in staff.permissions:
        if Permission.EXPORT_MAKE in staff.permissions:
            actions.append("export_data")
        if driver.deleted_at is None:
            actions.append("delete")
    return tuple(actions)
