"""Who changes prices, when, and by which request: what every change of this room is told and writes to the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backend.domain.actor import Actor
from backend.models import Tariff
from backend.services.ground.audit import write_audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    staff: Actor
    now: datetime
    request_id: str = ""
    ip: str = ""


def note_change(caller: Caller, tariff: Tariff, action: str, detail: Mapping[str, object]) -> None:
    """The audit row of a change of a tariff, in its transaction."""
    write_audit(
        actor=caller.staff,
        action=f"tariff.{action}",
        object_kind="tariff",
        object_no=tariff.tariff_no,
        operator_id=tariff.operator_id,
        detail=detail,
        now=caller.now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
