"""The jobs' work at an instant of the test's clock."""

from datetime import datetime

from backend.jobs.timers import WORK
from backend.services.ground.timers import claim_timers, finish_timer


def do_due_timers(now: datetime) -> None:
    """Do what is due, as a job process does."""
    for timer in claim_timers(limit=50, now=now):
        WORK[timer.kind](timer.subject_no, now)
        finish_timer(timer=timer, now=now)
