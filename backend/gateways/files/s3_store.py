"""Files in a bucket of an S3-compatible store (AWS, MinIO, OSS, COS), addressed by path: `endpoint/bucket/sha256`.

The store checks the digest itself: it is part of the signature of a PUT.
"""

import http
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from backend.domain.errors import NotFound, ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.gateways.files.sigv4 import EMPTY_SHA256, Credentials, sign
from backend.gateways.files.store import PIECE_BYTES

TIMEOUTS_S: Final = (3.0, 20.0)
"""To connect; between two pieces."""
UNAVAILABLE: Final = "files"
_DONE: Final = frozenset({http.HTTPStatus.OK, http.HTTPStatus.PARTIAL_CONTENT, http.HTTPStatus.NO_CONTENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """`endpoint` is scheme, host and port; http only with `allow_insecure`, for a stand-in on this machine."""

    endpoint: str
    bucket: str
    credentials: Credentials
    allow_insecure: bool = False


class S3Store:
    """A session for each call: threads share nothing. Raises ValueError for an endpoint that is not bare https."""

    def __init__(self, settings: S3Settings) -> None:
        parts = urlsplit(settings.endpoint)
        schemes = ("https", "http") if settings.allow_insecure else ("https",)
        if parts.scheme not in schemes or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("The address of the S3 store is https://host[:port], nothing more.")
        self._host = parts.netloc
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._settings = settings

    def put(self, source: Path, *, sha256: str, size_bytes: int) -> None:
        if self._is_there(sha256, size_bytes):
            return
        with (
            source.open("rb") as body,
            self._ask("PUT", sha256, sha256, {"Content-Length": str(size_bytes)}, body=body) as answer,
        ):
            _check(answer)

    def read(self, sha256: str, *, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        wanted = (
            {} if (first, last) == (0, None) else {"Range": f"bytes={first}-{'' if last is None else last}"}
        )
        answer = self._ask("GET", sha256, EMPTY_SHA256, wanted)
        try:
            _check(answer)
        except BaseException:
            answer.close()
            raise
        return _pieces(answer)

    def delete(self, sha256: str) -> None:
        with self._ask("DELETE", sha256, EMPTY_SHA256, {}) as answer:
            if answer.status_code != http.HTTPStatus.NOT_FOUND:
                _check(answer)

    def _is_there(self, sha256: str, size_bytes: int) -> bool:
        with self._ask("HEAD", sha256, EMPTY_SHA256, {}) as answer:
            if answer.status_code == http.HTTPStatus.NOT_FOUND:
                return False
            _check(answer)
            return answer.headers.get("Content-Length") == str(size_bytes)

    def _ask(
        self, method: str, sha256: str, payload_sha256: str, more: Mapping[str, str], *, body: Any = None
    ) -> requests.Response:
        """The answer, whose body is not read yet."""
        now = utc_now()
        path = f"/{self._settings.bucket}/{sha256}"
        signed = {
            "Host": self._host,
            "x-amz-content-sha256": payload_sha256,
            "x-amz-date": now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
        }
        authorization = sign(
            self._settings.credentials,
            method=method,
            path=path,
            query={},
            headers=signed,
            payload_sha256=payload_sha256,
            now=now,
        )
        headers = {**signed, **more, "Authorization": authorization, "Accept-Encoding": "identity"}
        session = requests.Session()
        session.trust_env = False
        try:
            return session.request(
                method,
                self._base + path,
                data=body,
                headers=headers,
                timeout=TIMEOUTS_S,
                stream=True,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as error:
            raise ServiceUnavailable(reason=UNAVAILABLE) from error


def _check(answer: requests.Response) -> None:
    """Raises NotFound for a file that is not there, ServiceUnavailable for any other refusal."""
    if answer.status_code == http.HTTPStatus.NOT_FOUND:
        raise NotFound
    if answer.status_code not in _DONE:
        raise ServiceUnavailable(reason=UNAVAILABLE, status=answer.status_code)


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    with answer:
        try:
            yield from answer.iter_content(PIECE_BYTES)
        except (requests.RequestException, OSError) as error:
            raise ServiceUnavailable(reason=UNAVAILABLE) from error
