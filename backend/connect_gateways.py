"""Makes the gateways of an entry point from its settings and secret files. Only entry points call this."""

from backend import gateways
from backend.config import ConfigError, Settings, read_secret
from backend.domain.identity import IdentityKind
from backend.domain.payment import Channel
from backend.gateways.wechat.mini_program import WechatGateway, WechatSettings
from backend.gateways.wechat.pay import WechatPayGateway
from backend.gateways.wechat.pay_settings import WechatPaySettings


def connect_gateways(settings: Settings) -> None:
    """Configure WeChat login and WeChat Pay; nothing is sent yet. Raises ConfigError with one sentence.

    http:// addresses are admitted in demo mode only: the sandbox runs on the same machine.
    """
    is_demo = settings.mode == "demo"
    login, pay = settings.wechat, settings.wechat_pay
    try:
        wechat = WechatGateway(
            WechatSettings(
                appid=login.appid,
                secret=read_secret(login.secret_file),
                api_base=login.api_base,
                allow_insecure=is_demo,
            )
        )
        wechat_pay = WechatPayGateway(
            WechatPaySettings(
                mchid=pay.mchid,
                appid=login.appid,
                merchant_private_key_pem=read_secret(pay.merchant_key_file),
                merchant_serial=pay.merchant_serial,
                api_v3_key=read_secret(pay.api_v3_key_file),
                platform_public_key_pem=read_secret(pay.platform_public_key_file),
                platform_public_key_id=pay.platform_public_key_id,
                notify_url=pay.notify_url,
                api_base=pay.api_base,
                allow_insecure=is_demo,
            )
        )
    except ValueError as error:
        raise ConfigError(f"[wechat] or [wechat_pay]: {error}") from None
    gateways.configure(
        channels={Channel.WECHAT: wechat_pay}, log_ins={IdentityKind.WECHAT_MINI_PROGRAM: wechat}
    )
