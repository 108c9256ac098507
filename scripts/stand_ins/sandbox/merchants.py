"""The merchants that WeChat Pay and Alipay know: the one of the configuration, and those that are added while it runs.

`POST /sandbox/merchants` adds one at WeChat Pay, a 服务商 with the merchants it may collect for; `POST
/sandbox/alipay/merchants` adds an application at Alipay.
"""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from scripts.stand_ins.sandbox.config import Identity
from scripts.stand_ins.sandbox.errors import PayError, param_error

Text = Annotated[str, msgspec.Meta(min_length=1)]


class MerchantFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of merchants. One with `sub_mchids` is a 服务商: it collects for those and for nobody else."""

    mchid: Text
    appid: Text
    merchant_serial: Text
    merchant_public_key_pem: Text
    api_v3_key: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z]{32}$")]
    sub_mchids: tuple[str, ...] = ()


class AlipayMerchantFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of alipay/merchants."""

    app_id: Text
    seller_id: Text
    app_public_key_pem: Text


@dataclass(frozen=True, slots=True)
class Merchant:
    """A merchant of WeChat Pay with its keys loaded."""

    mchid: str
    appid: str
    serial: str
    key: RSAPublicKey
    api_v3_key: bytes
    sub_mchids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlipayMerchant:
    """An application of Alipay."""

    app_id: str
    seller_id: str
    key: RSAPublicKey


class Merchants:
    """By mchid and by app_id."""

    def __init__(self, identity: Identity) -> None:
        file = identity.file
        first = Merchant(
            file.mchid, file.appid, file.merchant_serial, identity.merchant_key, identity.api_v3_key
        )
        alipay = AlipayMerchant(file.alipay.app_id, file.alipay.seller_id, identity.alipay_app_key)
        self._known = {first.mchid: first}
        self._alipay = {alipay.app_id: alipay}

    def add(self, file: MerchantFile) -> None:
        """A further one, or the same with other keys."""
        self._known[file.mchid] = Merchant(
            file.mchid,
            file.appid,
            file.merchant_serial,
            _load(file.merchant_public_key_pem),
            file.api_v3_key.encode(),
            file.sub_mchids,
        )

    def add_alipay(self, file: AlipayMerchantFile) -> None:
        """The same at Alipay."""
        key = _load(file.app_public_key_pem)
        self._alipay[file.app_id] = AlipayMerchant(file.app_id, file.seller_id, key)

    def get(self, mchid: str) -> Merchant:
        """PayError 400 when there is none."""
        merchant = self._known.get(mchid)
        if merchant is None:
            raise PayError(400, "MCH_NOT_EXISTS", "商户号不存在")
        return merchant

    def find(self, mchid: str) -> Merchant | None:
        """None when there is none."""
        return self._known.get(mchid)

    def find_alipay(self, app_id: str) -> AlipayMerchant | None:
        """None when there is none."""
        return self._alipay.get(app_id)


def _load(pem: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except ValueError:
        key = None
    if not isinstance(key, RSAPublicKey):
        raise param_error("公钥不是 RSA 公钥")
    return key
