"""Ports: the well-known one when free, a clear sentence when not, the same ones at the next start."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.environment import NotReadyError
from scripts.local.launcher import ports as ports_module
from scripts.local.launcher.ports import choose_ports, require_free
from scripts.local.launcher.run_folder import RunFolder
from scripts.processes.loopback import free_port

HOST = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_names_the_option_and_a_free_port_when_the_port_is_taken(taken: int) -> None:
    with pytest.raises(NotReadyError, match=rf"端口 {taken} 已被占用.*--port (\d+)") as caught:
        require_free(HOST, taken)
    assert "in use" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_says_that_an_address_is_not_of_this_machine() -> None:
    with pytest.raises(NotReadyError, match="--host"):
        require_free("192.0.2.1", 8080)


def test_takes_the_next_port_when_the_brokers_is_taken(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports_module, "BROKER_PORT", taken)
    chosen = choose_ports(RunFolder(tmp_path), host=HOST, api=free_port(), any_free=False)
    assert taken < chosen.broker < taken + ports_module.BROKER_TRIES


def test_keeps_the_ports_of_the_start_before(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    first = choose_ports(folder, host=HOST, api=0, any_free=True)
    assert choose_ports(folder, host=HOST, api=0, any_free=True) == first


def test_gives_up_a_kept_port_that_is_taken_now(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    first = choose_ports(folder, host=HOST, api=0, any_free=True)
    with socket.socket() as listener:
        listener.bind((HOST, first.sandbox))
        listener.listen()
        second = choose_ports(folder, host=HOST, api=0, any_free=True)
    assert second.sandbox != first.sandbox
    assert second.control == first.control


def test_never_gives_one_port_to_two_parts(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    port = free_port()
    names = ("api", "broker", "sandbox", "control", "metrics", "redis")
    folder.ports.write_text("{" + ",".join(f'"{name}": {port}' for name in names) + "}")
    chosen = choose_ports(folder, host=HOST, api=0, any_free=True)
    assert len({getattr(chosen, name) for name in names}) == len(names)
