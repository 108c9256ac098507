"""Two people at one gun, one person with two phones, a phone that sleeps: who taps what, when and under which key.

The pile is honest here. Taps of one minute come one after the other before the pile answers; truly at the same instant
they are in tests/faults (test_taps, test_same_instant).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from typing_extensions import override

from backend.domain.errors import DomainError
from backend.domain.ledger import top_up_entry
from backend.domain.payment import Channel
from backend.domain.units import Fen
from backend.models.engine.database import transact
from backend.services.charging.start_session import start_session
from backend.services.charging.stop_session import stop_session
from backend.services.ledger.post_entry import post_entry
from backend.services.views.driver.get_session import get_session
from backend.services.views.driver.resolve_connector import ConnectorKey, resolve_connectors
from tests.judgement.car import Charge
from tests.judgement.judge import OTHER, Finding
from tests.judgement.stage import Stage

SLEEPS: Final = {"at once": 0, "in turn": 1, "after a nap": 3, "after the charge": 45, "a day later": 26 * 60}
"""Minutes from the first tap to the second."""
TOP_UP_FEN: Final = 5_000


@dataclass(frozen=True, slots=True)
class Tap:
    """`at_min` from the beginning; `key` is the phone's idempotency key."""

    at_min: int
    who: str
    deed: str
    key: str = "k"
    gun: int = 1


@dataclass(frozen=True, slots=True)
class Interleaving:
    """A row of the table; `name` is a sentence."""

    name: str
    taps: tuple[Tap, ...]


class TapStage(Stage):
    """The stage with nothing scripted but taps; what each was answered is kept."""

    def __init__(self, world: Any, drivers: Sequence[Any], row: Interleaving) -> None:
        super().__init__(world, drivers)
        self.answers: list[tuple[Tap, str]] = []
        self._open = list(row.taps)

    @override
    def _begin(self) -> None:
        """Nobody has tapped yet."""

    @override
    def _act(self) -> None:
        minute = (self.now - self.begins_at) // timedelta(minutes=1)
        due = [tap for tap in self._open if tap.at_min <= minute]
        self._open = [tap for tap in self._open if tap.at_min > minute]
        for tap in due:
            try:
                answer = getattr(self, f"_{tap.deed}")(tap)
            except DomainError as error:
                answer = error.code
            self.answers.append((tap, answer))

    def _who(self, tap: Tap) -> Any:
        return {"A": self.a, "B": self.b, "C": self.c}[tap.who]

    def _scan(self, tap: Tap) -> str:
        number = self.world.known.connectors[tap.gun].connector_no
        key = ConnectorKey(connector_no=number)
        (found,) = resolve_connectors([key], now=self.now).values()
        return type(found).__name__

    def _start_charge(self, tap: Tap) -> str:
        driver = self._who(tap)
        session_no = start_session(
            driver=driver,
            connector_no=self.world.known.connectors[tap.gun].connector_no,
            limit_fen=None,
            idempotency_key=tap.key,
            now=self.now,
        ).session_no
        if all(one.session_no != session_no for one in self.charges):
            self.charges.append(
                Charge(
                    session_no=session_no,
                    driver=driver,
                    gun=tap.gun,
                    first_w=90_000,
                    first_min=6,
                    then_w=30_000,
                )
            )
        return session_no

    def _stop_charge(self, tap: Tap) -> str:
        own = [one for one in self.charges if one.driver == self._who(tap)]
        if not own:
            return "nothing to stop"
        stop_session(driver=self._who(tap), session_no=own[-1].session_no, now=self.now)
        return "stopping"

    def _stop_anothers(self, tap: Tap) -> str:
        other = next(one for one in self.charges if one.driver != self._who(tap))
        stop_session(driver=self._who(tap), session_no=other.session_no, now=self.now)
        return "stopping"

    def _look(self, tap: Tap) -> str:
        own = [one for one in self.charges if one.driver == self._who(tap)]
        return get_session(driver=self._who(tap), session_no=own[-1].session_no, now=self.now).state.value

    def _top_up(self, tap: Tap) -> str:
        entry = top_up_entry(self._who(tap).no, Channel.WECHAT, Fen(TOP_UP_FEN), Fen(0))
        transact(lambda: post_entry(entry=entry, reference=f"test-top-up-{tap.key}", now=self.now))
        return "topped up"


