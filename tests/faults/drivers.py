"""Load while things die: people who log in, pay and charge again and again, each with a car at a gun of their own.

They are as patient as people with a broken network: they try again with the same key until they get an answer,
and they only go by what the product tells them.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import Any, Final, TypeVar

import requests

from backend.gateways.ids import new_ulid
from scripts.stand_ins.simulator import PileSettings
from scripts.stand_ins.simulator.car import make_car
from tests.api_server import ApiClient
from tests.async_actors import RunningPile
from tests.faults.everything import Everything
from tests.invariants import Sent
from tests.whole_charge import PASSWORD, STAFF, Phone, answer_of

T = TypeVar("T")

SETTINGS: Final = PileSettings(meter_ms=400, heartbeat_ms=1_000)
"""A status that a wiped broker has lost is not repeated in time: the bridge must ask for it."""
PATIENCE_S: Final = 300.0
"""A start that was never heard of is given up by the product after 90 s."""
POLL_S: Final = 0.25
REST_S: Final = 4.0
"""Between two charges: a driver may start ten times in a minute."""
LOG_IN_POLL_S: Final = 1.5
"""All of them share an address, which may log in 120 times in a minute."""
DESK_REST_S: Final = 2.0
TOP_UP_FEN: Final = 1_010
"""Little more than a limit, so that there is often something to pay."""
LIMIT_FEN: Final = 1_000
OVER: Final = frozenset({"settled", "failed", "review"})
CHARGES_PER_LOGIN: Final = 5
# of charges, what people and networks do besides
UNPAID_PERCENT: Final = 10
IMPATIENT_PERCENT: Final = 15
OFFLINE_PERCENT: Final = 15
BAD_CHANNEL_PERCENT: Final = 5


class Driver:
    """One person; `ended` counts sessions by the state they ended in, `problem` is what made the person give up."""

    def __init__(
        self, everything: Everything, pile: RunningPile, pile_no: str, gun: int, *, seed: int, charges: int
    ) -> None:
        self.ended: dict[str, int] = {}
        self.problem: BaseException | None = None
        self._pile = pile
        self._gun = gun
        self._connector_no = everything.site.connector(pile_no, gun).connector_no
        self._phone = Phone(everything.stack)
        self._random = random.Random(seed)
        self._charges = charges
        self._is_unanswered = False
        self._leaving = threading.Event()
        self.thread = threading.Thread(target=self._run, name=f"driver-{pile_no}-{gun}", daemon=True)

    def leave_after_this(self) -> None:
        """Begin no further charge."""
        self._leaving.set()

    def _run(self) -> None:
        try:
            with self._phone:
                for number in range(self._charges):
                    if self._leaving.is_set():
                        break
                    if number % CHARGES_PER_LOGIN == 0:
                        self._log_in_anew()
                    self._charge()
                    self._leaving.wait(REST_S)
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits for this one
            self.problem = error

    def _log_in_anew(self) -> None:
        if self._phone.token:
            self._until(lambda: self._phone.client.send("POST", "logout").status_code in {204, 401}, "logout")
        until(self._log_in, f"{self.thread.name}: log-in", poll_s=LOG_IN_POLL_S)

    def _log_in(self) -> bool:
        self._phone.log_in()
        return True

    def _charge(self) -> None:
        self._fill_wallet()
        self._pile.do(lambda one: one.plug(self._gun, make_car(60_000, 20, 150_000)))
        session_no = self._start()
        if self._happens(OFFLINE_PERCENT):
            self._pile.reconnect()
        if not self._happens(IMPATIENT_PERCENT):
            self._until(lambda: self._has_energy(session_no), f"energy in {session_no}")
        self._until(lambda: self._is_stopped(session_no), f"stop of {session_no}")
        state = self._until(lambda: self._end_state(session_no), f"end of {session_no}")
        self.ended[state] = self.ended.get(state, 0) + 1
        self._pile.do(lambda one: one.unplug(self._gun))

    def _fill_wallet(self) -> None:
        """Now and then a payment is ordered and never paid, or the channel answers with an error."""
        if self._happens(BAD_CHANNEL_PERCENT):
            self._phone.client.sandbox.post("/sandbox/faults", json={"http_status": 500, "times": 1})
        if self._happens(UNPAID_PERCENT):
            self._ask_top_up()
        while self._until(lambda: self._phone.get("wallet"), "wallet")["available_fen"] < LIMIT_FEN:
            self._pay(self._ask_top_up())

    def _ask_top_up(self) -> Any:
        key = new_ulid()
        return self._until(lambda: self._phone.ask_top_up(TOP_UP_FEN, key=key), "top-up")

    def _pay(self, asked: Mapping[str, Any]) -> None:
        self._until(lambda: self._pay_once(asked), "payment")
        self._until(lambda: self._is_paid(asked["payment_no"]), f"credit of {asked['payment_no']}")

    def _pay_once(self, asked: Mapping[str, Any]) -> bool:
        self._phone.pay(asked)
        return True

    def _is_paid(self, payment_no: str) -> bool:
        return bool(self._phone.get(f"payments/{payment_no}")["state"] == "paid")

    def _start(self) -> str:
        """Ten starts a minute are allowed, so a person looks first whether the connector can start."""
        key = new_ulid()
        return self._until(lambda: self._try_start(key), "start")

    def _try_start(self, key: str) -> str | None:
        """Ask once; a request whose answer did not come is repeated at once, for it may have been taken."""
        if not (self._is_unanswered or self._is_startable()):
            return None
        self._is_unanswered = True
        answer = self._phone.start(self._connector_no, limit_fen=LIMIT_FEN, key=key)
        self._is_unanswered = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
        if answer.status_code == HTTPStatus.CONFLICT and answer.json()["error"]["code"] == "plug_claimed":
            return None  # the car before was unplugged, and that is not heard yet
        return str(answer_of(answer)["session_no"])

    def _is_startable(self) -> bool:
        found = answer_of(self._phone.post("connectors/resolve", {"text": self._connector_no}))
        return bool(found["is_startable"])

    def _has_energy(self, session_no: str) -> bool:
        told = self._phone.get(f"sessions/{session_no}")
        return told["state"] in OVER or told["energy_wh"] > 0

    def _is_stopped(self, session_no: str) -> bool:
        answer = self._phone.post(f"sessions/{session_no}/stop")
        if answer.ok:
            return True
        return bool(answer.json()["error"]["code"] == "session_not_stoppable")

    def _end_state(self, session_no: str) -> str | None:
        state = str(self._phone.get(f"sessions/{session_no}")["state"])
        return state if state in OVER else None

    def _happens(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def _until(self, ask: Callable[[], T | None], what: str) -> T:
        return until(ask, f"{self.thread.name}: {what}")


class Desk:
    """A member of staff at the admin web: logs in, mistypes, looks, and stops a charge now and then."""

    def __init__(self, everything: Everything, *, seed: int) -> None:
        self.problem: BaseException | None = None
        self._api = ApiClient(everything.stack.api_url)
        self._random = random.Random(seed)
        self._leaving = threading.Event()
        self.thread = threading.Thread(target=self._run, name="desk", daemon=True)

    def leave(self) -> None:
        self._leaving.set()

    def _run(self) -> None:
        try:
            with self._api:
                while not self._leaving.is_set():
                    until(self._log_in, "desk: log-in", poll_s=LOG_IN_POLL_S)
                    until(self._stop_one, "desk: stop")
                    until(
                        lambda: self._api.post("/api/v1/admin/logout").status_code in {204, 401},
                        "desk: logout",
                    )
                    self._leaving.wait(DESK_REST_S)
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits for this one
            self.problem = error

    def _log_in(self) -> bool:
        told = answer_of(self._api.post("/api/v1/admin/login", json={"account": STAFF, "password": PASSWORD}))
        self._api.headers["Authorization"] = f"Bearer {told['token']}"
        return True

    def _stop_one(self) -> bool:
        """Stop a session if there is one to stop; True once that is answered."""
        listed = answer_of(self._api.get("/api/v1/admin/sessions", params={"state": "charging"}))["sessions"]
        if listed:
            chosen = self._random.choice(listed)["session_no"]
            self._api.post(f"/api/v1/admin/sessions/{chosen}/stop", json={"reason": "演练"})
        return True


class Crowd:
    """All drivers, their piles and the desk."""

    def __init__(self, drivers: list[Driver], desk: Desk, piles: dict[str, RunningPile]) -> None:
        self.drivers = drivers
        self.desk = desk
        self.piles = piles

    @property
    def is_done(self) -> bool:
        return not any(driver.thread.is_alive() for driver in self.drivers)

    @property
    def sessions(self) -> int:
        """How many charges have come to their end."""
        return sum(sum(driver.ended.values()) for driver in self.drivers)

    @property
    def sent(self) -> Sent:
        """What each pile handed to its connection."""
        return {pile_no: list(pile.said) for pile_no, pile in self.piles.items()}

    def leave(self) -> None:
        """Let everybody finish what they do; AssertionError with the first problem that somebody had."""
        for driver in self.drivers:
            driver.leave_after_this()
        self.desk.leave()
        people: list[Driver | Desk] = [*self.drivers, self.desk]
        for person in people:
            person.thread.join(PATIENCE_S)
            if person.problem is not None:
                raise AssertionError(f"{person.thread.name} gave up: {person.problem}") from person.problem
            assert not person.thread.is_alive(), f"{person.thread.name} does not come to an end"

    def settle_piles(self) -> None:
        """Every pile loses its network for a moment, says again what has no receipt, and has one for all of it."""
        for pile in self.piles.values():
            pile.reconnect()
        for pile in self.piles.values():
            pile.wait(lambda one: one.is_online and len(one.model.outbox) == 0)


@contextmanager
def crowd_at(
    everything: Everything, *, seed: int, piles: int, charges: int, guns: int = 2, broker_port: int = 0
) -> Iterator[Crowd]:
    """Everybody at work; each driver makes at most `charges` charges. New piles each time.

    Beside the piles stands one that nobody has registered: all it says belongs in quarantine. `broker_port`
    is where the piles find the broker, where that is not its own.
    """
    chosen = random.Random(seed)
    stack = everything.stack
    with ExitStack() as leaving:
        running: dict[str, RunningPile] = {}
        drivers: list[Driver] = []
        for _ in range(piles):
            spec = everything.site.add_pile()
            pile = RunningPile(spec, stack.broker.host, broker_port or stack.broker.port, SETTINGS)
            running[spec.pile_no] = leaving.enter_context(pile)
            drivers += [
                Driver(everything, pile, spec.pile_no, gun, seed=chosen.randrange(2**31), charges=charges)
                for gun in range(1, guns + 1)
            ]
        stranger = everything.site.add_stranger()
        leaving.enter_context(RunningPile(stranger, stack.broker.host, stack.broker.port, SETTINGS))
        crowd = Crowd(drivers, Desk(everything, seed=chosen.randrange(2**31)), running)
        for thread in (*(driver.thread for driver in drivers), crowd.desk.thread):
            thread.start()
        yield crowd


def until(
    ask: Callable[[], T | None], what: str, *, limit_s: float = PATIENCE_S, poll_s: float = POLL_S
) -> T:
    """What `ask` gives once it gives something true, refusals and broken connections endured.

    AssertionError with `what` and the last refusal after `limit_s`.
    """
    deadline = time.monotonic() + limit_s
    last: BaseException | None = None
    while time.monotonic() < deadline:
        try:
            if found := ask():
                return found
        except (requests.RequestException, AssertionError) as error:
            last = error
        time.sleep(poll_s)
    raise AssertionError(f"{what}: not within {limit_s:g} s; last: {last}")
