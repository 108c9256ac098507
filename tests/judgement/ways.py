"""How lies are told: each way makes other words of a true one, or says one that nobody had to say."""

import copy
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.judgement.words import Word
from tests.pile_voice import as_text

if TYPE_CHECKING:
    from tests.judgement.stage import Stage

Memory: TypeAlias = dict[str, Any]
Change: TypeAlias = Callable[["Stage", Word, Memory], Iterable[Word]]
Addition: TypeAlias = Callable[["Stage", Memory, tuple[int, int]], Iterable[Word]]

# ---- of a true word


def absent(_: "Stage", __: Word, ___: Memory) -> Iterable[Word]:
    """It never comes."""
    return ()


def twice(_: "Stage", word: Word, __: Memory) -> Iterable[Word]:
    """The very same comes again."""
    return word, word


def put_all(**fields: Any) -> Change:
    return lambda _, word, __: (word.saying(**fields),)


def put(field: str, value: Any) -> Change:
    return put_all(**{field: value})


def move(field: str, by: int) -> Change:
    return lambda _, word, __: (word.saying(**{field: max(0, word.body[field] + by)}),)


def copied(from_field: str, to_field: str) -> Change:
    return lambda _, word, __: (word.saying(**{to_field: word.body[from_field]}),)


def frozen(field: str) -> Change:
    """It stays as it was when the lie began."""
    return lambda _, word, memory: (word.saying(**{field: memory.setdefault("frozen", word.body[field])}),)


def restarted(field: str) -> Change:
    """It counts from zero again."""
    return lambda _, word, memory: (
        word.saying(**{field: word.body[field] - memory.setdefault("zero", word.body[field])}),
    )


def again_with(field: str, other: Any, *, is_same_id: bool = False) -> Change:
    """Another version of it comes with it, in the same batch: a number is added, anything else put."""

    def change(stage: "Stage", word: Word, _: Memory) -> Iterable[Word]:
        return word, _other(stage, word, field, other, is_same_id=is_same_id)

    return change


def before_with(field: str, other: Any, *, is_same_id: bool = False) -> Change:
    """The same, but the other version is faster."""

    def change(stage: "Stage", word: Word, _: Memory) -> Iterable[Word]:
        return _other(stage, word, field, other, is_same_id=is_same_id), word

    return change


def _other(stage: "Stage", word: Word, field: str, other: Any, *, is_same_id: bool) -> Word:
    value = word.body[field] + other if isinstance(other, int) else other
    if word.kind == "meter":  # the same place in order, for a meter's id means nothing
        return word.saying(**{field: value})
    made = word.saying(**{field: value}, seq=word.body["seq"] + 500_000)
    return made if is_same_id else made.saying(id=f"{word.id}-{stage.minute}-other")


def id_of(kind: str) -> Change:
    """It comes under the id of an earlier message."""

    def change(stage: "Stage", word: Word, _: Memory) -> Iterable[Word]:
        earlier = _last(stage, kind)
        return (word if earlier is None else word.saying(id=earlier.id),)

    return change


def of_the_neighbour(stage: "Stage", word: Word, _: Memory) -> Iterable[Word]:
    """It names the charge at the other gun."""
    other = next((one for one in stage.charges if one.driver == stage.b), None)
    return (word if other is None else word.saying(session_no=other.session_no),)


def dated(*, field: str = "at", **delta: float) -> Change:
    by = timedelta(**delta)
    return lambda _, word, __: (word.saying(**{field: _shifted(word.body[field], by)}),)


def all_dated(**delta: float) -> Change:
    """Every time in a final record is another."""
    by = timedelta(**delta)

    def change(_: "Stage", word: Word, __: Memory) -> Iterable[Word]:
        times = {name: _shifted(word.body[name], by) for name in ("at", "started_at", "ended_at")}
        return (word.saying(**times, segments=_moved(word.body["segments"], by, 0)),)

    return change


def spoil_segments(*, energy_wh: int = 0, **delta: float) -> Change:
    by = timedelta(**delta)
    return lambda _, word, __: (word.saying(segments=_moved(word.body["segments"], by, energy_wh)),)


def squeeze_segments(_: "Stage", word: Word, __: Memory) -> Iterable[Word]:
    """All the energy lies in the first second, where it is cheap."""
    began_at = word.body["started_at"]
    energy_wh = word.body["register_end_wh"] - word.body["register_start_wh"]
    one = {"from_at": began_at, "to_at": _shifted(began_at, timedelta(seconds=1)), "energy_wh": energy_wh}
    return (word.saying(segments=[one]),)


def _moved(segments: list[dict[str, Any]], by: timedelta, energy_wh: int) -> list[dict[str, Any]]:
    moved = copy.deepcopy(segments)
    for one in moved:
        one["from_at"], one["to_at"] = _shifted(one["from_at"], by), _shifted(one["to_at"], by)
    if moved:
        moved[0]["energy_wh"] += energy_wh
    return moved


def _shifted(text: str, by: timedelta) -> str:
    return as_text(datetime.fromisoformat(text) + by)


# ---- of when it comes


def behind_the_next(_: "Stage", word: Word, memory: Memory) -> Iterable[Word]:
    """Every second one comes after the one that was made after it."""
    before = memory.pop("waits", None)
    if before is None:
        memory["waits"] = word
        return ()
    return word, before


def waited(minutes: int, *, is_marked: bool = False) -> Change:
    """It comes so much later."""

    def change(stage: "Stage", word: Word, _: Memory) -> Iterable[Word]:
        stage.post(word.saying(replayed=True) if is_marked else word, stage.now + timedelta(minutes=minutes))
        return ()

    return change


