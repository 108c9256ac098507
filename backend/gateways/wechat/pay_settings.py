"""Settings of WeChat Pay API v3, by its public key, its certificates or both; refuses what could not work or would be unsafe."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from backend.gateways.outbound_session import check_base

API_V3_KEY_BYTES = 32
MAX_NOTIFY_URL_CHARS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatPaySettings:
    """The merchant's identity and keys. `allow_insecure` admits http:// for stand-ins on the same machine.

    The earlier keys count beside the present ones while they are changed. With `sub_mchid` it is a 服务商 (mchid and appid are
    its own) that collects for that merchant. `uses_certificates`: WeChat Pay's certificates prove its words, beside its public key or in place of it.
    ValueError (never with key material in it) when a value is missing, malformed or unsafe.
    """

    mchid: str
    appid: str
    merchant_private_key_pem: str = field(repr=False)
    merchant_serial: str
    api_v3_key: str = field(repr=False)
    platform_public_key_pem: str = ""
    platform_public_key_id: str = ""
    uses_certificates: bool = False
    earlier_public_key_pem: str = ""
    earlier_public_key_id: str = ""
    earlier_api_v3_key: str = field(default="", repr=False)
    sub_mchid: str = ""
    notify_url: str
    api_base: str = "https://api.mch.weixin.qq.com"
    allow_insecure: bool = False

    def __post_init__(self) -> None:
        for name in ("mchid", "appid", "merchant_serial"):
            if not getattr(self, name):
                raise ValueError(f"The WeChat Pay settings need {name}.")
        if bool(self.platform_public_key_id) != bool(self.platform_public_key_pem):
            raise ValueError("platform_public_key_id and platform_public_key_pem come together.")
        if not (self.platform_public_key_id or self.uses_certificates):
            raise ValueError("The WeChat Pay settings need platform_public_key_id, or its certificates.")
        if any(len(key) != API_V3_KEY_BYTES for key in self.api_v3_keys()):
            raise ValueError(f"api_v3_key is exactly {API_V3_KEY_BYTES} bytes.")
        check_base(self.api_base, allow_insecure=self.allow_insecure)
        _check_notify_url(self.notify_url, allow_insecure=self.allow_insecure)
        if not _is_private_key(self.merchant_private_key_pem):
            raise ValueError("merchant_private_key_pem is not an unencrypted RSA key in PKCS#8 PEM.")
        self.platform_public_keys()

    def api_v3_keys(self) -> tuple[bytes, ...]:
        """Those that may have encrypted what comes, the present one first."""
        earlier = (self.earlier_api_v3_key.encode(),) if self.earlier_api_v3_key else ()
        return (self.api_v3_key.encode(), *earlier)

    def platform_public_keys(self) -> dict[str, RSAPublicKey]:
        """WeChat Pay's public keys that sign its answers and notifies, by their ids; none where only certificates do."""
        pairs = (
            (self.platform_public_key_id, self.platform_public_key_pem),
            (self.earlier_public_key_id, self.earlier_public_key_pem),
        )
        return {number: _load_public_key(pem) for number, pem in pairs if number}


def _load_public_key(pem: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError as error:
        raise ValueError("platform_public_key_pem is not a public key in PEM.") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("platform_public_key_pem is not an RSA key.")  # noqa: TRY004 - a wrong value
    return key


def _is_private_key(pem: str) -> bool:
    if "-----BEGIN PRIVATE KEY-----" not in pem:  # the only form wechatpayv3 reads
        return False
    try:
        return isinstance(load_pem_private_key(pem.encode(), password=None), RSAPrivateKey)
    except (TypeError, ValueError):
        return False


def _check_notify_url(url: str, *, allow_insecure: bool) -> None:
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (allow_insecure and parts.scheme == "http")
    if not secure or not parts.hostname or parts.query or len(url) > MAX_NOTIFY_URL_CHARS:
        raise ValueError("notify_url is an https:// URL without a query, of at most 255 characters.")
