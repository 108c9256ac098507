"""Settings of Alipay's open platform in public-key mode; refuses what could not work or would be unsafe."""

import base64
import binascii
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from backend.gateways.outbound_session import check_base

LEAST_KEY_BITS = 2048  # RSA2
MAX_URL_CHARS = 256
_PEM = "-----BEGIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlipaySettings:
    """The merchant's names and keys: PEM, or the bare base64 that Alipay's console and key tool give.

    `return_url` is where Alipay leads a browser back to, paid or not. `allow_insecure` admits http:// for stand-ins
    on the same machine. Alipay's earlier key counts beside the present one while it is changed. ValueError (never with key material in it) when a value is missing, malformed or unsafe.
    """

    app_id: str
    seller_id: str
    private_key: str = field(repr=False)
    alipay_public_key: str
    earlier_alipay_public_key: str = ""
    notify_url: str
    return_url: str
    api_base: str = "https://openapi.alipay.com"
    allow_insecure: bool = False

    def __post_init__(self) -> None:
        for name in ("app_id", "seller_id"):
            if not getattr(self, name):
                raise ValueError(f"The Alipay settings need {name}.")
        check_base(self.api_base, allow_insecure=self.allow_insecure)
        for name in ("notify_url", "return_url"):
            _check_url(name, getattr(self, name), allow_insecure=self.allow_insecure)
        if self.load_private_key().public_key() == self.load_alipay_key():
            raise ValueError("alipay_public_key is our own public key; Alipay's is beside it in the console.")

    def load_private_key(self) -> RSAPrivateKey:
        """Our key, which signs what we ask."""
        try:
            key = (
                load_pem_private_key(self.private_key.encode(), None)
                if _PEM in self.private_key
                else load_der_private_key(_bare(self.private_key), None)
            )
        except (TypeError, ValueError):
            key = None
        if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_KEY_BITS:
            raise ValueError("private_key is not an unencrypted RSA key of at least 2048 bits.")
        return key

    def load_alipay_key(self) -> RSAPublicKey:
        """Alipay's key, which signs its answers and notifies."""
        return _load_alipay_key(self.alipay_public_key)

    def load_alipay_keys(self) -> tuple[RSAPublicKey, ...]:
        """Those that may have signed what comes, the present one first."""
        texts = (self.alipay_public_key, self.earlier_alipay_public_key)
        return tuple(_load_alipay_key(text) for text in texts if text)


def _load_alipay_key(text: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(text.encode()) if _PEM in text else load_der_public_key(_bare(text))
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        raise ValueError("alipay_public_key is not an RSA public key of at least 2048 bits.")
    return key


def _bare(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None


def _check_url(name: str, url: str, *, allow_insecure: bool) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (allow_insecure and parts.scheme == "http")
    if not secure or not parts.hostname or parts.query or len(url) > MAX_URL_CHARS:
        raise ValueError(f"{name} is an https:// URL without a query, of at most {MAX_URL_CHARS} characters.")
