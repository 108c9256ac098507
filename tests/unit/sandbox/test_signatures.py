"""The sandbox's own crypto against vectors published by WeChat Pay's SDKs."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scripts.stand_ins.sandbox.signatures import answer_message, encrypt, is_signed, request_message

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "wechat.json").read_text(encoding="utf-8")
)
NOTIFY = VECTORS["wx_notify"]


@pytest.fixture(scope="module")
def platform_key() -> RSAPublicKey:
    key = x509.load_pem_x509_certificate(NOTIFY["platform_cert_pem"].encode()).public_key()
    assert isinstance(key, RSAPublicKey)
    return key


def test_accepts_the_published_signature(platform_key: RSAPublicKey) -> None:
    vector = VECTORS["wx_sign"]
    assert is_signed(platform_key, vector["signature"], vector["message"].encode())


def test_builds_the_string_that_the_published_notify_signs(platform_key: RSAPublicKey) -> None:
    headers = NOTIFY["headers"]
    message = answer_message(
        headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"], NOTIFY["body"].encode()
    )
    assert is_signed(platform_key, headers["Wechatpay-Signature"], message)
    assert not is_signed(platform_key, headers["Wechatpay-Signature"], message + b"\n")


def test_refuses_a_signature_that_is_not_base64(platform_key: RSAPublicKey) -> None:
    assert not is_signed(platform_key, "WECHATPAY/SIGNTEST/%%", b"source")


def test_builds_the_published_request_string() -> None:
    message = request_message("GET", b"/v3/certificates", "1624523846", "A1B2C3D4E5F6G7", b"")
    assert message == b"GET\n/v3/certificates\n1624523846\nA1B2C3D4E5F6G7\n\n"


@pytest.mark.parametrize("vector", VECTORS["wx_aes"], ids=["go-sdk", "java-sdk"])
def test_encrypts_as_published(vector: dict[str, str]) -> None:
    ciphertext = encrypt(
        vector["key"].encode(), vector["nonce"].encode(), vector["aad"].encode(), vector["plaintext"].encode()
    )
    assert ciphertext == vector["ciphertext"]


def test_encrypts_the_published_notify_resource() -> None:
    resource = json.loads(NOTIFY["body"])["resource"]
    ciphertext = encrypt(
        NOTIFY["apiv3_key"].encode(),
        resource["nonce"].encode(),
        resource["associated_data"].encode(),
        NOTIFY["plaintext"].encode(),
    )
    assert ciphertext == resource["ciphertext"]


def test_encrypts_the_published_certificate_resource() -> None:
    vector = VECTORS["wx_certificate"]
    key, nonce, aad = (vector[name].encode() for name in ("key", "nonce", "aad"))
    pem = AESGCM(key).decrypt(nonce, base64.b64decode(vector["ciphertext"]), aad)
    certificate = x509.load_pem_x509_certificate(pem)
    assert f"{certificate.serial_number:X}" == vector["cert_serial_hex"]
    assert encrypt(key, nonce, aad, pem) == vector["ciphertext"]
