"""WeChat Pay's certificates as its answer brings them: opened with the merchant's API v3 key, then used to prove that answer.

Only who knows the API v3 key could have sealed them. Source: WeChat Pay API v3, 下载平台证书.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from backend.gateways.wechat.pay_proof import EncryptedResource, UnprovenError, decrypt_resource, prove
from backend.gateways.wechat.platform_keys import PlatformKeys, name_of

PATH: Final = "/v3/certificates"
MAX_CERTIFICATES: Final = 10
MAX_PEM_BYTES: Final = 8 * 1024


class _Sealed(msgspec.Struct):
    serial_no: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    encrypt_certificate: EncryptedResource


class _Answer(msgspec.Struct):
    data: Annotated[list[_Sealed], msgspec.Meta(min_length=1, max_length=MAX_CERTIFICATES)]


def open_certificates(
    headers: Mapping[str, str],
    body: bytes,
    *,
    fixed: Mapping[str, RSAPublicKey],
    api_v3_key: bytes,
    now: datetime,
) -> list[str]:
    """The certificates of an answer that one of them proves, or a public key of `fixed`, as PEM.

    UnprovenError names the first check that failed.
    """
    try:
        sealed = msgspec.json.decode(body, type=_Answer).data
    except (msgspec.MsgspecError, UnicodeError):
        raise UnprovenError("body_unreadable") from None
    opened = [_open(one, api_v3_key) for one in sealed]
    keys = PlatformKeys(fixed)
    keys.take(opened)
    prove(headers, body, find_key=keys.find, now=now)
    return opened


def _open(sealed: _Sealed, api_v3_key: bytes) -> str:
    raw = decrypt_resource(sealed.encrypt_certificate, api_v3_key)
    try:
        certificate = load_pem_x509_certificate(raw)
        is_own = name_of(certificate.serial_number) == name_of(int(sealed.serial_no, 16))
    except ValueError:
        raise UnprovenError("certificate_unreadable") from None
    if not is_own or len(raw) > MAX_PEM_BYTES or not isinstance(certificate.public_key(), RSAPublicKey):
        raise UnprovenError("certificate_unreadable")
    return raw.decode()
