"""The HTTP session of every call to a channel: bounded in time and size, deaf to the environment, discreet.

It says only whether a failed request may have reached the channel: the texts of requests and urllib3
carry whole URLs, and WeChat's carry the app secret.
"""

import logging
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from backend.gateways.clock import monotonic_s

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 5.0  # between two pieces of an answer
CALL_LIMIT_S = 9.0  # no further piece is read after this; the API's outside lane gives up at 10 s
MAX_RESPONSE_BYTES = 256 * 1024
_PIECE_BYTES = 16 * 1024

_TALKATIVE_LOGGERS = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
    "wechatpy.client.base",
)


class TransportError(Exception):
    """No usable answer came. `sent` is False only when the request surely never left this machine."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


class OutboundSession(requests.Session):
    """A session without proxies, .netrc, redirects, cookies or retries; raises TransportError only."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for name in _TALKATIVE_LOGGERS:
            logging.getLogger(name).addFilter(_drop_urls)

    def send(  # type: ignore[explicit-override] # typing.override needs Python 3.12
        self, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        kwargs.update(timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S), stream=True)
        deadline_s = monotonic_s() + CALL_LIMIT_S
        try:
            response = super().send(request, **kwargs)
            response._content = _read_bounded(response, deadline_s)  # noqa: SLF001 - where requests keeps a read body
        except (requests.RequestException, HTTPError, OSError) as error:
            failure = TransportError(type(error).__name__, sent=not _never_left(error))
        else:
            return response
        raise failure  # outside the handler: its context would carry the URL

    def get_redirect_target(  # type: ignore[explicit-override] # as above
        self, resp: requests.Response
    ) -> None:
        """Follow nothing: a channel that answers 3xx has not answered."""


def check_base(url: str, *, allow_insecure: bool) -> str:
    """Return a channel's base URL without a trailing slash; ValueError when it is not bare https.

    `allow_insecure` admits http, for stand-ins on the same machine.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not (allow_insecure and parts.scheme == "http"):
        raise ValueError("A channel's base URL starts with https:// (http:// only with allow_insecure).")
    if not parts.hostname or parts.username or parts.query or parts.fragment or parts.path.strip("/"):
        raise ValueError("A channel's base URL is scheme, host and port only.")
    return f"{parts.scheme}://{parts.netloc}"


def _drop_urls(record: logging.LogRecord) -> bool:
    """Keep what a library logs only when it cannot hold a URL's query or an answer's body."""
    return record.levelno >= logging.WARNING and "?" not in record.getMessage()


def _read_bounded(response: requests.Response, deadline_s: float) -> bytes:
    body = bytearray()
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        body += piece
        if len(body) > MAX_RESPONSE_BYTES or monotonic_s() > deadline_s:
            response.close()
            raise TransportError("answer too long", sent=True)
    response.raw.release_conn()
    return bytes(body)


def _never_left(error: Exception) -> bool:
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)
