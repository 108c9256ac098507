"""How long a job process keeps the timers it has claimed: while it works, and not much longer than it lives."""

from datetime import timedelta

import pytest

from backend.domain.timer import TimerKind
from backend.gateways.clock import utc_now
from backend.jobs.claims import HeldClaims
from backend.models import Timer
from backend.services.ground.timers import CLAIM_S, claim_timers, renew_claims, retry_timer, set_timer

pytestmark = pytest.mark.usefixtures("database")


def test_work_that_takes_longer_than_a_claim_is_not_taken_over_while_its_process_lives() -> None:
    before = utc_now()
    set_timer(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=before)
    held = claim_timers(limit=5, now=before)
    with HeldClaims() as claims:
        claims.hold(held)
        claims.renew()
        assert claim_timers(limit=5, now=before + timedelta(seconds=CLAIM_S, milliseconds=1)) == []
        claims.let_go(held)
        claims.renew()
    (taken_over,) = claim_timers(limit=5, now=utc_now() + timedelta(seconds=CLAIM_S, milliseconds=1))
    assert (taken_over.subject_no, taken_over.attempts) == ("S1", 2)


@pytest.mark.parametrize("meanwhile", ["taken over", "put off", "moved"])
def test_a_claim_that_is_lost_is_not_renewed(meanwhile: str) -> None:
    now = utc_now()
    set_timer(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=now)
    (timer,) = claim_timers(limit=5, now=now)
    later = now + timedelta(minutes=1)
    if meanwhile == "taken over":
        claim_timers(limit=5, now=later)
    elif meanwhile == "put off":
        retry_timer(timer=timer, error="no", now=later)
    else:
        set_timer(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=later)
    claimed_until = Timer.get().claimed_until
    renew_claims(timers=[timer], now=later + timedelta(minutes=1))
    assert Timer.get().claimed_until == claimed_until


def test_work_that_hangs_does_not_keep_its_claim_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    now = utc_now()
    set_timer(kind=TimerKind.SESSION_WATCH, subject_no="S1", due_at=now)
    claims = HeldClaims()
    claims.hold(claim_timers(limit=5, now=now))
    claimed_until = Timer.get().claimed_until
    monkeypatch.setattr("backend.jobs.claims.LONGEST_S", 0.0)
    claims.renew()
    assert Timer.get().claimed_until == claimed_until
