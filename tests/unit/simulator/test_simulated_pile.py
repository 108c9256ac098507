"""Simulated piles over a real mosquitto with the shipped configuration; the test plays the bridge."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts.stand_ins.simulator import PileSettings, PileSpec, SimulatedPile
from scripts.stand_ins.simulator import traffic as simulated_traffic
from scripts.stand_ins.simulator.car import make_car
from scripts.stand_ins.simulator.connector import ImpossibleError
from scripts.stand_ins.simulator.envelope import UpMessage
from scripts.stand_ins.simulator.fleet import Fleet, plug_all
from scripts.stand_ins.simulator.state_folder import load_state
from scripts.stand_ins.simulator.traffic import Traffic
from tests.brokers import HOST, BrokerHandle, start_broker
from tests.mqtt_client import BrokerClient, wait_for

SPEC = PileSpec(pile_no="P1", secret="s1", kind="dc", rated_w=120_000, connectors=2)
QUICK = PileSettings(meter_ms=100)


class Platform:
    """What the bridge would see and send."""

    def __init__(self, port: int) -> None:
        self.client = BrokerClient(port, "bridge", "b", clean=True)
        self.client.subscribe("cp/v1/+/up/#")

    def bodies(self, message: str, pile_no: str = "P1") -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.client.payloads(f"cp/v1/{pile_no}/up/{message}")]

    def answered(self) -> set[str]:
        return {body["command_id"] for body in self.bodies("reply")}

    async def sees(self, condition: Callable[[], bool], what: str) -> None:
        await asyncio.to_thread(wait_for, condition, what)

    def command(self, kind: str, command_id: str, **params: object) -> None:
        expires_at = (datetime.now(UTC) + timedelta(seconds=30)).isoformat()  # noqa: TID251
        body = {"id": command_id, "kind": kind, "expires_at": expires_at, "params": params}
        self.client.publish_acked("cp/v1/P1/down/command", json.dumps(body).encode())

    def start(self, session_no: str) -> None:
        self.command("start", f"start-{session_no}", connector=1, session_no=session_no, limit_fen=10_000)

    def receipt_all(self) -> None:
        ids = [
            body["id"] for name in ("reply", "session_started", "session_ended") for body in self.bodies(name)
        ]
        self.client.publish_acked("cp/v1/P1/down/receipt", json.dumps({"ids": ids}).encode())


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerHandle]:
    folder = tmp_path_factory.mktemp("broker")
    handle = start_broker("mosquitto", folder, {"bridge": "b", "P1": "s1", "P2": "s2"})
    yield handle
    handle.stop()


@pytest.fixture
def platform(broker: BrokerHandle) -> Iterator[Platform]:
    seen = Platform(broker.port)
    yield seen
    seen.client.publish_acked("cp/v1/P1/down/receipt", b"{}")
    seen.client.leave()


def test_a_whole_charge_over_the_broker_until_every_record_is_receipted(
    broker: BrokerHandle, platform: Platform
) -> None:
    async def charge() -> None:
        async with SimulatedPile(SPEC, HOST, broker.port, settings=QUICK) as pile:
            pile.plug(1)
            platform.start("S1")
            await pile.wait_until(lambda one: one.model.connectors[0].status == "charging")
            await platform.sees(lambda: len(platform.bodies("meter")) >= 3, "three meters")
            platform.command("stop", "stop-S1", session_no="S1", reason="driver_app")
            await platform.sees(lambda: len(platform.bodies("reply")) == 2, "both replies")
            platform.receipt_all()
            await pile.wait_until(lambda one: len(one.model.outbox) == 0)

    asyncio.run(charge())
    assert [body["result"] for body in platform.bodies("reply")] == ["accepted", "done"]
    (ended,) = platform.bodies("session_ended")
    assert (ended["session_no"], ended["stop_reason"]) == ("S1", "driver_app")
    wait_for(lambda: platform.bodies("online")[-1]["online"] is False, "the goodbye")
    assert platform.bodies("online")[-1]["conn"] == platform.bodies("online")[-2]["conn"]


def test_a_lost_network_publishes_the_will_and_the_meters_come_later_as_replayed(
    broker: BrokerHandle, platform: Platform
) -> None:
    async def vanish() -> None:
        async with SimulatedPile(SPEC, HOST, broker.port, settings=QUICK) as pile:
            conn = (await births(platform, online=True))[-1]["conn"]
            pile.plug(1, make_car(60_000, 20, 60_000))
            platform.start("S2")
            await pile.wait_until(lambda one: one.model.connectors[0].status == "charging")
            pile.go_offline()
            assert (await births(platform, online=False))[-1]["conn"] == conn
            await pile.wait_until(lambda one: len(one.model.backlog) >= 3)
            # Kept by the broker's session for this pile, and executed when it is back.
            platform.command("stop", "stop-S2", session_no="S2", reason="staff")
            pile.come_online()
            # The start's reply comes twice, for nobody receipted it; the stop's reply is the last of all.
            await platform.sees(lambda: "stop-S2" in platform.answered(), "the reply after the final record")
            platform.receipt_all()
            await pile.wait_until(lambda one: len(one.model.outbox) == 0)

    asyncio.run(vanish())
    meters = platform.bodies("meter")
    assert len([body for body in meters if body.get("replayed")]) >= 3
    registers = [body["register_wh"] for body in sorted(meters, key=lambda body: (body["boot"], body["seq"]))]
    assert registers == sorted(registers)
    assert platform.bodies("session_ended")[-1]["stop_reason"] == "staff"


async def births(platform: Platform, *, online: bool) -> list[dict[str, Any]]:
    """Wait until the newest `online` says this."""
    await platform.sees(
        lambda: bool(platform.bodies("online")) and platform.bodies("online")[-1]["online"] is online,
        f"online {online}",
    )
    return platform.bodies("online")


def test_the_state_folder_carries_register_boot_and_open_session_over_a_restart(
    broker: BrokerHandle, platform: Platform, tmp_path: Path
) -> None:
    async def before() -> tuple[int, int]:
        async with SimulatedPile(SPEC, HOST, broker.port, settings=QUICK, folder=tmp_path) as pile:
            pile.plug(1)
            platform.start("S3")
            await pile.wait_until(lambda one: one.model.connectors[0].register.wh >= 1)
            pile.lose_power()
            with pytest.raises(ImpossibleError, match="no power"):
                pile.plug(2)
            stored = pile.state()
            assert stored["powered"] is False
            pile.restore_power()
            await pile.wait_until(lambda one: one.is_online)
            return pile.model.envelope.boot, pile.model.connectors[0].register.mj

    async def after() -> tuple[int, int]:
        async with SimulatedPile(SPEC, HOST, broker.port, settings=QUICK, folder=tmp_path) as pile:
            await platform.sees(lambda: len(platform.bodies("session_ended")) >= 2, "the record sent again")
            platform.receipt_all()
            await pile.wait_until(lambda one: len(one.model.outbox) == 0)
            return pile.model.envelope.boot, pile.model.connectors[0].register.mj

    boot, register_mj = asyncio.run(before())
    assert asyncio.run(after()) == (boot + 1, register_mj)
    first, again = platform.bodies("session_ended")[:2]
    assert first == again
    assert (first["stop_reason"], first["boot"], first["replayed"]) == ("power_lost", boot, True)


def test_a_record_is_stored_before_it_leaves_the_pile(
    broker: BrokerHandle, platform: Platform, tmp_path: Path
) -> None:
    stored_first: list[bool] = []

    def look(message: UpMessage) -> None:
        state = load_state(tmp_path, "P1")
        if message.is_kept:
            stored_first.append(state is not None and message.body in [one.body for one in state.outbox])

    async def charge() -> None:
        async with SimulatedPile(SPEC, HOST, broker.port, folder=tmp_path, observe=look) as pile:
            pile.plug(1)
            platform.start("S4")
            await pile.wait_until(lambda one: one.model.connectors[0].status == "charging")
            pile.unplug(1)

    asyncio.run(charge())
    assert stored_first == [True, True, True]


def test_meters_a_dead_broker_never_acknowledged_wait_in_the_backlog(tmp_path: Path) -> None:
    own = start_broker("mosquitto", tmp_path, {"bridge": "b", "P1": "s1"})
    seen: list[str] = []

    async def charge() -> None:
        async with SimulatedPile(
            SPEC, HOST, own.port, settings=QUICK, observe=lambda message: seen.append(message.name)
        ) as pile:
            pile.plug(1)
            platform = Platform(own.port)
            platform.start("S5")
            platform.client.leave()
            await pile.wait_until(lambda one: one.model.connectors[0].status == "charging")
            own.child.send(signal.SIGSTOP)
            before = seen.count("meter")
            await pile.wait_until(lambda _pile: seen.count("meter") >= before + 3)
            pile.go_offline()
            assert len(pile.model.backlog) >= 3
            own.child.send(signal.SIGCONT)

    try:
        asyncio.run(charge())
    finally:
        own.child.send(signal.SIGCONT)
        own.stop()


def test_a_wrong_password_is_one_clear_error(broker: BrokerHandle) -> None:
    async def knock() -> None:
        wrong = PileSpec(pile_no="P1", secret="guess", kind="dc", rated_w=60_000)
        async with SimulatedPile(wrong, HOST, broker.port):
            pass

    with pytest.raises(ConnectionError, match="P1 could not connect: the broker does not authorise"):
        asyncio.run(knock())


def test_a_fleet_with_cars_that_come_and_go_connects_and_plugs(
    broker: BrokerHandle, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated_traffic, "FIRST_ARRIVALS_S", 0.1)
    monkeypatch.setattr(simulated_traffic, "SHORTEST_STAY_S", 0.1)

    async def run() -> None:
        specs = [SPEC, PileSpec(pile_no="P2", secret="s2", kind="ac", rated_w=7_000)]
        async with Fleet(specs, HOST, broker.port) as fleet:
            traffic = Traffic(fleet, seed=7, busy=1.0, speed=1_000_000, spells_per_hour=0)
            traffic.start()
            first = fleet.piles["P2"]
            await first.wait_until(lambda one: one.is_online and one.model.connectors[0].car is not None)
            await first.wait_until(lambda one: one.model.connectors[0].car is None)
            await first.wait_until(lambda one: one.model.connectors[0].car is not None)
            traffic.stop()
            await fleet.piles["P1"].wait_until(lambda one: one.is_online)
            assert fleet.board.progress() == "connected 2/2"

    asyncio.run(run())
    wait_for(lambda: platform.bodies("online", "P2")[-1]["online"] is False, "the goodbye of P2")


def test_a_fleet_survives_network_losses_at_random(
    broker: BrokerHandle, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated_traffic, "SPELL_S", (0.01, 0.02))

    async def run() -> None:
        async with Fleet([SPEC], HOST, broker.port) as fleet:
            traffic = Traffic(fleet, seed=7, busy=0, speed=1, spells_per_hour=36_000)
            traffic.start()
            await platform.sees(lambda: len(platform.bodies("boot")) >= 3, "three connections")
            traffic.stop()
            await fleet.piles["P1"].wait_until(lambda one: one.is_online)

    asyncio.run(run())
    conns = [body["conn"] for body in platform.bodies("online") if body["online"]]
    assert len(set(conns)) == len(conns)


def test_cars_stand_at_every_connector_from_the_start_where_that_is_asked_for(
    broker: BrokerHandle, platform: Platform
) -> None:
    async def run() -> None:
        async with Fleet([SPEC], HOST, broker.port) as fleet:
            plug_all(fleet)
            pile = fleet.piles["P1"]
            await pile.wait_until(lambda one: one.is_online)
            await platform.sees(lambda: len(platform.bodies("boot")) > 0, "the boot")
            assert all(connector.car is not None for connector in pile.model.connectors)

    asyncio.run(run())
