"""What a snapshot's database has lived: one evening at a station, told by the product's own doors and services.

A running charge over a change of price and day, one of each other state that an upgrade may meet, and open ends:
a start whose command still waits, payments that nobody knows of, timers.
"""

import contextlib
from datetime import datetime, timedelta
from typing import Final

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable
from backend.domain.payment import Channel
from backend.domain.permission import Permission
from backend.domain.pile import PileKind
from backend.domain.timer import TimerKind
from backend.jobs.timers import WORK
from backend.models import Operator, Payment
from backend.models.engine import database
from backend.models.engine.migrations import apply_migrations
from backend.services.access.authenticate import authenticate
from backend.services.access.log_in_driver import log_in_driver
from backend.services.access.log_in_staff import log_in_staff
from backend.services.access.register_staff import register_role, register_staff
from backend.services.charging.stop_session import stop_session
from backend.services.payments.top_up_wallet import top_up_wallet
from backend.services.sites.register_pile import register_pile
from mqtt_bridge import topics
from tests.pile_voice import PileVoice
from tests.scenario import NOON, Scenario
from tests.upgrade.present_bridge import PresentBridge
from tests.upgrade.wechat import Wechat

EVENING: Final = NOON + timedelta(hours=10, minutes=50)
"""Ten to eleven: the tariff and the day change at midnight."""
SECOND_PILE: Final = "32050000000002"
STAFF, PASSWORD = "desk-of-landing", "a-password-of-one-snapshot"
TOP_UP_FEN: Final = 20_000
FIRST_WH: Final = 1_000_000
SETTLED_WH: Final = FIRST_WH - 6_000
REVIEW_WH: Final = FIRST_WH + 5_000
STARTING_WH: Final = FIRST_WH + 10_000
"""Where the second gun's register stands when these charges begin; the silent one begins at `FIRST_WH`."""
WH_A_MINUTE: Final = 1_000


def live(url: str) -> dict[str, str]:
    """Live the evening in the empty SQLite database at `url`, which stays bound; the names of what came of it."""
    database.connect(url)
    apply_migrations()
    with Wechat().serving() as wechat:
        return Evening(wechat).live()


