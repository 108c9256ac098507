"""The table of lies: message × field × way × moment, each with what may become of the charge it is told about.

What the ways do is `ways.py`'s. A lie that contradicts nothing else is no lie that anybody could notice, and is not here:
each differs from the truth by more than meters, clocks and power allow.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

from backend.services.commands.queue import OutgoingCommand
from tests.judgement import ways
from tests.judgement.words import Word

if TYPE_CHECKING:
    from tests.judgement.stage import Stage

Window: TypeAlias = tuple[int, int]
WINDOWS: Final[Mapping[str, Window]] = {
    "start": (0, 3),
    "mid": (7, 13),
    "end": (17, 21),
    "all": (0, 10_000),
    "from mid": (9, 10_000),
    "once": (9, 9),
    "after": (22, 22),
    "next": (26, 26),
}
"""Minutes of A's charge, which lasts from 0 to 20; `next`: C charges at gun 1 by then."""
BILLED: Final = "billed"
REVIEW: Final = "review"
FAILED: Final = "failed"
UNSTARTED: Final = "unstarted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie:
    """`expected`: what may become of A's charge. `names_others`: it is also about another driver's charge."""

    message: str
    field: str
    way: str
    moment: str
    expected: frozenset[str]
    change: ways.Change | None = None
    addition: ways.Addition | None = None
    deaf_to: str = ""
    names_others: bool = False

    @property
    def name(self) -> str:
        return " ".join(one for one in (self.message, self.field, self.way, self.moment) if one)

    def alter(self, stage: "Stage", word: Word) -> Iterable[Word]:
        """What is said instead of a true word."""
        if self.change is None or not self._is_now(stage) or not self._is_meant(stage, word):
            return (word,)
        return self.change(stage, word, stage.memory(self))

    def add(self, stage: "Stage") -> list[Word]:
        """What is said besides, at this minute."""
        if self.addition is None:
            return []
        return list(self.addition(stage, stage.memory(self), WINDOWS[self.moment]))

    def ignores(self, stage: "Stage", command: OutgoingCommand) -> bool:
        """Whether the pile behaves as if it had not been told."""
        return self.deaf_to == command.kind.value and self._is_now(stage)

    def _is_now(self, stage: "Stage") -> bool:
        first, last = WINDOWS[self.moment]
        return first <= stage.minute <= last

    def _is_meant(self, stage: "Stage", word: Word) -> bool:
        if self.message == "everything":
            return True
        charge = stage.charge
        if word.kind != self.message:
            return False
        if word.kind in {"boot", "online", "heartbeat", "reply"}:
            return True
        if word.kind == "status":
            return bool(word.body["connector"] == 1)
        return charge is not None and word.session_no == charge.session_no


