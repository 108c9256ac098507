"""The product with the demo's city, simulated piles, and both front-ends served as scripts/run serves them."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from backend.gateways.clock import utc_now
from backend.models.engine import database
from backend.models.engine.migrations import apply_migrations
from scripts.embedded.node import find_node
from scripts.environment import ROOT
from scripts.front_ends.build import FRONT_ENDS, PREVIEW, PREVIEW_SITE, build
from scripts.local.demo.seed import seed
from scripts.local.demo.years.seed_years import seed_years
from scripts.processes.child import Child
from scripts.processes.loopback import accepts_connections, free_port
from tests.stack import Stack
from tests.waiting import LIMIT_S, wait_until

PILES = 20
METER_S = 1


@dataclass(frozen=True, slots=True)
class World:
    """Where everything is; `stickers` are rows of stickers.json, the login may do everything."""

    stack: Stack
    preview_url: str
    simulator_url: str
    stickers: list[dict[str, str]]
    account: str
    password: str

    @property
    def admin_url(self) -> str:
        return f"{self.stack.api_url}/admin/"

    def plug(self, connector_no: str) -> None:
        """A car at this connector takes the plug."""
        self._post(f"/piles/{connector_no[:-2]}/connectors/{int(connector_no[-2:])}/plug")

    def unplug(self, connector_no: str) -> None:
        """Somebody pulls the plug out; a charge that runs ends."""
        self._post(f"/piles/{connector_no[:-2]}/connectors/{int(connector_no[-2:])}/unplug")

    def _post(self, path: str) -> None:
        answer = requests.post(self.simulator_url + path, timeout=LIMIT_S)
        assert answer.ok, answer.text


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """So many days until yesterday with about so many charges; two piles of the first station are broken to its end."""

    days: int
    orders: int


@contextmanager
def running_world(
    folder: Path, redis_url: str, *, piles: int = PILES, history: History | None = None
) -> Iterator[World]:
    """Build what is not built, fill a database, start everything; all of it ends with the block."""
    for front_end in FRONT_ENDS:
        build(front_end, print)
    database_url = f"sqlite:///{folder / 'journey.sqlite'}"
    database.connect(database_url)
    apply_migrations()
    seed(piles=piles, folder=folder, now=utc_now())
    if history is not None:
        seed_years(days=history.days, orders=history.orders, seed=1, now=utc_now())
    database.close()
    secrets = {pile["pile_no"]: pile["secret"] for pile in _read(folder / "piles.json")}
    login = _read(folder / "logins.json")[0]
    stack = Stack(
        folder / "stack",
        database_url=database_url,
        redis_url=redis_url,
        pile_secrets=secrets,
        settings={"XINXIANG_FILES_STORE": "folder", "XINXIANG_FILES_FOLDER": str(folder / "files")},
    )
    with (
        stack,
        _simulator(stack, folder) as simulator_url,
        _preview(stack, simulator_url, folder) as preview_url,
    ):
        yield World(
            stack=stack,
            preview_url=preview_url,
            simulator_url=simulator_url,
            stickers=_read(folder / "stickers.json"),
            account=login["account"],
            password=login["password"],
        )


@contextmanager
def _simulator(stack: Stack, folder: Path) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(ROOT / "scripts" / "simulate_piles"), "--control", str(port)]
    command += ["--broker", f"mqtt://{stack.broker.host}:{stack.broker.port}", "--meter", str(METER_S)]
    command += ["--piles-file", str(folder / "piles.json")]
    log = folder / "simulator.log"
    process = Child("simulator", command, log, lambda _: accepts_connections(port))
    process.start()
    try:
        wait_until(lambda: _are_online(url), "all piles are online")
        yield url
    finally:
        process.stop()


@contextmanager
def _preview(stack: Stack, simulator_url: str, folder: Path) -> Iterator[str]:
    port = free_port()
    command = [str(find_node().node), str(PREVIEW / "server.mjs"), "--port", str(port)]
    command += ["--api", stack.api_url, "--public-url", stack.api_url, "--sandbox", stack.sandbox_url]
    command += ["--simulator", simulator_url, "--stickers", str(folder / "stickers.json")]
    command += ["--site", str(PREVIEW_SITE.site)]
    process = Child("preview", command, folder / "preview.log", lambda _: accepts_connections(port))
    process.start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.stop()


def _are_online(simulator_url: str) -> bool:
    piles = requests.get(f"{simulator_url}/piles", timeout=LIMIT_S).json()["piles"]
    return all(pile["online"] for pile in piles)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
