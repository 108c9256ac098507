"""Retention: what has done its work goes in bounded steps; what somebody may still ask for stays."""

from datetime import datetime, timedelta

import pytest

from backend.domain.caller import NOWHERE
from backend.domain.login_record import LoginOutcome
from backend.domain.permission import ActorKind
from backend.gateways.clock import utc_now
from backend.jobs.sweeps import Sweeper
from backend.models import AuthToken, IdempotencyKey, LoginRecord, MeterValue, PileMessage
from backend.services.access.login_records import write_login_record
from backend.services.upkeep.delete_old_meter_values import ROWS_PER_CALL as METER_VALUES_PER_CALL
from backend.services.upkeep.delete_old_meter_values import delete_old_meter_values
from backend.services.upkeep.delete_old_rows import RETENTIONS, ROWS_PER_CALL, delete_old_rows
from tests import builders

pytestmark = pytest.mark.usefixtures("database")


def test_old_rows_go_and_young_ones_stay() -> None:
    now = utc_now()
    for age_days in (0, 29, 31):
        at = now - timedelta(days=age_days)
        PileMessage.insert(pile_id=1, message_id=f"m{age_days}", received_at=at).execute()
        IdempotencyKey.create(
            actor_kind=ActorKind.DRIVER,
            actor_id=1,
            route="r",
            key=f"k{age_days}",
            input_hash="",
            answer="",
            created_at=at,
        )
    driver = builders.a_driver(now=now)
    builders.a_token(owner=driver, now=now, lasts=timedelta(seconds=-1))
    builders.a_token(owner=driver, now=now, lasts=timedelta(seconds=1))
    for age_days in (399, 401):
        write_login_record(
            account=f"a{age_days}",
            staff=None,
            caller=NOWHERE,
            outcome=LoginOutcome.WRONG,
            now=now - timedelta(days=age_days),
        )
    assert [delete_old_rows(retention=kind, now=now) for kind in RETENTIONS] == [1, 1, 1, 1]
    assert [delete_old_rows(retention=kind, now=now) for kind in RETENTIONS] == [0, 0, 0, 0]
    assert [row.account for row in LoginRecord.select()] == ["a399"]
    assert {row.message_id for row in PileMessage.select()} == {"m0", "m29"}
    assert {row.key for row in IdempotencyKey.select()} == {"k0", "k29"}
    assert AuthToken.select().count() == 1


def test_many_old_rows_go_in_bounded_batches() -> None:
    now = utc_now()
    rows = [
        {"pile_id": 1, "message_id": f"m{n}", "received_at": now - timedelta(days=40, milliseconds=n)}
        for n in range(ROWS_PER_CALL + 100)
    ]
    PileMessage.insert_many(rows).execute()
    messages = next(kind for kind in RETENTIONS if kind.table is PileMessage)
    assert [delete_old_rows(retention=messages, now=now) for _ in range(3)] == [ROWS_PER_CALL, 100, 0]


def test_readings_go_from_pile_to_pile_when_they_are_old_enough() -> None:
    now = utc_now()
    for pile_id in (3, 7, 9):
        # of pile 7 all are young; the sixth of each was kept by the pile and came late
        for seq in range(8):
            age_days = 0 if seq == 5 or pile_id == 7 else 20 - seq
            a_reading(pile_id, seq, now - timedelta(days=age_days))
    sweeper = Sweeper(meter_values_kept_days=13, guests_kept_days=90)
    sweeper.run_due(now=now, now_s=1.0)
    assert seqs_of(3) == seqs_of(9) == [5, 6, 7]
    assert len(seqs_of(7)) == 8
    sweeper.run_due(now=now + timedelta(days=100), now_s=1_000.0)
    assert seqs_of(3) == seqs_of(7) == seqs_of(9) == []


def test_many_old_readings_go_in_bounded_steps_and_the_next_call_goes_on() -> None:
    now = utc_now()
    for seq in range(METER_VALUES_PER_CALL + 100):
        a_reading(4, seq, now - timedelta(days=40))
    a_reading(5, 1, now - timedelta(days=40))
    kept = timedelta(days=30)
    step = delete_old_meter_values(after_pile_id=0, kept=kept, now=now)
    assert step == (METER_VALUES_PER_CALL, 0)
    assert delete_old_meter_values(after_pile_id=step[1], kept=kept, now=now) == (101, 0)


def test_readings_are_kept_for_ever_where_that_is_set() -> None:
    a_reading(4, 1, utc_now() - timedelta(days=4_000))
    Sweeper(meter_values_kept_days=0, guests_kept_days=90).run_due(now=utc_now(), now_s=1.0)
    assert seqs_of(4) == [1]


def a_reading(pile_id: int, seq: int, received_at: datetime) -> None:
    MeterValue.insert(
        pile_id=pile_id,
        boot=1,
        seq=seq,
        gun=1,
        session_no="S1",
        at=received_at,
        received_at=received_at,
        register_wh=seq,
        power_w=0,
        voltage_mv=0,
        current_ma=0,
        is_replayed=False,
    ).execute()


def seqs_of(pile_id: int) -> list[int]:
    return [
        row.seq for row in MeterValue.select().where(MeterValue.pile_id == pile_id).order_by(MeterValue.seq)
    ]
