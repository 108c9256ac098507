"""wechatpayv3 2.0.4 with our transport under it: the library builds the paths, bodies and signatures.

Its own transport has no timeout, follows proxies, .netrc and redirects, and logs bodies; its check of
answers has no time window. Both are replaced here.
"""

import json
from typing import Any

import structlog
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization

from backend.gateways.clock import utc_now
from backend.gateways.outbound_session import OutboundSession, TransportError, check_base
from backend.gateways.wechat.pay_proof import UnprovenError, prove
from backend.gateways.wechat.pay_settings import WechatPaySettings

_log = structlog.get_logger(__name__)


def build_client(settings: WechatPaySettings) -> WeChatPay:
    """Return a WeChatPay whose calls go through the guarded core; builds without any network call."""
    keys = {
        "mchid": settings.mchid,
        "cert_serial_no": settings.merchant_serial,
        "private_key": settings.merchant_private_key_pem,
        "apiv3_key": settings.api_v3_key,
        "public_key": settings.platform_public_key_pem,
        "public_key_id": settings.platform_public_key_id,
    }
    client = WeChatPay(WeChatPayType.MINIPROG, appid=settings.appid, notify_url=settings.notify_url, **keys)
    client._core = _GuardedCore(settings, **keys)  # noqa: SLF001 - the library has no other way in
    return client


class _GuardedCore(Core):  # type: ignore[misc] # wechatpayv3 has no types
    """Raises TransportError or UnprovenError; returns (status, text) like the library's own."""

    def __init__(self, settings: WechatPaySettings, **keys: str) -> None:
        super().__init__(**keys)
        self._gate_way = check_base(settings.api_base, allow_insecure=settings.allow_insecure)
        self._session = OutboundSession()
        self._platform_keys = {settings.platform_public_key_id: settings.platform_public_key()}

    def request(
        self, path: str, method: RequestType = RequestType.GET, data: dict[str, Any] | None = None
    ) -> tuple[int, str]:
        # Serialised once: the bytes that are signed are the bytes that are sent.
        body = json.dumps(data, ensure_ascii=False) if data else ""
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "xinxiang-charging",
            "Wechatpay-Serial": self._public_key_id,
            "Authorization": build_authorization(
                path, method.value, self._mchid, self._cert_serial_no, self._private_key, data=body
            ),
        }
        try:
            answer = self._session.request(
                method.value, self._gate_way + path, data=body.encode() or None, headers=headers
            )
            if answer.ok:  # refusals are unsigned, and believed only as refusals
                prove(answer.headers, answer.content, platform_keys=self._platform_keys, now=utc_now())
        except (TransportError, UnprovenError) as failure:
            _log.warning("wechat_pay_unclear", method=method.value, path=path, reason=failure.reason)
            raise
        if not answer.ok:
            request_id = answer.headers.get("Request-ID")
            log = _log.info if answer.status_code == 404 else _log.warning  # noqa: PLR2004 - pollers meet 404s
            log("wechat_pay_refused", path=path, status=answer.status_code, request_id=request_id)
        return answer.status_code, answer.content.decode("utf-8", "replace")
