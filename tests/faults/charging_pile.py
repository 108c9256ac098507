"""A pile that charges, told to the bridge's writer over the bound database; its clock and ours turn apart."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from backend.domain.actor import Actor
from backend.domain.meter import Doubt
from backend.models import Order, Session, SessionDoubt
from mqtt_bridge.batch import Incoming, Writer
from tests.pile_voice import PileVoice, as_text
from tests.scenario import NOON, Scenario

START_WH: Final = 1_000_000
BALANCE_FEN: Final = 20_000
PEAK_FEN_PER_KWH: Final = 150


class ChargingPile:
    """`world.now` is our clock, `voice.now` the pile's; `minute` is how long truly was charged since `begins_at`."""

    def __init__(
        self, *, power_w: int = 60_000, begins_at: datetime = NOON, balance_fen: int = BALANCE_FEN
    ) -> None:
        self.world = Scenario()
        self.world.after(seconds=(begins_at - NOON).total_seconds())
        self.voice = PileVoice(self.world.pile.pile_no, begins_at, boot=5)
        self.power_w = power_w
        self.minute = 0
        self.published: list[tuple[str, dict[str, Any]]] = []
        self.writer = self._new_writer()
        self.driver: Actor = self.world.driver(balance_fen)
        self.hear(self.voice.online())
        self.session_no = self.world.start(self.driver).session_no

    @property
    def register_wh(self) -> int:
        """What the meter shows after charging since noon without a pause."""
        return START_WH + self.energy_wh

    @property
    def energy_wh(self) -> int:
        return self.power_w * self.minute // 60

    @property
    def session(self) -> Session:
        return self.world.session(self.session_no)

    def orders(self) -> list[Order]:
        return list(Order.select().where(Order.session_id == self.session.id))

    def hear(self, *messages: Incoming) -> None:
        """The bridge takes these as one batch."""
        self.writer.write(messages)

    def restart_bridge(self) -> None:
        """Another process: it remembers only what the database has."""
        self.writer = self._new_writer()

    def begin(self) -> None:
        self.hear(self.voice.started(self.session_no, START_WH))

    def charge(self, minutes: int, *, is_heard: bool = True) -> list[Incoming]:
        """Charge on, with one meter a minute; those that are not heard now are given back for later."""
        kept = []
        for _ in range(minutes):
            self.pass_time(minutes=1)
            self.minute += 1
            meter = self.meter(self.register_wh)
            if is_heard:
                self.hear(meter)
            else:
                kept.append(meter)
        return kept

    def pause(self, minutes: int) -> None:
        """The car takes nothing for a while; the meter tells so each minute."""
        for _ in range(minutes):
            self.pass_time(minutes=1)
            self.hear(self.voice.meter(self.session_no, self.register_wh, power_w=0))

    def meter(self, register_wh: int) -> Incoming:
        return self.voice.meter(self.session_no, register_wh, power_w=self.power_w)

    @property
    def doubts(self) -> set[Doubt]:
        """What was written of the session's contradictions."""
        return {row.doubt for row in SessionDoubt.select().where(SessionDoubt.session_id == self.session.id)}

    def record(self, **fields: Any) -> Incoming:
        """The final record of all that was charged, by the pile's clock as it is now."""
        values: dict[str, Any] = {
            "connector": 1,
            "session_no": self.session_no,
            "started_at": as_text(self.voice.now - timedelta(minutes=self.minute)),
            "ended_at": as_text(self.voice.now),
            "register_start_wh": START_WH,
            "register_end_wh": self.register_wh,
            "segments": [],
            "stop_reason": "car_full",
            "raw_stop_code": "",
        }
        return self.voice.say("session_ended", **(values | fields))

    def pass_time(self, **delta: float) -> None:
        """Time passes for the pile and for us."""
        self.voice.after(**delta)
        self.world.after(**delta)

    def receipted(self) -> set[str]:
        """The ids of its messages that are durable."""
        return {one for topic, body in self.published if topic.endswith("/receipt") for one in body["ids"]}

    def refused(self) -> list[str]:
        """The codes of its messages that were refused."""
        receipts = [body for topic, body in self.published if topic.endswith("/receipt")]
        return [one["code"] for body in receipts for one in body.get("refused", [])]

    def _new_writer(self) -> Writer:
        return Writer(
            acknowledge=lambda tokens: None,
            publish=lambda topic, payload: self.published.append((topic, json.loads(payload))),
            clock=lambda: self.world.now,
        )


def replayed(message: Incoming) -> Incoming:
    """The same message as a pile sends it that kept it while it was offline."""
    topic, payload, token = message
    return topic, json.dumps(json.loads(payload) | {"replayed": True}).encode(), token
