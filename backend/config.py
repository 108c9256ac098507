"""Typed settings: conf/default.toml, then the file in XINXIANG_CONFIG, then XINXIANG_<TABLE>_<KEY>.

Only entry points read this. An unknown key, a wrong type or a missing file stops the start with one sentence
(`ConfigError`); what production refuses is decided in backend/self_check. Business policy is not here: that is
rows staff can edit.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import msgspec

from backend import crash_points

DEFAULT_FILE: Final = Path(__file__).resolve().parent.parent / "conf" / "default.toml"
ENVIRONMENT_PREFIX: Final = "XINXIANG_"
CONFIG_VARIABLE: Final = "XINXIANG_CONFIG"


class ConfigError(Exception):
    """One sentence for the operator: which key is wrong, and how."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the file: unknown keys are refused."""


class LogSettings(_Table, frozen=True):
    level: Literal["debug", "info", "warning", "error"]
    format: Literal["json", "text"]


class DatabaseSettings(_Table, frozen=True):
    url: str
    password_file: str


class RedisSettings(_Table, frozen=True):
    url: str


class MqttSettings(_Table, frozen=True):
    host: str
    port: int
    username: str
    password_file: str
    tls_ca_file: str


class PilesSettings(_Table, frozen=True):
    broker_host: str
    broker_port: Annotated[int, msgspec.Meta(ge=1, le=65_535)]
    broker_tls: bool
    broker_ca_file: str


class BridgeSettings(_Table, frozen=True):
    batch_cap: int
    queue_cap: int
    status_asks_per_s: int
    metrics_port: int


class ApiSettings(_Table, frozen=True):
    host: str
    port: int
    public_url: str
    behind_proxy: bool
    processes: int
    allowed_origins: list[str]


class MapSettings(_Table, frozen=True):
    tiles_url: str
    tiles_system: Literal["gcj02", "wgs84", "bd09"]
    attribution: str


class JobsSettings(_Table, frozen=True):
    meter_values_kept_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)]
    guests_kept_days: Annotated[int, msgspec.Meta(ge=31, le=36_500)] = 90


class StaffSettings(_Table, frozen=True):
    second_factor_key_file: str


class ChannelAccountsTable(_Table, frozen=True):
    secret_key_file: str
    earlier_secret_key_file: str


class FilesSettings(_Table, frozen=True):
    store: Literal["", "folder", "s3"]
    folder: str
    max_bytes: Annotated[int, msgspec.Meta(ge=1, le=2**40)]
    s3_endpoint: str
    s3_region: str
    s3_bucket: str
    s3_access_key: str
    s3_secret_key_file: str


class WechatTable(_Table, frozen=True):
    appid: str
    secret_file: str
    api_base: str


class WechatPayTable(_Table, frozen=True):
    mchid: str
    merchant_key_file: str
    merchant_serial: str
    api_v3_key_file: str
    platform_public_key_file: str
    platform_public_key_id: str
    platform_certificates: bool
    api_base: str
    notify_url: str


class WechatMessagesTable(_Table, frozen=True):
    charge_billed: str
    idle_near: str
    refund_done: str


class AlipayTable(_Table, frozen=True):
    app_id: str
    seller_id: str
    private_key_file: str
    alipay_public_key_file: str
    api_base: str
    notify_url: str


class Settings(_Table, frozen=True):
    mode: Literal["production", "demo"]
    log: LogSettings
    database: DatabaseSettings
    redis: RedisSettings
    mqtt: MqttSettings
    piles: PilesSettings
    bridge: BridgeSettings
    api: ApiSettings
    map: MapSettings
    jobs: JobsSettings
    files: FilesSettings
    staff: StaffSettings
    wechat: WechatTable
    wechat_pay: WechatPayTable
    wechat_messages: WechatMessagesTable
    alipay: AlipayTable
    channel_accounts: ChannelAccountsTable

    @property
    def database_url(self) -> str:
        """The database URL with the password of `password_file` in place. Raises ConfigError."""
        if not self.database.url:
            raise ConfigError(f"database.url is empty: name a configuration file in {CONFIG_VARIABLE}")
        if not self.database.password_file:
            return self.database.url
        password = quote(read_secret(self.database.password_file), safe="")
        return self.database.url.replace("{password}", password)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises ConfigError."""
    values = _read(DEFAULT_FILE)
    if named := environ.get(CONFIG_VARIABLE):
        _merge(values, _with_absolute_paths(_read(Path(named)), Path(named).resolve().parent), named)
    _merge_environment(values, environ)
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"configuration: {error}") from None


def read_secret(path: str) -> str:
    """The first line of a secret file. Raises ConfigError when it is missing or empty."""
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"secret file {path}: {error.strerror}") from None
    if not text:
        raise ConfigError(f"secret file {path} is empty")
    return text


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"configuration file {path}: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"configuration file {path}: {error}") from None


def _merge(into: dict[str, Any], more: Mapping[str, Any], source: str) -> None:
    for key, value in more.items():
        if key not in into:
            raise ConfigError(f"{source}: unknown key {key!r}")
        if isinstance(into[key], dict):
            if not isinstance(value, dict):
                raise ConfigError(f"{source}: {key!r} is a table")
            _merge(into[key], value, f"{source}, [{key}]")
        else:
            into[key] = value


def _with_absolute_paths(values: dict[str, Any], folder: Path) -> dict[str, Any]:
    for table in values.values():
        if isinstance(table, dict):
            for key, value in table.items():
                if key.endswith("_file") and value and isinstance(value, str):
                    table[key] = str(folder / value)
    return values


def _merge_environment(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, text in environ.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or name in {CONFIG_VARIABLE, crash_points.VARIABLE}:
            continue
        table, key = _find_key(values, name.removeprefix(ENVIRONMENT_PREFIX).lower())
        table[key] = _parse(text, table[key], name)


def _find_key(values: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    for key, value in values.items():
        if isinstance(value, dict):
            inner = path.removeprefix(f"{key}_")
            if inner != path and inner in value:
                return value, inner
        elif key == path:
            return values, key
    raise ConfigError(f"environment: unknown setting {ENVIRONMENT_PREFIX}{path.upper()}")


def _parse(text: str, current: object, name: str) -> object:
    if isinstance(current, bool):
        if text.lower() not in {"true", "false"}:
            raise ConfigError(f"{name} must be true or false, not {text!r}")
        return text.lower() == "true"
    if isinstance(current, int):
        try:
            return int(text)
        except ValueError:
            raise ConfigError(f"{name} must be a whole number, not {text!r}") from None
    if isinstance(current, list):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text