class Evening:
    """Acts at `now`; `names` grows."""

    def __init__(self, wechat: Wechat) -> None:
        self._wechat = wechat
        self._world = Scenario()
        self._pile = PileVoice(self._world.pile.pile_no, EVENING)
        self._bridge = PresentBridge(self._pile)
        self.names: dict[str, str] = {}

    @property
    def now(self) -> datetime:
        return self._world.now

    def live(self) -> dict[str, str]:
        self._open()
        self._settle()
        self._fall_silent()
        self._contradict()
        self._cancel()
        self._charge()
        self._ask_for_money()
        self._ask_for_a_start()
        self.names["taken_at"] = self.now.isoformat()
        return self.names

    def _open(self) -> None:
        self._pass_time(EVENING)
        operator = Operator.get()
        register_pile(
            station=self._world.station,
            tariff=None,
            pile_no=SECOND_PILE,
            name="2号慢充桩",
            kind=PileKind.AC,
            rated_w=7_000,
            guns=1,
            vendor="",
            model="",
            now=self.now,
        )
        role = register_role(operator=operator, name="值班", permissions=tuple(Permission), now=self.now)
        register_staff(
            operator=operator, role=role, account=STAFF, name="小陈", password=PASSWORD, now=self.now
        )
        token = log_in_staff(
            account=STAFF, password=PASSWORD, caller=Caller(ip="192.0.2.7"), now=self.now
        ).token
        self.names |= {
            "staff_token": token,
            "pile_no": self._world.pile.pile_no,
            "second_pile_no": SECOND_PILE,
            "station_no": self._world.station.station_no,
        }
        self._bridge.take(self._pile.start(1), self._pile.online())
        self._bridge.take(self._pile.status("plugged"), self._pile.status("plugged", connector=2))
        self._bridge.take((topics.up(self._pile.pile_no, "meter"), b'{"id":"torn', 1))
        self._bridge.take(
            self._pile.ended("of-another-platform", self.now - timedelta(hours=1), 2_000, connector=2)
        )

    def _settle(self) -> None:
        driver, started_at = self._driver("settled"), self.now
        session_no = self._start("settled", driver, gun=2, start_wh=SETTLED_WH)
        self._meters(session_no, 6, gun=2, start_wh=SETTLED_WH)
        stop_session(driver=driver, session_no=session_no, now=self.now)
        self._bridge.answer("accepted")
        energy_wh = 6 * WH_A_MINUTE
        self._bridge.take(
            self._pile.ended(session_no, started_at, energy_wh, register_start_wh=SETTLED_WH, connector=2)
        )
        self._bridge.take(self._pile.status("plugged", connector=2))

    def _fall_silent(self) -> None:
        """Its record comes only after the upgrade."""
        session_no = self._start("provisional", self._driver("provisional"), gun=2)
        self._meters(session_no, 3, gun=2)
        self._pass_time(self.now + timedelta(minutes=31))
        WORK[TimerKind.SESSION_WATCH](session_no, self.now)
        self._bridge.take(self._pile.status("plugged", connector=2))

    def _contradict(self) -> None:
        started_at = self.now
        session_no = self._start("review", self._driver("review"), gun=2, start_wh=REVIEW_WH)
        self._meters(session_no, 1, gun=2, start_wh=REVIEW_WH)
        self._bridge.take(
            self._pile.ended(session_no, started_at, -1, register_start_wh=REVIEW_WH, connector=2)
        )
        self._bridge.take(self._pile.status("plugged", connector=2))

    def _cancel(self) -> None:
        driver = self._driver("failed")
        session_no = self._start("failed", driver, gun=2, is_sent=False)
        stop_session(driver=driver, session_no=session_no, now=self.now)
        self._bridge.answer("accepted")
        self._bridge.take(self._pile.ended(session_no, self.now, 0, connector=2))
        self._bridge.take(self._pile.status("plugged", connector=2))

    def _charge(self) -> None:
        """Ten minutes before midnight; it goes on."""
        self._pass_time(NOON + timedelta(hours=11, minutes=50))
        session_no = self._start("charging", self._driver("charging"), gun=1)
        self.names["charging_started_at"] = self.now.isoformat()
        self._bridge.take(self._pile.status("charging"))
        self._meters(session_no, 15, gun=1)

    def _ask_for_money(self) -> None:
        """A driver whose taps met a channel that took, lost and refused them."""
        driver = self._driver("idle")
        for mood, name in (("takes", "awaiting"), ("drops", "unknown"), ("refuses", "created")):
            self._wechat.mood = mood
            with contextlib.suppress(ChannelOutcomeUnknown, ChannelUnavailable):
                self._top_up(driver, f"key-of-{name}")
            self.names[f"{name}_payment"] = _last_payment().payment_no
        self._wechat.mood = "takes"

    def _ask_for_a_start(self) -> None:
        """The bridge has not looked yet."""
        self._start("starting", self._driver("starting"), gun=2, is_sent=False)

    def _driver(self, name: str) -> Actor:
        """Logged in, with paid money."""
        token = log_in_driver(code=f"openid-{name}", ip="192.0.2.8", now=self.now).token
        self.names[f"{name}_token"] = token
        driver = authenticate(token, now=self.now)
        self._top_up(driver, "first-money")
        self._wechat.notify(_last_payment().payment_no, TOP_UP_FEN, self.now)
        return driver

    def _top_up(self, driver: Actor, key: str) -> None:
        top_up_wallet(
            driver=driver,
            amount_fen=TOP_UP_FEN,
            channel=Channel.WECHAT,
            idempotency_key=key,
            now=self.now,
        )

    def _start(
        self, name: str, driver: Actor, *, gun: int, start_wh: int = FIRST_WH, is_sent: bool = True
    ) -> str:
        self._world.next_car(gun)
        session_no = self._world.start(driver, gun=gun, key=f"key-of-{name}").session_no
        self.names[f"{name}_session"] = session_no
        if is_sent:
            self._bridge.answer("accepted")
            self._bridge.take(self._pile.started(session_no, start_wh, connector=gun))
        return session_no

    def _meters(self, session_no: str, minutes: int, *, gun: int, start_wh: int = FIRST_WH) -> None:
        for minute in range(1, minutes + 1):
            self._pass_time(self.now + timedelta(minutes=1))
            register_wh = start_wh + minute * WH_A_MINUTE
            self._bridge.take(self._pile.meter(session_no, register_wh, connector=gun))

    def _pass_time(self, until: datetime) -> None:
        self._world.now = self._pile.now = until
        self._bridge.take(self._pile.heartbeat())


def _last_payment() -> Payment:
    return Payment.select().order_by(Payment.id.desc()).get()
