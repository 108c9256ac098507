"""The parts of a connector's page in a browser, as HTML whose texts are escaped."""

from datetime import datetime

import qrcode
from qrcode.image.svg import SvgPathImage

from backend.api.http.sentences import yuan
from backend.api.pages.page import escape
from backend.domain.connector import ConnectorGroup
from backend.domain.pile import PileKind
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.driver.quote_prepayment import PrepayQuote
from backend.services.views.driver.resolve_connector import ResolvedConnector
from backend.services.views.price_outlook import PriceOutlook
from backend.services.views.price_view import PriceView

_KINDS = {PileKind.DC: "直流快充", PileKind.AC: "交流慢充"}
_GROUPS = {
    ConnectorGroup.FREE: "空闲",
    ConnectorGroup.PLUGGED: "已插枪",
    ConnectorGroup.CHARGING: "充电中",
    ConnectorGroup.OFFLINE: "离线",
    ConnectorGroup.FAULTED: "故障",
}


def heading(found: ResolvedConnector) -> str:
    """Which station and which gun: to be compared with what is printed there."""
    station = found.station
    state = "停用" if found.state.is_out_of_service else _GROUPS[found.state.group]
    return (
        f'<h1>{escape(station.name)}</h1><p class="soft">{escape(station.address)}</p>'
        f"<p><b>枪编号 {escape(found.connector_no)}</b><br>"
        f'<span class="soft"><span id="state">{state} · </span>{escape(found.pile_name)} · {_KINDS[found.kind]} · {_kilowatts(found.rated_w)}</span></p>'
    )


def price_card(found: ResolvedConnector) -> str:
    """What it costs now and next."""
    price = found.price
    if price is None:
        return '<div class="card"><p>这把枪暂未设置电价，不能开始充电，请换一座充电站。</p></div>'
    until = f"到 {_hour(price.until)}" if price.until else ""
    return (
        f'<div class="card"><p class="soft">当前电价 {until}</p><p class="big">¥{_per_kwh(price.total_e5)}'
        f'<span class="soft"> /度</span></p><p class="soft">{_apart(price)}</p>'
        f"{_usual(found.outlook)}{_coming(price, found.coming_prices)}</div>"
    )


def _coming(price: PriceView, coming: tuple[PriceView, ...]) -> str:
    """The prices of the coming hours, each from where the one before ends."""
    starts = (price.until, *(one.until for one in coming))
    lines = [
        f'<p class="soft">{_hour(start)} 起 ¥{_per_kwh(one.total_e5)} /度<br>{_apart(one)}</p>'
        for start, one in zip(starts, coming, strict=False)
        if start is not None
    ]
    rest = "".join(lines[1:])
    more = f"<details><summary>接下来 12 小时的电价</summary><div>{rest}</div></details>" if rest else ""
    return "".join(lines[:1]) + more


def _usual(outlook: PriceOutlook | None) -> str:
    """What a usual charge costs now, and later where that is markedly less."""
    if outlook is None:
        return ""
    later = outlook.later
    then = f"；{_hour(later.start_at)} 后开始约 {yuan(later.total_fen)}" if later else ""
    return (
        f"<p><b>充 {outlook.energy_wh // 1000} 度约 {yuan(outlook.total_fen)}</b>{then}</p>"
        f'<p class="soft">电费 {yuan(outlook.electricity_fen)} + 服务费 {yuan(outlook.service_fen)}，'
        f"按 {_kilowatts(outlook.rated_w)} 满功率估算</p>"
    )


def place_card(found: ResolvedConnector) -> str:
    """What else a driver wants to know of the place."""
    station = found.station
    rows = [
        ("停车", station.parking_fee or "以现场公示为准"),
        ("营业时间", station.opening_hours or "以现场公示为准"),
        ("客服电话", station.service_phone or "—"),
    ]
    table = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f'<div class="card"><dl>{table}</dl></div>'


def obstacle_note(sentence: str, *, is_good: bool) -> str:
    """What stands against a start now, with its next step."""
    name = "note good" if is_good else "note"
    return f'<p class="{name}" role="alert">{escape(sentence)}</p>'


