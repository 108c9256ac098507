"""The desk's list of sessions by the days when they were asked for, and by why they did not start."""

from datetime import timedelta
from typing import Any

import pytest

from backend.domain.actor import Actor
from backend.domain.errors import UnfitInput
from backend.domain.permission import ActorKind
from backend.domain.session import FailureReason, SessionState
from backend.models import Session
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.desk.list_sessions_for_staff import SessionFilter, list_sessions_for_staff
from tests.builders import TEN_O_CLOCK, a_driver, a_pile, a_station, an_operator
from tests.desk import an_ended_charge

pytestmark = pytest.mark.usefixtures("database")

REASONS = (FailureReason.START_TIMEOUT, FailureReason.NOT_PLUGGED, FailureReason.START_TIMEOUT)


def test_sessions_that_failed_are_found_by_reason_and_by_the_days_they_were_asked_for() -> None:
    operator = an_operator(now=TEN_O_CLOCK)
    staff = Actor(kind=ActorKind.STAFF, id=1, no="staff", operator_id=operator.id)
    station = a_station(now=TEN_O_CLOCK, operator=operator)
    pile = a_pile(station=station, now=TEN_O_CLOCK)
    driver = a_driver(now=TEN_O_CLOCK, balance_fen=100_000)
    numbers = []
    for later, reason in enumerate(REASONS):
        order = an_ended_charge(pile=pile, ended_at=TEN_O_CLOCK + timedelta(days=later), driver=driver)
        failed = {"state": SessionState.FAILED, "failure_reason": reason}
        Session.update(failed).where(Session.id == order.session_id).execute()
        numbers.append(Session.get_by_id(order.session_id).session_no)
    running = an_ended_charge(pile=pile, ended_at=TEN_O_CLOCK + timedelta(days=1, hours=2), driver=driver)
    settled = Session.get_by_id(running.session_id).session_no

    def found(**wanted: Any) -> list[str]:
        page = list_sessions_for_staff(
            staff=staff,
            wanted=SessionFilter(**wanted),
            cursor=None,
            limit=5,
            now=TEN_O_CLOCK,
        )
        assert page.total.count == len(page.sessions)
        return [row.session_no for row in page.sessions]

    first, second, third = numbers
    day = (TEN_O_CLOCK + timedelta(days=1)).astimezone(PLATFORM_ZONE).date()
    assert found(failure_reason=FailureReason.START_TIMEOUT) == [third, first]
    assert found(failure_reason=FailureReason.START_TIMEOUT, to_date=day) == [first]
    assert found(from_date=day, state=SessionState.FAILED) == [third, second]
    assert set(found(from_date=day, to_date=day)) == {second, settled}
    assert set(found(from_date=day, to_date=day, station_no=station.station_no)) == {second, settled}
    assert found(from_date=day, to_date=day, station_no="elsewhere") == []
    with pytest.raises(UnfitInput):
        found(from_date=day, to_date=day - timedelta(days=1))
