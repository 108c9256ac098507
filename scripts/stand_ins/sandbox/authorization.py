"""Proves that a request to WeChat Pay was signed by the merchant, now, and only once."""

import re
from collections import OrderedDict

from scripts.stand_ins.sandbox.errors import PayError
from scripts.stand_ins.sandbox.merchants import Merchant, Merchants
from scripts.stand_ins.sandbox.signatures import SIGNATURE_TYPE, is_signed, request_message

LARGEST_DRIFT_S = 300
MAX_NONCES = 200_000

_FIELD = re.compile(r'([a-z_]+)="([^"]*)"')
_FIELDS = frozenset({"mchid", "nonce_str", "timestamp", "serial_no", "signature"})
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class Authorizer:
    """Remembers the nonces of the time window."""

    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants
        self._nonces: OrderedDict[str, float] = OrderedDict()

    def require(self, authorization: str, method: str, target: bytes, body: bytes, now_s: float) -> Merchant:
        """The merchant who asks; PayError 401 SIGN_ERROR, saying what is wrong, unless the header proves the request."""
        fields = _parse(authorization)
        merchant = self._merchants.find(fields["mchid"])
        if merchant is None:
            raise _sign_error("商户号与签名不符")
        if fields["serial_no"] != merchant.serial:
            raise _sign_error("商户证书序列号有误")
        timestamp, nonce = fields["timestamp"], fields["nonce_str"]
        if not _TIMESTAMP.fullmatch(timestamp) or abs(now_s - int(timestamp)) > LARGEST_DRIFT_S:
            raise _sign_error("Http头Authorization值的时间戳与服务器时间相差超过五分钟")
        message = request_message(method, target, timestamp, nonce, body)
        if not is_signed(merchant.key, fields["signature"], message):
            raise _sign_error("错误的签名,验签失败")
        self._use(nonce, now_s)
        return merchant

    def _use(self, nonce: str, now_s: float) -> None:
        while self._nonces and (
            next(iter(self._nonces.values())) < now_s - 2 * LARGEST_DRIFT_S or len(self._nonces) >= MAX_NONCES
        ):
            self._nonces.popitem(last=False)
        if nonce in self._nonces:
            raise _sign_error("随机串重复,请求已处理过")
        self._nonces[nonce] = now_s


def _parse(authorization: str) -> dict[str, str]:
    scheme, _, rest = authorization.partition(" ")
    if scheme != SIGNATURE_TYPE:
        raise _sign_error("Http头Authorization的认证类型不正确")
    pairs = _FIELD.findall(rest)
    fields = dict(pairs)
    is_whole = rest == ",".join(f'{name}="{value}"' for name, value in pairs)
    if not is_whole or len(pairs) != len(_FIELDS) or fields.keys() != _FIELDS or not fields["nonce_str"]:
        raise _sign_error("Http头Authorization的格式不正确")
    return fields


def _sign_error(message: str) -> PayError:
    return PayError(401, "SIGN_ERROR", message)
