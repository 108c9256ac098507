import pytest

from scripts.stand_ins.simulator import mqtt_packets as mqtt


def test_connect_names_the_pile_twice_keeps_the_session_and_retains_the_will() -> None:
    packet = mqtt.connect_packet("P1", "pw", 60, "t", b"w")
    assert packet == b"\x10\x1c\x00\x04MQTT\x04\xec\x00\x3c\x00\x02P1\x00\x01t\x00\x01w\x00\x02P1\x00\x02pw"


def test_publish_is_qos_1_and_retained_only_when_asked() -> None:
    assert mqtt.publish_packet("a/b", b"x", 258, retain=False) == b"\x32\x08\x00\x03a/b\x01\x02x"
    assert mqtt.publish_packet("a/b", b"x", 258, retain=True)[0] == 0x33


def test_reads_a_stream_whatever_the_pieces() -> None:
    first = mqtt.publish_packet("a/b", b"x" * 300, 7, retain=False)
    stream = b"\x20\x02\x00\x05" + first + mqtt.puback_packet(9)
    for size in (1, 2, 5, 1_000):
        reader = mqtt.PacketReader()
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        packets = [packet for piece in pieces for packet in reader.feed(piece)]
        assert [kind for kind, _, _ in packets] == [mqtt.CONNACK, mqtt.PUBLISH, mqtt.PUBACK]
        assert mqtt.parse_publish(packets[1][1], packets[1][2]) == ("a/b", b"x" * 300, 7)


def test_a_qos_0_publish_has_no_packet_id() -> None:
    assert mqtt.parse_publish(0, b"\x00\x01tbody") == ("t", b"body", 0)


@pytest.mark.parametrize("stream", [b"\x30\xff\xff\xff\x7f", b"\x30\xff\xff\xff\xff\x01"])
def test_refuses_packets_beyond_the_bound_before_reading_them(stream: bytes) -> None:
    with pytest.raises(mqtt.PacketError):
        list(mqtt.PacketReader().feed(stream))
