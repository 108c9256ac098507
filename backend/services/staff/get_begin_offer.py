"""What the first administrator's page has to ask for."""

from datetime import datetime

import msgspec

from backend.models.engine.database import transactional
from backend.services.staff.begin_links import find_platform, take_link


class BeginOffer(msgspec.Struct, frozen=True, kw_only=True):
    """`operator_name` of the operator there is already; None: it is to be named."""

    operator_name: str | None


@transactional
def get_begin_offer(*, token: str, now: datetime) -> BeginOffer:
    """Looked at, the link stays good. Raises BeginLinkInvalid, AlreadyBegun."""
    take_link(token, now=now)
    platform = find_platform()
    return BeginOffer(operator_name=None if platform is None else platform.name)
