"""The look along the audit chain, for those who may see every row of it."""

from backend.domain.actor import Actor
from backend.services.access.operator_scope import check_is_platform
from backend.services.ground.audit_chain import AuditLook, look_at_chain


def look_at_audit_chain(*, staff: Actor, after: int) -> AuditLook:
    """One part of it, on from link `after`. Raises Forbidden for all but the platform's staff."""
    check_is_platform(staff)
    return look_at_chain(after=after)
