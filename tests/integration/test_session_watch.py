"""When a charge is looked at again: often enough for every deadline, and no oftener while it is healthy."""

from datetime import datetime, timedelta

import pytest

from backend.domain.connector import ConnectorStatus
from backend.domain.timer import TimerKind
from backend.models import SessionProgress, Timer
from backend.services.charging.watch_session import watch_session
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")


class Watched:
    """A charge that began at noon, whose meter was last heard, and last grew, so many minutes later."""

    def __init__(self, *, heard_minutes: int, grew_minutes: int) -> None:
        self.world = Scenario()
        started = self.world.start(self.world.driver())
        self.session_no = started.session_no
        self.world.say_started(self.session_no)
        self.began_at = self.world.now
        SessionProgress.create(
            session_id=self.world.session(self.session_no).id,
            meter_at=self.minute(heard_minutes),
            register_wh=1_008_000,
            energy_wh=8_000,
            energy_grew_at=self.minute(grew_minutes),
        )

    def minute(self, number: int) -> datetime:
        return self.began_at + timedelta(minutes=number)

    def next_look_after(self, minutes: int) -> datetime:
        """Look at it so many minutes after it began; when it is to be looked at again."""
        watch_session(session_no=self.session_no, now=self.minute(minutes))
        timer = Timer.get(Timer.kind == TimerKind.SESSION_WATCH, Timer.subject_no == self.session_no)
        due_at: datetime = timer.due_at
        return due_at


def test_a_charge_that_grows_is_looked_at_when_it_could_be_without_energy_for_ten_minutes() -> None:
    watched = Watched(heard_minutes=20, grew_minutes=18)
    assert watched.next_look_after(20) == watched.minute(28)


def test_a_charge_that_the_car_holds_off_is_looked_at_each_minute() -> None:
    watched = Watched(heard_minutes=20, grew_minutes=2)
    watched.world.set_status(1, ConnectorStatus.SUSPENDED_EV, plugged=True)
    assert watched.next_look_after(20) == watched.minute(21)


@pytest.mark.parametrize("minutes_ahead", [60, 60 * 24 * 365])
def test_a_reading_from_the_future_puts_the_next_look_off_by_ten_minutes_at_most(minutes_ahead: int) -> None:
    watched = Watched(heard_minutes=minutes_ahead, grew_minutes=minutes_ahead)
    assert watched.next_look_after(5) == watched.minute(15)


def test_a_charge_is_looked_at_when_its_day_is_over() -> None:
    nearly_a_day = 24 * 60 - 3
    watched = Watched(heard_minutes=nearly_a_day, grew_minutes=nearly_a_day)
    assert watched.next_look_after(nearly_a_day) == watched.minute(24 * 60)
