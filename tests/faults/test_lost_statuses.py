"""M5: what piles told a broker that had lost our session is asked for, so that connectors do not stay closed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from backend.domain.command import CommandKind, CommandState
from backend.domain.connector import ConnectorStatus
from backend.models import Command, ConnectorState, PileState
from backend.models.engine.database import reading
from mqtt_bridge.status_asking import STATUS_EVERY_S, StatusAsker
from scripts.stand_ins.simulator import PileSettings
from tests import builders
from tests.async_actors import RunningPile
from tests.faults.everything import Everything, running_everything
from tests.scenario import NOON
from tests.waiting import LIMIT_S, wait_until

SELDOM = PileSettings(status_ms=3_600_000)
"""A status that was lost is not repeated within the test."""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    with running_everything(tmp_path_factory.mktemp("everything")) as running:
        yield running


def test_a_status_that_a_wiped_broker_took_and_lost_is_known_again_within_seconds(
    everything: Everything,
) -> None:
    spec = everything.site.add_pile()
    gun = everything.site.connector(spec.pile_no).id
    with RunningPile(spec, everything.broker.host, everything.broker.port, SELDOM) as pile:
        wait_until(lambda: status_of(gun) is ConnectorStatus.IDLE, "the first status", LIMIT_S)
        everything.kill("bridge")
        everything.kill("broker")
        everything.broker.wipe()
        everything.begin("broker")
        pile.wait(lambda one: one.is_online)
        pile.do(lambda one: one.plug(1))  # the broker has it long before a bridge is there to subscribe
        everything.begin("bridge")
        wait_until(
            lambda: status_of(gun) is ConnectorStatus.PLUGGED, "the status of the plugged gun", LIMIT_S
        )
        wait_until(lambda: answers() == {CommandState.DONE}, "the answers to what was asked", LIMIT_S)


class Turns:
    """An asker of three piles a second, whose seconds pass when told to."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.asker = StatusAsker(
            per_s=3,
            clock=self.now,
            monotonic=lambda: self.passed_s,
        )

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed_s)

    def begin(self) -> None:
        """The broker has lost our session, a while after the piles told of themselves."""
        self.passed_s += 60
        self.asker.begin()

    def asked_in(self, seconds: float) -> int:
        """How many piles are asked when so much time has passed."""
        self.passed_s += seconds
        before = Command.select().count()
        self.asker.ask_due()
        return Command.select().count() - before


@pytest.mark.usefixtures("database")
class TestAsking:
    @pytest.fixture(autouse=True)
    def _piles(self, database: str) -> None:
        station = builders.a_station(now=NOON)
        self.piles = [builders.a_pile(station=station, now=NOON) for _ in range(7)]
        builders.a_pile(station=station, now=NOON, is_online=False)
        self.turns = Turns()

    def test_nobody_is_asked_while_the_broker_remembers_us(self) -> None:
        assert [self.turns.asked_in(1) for _ in range(3)] == [0, 0, 0]

    def test_every_online_pile_is_asked_once_and_no_more_than_allowed_in_a_second(self) -> None:
        self.turns.begin()
        assert [self.turns.asked_in(seconds) for seconds in (0, 0.9, 0.1, 1, 1)] == [3, 0, 3, 1, 0]
        commands = list(Command.select())
        assert {row.pile_id for row in commands} == {pile.id for pile in self.piles}
        assert {(row.kind, row.params) for row in commands} == {(CommandKind.REPORT_STATUS, "{}")}

    def test_a_pile_that_has_told_of_all_its_connectors_since_is_not_asked(self) -> None:
        self.turns.begin()
        told, half_told = (builders.connectors_of(pile) for pile in self.piles[:2])
        ConnectorState.update(status_at=self.turns.now()).where(
            ConnectorState.connector_id.in_([one.id for one in (*told, half_told[0])])
        ).execute()
        assert [self.turns.asked_in(1) for _ in range(4)] == [2, 3, 1, 0]
        assert {row.pile_id for row in Command.select()} == {pile.id for pile in self.piles[1:]}

    def test_a_pile_that_comes_back_meanwhile_is_asked_then_and_a_second_loss_asks_all_again(self) -> None:
        self.turns.begin()
        PileState.update(is_online=False).where(PileState.pile_id == self.piles[0].id).execute()
        assert [self.turns.asked_in(1) for _ in range(3)] == [3, 3, 0]
        back = PileState.update(is_online=True, online_since=self.turns.now())
        back.where(PileState.pile_id == self.piles[0].id).execute()
        assert [self.turns.asked_in(1) for _ in range(2)] == [1, 0]
        self.turns.begin()
        assert [self.turns.asked_in(1) for _ in range(3)] == [3, 3, 1]

    def test_after_the_piles_own_interval_nobody_is_asked_any_more(self) -> None:
        self.turns.begin()
        assert self.turns.asked_in(STATUS_EVERY_S - 1) == 3
        assert self.turns.asked_in(1) == 0


@reading
def status_of(connector_id: int) -> ConnectorStatus | None:
    row = ConnectorState.get_or_none(ConnectorState.connector_id == connector_id)
    return None if row is None else row.status


@reading
def answers() -> set[CommandState]:
    return {row.state for row in Command.select().where(Command.kind == CommandKind.REPORT_STATUS)}
