"""M8, M31: the wire to the database breaks in mid-transaction or is slow, and programs stand still for a while."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
import requests

from backend.gateways.ids import new_ulid
from backend.models import IdempotencyKey, Session
from scripts.stand_ins.simulator.car import make_car
from tests.async_actors import RunningPile
from tests.fault_proxy import Fate, Wire
from tests.faults.drivers import LIMIT_FEN, SETTINGS, TOP_UP_FEN, until
from tests.faults.wired import Wired, running_wired
from tests.invariants import check_invariants, wait_until_converged
from tests.real_parts import MariaDb, Redis
from tests.waiting import wait_until
from tests.whole_charge import Phone, answer_of, soon

STATEMENT_LATE_S = 0.2
IDLE_TRANSACTION_S = 2
"""Shortened from conf/mariadb.cnf's 30 s: when the server lets go of a transaction whose client is gone."""
# before or after the commit has passed; after a reset the database may not have seen it
EVERY_WAY = list(product(Fate, (False, True)))
SOME_WAYS = list(product((Fate.RESET, Fate.BLACK_HOLE), (False, True)))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, mariadb: MariaDb, redis_server: Redis) -> Iterator[Wired]:
    ((usual,),) = mariadb.run("SELECT @@GLOBAL.idle_transaction_timeout")
    mariadb.run(f"SET GLOBAL idle_transaction_timeout = {IDLE_TRANSACTION_S}")
    try:
        with running_wired(tmp_path_factory.mktemp("wired"), mariadb, redis_server) as wired:
            yield wired
    finally:
        mariadb.run(f"SET GLOBAL idle_transaction_timeout = {usual}")


@pytest.fixture
def wired(stack: Wired) -> Iterator[Wired]:
    yield stack
    stack.heal()


class Person:
    """A driver whose car is plugged in, with money, before anything goes wrong."""

    def __init__(self, wired: Wired, phone: Phone, pile: RunningPile, pile_no: str) -> None:
        self.phone = phone
        self._pile = pile
        self._pile_no = pile_no
        self.connector_no = wired.everything.site.connector(pile_no).connector_no
        self.key = new_ulid()
        phone.log_in()
        phone.pay(phone.ask_top_up(TOP_UP_FEN))
        soon(lambda: phone.get("wallet")["available_fen"], "the top-up is credited")
        pile.do(lambda one: one.plug(1, make_car(60_000, 20, 150_000)))
        soon(self._is_startable, "the plug is known")

    def start(self) -> requests.Response:
        return self.phone.start(self.connector_no, limit_fen=LIMIT_FEN, key=self.key)

    def start_patiently(self) -> str:
        """Again with the same key until there is an answer."""
        return str(until(lambda: answer_of(self.start()), "start")["session_no"])

    def finish(self, session_no: str) -> dict[str, Any]:
        """Charge a little, stop, and wait for the bill; every invariant holds then."""
        until(lambda: self._session(session_no)["energy_wh"] > 0, "energy")
        until(lambda: answer_of(self.phone.post(f"sessions/{session_no}/stop")), "stop")
        until(lambda: self._session(session_no)["state"] == "settled", "bill")
        order: dict[str, Any] = self.phone.get(f"orders/{self._session(session_no)['order_no']}")
        self._pile.wait(lambda one: len(one.model.outbox) == 0)
        sent = {self._pile_no: list(self._pile.said)}
        wait_until_converged(sent=sent)
        check_invariants(sent)
        return order

    def _is_startable(self) -> bool:
        found = answer_of(self.phone.post("connectors/resolve", {"text": self.connector_no}))
        return bool(found["is_startable"])

    def _session(self, session_no: str) -> dict[str, Any]:
        view: dict[str, Any] = self.phone.get(f"sessions/{session_no}")
        return view


@contextmanager
def a_person(wired: Wired) -> Iterator[Person]:
    spec = wired.everything.site.add_pile()
    with (
        Phone(wired.everything.stack) as phone,
        RunningPile(spec, wired.piles.host, wired.piles.port, SETTINGS) as pile,
    ):
        yield Person(wired, phone, pile, spec.pile_no)


def let_the_trap_spring(wired: Wired) -> None:
    """Wait for it; who would wait for an answer that was swallowed is reset, as by a network that is back."""
    wait_until(lambda: wired.database.trap_has_sprung, "the trap has sprung")
    wired.database.cut()


@pytest.mark.parametrize(("fate", "is_passed_on"), EVERY_WAY)
def test_a_start_whose_commit_meets_a_broken_wire_happens_once(
    wired: Wired, fate: Fate, *, is_passed_on: bool
) -> None:
    with a_person(wired) as person, ThreadPoolExecutor(1) as patience:
        wired.database.trap(person.key.encode(), b"COMMIT", fate=fate, is_passed_on=is_passed_on)
        starting = patience.submit(person.start_patiently)
        if fate is Fate.CLIENT_GONE:
            wait_until(lambda: wired.database.trap_has_sprung, "the trap has sprung")
        else:
            let_the_trap_spring(wired)
        session_no = starting.result()
        person.finish(session_no)
    session = Session.get(Session.session_no == session_no)
    assert IdempotencyKey.select().where(IdempotencyKey.key == person.key).count() == 1
    assert Session.select().where(Session.driver_id == session.driver_id).count() == 1


@pytest.mark.parametrize(("fate", "is_passed_on"), SOME_WAYS)
def test_a_payment_whose_commit_meets_a_broken_wire_is_credited_once(
    wired: Wired, fate: Fate, *, is_passed_on: bool
) -> None:
    with Phone(wired.everything.stack) as phone:
        phone.log_in()
        asked = phone.ask_top_up(TOP_UP_FEN)
        wired.database.trap(asked["payment_no"].encode(), b"COMMIT", fate=fate, is_passed_on=is_passed_on)
        phone.pay(asked)
        let_the_trap_spring(wired)
        until(lambda: phone.get("wallet")["available_fen"], "the payment is credited")
        assert phone.get("wallet")["available_fen"] == TOP_UP_FEN
    wait_until_converged()
    check_invariants()


@pytest.mark.parametrize(("fate", "is_passed_on"), SOME_WAYS)
def test_a_batch_of_the_bridge_whose_commit_meets_a_broken_wire_is_written_once(
    wired: Wired, fate: Fate, *, is_passed_on: bool
) -> None:
    with a_person(wired) as person:
        session_no = person.start_patiently()
        wired.database.trap(b"INSERT INTO `meter_value`", b"COMMIT", fate=fate, is_passed_on=is_passed_on)
        let_the_trap_spring(wired)
        person.finish(session_no)


def test_a_database_that_takes_a_fifth_of_a_second_for_each_statement_is_waited_for(wired: Wired) -> None:
    with a_person(wired) as person:
        wired.database.spoil(down=Wire(latency_s=STATEMENT_LATE_S))
        order = person.finish(person.start_patiently())
    assert order["state"] == "settled"
