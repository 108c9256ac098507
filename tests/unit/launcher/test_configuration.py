"""What the launcher writes for the parts is what the product and the brokers read."""

import json
from pathlib import Path

import pytest

from backend.config import load, read_secret
from scripts.environment import NotReadyError
from scripts.local.launcher.configuration import (
    LONGEST_SOCKET_PATH,
    Addresses,
    redis_address,
    write_configuration,
    write_fleet,
    write_topic_rules,
)
from scripts.local.launcher.run_folder import RunFolder, occupied
from scripts.stand_ins.sandbox.keys import make_keys
from tests.unit.launcher.facts import some_ports


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    with occupied(tmp_path / "a folder with 中文 and %41") as made:
        return made


def test_the_product_accepts_the_configuration(folder: RunFolder) -> None:
    make_keys(folder.keys, "http://127.0.0.1:1", "http://127.0.0.1:1/notify/wechat")
    write_configuration(folder, Addresses("127.0.0.1", some_ports()), redis_url="")
    settings = load({"XINXIANG_CONFIG": str(folder.config)})
    assert settings.mode == "demo"
    assert settings.wechat.api_base == settings.wechat_pay.api_base == "http://127.0.0.1:40001"
    assert settings.wechat_pay.notify_url == "http://127.0.0.1:8080/notify/wechat"
    assert read_secret(settings.mqtt.password_file) == folder.secret("bridge")
    assert read_secret(settings.wechat_pay.merchant_key_file).startswith("-----BEGIN")


def test_the_database_is_in_the_folder_whatever_its_name(folder: RunFolder) -> None:
    from backend.models.engine.database import open_database

    assert Path(open_database(folder.database_url).database) == folder.database.resolve()


def test_a_wildcard_host_is_reached_by_loopback_here_and_by_a_real_address_elsewhere() -> None:
    addresses = Addresses("0.0.0.0", some_ports())
    assert addresses.api_url == "http://127.0.0.1:8080"
    assert "0.0.0.0" not in addresses.public_url


def test_the_viewer_may_read_everything_and_write_nothing(folder: RunFolder) -> None:
    write_topic_rules(folder)
    rules = folder.topic_rules.read_text(encoding="utf-8")
    assert "user bridge" in rules
    own = rules.split("user viewer\n")[1].split("user ")[0]
    assert [line for line in own.splitlines() if line.startswith(("topic", "pattern"))] == [
        "topic read cp/v1/#"
    ]


def test_redis_uses_a_socket_where_the_kernel_takes_its_path_and_a_port_elsewhere(tmp_path: Path) -> None:
    short = RunFolder(Path("/x"))
    assert redis_address(short, some_ports())[1] == "unix:///x/redis.sock"
    long = RunFolder(tmp_path / ("x" * LONGEST_SOCKET_PATH))
    assert redis_address(long, some_ports())[1] == "redis://127.0.0.1:40004/0"


def test_the_fleet_is_the_first_piles(folder: RunFolder) -> None:
    folder.piles.write_text(json.dumps([{"pile_no": str(number)} for number in range(5)]))
    assert [pile["pile_no"] for pile in write_fleet(folder, 2)] == ["0", "1"]
    assert len(json.loads(folder.fleet.read_text())) == 2


def test_a_lost_list_of_piles_is_one_sentence(folder: RunFolder) -> None:
    with pytest.raises(NotReadyError, match="--fresh"):
        write_fleet(folder, 1)
