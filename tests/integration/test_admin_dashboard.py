"""The desk's first page: its sums are those of the orders, its days are the platform's, and money is for its owner."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.domain.actor import Actor
from backend.domain.connector import ConnectorStatus
from backend.domain.errors import UnfitInput
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.models import (
    ConnectorState,
    Operator,
    Order,
    Pile,
    PileState,
    PlatformDay,
    PowerQuarter,
    Quarantine,
    Session,
    Station,
)
from backend.services.facts.keep_power import keep_power
from backend.services.ground.roll_ups import bump_new_driver, bump_top_up
from backend.services.views.desk.get_dashboard import DaySums, get_dashboard
from tests.builders import a_driver, a_pile, a_station, an_operator, connectors_of
from tests.desk import a_running_charge, an_ended_charge

pytestmark = pytest.mark.usefixtures("database")

# half past ten in Shanghai
NOW = datetime.fromisoformat("2026-11-23T02:30:00+00:00")
MIDNIGHT = datetime.fromisoformat("2026-11-22T16:00:00+00:00")


def _staff(operator: Operator, *, station: Station | None = None) -> Actor:
    return Actor(
        kind=ActorKind.STAFF,
        id=1,
        no="staff",
        operator_id=operator.id,
        is_platform=operator.is_platform,
        station_ids=None if station is None else frozenset({station.id}),
    )


def _waiting(operator: Operator, *permissions: Permission) -> tuple[int | None, int | None]:
    staff = replace(_staff(operator), permissions=frozenset(permissions))
    told = get_dashboard(staff=staff, now=NOW).waiting
    reviews, quarantined = (None if one is None else one.count for one in (told.reviews, told.quarantined))
    return reviews, quarantined


def _raw(orders: list[Order]) -> tuple[int, int, int, int]:
    return (
        sum(order.total_fen for order in orders),
        sum(order.energy_wh for order in orders),
        len(orders),
        sum(int((order.ended_at - order.started_at).total_seconds()) for order in orders),
    )


def _sums(day: DaySums) -> tuple[int, int, int, int]:
    return day.charging_fen, day.energy_wh, day.charges, day.duration_s


def test_sums_of_days_equal_those_of_their_orders() -> None:
    platform = an_operator(now=NOW, is_platform=True)
    operator = an_operator(now=NOW)
    driver = a_driver(now=NOW, balance_fen=1_000_000)
    piles = [
        a_pile(station=a_station(now=NOW - timedelta(days=3), operator=owner), now=NOW)
        for owner in (platform, operator)
    ]
    times = {
        "today": [MIDNIGHT, NOW],
        # before and in the clock hour that runs now, and after it
        "early": [MIDNIGHT - timedelta(hours=24), NOW - timedelta(hours=24, minutes=-29)],
        "late": [NOW - timedelta(hours=24, minutes=-30), MIDNIGHT - timedelta(seconds=1)],
        "before": [MIDNIGHT - timedelta(hours=24, seconds=1)],
    }
    orders = {
        when: [
            an_ended_charge(pile=pile, ended_at=at, minutes=20, driver=driver, energy_wh=3_000 + number)
            for number, at in enumerate(moments)
            for pile in piles
        ]
        for when, moments in times.items()
    }
    everything = get_dashboard(staff=_staff(platform), now=NOW)
    assert everything.local_date.isoformat() == "2026-11-23"
    assert _sums(everything.today) == _raw(orders["today"])
    assert _sums(everything.yesterday) == _raw(orders["early"] + orders["late"])
    assert everything.yesterday_until_now is not None
    assert _sums(everything.yesterday_until_now) == _raw(orders["early"])
    total = everything.total
    assert (total.charging_fen, total.energy_wh, total.charges, total.duration_s) == _raw(
        [order for some in orders.values() for order in some]
    )
    own = get_dashboard(staff=_staff(operator), now=NOW)
    assert _sums(own.today) == _raw([order for order in orders["today"] if order.operator_id == operator.id])
    assert own.total.charges == 7


def test_top_ups_and_drivers_are_for_staff_of_the_whole_platform() -> None:
    platform = an_operator(now=NOW, is_platform=True)
    station = a_station(now=NOW, operator=platform)
    bump_top_up(amount_fen=5_000, paid_at=MIDNIGHT)
    bump_top_up(amount_fen=700, paid_at=MIDNIGHT - timedelta(seconds=1))
    bump_new_driver(created_at=NOW)
    bump_new_driver(created_at=NOW - timedelta(days=9))
    assert PlatformDay.select().count() == 3
    told = get_dashboard(staff=_staff(platform), now=NOW)
    assert (told.today.top_up_fen, told.yesterday.top_up_fen) == (5_000, 700)
    assert told.yesterday_until_now is not None
    assert told.yesterday_until_now.top_up_fen is None
    assert (told.total.top_up_fen, told.total.drivers) == (5_700, 2)
    for other in (_staff(an_operator(now=NOW)), _staff(platform, station=station)):
        hidden = get_dashboard(staff=other, now=NOW)
        assert (hidden.today.top_up_fen, hidden.yesterday.top_up_fen) == (None, None)
        assert (hidden.total.top_up_fen, hidden.total.drivers) == (None, None)


def test_connectors_are_counted_by_group_and_only_fresh_power_adds_up() -> None:
    operator = an_operator(now=NOW)
    station = a_station(now=NOW, operator=operator)
    for status in (ConnectorStatus.IDLE, ConnectorStatus.FAULTED, ConnectorStatus.PLUGGED):
        a_pile(station=station, now=NOW, status=status, guns=1)
    a_pile(station=station, now=NOW, is_online=False, guns=1)
    a_pile(station=station, now=NOW - timedelta(seconds=91), guns=2)
    new = a_pile(station=station, now=NOW, status=ConnectorStatus.OFFLINE, is_online=False, guns=2)
    PileState.update(last_seen_at=None).where(PileState.pile_id == new.id).execute()
    charging = a_pile(station=station, now=NOW, status=ConnectorStatus.CHARGING)
    fresh, old = connectors_of(charging)
    for connector, age_s in ((fresh, 45), (old, 46)):
        ConnectorState.update(power_w=60_000, meter_at=NOW - timedelta(seconds=age_s)).where(
            ConnectorState.connector_id == connector.id
        ).execute()
    told = get_dashboard(staff=_staff(operator), now=NOW)
    counts = told.connectors
    assert (counts.free, counts.plugged, counts.charging, counts.offline, counts.faulted) == (1, 1, 2, 3, 1)
    assert counts.never_on_line == 2
    assert told.power_w == 60_000


def test_what_waits_for_a_person_is_told_to_those_who_may_settle_it() -> None:
    operator, other = an_operator(now=NOW), an_operator(now=NOW)
    pile = a_pile(station=a_station(now=NOW, operator=operator), now=NOW)
    order = an_ended_charge(pile=pile, ended_at=NOW)
    Session.update(state=SessionState.REVIEW).where(Session.id == order.session_id).execute()
    for closed_at in (None, NOW):
        Quarantine.create(
            topic="t", pile_no=pile.pile_no, payload=b"{}", reason="x", received_at=NOW, closed_at=closed_at
        )
    both = (Permission.SESSION_DECIDE, Permission.QUARANTINE_CLOSE)
    assert _waiting(operator, *both) == (1, 1)
    assert _waiting(other, *both) == (0, 0)
    assert _waiting(operator) == (None, None)


def test_an_empty_platform_shows_zeros() -> None:
    told = get_dashboard(staff=_staff(an_operator(now=NOW, is_platform=True)), now=NOW)
    assert _sums(told.today) == _sums(told.yesterday) == (0, 0, 0, 0)
    assert (told.today.top_up_fen, told.total.drivers, told.power_w) == (0, 0, 0)


def test_a_charge_counts_when_it_ends_not_while_it_runs() -> None:
    operator = an_operator(now=NOW)
    pile = a_pile(station=a_station(now=NOW, operator=operator), now=NOW)
    a_running_charge(pile=pile, now=NOW, energy_wh=9_000)
    assert get_dashboard(staff=_staff(operator), now=NOW).today.charges == 0


def test_a_day_is_compared_with_the_week_before_and_a_past_day_has_no_until_now() -> None:
    platform = an_operator(now=NOW, is_platform=True)
    pile = a_pile(station=a_station(now=NOW - timedelta(days=30), operator=platform), now=NOW)
    driver = a_driver(now=NOW, balance_fen=1_000_000)
    moments = {
        "today": NOW,
        "early": NOW - timedelta(days=7),
        "late": NOW - timedelta(days=7, hours=-3),
        "before": NOW - timedelta(days=14),
    }
    orders = {
        when: an_ended_charge(pile=pile, ended_at=at, minutes=20, driver=driver, energy_wh=3_000 + number)
        for number, (when, at) in enumerate(moments.items())
    }
    told = get_dashboard(staff=_staff(platform), now=NOW)
    assert told.last_week_until_now is not None
    assert _sums(told.last_week_until_now) == _raw([orders["early"]])
    assert _sums(told.last_week) == _raw([orders["early"], orders["late"]])
    assert [(one.station_no, one.charges) for one in told.top_stations] == [(_station_no(pile), 1)]
    past = get_dashboard(staff=_staff(platform), now=NOW, day=told.local_date - timedelta(days=7))
    assert _sums(past.today) == _sums(told.last_week)
    assert _sums(past.last_week) == _raw([orders["before"]])
    assert (past.yesterday_until_now, past.last_week_until_now) == (None, None)
    assert past.power[-1].at == MIDNIGHT - timedelta(days=6, minutes=15)
    with pytest.raises(UnfitInput):
        get_dashboard(staff=_staff(platform), now=NOW, day=told.local_date + timedelta(days=1))


def _station_no(pile: Pile) -> str:
    return Station.get_by_id(pile.station_id).station_no


def test_the_power_of_a_day_is_what_the_jobs_saw_and_a_gap_where_they_did_not_look() -> None:
    platform, operator = an_operator(now=NOW, is_platform=True), an_operator(now=NOW)
    own = a_station(now=NOW, operator=operator)
    for station, watts in ((own, 60_000), (a_station(now=NOW, operator=platform), 7_000)):
        pile = a_pile(station=station, now=NOW, status=ConnectorStatus.CHARGING, guns=1)
        ConnectorState.update(power_w=watts, meter_at=NOW).where(
            ConnectorState.connector_id == connectors_of(pile)[0].id
        ).execute()
    assert keep_power(now=NOW) == 5
    assert keep_power(now=NOW + timedelta(minutes=1)) == 0
    # nothing is fresh by then, which is a zero: somebody looked
    assert keep_power(now=NOW + timedelta(minutes=30)) == 1
    later = NOW + timedelta(minutes=45)
    for staff, watts in (
        (_staff(platform), 67_000),
        (_staff(operator), 60_000),
        (_staff(operator, station=own), 60_000),
        (_staff(an_operator(now=NOW)), 0),
    ):
        power = get_dashboard(staff=staff, now=later).power
        assert [point.power_w for point in power[-4:]] == [watts, None, 0, None]
        assert (len(power), power[0].power_w) == (96, None)
    assert keep_power(now=NOW + timedelta(days=36)) == 1
    assert PowerQuarter.select().where(PowerQuarter.at < NOW + timedelta(days=1)).count() == 0
