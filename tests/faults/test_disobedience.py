"""Piles that answer a stop and charge on: they are told again until the session has ended, and no oftener than told."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import pytest

from backend.domain.command import CommandState
from backend.domain.order import OrderState
from backend.domain.session import SessionState
from backend.domain.timer import TimerKind
from backend.models import Command, Timer
from backend.services.charging.stop_session import stop_session
from backend.services.commands.queue import claim_commands
from tests.faults.charging_pile import BALANCE_FEN, PEAK_FEN_PER_KWH, ChargingPile
from tests.faults.due_timers import do_due_timers
from tests.invariants import check_invariants
from tests.pile_voice import as_text
from tests.scenario import NOON

pytestmark = pytest.mark.usefixtures("database")

UNANSWERED = ""
ANSWERS = ("rejected", "accepted", "done", "failed", UNANSWERED)


class Deaf:
    """A pile ten minutes into its charge that answers each stop in its way; `told_at` is when it was told."""

    def __init__(self, answer: str, *, reason: str = "", power_w: int = 60_000) -> None:
        self.pile = ChargingPile(power_w=power_w)
        self.answer, self.reason = answer, reason
        self.told_at: list[datetime] = []
        self.more_s = 0
        self.pile.begin()
        self.pile.charge(2)

    @property
    def register_wh(self) -> int:
        return self.pile.register_wh + self.pile.power_w * self.more_s // 3_600

    def end(self) -> None:
        """It obeys at last."""
        self.pile.hear(self.pile.record(started_at=as_text(NOON), register_end_wh=self.register_wh))

    def ask(self) -> None:
        stop_session(driver=self.pile.driver, session_no=self.pile.session_no, now=self.pile.world.now)

    def tick(self, seconds: int, *, is_charging: bool = True) -> None:
        """The bridge sends what is due, the pile answers and charges on, the jobs do theirs."""
        self.take_commands()
        self.pile.pass_time(seconds=seconds)
        if is_charging:
            self.more_s += seconds
            self.pile.hear(self.pile.meter(self.register_wh))
        do_due_timers(self.pile.world.now)

    def take_commands(self) -> None:
        for command in claim_commands(limit=10, now=self.pile.world.now):
            if command.kind != "stop":
                continue
            self.told_at.append(self.pile.world.now)
            if self.answer != UNANSWERED:
                self.pile.hear(
                    self.pile.voice.say(
                        "reply", command_id=command.command_no, result=self.answer, reason=self.reason
                    )
                )

    def gaps(self) -> list[float]:
        return [(later - one).total_seconds() for one, later in pairwise(self.told_at)]

    def open_stops(self) -> int:
        is_open = Command.state.in_([CommandState.QUEUED, CommandState.SENT])
        return Command.select().where((Command.kind == "stop") & is_open).count()


@pytest.fixture(autouse=True)
def sound(database: str) -> Iterator[None]:
    del database
    yield
    check_invariants(broken_on_purpose={"I15"})


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_stop_is_sent_again_with_growing_gaps_until_the_session_has_ended(answer: str) -> None:
    deaf = Deaf(answer)
    deaf.ask()
    for _ in range(48):
        deaf.tick(15)
        assert deaf.open_stops() <= 1
    gaps = deaf.gaps()
    assert (gaps[0], gaps[:5]) == (15, sorted(gaps[:5]))
    assert 5 <= len(deaf.told_at) <= 7
    deaf.end()
    told = len(deaf.told_at)
    for _ in range(4):
        deaf.tick(60, is_charging=False)
    assert deaf.pile.session.state is SessionState.SETTLED
    assert not Timer.select().where(Timer.kind == TimerKind.STOP_REPEAT).exists()
    assert answer == UNANSWERED or len(deaf.told_at) == told


@pytest.mark.parametrize("answer", ANSWERS)
def test_whoever_asks_again_is_heard_at_once_but_not_at_every_tap(answer: str) -> None:
    deaf = Deaf(answer)
    deaf.ask()
    deaf.take_commands()
    for taps_after_s in (1, 1, 4):
        deaf.pile.pass_time(seconds=taps_after_s)
        deaf.ask()
        deaf.take_commands()
    assert deaf.gaps() == [6]


def test_a_stop_that_could_not_be_sent_yet_is_not_queued_twice() -> None:
    deaf = Deaf("accepted")
    deaf.pile.world.disconnect()
    for _ in range(5):
        deaf.ask()
        deaf.pile.voice.after(seconds=60)
        deaf.pile.world.now = deaf.pile.voice.now
        do_due_timers(deaf.pile.world.now)
    assert (deaf.open_stops(), deaf.told_at) == (1, [])


def test_a_pile_that_charges_on_beyond_the_hold_is_told_at_each_report() -> None:
    """A stop answered `accepted` and not obeyed, the hold of 200 yuan used up meanwhile: a gap is 15 s, not five minutes."""
    deaf = Deaf("accepted", power_w=115_000)
    deaf.ask()
    deaf.tick(67 * 60)  # 198.4 yuan: little more is beyond the hold
    deaf.tick(30)
    deaf.told_at.clear()
    for _ in range(8):
        deaf.tick(15)
    assert deaf.gaps() == [15] * 7


@pytest.mark.parametrize("answer", ["failed", "rejected"])
def test_a_session_that_its_pile_does_not_know_is_ended_by_what_is_known_at_once(answer: str) -> None:
    deaf = Deaf(answer, reason="unknown_session")
    deaf.ask()
    deaf.tick(4, is_charging=False)
    (order,) = deaf.pile.orders()
    fen = 2_000 * PEAK_FEN_PER_KWH // 1_000
    assert (order.state, order.energy_wh, order.total_fen) == (OrderState.PROVISIONAL, 2_000, fen)
    assert deaf.pile.world.wallet(deaf.pile.driver).available_fen == BALANCE_FEN - fen
    deaf.tick(31)
    assert deaf.open_stops() == 1, "and if it charges all the same, it is told once more"


def test_a_pile_that_says_it_knows_no_such_session_and_tells_its_meter_is_not_believed() -> None:
    deaf = Deaf("failed", reason="unknown_session")
    deaf.ask()
    for _ in range(8):
        deaf.tick(15)
    assert deaf.pile.session.state is SessionState.STOPPING
    assert len(deaf.told_at) >= 3
