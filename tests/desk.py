"""What the operators' desk looks at, made through the product's services: charges that run and charges that ended."""

from datetime import datetime, timedelta
from typing import Any

from backend.domain.fees import Segment
from backend.domain.meter import FinalRecord
from backend.domain.permission import Permission
from backend.domain.report import Report
from backend.domain.session import StopReason
from backend.domain.units import Wh
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from backend.models import Driver, Operator, Order, Pile, PileState, Session, SessionProgress
from backend.services.charging.end_session import end_session
from backend.services.charging.record_session_started import record_session_started
from backend.services.charging.start_session import start_session
from backend.services.intake.known_piles import load_piles
from backend.services.views.desk.watch_piles_for_staff import MOST_PILES
from tests.builders import a_driver, a_pile, a_staff, a_station, a_token, actor_of, an_operator, connectors_of
from tests.scenario import last_register_wh


def a_running_charge(
    *, pile: Pile, now: datetime, gun: int = 1, driver: Driver | None = None, energy_wh: int = 0
) -> Session:
    """A charge that began `now`; with `energy_wh` it has one meter reading."""
    driver = driver or a_driver(now=now, balance_fen=50_000)
    hear(pile=pile, now=now)
    started = start_session(
        driver=actor_of(driver),
        connector_no=connectors_of(pile)[gun - 1].connector_no,
        limit_fen=None,
        is_own_car=True,
        idempotency_key=new_ulid(),
        now=now,
    )
    start_wh = last_register_wh(connectors_of(pile)[gun - 1])
    record_session_started(
        report=a_report(pile=pile, now=now), gun=gun, session_no=started.session_no, register_wh=start_wh
    )
    session = Session.get(Session.session_no == started.session_no)
    if energy_wh:
        SessionProgress.delete().where(SessionProgress.session_id == session.id).execute()
        SessionProgress.insert(
            session_id=session.id,
            meter_at=now,
            register_wh=start_wh + energy_wh,
            energy_wh=energy_wh,
            electricity_fen_e6=energy_wh * 86_000,
            service_fen_e6=energy_wh * 24_000,
            power_w=60_000,
            soc_percent=55,
            energy_grew_at=now,
        ).execute()
    return session


def an_ended_charge(
    *,
    pile: Pile,
    ended_at: datetime,
    minutes: int = 30,
    gun: int = 1,
    driver: Driver | None = None,
    energy_wh: int = 10_000,
) -> Order:
    """A charge that was settled at `ended_at`."""
    started_at = ended_at - timedelta(minutes=minutes)
    session = a_running_charge(pile=pile, now=started_at, gun=gun, driver=driver)
    hear(pile=pile, now=ended_at)
    start_wh = session.register_start_wh or 0
    end_session(
        report=a_report(pile=pile, now=ended_at),
        gun=gun,
        record=FinalRecord(
            started_at=started_at,
            ended_at=ended_at,
            register_start_wh=Wh(start_wh),
            register_end_wh=Wh(start_wh + energy_wh),
            segments=(Segment(started_at, ended_at, Wh(energy_wh)),),
        ),
        session_no=session.session_no,
        stop_reason=StopReason.CAR_FULL,
        raw_stop_code="0x40",
        reported_fen_e4=None,
    )
    return Order.get(Order.session_id == session.id)


def hear(*, pile: Pile, now: datetime) -> None:
    """The pile was heard `now`."""
    PileState.update(last_seen_at=now).where(PileState.pile_id == pile.id).execute()


def a_report(*, pile: Pile, now: datetime) -> Report:
    """Where and when a message of this pile came."""
    return Report(
        pile=load_piles([pile.pile_no])[pile.pile_no],
        message_id=new_ulid(),
        boot=1,
        seq=1,
        at=now,
        received_at=now,
        is_replayed=False,
    )


class WatchedCharge:
    """A station with a pile and a charge that runs."""

    def __init__(self) -> None:
        self.operator = an_operator(now=utc_now())
        self.station = a_station(now=utc_now(), operator=self.operator)
        self.pile = a_pile(station=self.station, now=utc_now())
        self.driver = a_driver(now=utc_now(), balance_fen=50_000)
        self.session = a_running_charge(pile=self.pile, now=utc_now(), driver=self.driver, energy_wh=1_000)
        self.topic = f"session:{self.session.session_no}"

    def staff_token(self, *permissions: Permission, operator: Operator | None = None) -> str:
        staff = a_staff(
            operator=operator or self.operator,
            now=utc_now(),
            permissions=permissions or tuple(Permission),
        )
        return a_token(owner=staff, now=utc_now())

    def driver_token(self, driver: Driver | None = None) -> str:
        return a_token(owner=driver or self.driver, now=utc_now())


def many_piles(world: WatchedCharge) -> None:
    """As many as are watched, besides the one there is."""
    like: dict[str, Any] = {**world.pile.__data__, "name": "桩" * 50, "vendor": "厂" * 50, "model": "型" * 50}
    del like["id"]
    Pile.insert_many([{**like, "pile_no": f"X{number:06d}"} for number in range(MOST_PILES)]).execute()
