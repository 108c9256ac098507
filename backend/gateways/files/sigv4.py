"""AWS Signature Version 4 of one request, in the Authorization header: what every S3-compatible store understands.

Follows "Create a signed AWS API request" (docs.aws.amazon.com, IAM user guide); tests/unit/gateways holds its published examples.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

ALGORITHM: Final = "AWS4-HMAC-SHA256"
EMPTY_SHA256: Final = hashlib.sha256(b"").hexdigest()
_SAFE: Final = "-_.~"


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key: str
    secret_key: str
    region: str
    service: str = "s3"


def sign(
    credentials: Credentials,
    *,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    payload_sha256: str,
    now: datetime,
) -> str:
    """The value of Authorization. `path` is not encoded yet; `headers` are all that are signed, Host among them."""
    at = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lowered = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    names = ";".join(sorted(lowered))
    canonical = "\n".join(
        (
            method,
            quote(path, safe=f"/{_SAFE}"),
            "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(query.items())),
            *(f"{name}:{lowered[name]}" for name in sorted(lowered)),
            "",
            names,
            payload_sha256,
        )
    )
    scope = f"{at[:8]}/{credentials.region}/{credentials.service}/aws4_request"
    text = "\n".join((ALGORITHM, at, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.new(_key(credentials, at[:8]), text.encode(), hashlib.sha256).hexdigest()
    return (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope},SignedHeaders={names},Signature={signature}"
    )


def _quoted(text: str) -> str:
    return quote(text, safe=_SAFE)


def _key(credentials: Credentials, day: str) -> bytes:
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (day, credentials.region, credentials.service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key
