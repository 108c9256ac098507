"""A link on which the first administrator is made: for whoever sits at the server, while there is no super administrator."""

from datetime import datetime, timedelta
from typing import Final

from backend.domain.errors import AlreadyBegun
from backend.gateways.ids import hash_token, new_token
from backend.models import BeginLink
from backend.models.engine.database import transactional
from backend.services.staff.begin_links import THE_LINK
from backend.services.staff.super_administrators import has_super_administrator

GOOD_FOR: Final = timedelta(hours=1)


@transactional
def offer_begin_link(*, now: datetime) -> str:
    """The token of the link; the one before is over. Raises AlreadyBegun."""
    if has_super_administrator():
        raise AlreadyBegun
    token = new_token()
    BeginLink.delete().where(BeginLink.id == THE_LINK).execute()
    BeginLink.insert(
        id=THE_LINK, token_hash=hash_token(token), created_at=now, expires_at=now + GOOD_FOR
    ).execute()
    return token
