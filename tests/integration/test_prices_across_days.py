"""Charges across days that cost otherwise, by versions and holidays that change: checked by the oracle."""

from datetime import date, datetime, timedelta

import pytest

from backend.domain.errors import InvalidTariff
from backend.domain.holiday_calendar import DayKind
from backend.models import Connector, Pile, Session, Station, TariffVersion
from backend.services.pricing.begin_draft import begin_draft
from backend.services.pricing.save_holidays import HolidayEdit
from backend.services.tariffs.versions import get_version_for
from backend.services.views.desk.simulate_bill import simulate_bill
from backend.services.views.driver.resolve_connector import (
    ConnectorKey,
    ResolvedConnector,
    resolve_connectors,
)
from tests.invariants import check_invariants
from tests.tariff_desk import SHANGHAI, TWO_PLANS, Desk, days_of, plan
from tests.unit.domain import oracle

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_charge_into_a_holiday_costs_what_was_known_at_its_start(desk: Desk) -> None:
    """2026-12-31 is a Thursday; the day after becomes a holiday while one charge runs, and is one for the next."""
    desk.stands_at("2026-12-01 12:00")
    desk.price(TWO_PLANS)

    def declare() -> None:
        desk.keep(HolidayEdit(local_date=date(2027, 1, 1), day_kind=DayKind.HOLIDAY, name="元旦"))

    first, lines = desk.charge("2026-12-31 22:00", 4, meanwhile=declare)
    assert lines == [("12-31", 100_000, 4_000), ("01-01", 50_000, 4_000)]
    assert desk.session(first).calendar_revision == 0
    check_invariants()

    desk.now += timedelta(minutes=5)
    second, lines = desk.charge("2027-01-01 20:00", 4)
    assert lines == [("01-01", 60_000, 8_000)]
    assert desk.session(second).calendar_revision == 1
    # Saturday, a holiday taken back, and a Sunday that is worked on
    desk.keep(
        HolidayEdit(local_date=date(2027, 1, 2)),
        HolidayEdit(local_date=date(2027, 1, 3), day_kind=DayKind.WORKDAY, name="调休上班"),
    )
    _, lines = desk.charge("2027-01-02 23:00", 2)
    assert lines == [("01-02", 60_000, 2_000), ("01-03", 50_000, 2_000)]
    check_invariants()


def test_a_charge_keeps_its_version_and_the_next_has_the_new_one(desk: Desk) -> None:
    desk.stands_at("2026-12-01 12:00")
    tariff_no = desk.price(TWO_PLANS[:1])

    def dearer() -> None:
        begin_draft(caller=desk.caller, tariff_no=tariff_no, copy_of=1)
        desk.save(tariff_no, (plan("", (), 200_000),))
        desk.publish(tariff_no, desk.now + timedelta(minutes=30))

    _, lines = desk.charge("2026-12-02 10:00", 2, meanwhile=dearer)
    assert lines == [("12-02", 100_000, 4_000)]
    _, lines = desk.charge("2026-12-02 13:00", 1)
    assert lines == [("12-02", 200_000, 2_000)]
    check_invariants()


def test_a_version_in_force_in_mid_charge_over_a_holiday_border_prices_the_next_charge(desk: Desk) -> None:
    """Priced by hand below, so that neither the rows nor the product's reading of them can agree with a fault."""
    new_year = date(2027, 1, 1)
    holidays = {new_year: "holiday"}
    workdays = _cells("workday")
    first = oracle.Tariff(
        [
            ([(0, 16, 50_000, 40_000), (16, 48, 100_000, 40_000)], workdays),
            ([(0, 48, 60_000, 40_000)], _cells("holiday", "weekend")),
        ],
        holidays,
    )
    second = oracle.Tariff(
        [
            ([(0, 48, 120_000, 40_000)], workdays | _cells("weekend")),
            ([(0, 16, 20_000, 40_000), (16, 48, 90_000, 40_000)], _cells("holiday")),
        ],
        holidays,
    )
    desk.stands_at("2026-12-01 12:00")
    tariff_no = desk.price(TWO_PLANS)
    desk.keep(HolidayEdit(local_date=new_year, day_kind=DayKind.HOLIDAY, name="元旦"))

    def publish_for_the_holiday() -> None:
        begin_draft(caller=desk.caller, tariff_no=tariff_no, copy_of=1)
        others = plan("平日", days_of(DayKind.WORKDAY, DayKind.WEEKEND), 120_000)
        festive = plan("节日", days_of(DayKind.HOLIDAY), 90_000, night_e5=20_000)
        desk.save(tariff_no, (others, festive))
        desk.publish(tariff_no, datetime(2027, 1, 1, 1, tzinfo=SHANGHAI))

    over, told = desk.charge_unevenly(
        "2026-12-31 21:47:13", "2027-01-01 09:12:41", 47_777, meanwhile=publish_for_the_holiday
    )
    expected = oracle.price(told, first, SHANGHAI)
    assert desk.lines(over) == expected
    assert {day for day, _, _ in expected} == {date(2026, 12, 31), new_year}
    assert desk.order(over).total_fen == oracle.total(expected)
    after, told = desk.charge_unevenly("2027-01-01 09:20:05", "2027-01-02 00:40:50", 61_003)
    expected = oracle.price(told, second, SHANGHAI)
    assert desk.lines(after) == expected
    assert desk.order(after).total_fen == oracle.total(expected)
    assert _versions(over, after) == [1, 2]
    check_invariants()


