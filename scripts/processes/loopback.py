"""Ports of 127.0.0.1, where everything that runs on one machine meets."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"
PROBE_LIMIT_S = 1.0


def free_port() -> int:
    """A TCP port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def accepts_connections(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(PROBE_LIMIT_S)
        return probe.connect_ex((LOOPBACK, port)) == 0
