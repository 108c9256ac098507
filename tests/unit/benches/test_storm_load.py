from datetime import UTC, datetime, timedelta

from mqtt_bridge import messages
from scripts.benches.storm_load import RECORDS_BOOT, Task, record_readings
from scripts.benches.world import FIRST_REGISTER_WH, RATED_W

PILE_NO, SESSION_NO = "32050000000001", "S20261125120000ABCDEFGHJK"
BEGAN_AT = datetime(2026, 11, 25, 6, tzinfo=UTC)
TASK = Task(
    port=1883,
    password="secret",
    boot=100,
    charging={PILE_NO: SESSION_NO},
    idle=[],
    replaying=[PILE_NO],
    records=20,
    began_ms=round(BEGAN_AT.timestamp() * 1e3),
)


def test_records_are_replayed_readings_of_the_hours_before_as_the_bridge_reads_them() -> None:
    read = [messages.decode(f"cp/v1/{PILE_NO}/up/meter", one) for one in record_readings(TASK, PILE_NO)]
    assert [(one.boot, one.seq) for one in read] == [(RECORDS_BOOT, seq) for seq in range(1, 21)]
    assert [one.at for one in read] == [BEGAN_AT + timedelta(seconds=15 * n) for n in range(1, 21)]
    assert len({one.id for one in read}) == 20
    assert all(one.replayed for one in read)


def test_the_register_of_records_grows_as_fast_as_the_pile_may() -> None:
    before_wh = FIRST_REGISTER_WH
    for one in record_readings(TASK, PILE_NO):
        message = messages.decode(f"cp/v1/{PILE_NO}/up/meter", one)
        assert isinstance(message, messages.Meter)
        assert message.session_no == SESSION_NO
        assert 0 < message.register_wh - before_wh <= RATED_W * 15 // 3600
        before_wh = message.register_wh
