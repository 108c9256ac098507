"""Secrets of piles on the operators' desk: shown once with all that an installer types in, replaced, revoked; and how far a pile has come."""

from typing import Annotated

import msgspec

from backend import gateways
from backend.api.admin.query import Number, OptionalReason, Reason
from backend.api.http.call import Call
from backend.api.http.disposition import disposition, name_file
from backend.api.http.route import Reply, Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.domain.pile import MOST_AT_ONCE
from backend.gateways.sheet_files import Sheet, write_xlsx
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.piles.issue_secrets import PileSecret, issue_secrets
from backend.services.piles.revoke_secret import revoke_secret
from backend.services.views.desk.get_arrival import PileArrival, get_arrival

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = (
    "充电站", "桩编号", "名称", "枪数", "服务器地址", "端口", "加密(TLS)", "用户名", "客户端ID", "密钥(密码)",
    "发布主题({消息名}换成online、boot等，见桩协议)", "订阅主题",
)  # fmt: skip


class IssueRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log; the first secret of a pile needs none."""

    reason: OptionalReason = ""


class SheetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pile_nos: Annotated[
        list[Number],
        msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE, extra_json_schema={"uniqueItems": True}),
    ]
    reason: OptionalReason = ""


class RevokeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: Reason


class BrokerAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How piles reach the broker; `ca_certificate` is PEM, empty where piles know the authority."""

    host: str
    port: int
    is_tls: bool
    ca_certificate: str


class InstallerSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What an installer types in. It cannot be had again: asking again makes a new secret."""

    pile: PileSecret
    broker: BrokerAccess


class RevokedSecret(msgspec.Struct, frozen=True, kw_only=True):
    pile_no: str


async def issue(call: Call[IssueRequest, None]) -> InstallerSheet:
    """A new secret of one pile; the one before is void, and a pile that came in by it is thrown out."""
    (pile,) = await _issue(call, [call.path["pile_no"]], call.body.reason)
    return InstallerSheet(pile=pile, broker=_broker())


async def issue_sheet(call: Call[SheetRequest, None]) -> Reply:
    """New secrets of many piles as one xlsx, which is kept nowhere."""
    piles = await _issue(call, call.body.pile_nos, call.body.reason)
    broker = _broker()
    rows = [
        (
            one.station_name,
            one.pile_no,
            one.name,
            one.guns,
            broker.host,
            broker.port,
            "是" if broker.is_tls else "否",
            one.username,
            one.client_id,
            one.secret,
            one.publish_topic,
            one.subscribe_topic,
        )
        for one in piles
    ]
    widths = (24, 20, 18, 8, 28, 8, 12, 20, 20, 50, 46, 36)
    sheets = [Sheet(title="安装表", rows=[HEAD, *rows], widths=widths)]
    if broker.ca_certificate:
        lines = [(line,) for line in broker.ca_certificate.splitlines()]
        sheets.append(
            Sheet(title="CA证书", rows=[("把下面的内容存成 ca.pem 装进桩里",), *lines], widths=(70,))
        )
    day = f"{call.now.astimezone(PLATFORM_ZONE):%Y-%m-%d}"
    name = name_file("充电桩安装表", piles[0].station_name, piles[0].pile_no, day, suffix="xlsx")
    return Reply(
        body=write_xlsx(sheets),
        content_type=XLSX,
        headers={"Cache-Control": "no-store", "Content-Disposition": disposition(name)},
    )


async def revoke(call: Call[RevokeRequest, None]) -> RevokedSecret:
    """Let the pile in by no secret any more; it is thrown out. Asking again is harmless."""
    pile_no = call.path["pile_no"]
    await call.transact(
        revoke_secret,
        staff=call.actor,
        pile_no=pile_no,
        reason=call.body.reason,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return RevokedSecret(pile_no=pile_no)


async def show_arrival(call: Call[None, None]) -> PileArrival:
    """How far a pile has come on its way on line, and what stands in the way."""
    return await call.read_slowly(get_arrival, staff=call.actor, pile_no=call.path["pile_no"], now=call.now)


async def _issue(
    call: Call[IssueRequest, None] | Call[SheetRequest, None], pile_nos: list[str], reason: str
) -> tuple[PileSecret, ...]:
    return await call.transact(
        issue_secrets,
        staff=call.actor,
        pile_nos=pile_nos,
        reason=reason,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )


def _broker() -> BrokerAccess:
    known = gateways.get_pile_broker()
    return BrokerAccess(
        host=known.host, port=known.port, is_tls=known.is_tls, ca_certificate=known.ca_certificate
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/admin/piles/{pile_no}/secret",
        scope=Permission.PILE_SECRET,
        handle=issue,
        summary="发放或更换桩密钥",
        errors=(errors.PileNotFound, errors.PileRetired),
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/pile-secrets",
        scope=Permission.PILE_SECRET,
        handle=issue_sheet,
        summary="批量发放桩密钥（安装表）",
        errors=(errors.PileNotFound, errors.PileRetired),
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/piles/{pile_no}/secret/revoke",
        scope=Permission.PILE_SECRET,
        handle=revoke,
        summary="吊销桩密钥",
        errors=(errors.PileNotFound, errors.PileRetired),
        tag="admin_piles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/piles/{pile_no}/arrival",
        scope=Permission.PILE_READ,
        handle=show_arrival,
        summary="桩上线进度",
        errors=(errors.PileNotFound,),
        tag="admin_piles",
    ),
)
