"""What conf/ ships for production fits together: names in one file are what another one has."""

import configparser
import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.config import load

CONF = Path(__file__).resolve().parents[2] / "conf"
EXAMPLE = CONF / "production.example.toml"
UNITS = sorted((CONF / "systemd").glob("*.service"))
PROGRAMS = ("xinxiang-api", "xinxiang-bridge", "xinxiang-jobs")
COMPOSE: dict[str, Any] = yaml.safe_load((CONF / "compose" / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def _values(conf: str, name: str) -> list[str]:
    """What the lines of a mosquitto, Redis or nginx file say after this word."""
    text = (CONF / conf).read_text(encoding="utf-8")
    return [found.strip().rstrip(";") for found in re.findall(rf"^\s*{name}\s+(.+)$", text, re.MULTILINE)]


def test_the_example_has_no_key_that_the_product_does_not_know_and_is_for_production() -> None:
    assert load({"XINXIANG_CONFIG": str(EXAMPLE)}).mode == "production"


def test_the_example_names_every_setting_that_has_no_usable_default() -> None:
    defaults = tomllib.loads((CONF / "default.toml").read_text(encoding="utf-8"))
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    optional = {
        ("mqtt", "tls_ca_file"),
        ("piles", "broker_host"),
        ("piles", "broker_ca_file"),
        ("map", "tiles_url"),
        ("map", "attribution"),
        ("channel_accounts", "earlier_secret_key_file"),
        *(("wechat_messages", key) for key in defaults["wechat_messages"]),
        *(("files", key) for key in defaults["files"] if key.startswith("s3_")),
    }
    empty = {
        (table, key)
        for table, values in defaults.items()
        if isinstance(values, dict)
        for key, value in values.items()
        if value == ""
    }
    assert {(table, key) for table, key in empty - optional if not example.get(table, {}).get(key)} == set()


def test_the_example_reaches_redis_and_broker_where_their_files_say() -> None:
    settings = load({"XINXIANG_CONFIG": str(EXAMPLE)})
    (socket,) = _values("redis.conf", "unixsocket")
    assert settings.redis.url == f"unix://{socket}"
    assert f"{settings.mqtt.port} {settings.mqtt.host}" in _values("mosquitto.conf", "listener")


def test_nginx_asks_the_api_where_it_listens() -> None:
    settings = load({"XINXIANG_CONFIG": str(EXAMPLE)})
    upstream, *_ = _values("nginx.conf", r"server(?=\s+127)")
    assert upstream.split()[0] == f"{settings.api.host}:{settings.api.port}"


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_starts_something_that_exists(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # systemd's names have capitals
    unit.read(path, encoding="utf-8")
    command = unit["Service"]["ExecStart"].split()
    if path.stem in PROGRAMS:
        assert command[:2] == ["/opt/xinxiang/var/venv/bin/python", "-m"]
        assert importlib.util.find_spec(command[2]) is not None
        assert unit["Service"]["RestartPreventExitStatus"] == "2"
        assert unit["Service"]["ProtectSystem"] == "strict"
    elif "python" in command[0]:
        assert (CONF.parent / command[1]).is_file()


@pytest.mark.parametrize("name", ["xinxiang-api", "xinxiang-jobs"])
def test_a_program_may_write_where_the_example_keeps_files(name: str) -> None:
    folder = load({"XINXIANG_CONFIG": str(EXAMPLE)}).files.folder
    unit = (CONF / "systemd" / f"{name}.service").read_text(encoding="utf-8")
    (state,) = re.findall(r"^StateDirectory=(\w+)$", unit, re.MULTILINE)
    assert Path(folder).is_relative_to(Path("/var/lib") / state)


def test_every_program_has_its_unit() -> None:
    assert set(PROGRAMS) <= {path.stem for path in UNITS}


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_mounts_files_that_exist_and_waits_for_containers_that_exist(name: str) -> None:
    service = SERVICES[name]
    own = [volume.split(":")[0] for volume in service.get("volumes", ())]
    assert [path for path in own if path.startswith("..") and not (CONF / "compose" / path).exists()] == []
    assert [volume for volume in own if volume[0] not in "./" and volume not in COMPOSE["volumes"]] == []
    assert set(service.get("depends_on", ())) <= set(SERVICES)


def test_containers_run_the_programs_as_the_units_do() -> None:
    run = {
        name: service["command"][1]
        for name, service in SERVICES.items()
        if service.get("command", [""])[0] == "-m"
    }
    assert run == {"api": "backend.api", "bridge": "mqtt_bridge", "jobs": "backend.jobs"}


def test_images_name_no_registry() -> None:
    assert [
        service["image"]
        for service in SERVICES.values()
        if "." in service["image"].partition("/")[0].partition(":")[0]
    ] == []
