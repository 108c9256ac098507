"""Tariffs and the holiday calendar as staff make them, and where they show."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.domain.actor import Actor
from backend.domain.errors import (
    DomainError,
    Forbidden,
    IdempotencyKeyReused,
    InvalidInput,
    InvalidTariff,
    RowChanged,
    TariffBeginsInPast,
    TariffInUse,
    TariffMissing,
    TariffNotFound,
    TariffRetired,
    TariffVersionInForce,
    TariffVersionNotFound,
)
from backend.domain.holiday_calendar import DayKind
from backend.domain.permission import Permission
from backend.domain.tariff import SLOTS_PER_DAY, RateBand, TariffVersionState
from backend.gateways.ids import new_ulid
from backend.models import AuditRow, Station, Tariff, TariffPeriod, TariffVersion
from backend.services.pricing.begin_draft import begin_draft
from backend.services.pricing.caller import Caller
from backend.services.pricing.create_tariff import create_tariff
from backend.services.pricing.discard_draft import discard_draft
from backend.services.pricing.publish_draft import publish_draft
from backend.services.pricing.rename_tariff import rename_tariff
from backend.services.pricing.retire_tariff import retire_tariff
from backend.services.pricing.save_draft import save_draft
from backend.services.pricing.save_holidays import HolidayEdit, save_holidays
from backend.services.pricing.withdraw_version import withdraw_version
from backend.services.tariffs.calendars import find_revision
from backend.services.tariffs.fill_holidays import fill_holidays
from backend.services.tariffs.plan_forms import PlanForm, SlotForm
from backend.services.tariffs.plan_rows import load_forms
from backend.services.views.desk.foresee_publishing import foresee_publishing
from backend.services.views.desk.get_holidays import get_holidays
from backend.services.views.desk.get_tariff_for_staff import get_tariff_for_staff
from backend.services.views.desk.get_tariff_version_for_staff import (
    compare_tariff_versions,
    get_tariff_version_for_staff,
)
from backend.services.views.desk.list_tariff_stations_for_staff import list_tariff_stations_for_staff
from backend.services.views.desk.list_tariffs_for_staff import list_tariffs_for_staff
from backend.services.views.driver.get_station import get_station
from tests.tariff_desk import OFF, SHANGHAI, TWO_PLANS, Desk, plan

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_tariff_is_drafted_published_scheduled_withdrawn_and_retired(desk: Desk) -> None:
    tariff_no = desk.create("快充")
    assert desk.states(tariff_no) == [TariffVersionState.DRAFT]
    with pytest.raises(InvalidTariff):
        desk.publish(tariff_no)
    desk.save(tariff_no, TWO_PLANS)
    assert desk.publish(tariff_no).effective_from == desk.now
    assert desk.states(tariff_no) == [TariffVersionState.CURRENT]

    assert begin_draft(caller=desk.caller, tariff_no=tariff_no, copy_of=1) == 2
    assert begin_draft(caller=desk.caller, tariff_no=tariff_no, copy_of=None) == 2
    drafted = get_tariff_version_for_staff(staff=desk.staff, tariff_no=tariff_no, version=2, now=desk.now)
    assert drafted.plans == TWO_PLANS
    dearer = (TWO_PLANS[0], plan("假日", TWO_PLANS[1].days, 70_000))
    desk.save(tariff_no, dearer)
    later = desk.now + timedelta(days=3)
    foreseen = foresee_publishing(staff=desk.staff, tariff_no=tariff_no, effective_from=later, now=desk.now)
    assert (foreseen.before, foreseen.version, foreseen.faults) == (1, 2, ())
    (change,) = foreseen.changed
    assert {day.day_kind for day in change.days} == OFF
    (slots,) = change.slots
    assert slots.before is not None
    assert slots.after is not None
    assert (slots.start_slot, slots.end_slot) == (0, 48)
    assert (slots.before.electricity_e5, slots.after.electricity_e5) == (60_000, 70_000)
    desk.publish(tariff_no, later)
    assert desk.states(tariff_no) == [TariffVersionState.SCHEDULED, TariffVersionState.CURRENT]
    difference = compare_tariff_versions(staff=desk.staff, tariff_no=tariff_no, version=2, before=1)
    assert difference.changed == foreseen.changed

    withdraw_version(caller=desk.caller, tariff_no=tariff_no, version=2, reason="价格有误")
    withdraw_version(caller=desk.caller, tariff_no=tariff_no, version=2, reason="价格有误")
    assert desk.states(tariff_no) == [TariffVersionState.WITHDRAWN, TariffVersionState.CURRENT]
    desk.after(days=4)
    assert desk.states(tariff_no) == [TariffVersionState.WITHDRAWN, TariffVersionState.CURRENT]

    seen = get_tariff_for_staff(staff=desk.staff, tariff_no=tariff_no, now=desk.now).tariff.row_version
    rename_tariff(caller=desk.caller, tariff_no=tariff_no, name=" 快充二 ", seen=seen)
    retire_tariff(caller=desk.caller, tariff_no=tariff_no, reason="不再使用", seen=seen + 1)
    shown = get_tariff_for_staff(staff=desk.staff, tariff_no=tariff_no, now=desk.now).tariff
    assert (shown.name, shown.is_retired) == ("快充二", True)
    copied = create_tariff(
        caller=desk.caller, name="副本", copy_of=(tariff_no, 2), idempotency_key=new_ulid()
    )
    draft = TariffVersion.get(TariffVersion.tariff_id == Tariff.get(Tariff.tariff_no == copied.tariff_no).id)
    assert load_forms(draft.id) == dearer
    actions = [row.action for row in AuditRow.select().order_by(AuditRow.id) if row.object_no == tariff_no]
    assert actions == [
        "tariff.create",
        "tariff.draft.save",
        "tariff.publish",
        "tariff.draft.begin",
        "tariff.draft.save",
        "tariff.publish",
        "tariff.withdraw",
        "tariff.rename",
        "tariff.retire",
    ]


def test_each_refusal_leaves_everything_as_it_was(desk: Desk) -> None:
    used = desk.price(TWO_PLANS)
    begin_draft(caller=desk.caller, tariff_no=used, copy_of=1)
    retired = desk.create("旧")
    retire_tariff(caller=desk.caller, tariff_no=retired, reason="不用", seen=0)
    row = desk.draft(used)
    past, far = desk.now - timedelta(seconds=1), desk.now + timedelta(days=800)
    reader = desk.somebody(Permission.TARIFF_READ)
    few = desk.somebody(*Permission, station_ids=frozenset({desk.station.id}))
    stranger = desk.somebody(*Permission, is_platform=False, operator_id=desk.station.operator_id + 1)
    elsewhere = desk.somebody(*Permission, station_ids=frozenset({desk.station.id + 1}))
    unpriced = PlanForm(name="", prices=(), slots=(SlotForm(rate_band=RateBand.PEAK),) * SLOTS_PER_DAY)
    twice = (TWO_PLANS[0], plan("平日", TWO_PLANS[1].days, 1))

    def publish(staff: Actor = desk.staff, *, at: datetime | None = None, seen: int = row) -> Any:
        return publish_draft(
            caller=Caller(staff=staff, now=desk.now),
            tariff_no=used,
            effective_from=at,
            seen=seen,
            idempotency_key=new_ulid(),
        )

    def save(
        staff: Actor = desk.staff, *, plans: tuple[PlanForm, ...] = TWO_PLANS, seen: int = row, no: str = used
    ) -> Any:
        return save_draft(
            caller=Caller(staff=staff, now=desk.now), tariff_no=no, plans=plans, idle=None, seen=seen
        )

    refused: list[tuple[type[DomainError], Any]] = [
        (Forbidden, lambda: publish(reader)),
        (Forbidden, lambda: save(reader)),
        (Forbidden, lambda: save(few)),
        (Forbidden, lambda: publish(few)),
        (TariffNotFound, lambda: save(stranger)),
        (TariffNotFound, lambda: save(elsewhere)),
        (TariffNotFound, lambda: publish(stranger)),
        (RowChanged, lambda: publish(seen=row + 1)),
        (RowChanged, lambda: save(seen=row + 1)),
        (RowChanged, lambda: discard_draft(caller=desk.caller, tariff_no=used, seen=row + 1)),
        (RowChanged, lambda: rename_tariff(caller=desk.caller, tariff_no=used, name="x", seen=7)),
        (TariffBeginsInPast, lambda: publish(at=past)),
        (TariffBeginsInPast, lambda: publish(at=far)),
        (InvalidInput, lambda: save(plans=(unpriced,))),
        (InvalidInput, lambda: save(plans=twice)),
        (InvalidInput, lambda: rename_tariff(caller=desk.caller, tariff_no=used, name="a\nb", seen=0)),
        (TariffRetired, lambda: save(no=retired)),
        (TariffInUse, lambda: retire_tariff(caller=desk.caller, tariff_no=used, reason="x", seen=0)),
        (
            TariffVersionInForce,
            lambda: withdraw_version(caller=desk.caller, tariff_no=used, version=1, reason="x"),
        ),
        (
            TariffVersionInForce,
            lambda: withdraw_version(caller=desk.caller, tariff_no=used, version=2, reason="x"),
        ),
        (
            TariffVersionNotFound,
            lambda: withdraw_version(caller=desk.caller, tariff_no=used, version=9, reason="x"),
        ),
    ]
    before = [list(table.select().order_by(table.id).dicts()) for table in (Tariff, TariffVersion)]
    for error, act in refused:
        with pytest.raises(error):
            act()
    after = [list(table.select().order_by(table.id).dicts()) for table in (Tariff, TariffVersion)]
    assert after == before
    # what was seen last is taken
    save(plans=TWO_PLANS[:1])
    discard_draft(caller=desk.caller, tariff_no=used, seen=row + 1)
    assert desk.states(used) == [TariffVersionState.CURRENT]


def test_publishing_twice_by_one_key_is_publishing_once(desk: Desk) -> None:
    tariff_no = desk.create()
    desk.save(tariff_no, TWO_PLANS[:1])
    told: dict[str, Any] = {"caller": desk.caller, "tariff_no": tariff_no, "seen": desk.draft(tariff_no)}
    first = publish_draft(**told, effective_from=None, idempotency_key="double click")
    assert publish_draft(**told, effective_from=None, idempotency_key="double click") == first
    with pytest.raises(IdempotencyKeyReused):
        publish_draft(**told, effective_from=desk.now + timedelta(days=1), idempotency_key="double click")
    with pytest.raises(TariffVersionNotFound):
        publish_draft(**told, effective_from=None, idempotency_key="another window")


def test_programs_from_before_day_plans_find_no_price_in_several(desk: Desk) -> None:
    """They read `tariff_period` alone: a version of one plan is there, and one of several is not priced by half."""
    single, several = desk.create("一"), desk.create("二")
    desk.save(single, TWO_PLANS[:1])
    desk.save(several, TWO_PLANS)
    counts = {}
    for tariff_no in (single, several):
        desk.publish(tariff_no)
        version = TariffVersion.get(TariffVersion.tariff_id == Tariff.get(Tariff.tariff_no == tariff_no).id)
        counts[tariff_no] = TariffPeriod.select().where(TariffPeriod.tariff_version_id == version.id).count()
    assert counts == {single: 2, several: 0}


def test_a_draft_prices_nothing(desk: Desk) -> None:
    tariff_no = desk.create()
    desk.save(tariff_no, TWO_PLANS)
    Station.update(tariff_id=Tariff.get(Tariff.tariff_no == tariff_no).id).execute()
    with pytest.raises(TariffMissing):
        desk.start(desk.driver())


def test_a_station_shows_today_and_a_tomorrow_that_costs_otherwise(desk: Desk) -> None:
    desk.stands_at("2026-12-31 23:40")
    tariff_no = desk.price(TWO_PLANS)
    desk.keep(HolidayEdit(local_date=date(2027, 1, 1), day_kind=DayKind.HOLIDAY, name="元旦"))
    detail = get_station(station_no=desk.station.station_no, now=desk.now)
    (strip,) = detail.price_strips
    assert strip.tomorrow is not None
    assert (strip.today.day_kind, strip.tomorrow.day_kind) == (DayKind.WORKDAY, DayKind.HOLIDAY)
    assert (strip.tomorrow.day_name, strip.tomorrow.plan_name) == ("元旦", "假日")
    assert strip.is_tomorrow_other
    assert strip.periods == strip.today.periods
    assert [period.electricity_e5 for period in strip.tomorrow.periods] == [60_000]
    assert detail.station.next_price is not None
    assert detail.station.price is not None
    midnight = datetime(2027, 1, 1, tzinfo=SHANGHAI)
    assert (detail.station.price.until, detail.station.next_price.electricity_e5) == (midnight, 60_000)
    # Friday to Sunday costs the same; Monday begins with the valley
    assert detail.station.next_price.until == datetime(2027, 1, 4, tzinfo=SHANGHAI)
    assert strip.changes_at is None
    begin_draft(caller=desk.caller, tariff_no=tariff_no, copy_of=1)
    at_nine = datetime(2027, 1, 1, 9, tzinfo=SHANGHAI)
    desk.publish(tariff_no, at_nine)
    (strip,) = get_station(station_no=desk.station.station_no, now=desk.now).price_strips
    assert strip.changes_at == at_nine


def test_where_a_tariff_is_used_is_told_to_those_who_may_see_the_stations(desk: Desk) -> None:
    tariff_no = desk.price(TWO_PLANS)
    page = list_tariff_stations_for_staff(staff=desk.staff, tariff_no=tariff_no, cursor=None, limit=20)
    assert [(row.station_no, row.is_default, row.piles) for row in page.stations] == [
        (desk.station.station_no, True, 1)
    ]
    (shown, other) = list_tariffs_for_staff(
        staff=desk.staff, text=None, cursor=None, limit=20, now=desk.now
    ).tariffs
    assert (shown.tariff_no, shown.use.stations, shown.use.piles) == (tariff_no, 1, 1)
    assert (other.use.stations, other.use.piles) == (0, 0)
    few = desk.somebody(*Permission, station_ids=frozenset({desk.station.id}))
    found = list_tariffs_for_staff(staff=few, text=None, cursor=None, limit=20, now=desk.now).tariffs
    assert [row.tariff_no for row in found] == [tariff_no]
    desk.start(desk.driver(50_000))
    shown = get_tariff_for_staff(staff=desk.staff, tariff_no=tariff_no, now=desk.now).tariff
    assert shown.use.sessions == 1


def test_the_calendar_is_filled_once_and_what_people_entered_stays(desk: Desk) -> None:
    desk.stands_at("2026-11-28 12:00")
    assert fill_holidays(now=desk.now) > 30
    assert fill_holidays(now=desk.now) == 0
    year = get_holidays(staff=desk.staff, year=2026, now=desk.now)
    assert (year.revision, year.known_years[-1], year.filled_years) == (1, 2026, (2026,))
    assert {day.name for day in year.days} >= {"国庆节", "春节", "春节调休上班"}
    desk.keep(HolidayEdit(local_date=date(2027, 2, 8), day_kind=DayKind.HOLIDAY, name="春节"))
    stranger = desk.somebody(*Permission, is_platform=False)
    refused: list[tuple[type[DomainError], Any]] = [
        (RowChanged, {"seen": 1}),
        (Forbidden, {"caller": Caller(staff=stranger, now=desk.now)}),
        (InvalidInput, {"edits": [HolidayEdit(local_date=date(2026, 11, 27), day_kind=DayKind.HOLIDAY)]}),
        (InvalidInput, {"edits": [HolidayEdit(local_date=date(2026, 12, 1), day_kind=DayKind.WEEKEND)]}),
        (InvalidInput, {"edits": [HolidayEdit(local_date=date(2036, 12, 1), day_kind=DayKind.HOLIDAY)]}),
        (InvalidInput, {"edits": [HolidayEdit(local_date=date(2026, 12, 1))] * 2}),
    ]
    sound = {
        "caller": desk.caller,
        "edits": [HolidayEdit(local_date=date(2026, 12, 1), day_kind=DayKind.HOLIDAY)],
        "reason": "放假",
        "seen": 2,
    }
    for error, wrong in refused:
        with pytest.raises(error):
            save_holidays(**sound | wrong)
    assert find_revision() == 2