def kept(minutes: int) -> Change:
    """The same, with the mark of one that was kept."""
    return waited(minutes, is_marked=True)


def waited_until(minute: int, *, is_marked: bool = False) -> Change:
    """All of them come at this minute."""

    def change(stage: "Stage", word: Word, _: Memory) -> Iterable[Word]:
        if stage.minute >= minute:
            return (word,)
        due_at = stage.now + timedelta(minutes=minute - stage.minute)
        stage.post(word.saying(replayed=True) if is_marked else word, due_at)
        return ()

    return change


def kept_until(minute: int) -> Change:
    return waited_until(minute, is_marked=True)


kept_until_the_end = kept_until(19)
waited_until_the_end = waited_until(19)


def counted_anew(_: "Stage", word: Word, memory: Memory) -> Iterable[Word]:
    """The counter begins at 1 again, in the same boot."""
    zero = memory.setdefault("zero", word.body["seq"] - 1)
    return (word.saying(seq=max(0, word.body["seq"] - zero)),)


# ---- what nobody had to say


def says(kind: str, *, is_of_gun: bool = True, **fields: Any) -> Addition:
    values = ({"connector": 1, "plugged": True, "fault_codes": []} if is_of_gun else {}) | fields

    def add(stage: "Stage", _: Memory, window: tuple[int, int]) -> Iterable[Word]:
        return (stage.say(kind, **values),) if stage.minute == window[0] else ()

    return add


def repeats(kind: str, *, is_same_id: bool = False, is_marked: bool = False, **moved: int) -> Addition:
    """A message of A's charge comes again: as it was, or with numbers moved by so much."""

    def add(stage: "Stage", _: Memory, window: tuple[int, int]) -> Iterable[Word]:
        word = _last(stage, kind)
        if word is None or stage.minute != window[0]:
            return
        fields = {name: word.body[name] + by for name, by in moved.items()}
        made = word.saying(**fields, **({"replayed": True} if is_marked else {}))
        if kind == "meter":
            made = made.saying(seq=stage.mouth.seq + 1, at=as_text(stage.clock))
            stage.mouth.seq += 1
        elif moved and not is_same_id:
            made = made.saying(id=f"{word.id}-{stage.minute}-again")
        yield made

    return add


def _last(stage: "Stage", kind: str) -> Word | None:
    charge = stage.charge
    own = [
        word
        for _, word in stage.delivered
        if word.kind == kind and charge and word.session_no == charge.session_no
    ]
    return own[-1] if own else None


def begins_again(stage: "Stage", _: Memory, window: tuple[int, int]) -> Iterable[Word]:
    """The pile lost its power for a moment and says that it begins, at the register as it is."""
    charge = stage.charge
    if charge is None or charge.gun not in stage.running or stage.minute != window[0]:
        return
    stage.mouth.boot, stage.mouth.seq = stage.mouth.boot + 1, 0
    yield stage.say("boot", vendor="欣象")
    register_wh = charge.points[-1].register_wh
    yield stage.started(charge).saying(register_wh=register_wh)


def ends_too_early(stage: "Stage", _: Memory, window: tuple[int, int]) -> Iterable[Word]:
    """It says that the charge is over, and charges on."""
    charge = stage.charge
    if charge is not None and charge.gun in stage.running and stage.minute == window[0]:
        yield stage.ended(charge, "car_full")


def restarts(by: int) -> Addition:
    """The pile starts anew under another number."""

    def add(stage: "Stage", _: Memory, window: tuple[int, int]) -> Iterable[Word]:
        if stage.minute == window[0]:
            stage.mouth.boot, stage.mouth.seq = max(0, stage.mouth.boot + by), 0
            yield stage.say("online", online=True, conn=f"c{stage.minute}")
            yield stage.say("boot", vendor="欣象")

    return add


def of_another_pile(kind: str) -> Addition:
    """Another pile tells of A's charge."""

    def add(stage: "Stage", _: Memory, window: tuple[int, int]) -> Iterable[Word]:
        word = _last(stage, kind) or _last(stage, "session_started")
        if word is not None and stage.minute == window[0]:
            stage.another_mouth.boot = 1
            yield stage.of_another_pile(kind, word)

    return add


def sets_clock(*, is_stubborn: bool = False, for_min: int | None = None, **delta: float) -> Addition:
    """The pile's clock goes wrong; a stubborn one is not set by `set_time`."""

    def add(stage: "Stage", memory: Memory, window: tuple[int, int]) -> Iterable[Word]:
        if stage.minute == max(1, window[0]) and "is_set" not in memory:
            memory["is_set"] = True
            stage.clock_offset, stage.is_clock_stubborn = timedelta(**delta), is_stubborn
        if for_min is not None and stage.minute == max(1, window[0]) + for_min and stage.is_clock_stubborn:
            stage.clock_offset, stage.is_clock_stubborn = timedelta(0), False
        return ()

    return add


def falls_back_with_its_counter(stage: "Stage", memory: Memory, window: tuple[int, int]) -> Iterable[Word]:
    """Clock and counter are as they were some minutes ago."""
    if stage.minute == window[0] and "is_set" not in memory:
        memory["is_set"] = True
        stage.clock_offset, stage.mouth.seq = -timedelta(minutes=5), 1
    return ()


def restarts_the_bridge(stage: "Stage", _: Memory, window: tuple[int, int]) -> Iterable[Word]:
    """Not a lie of the pile: the bridge forgets what it has in memory."""
    if stage.minute == window[0]:
        stage.restart_bridge()
    return ()
