"""The stage: two guns of one pile, three drivers, and time that passes in minutes and then in days.

A's charge on gun 1 is the one that is lied about, across a border of prices; B charges beside on gun 2; C comes to gun 1
afterwards. The pile itself obeys and is honest: lies change what it says and hears on the way.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from backend.domain.errors import DomainError
from backend.services.charging.stop_session import stop_session
from backend.services.commands.queue import OutgoingCommand, claim_commands
from backend.services.ground.hearing import note_hearing
from backend.services.intake.mark_silent_piles import mark_silent_piles
from mqtt_bridge.batch import Writer
from scripts.stand_ins.simulator.envelope import KEPT
from tests.faults.due_timers import do_due_timers
from tests.judgement.car import MINUTE, Charge, Point
from tests.judgement.teller import Teller
from tests.judgement.words import Mouth, Word
from tests.pile_voice import as_text
from tests.scenario import NOON, Scenario

BEGINS_AT: Final = NOON + timedelta(hours=11, minutes=50)
"""Ten minutes of A's charge lie before the border of prices, ten after it."""
A_STOPS, A_LEAVES, C_COMES, B_STOPS, C_STOPS = 20, 22, 24, 23, 28
LAST_MINUTE: Final = 31
OTHER_PILE_NO: Final = "32050000000002"
FIRST_WH: Final = {1: 1_000_000, 2: 7_000_000}
BALANCE_FEN: Final = 10_000
SILENCES: Final = tuple(
    timedelta(**one) for one in ({"minutes": 31}, {"hours": 2}, {"hours": 24}, {"hours": 49}, {"hours": 25})
)
"""After the last minute so much time passes, one after the other: what waits for hours or days has its turn."""
RESEND_EVERY_MIN: Final = 2
STATUS_EVERY_MIN: Final = 5
MINUTES_HEARD: Final = 2
"""After each silence, so that what one minute brings about the next one can end."""
SPELL: Final = timedelta(minutes=7)


