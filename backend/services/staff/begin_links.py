"""Whether the link to the first administrator is good, and for whom."""

from datetime import datetime
from typing import Final

from backend.domain.errors import AlreadyBegun, BeginLinkInvalid
from backend.gateways.ids import hash_token
from backend.models import BeginLink, Operator
from backend.models.engine.database import locked
from backend.services.staff.super_administrators import has_super_administrator

THE_LINK: Final = 1


def take_link(token: str, *, now: datetime) -> None:
    """Return for a good link, locked; the caller's transaction. Raises BeginLinkInvalid, AlreadyBegun."""
    row = locked(BeginLink.select().where(BeginLink.id == THE_LINK)).first()
    if has_super_administrator():
        raise AlreadyBegun
    if row is None or row.token_hash != hash_token(token) or row.expires_at <= now:
        raise BeginLinkInvalid


def find_platform() -> Operator | None:
    """The platform's owner, where there is one already."""
    found: Operator | None = Operator.select().where(Operator.is_platform).order_by(Operator.id).first()
    return found
