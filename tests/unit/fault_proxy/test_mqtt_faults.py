"""Faults of single messages: what is repeated, moved, dropped and held, and who hears which acknowledgement."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scripts.stand_ins.simulator.mqtt_packets import (
    DISCONNECT_PACKET,
    PINGREQ_PACKET,
    puback_packet,
    publish_packet,
)
from tests.fault_proxy.frames import Frame, FrameReader
from tests.fault_proxy.mqtt_faults import MessageFaults, Plan


def frame_of(packet: bytes) -> Frame:
    (frame,) = FrameReader().feed(packet)
    return frame


def message(number: int, topic: str = "t") -> Frame:
    return frame_of(publish_packet(topic, str(number).encode(), number, retain=False))


def faults(plan: Plan, seed: int = 1) -> MessageFaults:
    return MessageFaults(lambda: plan, Random(seed), Counter())


def ids(frames: list[Frame]) -> list[int]:
    return [frame.packet_id for frame in frames]


def pass_all(plan: Plan, count: int, seed: int) -> list[int]:
    """The packet ids of `count` messages as they leave."""
    way = faults(plan, seed)
    passed = [frame for number in range(1, count + 1) for frame in way.take(message(number))]
    return ids([*passed, *way.flush()])


plans = st.builds(
    Plan,
    drop_percent=st.integers(0, 60),
    copies=st.tuples(st.integers(1, 2), st.integers(2, 5)),
    window=st.integers(1, 20),
)


@given(plan=plans, seed=st.integers(), count=st.integers(0, 60))
def test_a_seed_replays_the_same_decisions(plan: Plan, seed: int, count: int) -> None:
    assert pass_all(plan, count, seed) == pass_all(plan, count, seed)


@given(window=st.integers(1, 20), seed=st.integers(), count=st.integers(0, 60))
def test_messages_move_within_their_window_and_none_is_lost(window: int, seed: int, count: int) -> None:
    passed = pass_all(Plan(window=window), count, seed)
    assert sorted(passed) == list(range(1, count + 1))
    assert all((number - 1) // window == place // window for place, number in enumerate(passed))


@given(least=st.integers(1, 3), more=st.integers(0, 3), seed=st.integers())
def test_each_message_comes_as_often_as_planned(least: int, more: int, seed: int) -> None:
    passed = Counter(pass_all(Plan(copies=(least, least + more), window=7), 30, seed))
    assert len(passed) == 30
    assert all(least <= count <= least + more for count in passed.values())


def test_another_seed_decides_otherwise() -> None:
    plan = Plan(drop_percent=20, copies=(1, 5), window=20)
    assert len({tuple(pass_all(plan, 40, seed)) for seed in range(5)}) == 5


def test_the_sender_hears_of_the_last_copy_alone() -> None:
    way = faults(Plan(copies=(3, 3)))
    assert ids(way.take(message(7))) == [7, 7, 7]
    puback = frame_of(puback_packet(7))
    assert [way.is_last_acknowledgement(puback) for _ in range(4)] == [False, False, True, True]


def test_only_the_first_copy_is_not_marked_as_a_repeat() -> None:
    marks = [bool(frame.raw[0] & 0x08) for frame in faults(Plan(copies=(3, 3))).take(message(7))]
    assert marks == [False, True, True]


def test_everything_may_be_dropped() -> None:
    assert pass_all(Plan(drop_percent=100), 30, 1) == []


def test_held_messages_wait_for_their_release_and_others_pass() -> None:
    way = faults(Plan(holds=lambda topic: topic.endswith("session_ended")))
    assert way.take(message(1, "cp/v1/1/up/session_ended")) == []
    assert ids(way.take(message(2, "cp/v1/1/up/meter"))) == [2]
    assert ids(way.release()) == [1]
    assert way.release() == []


def test_a_goodbye_lets_everything_go_first() -> None:
    way = faults(Plan(window=5, holds=lambda topic: topic == "held"))
    assert way.take(message(1, "held")) == way.take(message(2)) == []
    goodbye = frame_of(DISCONNECT_PACKET)
    left = way.take(goodbye)
    assert (sorted(ids(left[:-1])), left[-1]) == ([1, 2], goodbye)


def test_what_is_no_message_of_qos_1_passes_at_once() -> None:
    way = faults(Plan(drop_percent=100, copies=(5, 5), window=20))
    ping, qos0, qos2 = (
        frame_of(raw) for raw in (PINGREQ_PACKET, b"\x30\x04\x00\x01tx", b"\x34\x05\x00\x01t\x00\x01")
    )
    assert [way.take(one) for one in (ping, qos0, qos2)] == [[ping], [qos0], [qos2]]
    assert not way.is_waiting
