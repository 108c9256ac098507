"""/pay/done: where a browser ends after a channel's cashier, paid or not. It knows nothing and promises nothing."""

from typing import Final

from backend.api.http.call import Call
from backend.api.http.route import Reply, Route, Scope
from backend.api.pages.page import render

_BODY: Final = (
    '<h1>请回到微信小程序</h1><div class="card"><p>到账结果以小程序“钱包”页为准，一般几秒钟就能看到。</p>'
    '<p class="soft">付款成功会自动充入钱包余额；没有付款不会扣款，可以回到小程序继续支付。</p></div>'
    '<p class="soft">这个页面可以关闭了。</p>'
)


async def show(call: Call[None, None]) -> Reply:
    """Send the person back to the phone's page, which follows the payment."""
    del call  # what the channel adds to the address is no proof, and is not read
    return render("请回到微信小程序", _BODY, is_narrow=True)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/pay/done",
        scope=Scope.PUBLIC,
        handle=show,
        summary="支付后的返回页",
        is_documented=False,
    ),
)
