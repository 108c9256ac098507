"""A pile leaves for good: retired (退役) with its past, or deleted (删除) where it has none. The broker lets it in no more."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import PileHasCharged
from backend.domain.permission import Permission
from backend.models import Command, Pile, PileContact, PileDay, PileMessage, PileState
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit
from backend.services.piles.edit_pile import drop_connectors
from backend.services.piles.own_pile import check_idle, has_charged, list_connectors, lock_pile, tell_pile
from backend.services.piles.secrets import forget_secret
from backend.services.sites.broker_accounts import note_account_change


@transactional
def retire_pile(
    *,
    staff: Actor,
    pile_no: str,
    reason: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Retire it; orders and totals stay. Raises Forbidden, PileNotFound, PileRetired, RowChanged, PileBusy."""
    pile = lock_pile(staff, pile_no, Permission.PILE_EDIT)
    take_edit(pile, seen=row_version)
    check_idle(pile)
    pile.is_retired = True
    pile.retired_at = now
    forget_secret(pile)
    pile.save()
    _tell(staff, pile, "pile.retire", {"reason": reason}, now, request_id, ip)


@transactional
def delete_pile(*, staff: Actor, pile_no: str, now: datetime, request_id: str = "", ip: str = "") -> None:
    """Delete one that never charged: entered by mistake. Raises Forbidden, PileNotFound, PileRetired, PileHasCharged."""
    pile = lock_pile(staff, pile_no, Permission.PILE_EDIT)
    if has_charged(pile):
        raise PileHasCharged
    _tell(staff, pile, "pile.delete", {"name": pile.name}, now, request_id, ip)
    drop_connectors([row.id for row in list_connectors(pile)])
    for table in (PileState, PileContact, PileDay, PileMessage, Command):
        table.delete().where(table.pile_id == pile.id).execute()
    Pile.delete().where(Pile.id == pile.id).execute()
    note_account_change()


def _tell(
    staff: Actor, pile: Pile, action: str, detail: dict[str, object], now: datetime, request_id: str, ip: str
) -> None:
    write_audit(
        actor=staff,
        action=action,
        object_kind="pile",
        object_no=pile.pile_no,
        operator_id=pile.operator_id,
        detail=detail,
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_pile(pile)
