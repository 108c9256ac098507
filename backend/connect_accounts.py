"""How the gateways of operators' channel accounts are made: their own names and keys, everything else as configured."""

from functools import partial
from typing import Final

from backend.config import ConfigError, Settings, read_secret
from backend.domain.channel_account import AccountMode
from backend.domain.payment import Channel
from backend.gateways import configure_accounts
from backend.gateways.alipay.pay import AlipayGateway
from backend.gateways.alipay.settings import AlipaySettings
from backend.gateways.channel_account import AccountKeys, ProofKey, UnfitKeysError
from backend.gateways.payment_channel import PaymentChannel
from backend.gateways.sealing import KeyRing
from backend.gateways.wechat.pay import WechatPayGateway
from backend.gateways.wechat.pay_settings import WechatPaySettings
from backend.services.payments.certificate_shelf import CertificateShelf

RETURN_PATH: Final = "/pay/done"
"""Where a browser is led back to from a channel's cashier (backend/api/pages/pay_done_page.py)."""
_FIELDS: Final = {
    "directly only": "mode",
    "collects for": "sub_merchant_no",
    "merchant_private_key": "private_key",
    "merchant_serial": "key_serial",
    "api_v3_key": "api_key",
    "public_key": "proof_key",
    "private_key": "private_key",
    "app_id": "application_no",
    "seller_id": "merchant_no",
    "mchid": "merchant_no",
}
"""What a gateway's refusal is about, by the first of these words in it, in the names of `AccountKeys`."""
_NO_KEY: Final = ProofKey("", "")


def connect_accounts(settings: Settings) -> None:
    """Configure what channel accounts need, if the settings name a key for their secrets. Raises ConfigError."""
    table = settings.channel_accounts
    if not table.secret_key_file:
        configure_accounts(ring=None, factory=None)
        return
    files = [file for file in (table.secret_key_file, table.earlier_secret_key_file) if file]
    try:
        ring = KeyRing([read_secret(file) for file in files])
    except ValueError as error:
        raise ConfigError(f"[channel_accounts]: {error}") from None
    configure_accounts(ring=ring, factory=partial(_make, settings))


def _make(settings: Settings, keys: AccountKeys) -> PaymentChannel:
    try:
        return (_wechat_pay if keys.channel is Channel.WECHAT else _alipay)(settings, keys)
    except ValueError as error:
        field = next((field for word, field in _FIELDS.items() if word in str(error)), "private_key")
    raise UnfitKeysError(field)  # outside the handler: nothing of the keys goes along


def _wechat_pay(settings: Settings, keys: AccountKeys) -> WechatPayGateway:
    """It collects for the platform's mini-program, by which its drivers are known."""
    now_key, earlier = _two(keys)
    is_partner = keys.mode is AccountMode.PARTNER
    if is_partner and not keys.sub_merchant_no:
        raise ValueError("A 服务商 needs the merchant it collects for.")
    return WechatPayGateway(
        WechatPaySettings(
            mchid=keys.merchant_no,
            appid=keys.application_no or settings.wechat.appid,
            sub_mchid=keys.sub_merchant_no if is_partner else "",
            merchant_private_key_pem=keys.private_key,
            merchant_serial=keys.key_serial,
            api_v3_key=keys.api_keys[0] if keys.api_keys else "",
            earlier_api_v3_key=keys.api_keys[1] if len(keys.api_keys) > 1 else "",
            platform_public_key_pem=now_key.text,
            platform_public_key_id=now_key.number,
            earlier_public_key_pem=earlier.text,
            earlier_public_key_id=earlier.number,
            uses_certificates=keys.uses_certificates,
            notify_url=f"{settings.wechat_pay.notify_url}/{keys.account_no}",
            api_base=settings.wechat_pay.api_base,
            allow_insecure=settings.mode == "demo",
        ),
        CertificateShelf(f"{keys.channel.value}/{keys.account_no}"),
    )


def _alipay(settings: Settings, keys: AccountKeys) -> AlipayGateway:
    if keys.mode is AccountMode.PARTNER:
        raise ValueError("Alipay is connected directly only.")
    now_key, earlier = _two(keys)
    public_url = settings.api.public_url.rstrip("/")
    return AlipayGateway(
        AlipaySettings(
            app_id=keys.application_no,
            seller_id=keys.merchant_no,
            private_key=keys.private_key,
            alipay_public_key=now_key.text,
            earlier_alipay_public_key=earlier.text,
            notify_url=f"{settings.alipay.notify_url or f'{public_url}/notify/alipay'}/{keys.account_no}",
            return_url=f"{public_url}{RETURN_PATH}",
            api_base=settings.alipay.api_base,
            allow_insecure=settings.mode == "demo",
        )
    )


def _two(keys: AccountKeys) -> tuple[ProofKey, ProofKey]:
    newest, earlier, *_ = (*keys.proof_keys, _NO_KEY, _NO_KEY)
    return newest, earlier
