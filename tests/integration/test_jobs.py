"""Timers and sweeps: in this process over each database, and the real job process over its signals and outages."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from backend import crash_points
from backend.domain.ledger import AccountKind
from backend.domain.session import SessionState
from backend.domain.timer import TimerKind
from backend.gateways.clock import utc_now
from backend.jobs import timers as jobs_timers
from backend.jobs.claims import HeldClaims
from backend.jobs.sweeps import SWEEPS, Sweeper
from backend.jobs.timers import OutsideLane, run_due_timers
from backend.models import AuthToken, BridgeHearing, PileState, Session, Timer
from backend.models.engine import database
from backend.models.ledger import LedgerAccount
from backend.services.charging.start_session import start_session
from backend.services.ground.hearing import note_hearing
from backend.services.ground.timers import CLAIM_S, set_timer
from backend.services.intake.mark_silent_piles import mark_silent_piles
from scripts.environment import ROOT
from scripts.processes.child import Child
from tests import builders
from tests.at_once import at_once
from tests.invariants import check_invariants
from tests.pay_channel import Sandbox, running_sandbox
from tests.real_parts import running_mariadb
from tests.waiting import LIMIT_S, wait_until

ALL_KINDS = set(TimerKind)


def test_every_kind_of_timer_has_its_work() -> None:
    assert set(jobs_timers.WORK) == ALL_KINDS


@pytest.mark.usefixtures("database")
class TestTimers:
    def test_a_start_whose_deadline_is_over_is_failed_and_its_hold_goes_back(self) -> None:
        born = utc_now() - timedelta(minutes=2)
        pile = builders.a_pile(station=builders.a_station(now=born), now=born)
        driver = builders.a_driver(now=born, balance_fen=10_000)
        started = start_session(
            driver=builders.actor_of(driver),
            connector_no=builders.connectors_of(pile)[0].connector_no,
            limit_fen=None,
            idempotency_key="k",
            now=born,
        )
        with HeldClaims() as claims, OutsideLane(claims) as outside:
            assert run_due_timers(claims, outside) == 2  # the start's deadline and its command's expiry
        session = Session.get(Session.session_no == started.session_no)
        assert session.state is SessionState.FAILED
        available = LedgerAccount.get(
            (LedgerAccount.owner_key == driver.driver_no) & (LedgerAccount.kind == AccountKind.AVAILABLE)
        )
        assert available.balance_fen == 10_000
        assert {row.kind for row in Timer.select()} == set()
        check_invariants()

    def test_a_timer_without_its_subject_is_done_with(self) -> None:
        for kind in ALL_KINDS:
            set_timer(kind=kind, subject_no="gone", due_at=utc_now())
        with HeldClaims() as claims, OutsideLane(claims) as outside:
            assert run_due_timers(claims, outside) == len(ALL_KINDS)
            wait_until(lambda: Timer.select().count() == 0, "all timers are done")

    def test_what_is_not_due_is_left_alone(self) -> None:
        set_timer(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=utc_now() + timedelta(minutes=1))
        with HeldClaims() as claims, OutsideLane(claims) as outside:
            assert run_due_timers(claims, outside) == 0
        assert Timer.get().attempts == 0

    def test_work_that_fails_is_put_off_with_its_reason_and_stops_no_other(self) -> None:
        """A session row that names no station cannot be failed: the work meets a bug, not a refusal."""
        born = utc_now() - timedelta(minutes=2)
        pile = builders.a_pile(station=builders.a_station(now=born), now=born)
        driver = builders.a_driver(now=born, balance_fen=10_000)
        started = start_session(
            driver=builders.actor_of(driver),
            connector_no=builders.connectors_of(pile)[0].connector_no,
            limit_fen=None,
            idempotency_key="k",
            now=born,
        )
        Session.update(station_id=0).execute()
        before = utc_now()
        set_timer(kind=TimerKind.REVIEW_RELEASE, subject_no="gone", due_at=before)
        with (
            structlog.testing.capture_logs() as logs,
            HeldClaims() as claims,
            OutsideLane(claims) as outside,
        ):
            run_due_timers(claims, outside)
        failed = {
            log["kind"] for log in logs if (log["event"], log["log_level"]) == ("timer_failed", "error")
        }
        assert TimerKind.START_DEADLINE in failed
        row = Timer.get(Timer.kind == TimerKind.START_DEADLINE)
        assert row.due_at >= before + timedelta(seconds=5)
        assert (row.attempts, row.claimed_until) == (1, None)
        assert "StationDoesNotExist" in row.last_error
        assert Session.get(Session.session_no == started.session_no).state is SessionState.STARTING
        assert not Timer.select().where(Timer.kind == TimerKind.REVIEW_RELEASE).exists()

    def test_two_processes_do_each_timer_once(self) -> None:
        for number in range(40):
            set_timer(kind=TimerKind.SESSION_WATCH, subject_no=f"S{number}", due_at=utc_now())
        claimed: list[int] = []

        def work() -> None:
            with HeldClaims() as claims, OutsideLane(claims) as outside:
                claimed.append(run_due_timers(claims, outside))

        assert Counter(at_once([work] * 4)) == {"ok": 4}
        assert (sum(claimed), Timer.select().count()) == (40, 0)

    def test_a_slow_channel_holds_up_no_deadline_and_loses_no_payment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answered = threading.Event()
        silent = {**jobs_timers.WORK, TimerKind.PAYMENT_QUERY: lambda _no, _now: answered.wait(LIMIT_S)}
        monkeypatch.setattr(jobs_timers, "WORK", silent)  # stands for the channel at the outside edge
        for number in range(jobs_timers.OUTSIDE_PENDING + 3):
            set_timer(kind=TimerKind.PAYMENT_QUERY, subject_no=f"P{number}", due_at=utc_now())
        set_timer(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=utc_now())
        with HeldClaims() as claims, OutsideLane(claims) as outside:
            run_due_timers(claims, outside)
            assert not Timer.select().where(Timer.kind == TimerKind.SESSION_WATCH).exists()
            answered.set()
            wait_until(lambda: Timer.select().count() == 3, "those that were taken are done")
        assert {row.claimed_until is not None for row in Timer.select()} == {True}


@pytest.mark.usefixtures("database")
class TestSweeps:
    def test_a_pile_that_was_silent_for_ninety_seconds_is_marked_offline(self) -> None:
        now = utc_now()
        station = builders.a_station(now=now)
        heard, silent = (builders.a_pile(station=station, now=now, guns=1) for _ in range(2))
        for pile, age_s in ((heard, 89), (silent, 91)):
            PileState.update(last_seen_at=now - timedelta(seconds=age_s)).where(
                PileState.pile_id == pile.id
            ).execute()
        note_hearing(bridge="bridge", now=now - timedelta(minutes=2))
        assert mark_silent_piles(now=now) == 0, "our own bridge is away"
        note_hearing(bridge="bridge", now=now)
        assert mark_silent_piles(now=now) == 0, "it has just come back"
        BridgeHearing.update(heard_since=now - timedelta(minutes=6)).execute()
        assert [mark_silent_piles(now=now), mark_silent_piles(now=now)] == [1, 0]
        assert {row.pile_id for row in PileState.select() if row.is_online} == {heard.id}

    def test_each_sweep_runs_at_its_own_times(self) -> None:
        now = utc_now()
        driver = builders.a_driver(now=now)
        sweeper = Sweeper(meter_values_kept_days=0, guests_kept_days=90)
        sweeper.run_due(now=now, now_s=1_000.0)
        builders.a_token(owner=driver, now=now, lasts=timedelta(seconds=-1))
        sweeper.run_due(now=now, now_s=1_599.0)
        assert AuthToken.select().count() == 1
        sweeper.run_due(now=now, now_s=1_600.0)
        assert AuthToken.select().count() == 0
        assert {sweep.every_s for sweep in SWEEPS} == {10, 60, 300, 600}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def jobs_process(folder: Path, url: str, sandbox: Sandbox) -> Child:
    environment = {
        "XINXIANG_CONFIG": str(Path(sandbox.settings.wechat_pay.merchant_key_file).parent / "product.toml"),
        "XINXIANG_MODE": "demo",
        "XINXIANG_DATABASE_URL": url,
    }
    return Child(
        "jobs",
        [sys.executable, "-m", "backend.jobs"],
        folder / "jobs.log",
        lambda one: one.has_logged("jobs_ready"),
        environment=environment,
    )


def test_the_process_works_until_it_is_asked_to_stop(tmp_path: Path, database: str, sandbox: Sandbox) -> None:
    set_timer(kind=TimerKind.SESSION_WATCH, subject_no="gone", due_at=utc_now())
    child = jobs_process(tmp_path, database, sandbox)
    child.start()
    try:
        wait_until(lambda: Timer.select().count() == 0, "the process does the timer")
        child.stop()
        assert child.wait() == 0
        assert child.has_logged("jobs_stopped")
    finally:
        child.kill()


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_another_process_takes_over_what_a_killed_one_had_claimed(
    tmp_path: Path, database: str, sandbox: Sandbox
) -> None:
    set_timer(kind=TimerKind.SESSION_WATCH, subject_no="gone", due_at=utc_now())
    child = jobs_process(tmp_path, database, sandbox)
    child.begin({crash_points.VARIABLE: "timers.before_work"})
    wait_until(lambda: not child.is_running, "it dies with its claim")
    assert Timer.get().claimed_until is not None
    child.start()
    try:
        wait_until(lambda: Timer.select().count() == 0, "the timer is done", CLAIM_S + LIMIT_S)
    finally:
        child.kill()


def test_the_process_outlives_its_database(tmp_path: Path, sandbox: Sandbox) -> None:
    with running_mariadb(tmp_path) as server:
        url = server.fresh_database()
        database.connect(url)
        from backend.models import TABLES

        database.database.create_tables(TABLES)
        child = jobs_process(tmp_path, url, sandbox)
        child.start()
        try:
            server.kill()
            wait_until(lambda: child.has_logged("database_away"), "the process notes the outage")
            server.start()
            database.close()
            set_timer(kind=TimerKind.SESSION_WATCH, subject_no="gone", due_at=utc_now())
            wait_until(lambda: Timer.select().count() == 0, "the process does the timer")
        finally:
            child.kill()
            database.close()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("XINXIANG_DATABASE_URL", "oracle://x", "database URL must start with"),
        ("XINXIANG_NO_SUCH", "1", "unknown setting XINXIANG_NO_SUCH"),
    ],
)
def test_wrong_settings_are_one_sentence(name: str, value: str, said: str) -> None:
    environment = {**os.environ, "XINXIANG_MODE": "demo", name: value}
    done = subprocess.run(
        [sys.executable, "-m", "backend.jobs"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
