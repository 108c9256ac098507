"""Ports of 127.0.0.1, where everything that runs on one machine meets."""

from __future__ import annotations

import contextlib
import random
import socket

LOOPBACK = "127.0.0.1"
PROBE_LIMIT_S = 1.0
# Below those that systems give to outgoing connections, one of which could take the port before its server does.
PORTS = range(15_000, 32_000)
TRIES = 200

_given: set[int] = set()


def free_port() -> int:
    """A TCP port that nobody listened on a moment ago, another one each time; RuntimeError when none is found."""
    for port in random.sample(PORTS, TRIES):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind((LOOPBACK, port))
            if port not in _given:
                _given.add(port)
                return port
    raise RuntimeError(f"no free port in {PORTS}")


def accepts_connections(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(PROBE_LIMIT_S)
        return probe.connect_ex((LOOPBACK, port)) == 0
