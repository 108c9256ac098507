"""A pile's secret is worth nothing any more (吊销密钥): the broker throws it out and lets it in by no secret."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.permission import Permission
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.piles.own_pile import lock_pile, tell_pile
from backend.services.piles.secrets import forget_secret


@transactional
def revoke_secret(
    *, staff: Actor, pile_no: str, reason: str, now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """Revoke it; asking again is harmless. A charge that runs goes on by its limits and is billed by its late record.

    Raises Forbidden, PileNotFound, PileRetired.
    """
    pile = lock_pile(staff, pile_no, Permission.PILE_SECRET)
    if pile.secret_issued_at is None:
        return
    forget_secret(pile)
    pile.save()
    write_audit(
        actor=staff,
        action="pile.secret_revoke",
        object_kind="pile",
        object_no=pile.pile_no,
        operator_id=pile.operator_id,
        detail={"reason": reason},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_pile(pile)
