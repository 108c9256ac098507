"""Outages of pile, broker, bridge and database in mid-charge, for minutes and for days: one more way not to hear the truth.

What is said meanwhile waits where it would: in the pile (marked, or with its meters forgotten), or at the broker.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from backend.services.commands.queue import OutgoingCommand
from scripts.stand_ins.simulator.envelope import KEPT
from tests.judgement.lies import BILLED
from tests.judgement.words import Word

if TYPE_CHECKING:
    from tests.judgement.stage import Stage

BEGINS_MIN: Final = 9
WHO: Final = ("pile", "pile without a memory", "broker", "bridge", "database")
LONG: Final = {
    "11 minutes": timedelta(minutes=11),
    "2 hours": timedelta(hours=2),
    "a day": timedelta(days=1),
    "3 days": timedelta(days=3),
}


@dataclass(frozen=True, slots=True)
class Outage:
    """Told to the stage as a lie is. `names_others`: nobody at this pile is heard."""

    who: str
    lasts: str
    expected: frozenset[str] = frozenset({BILLED})
    names_others: bool = True
    message: str = "everything"
    deaf_to: str = ""

    @property
    def name(self) -> str:
        return f"{self.who} away for {self.lasts}"

    def alter(self, stage: "Stage", word: Word) -> Iterable[Word]:
        """What is said while somebody is away comes when they are back."""
        if not self._is_on(stage):
            return (word,)
        is_kept_by_pile = self.who in {"pile", "pile without a memory", "broker"}
        if is_kept_by_pile and (word.kind in {"heartbeat", "status"} or self._is_forgotten(word)):
            return ()
        waiting = stage.memory(self).setdefault("waiting", [])
        waiting.append(word.saying(replayed=True) if is_kept_by_pile else word)
        return ()

    def add(self, stage: "Stage") -> Iterable[Word]:
        """They go, and are back: with what waited."""
        memory = stage.memory(self)
        if not self._is_on(stage):
            stage.is_heard = stage.is_database_up = True
            if memory.pop("is_away", False):
                if self.who == "bridge":
                    stage.restart_bridge()
                if self.who in {"pile", "pile without a memory", "broker"}:
                    yield stage.say("online", online=True, conn="c2")
                yield from memory.pop("waiting", [])
                yield from (stage.status(gun) for gun in stage.is_plugged)
            return
        if not memory.get("is_away"):
            memory["is_away"] = True
            if self.who.startswith("pile"):
                yield stage.say("online", online=False, conn="c1")
        stage.is_heard = self.who.startswith("pile")
        stage.is_database_up = self.who != "database"

    def ignores(self, stage: "Stage", command: OutgoingCommand) -> bool:
        """Nothing is sent meanwhile; the commands wait."""
        del command
        return self._is_on(stage)

    def _is_forgotten(self, word: Word) -> bool:
        return self.who == "pile without a memory" and word.kind not in KEPT

    def _is_on(self, stage: "Stage") -> bool:
        begins_at = stage.begins_at + timedelta(minutes=BEGINS_MIN)
        return begins_at <= stage.now < begins_at + LONG[self.lasts]


OUTAGES: Final = tuple(Outage(who, lasts) for who in WHO for lasts in LONG)
