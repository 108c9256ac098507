"""Proves that bytes come from WeChat Pay (signature) and opens what it encrypted, without any network call.

Source: WeChat Pay API v3, 签名验证 and 证书和回调报文解密. Stricter than wechatpayv3's own check, which has
no time window and fetches certificates for a stranger's serial.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

WINDOW_S = 300
MAX_HEADER_CHARS = 1024
MAX_TIMESTAMP_DIGITS = 12
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
CIPHER = "AEAD_AES_256_GCM"

_PREFIX = "wechatpay-"
_NAMES = ("signature-type", "timestamp", "serial", "nonce", "signature")


FindKey: TypeAlias = Callable[[str, datetime], RSAPublicKey]
"""The key of a serial at an instant; UnprovenError where there is none."""


class UnprovenError(Exception):
    """Not shown to come from WeChat Pay, or not readable; `reason` is a short fixed word for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EncryptedResource(msgspec.Struct, frozen=True):
    """The `resource` of a notify, or a certificate on its way."""

    algorithm: str
    ciphertext: str
    nonce: str
    associated_data: str | None = None


def prove(headers: Mapping[str, str], body: bytes, *, find_key: FindKey, now: datetime) -> None:
    """Raise UnprovenError unless the key of the serial that is named signed this body within 300 s of `now`.

    Cheap checks first: a stranger reaches the RSA check only with a fresh time and a known serial.
    """
    sent = _signed_headers(headers)
    if sent["signature-type"] != SIGNATURE_TYPE:
        raise UnprovenError("signature_type")
    timestamp = sent["timestamp"]
    if not timestamp.isdecimal() or len(timestamp) > MAX_TIMESTAMP_DIGITS:
        raise UnprovenError("timestamp_malformed")
    if abs(now.timestamp() - int(timestamp)) > WINDOW_S:
        raise UnprovenError("timestamp_outside_window")
    key = find_key(sent["serial"], now)
    message = f"{timestamp}\n{sent['nonce']}\n".encode() + body + b"\n"
    try:
        key.verify(_strict_base64(sent["signature"]), message, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise UnprovenError("signature_wrong") from None


def decrypt_resource(resource: EncryptedResource, api_v3_key: bytes) -> bytes:
    """Return the plaintext of a notify's resource; UnprovenError when the key or any byte is wrong."""
    if resource.algorithm != CIPHER:
        raise UnprovenError("cipher_unknown")
    try:
        return AESGCM(api_v3_key).decrypt(
            resource.nonce.encode(),
            base64.b64decode(resource.ciphertext, validate=True),
            (resource.associated_data or "").encode(),
        )
    except (InvalidTag, ValueError):
        raise UnprovenError("undecryptable") from None


def _signed_headers(headers: Mapping[str, str]) -> dict[str, str]:
    by_name = {name.lower(): value for name, value in headers.items()}
    sent = {name: by_name.get(_PREFIX + name, "") for name in _NAMES}
    for value in sent.values():
        if not value:
            raise UnprovenError("header_missing")
        if len(value) > MAX_HEADER_CHARS or not (value.isascii() and value.isprintable()):
            raise UnprovenError("header_malformed")
    return sent


def _strict_base64(text: str) -> bytes:
    """Decode only the one canonical spelling, so that a changed signature header is always refused."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise UnprovenError("signature_malformed") from None
    if base64.b64encode(raw).decode() != text:
        raise UnprovenError("signature_malformed")
    return raw
