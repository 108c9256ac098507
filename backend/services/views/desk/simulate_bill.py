"""What a charge would cost by day plans that somebody is editing: billed by the very function that settlements use."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from backend.domain.estimate import bill_constant_power
from backend.domain.fees import FeeComponent
from backend.domain.holiday_calendar import DayKind
from backend.domain.idle_fee import IdleTerms, Spell, price_stay, sum_of
from backend.domain.tariff import RateBand, TariffVersion
from backend.domain.tariff_faults import check_plans
from backend.domain.units import Watt
from backend.models.engine.database import reading
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.tariffs.calendars import find_revision, get_calendar
from backend.services.tariffs.plan_forms import PlanForm, plans_of


class SimulatedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A fee line as an order would have it, and why the day costs what it does."""

    local_date: date
    day_kind: DayKind
    plan_name: str
    start_slot: int
    end_slot: int
    rate_band: RateBand
    component: FeeComponent
    energy_wh: int
    price_e5: int
    fee_fen: int


class SimulatedStay(msgspec.Struct, frozen=True, kw_only=True):
    """The minutes to pay of one date on which the car stays."""

    local_date: date
    minutes: int
    fee_fen: int


class SimulatedBill(msgspec.Struct, frozen=True, kw_only=True):
    energy_wh: int
    electricity_fen: int
    service_fen: int
    total_fen: int
    # asked apart, by an order of its own
    idle_fen: int
    idle_lines: tuple[SimulatedStay, ...]
    lines: tuple[SimulatedLine, ...]


@reading
def simulate_bill(
    *,
    plans: Sequence[PlanForm],
    start_at: datetime,
    power_w: int,
    minutes: int,
    idle: IdleTerms | None = None,
    idle_minutes: int = 0,
) -> SimulatedBill:
    """The bill of a charge at one power, by the calendar as it is now, in the platform's zone.

    The car stays `idle_minutes` after it, heard plugged all the time.

    Raises InvalidTariff for plans that could not be published, InvalidInput.
    """
    drawn = plans_of(plans)
    check_plans(drawn)
    version = TariffVersion("", 0, drawn, get_calendar(find_revision()))
    bill = bill_constant_power(Watt(power_w), start_at, minutes * 60, version, PLATFORM_ZONE)
    ended_at = start_at + timedelta(minutes=minutes)
    leaves_at = ended_at + timedelta(minutes=idle_minutes)
    stay = [Spell(ended_at, leaves_at)]
    idle_lines = () if idle is None else price_stay(idle, ended_at, leaves_at, stay, PLATFORM_ZONE)
    return SimulatedBill(
        energy_wh=bill.energy_wh,
        electricity_fen=bill.electricity_fen,
        service_fen=bill.service_fen,
        total_fen=bill.total_fen,
        idle_fen=sum_of(idle_lines),
        idle_lines=tuple(
            SimulatedStay(local_date=line.local_date, minutes=line.minutes, fee_fen=line.fee_fen)
            for line in idle_lines
        ),
        lines=tuple(
            SimulatedLine(
                local_date=line.local_date,
                day_kind=version.calendar.kind_of(line.local_date),
                plan_name=version.plan_on(line.local_date).name,
                start_slot=line.start_slot,
                end_slot=line.end_slot,
                rate_band=line.rate_band,
                component=line.component,
                energy_wh=line.energy_wh,
                price_e5=line.price_e5,
                fee_fen=line.fee_fen,
            )
            for line in bill.lines
        ),
    )
