"""The servers of one bench run, with the shipped configuration, in a folder of their own under var/bench."""

from __future__ import annotations

import contextlib
import itertools
import json
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from backend import live
from backend.gateways.passwords import broker_password_hash
from backend.log import configure_log
from backend.models.engine import database
from backend.models.engine.migrations import apply_migrations
from scripts.benches.result import say
from scripts.embedded.mariadb_server import start_mariadb
from scripts.embedded.mosquitto import ACL_FILE, start_mosquitto
from scripts.embedded.redis_server import start_redis
from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import free_port

FOLDER = ROOT / "var" / "bench"
DATABASE = "bench"
SECRET = "a-secret-of-this-machine-only"  # noqa: S105 - servers on loopback that live for minutes
LOAD = "load"
RIVAL = "rival"
KEYS_LIMIT_S = 180
# The load speaks for every pile over one connection; the rival hears what the bridge hears.
EXTRA_RULES = f"\nuser {LOAD}\ntopic write cp/v1/+/up/#\n\nuser {RIVAL}\ntopic read cp/v1/+/up/#\n"


class Servers:
    """MariaDB with the product's tables, Redis, and what starts brokers and the product's processes beside them."""

    def __init__(self, folder: Path, stopping: contextlib.ExitStack) -> None:
        self.folder = folder
        self.mariadb = start_mariadb(folder, user="bench", password=SECRET, databases=[DATABASE])
        stopping.callback(self.mariadb.child.kill)  # nobody reads the data again
        redis_server = start_redis(folder, port=free_port())
        if redis_server is None:
            raise FileNotFoundError("redis-server is not installed on this machine")
        stopping.callback(redis_server.child.stop)
        self.redis_pid = redis_server.child.pid
        self.redis_url = redis_server.url
        self.api_port = free_port()
        self.api_url = f"http://127.0.0.1:{self.api_port}"
        self._numbers = itertools.count(1)
        self._config = _write_config(folder, self)
        database.connect(self.database_url)
        stopping.callback(database.close)
        apply_migrations()
        live.connect(self.redis_url)
        stopping.callback(live.close)

    @property
    def database_url(self) -> str:
        return self.mariadb.url(DATABASE)

    @contextlib.contextmanager
    def broker(self, piles: Iterable[str] = ()) -> Iterator[tuple[int, int]]:
        """As `running_broker`, in a folder beside the other servers'."""
        with running_broker(self.folder / f"broker-{next(self._numbers)}", piles) as (port, pid):
            yield port, pid

    @contextlib.contextmanager
    def product(self, module: str, ready: str, settings: Mapping[str, str] | None = None) -> Iterator[int]:
        """One process of the product (`mqtt_bridge`, `backend.api`), ready when it has logged `ready`; its pid."""
        environment = {"XINXIANG_CONFIG": str(self._config), **(settings or {})}
        with self.running(module, [sys.executable, "-m", module], ready, environment) as pid:
            yield pid

    @contextlib.contextmanager
    def running(
        self, name: str, command: list[str], ready: str, environment: Mapping[str, str] | None = None
    ) -> Iterator[int]:
        """A process in the background, ready when it has logged `ready`; its pid. Raises StartError."""
        log = self.folder / f"{name}-{next(self._numbers)}.log"
        child = Child(name, command, log, lambda it: it.has_logged(ready), environment=environment)
        child.start()
        try:
            yield child.pid
            child.send(signal.SIGTERM)
            child.wait()
        finally:
            child.kill()


@contextlib.contextmanager
def running_broker(folder: Path, piles: Iterable[str] = ()) -> Iterator[tuple[int, int]]:
    """A new mosquitto without any session, in a folder that it makes and removes; its port and process id.

    It lets in the bridge, the load, the rival, and each of `piles` under its own name, all by SECRET.
    """
    folder.mkdir()
    rules, passwords = folder / "acl", folder / "passwords"
    rules.write_text(ACL_FILE.read_text(encoding="utf-8") + EXTRA_RULES, encoding="utf-8")
    hashed = broker_password_hash(SECRET)
    lines = [f"{name}:{hashed}\n" for name in ("bridge", LOAD, RIVAL, *piles)]
    passwords.write_text("".join(lines), encoding="utf-8")
    for file in (rules, passwords):
        file.chmod(0o600)
    _allow_open_files()
    port, child = start_mosquitto(folder, password_file=passwords, acl_file=rules)
    try:
        yield port, child.pid
    finally:
        child.kill()
        shutil.rmtree(folder)


@contextlib.contextmanager
def running_servers(bench: str) -> Iterator[Servers]:
    """Started servers in a new folder, which goes at the end, except after an error: its logs may tell why.

    Raises FileNotFoundError for a server that this machine lacks, StartError for one that does not start.
    """
    configure_log(level="warning", style="text")
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{bench}-", dir=FOLDER))
    try:
        with contextlib.ExitStack() as stopping:
            yield Servers(folder, stopping)
    except BaseException:
        say(f"✗ logs are left in {folder.relative_to(ROOT)}")
        raise
    shutil.rmtree(folder)


def _allow_open_files() -> None:
    """As many as the machine permits, for the broker and the load that inherit it: a connection is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _write_config(folder: Path, servers: Servers) -> Path:
    """The product's configuration beside the sandbox's keys: the API does not start without payment keys."""
    keys = folder / "keys"
    notify = f"{servers.api_url}/notify/wechat"
    nowhere = "http://127.0.0.1:1"
    command = [
        sys.executable,
        "-m",
        "scripts.stand_ins.sandbox.keys",
        "--out",
        str(keys),
        "--api-base",
        nowhere,
    ]
    subprocess.run(
        [*command, "--notify-url", notify], cwd=ROOT, check=True, capture_output=True, timeout=KEYS_LIMIT_S
    )
    (keys / "bridge.txt").write_text(SECRET, encoding="ascii")
    tables: dict[str, dict[str, object]] = {
        "database": {"url": servers.database_url},
        "redis": {"url": servers.redis_url},
        "mqtt": {"password_file": "bridge.txt"},
        "api": {"port": servers.api_port, "public_url": servers.api_url},
    }
    lines = ['mode = "demo"']
    for table, values in tables.items():
        # A JSON string or number is a TOML one.
        lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
    config = keys / "xinxiang.toml"
    config.write_text(
        "\n".join([*lines, (keys / "product.toml").read_text(encoding="utf-8")]), encoding="utf-8"
    )
    return config
