"""Which TCP port each part listens on: the well-known one when it is free, else one that is kept for the next start."""

from __future__ import annotations

import errno
import socket
from dataclasses import asdict, dataclass

from scripts.environment import NotReadyError
from scripts.local.launcher.run_folder import RunFolder, read_json, write_json
from scripts.processes.loopback import LOOPBACK, free_port

BROKER_PORT = 1883
SANDBOX_PORT = 8081
CONTROL_PORT = 8082
PREVIEW_PORT = 8083
BROKER_TRIES = 100
LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Ports:
    """`control` is the simulator's, `preview` the mini-program's in a browser; `redis` is used only where its
    socket's path would be too long.
    """

    api: int
    broker: int
    sandbox: int
    control: int
    preview: int
    metrics: int
    redis: int


def choose_ports(folder: RunFolder, *, host: str, api: int, any_free: bool) -> Ports:
    """Choose and remember the ports. `api` 0 takes any free one, as `any_free` does for all that people use.

    Raises NotReadyError when `api` is taken or `host` is not an address of this machine.
    """
    if api:
        require_free(host, api)
    kept = read_json(folder.ports)
    kept = kept if isinstance(kept, dict) else {}
    taken: set[int] = {api}

    def choose(part: str, well_known: int) -> int:
        return _kept_or_free(kept.get(part), taken) if any_free else _next_free(well_known, taken)

    ports = Ports(
        api=api or _kept_or_free(kept.get("api"), taken),
        broker=choose("broker", BROKER_PORT),
        sandbox=choose("sandbox", SANDBOX_PORT),
        control=choose("control", CONTROL_PORT),
        preview=choose("preview", PREVIEW_PORT),
        metrics=_kept_or_free(kept.get("metrics"), taken),
        redis=_kept_or_free(kept.get("redis"), taken),
    )
    write_json(folder.ports, asdict(ports))
    return ports


def require_free(host: str, port: int) -> None:
    """Raises NotReadyError, naming the option to use, when nobody can listen there."""
    problem = _try(host, port)
    if problem is None:
        return
    if problem.errno == errno.EADDRINUSE:
        raise NotReadyError(
            f"端口 {port} 已被占用：请用 --port 换一个，例如 --port {_suggest(host, port)} "
            f"(port {port} is in use; choose another with --port)。"
        )
    if problem.errno == errno.EACCES:
        raise NotReadyError(
            f"没有权限监听端口 {port}：请用 --port 换一个大于 1023 的端口 (no permission for this port)。"
        )
    raise NotReadyError(
        f"无法监听 {host}：请检查 --host (cannot listen there: {problem.strerror or problem})。"
    )


def _suggest(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + BROKER_TRIES, LARGEST_PORT)):
        if _try(host, candidate) is None:
            return candidate
    return free_port()


def _next_free(first: int, taken: set[int]) -> int:
    for port in range(first, first + BROKER_TRIES):
        if port not in taken and _try(LOOPBACK, port) is None:
            taken.add(port)
            return port
    return _kept_or_free(None, taken)


def _kept_or_free(kept: object, taken: set[int]) -> int:
    if (
        isinstance(kept, int)
        and 0 < kept <= LARGEST_PORT
        and kept not in taken
        and _try(LOOPBACK, kept) is None
    ):
        taken.add(kept)
        return kept
    port = free_port()
    while port in taken:
        port = free_port()
    taken.add(port)
    return port


def _try(host: str, port: int) -> OSError | None:
    """None when a server could listen there now."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # as servers do: connections that linger from an earlier run are no obstacle
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        return error
    return None
