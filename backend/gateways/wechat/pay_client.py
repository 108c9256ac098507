"""wechatpayv3 2.0.4 with our transport under it: the library builds the paths, bodies and signatures.

Its own transport has no timeout, follows proxies, .netrc and redirects, and logs bodies; its check of
answers has no time window. Both are replaced here.
"""

import json
from typing import Any

import structlog
from requests import Response
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization

from backend.gateways.clock import utc_now
from backend.gateways.outbound_session import OutboundSession, TransportError, check_base
from backend.gateways.wechat import certificates
from backend.gateways.wechat.pay_proof import UnprovenError, prove
from backend.gateways.wechat.pay_settings import WechatPaySettings
from backend.gateways.wechat.platform_keys import PlatformKeys

_log = structlog.get_logger(__name__)


class PayClient(WeChatPay):  # type: ignore[misc] # wechatpayv3 has no types
    """The library with the guarded core; builds without any network call, unlike the library's own."""

    def __init__(self, settings: WechatPaySettings, keys: PlatformKeys) -> None:
        # the library's own constructor would download certificates at once
        self._type = WeChatPayType.MINIPROG
        self._mchid = settings.mchid
        self._appid = settings.appid
        self._notify_url = settings.notify_url
        self._partner_mode = bool(settings.sub_mchid)
        self._core = _GuardedCore(settings, keys)

    def renew_certificates(self) -> None:
        """Download WeChat Pay's certificates and keep them, unless somebody just did. Errors as of `request`."""
        self._core.renew_certificates()


class _GuardedCore(Core):  # type: ignore[misc] # as above
    """Raises TransportError or UnprovenError; returns (status, text) like the library's own."""

    def __init__(self, settings: WechatPaySettings, keys: PlatformKeys) -> None:
        super().__init__(
            mchid=settings.mchid,
            cert_serial_no=settings.merchant_serial,
            private_key=settings.merchant_private_key_pem,
            apiv3_key=settings.api_v3_key,
            public_key=settings.platform_public_key_pem or None,
            public_key_id=settings.platform_public_key_id or None,
        )
        self._gate_way = check_base(settings.api_base, allow_insecure=settings.allow_insecure)
        self._session = OutboundSession()
        self._keys = keys

    def _init_certificates(self) -> None:
        """Nothing is downloaded here: see `renew_certificates`."""

    def request(
        self, path: str, method: RequestType = RequestType.GET, data: dict[str, Any] | None = None
    ) -> tuple[int, str]:
        if self._keys.is_empty(utc_now()):
            self._begin_certificates()
        answer = self._send(path, method, data)
        if answer.ok:  # refusals are unsigned, and believed only as refusals
            self._prove(answer, method, path)
        else:
            request_id = answer.headers.get("Request-ID")
            log = _log.info if answer.status_code == 404 else _log.warning  # noqa: PLR2004 - pollers meet 404s
            log("wechat_pay_refused", path=path, status=answer.status_code, request_id=request_id)
        return answer.status_code, answer.content.decode("utf-8", "replace")

    def renew_certificates(self) -> None:
        """Certificates prove themselves: the API v3 key opens them, and one of them signed the answer."""
        shelf, now = self._keys.shelf, utc_now()
        if shelf is None or not shelf.claim(now):
            return
        answer = self._send(certificates.PATH, RequestType.GET, None)
        if not answer.ok:
            _log.warning("wechat_pay_certificates_refused", status=answer.status_code)
            return
        pems = certificates.open_certificates(
            answer.headers,
            answer.content,
            fixed=self._keys.fixed,
            api_v3_key=self._apiv3_key.encode(),
            now=utc_now(),
        )
        shelf.keep(pems, now)
        self._keys.take(pems)
        _log.info("wechat_pay_certificates_renewed", certificates=len(pems))

    def _begin_certificates(self) -> None:
        """Nothing is asked of WeChat Pay while no answer could be proved."""
        reason = "certificates_missing"
        try:
            self.renew_certificates()
        except (TransportError, UnprovenError) as failure:
            reason = failure.reason
        if self._keys.is_empty(utc_now()):
            _log.warning("wechat_pay_without_certificates", reason=reason)
            raise TransportError(reason, sent=False)

    def _prove(self, answer: Response, method: RequestType, path: str) -> None:
        try:
            try:
                prove(answer.headers, answer.content, find_key=self._keys.find, now=utc_now())
            except UnprovenError as unknown:
                if unknown.reason != "serial_unknown" or self._keys.shelf is None:
                    raise
                self.renew_certificates()
                prove(answer.headers, answer.content, find_key=self._keys.find, now=utc_now())
        except (TransportError, UnprovenError) as failure:
            _log.warning("wechat_pay_unclear", method=method.value, path=path, reason=failure.reason)
            # the call itself was answered, so whatever stands in the way of its proof leaves the outcome open
            raise UnprovenError(failure.reason) from None

    def _send(self, path: str, method: RequestType, data: dict[str, Any] | None) -> Response:
        # Serialised once: the bytes that are signed are the bytes that are sent.
        body = json.dumps(data, ensure_ascii=False) if data else ""
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "xinxiang-charging",
            "Authorization": build_authorization(
                path, method.value, self._mchid, self._cert_serial_no, self._private_key, data=body
            ),
        }
        if self._public_key_id:  # answers follow it; without it a certificate signs them
            headers["Wechatpay-Serial"] = self._public_key_id
        try:
            return self._session.request(
                method.value, self._gate_way + path, data=body.encode() or None, headers=headers
            )
        except TransportError as failure:
            _log.warning("wechat_pay_unclear", method=method.value, path=path, reason=failure.reason)
            raise
