"""A world of orders and starts for the analysis: stations in two provinces and one nowhere, two operators, both kinds of
piles, every way of paying, idle fees, corrections; and every answer added up from the rows themselves, the slow way.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from backend.domain.event import Detail, IdleFeeBilled, OrderSettled, SessionFailed, SessionStarted
from backend.domain.fees import FeeComponent
from backend.domain.order import OrderKind, OrderState
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.pile import PileKind
from backend.domain.session import FailureReason, PayerKind, SessionState
from backend.domain.tariff import RateBand
from backend.models import Connector, FeeLine, Order, Payment, Pile, Session, Station
from backend.models.engine.database import transact
from backend.services.ground.events import write_event
from backend.services.ground.roll_ups import PLATFORM_ZONE
from tests.builders import a_driver, a_pile, a_station, an_operator, connectors_of

NOW: Final = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAYS: Final = 75
DIVISIONS: Final = ("330106", "330108", "310101", "")


class FactWorld:
    """`orders` counted orders and a third as many failed starts, told of as the product tells them."""

    def __init__(self, *, orders: int, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.numbers = 0
        # in one commit, of which a disk makes hundreds slowly
        transact(lambda: self._make(orders))

    def _make(self, orders: int) -> None:
        self.platform = an_operator(now=NOW, is_platform=True)
        self.other = an_operator(now=NOW)
        begun = NOW - timedelta(days=DAYS + 5)
        self.stations: list[Station] = []
        for place, code in enumerate(DIVISIONS):
            station = a_station(now=begun, operator=(self.platform, self.other)[place % 2], has_tariff=False)
            station.division_code = code
            station.save()
            self.stations.append(station)
        self.piles = [
            a_pile(station=station, kind=kind, now=begun, guns=2)
            for station in self.stations
            for kind in PileKind
        ]
        self.drivers = [a_driver(now=begun) for _ in range(9)]
        for _ in range(orders):
            self.charge()
        for _ in range(orders // 3):
            self.fail()

    def charge(self, *, is_test: bool | None = None, state: OrderState = OrderState.SETTLED) -> Order:
        """A random charge; one in five is followed by an idle fee."""
        pile = self.random.choice(self.piles)
        ended_at = self._some_time()
        started_at = ended_at - timedelta(minutes=self.random.randrange(3, 90))
        way = self.random.choice(("wallet", "wallet", "debt", "wechat", "alipay", "partner", "nobody"))
        session = self._session(pile, way, started_at, SessionState.SETTLED, is_test=is_test)
        fees = [
            (band, self.random.randrange(5_000), self.random.randrange(900), self.random.randrange(500))
            for band in self.random.sample(list(RateBand), 2)
        ]
        order = self._order(session, started_at, ended_at, state, fees, is_debt=way == "debt")
        self._tell(
            OrderSettled(session_no=session.session_no, total_fen=0, debt_fen=0, is_provisional=False),
            order.order_no,
        )
        self._tell(SessionStarted(started_at=started_at), session.session_no)
        if way == "wallet" and self.random.random() < 0.3:
            self._idle(order, ended_at + timedelta(minutes=40))
        return order

    def fail(self) -> Session:
        """A random start that failed."""
        session = self._session(
            self.random.choice(self.piles), "wallet", self._some_time(), SessionState.FAILED
        )
        reason = self.random.choice(list(FailureReason))
        session.failure_reason, session.started_at = reason, None
        session.save()
        self._tell(SessionFailed(reason=reason), session.session_no)
        return session

    def _some_time(self) -> datetime:
        day = NOW - timedelta(days=self.random.randrange(1, DAYS))
        # the last and the first minutes of local days among them
        at = self.random.choice((timedelta(hours=13, minutes=59), timedelta(hours=14, minutes=1), None))
        return day + (at or timedelta(minutes=self.random.randrange(1_300)))

    def _next(self) -> int:
        self.numbers += 1
        return self.numbers

    def _session(
        self, pile: Pile, way: str, at: datetime, state: SessionState, *, is_test: bool | None = None
    ) -> Session:
        has_driver = way not in {"partner", "nobody"}
        driver_id = self.random.choice(self.drivers).id if has_driver else None
        connector = self.random.choice(connectors_of(pile))
        number = self._next()
        session = Session.create(
            session_no=f"SF{number:06d}",
            operator_id=pile.operator_id,
            station_id=pile.station_id,
            pile_id=pile.id,
            connector_id=connector.id,
            payer_kind=PayerKind.PARTNER if way == "partner" else PayerKind.DRIVER,
            driver_id=driver_id,
            time_zone="Asia/Shanghai",
            rated_w=120_000,
            state=state,
            created_at=at,
            started_at=at,
            is_test=is_test,
        )
        if way in {"wechat", "alipay"}:
            payment = Payment.create(
                payment_no=f"PF{number:06d}",
                driver_id=driver_id,
                operator_id=pile.operator_id,
                purpose=PaymentPurpose.PREPAY,
                channel=Channel(way),
                session_id=session.id,
                amount_fen=5_000,
                state=PaymentState.PAID,
                created_at=at,
                expires_at=at,
            )
            session.payment_id = payment.id
            session.save()
        return session

    def _order(
        self,
        session: Session,
        started_at: datetime,
        ended_at: datetime,
        state: OrderState,
        fees: Iterable[tuple[RateBand, int, int, int]],
        *,
        is_debt: bool,
    ) -> Order:
        rows = list(fees)
        electricity, service = sum(row[2] for row in rows), sum(row[3] for row in rows)
        order = Order.create(
            order_no=f"OF{self._next():06d}",
            kind=OrderKind.CHARGING,
            session_id=session.id,
            operator_id=session.operator_id,
            station_id=session.station_id,
            connector_id=session.connector_id,
            driver_id=session.driver_id,
            state=state,
            energy_wh=sum(row[1] for row in rows),
            electricity_fen=electricity,
            service_fen=service,
            total_fen=electricity + service,
            debt_fen=7 if is_debt else 0,
            is_test=session.is_test,
            started_at=started_at,
            ended_at=ended_at,
            created_at=ended_at,
            settled_at=ended_at,
        )
        for line_no, (band, energy_wh, electricity_fen, service_fen) in enumerate(rows):
            for place, (component, fee_fen) in enumerate(
                ((FeeComponent.ELECTRICITY, electricity_fen), (FeeComponent.SERVICE, service_fen))
            ):
                FeeLine.create(
                    order_id=order.id,
                    line_no=2 * line_no + place,
                    local_date=ended_at.date(),
                    start_slot=0,
                    end_slot=48,
                    rate_band=band,
                    component=component,
                    energy_wh=energy_wh,
                    price_e5=1,
                    fee_fen=fee_fen,
                )
        return order

    def _idle(self, charge: Order, ended_at: datetime) -> None:
        fee_fen = self.random.randrange(50, 2_000)
        order = Order.create(
            order_no=f"OF{self._next():06d}",
            kind=OrderKind.IDLE,
            session_id=charge.session_id,
            operator_id=charge.operator_id,
            station_id=charge.station_id,
            connector_id=charge.connector_id,
            driver_id=charge.driver_id,
            state=OrderState.SETTLED,
            energy_wh=0,
            electricity_fen=0,
            service_fen=0,
            idle_fen=fee_fen,
            total_fen=fee_fen,
            started_at=charge.ended_at,
            ended_at=ended_at,
            created_at=ended_at,
            settled_at=ended_at,
        )
        self._tell(IdleFeeBilled(session_no="", fee_fen=fee_fen), order.order_no)

    def _tell(self, detail: Detail, number: str) -> None:
        write_event(detail=detail, object_no=number, operator_id=self.platform.id, now=NOW)


class Raw:
    """All orders, lines and starts that count, once, with what they are filtered by."""

    def __init__(self) -> None:
        connectors = {row.id: row for row in Connector.select()}
        self.kinds = {row.id: row.kind for row in Pile.select()}
        self.pile_of = {row.id: row.pile_id for row in connectors.values()}
        self.divisions = {row.id: row.division_code for row in Station.select()}
        self.sessions = {row.id: row for row in Session.select()}
        self.channels = {row.id: row.channel for row in Payment.select()}
        self.orders = [
            row
            for row in Order.select().order_by(Order.id)
            if row.state is not OrderState.OPEN and not row.is_test
        ]
        self.lines: dict[int, list[FeeLine]] = defaultdict(list)
        for line in FeeLine.select():
            self.lines[line.order_id].append(line)
        seen: set[tuple[Any, int]] = set()
        self.firsts: set[int] = set()
        for order in self.charges(self.orders):
            key = (order.driver_id, order.operator_id)
            if order.driver_id is not None and key not in seen:
                self.firsts.add(order.id)
            seen.add(key)

    def starts(self) -> list[Session]:
        """Those that failed and those that began."""
        return [
            row
            for row in self.sessions.values()
            if not row.is_test and (row.state is SessionState.FAILED or row.started_at is not None)
        ]

    @staticmethod
    def charges(orders: Iterable[Order]) -> list[Order]:
        """Without idle fees."""
        return [row for row in orders if row.kind is OrderKind.CHARGING]

    def kind_of(self, row: Any) -> PileKind:
        """Of the pile that an order or a session was at."""
        return self.kinds[self.pile_of[row.connector_id]]

    def way_of(self, order: Order) -> tuple[str, Channel | None]:
        """What it was paid by."""
        session = self.sessions[order.session_id]
        if session.payer_kind is PayerKind.PARTNER:
            return "partner", None
        if session.payment_id is not None:
            return "prepaid", self.channels[session.payment_id]
        if order.driver_id is None:
            return "nobody", None
        return ("debt" if order.debt_fen else "wallet"), None

    def sums(self, orders: Iterable[Order]) -> tuple[int, ...]:
        """In the order of the answer's `Sums`."""
        rows = list(orders)
        charges = self.charges(rows)
        return (
            len(charges),
            *(
                sum(getattr(row, name) for row in rows)
                for name in ("energy_wh", "electricity_fen", "service_fen", "idle_fen", "total_fen")
            ),
            sum(int((row.ended_at - row.started_at).total_seconds()) for row in charges),
        )


def day_of(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(PLATFORM_ZONE).date()


def within(rows: Iterable[Any], at: Callable[[Any], datetime], first: date, last: date) -> list[Any]:
    """Rows whose local day is in a range."""
    return [row for row in rows if first <= day_of(at(row)) <= last]
