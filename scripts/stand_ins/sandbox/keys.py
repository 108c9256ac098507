"""Makes, once, the keys and names of a sandbox merchant and of the sandbox itself: python -m scripts.stand_ins.sandbox.keys --out DIR.

Writes DIR/sandbox.json (for scripts.stand_ins.sandbox) and DIR/product.toml (tables [wechat], [wechat_pay], [alipay] and
[channel_accounts] as the product's configuration has them) with the product's secrets in files of mode 0600 beside it. Existing keys are
kept; the names are derived from them; the addresses in product.toml are rewritten at each run.
"""

import argparse
import hashlib
import json
import os
import secrets
import string
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from scripts.stand_ins.sandbox.config import AlipayFile, ConfigError, SandboxFile

DEFAULT_API_BASE = "http://127.0.0.1:8900"
DEFAULT_NOTIFY_URL = "http://127.0.0.1:8080/notify/wechat"
KEY_BITS = 2048
API_V3_KEY_LENGTH = 32

SANDBOX_FILE = "sandbox.json"
PRODUCT_FILE = "product.toml"
MERCHANT_KEY_FILE = "merchant_key.pem"
PLATFORM_KEY_FILE = "sandbox_platform_key.pem"
PLATFORM_PUBLIC_KEY_FILE = "platform_public_key.pem"
APP_SECRET_FILE = "app_secret.txt"  # noqa: S105 a file's name
API_V3_KEY_FILE = "api_v3_key.txt"
ACCOUNTS_KEY_FILE = "channel_accounts_key.txt"
ALIPAY_APP_KEY_FILE = "alipay_app_key.pem"
ALIPAY_KEY_FILE = "sandbox_alipay_key.pem"
ALIPAY_PUBLIC_KEY_FILE = "alipay_public_key.pem"
WECHAT_NOTIFY_PATH = "/notify/wechat"
ALIPAY_NOTIFY_PATH = "/notify/alipay"


def make_keys(folder: Path, api_base: str, notify_url: str) -> None:
    """Fill `folder`; what is there is kept. ConfigError when a key file in it cannot be read as a key."""
    folder.mkdir(parents=True, exist_ok=True)
    merchant_pem = _keep(folder / MERCHANT_KEY_FILE, _new_private_key)
    platform_pem = _keep(folder / PLATFORM_KEY_FILE, _new_private_key)
    merchant_public_pem = _public_pem(merchant_pem, MERCHANT_KEY_FILE)
    platform_public_pem = _public_pem(platform_pem, PLATFORM_KEY_FILE)
    merchant_digest = hashlib.sha256(merchant_public_pem.encode())
    file = SandboxFile(
        appid="wx" + merchant_digest.hexdigest()[:16],
        app_secret=_keep(folder / APP_SECRET_FILE, lambda: secrets.token_hex(16)),
        mchid="19" + _digits(merchant_digest.digest(), 8),
        merchant_serial=merchant_digest.hexdigest()[-40:].upper(),
        merchant_public_key_pem=merchant_public_pem,
        platform_private_key_pem=platform_pem,
        platform_public_key_id="PUB_KEY_ID_01"
        + _digits(hashlib.sha256(platform_public_pem.encode()).digest(), 30),
        api_v3_key=_keep(folder / API_V3_KEY_FILE, _new_api_v3_key),
        alipay=_alipay(folder),
    )
    _keep(folder / ACCOUNTS_KEY_FILE, lambda: secrets.token_hex(32))
    _write(folder / PLATFORM_PUBLIC_KEY_FILE, platform_public_pem)
    _write(folder / SANDBOX_FILE, msgspec.json.format(msgspec.json.encode(file)).decode() + "\n")
    _write(folder / PRODUCT_FILE, _product_toml(file, api_base, notify_url))


def _alipay(folder: Path) -> AlipayFile:
    """Alipay's own key and the application's, with names derived from them."""
    app_pem = _keep(folder / ALIPAY_APP_KEY_FILE, _new_private_key)
    alipay_pem = _keep(folder / ALIPAY_KEY_FILE, _new_private_key)
    app_public_pem = _public_pem(app_pem, ALIPAY_APP_KEY_FILE)
    _write(folder / ALIPAY_PUBLIC_KEY_FILE, _public_pem(alipay_pem, ALIPAY_KEY_FILE))
    digest = hashlib.sha256(app_public_pem.encode()).digest()
    return AlipayFile(
        app_id="2021" + _digits(digest[:16], 12),
        seller_id="2088" + _digits(digest[16:], 12),
        app_public_key_pem=app_public_pem,
        alipay_private_key_pem=alipay_pem,
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.stand_ins.sandbox.keys", description="生成微信与支付宝沙箱的密钥与配置"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="写到这个目录(已有的密钥保留)")
    parser.add_argument("--api-base", default=DEFAULT_API_BASE, help="产品访问沙箱的地址")
    parser.add_argument("--notify-url", default=DEFAULT_NOTIFY_URL, help="产品接收微信支付通知的地址")
    options = parser.parse_args()
    try:
        make_keys(options.out, options.api_base, options.notify_url)
    except (ConfigError, OSError) as problem:
        parser.exit(1, f"✗ {problem}\n")
    print(f"sandbox keys ready in {options.out}")


def _keep(path: Path, make: Callable[[], str]) -> str:
    """The text in `path`, made first when there is none."""
    if not path.exists():
        _write(path, make())
    path.chmod(0o600)
    return path.read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, never readable by others, so that a run cut short leaves no half of a key."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:  # noqa: PTH123 only a descriptor can be made with its mode
        stream.write(text)
    half.replace(path)


def _new_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _new_api_v3_key() -> str:
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(API_V3_KEY_LENGTH))


def _public_pem(private_pem: str, file_name: str) -> str:
    try:
        key = load_pem_private_key(private_pem.encode(), None)
    except (ValueError, TypeError):
        raise ConfigError(f"{file_name} 不是有效的私钥文件:请移走它再运行一次") from None
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _digits(digest: bytes, count: int) -> str:
    return str(int.from_bytes(digest))[-count:].zfill(count)


def _product_toml(file: SandboxFile, api_base: str, notify_url: str) -> str:
    tables = {
        "wechat": {"appid": file.appid, "secret_file": APP_SECRET_FILE, "api_base": api_base},
        "wechat_pay": {
            "mchid": file.mchid,
            "merchant_key_file": MERCHANT_KEY_FILE,
            "merchant_serial": file.merchant_serial,
            "api_v3_key_file": API_V3_KEY_FILE,
            "platform_public_key_file": PLATFORM_PUBLIC_KEY_FILE,
            "platform_public_key_id": file.platform_public_key_id,
            "api_base": api_base,
            "notify_url": notify_url,
        },
        "channel_accounts": {"secret_key_file": ACCOUNTS_KEY_FILE},
        "alipay": {
            "app_id": file.alipay.app_id,
            "seller_id": file.alipay.seller_id,
            "private_key_file": ALIPAY_APP_KEY_FILE,
            "alipay_public_key_file": ALIPAY_PUBLIC_KEY_FILE,
            "api_base": api_base,
            "notify_url": notify_url.replace(WECHAT_NOTIFY_PATH, ALIPAY_NOTIFY_PATH),
        },
    }
    lines = ["# Made by scripts.stand_ins.sandbox.keys; file names are relative to this file."]
    for table, values in tables.items():
        lines += ["", f"[{table}]"]
        # A JSON string is a TOML basic string.
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
