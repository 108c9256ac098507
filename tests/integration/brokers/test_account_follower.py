"""What staff do with secrets is in force at either broker within seconds, while both run, and heals by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.config import MqttSettings
from backend.domain.actor import Actor
from backend.domain.broker_account import AccountState, BrokerProblem, ContactRefusal, account_state
from backend.domain.permission import ActorKind, Permission
from backend.gateways.clock import utc_now
from backend.models import BrokerNode, Pile, PileContact
from backend.services.piles.issue_secrets import issue_secrets
from backend.services.piles.retire_pile import retire_pile
from backend.services.piles.revoke_secret import revoke_secret
from backend.services.sites.broker_nodes import list_nodes
from scripts.operations.follow_accounts import AccountFollower, Beside
from tests.brokers import BROKER_KINDS, HOST, BrokerHandle, BrokerKind, start_broker
from tests.mqtt_client import BrokerClient
from tests.scenario import Scenario
from tests.waiting import wait_until

pytestmark = pytest.mark.usefixtures("database")

BRIDGE_SECRET = "bridge-secret"
PROMISED_S = 5.0


class Beyond:
    """A pile, a broker of one kind, and the program beside it, turned by hand."""

    def __init__(self, kind: BrokerKind, folder: Path) -> None:
        self.world = Scenario()
        self.pile_no = self.world.pile.pile_no
        self.staff = Actor(
            kind=ActorKind.STAFF,
            id=1,
            no="staff",
            is_platform=True,
            permissions=frozenset({Permission.PILE_SECRET.value, Permission.PILE_EDIT.value}),
        )
        self.broker: BrokerHandle = start_broker(kind, folder, {"bridge": BRIDGE_SECRET})
        log = folder / ("mosquitto.log" if kind == "mosquitto" else "broker.log")
        pid_file = folder / "mosquitto.pid" if kind == "mosquitto" else None
        self.beside = Beside(
            password_file=folder / "passwords",
            accounts={"bridge": BRIDGE_SECRET},
            mqtt=MqttSettings(
                host=HOST, port=self.broker.port, username="bridge", password_file="", tls_ca_file=""
            ),
            pid_file=pid_file,
            log_file=log,
            name="here",
        )
        self.follower = AccountFollower(self.beside)
        self.clients: list[BrokerClient] = []

    def issue(self) -> str:
        (shown,) = issue_secrets(staff=self.staff, pile_nos=[self.pile_no], reason="", now=utc_now())
        return shown.secret

    def state(self) -> tuple[AccountState, BrokerProblem | None]:
        pile = Pile.get(Pile.pile_no == self.pile_no)
        return account_state(
            is_issued=pile.secret_issued_at is not None,
            version=pile.secret_version,
            nodes=list_nodes(),
            now=utc_now(),
        )

    def turn_until(self, condition: Callable[[], bool], what: str, limit_s: float = PROMISED_S) -> None:
        def turned() -> bool:
            self.follower.turn()
            return condition()

        wait_until(turned, what, limit_s * _PATIENCE)

    def connect(self, secret: str) -> BrokerClient:
        client = BrokerClient(self.broker.port, self.pile_no, secret)
        self.clients.append(client)
        return client

    def close(self) -> None:
        for client in self.clients:
            client.leave()
        self.broker.stop()


_PATIENCE = 6
"""The promise is of a machine that is not shared with a whole suite of tests."""


@pytest.fixture(params=BROKER_KINDS)
def beyond(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Beyond]:
    world = Beyond(request.param, tmp_path / "broker")
    yield world
    world.close()


def test_a_secret_is_in_force_replaced_and_revoked_while_the_broker_runs(beyond: Beyond) -> None:
    assert beyond.state() == (AccountState.TAKEN, None)  # from before changes were counted
    first = beyond.issue()
    assert beyond.state() == (AccountState.STUCK, None)  # nobody follows the database yet
    beyond.turn_until(lambda: beyond.state() == (AccountState.TAKEN, None), "the first secret in force")
    old = beyond.connect(first)
    assert old.is_in
    beyond.turn_until(lambda: PileContact.select().exists(), "the broker's word of the log-in")

    second = beyond.issue()
    assert beyond.state() == (AccountState.PENDING, None)
    beyond.turn_until(lambda: beyond.state() == (AccountState.TAKEN, None), "the second secret in force")
    wait_until(lambda: old.lost > 0, "the old connection thrown out")
    assert not beyond.connect(first).is_in
    new = beyond.connect(second)
    assert new.is_in

    revoke_secret(staff=beyond.staff, pile_no=beyond.pile_no, reason="桩被盗", now=utc_now())
    beyond.turn_until(lambda: beyond.state() == (AccountState.NONE, None), "the secret revoked")
    wait_until(lambda: new.lost > 0, "the revoked pile thrown out")
    assert not beyond.connect(second).is_in


def test_a_retired_pile_is_thrown_out(beyond: Beyond) -> None:
    secret = beyond.issue()
    beyond.turn_until(lambda: beyond.state() == (AccountState.TAKEN, None), "the secret in force")
    client = beyond.connect(secret)
    row_version = Pile.get(Pile.pile_no == beyond.pile_no).row_version
    retire_pile(
        staff=beyond.staff, pile_no=beyond.pile_no, reason="报废", row_version=row_version, now=utc_now()
    )
    beyond.turn_until(lambda: client.lost > 0, "the retired pile thrown out")
    assert not beyond.connect(secret).is_in


def test_a_broker_that_is_away_is_told_and_takes_the_secret_when_it_is_back(beyond: Beyond) -> None:
    beyond.follower.turn()
    beyond.broker.kill()
    secret = beyond.issue()
    beyond.turn_until(
        lambda: beyond.state() == (AccountState.STUCK, BrokerProblem.BROKER_AWAY), "the trouble told"
    )
    beyond.broker.restart()
    beyond.turn_until(lambda: beyond.state() == (AccountState.TAKEN, None), "the secret in force", 20)
    assert beyond.connect(secret).is_in
    # and the program beside it may die as well: what it wrote holds, and the next one finds its way
    beyond.follower = AccountFollower(beyond.beside)
    beyond.turn_until(lambda: beyond.state() == (AccountState.TAKEN, None), "the same after a restart")
    assert beyond.connect(secret).is_in


def test_a_file_that_cannot_be_written_is_told(beyond: Beyond) -> None:
    beyond.beside.password_file.unlink()
    beyond.beside.password_file.mkdir()
    beyond.issue()
    beyond.turn_until(lambda: beyond.state() == (AccountState.STUCK, BrokerProblem.FILE), "the trouble told")
    beyond.beside.password_file.rmdir()
    beyond.turn_until(lambda: beyond.state() == (AccountState.TAKEN, None), "the secret in force")


def test_a_wrong_secret_is_told_as_far_as_the_broker_tells_it(beyond: Beyond) -> None:
    beyond.issue()
    beyond.turn_until(lambda: beyond.state() == (AccountState.TAKEN, None), "the secret in force")
    assert not beyond.connect("wrong").is_in
    if beyond.broker.kind == "embedded":
        beyond.turn_until(
            lambda: PileContact.select().where(PileContact.refusal == ContactRefusal.WRONG_SECRET).exists(),
            "the refusal of this pile",
        )
    else:  # mosquitto does not say whom it refused
        beyond.turn_until(lambda: BrokerNode.get().refused_at is not None, "a refusal of somebody")
        assert not PileContact.select().exists()
