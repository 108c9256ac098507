"""Whatever a stream holds, its bytes come out once and in order, and whole packets come out as such."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scripts.stand_ins.simulator.mqtt_packets import (
    DISCONNECT_PACKET,
    PINGREQ_PACKET,
    puback_packet,
    publish_packet,
    subscribe_packet,
)
from tests.fault_proxy.frames import DISCONNECT, LARGEST_FRAME, PUBACK, PUBLISH, Frame, FrameReader

packets = st.one_of(
    st.builds(
        publish_packet,
        topic=st.text(max_size=20),
        payload=st.binary(max_size=300),
        packet_id=st.integers(1, 65_535),
        retain=st.booleans(),
    ),
    st.builds(puback_packet, st.integers(1, 65_535)),
    st.just(PINGREQ_PACKET),
    st.just(DISCONNECT_PACKET),
    st.just(subscribe_packet("cp/v1/+/up/+", 7)),
)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    marks = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:end] for start, end in pairwise(marks)]


def read(*data: bytes) -> tuple[list[Frame], bytes]:
    reader = FrameReader()
    return [frame for part in data for frame in reader.feed(part)], reader.rest()


@given(packets=st.lists(packets, max_size=12), cuts=st.lists(st.integers(0, 5_000), max_size=8))
def test_packets_come_out_whole_however_they_were_cut(packets: list[bytes], cuts: list[int]) -> None:
    frames, rest = read(*pieces(b"".join(packets), cuts))
    assert [frame.raw for frame in frames] == packets
    assert rest == b""


@given(data=st.binary(max_size=2_000), cuts=st.lists(st.integers(0, 2_000), max_size=8))
def test_bytes_that_are_no_mqtt_pass_through_untouched(data: bytes, cuts: list[int]) -> None:
    frames, rest = read(*pieces(data, cuts))
    assert b"".join(frame.raw for frame in frames) + rest == data


def test_after_an_impossible_length_nothing_is_a_packet_any_more() -> None:
    malformed = b"\x30\xff\xff\xff\xff\x01"
    frames, rest = read(malformed, PINGREQ_PACKET)
    assert [frame.kind for frame in frames] == [0, 0]
    assert b"".join(frame.raw for frame in frames) == malformed + PINGREQ_PACKET
    assert rest == b""


def test_a_big_packet_passes_in_pieces_and_the_next_one_is_read_again() -> None:
    big = publish_packet("t", b"x" * (3 * LARGEST_FRAME), 5, retain=False)
    frames, rest = read(big[:100_000], big[100_000:] + puback_packet(9))
    assert b"".join(frame.raw for frame in frames[:-1]) == big
    assert {frame.kind for frame in frames[:-1]} == {0}
    assert (frames[-1].kind, frames[-1].packet_id, rest) == (PUBACK, 9, b"")


def test_a_publish_tells_topic_and_packet_id() -> None:
    ((frame, puback, end), _) = read(
        publish_packet("cp/v1/1/up/meter", b"{}", 300, retain=False) + puback_packet(300) + DISCONNECT_PACKET
    )
    assert (frame.kind, frame.topic, frame.packet_id) == (PUBLISH, "cp/v1/1/up/meter", 300)
    assert frame.is_publish_qos1
    assert (puback.kind, puback.packet_id, end.kind) == (PUBACK, 300, DISCONNECT)


def test_a_publish_of_qos_0_has_no_packet_id_and_a_cut_off_one_is_no_publish() -> None:
    ((qos0, cut_off), _) = read(b"\x30\x05\x00\x01tab" + b"\x32\x04\x00\x09ab")
    assert (qos0.kind, qos0.topic, qos0.packet_id, qos0.is_publish_qos1) == (PUBLISH, "t", 0, False)
    assert cut_off.kind == 0


def test_a_repeat_differs_in_its_mark_alone() -> None:
    ((frame,), _) = read(publish_packet("t", b"x", 1, retain=True))
    ((repeat,), _) = read(frame.as_repeat().raw)
    assert repeat.raw[0] == frame.raw[0] | 0x08
    assert (repeat.raw[1:], repeat.topic, repeat.packet_id) == (frame.raw[1:], frame.topic, frame.packet_id)
