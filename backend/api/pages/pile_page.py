"""/p/{qr_token}: what a browser shows of a scanned connector, and a guest's charge there (`guest.js`).

In WeChat the link opens the mini-program; where it opens in WeChat's browser all the same, the page says how to get there,
for WeChat opens no cashier of Alipay's.
"""

from pathlib import Path
from typing import Final

import msgspec

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.errors import message_for_code
from backend.api.http.route import Reply, Route, Scope
from backend.api.pages.page import Script, render
from backend.api.pages.pile_view import (
    heading,
    obstacle_note,
    offer_card,
    place_card,
    price_card,
    wechat_card,
)
from backend.domain.errors import DomainError
from backend.services.views.driver.quote_prepayment import PrepayQuote, quote_prepayment
from backend.services.views.driver.resolve_connector import ConnectorKey, ResolvedConnector

SCRIPT: Final = "\n".join(
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("guest_view.js", "guest.js")
)
LABELS: Final = msgspec.json.decode(Path(__file__).with_name("labels.json").read_bytes())
LOOK_AGAIN_S: Final = 5
"""While the car is not plugged in yet, or somebody else has still to pay."""
NOT_PLUGGED: Final = "connector_not_plugged"
LOOKED_AGAIN: Final = frozenset({NOT_PLUGGED, "connector_awaits_payment"})
"""What is over by itself before long."""
_IN_WECHAT: Final = "MicroMessenger"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the script is told; `channel` is "" where nothing can be paid here. `reload_s` 0: the page stays."""

    qr_token: str
    connector_no: str
    channel: str
    texts: tuple[str, ...]
    reload_s: int
    labels: dict[str, dict[str, str]]


async def show(call: Call[None, None]) -> Reply:
    """A light page: station, connector, price now and next, and how to charge."""
    qr_token = call.path["qr_token"]
    try:
        found = await call.parts.reads.connectors.load(ConnectorKey(qr_token=qr_token))
        if found is None:
            return _refusal("connector_not_found")
        quote = await _quote(call, found)
    except DomainError as error:
        return _refusal(error.code)
    link = f"{call.parts.public_url}/p/{qr_token}"
    is_in_wechat = _IN_WECHAT in call.headers.get("User-Agent", "")
    return _page(found, None if is_in_wechat else quote, qr_token, link, is_in_wechat=is_in_wechat)


async def _quote(call: Call[None, None], found: ResolvedConnector) -> PrepayQuote | None:
    """None where nobody can pay without a log-in."""
    if found.price is None:
        return None
    quote = await call.transact(
        quote_prepayment, connector_no=found.connector_no, is_guest=True, now=call.now
    )
    return quote if quote.channels and quote.offers else None


def _page(
    found: ResolvedConnector, quote: PrepayQuote | None, qr_token: str, link: str, *, is_in_wechat: bool
) -> Reply:
    code = found.obstacle.code if found.obstacle else ""
    sentence = message_for_code(code, opens=found.obstacle.opens) if found.obstacle else ""
    note = obstacle_note(sentence, is_good=code == NOT_PLUGGED) if code else ""
    can_start = code in {"", NOT_PLUGGED}
    can_pay = quote is not None and can_start
    offer = offer_card(quote, found, is_plugged=not code) if quote is not None and can_pay else ""
    wechat = wechat_card(link, is_in_wechat=is_in_wechat, is_first=not can_pay) if can_start else ""
    body = (
        f"{heading(found)}"
        '<p id="said" class="note" role="alert" hidden></p>'
        '<section id="charge" hidden><h2><span id="head" role="status"></span></h2><div id="parts"></div></section>'
        f'<section id="offer">{note}{price_card(found)}{offer}{wechat}{place_card(found)}</section>'
    )
    told = Told(
        qr_token=qr_token,
        connector_no=found.connector_no,
        channel=quote.channels[0].value if quote is not None else "",
        texts=tuple(one.agreement_no for one in quote.texts) if quote is not None else (),
        reload_s=LOOK_AGAIN_S if code in LOOKED_AGAIN else 0,
        labels=LABELS,
    )
    script = None if is_in_wechat else Script(SCRIPT, told)
    return render(f"{found.station.name} {found.connector_no}", body, is_narrow=True, script=script)


def _refusal(code: str) -> Reply:
    if code == "service_unavailable":
        body = f"<h1>稍等一下</h1><div class='card'><p>{message_for_code(code)}</p></div>"
        return render("服务繁忙", body, status=503, is_narrow=True)
    if code == "qr_replaced":
        body = f"<h1>二维码已更换</h1><div class='card'><p>{message_for_code(code)}</p></div>"
        return render("二维码已更换", body, status=410, is_narrow=True)
    body = (
        "<h1>没有找到这把充电枪</h1><div class='card'><p>二维码可能已更换或损坏。"
        "请重新扫描枪身上的二维码，或在小程序里输入枪编号。</p></div>"
    )
    return render("没有找到这把充电枪", body, status=404, is_narrow=True)


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
