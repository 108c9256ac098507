"""The compiled statements on both databases: nothing repeated, nothing rewound, nothing clipped, nothing escaped."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.models import ConnectorState, MeterValue, PileMessage, Quarantine
from backend.models.engine.bulk import BulkWrite, find_existing
from backend.models.engine.database import transact

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 11, 23, 4, 0, 0, 123_000, tzinfo=UTC)
METER = ("pile_id", "boot", "seq", "gun", "session_no", "at", "received_at", "register_wh", "power_w", "voltage_mv",
         "current_ma", "soc_percent", "temperature_c", "is_replayed")  # fmt: skip
STATE = ("connector_id", "status", "is_plugged", "fault_codes", "boot", "seq", "meter_boot", "meter_seq")
insert_meters = BulkWrite(MeterValue, METER)
upsert_states = BulkWrite(ConnectorState, STATE, updates=STATE[1:6], guard=("boot", "seq"))
upsert_equal = BulkWrite(ConnectorState, STATE, updates=STATE[1:6], guard=("boot", "seq"), allow_equal=True)


def meter(pile_id: int, seq: int, **fields: Any) -> tuple[Any, ...]:
    values: dict[str, Any] = {
        "pile_id": pile_id, "boot": 1, "seq": seq, "gun": 1, "session_no": "S1", "at": NOW, "received_at": NOW,
        "register_wh": seq, "power_w": -5, "voltage_mv": 1, "current_ma": 1, "soc_percent": None,
        "temperature_c": -7, "is_replayed": True,
    }  # fmt: skip
    return tuple((values | fields)[name] for name in METER)


def write(bulk: BulkWrite, *rows: tuple[Any, ...]) -> int:
    return transact(lambda: bulk.execute(rows))


def state(boot: int, seq: int, codes: str = "") -> tuple[Any, ...]:
    return (1, "idle", False, codes, boot, seq, 0, 0)


def stored() -> tuple[int, int, str]:
    row = ConnectorState.get_by_id(1)
    return row.boot, row.seq, row.fault_codes


def test_counts_new_rows_and_does_nothing_on_repeated_keys() -> None:
    rows = [meter(pile_id, seq) for pile_id in (2, 1) for seq in range(3)]
    assert write(insert_meters, *rows) == 6
    assert write(insert_meters, *rows, meter(1, 9), meter(1, 9, register_wh=77)) == 1
    assert MeterValue.select().count() == 7


def test_values_come_back_as_they_went_in() -> None:
    beijing = NOW.astimezone(timezone(timedelta(hours=8)))
    write(insert_meters, meter(1, 1, at=beijing, received_at=NOW, register_wh=10**13))
    row = MeterValue.get()
    assert (row.at, row.received_at) == (NOW, NOW)
    assert (row.register_wh, row.power_w, row.soc_percent, row.temperature_c) == (10**13, -5, None, -7)
    assert row.is_replayed is True


def test_more_rows_than_one_statement_holds_are_all_written() -> None:
    assert write(insert_meters, *[meter(1, seq) for seq in range(2_500)]) == 2_500


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8))
def test_an_upsert_keeps_the_newest_whatever_the_order(orders: list[tuple[int, int]]) -> None:
    ConnectorState.delete().execute()
    for boot, seq in orders:
        write(upsert_states, state(boot, seq, f"{boot}.{seq}"))
    boot, seq = max(orders)
    assert stored() == (boot, seq, f"{boot}.{seq}")


def test_an_equal_guard_changes_the_row_only_where_allowed() -> None:
    write(upsert_states, state(1, 1, "first"))
    write(upsert_states, state(1, 1, "again"))
    assert stored() == (1, 1, "first")
    write(upsert_equal, state(1, 1, "again"))
    assert stored() == (1, 1, "again")
    write(upsert_equal, state(0, 9, "older"))
    assert stored() == (1, 1, "again")


@pytest.mark.parametrize(
    "text",
    ["", "it's", 'a"b', "back\\slash", "%s %d %", "充电", "a;b--", "\x00\x1a\n", "😀", "`x`", "?", ":p"],
)
def test_text_is_never_read_as_sql(text: str) -> None:
    write(upsert_states, state(1, 1, text))
    assert stored()[2] == text


def test_bytes_come_back_as_they_went_in() -> None:
    columns = ("id", "topic", "pile_no", "payload", "reason", "detail", "received_at")
    every_byte = bytes(range(256))
    write(BulkWrite(Quarantine, columns), (1, "t", "p", every_byte, "r", "", NOW))
    assert bytes(Quarantine.get().payload) == every_byte


def test_a_missing_value_is_an_error_and_writes_nothing() -> None:
    with pytest.raises((peewee.IntegrityError, TypeError)):
        write(insert_meters, meter(1, 1), meter(1, 2, register_wh=None))
    with pytest.raises(peewee.IntegrityError):
        write(insert_meters, meter(1, 1), meter(1, 2, session_no=None))
    assert MeterValue.select().count() == 0


def test_a_value_out_of_range_is_an_error_never_clipped(database: str) -> None:
    if database.startswith("sqlite"):
        with pytest.raises(OverflowError):
            write(insert_meters, meter(1, 1, register_wh=2**63))
    else:
        with pytest.raises(peewee.DataError):
            write(insert_meters, meter(1, 1, power_w=2**40))
    assert MeterValue.select().count() == 0


def test_finds_which_keys_exist_and_not_their_mixtures() -> None:
    rows = [
        (pile_id, f"m{number}", NOW) for pile_id, number in [(1, 1), (2, 2), *((3, n) for n in range(450))]
    ]
    write(BulkWrite(PileMessage, ("pile_id", "message_id", "received_at")), *rows)
    asked = {
        (1, "m1"),
        (1, "m2"),
        (2, "m1"),
        (2, "m2"),
        (3, "it's"),
        *((3, f"m{n}") for n in range(440, 460)),
    }
    found = transact(lambda: find_existing(PileMessage, asked, value="received_at"))
    assert found.keys() == {(1, "m1"), (2, "m2"), *((3, f"m{n}") for n in range(440, 450))}
