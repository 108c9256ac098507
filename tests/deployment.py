"""A deployment that production accepts, as files in a folder: each test then spoils one thing."""

import functools
import json
import secrets
import tempfile
from pathlib import Path

from backend.config import Settings, load
from scripts.stand_ins.sandbox.keys import make_keys

HOST = "https://charge.xinxiang-power.cn"
NOTIFY_URL = f"{HOST}/notify/wechat"
API_BASE = "https://api.weixin.qq.com"
ALIPAY_BASE = "https://openapi.alipay.com"


class Deployment:
    """`folder`/xinxiang.toml in mode "production" with real-looking names and secrets of mode 0600 beside it.

    `database_url` holds {password} where `database_password` goes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str = "mysql://xinxiang:{password}@127.0.0.1:1/xinxiang",
        database_password: str = "",
        redis_url: str = "unix:///nowhere/redis.sock",
        mqtt_port: int = 1,
    ) -> None:
        self.folder = folder
        for name, text in _merchant_files().items():
            self._write_secret(name, text)
        made = (folder / "product.toml").read_text(encoding="utf-8")
        self._write_secret("database-password", database_password or secrets.token_hex(24))
        self._write_secret("bridge-password", secrets.token_hex(24))
        self._write_secret("second-factor-key", secrets.token_hex(32))
        tables: dict[str, dict[str, str | int]] = {
            "database": {"url": database_url, "password_file": "database-password"},
            "redis": {"url": redis_url},
            "mqtt": {"port": mqtt_port, "password_file": "bridge-password"},
            "api": {"public_url": HOST, "behind_proxy": True},
            "staff": {"second_factor_key_file": "second-factor-key"},
            "files": {"store": "folder", "folder": str(folder / "files")},
        }
        lines = ['mode = "production"']
        for table, values in tables.items():
            lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        self.config = folder / "xinxiang.toml"
        self.config.write_text("\n".join([*lines, made]), encoding="utf-8")

    def environment(self, **changes: str) -> dict[str, str]:
        """What names it to a program; `changes` as api_public_url="…" win over the file."""
        more = {f"XINXIANG_{name.upper()}": value for name, value in changes.items()}
        return {"XINXIANG_CONFIG": str(self.config), **more}

    def settings(self, **changes: str) -> Settings:
        """What a program reads of it."""
        return load(self.environment(**changes))

    def _write_secret(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(f"{text}\n", encoding="utf-8")
        path.chmod(0o600)


@functools.cache
def _merchant_files() -> dict[str, str]:
    """A merchant's keys and tables, made once a process; sandbox.json, which betrays the sandbox's, left out."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder), API_BASE, NOTIFY_URL)
        made = {path.name: path.read_text(encoding="utf-8") for path in Path(folder).iterdir()}
    made["product.toml"] = made["product.toml"].replace(
        f'{API_BASE}"\nnotify_url = "{HOST}/notify/alipay',
        f'{ALIPAY_BASE}"\nnotify_url = "{HOST}/notify/alipay',
    )
    del made["sandbox.json"]
    return made
