"""A small world for tests of sessions: a station, a fast pile with two guns, drivers with money, a clock to turn.

It acts through the product's services, as bridge, API and jobs do; nothing is written past them.
"""

from datetime import UTC, datetime, timedelta
from typing import Self

from backend.domain.actor import Actor
from backend.domain.connector import ConnectorStatus
from backend.domain.fees import Segment
from backend.domain.identity import Identity, IdentityKind
from backend.domain.ledger import top_up_entry
from backend.domain.meter import FinalRecord
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind
from backend.domain.pile import PileKind
from backend.domain.report import Report
from backend.domain.session import SessionState, StopReason
from backend.domain.tariff import RateBand, TariffPeriod, every_day
from backend.domain.timer import TimerKind
from backend.domain.units import Fen, PriceE5, Wh
from backend.gateways.ids import new_ulid
from backend.models import Command, Connector, ConnectorState, Driver, Order, PileState, Session, Timer
from backend.models.engine.database import transact
from backend.models.ledger import LedgerPosting
from backend.services.access.driver_identities import add_identities
from backend.services.charging.end_session import end_session
from backend.services.charging.plug_claims import free_plugs
from backend.services.charging.record_reply import record_reply
from backend.services.charging.record_session_started import record_session_started
from backend.services.charging.start_session import StartedSession, start_session
from backend.services.intake.known_piles import load_piles
from backend.services.ledger.open_wallet import open_wallet
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import WalletBalances, find_balances
from backend.services.sites.register_operator import register_operator
from backend.services.sites.register_pile import register_pile
from backend.services.sites.register_station import register_station
from backend.services.tariffs.publish_tariff import publish_tariff, register_tariff

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Shanghai."""

FIRST_REGISTER_WH = 1_000_000

# 00:00–12:00 valley 0.30 + 0.40, 12:00–24:00 peak 1.00 + 0.50
PERIODS = (
    TariffPeriod(
        start_slot=0,
        end_slot=24,
        rate_band=RateBand.VALLEY,
        electricity_e5=PriceE5(30_000),
        service_e5=PriceE5(40_000),
    ),
    TariffPeriod(
        start_slot=24,
        end_slot=48,
        rate_band=RateBand.PEAK,
        electricity_e5=PriceE5(100_000),
        service_e5=PriceE5(50_000),
    ),
)


class Scenario:
    """The world; `now` moves by `after(...)`."""

    def __init__(self, *, pile_no: str = "32050000000001") -> None:
        self.now = NOON
        operator = register_operator(
            operator_no="MA1TEST01", name="测试运营商", is_platform=True, service_phone="", now=NOON
        )
        self.tariff = register_tariff(operator=operator, name="分时电价", now=NOON)
        publish_tariff(
            tariff=self.tariff, plans=every_day(PERIODS), effective_from=NOON - timedelta(days=1), now=NOON
        )
        self.station = register_station(
            operator=operator,
            tariff=self.tariff,
            name="测试充电站",
            city="苏州市",
            district="姑苏区",
            address="测试路1号",
            lat_e6=31_300_000,
            lng_e6=120_600_000,
            opening_hours="00:00–24:00",
            parking_fee="免费",
            service_phone="",
            now=NOON,
        )
        self.pile = register_pile(
            station=self.station,
            tariff=None,
            pile_no=pile_no,
            name="1号快充桩",
            kind=PileKind.DC,
            rated_w=120_000,
            guns=2,
            vendor="",
            model="",
            now=NOON,
        ).pile
        self.known = load_piles([pile_no])[pile_no]
        self.connect()
        for gun in (1, 2):
            self.plug(gun)

    # ---- the pile

    def connect(self) -> None:
        PileState.update(is_online=True, is_clock_set=True, last_seen_at=self.now).where(
            PileState.pile_id == self.pile.id
        ).execute()

    def disconnect(self) -> None:
        PileState.update(is_online=False).where(PileState.pile_id == self.pile.id).execute()

    def plug(self, gun: int) -> None:
        self.set_status(gun, ConnectorStatus.PLUGGED, plugged=True)

    def next_car(self, gun: int = 1) -> None:
        """The car before has left, and another one is plugged in."""
        free_plugs(connector_ids=[self.known.connectors[gun].id])
        self.plug(gun)

    def set_status(self, gun: int, status: ConnectorStatus, *, plugged: bool) -> None:
        ConnectorState.update(status=status, is_plugged=plugged).where(
            ConnectorState.connector_id == self.known.connectors[gun].id
        ).execute()

    def report(self, *, at: datetime | None = None, is_replayed: bool = False) -> Report:
        return Report(
            pile=self.known,
            message_id=new_ulid(),
            boot=1,
            seq=1,
            at=at or self.now,
            received_at=self.now,
            is_replayed=is_replayed,
        )

    def after(self, **delta: float) -> Self:
        self.now += timedelta(**delta)
        self.connect()
        return self

    def say_started(self, session_no: str, register_wh: int | None = None, *, gun: int = 1) -> None:
        """The relay has closed; the register stands where the connector's last charge ended."""
        record_session_started(
            report=self.report(),
            gun=gun,
            session_no=session_no,
            register_wh=last_register_wh(self.connector(gun)) if register_wh is None else register_wh,
        )

    def say_ended(
        self,
        session_no: str,
        energy_wh: int,
        *,
        started_at: datetime | None = None,
        ended_at: datetime | None = None,
        register_start_wh: int | None = None,
        segments: tuple[Segment, ...] | None = None,
        stop_reason: StopReason = StopReason.DRIVER_APP,
        reported_fen_e4: int | None = None,
        gun: int = 1,
    ) -> None:
        started_at, ended_at = started_at or self.now - timedelta(minutes=30), ended_at or self.now
        if register_start_wh is None:
            known = Session.get_or_none(Session.session_no == session_no)
            told_wh = None if known is None else known.register_start_wh
            register_start_wh = last_register_wh(self.connector(gun)) if told_wh is None else told_wh
        if segments is None:
            segments = (Segment(started_at, ended_at, Wh(energy_wh)),) if energy_wh else ()
        record = FinalRecord(
            started_at=started_at,
            ended_at=ended_at,
            register_start_wh=Wh(register_start_wh),
            register_end_wh=Wh(register_start_wh + energy_wh),
            segments=segments,
        )
        end_session(
            report=self.report(),
            gun=gun,
            record=record,
            session_no=session_no,
            stop_reason=stop_reason,
            raw_stop_code="",
            reported_fen_e4=reported_fen_e4,
        )

    def answer(self, command: Command, result: str, reason: str = "") -> None:
        record_reply(report=self.report(), command_no=command.command_no, result=result, reason=reason)

    # ---- drivers

    def driver(self, available_fen: int = 10_000) -> Actor:
        number = Driver.select().count() + 1
        driver_no = f"D{number:04d}"

        def write() -> Driver:
            key = f"openid-{number}"
            row = Driver.create(driver_no=driver_no, mini_program_key=key, created_at=self.now)
            own = Identity(IdentityKind.WECHAT_MINI_PROGRAM, key)
            add_identities(driver=row, identities=[own], now=self.now)
            open_wallet(driver_no=driver_no, now=self.now)
            if available_fen:
                post_entry(
                    entry=top_up_entry(driver_no, Channel.WECHAT, Fen(available_fen), Fen(0)),
                    reference=f"test-{driver_no}",
                    now=self.now,
                )
            return row

        row = transact(write)
        return Actor(kind=ActorKind.DRIVER, id=row.id, no=driver_no)

    def start(
        self, driver: Actor, *, gun: int = 1, limit_fen: int | None = None, key: str | None = None
    ) -> StartedSession:
        return start_session(
            driver=driver,
            connector_no=self.known.connectors[gun].connector_no,
            limit_fen=limit_fen,
            idempotency_key=key or new_ulid(),
            now=self.now,
        )

    # ---- looking

    def session(self, session_no: str) -> Session:
        return Session.get(Session.session_no == session_no)

    def order(self, session_no: str) -> Order:
        return Order.get(Order.session_id == self.session(session_no).id)

    def wallet(self, driver: Actor) -> WalletBalances:
        return find_balances(driver_no=driver.no)

    def commands(self, session_no: str) -> list[Command]:
        query = Command.select().where(Command.session_id == self.session(session_no).id)
        return list(query.order_by(Command.id))

    def timers(self) -> set[TimerKind]:
        return {row.kind for row in Timer.select()}

    def connector(self, gun: int = 1) -> Connector:
        return Connector.get_by_id(self.known.connectors[gun].id)


def last_register_wh(connector: Connector) -> int:
    """Where the register stands that this connector's last charge has moved on."""
    is_billed = (Session.connector_id == connector.id) & (Session.state == SessionState.SETTLED)
    last = Session.select().where(is_billed).order_by(Session.id.desc()).first()
    return FIRST_REGISTER_WH if last is None else last.register_end_wh or FIRST_REGISTER_WH


def ledger_sum() -> int:
    """Σ of all postings: 0 in a sound ledger."""
    return sum(row.amount_fen for row in LedgerPosting.select())
