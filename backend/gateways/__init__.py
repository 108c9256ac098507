"""The outside world. Entry points call `configure()` once; services then ask `get_…()` for a gateway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the clock and ids are imported by processes that need no channel library
    from backend.gateways.wechat.mini_program import WechatGateway
    from backend.gateways.wechat.pay import WechatPayGateway


@dataclass(slots=True)
class _Configured:
    wechat: WechatGateway | None = None
    wechat_pay: WechatPayGateway | None = None


_configured = _Configured()


def configure(*, wechat: WechatGateway, wechat_pay: WechatPayGateway) -> None:
    """Set the gateways of this process; a second call replaces them."""
    _configured.wechat = wechat
    _configured.wechat_pay = wechat_pay


def get_wechat() -> WechatGateway:
    """Return the WeChat login gateway; RuntimeError before `configure()`."""
    if _configured.wechat is None:
        raise RuntimeError("backend.gateways.configure() has not been called: no WeChat gateway.")
    return _configured.wechat


def get_wechat_pay() -> WechatPayGateway:
    """Return the WeChat Pay gateway; RuntimeError before `configure()`."""
    if _configured.wechat_pay is None:
        raise RuntimeError("backend.gateways.configure() has not been called: no WeChat Pay gateway.")
    return _configured.wechat_pay
