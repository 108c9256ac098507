"""Whatever a platform, drivers, networks and power do: the money facts of a pile hold."""

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.stand_ins.simulator.car import make_car
from scripts.stand_ins.simulator.connector import ImpossibleError
from scripts.stand_ins.simulator.envelope import from_text
from tests.unit.simulator.piles import DrivenPile

SESSIONS = st.sampled_from([f"S{number}" for number in range(6)])
CONNECTORS = st.integers(1, 2)
STEPS = st.one_of(
    st.tuples(st.just("plug"), CONNECTORS, st.integers(1, 100)),
    st.tuples(st.just("unplug"), CONNECTORS),
    st.tuples(st.just("start"), SESSIONS, CONNECTORS, st.integers(1, 20), st.integers(1, 5_000)),
    st.tuples(st.just("stop"), SESSIONS),
    st.tuples(st.just("repeat"), st.integers(1, 20)),
    st.tuples(st.just("wait"), st.integers(0, 4_000)),
    st.tuples(st.just("fault"), CONNECTORS),
    st.tuples(st.just("clear")),
    st.tuples(st.just("offline")),
    st.tuples(st.just("online")),
    st.tuples(st.just("power_loss")),
    st.tuples(st.just("set_time"), st.integers(-5_000, 5_000)),
    st.tuples(st.just("receipt")),
)


def act(pile: DrivenPile, step: tuple[Any, ...]) -> None:
    kind, values = step[0], step[1:]
    if kind == "plug":
        pile.plug(values[0], make_car(20_000, values[1], 120_000))
    elif kind == "unplug":
        pile.unplug(values[0])
    elif kind == "wait":
        pile.wait(values[0])
    elif kind == "fault":
        pile.sent += pile.model.raise_fault("overheat", pile.now_ms, values[0])
    elif kind == "clear":
        pile.sent += pile.model.clear_faults(pile.now_ms)
    elif kind == "power_loss":
        pile.lose_power()
    elif kind == "online" and not pile.model.is_online:
        pile.connect()
    elif pile.model.is_online:
        act_from_platform(pile, kind, values)


def act_from_platform(pile: DrivenPile, kind: str, values: tuple[Any, ...]) -> None:
    if kind == "start":
        session_no, connector, number, limit_wh = values
        pile.start(session_no, connector, command_id=f"k{number}", limit_wh=limit_wh)
    elif kind == "stop":
        pile.stop(*values)
    elif kind == "repeat":
        pile.command("report_status", command_id=f"k{values[0]}")
    elif kind == "set_time":
        pile.command("set_time", now=f"2026-03-02T{12 + values[0] // 1000:02d}:00:00Z")
    elif kind == "receipt":
        pile.receipt_all()
    elif kind == "offline":
        pile.disconnect()


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=40))
def test_every_accepted_start_ends_once_registers_grow_and_segments_sum(steps: list[tuple[Any, ...]]) -> None:
    pile = DrivenPile()
    registers = [[0, 0]]
    for step in steps:
        try:
            act(pile, step)
        except ImpossibleError:
            continue
        registers.append([connector.register.mj for connector in pile.model.connectors])
    finish(pile)
    assert all(
        now >= before for old, new in pairwise(registers) for before, now in zip(old, new, strict=True)
    )
    check_records(pile)
    check_wire(pile)
    pile.receipt_all()
    assert len(pile.model.outbox) == 0


def finish(pile: DrivenPile) -> None:
    """Bring the pile online and end whatever still runs."""
    if not pile.model.is_online:
        pile.connect()
    pile.wait(100)
    for connector in pile.model.connectors:
        if connector.session_no:
            pile.stop(connector.session_no)


def check_records(pile: DrivenPile) -> None:
    records = {body["id"]: body for body in pile.take("session_ended")}
    ended = [body["session_no"] for body in records.values()]
    proved = {body["session_no"] for body in pile.take("session_started")}
    assert len(ended) == len(set(ended))
    assert proved <= set(ended)
    assert sum(accepted_starts(pile)) == len(ended)
    for body in records.values():
        segments = body["segments"]
        energy_wh = body["register_end_wh"] - body["register_start_wh"]
        assert energy_wh >= 0
        assert sum(segment["energy_wh"] for segment in segments) == energy_wh
        assert all(segment["energy_wh"] >= 0 for segment in segments)
        for one, two in pairwise(segments):
            assert one["to_at"] == two["from_at"]
            assert from_text(one["to_at"]) % 1_800_000 == 0
        if segments:
            assert (segments[0]["from_at"], segments[-1]["to_at"]) == (body["started_at"], body["ended_at"])


def accepted_starts(pile: DrivenPile) -> list[bool]:
    replies = {body["id"]: body for body in pile.take("reply")}
    return [
        body["result"] == "accepted" and body.get("reason") != "already_running" for body in replies.values()
    ]


def check_wire(pile: DrivenPile) -> None:
    """Integers only; one id, one content; and a smaller boot is always marked as replayed."""
    contents: dict[str, dict[str, Any]] = {}
    newest = 0
    for message in pile.sent:
        body = {key: value for key, value in message.body.items() if key != "replayed"}
        assert contents.setdefault(message.id, body) == body
        assert not has_float(message.body)
        assert message.body["boot"] >= newest or message.body.get("replayed") is True
        newest = max(newest, message.body["boot"])


def has_float(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(has_float, value.values()))
    return any(map(has_float, value)) if isinstance(value, list) else isinstance(value, float)