def offer_card(quote: PrepayQuote, found: ResolvedConnector, *, is_plugged: bool) -> str:
    """The amounts with what each buys, what becomes of the rest, what has to be agreed to, and the button."""
    offers = "".join(
        f'<label><input type="radio" name="amount" value="{offer.amount_fen}"{" checked" if index == _middle(quote) else ""}>'
        f'<b>¥{offer.amount_fen // 100}</b><span class="soft">约 {_kwh_about(offer.energy_wh)} 度</span></label>'
        for index, offer in enumerate(quote.offers)
    )
    own = (
        '<label class="check"><input type="checkbox" id="own"><span>扫码前已插在这把枪上的是我的车，费用由我支付</span></label>'
        if found.asks_whose_car
        else ""
    )
    button = (
        '<button type="button" id="pay">用支付宝付款并充电</button>'
        if is_plugged
        else '<button type="button" disabled>插枪后即可付款</button>'
    )
    return (
        '<div class="card"><h2>充多少付多少，不用登录</h2>'
        f'<fieldset class="offers" aria-label="预付金额">{offers}</fieldset>'
        '<p class="soft">约可充的度数按满功率和接下来的电价估算，以电表为准。充到预付金额自动停止，不会多收。</p>'
        '<p class="soft">没用完的钱在充电结束后自动原路退回，一般几分钟到账；没有启动成功全部退回。不收占位费，充完请尽快挪车。</p>'
        f"{own}{_texts(quote)}{button}</div>"
    )


def wechat_card(link: str, *, is_in_wechat: bool, is_first: bool) -> str:
    """How to charge with the mini-program."""
    if is_in_wechat:
        return (
            f'<div class="card scan"><h2>在微信里请用小程序充电</h2>{_qr_code(link)}'
            "<p>长按上面的二维码，选择“前往小程序”即可开始充电</p>"
            '<p class="soft">没有出现“前往小程序”时，请退出这个页面，用微信“扫一扫”直接扫枪身上的二维码。'
            "要用支付宝付款，请用支付宝或手机浏览器扫码。</p></div>"
        )
    if is_first:
        return (
            f'<div class="card scan">{_qr_code(link)}<p>打开微信“扫一扫”，扫描此码开始充电</p>'
            '<p class="soft">请核对页面上的枪编号与枪身上的一致</p></div>'
        )
    return (
        "<details><summary>用微信充电，可以用钱包余额</summary>"
        f'<div class="scan">{_qr_code(link)}<p>打开微信“扫一扫”，扫描此码开始充电</p>'
        '<p class="soft">请核对页面上的枪编号与枪身上的一致</p></div></details>'
    )


def _hour(at: datetime) -> str:
    return f"{at.astimezone(PLATFORM_ZONE):%H:%M}"


def _apart(price: PriceView) -> str:
    return f"电费 ¥{_per_kwh(price.electricity_e5)} + 服务费 ¥{_per_kwh(price.service_e5)}"


def _texts(quote: PrepayQuote) -> str:
    if not quote.texts:
        return ""
    shown = "".join(
        f'<details><summary>{escape(one.title)}</summary><div class="text">{escape(one.text)}</div></details>'
        for one in quote.texts
    )
    names = "".join(f"《{escape(one.title)}》" for one in quote.texts)
    return (
        f'{shown}<label class="check"><input type="checkbox" id="agreed">'
        f"<span>我已阅读并同意{names}</span></label>"
    )


def _middle(quote: PrepayQuote) -> int:
    """Which amount is chosen to begin with."""
    return len(quote.offers) // 2


def _qr_code(link: str) -> str:
    """The link again, for whoever opened the page on another screen; drawn dark on white in both themes."""
    code = qrcode.make(link, image_factory=SvgPathImage, box_size=10, border=2)
    return str(code.to_string(encoding="unicode")).replace(
        "<svg ", '<svg role="img" aria-label="充电二维码" ', 1
    )


def _per_kwh(price_e5: int) -> str:
    """Yuan with four decimals, the fifth only where there is one."""
    text = f"{price_e5 // 100_000}.{price_e5 % 100_000:05d}"
    return text.removesuffix("0")


def _kwh_about(energy_wh: int) -> str:
    tenths = (energy_wh + 50) // 100
    return f"{tenths // 10}.{tenths % 10}"


def _kilowatts(rated_w: int) -> str:
    return f"{rated_w / 1000:g} kW"
