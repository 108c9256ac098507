"""A running pile: a `PileModel`, its clock and its connection. For tests, smoke runs, benches and the fleet.

Decides when to connect again; everything the pile says is decided by the model.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self

import msgspec

from scripts.stand_ins.simulator.car import Car
from scripts.stand_ins.simulator.connection_board import Watcher
from scripts.stand_ins.simulator.connector import ImpossibleError
from scripts.stand_ins.simulator.envelope import UpMessage
from scripts.stand_ins.simulator.mqtt_link import KEEPALIVE_S, LinkRefusedError, MqttLink
from scripts.stand_ins.simulator.mqtt_packets import connect_packet
from scripts.stand_ins.simulator.pile_model import PileModel, StoredState
from scripts.stand_ins.simulator.settings import PileSettings, PileSpec
from scripts.stand_ins.simulator.state_folder import load_state, save_state

FIRST_CONNECT_LIMIT_S = 15.0
LONGEST_BACKOFF_S = 120
STABLE_S = 5.0
LONGEST_SLEEP_S = 60.0  # the wall clock may be set while a timer runs
SHORTEST_SLEEP_S = 0.005


class SimulatedPile:
    """`async with SimulatedPile(spec, host, port) as pile:` returns connected, or raises ConnectionError.

    `folder` keeps the state over restarts; `gate` bounds how many connect at once; `observe` sees every
    message that is handed to the connection. Methods raise ImpossibleError for what cannot be.
    """

    def __init__(
        self,
        spec: PileSpec,
        host: str,
        port: int,
        *,
        settings: PileSettings | None = None,
        seed: int = 0,
        folder: Path | None = None,
        gate: asyncio.Semaphore | None = None,
        watcher: Watcher | None = None,
        observe: Callable[[UpMessage], None] | None = None,
    ) -> None:
        self.spec = spec
        self.ignored_down = 0
        self._host, self._port = host, port
        self._settings = settings or PileSettings()
        self._seed = seed
        self._random = Random(f"{seed}/{spec.pile_no}/link")  # noqa: S311 (spreads reconnects)
        self._folder = folder
        self._gate = gate or asyncio.Semaphore(1)
        self._watcher = watcher
        self._observe = observe
        self._model: PileModel | None = None
        self._stored = load_state(folder, spec.pile_no) if folder else None
        self._cars: dict[int, Car] = {}
        self._link: MqttLink | None = None
        self._conn = ""
        self._connects = 0
        self._error: OSError | None = None
        self._may_connect = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._spell: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiters: set[asyncio.Future[None]] = set()

    async def __aenter__(self) -> Self:
        self.start()
        try:
            await self.wait_until(self._is_decided, FIRST_CONNECT_LIMIT_S)
        except TimeoutError:
            self._error = self._error or ConnectionError("no answer")
        if not self.is_online:
            await self.stop()
            raise ConnectionError(f"pile {self.spec.pile_no} could not connect: {self._error}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def is_online(self) -> bool:
        return self._link is not None

    @property
    def model(self) -> PileModel:
        """The state machine, for looking at; ImpossibleError while the pile has no power."""
        if self._model is None:
            raise ImpossibleError(f"pile {self.spec.pile_no} has no power")
        return self._model

    def start(self) -> None:
        self.restore_power()
        self._task = asyncio.get_running_loop().create_task(self._keep_connected())

    async def stop(self) -> None:
        """Says online false, disconnects cleanly and keeps the state; an open session ends at the next start."""
        self._may_connect.clear()
        _cancel(self._timer, self._spell)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        link, self._link = self._link, None
        if self._model:
            self._save(self._model)
        if link and self._model:
            self._publish(link, self._model.will(self._conn, wall_ms()))
            await link.close()

    def plug(self, connector: int, car: Car | None = None) -> None:
        """Plug a car in, a random one unless given; it then waits for the platform's start."""
        self._send(self.model.plug(connector, wall_ms(), car))

    def unplug(self, connector: int) -> None:
        self._send(self.model.unplug(connector, wall_ms()))

    def raise_fault(self, code: str, connector: int | None = None) -> None:
        self._send(self.model.raise_fault(code, wall_ms(), connector))

    def clear_faults(self) -> None:
        self._send(self.model.clear_faults(wall_ms()))

    def go_offline(self, duration_s: float | None = None) -> None:
        """Lose the network, for a while or until `come_online`; the pile goes on by its limits."""
        self._break_off(duration_s, self.come_online)

    def come_online(self) -> None:
        _cancel(self._spell)
        if self._model:
            self._may_connect.set()

    def lose_power(self, duration_s: float | None = None) -> None:
        """Lose everything that is not stored, for a while or until `restore_power`; cars stay plugged in."""
        model = self.model
        self._stored = self._save(model)
        self._cars = {one.number: one.car for one in model.connectors if one.car}
        self._model = None
        _cancel(self._timer)
        self._break_off(duration_s, self.restore_power)

    def restore_power(self) -> None:
        if self._model is None:
            now_ms = wall_ms()
            self._model = PileModel(self.spec, self._settings, now_ms, seed=self._seed, stored=self._stored)
            for number, car in self._cars.items():
                self._model.plug(number, now_ms, car)
            self._save(self._model)
        self.come_online()

    def state(self) -> dict[str, Any]:
        """For people and tests: connection, connectors, and how many records and meters wait."""
        model = self._model
        state: dict[str, Any] = {
            "pile_no": self.spec.pile_no,
            "online": self.is_online,
            "powered": model is not None,
        }
        if model:
            state |= {"boot": model.envelope.boot, "kept": len(model.outbox), "backlog": len(model.backlog)}
            state["connectors"] = [one.snapshot() for one in model.connectors]
        return state

    async def wait_until(self, check: Callable[[SimulatedPile], bool], limit_s: float = 10.0) -> None:
        """Return as soon as `check(pile)` holds, looked at after every change; TimeoutError after `limit_s`."""
        async with asyncio.timeout(limit_s):
            while not check(self):
                waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)

    async def _keep_connected(self) -> None:
        failures = 0
        while True:
            await self._may_connect.wait()
            began_s = time.monotonic()
            try:
                if self._model:
                    await self._connect_once(self._model)
            except OSError as error:
                self._report_failure(error)
            # A connection that breaks at once is no better than none: two simulators of one pile do that.
            failures = 0 if time.monotonic() - began_s > STABLE_S else failures + 1
            if self._may_connect.is_set():
                longest_s = min(2 ** min(failures, 10), LONGEST_BACKOFF_S)
                await asyncio.sleep(longest_s * self._random.uniform(0.2, 0.5))

    async def _connect_once(self, model: PileModel) -> None:
        """Connect and stay until the connection ends; OSError when it never came about."""
        self._connects += 1
        conn = f"{model.envelope.boot}-{self._connects}"
        link = MqttLink(lambda link: self._link_up(link, model, conn), self._receive, self._link_lost)
        pile_no = self.spec.pile_no
        will = model.will(conn, wall_ms()).payload
        packet = connect_packet(pile_no, self.spec.secret, KEEPALIVE_S, self._topic("online"), will)
        async with self._gate:
            await link.connect(self._host, self._port, packet)
        await asyncio.wait({link.closed})

    def _link_up(self, link: MqttLink, model: PileModel, conn: str) -> None:
        if not self._may_connect.is_set() or self._model is not model:
            link.abort()  # the network or the power went while it was connecting
            return
        self._link, self._conn, self._error = link, conn, None
        link.subscribe(f"cp/v1/{self.spec.pile_no}/down/#")
        self._send(model.connected(conn, wall_ms()))
        if self._watcher:
            self._watcher.connected(self.spec.pile_no)

    def _link_lost(self, link: MqttLink) -> None:
        if self._link is not link:
            return
        self._link = None
        if self._model:
            self._model.disconnected(link.take_unsent(), wall_ms())
            self._send([])
        if self._watcher:
            self._watcher.lost(self.spec.pile_no)

    def _break_off(self, duration_s: float | None, then: Callable[[], None]) -> None:
        _cancel(self._spell)
        self._may_connect.clear()
        if self._link:
            link = self._link
            self._link_lost(link)
            link.abort()
        if duration_s is not None:
            self._spell = asyncio.get_running_loop().call_later(duration_s, then)

    def _receive(self, topic: str, payload: bytes) -> None:
        try:
            body = msgspec.json.decode(payload, type=dict[str, Any])
        except msgspec.DecodeError:
            self.ignored_down += 1
            return
        if self._model is None or self._link is None:
            return
        if topic == f"cp/v1/{self.spec.pile_no}/down/command":
            self._send(self._model.receive_command(body, wall_ms()))
        elif topic == f"cp/v1/{self.spec.pile_no}/down/receipt":
            self._model.receive_receipt(body)
            self._send([])
        else:
            self.ignored_down += 1

    def _tick(self) -> None:
        self._send(self.model.tick(wall_ms()))

    def _send(self, messages: list[UpMessage]) -> None:
        """Store first, then publish: a record that left the pile is never forgotten by a power loss."""
        model = self.model
        if model.is_dirty and self._folder:
            self._save(model)
        if self._link:
            for message in messages:
                self._publish(self._link, message)
        self._set_timer(model)
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _publish(self, link: MqttLink, message: UpMessage) -> None:
        if self._observe:
            self._observe(message)
        link.publish(self._topic(message.name), message)

    def _save(self, model: PileModel) -> StoredState:
        stored = model.stored(wall_ms())
        if self._folder:
            save_state(self._folder, self.spec.pile_no, stored)
        return stored

    def _set_timer(self, model: PileModel) -> None:
        _cancel(self._timer)
        due_ms = model.due_ms()
        if due_ms is not None:
            delay_s = min(max((due_ms - wall_ms()) / 1000, SHORTEST_SLEEP_S), LONGEST_SLEEP_S)
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._tick)

    def _topic(self, message: str) -> str:
        return f"cp/v1/{self.spec.pile_no}/up/{message}"

    def _report_failure(self, error: OSError) -> None:
        self._error = error
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        if self._watcher:
            self._watcher.failed(self.spec.pile_no, error)

    @staticmethod
    def _is_decided(pile: SimulatedPile) -> bool:
        return pile.is_online or isinstance(pile._error, LinkRefusedError)


def wall_ms() -> int:
    """The machine's time; the pile's own clock is this plus its skew."""
    return time.time_ns() // 1_000_000


def _cancel(*handles: asyncio.TimerHandle | None) -> None:
    for handle in handles:
        if handle:
            handle.cancel()
