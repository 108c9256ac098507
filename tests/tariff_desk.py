"""A scenario whose staff make tariffs and keep holidays, and charges of 1 kWh each half-hour across their days."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend.domain.actor import Actor
from backend.domain.fees import Segment
from backend.domain.holiday_calendar import DayKind
from backend.domain.permission import ActorKind, Permission
from backend.domain.tariff import SLOTS_PER_DAY, RateBand, TariffVersionState
from backend.domain.units import Wh
from backend.gateways.ids import new_ulid
from backend.models import FeeLine, Station, Tariff
from backend.services.pricing.caller import Caller
from backend.services.pricing.create_tariff import create_tariff
from backend.services.pricing.publish_draft import PublishedTariff, publish_draft
from backend.services.pricing.save_draft import save_draft
from backend.services.pricing.save_holidays import HolidayEdit, save_holidays
from backend.services.tariffs.calendars import find_revision
from backend.services.tariffs.plan_forms import BandPrice, DayForm, PlanForm, SlotForm
from backend.services.views.desk.get_tariff_for_staff import get_tariff_for_staff
from tests.scenario import Scenario
from tests.unit.domain import oracle

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFF = frozenset({DayKind.HOLIDAY, DayKind.WEEKEND})


def days_of(*kinds: DayKind, months: Any = range(1, 13)) -> tuple[DayForm, ...]:
    return tuple(DayForm(month=month, day_kind=kind) for month in months for kind in kinds)


def plan(name: str, days: tuple[DayForm, ...], flat_e5: int, *, night_e5: int | None = None) -> PlanForm:
    """Flat by day and, where given, a valley before 08:00."""
    night = 16 if night_e5 is not None else 0
    prices = [BandPrice(rate_band=RateBand.FLAT, electricity_e5=flat_e5, service_e5=40_000)]
    if night_e5 is not None:
        prices.append(BandPrice(rate_band=RateBand.VALLEY, electricity_e5=night_e5, service_e5=40_000))
    slots = (SlotForm(rate_band=RateBand.VALLEY),) * night + (SlotForm(rate_band=RateBand.FLAT),) * (
        SLOTS_PER_DAY - night
    )
    return PlanForm(name=name, prices=tuple(prices), slots=slots, days=days)


TWO_PLANS = (
    plan("平日", days_of(DayKind.WORKDAY), 100_000, night_e5=50_000),
    plan("假日", days_of(DayKind.HOLIDAY, DayKind.WEEKEND), 60_000),
)


class Desk(Scenario):
    """A scenario with staff who may do everything; `caller` is they, now."""

    def __init__(self) -> None:
        super().__init__()
        self.staff = self.somebody(*Permission)

    def somebody(self, *permissions: Permission, **other: Any) -> Actor:
        known: dict[str, Any] = {"operator_id": self.station.operator_id, "is_platform": True}
        held = frozenset(permission.value for permission in permissions)
        return Actor(kind=ActorKind.STAFF, id=1, no="staff", permissions=held, **known | other)

    @property
    def caller(self) -> Caller:
        return Caller(staff=self.staff, now=self.now)

    def create(self, name: str = "分时电价") -> str:
        made = create_tariff(caller=self.caller, name=name, copy_of=None, idempotency_key=new_ulid())
        return made.tariff_no

    def save(self, tariff_no: str, plans: tuple[PlanForm, ...]) -> None:
        save_draft(
            caller=self.caller, tariff_no=tariff_no, plans=plans, idle=None, seen=self.draft(tariff_no)
        )

    def draft(self, tariff_no: str) -> int:
        """Its row version."""
        draft = get_tariff_for_staff(staff=self.staff, tariff_no=tariff_no, now=self.now).tariff.draft
        assert draft is not None
        return draft.row_version

    def publish(self, tariff_no: str, effective_from: datetime | None = None) -> PublishedTariff:
        return publish_draft(
            caller=self.caller,
            tariff_no=tariff_no,
            effective_from=effective_from,
            seen=self.draft(tariff_no),
            idempotency_key=new_ulid(),
        )

    def price(self, plans: tuple[PlanForm, ...]) -> str:
        """A new tariff of these plans, in force now at the station."""
        tariff_no = self.create()
        self.save(tariff_no, plans)
        self.publish(tariff_no)
        tariff = Tariff.get(Tariff.tariff_no == tariff_no)
        Station.update(tariff_id=tariff.id).execute()
        return tariff_no

    def keep(self, *edits: HolidayEdit) -> int:
        return save_holidays(caller=self.caller, edits=edits, reason="放假安排", seen=find_revision())

    def stands_at(self, local: str) -> None:
        self.now = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
        self.connect()

    def states(self, tariff_no: str) -> list[TariffVersionState]:
        shown = get_tariff_for_staff(staff=self.staff, tariff_no=tariff_no, now=self.now)
        return [version.state for version in shown.versions]

    def charge(
        self, from_local: str, hours: int, *, meanwhile: Any = None
    ) -> tuple[str, list[tuple[str, int, int]]]:
        """A charge of 1 kWh each half-hour; its number, and (date, price of electricity, Wh) of each line of it."""
        self.stands_at(from_local)
        self.next_car()
        started = self.now
        session_no = self.start(self.driver(50_000)).session_no
        self.say_started(session_no)
        if meanwhile:
            meanwhile()
        self.now = started + timedelta(hours=hours)
        self.connect()
        half = timedelta(minutes=30)
        cut = [started + n * half for n in range(2 * hours)]
        self.say_ended(
            session_no,
            2_000 * hours,
            started_at=started,
            segments=tuple(Segment(at, at + half, Wh(1_000)) for at in cut),
        )
        lines = FeeLine.select().where(
            (FeeLine.order_id == self.order(session_no).id) & (FeeLine.component == "electricity")
        )
        return session_no, [
            (f"{line.local_date:%m-%d}", line.price_e5, line.energy_wh)
            for line in lines.order_by(FeeLine.line_no)
        ]

    def charge_unevenly(
        self, from_local: str, to_local: str, energy_wh: int, *, meanwhile: Any = None
    ) -> tuple[str, list[tuple[datetime, datetime, int]]]:
        """A charge that begins and ends within half-hours; its number, and its energy as the pile cut it at each."""
        self.stands_at(from_local)
        self.next_car()
        started = self.now
        session_no = self.start(self.driver(50_000)).session_no
        self.say_started(session_no)
        if meanwhile:
            meanwhile()
        self.stands_at(to_local)
        cut = oracle.cut(started, self.now, 0, energy_wh, ())
        segments = tuple(Segment(begins, ends, Wh(part)) for begins, ends, part in cut)
        self.say_ended(session_no, energy_wh, started_at=started, segments=segments)
        return session_no, cut

    def lines(self, session_no: str) -> oracle.Lines:
        """The lines of its bill as the oracle writes them."""
        rows = FeeLine.select().where(FeeLine.order_id == self.order(session_no).id)
        return {
            (row.local_date, row.start_slot, row.component.value): (row.energy_wh, row.fee_fen)
            for row in rows
        }
