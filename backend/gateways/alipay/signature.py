"""RSA2 of Alipay's open platform: what is signed, our signature, and the proof of theirs. No network call.

Source: open platform, 签名与验签: RSA PKCS#1 v1.5 with SHA-256, base64.
"""

import base64
from collections.abc import Mapping, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

SIGN_TYPE = "RSA2"
MAX_SIGNATURE_CHARS = 1024


class UnprovenError(Exception):
    """Not shown to come from Alipay, or not readable; `reason` is a short fixed word for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def request_text(params: Mapping[str, str]) -> str:
    """What we sign: the names in order, `name=value` with raw values, empty ones and `sign` left out."""
    return "&".join(f"{name}={params[name]}" for name in sorted(params) if params[name] and name != "sign")


def notify_text(fields: Mapping[str, str]) -> str:
    """What Alipay signs of a notify: as above, but `sign_type` is left out too, and empty values are kept."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name not in {"sign", "sign_type"})


def sign(key: RSAPrivateKey, text: str) -> str:
    """Our signature of a text."""
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def prove(keys: Sequence[RSAPublicKey], signature: str, text: str) -> None:
    """Raise UnprovenError unless one of Alipay's keys signed this text.

    Only the one canonical spelling of the base64 is taken, so that a changed signature is always refused.
    """
    if not signature:
        raise UnprovenError("signature_missing")
    if len(signature) > MAX_SIGNATURE_CHARS:
        raise UnprovenError("signature_malformed")
    try:
        raw = base64.b64decode(signature, validate=True)
    except ValueError:
        raise UnprovenError("signature_malformed") from None
    if base64.b64encode(raw).decode() != signature:
        raise UnprovenError("signature_malformed")
    if not any(_is_signed(key, raw, text) for key in keys):
        raise UnprovenError("signature_wrong")


def _is_signed(key: RSAPublicKey, raw: bytes, text: str) -> bool:
    try:
        key.verify(raw, text.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
