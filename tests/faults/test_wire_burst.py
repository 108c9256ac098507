"""M37: twenty thousand messages arrive while the bridge stands still; the shipped broker keeps every one of them."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest

from backend.domain.session import SessionState
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from backend.models import ConnectorState, MeterValue, Order, PileState, Session
from backend.services.charging.start_session import start_session
from mqtt_bridge.batch import Incoming
from scripts.stand_ins.simulator import PileSpec
from scripts.stand_ins.simulator.envelope import UpMessage
from tests.builders import a_driver, actor_of
from tests.faults.everything import Everything, running_everything
from tests.invariants import check_invariants, wait_until_converged
from tests.mqtt_client import BrokerClient
from tests.pile_voice import PileVoice
from tests.waiting import wait_until

PILES: Final = 4
METERS: Final = 5_000
METERS_PER_WH: Final = 10
SPACING_S: Final = 0.004
FIRST_WH: Final = 1_000_000
BALANCE_FEN: Final = 10_000


class BurstingPile:
    """A pile whose every word is kept; it has charged for as long as its meters will tell."""

    def __init__(self, everything: Everything, spec: PileSpec, client: BrokerClient) -> None:
        self.said: list[UpMessage] = []
        self.pile_no = spec.pile_no
        self._client = client
        self._down = f"cp/v1/{spec.pile_no}/down"
        self._connector = everything.site.connector(spec.pile_no)
        self._voice = PileVoice(spec.pile_no, utc_now())
        client.subscribe(f"{self._down}/#")
        self.say(self._voice.online(), self._voice.heartbeat(), self._voice.status("plugged"))
        wait_until(self._is_known, "the plug is known")
        self.session_no = self._start()

    def say(self, *messages: Incoming) -> list[int]:
        """Publish; the packet ids that the broker will acknowledge."""
        for topic, payload, _ in messages:
            self.said.append(UpMessage(topic.rsplit("/", 1)[1], json.loads(payload)))
        return [self._client.publish(topic, payload) for topic, payload, _ in messages]

    def burst(self) -> None:
        """Every meter and the final record, all acknowledged by the broker."""
        waiting = set()
        for number in range(1, METERS + 1):
            self._voice.after(seconds=SPACING_S)
            waiting.update(self.say(self._voice.meter(self.session_no, FIRST_WH + number // METERS_PER_WH)))
        record = self._voice.ended(self.session_no, self._started_at, METERS // METERS_PER_WH)
        waiting.update(self.say(record))
        wait_until(lambda: waiting <= self._client.acked, "the broker has taken the burst")

    def has_receipt(self) -> bool:
        """Whether the final record is known to be durable."""
        (record,) = [message for message in self.said if message.name == "session_ended"]
        receipts = self._client.payloads(f"{self._down}/receipt")
        return any(record.id in json.loads(receipt)["ids"] for receipt in receipts)

    def _is_known(self) -> bool:
        state = ConnectorState.get_or_none(ConnectorState.connector_id == self._connector.id)
        mark = PileState.get_or_none(PileState.pile_id == self._connector.pile_id)
        return bool(state and state.is_plugged and mark and mark.is_clock_set)

    def _start(self) -> str:
        driver = a_driver(now=utc_now(), balance_fen=BALANCE_FEN)
        session_no = start_session(
            driver=actor_of(driver),
            connector_no=self._connector.connector_no,
            limit_fen=None,
            idempotency_key=new_ulid(),
            now=utc_now(),
        ).session_no
        wait_until(lambda: bool(self._starts()), "the start arrives")
        (command,) = self._starts()
        self._voice.after(seconds=-METERS * SPACING_S)
        self._started_at = self._voice.now
        self.say(
            self._voice.say("reply", command_id=command["id"], result="accepted"),
            self._voice.started(session_no, FIRST_WH),
        )
        wait_until(
            lambda: Session.get(Session.session_no == session_no).state is SessionState.CHARGING, "it charges"
        )
        return session_no

    def _starts(self) -> list[dict[str, Any]]:
        commands = [json.loads(payload) for payload in self._client.payloads(f"{self._down}/command")]
        return [command for command in commands if command["kind"] == "start"]


@pytest.fixture
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with running_everything(tmp_path_factory.mktemp("burst")) as everything:
        yield everything


def test_a_burst_at_the_broker_loses_no_final_record_and_no_meter(everything: Everything) -> None:
    broker = everything.broker
    with ExitStack() as leaving:
        piles = []
        for _ in range(PILES):
            spec = everything.site.add_pile()
            client = BrokerClient(broker.port, spec.pile_no, spec.secret)
            leaving.callback(client.leave)
            piles.append(BurstingPile(everything, spec, client))
        everything.freeze("bridge")
        for pile in piles:
            pile.burst()
        everything.thaw("bridge")
        wait_until(lambda: all(pile.has_receipt() for pile in piles), "every final record has its receipt")
        sent = {pile.pile_no: pile.said for pile in piles}
        wait_until_converged(sent=sent)
        check_invariants(sent)
    assert MeterValue.select().count() == PILES * METERS
    assert [order.energy_wh for order in Order.select()] == [METERS // METERS_PER_WH] * PILES
