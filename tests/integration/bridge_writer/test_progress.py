"""What the readings of a charge make of its rows, also when these lag and the bridge is killed in between."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from backend.domain.order import OrderState
from backend.domain.session import SessionState
from backend.models import (
    MeterValue,
)
from tests.integration.bridge_writer.kit import Kit, id_of
from tests.scenario import NOON


def test_a_charge_told_in_one_batch_is_settled_and_receipted(kit: Kit) -> None:
    driver = kit.world.driver(20_000)
    session_no = kit.world.start(driver, gun=1).session_no
    online, started = kit.pile.online(), kit.pile.started(session_no)
    meters = [kit.pile.after(seconds=15).meter(session_no, 1_000_000 + 250 * n) for n in range(1, 5)]
    ended = kit.pile.after(seconds=15).ended(session_no, NOON, 1_250)
    kit.write(online, started, *meters, ended)

    assert kit.world.order(session_no).state is OrderState.SETTLED
    assert kit.world.order(session_no).energy_wh == 1_250
    assert MeterValue.select().count() == 4
    assert kit.acknowledged == [message[2] for message in (online, started, *meters, ended)]
    assert kit.receipts() == [id_of(started), id_of(ended)]
    assert kit.conserved()


def test_progress_grows_by_register_differences_and_is_priced_by_period(kit: Kit) -> None:
    session_no = kit.charging()
    for n in range(1, 4):
        kit.after(seconds=15)
        kit.write(kit.pile.meter(session_no, 1_000_000 + 250 * n))
    progress = kit.progress(session_no)
    assert progress.energy_wh == 750
    assert (progress.electricity_fen_e6, progress.service_fen_e6) == (750 * 100_000, 750 * 50_000)
    assert (progress.register_wh, progress.meter_at) == (1_000_750, kit.pile.now)
    state = kit.connector()
    assert (state.session_no, state.register_wh, state.power_w) == (session_no, 1_000_750, 60_000)


def test_progress_goes_on_after_a_restart_of_the_bridge(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    kit.writer = kit.new_writer()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_500))
    assert kit.progress(session_no).energy_wh == 500


def test_rows_follow_a_pile_that_talks_fast_once_a_second_and_after_its_last_word(kit: Kit) -> None:
    session_no = kit.charging()
    for n in range(1, 4):
        kit.after(milliseconds=300).write(kit.pile.meter(session_no, 1_000_000 + 5 * n))
    assert shown(kit, session_no) == (5, 1_000_005)
    kit.after(milliseconds=400).write(kit.pile.meter(session_no, 1_000_020))
    assert shown(kit, session_no) == (20, 1_000_020)
    kit.after(milliseconds=300).write(kit.pile.meter(session_no, 1_000_025))
    kit.writer.catch_up()
    assert shown(kit, session_no) == (20, 1_000_020)
    kit.after(seconds=1).writer.catch_up()
    assert shown(kit, session_no) == (25, 1_000_025)
    assert MeterValue.select().count() == 5


@pytest.mark.parametrize("is_restored", [True, False])
def test_what_a_killed_bridge_had_not_shown_is_made_good_from_the_raw_rows(
    kit: Kit, *, is_restored: bool
) -> None:
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    for n in range(1, 4):
        kit.after(milliseconds=200).write(kit.pile.meter(session_no, 1_000_250 + 3 * n))
    assert shown(kit, session_no) == (250, 1_000_250)

    kit.writer = kit.new_writer()
    if is_restored:
        kit.writer.restore()
        assert shown(kit, session_no) == (259, 1_000_259)
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_509))
    assert shown(kit, session_no) == (509, 1_000_509)
    progress = kit.progress(session_no)
    assert (progress.electricity_fen_e6, progress.service_fen_e6) == (509 * 100_000, 509 * 50_000)


def test_a_restored_bridge_does_not_move_a_session_by_energy_after_its_end(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=1).write(kit.pile.meter(session_no, 1_000_900))
    kit.write(kit.pile.ended(session_no, NOON, 900), kit.pile.meter(session_no, 1_005_000))
    kit.writer = kit.new_writer()
    kit.writer.restore()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_005_100))
    assert kit.progress(session_no).energy_wh == 900


def test_a_final_record_is_judged_by_the_last_reading_although_it_was_not_shown_yet(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=1).write(kit.pile.meter(session_no, 1_000_900))
    kit.after(milliseconds=500).write(kit.pile.meter(session_no, 1_000_908))
    kit.write(kit.pile.ended(session_no, NOON, 897))
    session = kit.world.session(session_no)
    assert (session.state, session.review_reason) == (SessionState.REVIEW, "behind_last_reading")


def test_rows_that_cannot_be_written_late_are_left_and_made_good_by_the_next_message(kit: Kit) -> None:
    session_no = kit.charging()
    for register_wh in (1_000_003, 1_000_006):
        kit.after(milliseconds=200).write(kit.pile.meter(session_no, register_wh))

    def fail(**_: Any) -> Any:
        raise ZeroDivisionError("a bug")

    kit.write_late = fail
    with capture_logs() as logs:
        kit.after(seconds=2).writer.catch_up()
    assert [entry["event"] for entry in logs] == ["rows_left_behind"]
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    assert kit.progress(session_no).energy_wh == 250
    assert kit.conserved()


def shown(kit: Kit, session_no: str) -> tuple[int, int | None]:
    """The session's energy and its connector's register, as rows."""
    return kit.progress(session_no).energy_wh, kit.connector().register_wh
