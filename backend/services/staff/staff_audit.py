"""Audit rows of what is done to staff and roles."""

from collections.abc import Mapping
from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.models import Role, Staff
from backend.services.ground.audit import write_audit


def write_staff_audit(
    *,
    actor: Actor | None,
    action: str,
    row: Staff,
    detail: Mapping[str, object],
    caller: Caller,
    now: datetime,
) -> None:
    """`detail` is what changed, before and after; never a password or a code."""
    write_audit(
        actor=actor,
        action=action,
        object_kind="staff",
        object_no=row.account,
        operator_id=row.operator_id,
        detail=detail,
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )


def write_role_audit(
    *, actor: Actor, action: str, row: Role, detail: Mapping[str, object], caller: Caller, now: datetime
) -> None:
    """A role is named by its row id: names change."""
    write_audit(
        actor=actor,
        action=action,
        object_kind="role",
        object_no=str(row.id),
        operator_id=row.operator_id,
        detail=detail,
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """What differs, each with how it was and how it is."""
    return {
        name: {"before": before.get(name), "after": value}
        for name, value in after.items()
        if before.get(name) != value
    }