B, R, BR, BF = BILLED, REVIEW, "billed review", "billed failed"
REGISTERS: Final = 1_000_000
_ALTERED: Final[tuple[tuple[str, str, str, str, str, ways.Change], ...]] = (
    # message, field, way, moments, what may become of the charge, how
    ("meter", "", "absent", "start mid end all", B, ways.absent),
    ("meter", "", "twice", "mid all", B, ways.twice),
    ("meter", "", "out of order", "start mid end", B, ways.behind_the_next),
    ("meter", "", "late and marked", "start mid end all", B, ways.kept_until_the_end),
    ("meter", "", "late", "mid all", B, ways.waited_until_the_end),
    ("meter", "register_wh", "zero", "once start mid end", BR, ways.put("register_wh", 0)),
    ("meter", "register_wh", "zero", "all from_mid", BR, ways.put("register_wh", 0)),
    ("meter", "register_wh", "backwards", "once start mid end", BR, ways.move("register_wh", -5_000)),
    ("meter", "register_wh", "backwards", "from_mid", R, ways.move("register_wh", -5_000)),
    ("meter", "register_wh", "frozen", "start mid", BR, ways.frozen("register_wh")),
    ("meter", "register_wh", "frozen", "end all from_mid", BR, ways.frozen("register_wh")),
    ("meter", "register_wh", "jumped", "once start mid end", BR, ways.move("register_wh", REGISTERS)),
    ("meter", "register_wh", "jumped", "from_mid", R, ways.move("register_wh", REGISTERS)),
    ("meter", "register_wh", "restarted", "from_mid", R, ways.restarted("register_wh")),
    (
        "meter",
        "register_wh",
        "repeated with other content",
        "once all",
        BR,
        ways.again_with("register_wh", 40_000),
    ),
    ("meter", "power_w", "zero", "mid all", B, ways.put("power_w", 0)),
    ("meter", "power_w", "jumped", "once mid all", B, ways.put("power_w", 9_000_000)),
    ("meter", "power_w", "frozen", "all", BR, ways.put("power_w", 90_000)),
    ("meter", "connector", "other gun", "once mid all", R, ways.put("connector", 2)),
    ("meter", "connector", "unknown gun", "once all", B, ways.put("connector", 9)),
    ("meter", "session_no", "unknown session", "once mid all", B, ways.put("session_no", "S-nobody")),
    ("meter", "session_no", "other session", "once mid", BR, ways.of_the_neighbour),
    ("meter", "at", "ahead", "once mid all", B, ways.dated(minutes=10)),
    ("meter", "at", "behind", "once mid all", B, ways.dated(minutes=-10)),
    ("meter", "at", "jumped", "once mid", B, ways.dated(days=40)),
    ("meter", "at", "1970", "once all", B, ways.put("at", "1970-01-01T00:00:10.000Z")),
    ("meter", "seq", "zero", "once mid", BR, ways.put("seq", 0)),
    ("meter", "seq", "jumped", "once", BR, ways.move("seq", 1_000_000)),
    ("meter", "boot", "jumped", "once", BR, ways.move("boot", 3)),
    ("meter", "boot", "backwards", "once mid", BR, ways.move("boot", -2)),
    ("status", "", "absent", "all", B, ways.absent),
    ("status", "status", "faulted", "mid end", B, ways.put("status", "faulted")),
    ("status", "status", "idle", "mid all", BR, ways.put("status", "idle")),
    ("status", "plugged", "zero", "all", B, ways.put("plugged", False)),
    ("status", "connector", "other gun", "all", B, ways.put("connector", 2)),
    ("session_started", "", "absent", "start", B, ways.absent),
    ("session_started", "", "twice", "start", B, ways.twice),
    ("session_started", "", "late", "start", B, ways.waited(6)),
    ("session_started", "", "late and marked", "start", B, ways.kept(6)),
    ("session_started", "", "out of order", "start", B, ways.waited(25)),
    ("session_started", "register_wh", "zero", "start", BR, ways.put("register_wh", 0)),
    ("session_started", "register_wh", "backwards", "start", BR, ways.move("register_wh", -5_000)),
    ("session_started", "register_wh", "jumped", "start", BR, ways.move("register_wh", REGISTERS)),
    (
        "session_started",
        "register_wh",
        "repeated with other content",
        "start",
        BR,
        ways.again_with("register_wh", 700),
    ),
    (
        "session_started",
        "register_wh",
        "id reused",
        "start",
        BR,
        ways.again_with("register_wh", 700, is_same_id=True),
    ),
    ("session_started", "connector", "other gun", "start", R, ways.put("connector", 2)),
    ("session_started", "connector", "unknown gun", "start", B, ways.put("connector", 9)),
    ("session_started", "session_no", "unknown session", "start", B, ways.put("session_no", "S-nobody")),
    ("session_started", "session_no", "other session", "start", BR, ways.of_the_neighbour),
    ("session_started", "at", "ahead", "start", B, ways.dated(minutes=10)),
    ("session_started", "at", "behind", "start", B, ways.dated(minutes=-10)),
    ("session_started", "at", "jumped", "start", B, ways.dated(days=-40)),
    ("session_ended", "", "absent", "end", B, ways.absent),
    ("session_ended", "", "twice", "end", B, ways.twice),
    ("session_ended", "", "late 40 minutes", "end", B, ways.waited(40)),
    ("session_ended", "", "late 40 minutes and marked", "end", B, ways.kept(40)),
    ("session_ended", "", "late a day", "end", B, ways.waited(26 * 60)),
    ("session_ended", "", "late three days", "end", B, ways.waited(74 * 60)),
    ("session_ended", "", "late three days and marked", "end", B, ways.kept(74 * 60)),
    ("session_ended", "register_end_wh", "zero", "end", R, ways.put("register_end_wh", 0)),
    ("session_ended", "register_end_wh", "a tick behind", "end", B, ways.move("register_end_wh", -5)),
    ("session_ended", "register_end_wh", "backwards", "end", R, ways.move("register_end_wh", -5_000)),
    ("session_ended", "register_end_wh", "jumped", "end", R, ways.move("register_end_wh", 60_000)),
    (
        "session_ended",
        "register_end_wh",
        "wrong end",
        "end",
        R,
        ways.copied("register_start_wh", "register_end_wh"),
    ),
    ("session_ended", "register_start_wh", "zero", "end", R, ways.put("register_start_wh", 0)),
    ("session_ended", "register_start_wh", "backwards", "end", R, ways.move("register_start_wh", -5_000)),
    ("session_ended", "register_start_wh", "jumped", "end", R, ways.move("register_start_wh", 5_000)),
    ("session_ended", "ended_at", "before the start", "end", BR, ways.dated(hours=-2, field="ended_at")),
    ("session_ended", "ended_at", "ahead", "end", B, ways.dated(hours=2, field="ended_at")),
    ("session_ended", "ended_at", "jumped", "end", BR, ways.dated(days=40, field="ended_at")),
    ("session_ended", "started_at", "behind", "end", BR, ways.dated(hours=-2, field="started_at")),
    ("session_ended", "started_at", "ahead", "end", BR, ways.dated(hours=2, field="started_at")),
    ("session_ended", "started_at", "jumped", "end", BR, ways.dated(days=-3, field="started_at")),
    ("session_ended", "at", "ahead", "end", B, ways.dated(minutes=10)),
    ("session_ended", "at", "behind", "end", B, ways.dated(minutes=-10)),
    ("session_ended", "at", "jumped", "end", B, ways.dated(days=-40)),
    ("session_ended", "all times", "ahead", "end", BR, ways.all_dated(hours=3)),
    ("session_ended", "all times", "behind", "end", BR, ways.all_dated(hours=-3)),
    ("session_ended", "segments", "absent", "end", B, ways.put("segments", [])),
    ("session_ended", "segments", "wrong sum", "end", B, ways.spoil_segments(energy_wh=1_000)),
    ("session_ended", "segments", "in one second", "end", B, ways.squeeze_segments),
    ("session_ended", "segments", "other clock", "end", B, ways.spoil_segments(hours=5)),
    ("session_ended", "connector", "other gun", "end", R, ways.put("connector", 2)),
    ("session_ended", "connector", "unknown gun", "end", B, ways.put("connector", 9)),
    ("session_ended", "session_no", "unknown session", "end", B, ways.put("session_no", "S-nobody")),
    ("session_ended", "session_no", "other session", "end", BR, ways.of_the_neighbour),
    ("session_ended", "register_end_wh", "two ends", "end", B, ways.again_with("register_end_wh", 2_000)),
    (
        "session_ended",
        "register_end_wh",
        "two ends, the other first",
        "end",
        BR,
        ways.before_with("register_end_wh", 2_000),
    ),
    (
        "session_ended",
        "register_end_wh",
        "id reused",
        "end",
        B,
        ways.again_with("register_end_wh", 2_000, is_same_id=True),
    ),
    (
        "session_ended",
        "register_end_wh",
        "id reused, the other first",
        "end",
        BR,
        ways.before_with("register_end_wh", 2_000, is_same_id=True),
    ),
    ("session_ended", "id", "reused of its start", "end", B, ways.id_of("session_started")),
    ("session_ended", "reported_fen_e4", "jumped", "end", B, ways.put("reported_fen_e4", 10**14)),
    ("session_ended", "stop_reason", "unknown", "end", B, ways.put("stop_reason", "no reason")),
    ("session_ended", "started_at", "malformed", "end", B, ways.put("started_at", "yesterday")),
    ("reply", "", "absent", "start end all", B, ways.absent),
    ("reply", "", "twice", "all", B, ways.twice),
    ("reply", "result", "rejected", "start", R, ways.put("result", "rejected")),
    ("reply", "result", "rejected", "end", B, ways.put("result", "rejected")),
    ("reply", "result", "failed", "end", B, ways.put("result", "failed")),
    ("reply", "result", "contradicted", "start end", BF, ways.again_with("result", "rejected")),
    ("reply", "reason", "unknown session", "end", B, ways.put_all(result="failed", reason="unknown_session")),
    ("reply", "command_id", "unknown command", "start end", B, ways.put("command_id", "nobody-asked")),
    ("reply", "id", "reused", "start end", B, ways.put("id", "the-same-id")),
    ("everything", "", "twice", "all", B, ways.twice),
    ("everything", "", "absent", "mid", B, ways.absent),
    ("everything", "", "late and marked", "mid", B, ways.kept_until(13)),
    ("everything", "", "late", "mid", B, ways.waited_until(13)),
    ("everything", "seq", "restarted counter", "from_mid", BR, ways.counted_anew),
    ("everything", "boot", "lost", "from_mid", BR, ways.put("boot", 1)),
)
_ADDED: Final[tuple[tuple[str, str, str, str, str, ways.Addition], ...]] = (
    ("status", "status", "idle", "once", B, ways.says("status", status="idle", plugged=False)),
    ("status", "status", "unavailable", "once", B, ways.says("status", status="unavailable")),
    ("status", "status", "charging", "after", B, ways.says("status", status="charging")),
    ("session_started", "register_wh", "resumed", "once", B, ways.begins_again),
    ("session_started", "", "repeated", "after next", B, ways.repeats("session_started")),
    (
        "session_started",
        "",
        "repeated and marked",
        "next",
        B,
        ways.repeats("session_started", is_marked=True),
    ),
    (
        "session_started",
        "register_wh",
        "repeated with other content",
        "mid after",
        B,
        ways.repeats("session_started", register_wh=500),
    ),
    ("session_started", "topic", "other pile", "once", R, ways.of_another_pile("session_started")),
    ("meter", "topic", "other pile", "once", BR, ways.of_another_pile("meter")),
    ("session_ended", "topic", "other pile", "once after", BR, ways.of_another_pile("session_ended")),
    ("meter", "", "repeated", "after next", B, ways.repeats("meter")),
    ("meter", "register_wh", "jumped", "after next", B, ways.repeats("meter", register_wh=3_000)),
    ("session_ended", "", "too early", "mid", BR, ways.ends_too_early),
    (
        "session_ended",
        "register_end_wh",
        "second end",
        "after next",
        B,
        ways.repeats("session_ended", register_end_wh=2_000),
    ),
    (
        "session_ended",
        "register_end_wh",
        "id reused",
        "after",
        B,
        ways.repeats("session_ended", is_same_id=True, register_end_wh=2_000),
    ),
    ("boot", "", "restarted", "once after", B, ways.restarts(1)),
    ("boot", "boot", "restarted counter", "once", BR, ways.restarts(-3)),
    ("boot", "boot", "restarted counter at the same number", "once", BR, ways.restarts(0)),
    ("online", "online", "zero", "once", B, ways.says("online", is_of_gun=False, online=False, conn="c1")),
    (
        "online",
        "online",
        "an old will",
        "once",
        B,
        ways.says("online", is_of_gun=False, online=False, conn="c0"),
    ),
    (
        "reply",
        "",
        "unasked",
        "once after",
        B,
        ways.says("reply", is_of_gun=False, command_id="nobody-asked", result="done", reason=""),
    ),
    ("clock", "", "ahead", "start mid", B, ways.sets_clock(minutes=10)),
    ("clock", "", "ahead and stays", "start mid", B, ways.sets_clock(is_stubborn=True, minutes=10)),
    ("clock", "", "behind", "start mid", B, ways.sets_clock(minutes=-10)),
    ("clock", "", "behind and stays", "start mid", B, ways.sets_clock(is_stubborn=True, minutes=-10)),
    (
        "clock",
        "",
        "jumped and set right",
        "start mid",
        B,
        ways.sets_clock(for_min=6, is_stubborn=True, hours=3),
    ),
    (
        "clock",
        "",
        "fell and set right",
        "start mid",
        B,
        ways.sets_clock(for_min=6, is_stubborn=True, hours=-3),
    ),
    ("clock", "", "1970", "start mid", B, ways.sets_clock(days=-20_000)),
    ("clock", "", "fell with the counter", "mid", BR, ways.falls_back_with_its_counter),
    ("bridge", "", "restarted", "once", B, ways.restarts_the_bridge),
)
_DEAF: Final = (
    ("order", "start", "ignored", "start", BF, "start"),
    ("order", "stop", "ignored", "end", B, "stop"),
)


def _rows(
    table: Iterable[tuple[str, str, str, str, str, object]], build: Callable[..., Lie]
) -> Iterable[Lie]:
    for message, field, way, moments, expected, how in table:
        for moment in moments.split():
            yield build(
                how,
                message=message,
                field=field,
                way=way,
                moment=moment.replace("_", " "),
                expected=frozenset(expected.split()),
                names_others="other session" in way or "other gun" in way or message == "reply",
            )


LIES: Final = (
    *_rows(_ALTERED, lambda how, **row: Lie(change=how, **row)),
    *_rows(_ADDED, lambda how, **row: Lie(addition=how, **row)),
    *_rows(_DEAF, lambda how, **row: Lie(deaf_to=how, **row)),
)
"""All of them, single."""


def pair_up(lies: Sequence[Lie]) -> list[tuple[int, int]]:
    """The pairs that can be told together, as numbers of the lies: not two ways of one field at the same moment."""
    return [
        (one, other)
        for one, other in combinations(range(len(lies)), 2)
        if (lies[one].message, lies[one].field) != (lies[other].message, lies[other].field)
    ]
