from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.gateways.alipay.pay import AlipayGateway, AlipaySettings
from backend.gateways.wechat.mini_program import WechatGateway, WechatSettings
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from tests.unit.gateways import alipay_side
from tests.unit.gateways import wechat_side as side


@pytest.fixture(scope="session")
def merchant_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def platform_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def _server() -> Iterator[side.Channel]:
    with side.channel_server() as running:
        yield running


@pytest.fixture
def channel(_server: side.Channel) -> side.Channel:
    _server.requests.clear()
    _server.answer = lambda _request: side.Answer(404)
    return _server


@pytest.fixture(scope="session")
def pay_settings(
    merchant_key: rsa.RSAPrivateKey, platform_key: rsa.RSAPrivateKey
) -> Callable[..., WechatPaySettings]:
    def build(**changes: object) -> WechatPaySettings:
        whole = {
            "mchid": side.MCHID,
            "appid": side.APPID,
            "merchant_private_key_pem": side.pem_of(merchant_key),
            "merchant_serial": side.MERCHANT_SERIAL,
            "api_v3_key": side.API_V3_KEY,
            "platform_public_key_pem": side.public_pem_of(platform_key),
            "platform_public_key_id": side.PLATFORM_KEY_ID,
            "notify_url": "https://charge.example.com/notify/wechat",
        } | changes
        return WechatPaySettings(**whole)  # type: ignore[arg-type] # tests also pass wrong values

    return build


@pytest.fixture(scope="session")
def offline_pay(pay_settings: Callable[..., WechatPaySettings]) -> WechatPayGateway:
    """A gateway with the production URL: for what must never touch the network."""
    return WechatPayGateway(pay_settings())


@pytest.fixture(scope="session")
def pay(_server: side.Channel, pay_settings: Callable[..., WechatPaySettings]) -> WechatPayGateway:
    return WechatPayGateway(pay_settings(api_base=_server.base, allow_insecure=True))


@pytest.fixture(scope="session")
def wechat(_server: side.Channel) -> WechatGateway:
    return WechatGateway(
        WechatSettings(appid=side.APPID, secret=side.APP_SECRET, api_base=_server.base, allow_insecure=True)
    )


@pytest.fixture(scope="session")
def alipay_settings(
    merchant_key: rsa.RSAPrivateKey, platform_key: rsa.RSAPrivateKey
) -> Callable[..., AlipaySettings]:
    def build(**changes: object) -> AlipaySettings:
        whole = {
            "app_id": alipay_side.APP_ID,
            "seller_id": alipay_side.SELLER_ID,
            "private_key": side.pem_of(merchant_key),
            "alipay_public_key": side.public_pem_of(platform_key),
            "notify_url": alipay_side.NOTIFY_URL,
            "return_url": alipay_side.RETURN_URL,
        } | changes
        return AlipaySettings(**whole)  # type: ignore[arg-type] # tests also pass wrong values

    return build


@pytest.fixture(scope="session")
def offline_alipay(alipay_settings: Callable[..., AlipaySettings]) -> AlipayGateway:
    """A gateway with the production URL: for what must never touch the network."""
    return AlipayGateway(alipay_settings())


@pytest.fixture(scope="session")
def alipay(_server: side.Channel, alipay_settings: Callable[..., AlipaySettings]) -> AlipayGateway:
    return AlipayGateway(alipay_settings(api_base=_server.base, allow_insecure=True))
