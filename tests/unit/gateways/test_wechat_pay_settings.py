from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from backend.gateways.wechat.pay import WechatPaySettings
from tests.unit.gateways import wechat_side as side

Settings = Callable[..., WechatPaySettings]
_EC = ec.generate_private_key(ec.SECP256R1())
EC_PRIVATE = _EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
EC_PUBLIC = _EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mchid", ""),
        ("appid", ""),
        ("merchant_serial", ""),
        ("platform_public_key_id", ""),
        ("api_v3_key", "k" * 16),  # AES-128 would work, and WeChat never uses it
        ("api_v3_key", "k" * 31),
        ("api_v3_key", "k" * 33),
        ("api_v3_key", "钥" * 32),
        ("merchant_private_key_pem", "canary"),
        ("merchant_private_key_pem", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"),
        ("merchant_private_key_pem", EC_PRIVATE),
        ("platform_public_key_pem", "canary"),
        ("platform_public_key_pem", EC_PUBLIC),
        ("api_base", "http://127.0.0.1:8080"),
        ("notify_url", "http://charge.example.com/notify/wechat"),
        ("notify_url", "https://charge.example.com/notify?x=1"),
        ("notify_url", "https://charge.example.com/" + "x" * 255),
        ("notify_url", "/notify/wechat"),
    ],
)
def test_refuses_settings_that_could_not_work_or_are_unsafe(
    pay_settings: Settings, name: str, value: str
) -> None:
    with pytest.raises(ValueError, match=r".+") as caught:
        pay_settings(**{name: value})
    message = str(caught.value)
    assert "canary" not in message
    assert name in message or "base URL" in message


def test_a_stand_in_on_this_machine_is_allowed_only_by_name(pay_settings: Settings) -> None:
    local = {"api_base": "http://127.0.0.1:8080", "notify_url": "http://127.0.0.1:8081/notify/wechat"}
    assert pay_settings(**local, allow_insecure=True).api_base == "http://127.0.0.1:8080"
    with pytest.raises(ValueError, match="base URL"):
        pay_settings(**local)


def test_printing_the_settings_shows_no_secret(pay_settings: Settings) -> None:
    text = repr(pay_settings())
    assert side.MCHID in text
    assert side.API_V3_KEY not in text
    assert "PRIVATE" not in text