def judge_taps(stage: TapStage) -> Iterator[Finding]:
    """What taps must have been answered, beside all that the judge of the play says."""
    by_key: dict[tuple[str, str, int], set[str]] = {}
    for tap, answer in stage.answers:
        if tap.deed == "start_charge" and answer.startswith("S"):
            by_key.setdefault((tap.who, tap.key, tap.gun), set()).add(answer)
        if tap.deed == "stop_anothers" and answer != "session_not_found":
            yield Finding(OTHER, f"{tap.who} was answered {answer} for another's charge")
    for (who, key, _), numbers in by_key.items():
        if len(numbers) > 1:
            yield Finding(OTHER, f"{who}'s taps with the key {key} started {sorted(numbers)}")
    for one in stage.charges:
        for other in stage.charges:
            if one.session_no < other.session_no and _overlap(one, other):
                yield Finding(
                    OTHER, f"{one.session_no} and {other.session_no} ran at once at one gun or for one driver"
                )


def _overlap(one: Charge, other: Charge) -> bool:
    if (one.gun != other.gun and one.driver != other.driver) or not one.points or not other.points:
        return False
    first, second = sorted((one, other), key=lambda charge: charge.points[0].at)
    return first.ended_at is None or first.ended_at > second.points[0].at


def _rows() -> Iterator[Interleaving]:
    end = (Tap(20, "A", "stop_charge"), Tap(22, "B", "stop_charge"))
    start = Tap(1, "A", "start_charge")
    for when, later in SLEEPS.items():
        at = 1 + later
        for who, key, gun in (
            ("A", "k", 1),
            ("A", "other", 1),
            ("A", "other", 2),
            ("B", "k", 1),
            ("B", "k", 2),
        ):
            again = Tap(at, who, "start_charge", key, gun)
            sort = (
                f"{who} starts again {when} at gun {gun} with {'the same' if key == 'k' else 'another'} key"
            )
            yield Interleaving(sort, (start, again, *end))
            yield Interleaving(
                f"{sort}, from {who} first",
                (Tap(0, who, "scan"), again, start, *end)
                if not later
                else (start, Tap(at, who, "scan"), again, again, *end),
            )
        for who in ("A", "B"):
            yield Interleaving(f"{who} scans {when}", (start, Tap(at, who, "scan"), *end))
        yield Interleaving(f"A stops {when}", (start, Tap(at, "A", "stop_charge"), *end))
        yield Interleaving(f"A stops twice {when}", (start, *[Tap(at, "A", "stop_charge")] * 2, *end))
        yield Interleaving(
            f"A stops {when}, and starts anew at once",
            (start, Tap(at, "A", "stop_charge"), Tap(at, "A", "start_charge", "new"), *end),
        )
        yield Interleaving(
            f"A stops {when}, and starts anew in turn",
            (start, Tap(at, "A", "stop_charge"), Tap(at + 1, "A", "start_charge", "new"), *end),
        )
        yield Interleaving(
            f"A stops {when}, B starts at once",
            (start, Tap(at, "A", "stop_charge"), Tap(at, "B", "start_charge"), *end),
        )
        yield Interleaving(
            f"A stops {when}, B starts after an hour",
            (start, Tap(at, "A", "stop_charge"), Tap(at + 60, "B", "start_charge"), *end),
        )
        yield Interleaving(f"B stops A's charge {when}", (start, Tap(at, "B", "stop_anothers"), *end))
        yield Interleaving(f"A tops up {when}", (start, Tap(at, "A", "top_up"), Tap(at, "A", "look"), *end))
        yield Interleaving(f"A looks {when} and never stops", (start, Tap(at, "A", "look")))


INTERLEAVINGS: Final = tuple(_rows())
"""All of them."""
