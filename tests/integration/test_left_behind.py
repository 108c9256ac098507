"""What a bench, a proof or a launcher leaves running when it is killed with SIGKILL: nothing, however deep it lies."""

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from scripts.processes.child import Child
from tests.integration.test_embedded_parts import redis_binaries
from tests.waiting import wait_until

# As a proof that starts a bench: an outer process, and an inner one with real servers; each says its number and theirs.
INNER = """
import sys
from pathlib import Path
from scripts.embedded.broker import start_embedded_broker
from scripts.embedded.mariadb_server import start_mariadb
from scripts.embedded.mosquitto import start_mosquitto
from scripts.embedded.redis_server import start_redis
folder, *redises = map(Path, sys.argv[1:])
(folder / "passwords").touch(mode=0o600)
servers = [
    start_mariadb(folder, user="u", password="p", databases=["d"]).child,
    start_mosquitto(folder, password_file=folder / "passwords")[1],
    start_embedded_broker(folder, password_file=folder / "passwords").child,
]
for number, binary in enumerate(redises):
    own = folder / str(number)
    own.mkdir()
    servers.append(start_redis(own, executable=binary).child)
print("pids", *(server.pid for server in servers), flush=True)
sys.stdin.readline()
"""
OUTER = """
import sys
from pathlib import Path
from scripts.processes.child import Child
command = [sys.executable, "-c", sys.argv[2], *sys.argv[1:2], *sys.argv[3:]]
inner = Child("inner", command, Path(sys.argv[1]) / "inner.log", lambda it: it.has_logged("pids"), is_fed=True)
inner.start()
print(inner.since_start().replace("pids", f"pids {inner.pid}"), flush=True)
sys.stdin.readline()
"""
SERVERS = {"mariadbd", "mosquitto", "node", "redis-server"}


@pytest.mark.parametrize("killed", ["outer", "inner"])
def test_a_sigkill_leaves_no_server_running(tmp_path: Path, killed: str) -> None:
    command: list[str | Path] = [sys.executable, "-c", OUTER, tmp_path, INNER, *redis_binaries()]
    log = tmp_path / "outer.log"
    outer = Child("outer", command, log, lambda it: it.has_logged("pids"), is_fed=True)
    try:
        outer.start()
        pids = outer.since_start().split("pids")[1].split()
        inner, *servers = (psutil.Process(int(pid)) for pid in pids)
        assert {server.name() for server in servers} == SERVERS
        left = [inner, *servers, *inner.children(), *psutil.Process(outer.pid).children()]

        os.kill(outer.pid if killed == "outer" else inner.pid, signal.SIGKILL)

        gone = left if killed == "outer" else [inner, *servers]
        wait_until(lambda: not any(_lives(one) for one in gone), "all of them are gone")
        assert outer.is_running is (killed == "inner")
    finally:
        outer.kill()


def _lives(process: psutil.Process) -> bool:
    """A zombie that nobody has looked at yet has ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