def test_a_later_start_is_told_where_it_is_cheaper_open_and_of_the_same_version(desk: Desk) -> None:
    """30 kWh at 120 kW cost 42 yuan by day; from midnight, within the hours that are told, 27."""
    desk.stands_at("2026-12-01 12:00")
    tariff_no = desk.price(TWO_PLANS)
    desk.stands_at("2026-12-01 22:10")
    told = _resolve(desk)
    assert told.outlook is not None
    assert (told.outlook.electricity_fen, told.outlook.service_fen) == (3_000, 1_200)
    assert told.outlook.later is not None
    midnight = datetime(2026, 12, 2, tzinfo=SHANGHAI)
    assert (told.outlook.later.start_at, told.outlook.later.total_fen) == (midnight, 2_700)
    assert [(one.total_e5, one.until) for one in told.coming_prices] == [
        (90_000, midnight + timedelta(hours=8)),
        (140_000, midnight + timedelta(hours=24)),
    ]

    Station.update(hours="1=480-1380;2=480-1380;3=480-1380").execute()
    assert _later(desk) is None
    Station.update(hours=None).execute()
    begin_draft(caller=desk.caller, tariff_no=tariff_no, copy_of=1)
    desk.publish(tariff_no, midnight)
    assert _later(desk) is None


def _resolve(desk: Desk) -> ResolvedConnector:
    key = ConnectorKey(connector_no=Connector.get().connector_no)
    found = resolve_connectors([key], now=desk.now)[key]
    assert isinstance(found, ResolvedConnector)
    return found


def _later(desk: Desk) -> object:
    outlook = _resolve(desk).outlook
    assert outlook is not None
    return outlook.later


def test_a_limit_reckons_with_the_dearest_day_that_may_come(desk: Desk) -> None:
    """A charge that starts on a cheap Sunday may go on into Monday, which is dearer."""
    desk.price(TWO_PLANS)
    desk.stands_at("2026-12-06 20:00")
    sunday = desk.session(desk.start(desk.driver(50_000)).session_no)
    assert sunday.limit_wh is not None
    assert sunday.limit_wh <= sunday.hold_fen * 1_000_000 // 140_000
    desk.stands_at("2026-12-04 23:00")
    version = get_version_for(pile=Pile.get(), station=Station.get(), now=desk.now)[1]
    assert {one.name for one in version.plans} == {"平日", "假日"}


def test_a_simulated_bill_is_the_one_that_settles(desk: Desk) -> None:
    desk.stands_at("2026-12-31 12:00")
    desk.price(TWO_PLANS)
    desk.keep(HolidayEdit(local_date=date(2027, 1, 1), day_kind=DayKind.HOLIDAY, name="元旦"))
    session_no, _ = desk.charge("2026-12-31 22:00", 4)
    bill = simulate_bill(
        plans=TWO_PLANS,
        start_at=datetime(2026, 12, 31, 22, tzinfo=SHANGHAI),
        power_w=2_000,
        minutes=240,
    )
    order = desk.order(session_no)
    assert (bill.energy_wh, bill.total_fen) == (order.energy_wh, order.total_fen)
    assert [(line.plan_name, line.day_kind) for line in bill.lines[::2]] == [
        ("平日", DayKind.WORKDAY),
        ("假日", DayKind.HOLIDAY),
    ]
    with pytest.raises(InvalidTariff) as refused:
        simulate_bill(plans=TWO_PLANS[1:] * 1 + (plan("甲", (), 1),), start_at=desk.now, power_w=1, minutes=1)
    assert refused.value.data["reason"] == "day_uncovered"


def _cells(*kinds: str) -> set[oracle.Cell]:
    return {(month, kind) for month in range(1, 13) for kind in kinds}


def _versions(*session_nos: str) -> list[int]:
    """The version of each session, in their order."""
    return [
        TariffVersion.get_by_id(Session.get(Session.session_no == session_no).tariff_version_id).version
        for session_no in session_nos
    ]
