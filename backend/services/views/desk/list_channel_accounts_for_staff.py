"""The desk's list of operators' own accounts at payment channels, and one of them."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import ChannelAccountNotFound
from backend.domain.payment import Channel
from backend.models import ChannelAccount, Operator
from backend.models.engine.database import reading
from backend.services.access.operator_scope import of_operators
from backend.services.views.desk.channel_account_views import StaffChannelAccount, view_accounts
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffChannelAccountPage(msgspec.Struct, frozen=True, kw_only=True):
    accounts: tuple[StaffChannelAccount, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_channel_accounts_for_staff(
    *,
    staff: Actor,
    operator_no: str | None,
    channel: Channel | None,
    is_enabled: bool | None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> StaffChannelAccountPage:
    """One page, newest first. Raises InvalidCursor."""
    anchors = of_operators(ChannelAccount.select(), staff, operator=ChannelAccount.operator_id)
    wanted = anchors
    if operator_no is not None:
        own = Operator.select(Operator.id).where(Operator.operator_no == operator_no)
        wanted = wanted.where(ChannelAccount.operator_id.in_(own))
    if channel is not None:
        wanted = wanted.where(ChannelAccount.channel == channel)
    if is_enabled is not None:
        wanted = wanted.where(ChannelAccount.is_enabled == is_enabled)
    listing = Listing(
        wanted=wanted,
        anchors=anchors,
        shown=ChannelAccount.select(),
        number=ChannelAccount.account_no,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffChannelAccountPage(
        accounts=view_accounts(page.rows, now),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
    )


@reading
def get_channel_account_for_staff(*, staff: Actor, account_no: str, now: datetime) -> StaffChannelAccount:
    """One account. Raises ChannelAccountNotFound."""
    own = of_operators(ChannelAccount.select(), staff, operator=ChannelAccount.operator_id)
    row = own.where(ChannelAccount.account_no == account_no).first()
    if row is None:
        raise ChannelAccountNotFound
    return view_accounts([row], now)[0]
