import asyncio
import json
from collections.abc import Callable

from typing_extensions import override

from mqtt_bridge import messages
from scripts.benches.fleet_traffic import Cadence, Traffic
from scripts.benches.pile_connection import now_ms
from scripts.benches.world import FIRST_REGISTER_WH
from scripts.stand_ins.simulator import mqtt_packets as mqtt
from tests.waiting import LIMIT_S

CHARGING, PLUGGED = "32050000000001", "32050000000002"
SESSION_NO = "S20261125120000ABCDEFGHJK"
BOOT = 100
HOUR_MS = 3_600_000
FAST = Cadence(meter_s=0.02, heartbeat_s=0.05, status_s=0.05)


class Wire(asyncio.Transport):
    """The broker's end of one pile's connection: keeps what the pile published, as the bridge decodes it."""

    def __init__(self, told: Callable[[], None]) -> None:
        super().__init__()
        self.said: list[messages.UpMessage] = []
        self._reader = mqtt.PacketReader()
        self._told = told

    @override
    def is_closing(self) -> bool:
        return False

    @override
    def write(self, data: bytes | bytearray | memoryview) -> None:
        for kind, flags, body in self._reader.feed(bytes(data)):
            if kind == mqtt.PUBLISH:
                topic, payload, _ = mqtt.parse_publish(flags, body)
                self.said.append(messages.decode(topic, payload))
        self._told()


class Fleet:
    """One pile that charges and one that is plugged in, each on a wire of ours; made in a loop."""

    def __init__(self) -> None:
        self.traffic = Traffic({CHARGING: SESSION_NO}, [PLUGGED], BOOT, FAST)
        self._changed = asyncio.Event()
        self.wires = {no: Wire(self._changed.set) for no in (CHARGING, PLUGGED)}
        for pile_no, wire in self.wires.items():
            self.traffic.connections[pile_no].connection_made(wire)

    def said(self, pile_no: str, kind: type[messages.UpMessage]) -> list[messages.UpMessage]:
        return [message for message in self.wires[pile_no].said if type(message) is kind]

    def command(self, pile_no: str, **command: object) -> None:
        """Hand a command to the pile as the broker does."""
        payload = json.dumps(command).encode()
        packet = mqtt.publish_packet(f"cp/v1/{pile_no}/down/command", payload, 1, retain=False)
        self.traffic.connections[pile_no].data_received(packet)

    async def wait_for(self, pile_no: str, kind: type[messages.UpMessage], count: int) -> None:
        async with asyncio.timeout(LIMIT_S):
            while len(self.said(pile_no, kind)) < count:
                self._changed.clear()
                await self._changed.wait()


def test_each_pile_says_what_its_connectors_do_and_only_one_that_charges_sends_readings() -> None:
    async def run() -> Fleet:
        fleet = Fleet()
        fleet.traffic.begin(now_ms() - HOUR_MS)
        await fleet.wait_for(CHARGING, messages.Meter, 3)
        await fleet.wait_for(PLUGGED, messages.Heartbeat, 2)
        fleet.traffic.end()
        return fleet

    fleet = asyncio.run(run())
    statuses = {no: [str(one.status) for one in fleet.said(no, messages.Status)[:2]] for no in fleet.wires}  # type: ignore[attr-defined]
    assert statuses == {CHARGING: ["charging", "idle"], PLUGGED: ["plugged", "idle"]}
    readings = fleet.said(CHARGING, messages.Meter)
    assert len(readings) == fleet.traffic.meters
    assert not fleet.said(PLUGGED, messages.Meter)
    for reading in readings:
        assert isinstance(reading, messages.Meter)
        assert (reading.session_no, reading.boot) == (SESSION_NO, BOOT)
        # half a minute either way for a slow machine; 30 kW for an hour
        assert abs(reading.register_wh - FIRST_REGISTER_WH - 30_000) < 250
    assert len({reading.seq for reading in readings}) == len(readings)


def test_a_start_is_accepted_once_and_its_charge_sends_readings() -> None:
    session_no = "S20261125130000ABCDEFGHJK"
    start = {"connector": 1, "session_no": session_no}

    async def run() -> Fleet:
        fleet = Fleet()
        fleet.command(PLUGGED, id="C1", kind="start", params=start)
        fleet.command(PLUGGED, id="C1", kind="start", params=start)
        await fleet.wait_for(PLUGGED, messages.Meter, 2)
        fleet.traffic.end()
        return fleet

    fleet = asyncio.run(run())
    replies = [(one.command_id, one.result) for one in fleet.said(PLUGGED, messages.Reply)]  # type: ignore[attr-defined]
    assert replies == [("C1", "accepted")] * 2
    assert len(fleet.said(PLUGGED, messages.SessionStarted)) == 1
    assert list(fleet.traffic.commands) == [session_no]
    assert [str(one.status) for one in fleet.said(PLUGGED, messages.Status)] == ["charging", "idle"]  # type: ignore[attr-defined]


def test_a_pile_that_is_asked_tells_its_statuses() -> None:
    async def run() -> Fleet:
        fleet = Fleet()
        fleet.command(PLUGGED, id="C2", kind="report_status", params={})
        return fleet

    fleet = asyncio.run(run())
    assert [type(one) for one in fleet.wires[PLUGGED].said] == [
        messages.Reply,
        messages.Status,
        messages.Status,
    ]
    assert not fleet.traffic.commands
