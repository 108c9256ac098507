"""/p/{qr_token}: what a browser shows of a scanned connector. Inside WeChat the link opens the mini-program."""

from typing import Final

import qrcode
from qrcode.image.svg import SvgPathImage

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.errors import message_for_code
from backend.api.http.route import Reply, Route, Scope
from backend.api.pages.page import escape, render
from backend.domain.connector import ConnectorGroup
from backend.domain.errors import DomainError
from backend.domain.pile import PileKind
from backend.services.views.driver.resolve_connector import ConnectorKey, ResolvedConnector
from backend.services.views.price_view import PriceView

_KINDS: Final = {PileKind.DC: "直流快充", PileKind.AC: "交流慢充"}
_GROUPS: Final = {
    ConnectorGroup.FREE: "空闲",
    ConnectorGroup.PLUGGED: "占用",
    ConnectorGroup.CHARGING: "充电中",
    ConnectorGroup.OFFLINE: "离线",
    ConnectorGroup.FAULTED: "故障",
}


async def show(call: Call[None, None]) -> Reply:
    """A light page: station, connector, price now, and how to charge."""
    try:
        found = await call.parts.reads.connectors.load(ConnectorKey(qr_token=call.path["qr_token"]))
    except DomainError as error:
        return _refusal(error.code)
    if found is None:
        return _refusal("connector_not_found")
    return _page(found, f"{call.parts.public_url}/p/{call.path['qr_token']}")


def _page(found: ResolvedConnector, link: str) -> Reply:
    station = found.station
    rows = [
        ("枪编号", found.connector_no),
        ("充电桩", f"{found.pile_name} · {_KINDS[found.kind]} · {_kilowatts(found.rated_w)}"),
        ("状态", _state(found)),
        ("停车", station.parking_fee or "以现场公示为准"),
        ("营业时间", station.opening_hours or "以现场公示为准"),
        ("客服电话", station.service_phone or "—"),
    ]
    table = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    body = (
        f'<h1>{escape(station.name)}</h1><p class="soft">{escape(station.address)}</p>{_price(found.price)}'
        f'<div class="card"><dl>{table}</dl></div>'
        f'<div class="card scan">{_qr_code(link)}<p>打开微信“扫一扫”，扫描此码开始充电</p>'
        '<p class="soft">请核对页面上的枪编号与枪身上的一致</p></div>'
    )
    return render(f"{station.name} {found.connector_no}", body, is_narrow=True)


def _state(found: ResolvedConnector) -> str:
    return "停用" if found.state.is_out_of_service else _GROUPS[found.state.group]


def _qr_code(link: str) -> str:
    """The link again, for whoever opened the page on another screen; drawn dark on white in both themes."""
    code = qrcode.make(link, image_factory=SvgPathImage, box_size=10, border=2)
    return str(code.to_string(encoding="unicode")).replace(
        "<svg ", '<svg role="img" aria-label="充电二维码" ', 1
    )


def _price(price: PriceView | None) -> str:
    if price is None:
        return f'<div class="card"><p>{escape(message_for_code("tariff_missing"))}</p></div>'
    return (
        f'<div class="card"><p class="soft">当前电价</p><p class="big">¥{_per_kwh(price.total_e5)}'
        f'<span class="soft"> /度</span></p><p class="soft">电费 ¥{_per_kwh(price.electricity_e5)} + '
        f"服务费 ¥{_per_kwh(price.service_e5)}</p></div>"
    )


def _refusal(code: str) -> Reply:
    if code == "service_unavailable":
        body = f"<h1>稍等一下</h1><div class='card'><p>{escape(message_for_code(code))}</p></div>"
        return render("服务繁忙", body, status=503, is_narrow=True)
    if code == "qr_replaced":
        body = f"<h1>二维码已更换</h1><div class='card'><p>{escape(message_for_code(code))}</p></div>"
        return render("二维码已更换", body, status=410, is_narrow=True)
    body = (
        "<h1>没有找到这把充电枪</h1><div class='card'><p>二维码可能已更换或损坏。"
        "请重新扫描枪身上的二维码，或在小程序里输入枪编号。</p></div>"
    )
    return render("没有找到这把充电枪", body, status=404, is_narrow=True)


def _per_kwh(price_e5: int) -> str:
    """Yuan with four decimals, the fifth only where there is one."""
    text = f"{price_e5 // 100_000}.{price_e5 % 100_000:05d}"
    return text.removesuffix("0")


def _kilowatts(rated_w: int) -> str:
    return f"{rated_w / 1000:g} kW"


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/p/{qr_token}",
        scope=Scope.PUBLIC,
        handle=show,
        summary="充电枪页面",
        limit=limits.PILE_PAGE,
        is_documented=False,
    ),
)
