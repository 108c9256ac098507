from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from backend.gateways.alipay.pay import AlipayGateway, AlipaySettings
from backend.gateways.alipay.yuan import fen_of, yuan_of
from tests.unit.gateways import alipay_side
from tests.unit.gateways import wechat_side as side

Settings = Callable[..., AlipaySettings]
_EC = ec.generate_private_key(ec.SECP256R1())
EC_PRIVATE = _EC.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
EC_PUBLIC = _EC.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("app_id", ""),
        ("seller_id", ""),
        ("private_key", ""),
        ("private_key", "canary"),
        ("private_key", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"),
        ("private_key", EC_PRIVATE),
        ("private_key", side.pem_of(SHORT)),
        ("alipay_public_key", "canary"),
        ("alipay_public_key", EC_PUBLIC),
        ("alipay_public_key", side.public_pem_of(SHORT)),
        ("api_base", "http://127.0.0.1:8080"),
        ("notify_url", "http://charge.example.com/notify/alipay"),
        ("notify_url", "https://charge.example.com/notify?x=1"),
        ("notify_url", ""),
        ("return_url", "/pay/done"),
    ],
)
def test_refuses_settings_that_could_not_work_or_are_unsafe(
    alipay_settings: Settings, name: str, value: str
) -> None:
    with pytest.raises(ValueError, match=r".+") as caught:
        alipay_settings(**{name: value})
    assert "canary" not in str(caught.value)
    assert name in str(caught.value) or "base URL" in str(caught.value)


def test_our_own_public_key_in_the_place_of_alipay_s_is_refused(
    alipay_settings: Settings, merchant_key: rsa.RSAPrivateKey
) -> None:
    with pytest.raises(ValueError, match="our own public key"):
        alipay_settings(alipay_public_key=side.public_pem_of(merchant_key))


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_keys_may_be_the_bare_text_of_alipay_s_own_tools(
    alipay_settings: Settings,
    merchant_key: rsa.RSAPrivateKey,
    platform_key: rsa.RSAPrivateKey,
    form: PrivateFormat,
) -> None:
    pem = merchant_key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
    bare = {
        "private_key": "".join(pem.splitlines()[1:-1]),
        "alipay_public_key": "".join(side.public_pem_of(platform_key).splitlines()[1:-1]),
    }
    assert AlipayGateway(alipay_settings(**bare)).merchant == {
        "app_id": alipay_side.APP_ID,
        "seller_id": alipay_side.SELLER_ID,
    }


def test_printing_the_settings_shows_no_secret(
    alipay_settings: Settings, merchant_key: rsa.RSAPrivateKey
) -> None:
    text = repr(alipay_settings())
    assert (alipay_side.APP_ID in text, "PRIVATE" in text) == (True, False)
    assert side.pem_of(merchant_key).splitlines()[1] not in text


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [
        ("0.01", 1),
        ("1", 100),
        ("1.5", 150),
        ("50.00", 5_000),
        ("4.35", 435),
        ("999999999.99", 99_999_999_999),
    ],
)
def test_yuan_are_fen_exactly(yuan: str, fen: int) -> None:
    assert fen_of(yuan) == fen
    assert fen_of(yuan_of(fen)) == fen


@pytest.mark.parametrize(
    "yuan", ["", " 1", "1 ", "1.", ".5", "1.005", "-1", "+1", "1e2", "1,000.00", "NaN", "٥", "1\n", "9" * 10]
)
def test_what_is_no_amount_in_yuan_is_no_amount(yuan: str) -> None:
    with pytest.raises(ValueError, match="yuan"):
        fen_of(yuan)


@pytest.mark.parametrize("fen", [0, -1])
def test_nothing_is_asked_for_below_one_fen(fen: int) -> None:
    with pytest.raises(ValueError, match="above 0"):
        yuan_of(fen)
