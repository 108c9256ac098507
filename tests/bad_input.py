"""A running product and a pile that says whatever a test wants, for the tests of bad input."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import redis

from backend.gateways.clock import utc_now
from backend.models import ConnectorState, Pile, PileMessage, PileState, Quarantine, Session
from backend.models.ledger import LedgerAccount, LedgerPosting
from mqtt_bridge.batch import Incoming
from tests.builders import a_driver, a_token
from tests.invariants import check_invariants
from tests.mqtt_client import BrokerClient
from tests.pile_voice import PileVoice
from tests.real_parts import MariaDb, Redis
from tests.stack import Stack
from tests.whole_charge import Phone, Site, bound_to, secrets_of_piles, soon

BALANCE_FEN: Final = 10_000
PILES: Final = 200


@dataclass(frozen=True)
class World:
    """The product over MariaDB, Redis and mosquitto, with one site; its files are in `folder`."""

    stack: Stack
    site: Site
    folder: Path


@contextlib.contextmanager
def running_world(
    mariadb: MariaDb, redis_server: Redis, folder: Path, settings: Mapping[str, str] | None = None
) -> Iterator[World]:
    """Everything started, with `settings` in its environment, and this process bound to the same database and Redis."""
    with redis.Redis.from_url(redis_server.url) as client:
        client.flushall()
    database_url, pile_secrets = mariadb.fresh_database(), secrets_of_piles(PILES)
    stack = Stack(
        folder / "stack",
        database_url=database_url,
        redis_url=redis_server.url,
        pile_secrets=pile_secrets,
        settings=settings,
    )
    with stack, bound_to(database_url, redis_server.url):
        yield World(stack, Site(pile_secrets), folder / "stack")


class RawPile:
    """A pile on a raw MQTT connection that hears everything; one that nobody registered if `is_stranger`."""

    def __init__(self, world: World, *, is_stranger: bool = False) -> None:
        self._site = world.site
        self._spec = world.site.add_stranger() if is_stranger else world.site.add_pile()
        self.pile_no = self._spec.pile_no
        self._voice = PileVoice(self.pile_no, utc_now(), boot=7)
        self._port = world.stack.broker.port
        self.client = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.leave()

    @property
    def connector_no(self) -> str:
        """The number of gun 1, the only one that is used."""
        return self._site.connector(self.pile_no).connector_no

    def reconnect(self) -> None:
        self.client.leave()
        self.client = self._connect()

    def make(self, kind: str, **fields: Any) -> Incoming:
        """A message with a new id and place in order, now unless `at` is given; it is not sent."""
        self._voice.now = utc_now()
        return self._voice.say(kind, **fields)

    def say(self, kind: str, **fields: Any) -> str:
        """Send a message, wait for the broker's acknowledgement, and return its id."""
        topic, payload, _ = self.make(kind, **fields)
        self.client.publish_acked(topic, payload)
        return id_of(payload)

    def come_up(self, status: str = "plugged", *, is_plugged: bool = True, **fields: Any) -> None:
        """Connect, say what gun 1 does, and wait until that is known."""
        self.say("online", online=True, conn="c1", **fields)
        self.say("boot", vendor="欣象", model="DC-180", firmware="1.0", **fields)
        self.say("status", connector=1, status=status, plugged=is_plugged, fault_codes=[], **fields)
        soon(lambda: self.gun().status.value == status, "the status is known")

    def flush(self) -> None:
        """Return when all that was sent before has been taken, for messages are taken in the order they came."""
        last = self.say("boot")
        soon(lambda: PileMessage.get_or_none(PileMessage.message_id == last), "the last word is taken")

    def row(self) -> Pile:
        row: Pile = Pile.get(Pile.pile_no == self.pile_no)
        return row

    def state(self) -> PileState:
        state: PileState = PileState.get(PileState.pile_id == self.row().id)
        return state

    def gun(self) -> ConnectorState:
        connector = self._site.connector(self.pile_no)
        state: ConnectorState = ConnectorState.get(ConnectorState.connector_id == connector.id)
        return state

    def sessions(self) -> list[Session]:
        return list(Session.select().where(Session.pile_id == self.row().id))

    def quarantined(self) -> list[tuple[str, bytes]]:
        """Reason and payload of this pile's messages in quarantine, oldest first."""
        rows = Quarantine.select().where(Quarantine.pile_no == self.pile_no).order_by(Quarantine.id)
        return [(row.reason, bytes(row.payload)) for row in rows]

    def commands(self, kind: str) -> list[dict[str, Any]]:
        """The commands of this kind that it heard, each once."""
        heard = [command for command in self._heard("command") if command["kind"] == kind]
        return list({command["id"]: command for command in heard}.values())

    def receipted(self) -> set[str]:
        """The ids of its messages that are durable."""
        return {message_id for receipt in self._heard("receipt") for message_id in receipt["ids"]}

    def refused(self) -> dict[str, str]:
        """The codes of its messages that were refused, by id."""
        refusals = [one for receipt in self._heard("receipt") for one in receipt.get("refused", [])]
        return {one["id"]: one["code"] for one in refusals}

    def refuse_start(self) -> None:
        """Answer its only start with no, so that nothing is left of the test's session."""
        (start,) = soon(lambda: self.commands("start"), "the start arrives")
        self.say("reply", command_id=start["id"], result="rejected", reason="busy")
        soon(lambda: [row.state.value for row in self.sessions()] == ["failed"], "the session is given up")

    def _heard(self, topic: str) -> list[dict[str, Any]]:
        return [json.loads(payload) for payload in self.client.payloads(f"cp/v1/{self.pile_no}/down/{topic}")]

    def _connect(self) -> BrokerClient:
        client = BrokerClient(self._port, self.pile_no, self._spec.secret)
        client.subscribe(f"cp/v1/{self.pile_no}/down/#")
        return client


def id_of(payload: bytes) -> str:
    return str(json.loads(payload)["id"])


def a_phone(world: World, balance_fen: int = BALANCE_FEN) -> Phone:
    """A driver with this much in the wallet, logged in."""
    now = utc_now()
    return Phone(world.stack, a_token(owner=a_driver(now=now, balance_fen=balance_fen), now=now))


def money() -> tuple[object, object]:
    """Everything the ledger holds: equal before and after means that not one fen has moved."""
    postings = {row.id: (row.entry_id, row.account_id, row.amount_fen) for row in LedgerPosting.select()}
    balances = {row.id: row.balance_fen for row in LedgerAccount.select() if row.balance_fen is not None}
    return postings, balances


def assert_still_works(world: World) -> None:
    """The bridge takes a new pile's heartbeat, the API answers, and the books balance."""
    with RawPile(world) as pile:
        pile.say("heartbeat", uptime_s=1)
        soon(lambda: pile.state().last_seen_at, "a heartbeat is taken")
    assert all(part.is_running for part in (world.stack.api, world.stack.bridge))
    check_invariants()
