"""Reads the sandbox's own configuration: what WeChat and Alipay would hold about one merchant."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

Text = Annotated[str, msgspec.Meta(min_length=1)]


class ConfigError(Exception):
    """The configuration cannot be used; the text is one clear sentence."""


class AlipayFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Alipay holds: the application's public key, and its own private one."""

    app_id: Text
    seller_id: Text
    app_public_key_pem: Text
    alipay_private_key_pem: Text


class SandboxFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """sandbox.json, as scripts.stand_ins.sandbox.keys writes it."""

    appid: Text
    app_secret: Text
    mchid: Text
    merchant_serial: Text
    merchant_public_key_pem: Text
    platform_private_key_pem: Text
    platform_public_key_id: Text
    api_v3_key: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z]{32}$")]
    alipay: AlipayFile


@dataclass(frozen=True, slots=True)
class Identity:
    """`SandboxFile` with its keys loaded."""

    file: SandboxFile
    merchant_key: RSAPublicKey
    platform_key: RSAPrivateKey
    api_v3_key: bytes
    alipay_app_key: RSAPublicKey
    alipay_key: RSAPrivateKey


def load_identity(path: Path) -> Identity:
    """The identity in this file; ConfigError when it is missing or unusable. No secret is in its text."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=SandboxFile)
    except OSError as problem:
        raise ConfigError(
            f"读不到沙箱配置文件 {path}({problem.strerror}):请先运行 python -m scripts.stand_ins.sandbox.keys"
        ) from None
    except (msgspec.DecodeError, msgspec.ValidationError) as problem:
        raise ConfigError(f"沙箱配置文件 {path} 的内容不正确:{problem}") from None
    return identity_of(file)


def identity_of(file: SandboxFile) -> Identity:
    """Load the keys; ConfigError when one is not the RSA key that it should be."""
    return Identity(
        file=file,
        merchant_key=_public("商户公钥", file.merchant_public_key_pem),
        platform_key=_private("平台私钥", file.platform_private_key_pem),
        api_v3_key=file.api_v3_key.encode(),
        alipay_app_key=_public("支付宝应用公钥", file.alipay.app_public_key_pem),
        alipay_key=_private("支付宝私钥", file.alipay.alipay_private_key_pem),
    )


def _public(name: str, pem: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError):
        raise ConfigError(f"沙箱配置里的{name}不是有效的 PEM") from None
    if not isinstance(key, RSAPublicKey):
        raise ConfigError(f"沙箱配置里的{name}必须是 RSA 密钥")
    return key


def _private(name: str, pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        raise ConfigError(f"沙箱配置里的{name}不是有效的 PEM") from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigError(f"沙箱配置里的{name}必须是 RSA 密钥")
    return key
