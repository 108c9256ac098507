"""How far a charge has come, reading by reading: its running energy and fee, what it refuses, and when it must stop."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.live_progress import RAISE_EVERY, WRITE_EVERY, LiveProgress
from backend.domain.meter_reading import MeterReading
from backend.domain.meter_sample import MeterSample
from backend.domain.meter_trail import REFUSED, MeterVerdict
from backend.domain.session import SessionState
from backend.domain.units import WH_E5_PER_FEN

from .strategies import SHANGHAI, at_shanghai, tariff

# electricity 0.30 and service 0.40 yuan until 07:00, then 0.90 and 0.40
VERSION = tariff((0, 14, 30_000, 40_000), (14, 48, 90_000, 40_000))
BORDER = at_shanghai("2026-05-01 07:00")
FIRST_WH = 1_000_000


def progress(**fields: object) -> LiveProgress:
    known = {"state": SessionState.CHARGING, "rated_w": 120_000, "version": VERSION, "zone": SHANGHAI}
    return LiveProgress(session_no="S1", session_id=1, pile_id=1, **known | fields)  # type: ignore[arg-type]


def reading(seq: int, at: datetime, energy_wh: int, *, power_w: int = 60_000, boot: int = 1) -> MeterReading:
    sample = MeterSample(FIRST_WH + energy_wh, power_w, 400_000, 150_000, 50, 30, 600)
    return MeterReading(
        pile_id=1,
        connector_id=1,
        gun=1,
        session_no="S1",
        boot=boot,
        seq=seq,
        reported_at=at,
        at=at,
        received_at=at,
        is_replayed=False,
        sample=sample,
    )


def test_energy_and_fees_run_with_the_register_each_step_at_the_price_of_its_time() -> None:
    one = progress()
    before, after = BORDER - timedelta(minutes=2), BORDER + timedelta(minutes=1)
    assert one.advance(reading(1, before - timedelta(minutes=2), 0)) is MeterVerdict.OK
    assert one.advance(reading(2, before, 2_000)) is MeterVerdict.OK
    assert one.advance(reading(3, after, 5_000)) is MeterVerdict.OK
    assert (one.energy_wh, one.energy_grew_at) == (5_000, after)
    assert one.electricity_fen_e6 == 2_000 * 30_000 + 3_000 * 90_000
    assert one.service_fen_e6 == 5_000 * 40_000


@pytest.mark.parametrize(("seq", "boot"), [(2, 1), (1, 1), (9, 0)])
def test_what_is_not_newer_changes_nothing(seq: int, boot: int) -> None:
    one = progress()
    one.advance(reading(1, BORDER, 0))
    one.advance(reading(2, BORDER + timedelta(minutes=1), 1_000))
    assert one.advance(reading(seq, BORDER + timedelta(minutes=2), 1_500, boot=boot)) is None
    assert (one.energy_wh, one.boot, one.seq) == (1_000, 1, 2)


@pytest.mark.parametrize("energy_wh", [-500_000, 500_000])
def test_one_impossible_register_is_shown_but_moves_nothing(energy_wh: int) -> None:
    one = progress()
    one.advance(reading(1, BORDER, 0))
    one.advance(reading(2, BORDER + timedelta(minutes=1), 1_000))
    wrong = reading(3, BORDER + timedelta(minutes=2), energy_wh)
    assert one.advance(wrong) in REFUSED
    assert (one.energy_wh, one.newest) == (1_000, wrong)
    assert one.advance(reading(4, BORDER + timedelta(minutes=3), 3_000)) is MeterVerdict.OK
    assert one.energy_wh == 3_000


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.data())
def test_a_redelivered_and_shuffled_tail_never_counts_twice(steps: list[int], data: st.DataObject) -> None:
    made = [
        reading(seq, BORDER + timedelta(seconds=15 * seq), sum(steps[:seq])) for seq in range(len(steps) + 1)
    ]
    again = data.draw(st.lists(st.sampled_from(made), max_size=20))
    one = progress()
    for each in [*made, *again]:
        one.advance(each)
    assert one.energy_wh == sum(steps)
    assert one.electricity_fen_e6 == sum(steps) * 90_000


def test_rows_are_written_at_the_first_reading_and_then_at_most_once_a_second() -> None:
    one = progress()
    assert not one.may_be_written(BORDER)
    one.advance(reading(1, BORDER, 0))
    assert one.may_be_written(BORDER)
    one.note_written(BORDER)
    assert not one.may_be_written(BORDER + WRITE_EVERY)
    one.advance(reading(2, BORDER, 10))
    assert not one.may_be_written(BORDER + WRITE_EVERY / 2)
    assert one.may_be_written(BORDER + WRITE_EVERY)
    # our clock was set back: the wait is not as long as the step
    assert one.may_be_written(BORDER - timedelta(hours=1))


def test_it_says_that_the_hold_runs_out_one_report_before_it_does() -> None:
    # 60 kW for 15 s are 250 Wh, 0.325 yuan at 1.30: a hold of 10 yuan pays 7 692 Wh
    one = progress(hold_fen=1_000)
    one.advance(reading(1, BORDER, 0))
    one.advance(reading(2, BORDER + timedelta(minutes=7), 7_400))
    assert not one.will_exhaust_hold()
    one.advance(reading(3, BORDER + timedelta(minutes=7, seconds=15), 7_450))
    assert one.will_exhaust_hold()
    assert one.electricity_fen_e6 + one.service_fen_e6 < 1_000 * WH_E5_PER_FEN
    assert not progress(hold_fen=0).will_exhaust_hold()


def test_a_near_limit_is_raised_to_what_the_hold_still_pays_and_not_at_each_reading() -> None:
    night = BORDER - timedelta(hours=3)
    # told at the dearest price, 1.30; the energy so far cost 0.70
    one = progress(hold_fen=1_000, limit_wh=7_600)
    one.advance(reading(1, night, 0))
    assert one.higher_limit(night) is None
    one.advance(reading(2, night + timedelta(minutes=7), 7_000))
    limit_wh = one.higher_limit(night)
    assert limit_wh is not None
    assert 7_600 < limit_wh <= 7_000 + (1_000 * WH_E5_PER_FEN - 7_000 * 70_000) // 130_000
    one.raise_wanted_at = night
    assert one.higher_limit(night + RAISE_EVERY / 2) is None
    assert one.higher_limit(night + RAISE_EVERY) == limit_wh