class Stage:
    """One play; `now` is our clock and the true one, the pile's is `clock_offset` ahead."""

    def __init__(self, world: Scenario, drivers: Sequence[Any], lies: Sequence[Teller] = ()) -> None:
        self.world = world
        self.now = self.world.now = BEGINS_AT
        self.begins_at = self.now
        self.minute = 0
        self.is_heard = self.is_database_up = True
        self.clock_offset = timedelta(0)
        self.is_clock_stubborn = False
        self.a, self.b, self.c = drivers
        self.lies = lies
        self.mouth = Mouth(world.pile.pile_no)
        self.another_mouth = Mouth(OTHER_PILE_NO, boot=1)
        self.charges: list[Charge] = []
        self.running: dict[int, Charge] = {}
        self.register_wh = dict(FIRST_WH)
        self.is_plugged = {1: True, 2: True}
        self.delivered: list[tuple[datetime, Word]] = []
        self.receipted: defaultdict[str, set[str]] = defaultdict(set)
        self.refused: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.crashes: list[str] = []
        self.refusals: list[str] = []
        self._kept: dict[tuple[str, bytes], Word] = {}
        self._answered: dict[str, str] = {}
        self._tokens = 0
        self._posted: list[tuple[datetime, Word]] = []
        self._memory: dict[int, dict[str, Any]] = defaultdict(dict)
        self.restart_bridge()

    @property
    def clock(self) -> datetime:
        """What the pile's clock shows."""
        return self.now + self.clock_offset

    @property
    def charge(self) -> Charge | None:
        """A's."""
        return next((one for one in self.charges if one.driver == self.a), None)

    def play(self) -> None:
        """From plugging in to four days later."""
        self._come_up()
        self._begin()
        while self.minute < LAST_MINUTE:
            self._tick()
        for silence in SILENCES:
            self.now += silence
            self.world.now = self.now
            self._spend_minutes()
        self.deliver([self.status(gun, "unavailable") for gun in self.is_plugged])

    def memory(self, lie: Teller) -> dict[str, Any]:
        """What a lie remembers of this play."""
        return self._memory[id(lie)]

    def restart_bridge(self) -> None:
        """Another process: it remembers only what the database has."""
        self.writer = Writer(acknowledge=lambda _: None, publish=self._hear_down, clock=lambda: self.now)

    # ---- the pile's words

    def say(self, kind: str, **fields: Any) -> Word:
        """A message of the pile, not sent yet."""
        return self.mouth.say(kind, now=self.now, clock=self.clock, **fields)

    def status(self, gun: int, status: str | None = None, **fields: Any) -> Word:
        if status is None:
            status = "charging" if gun in self.running else "plugged" if self.is_plugged[gun] else "idle"
        values = {"connector": gun, "status": status, "plugged": self.is_plugged[gun], "fault_codes": []}
        return self.say("status", **(values | fields))

    def meter(self, charge: Charge) -> Word:
        register_wh = charge.points[-1].register_wh
        word = self.say(
            "meter",
            connector=charge.gun,
            session_no=charge.session_no,
            register_wh=register_wh,
            power_w=charge.power_w,
            voltage_mv=400_000,
            current_ma=150_000,
            soc_percent=40,
            elapsed_s=60 * (len(charge.points) - 1),
        )
        word.truth = {"register_wh": register_wh}
        return word

    def started(self, charge: Charge) -> Word:
        register_wh = charge.points[0].register_wh
        word = self.say(
            "session_started",
            connector=charge.gun,
            session_no=charge.session_no,
            register_wh=register_wh,
            auth="app",
        )
        word.truth = {"register_wh": register_wh}
        return word

    def ended(self, charge: Charge, stop_reason: str) -> Word:
        first, last = charge.points[0], charge.points[-1]
        segments = [
            {"from_at": as_text(from_at), "to_at": as_text(to_at), "energy_wh": energy_wh}
            for from_at, to_at, energy_wh in charge.told_segments()
        ]
        word = self.say(
            "session_ended",
            connector=charge.gun,
            session_no=charge.session_no,
            started_at=as_text(first.dated),
            ended_at=as_text(self.clock),
            register_start_wh=first.register_wh,
            register_end_wh=last.register_wh,
            segments=segments,
            stop_reason=stop_reason,
            raw_stop_code="",
        )
        word.truth = {"register_start_wh": first.register_wh, "register_end_wh": last.register_wh}
        return word

    def of_another_pile(self, kind: str, word: Word) -> Word:
        """The same said by another pile, of the charge that it is not about."""
        like = {"session_started": self.started, "meter": self.meter}
        charge = self.charge
        body = word.body if charge is None or kind not in like else like[kind](charge).body
        if kind == "session_ended" and word.kind != kind and charge is not None:
            body = self.ended(charge, "car_full").body
        fields = {name: value for name, value in body.items() if name not in {"id", "at", "seq", "boot"}}
        return self.another_mouth.say(kind, now=self.now, clock=self.now, **fields)

    def post(self, word: Word, due_at: datetime) -> None:
        """The word comes then."""
        self._posted.append((due_at, word))

    def tell(self, *words: Word) -> None:
        """Say these, as the lies have them."""
        for lie in self.lies:
            words = tuple(one for word in words for one in lie.alter(self, word))
        self.deliver(words)

    def deliver(self, words: Iterable[Word]) -> None:
        """The bridge takes these as one batch, as they are."""
        batch = []
        for word in words:
            self._tokens += 1
            batch.append(word.incoming(self._tokens))
            self.delivered.append((self.now, word))
            if word.kind in KEPT and word.id not in self.receipted[word.pile_no]:
                self._kept[word.pile_no, word.payload] = word
        if batch:
            self._guarded("bridge", lambda: self.writer.write(batch))

    # ---- what passes

    def _tick(self) -> None:
        self.minute += 1
        self.now += MINUTE
        self.world.now = self.now
        words = []
        for charge in self.running.values():
            charge.draw(self.now, self.clock)
            self.register_wh[charge.gun] = charge.points[-1].register_wh
            words.append(self.meter(charge))
        if self.minute % STATUS_EVERY_MIN == 0:
            words += [self.status(gun) for gun in self.is_plugged]
        self.tell(*words or [self.say("heartbeat", uptime_s=1)])
        self._spend_minute()

    def _spend_minutes(self) -> None:
        """The last minutes of a long time: the pile is heard, and what is due is done."""
        heard_at = self.now - SPELL
        for lie in self.lies:
            self.deliver(lie.add(self))
        while heard_at < self.now and self.is_heard:
            note_hearing(bridge="bridge", now=heard_at)
            heard_at += MINUTE
        for _ in range(MINUTES_HEARD):
            self.tell(*[self.status(gun) for gun in self.is_plugged])
            if self.is_database_up:
                self._guarded("jobs", lambda: mark_silent_piles(now=self.now))
            self._spend_minute()
            self.minute += 1
            self.now += MINUTE
            self.world.now = self.now

    def _spend_minute(self) -> None:
        due = [word for at, word in self._posted if at <= self.now]
        self._posted = [(at, word) for at, word in self._posted if at > self.now]
        self.deliver(due)
        for lie in self.lies:
            self.deliver(lie.add(self))
        if self.minute % RESEND_EVERY_MIN == 0 and self.is_heard and self.is_database_up:
            self.deliver(list(self._kept.values()))
        self._act()
        if not self.is_database_up:
            return
        if self.is_heard:
            note_hearing(bridge="bridge", now=self.now)
        self._guarded("jobs", lambda: do_due_timers(self.now))
        if self.is_heard:
            self._take_orders()

    def _act(self) -> None:
        """What the drivers do at this minute."""
        if self.minute == A_STOPS:
            self._stop(self.a)
        elif self.minute == B_STOPS:
            self._stop(self.b)
        elif self.minute == A_LEAVES and 1 not in self.running:
            self.is_plugged[1] = False
            self.tell(self.status(1))
            self.is_plugged[1] = True
            self.tell(self.status(1))
        elif self.minute == C_COMES and 1 not in self.running:
            self._start(self.c, 1)
        elif self.minute == C_STOPS:
            self._stop(self.c)

    def _begin(self) -> None:
        self._start(self.a, 1)
        self._start(self.b, 2)
        self._take_orders()

    def _come_up(self) -> None:
        self.deliver([self.say("online", online=True, conn="c1"), self.say("boot", vendor="欣象")])
        self.deliver([self.status(gun) for gun in self.is_plugged])

    def _start(self, driver: Any, gun: int) -> None:
        if not self.is_database_up:
            return
        try:
            session_no = self.world.start(driver, gun=gun).session_no
        except DomainError as error:
            self.refusals.append(error.code)
            return
        first_w, first_min, then_w = {"A": (90_000, 6, 30_000), "B": (42_000, 99, 0), "C": (60_000, 99, 0)}[
            "ABC"[[self.a, self.b, self.c].index(driver)]
        ]
        self.charges.append(
            Charge(
                session_no=session_no,
                driver=driver,
                gun=gun,
                first_w=first_w,
                first_min=first_min,
                then_w=then_w,
            )
        )

    def _stop(self, driver: Any) -> None:
        for charge in self.charges:
            if charge.driver == driver:
                try:
                    if self.is_database_up:
                        stop_session(driver=driver, session_no=charge.session_no, now=self.now)
                except DomainError as error:
                    self.refusals.append(error.code)
                if self.is_database_up and self.is_heard:
                    self._take_orders()
                is_deaf = any(lie.deaf_to == "stop" for lie in self.lies)
                if (
                    charge.gun in self.running and not is_deaf
                ):  # not told to stop: the driver pulls the switch on the pile
                    self._end(charge, "driver_pile")

    def _take_orders(self) -> None:
        for command in claim_commands(limit=50, now=self.now):
            if command.command_no in self._answered:
                self.tell(self._reply(command, self._answered[command.command_no]))
                continue
            if any(lie.ignores(self, command) for lie in self.lies):
                continue
            getattr(self, f"_on_{command.kind.value}")(command)

    def _reply(self, command: OutgoingCommand, result: str, reason: str = "") -> Word:
        self._answered[command.command_no] = result
        return self.say("reply", command_id=command.command_no, result=result, reason=reason)

    def _on_start(self, command: OutgoingCommand) -> None:
        gun, session_no = command.params["connector"], command.params["session_no"]
        charge = next((one for one in self.charges if one.session_no == session_no), None)
        self.tell(self._reply(command, "accepted"))
        if charge is None or gun in self.running or charge.points:
            return
        charge.points.append(Point(self.now, self.clock, self.register_wh[charge.gun]))
        self.running[charge.gun] = charge
        self.tell(self.started(charge), self.status(charge.gun))

    def _on_stop(self, command: OutgoingCommand) -> None:
        charge = next(
            (one for one in self.running.values() if one.session_no == command.params["session_no"]), None
        )
        if charge is None:
            self.tell(self._reply(command, "failed", "unknown_session"))
            return
        self.tell(self._reply(command, "accepted"))
        self._end(charge, str(command.params["reason"]))

    def _end(self, charge: Charge, reason: str) -> None:
        del self.running[charge.gun]
        charge.ended_at = self.now
        self.tell(self.ended(charge, reason), self.status(charge.gun))

    def _on_report_status(self, command: OutgoingCommand) -> None:
        self.tell(self._reply(command, "done"), *[self.status(gun) for gun in self.is_plugged])

    def _on_set_time(self, command: OutgoingCommand) -> None:
        if not self.is_clock_stubborn:
            self.clock_offset = timedelta(0)
        self.tell(self._reply(command, "done"))

    def _on_set_limit(self, command: OutgoingCommand) -> None:
        self.tell(self._reply(command, "done"))

    def _hear_down(self, topic: str, payload: bytes) -> None:
        _, _, pile_no, _, name = topic.split("/")
        if name != "receipt":
            return
        body = json.loads(payload)
        self.receipted[pile_no].update(body["ids"])
        self.refused[pile_no].update({one["id"]: one["code"] for one in body.get("refused", [])})
        done = {*body["ids"], *(one["id"] for one in body.get("refused", []))}
        self._kept = {
            key: word for key, word in self._kept.items() if (key[0], word.id) not in _pairs(pile_no, done)
        }

    def _guarded(self, who: str, work: Any) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a crash is what is looked for
            self.crashes.append(f"{who} at minute {self.minute}: {type(error).__name__}: {error}")


def _pairs(pile_no: str, ids: Collection[str]) -> set[tuple[str, str]]:
    return {(pile_no, one) for one in ids}
