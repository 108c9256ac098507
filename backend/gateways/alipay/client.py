"""One signed call to Alipay's gateway and its proven answer, or the link that takes a browser there."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

import structlog

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable
from backend.gateways.alipay.answer import Answer, read_answer
from backend.gateways.alipay.settings import AlipaySettings
from backend.gateways.alipay.signature import SIGN_TYPE, UnprovenError, request_text, sign
from backend.gateways.clock import utc_now
from backend.gateways.outbound_session import OutboundSession, TransportError, check_base

PATH = "/gateway.do"
BEIJING = timezone(timedelta(hours=8))
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

_log = structlog.get_logger(__name__)


class AlipayClient:
    """Safe to share between threads; a call takes at most about ten seconds."""

    def __init__(self, settings: AlipaySettings) -> None:
        self._settings = settings
        self._private_key = settings.load_private_key()
        self._alipay_keys = settings.load_alipay_keys()
        self._gateway = check_base(settings.api_base, allow_insecure=settings.allow_insecure) + PATH
        self._session = OutboundSession()

    def call(self, method: str, content: Mapping[str, str], **urls: str) -> Answer:
        """What Alipay answers, proven, be it a refusal.

        ChannelUnavailable when the call surely never left, ChannelOutcomeUnknown when no proven answer came.
        """
        params = self._signed(method, content, utc_now(), urls)
        body = urlencode({"biz_content": params.pop("biz_content")})
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        try:
            response = self._session.post(f"{self._gateway}?{urlencode(params)}", data=body, headers=headers)
            answer = read_answer(response.content, method, self._alipay_keys)
        except TransportError as failure:
            _log.warning("alipay_unclear", method=method, reason=failure.reason)
            error = ChannelOutcomeUnknown() if failure.sent else ChannelUnavailable()
        except UnprovenError as failure:
            _log.warning("alipay_unclear", method=method, reason=failure.reason)
            error = ChannelOutcomeUnknown()
        else:
            if not answer.is_ok:
                _log.info("alipay_refused", method=method, code=answer.code, sub_code=answer.sub_code)
            return answer
        raise error  # outside the handlers: their context would carry the URL

    def link(self, method: str, content: Mapping[str, str], now: datetime, **urls: str) -> str:
        """The link by which a browser makes this call itself. No network call."""
        return f"{self._gateway}?{urlencode(self._signed(method, content, now, urls))}"

    def _signed(
        self, method: str, content: Mapping[str, str], now: datetime, urls: Mapping[str, str]
    ) -> dict[str, str]:
        params = {
            "app_id": self._settings.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": SIGN_TYPE,
            "timestamp": beijing_text(now),
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            **urls,
        }
        return {**params, "sign": sign(self._private_key, request_text(params))}


def beijing_text(at: datetime) -> str:
    """An instant as Alipay writes it: Beijing's wall clock to the second. ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("An instant is an aware datetime.")
    return at.astimezone(BEIJING).strftime(TIME_FORMAT)
