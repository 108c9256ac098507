"""The official SDKs' vectors. V1 has no published key here and V6 is user data we do not decrypt; see NOTICE."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from backend.gateways.channel_trade import ChannelNotify
from backend.gateways.wechat.pay_notify import open_notify
from backend.gateways.wechat.pay_proof import EncryptedResource, UnprovenError, decrypt_resource
from backend.gateways.wechat.platform_keys import PlatformKeys

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "wechat.json").read_text())
SIGNED_AT = datetime(2021, 6, 24, 8, 37, 26, tzinfo=UTC)


def _resource(vector: dict[str, str]) -> EncryptedResource:
    return EncryptedResource(
        algorithm="AEAD_AES_256_GCM",
        ciphertext=vector["ciphertext"],
        nonce=vector["nonce"],
        associated_data=vector["aad"],
    )


@pytest.mark.parametrize("vector", VECTORS["wx_aes"], ids=["go V3", "java V4"])
def test_opens_what_the_official_sdks_encrypted(vector: dict[str, str]) -> None:
    assert decrypt_resource(_resource(vector), vector["key"].encode()).decode() == vector["plaintext"]


def test_opens_the_encrypted_certificate_of_the_java_sdk() -> None:
    vector = VECTORS["wx_certificate"]
    certificate = load_pem_x509_certificate(decrypt_resource(_resource(vector), vector["key"].encode()))
    assert f"{certificate.serial_number:X}" == vector["cert_serial_hex"]


def _open_official(now: datetime, **headers: str) -> ChannelNotify:
    vector: dict[str, Any] = VECTORS["wx_notify"]
    key = load_pem_x509_certificate(vector["platform_cert_pem"].encode()).public_key()
    assert isinstance(key, RSAPublicKey)
    return open_notify(
        vector["headers"] | {"Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048"} | headers,
        vector["body"].encode(),
        find_key=PlatformKeys({"D7CE59D1F522D701": key}).find,
        api_v3_keys=[vector["apiv3_key"].encode()],
        now=now,
    )


def test_takes_the_official_notify_in_its_own_time() -> None:
    notify = _open_official(SIGNED_AT)
    assert notify.notify_id == "3119dfba-e649-5eec-ab1e-3412bc4d2e17"
    assert (notify.event_type, notify.trade) == ("PAYSCORE.USER_OPEN_SERVICE", None)


def test_refuses_the_official_notify_today() -> None:
    with pytest.raises(UnprovenError, match="timestamp_outside_window"):
        _open_official(SIGNED_AT + timedelta(days=1979))


def test_refuses_the_official_notify_under_another_nonce() -> None:
    with pytest.raises(UnprovenError, match="signature_wrong"):
        _open_official(SIGNED_AT, **{"Wechatpay-Nonce": "x" * 32})
