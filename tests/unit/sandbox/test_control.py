"""Who may use the control addresses."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tornado.httputil import HTTPServerRequest, RequestStartLine
from tornado.web import Application

from scripts.stand_ins.sandbox.config import load_identity
from scripts.stand_ins.sandbox.control import FaultsHandler
from scripts.stand_ins.sandbox.errors import PayError
from scripts.stand_ins.sandbox.world import new_world


@pytest.mark.parametrize("remote_ip", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_may_use_the_switches(keys_folder: Path, remote_ip: str) -> None:
    asyncio.run(_knock(keys_folder, remote_ip))


@pytest.mark.parametrize("remote_ip", ["192.0.2.7", "10.0.0.1", "2001:db8::1", ""])
def test_other_machines_may_not_use_the_switches(keys_folder: Path, remote_ip: str) -> None:
    with pytest.raises(PayError) as refused:
        asyncio.run(_knock(keys_folder, remote_ip))
    assert (refused.value.status, refused.value.code) == (403, "NO_AUTH")


async def _knock(keys_folder: Path, remote_ip: str) -> None:
    """Ask from this address; it stands in for a connection that a machine without network cannot make."""
    connection: Any = SimpleNamespace(
        context=SimpleNamespace(remote_ip=remote_ip, protocol="http"), set_close_callback=lambda _: None
    )
    line = RequestStartLine("GET", "/sandbox/faults", "HTTP/1.0")
    request = HTTPServerRequest(connection=connection, start_line=line)
    world = new_world(load_identity(keys_folder / "sandbox.json"), speed=1)
    try:
        await FaultsHandler(cast("Any", Application()), request, world=world).prepare()
    finally:
        await world.stop()
