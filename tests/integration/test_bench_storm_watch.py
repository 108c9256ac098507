"""What bench `storm` takes for delays: new readings of the watched sessions, each once."""

from datetime import datetime, timedelta

import pytest

from backend.gateways.clock import utc_now
from backend.models import SessionProgress
from scripts.benches.storm_watch import Watch
from scripts.benches.waiting import wait_until
from tests.waiting import LIMIT_S

pytestmark = pytest.mark.usefixtures("database")


def show(session_id: int, at: datetime) -> None:
    """As the bridge does with a reading."""
    values = {"meter_at": at, "register_wh": 1, "energy_grew_at": at}
    SessionProgress.insert(session_id=session_id, **values).on_conflict("replace").execute()


def test_a_reading_counts_once_from_its_time_and_old_ones_do_not() -> None:
    began_at = utc_now()
    show(1, began_at - timedelta(seconds=30))
    watch = Watch([1, 2])
    watch.begin()
    due_at = [began_at - timedelta(seconds=2), began_at - timedelta(seconds=1)]
    show(1, due_at[0])
    show(2, due_at[1])
    show(3, due_at[1])
    ms = [1e3 * at.timestamp() for at in due_at]
    wait_until(lambda: len(watch.delays_ms(0, ms[1] + 1)) == 2, "both are seen", LIMIT_S)
    watch.end()
    assert len(watch.delays_ms(0, ms[1] + 1)) == 2
    (first,) = watch.delays_ms(ms[0] - 1, ms[0] + 1)
    (second,) = watch.delays_ms(ms[1] - 1, ms[1] + 1)
    assert first > 2_000
    assert second > 1_000
