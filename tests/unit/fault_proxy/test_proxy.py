"""The proxy on real sockets: what a client and a server on its two sides see of each fault."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Final

import pytest

from scripts.stand_ins.simulator.mqtt_packets import DISCONNECT_PACKET, publish_packet
from tests.fault_proxy import Fate, FaultProxy, MqttFaults, Plan, Wire
from tests.open_sockets import open_sockets
from tests.waiting import LIMIT_S, wait_until

SHORT_S: Final = 0.3


class EchoServer:
    """Answers what it gets; `seen` is everything, `ended` how its connections ended."""

    def __init__(self) -> None:
        self.seen = b""
        self.ended: list[str] = []

        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # closed before
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                plug, _ = self._listener.accept()
                threading.Thread(target=self._echo, args=(plug,), daemon=True).start()

    def _echo(self, plug: socket.socket) -> None:
        with plug:
            try:
                while data := plug.recv(65_536):
                    self.seen += data
                    plug.sendall(data)
            except OSError:
                self.ended.append("reset")
            else:
                self.ended.append("closed")


@pytest.fixture
def server() -> Iterator[EchoServer]:
    echo = EchoServer()
    yield echo
    echo.close()


@pytest.fixture
def wire(server: EchoServer) -> Iterator[FaultProxy]:
    with FaultProxy("127.0.0.1", server.port) as proxy:
        yield proxy


@contextlib.contextmanager
def connected(proxy: FaultProxy) -> Iterator[socket.socket]:
    with socket.create_connection((proxy.host, proxy.port), LIMIT_S) as plug:
        yield plug


def ask(plug: socket.socket, data: bytes) -> bytes:
    """Send, and read as many bytes back."""
    plug.sendall(data)
    answer = b""
    while len(answer) < len(data) and (part := plug.recv(65_536)):
        answer += part
    return answer


def is_reset(plug: socket.socket) -> bool:
    """Whether the connection ends without a goodbye, be it after an answer."""
    try:
        while plug.recv(65_536):
            pass
    except ConnectionResetError:
        return True
    return False


def is_silent(plug: socket.socket) -> bool:
    plug.settimeout(SHORT_S)
    try:
        plug.recv(1)
    except TimeoutError:
        return True
    finally:
        plug.settimeout(LIMIT_S)
    return False


def test_bytes_pass_unchanged_and_a_goodbye_reaches_the_server(wire: FaultProxy, server: EchoServer) -> None:
    data = bytes(range(256)) * 4_000
    with connected(wire) as plug:
        assert ask(plug, data) == data
    wait_until(lambda: server.ended == ["closed"], "the server sees the end")
    wait_until(lambda: wire.open_links == 0, "the link is over")


def test_slices_and_delays_change_no_byte(wire: FaultProxy) -> None:
    wire.spoil(up=Wire(slice_bytes=7, latency_s=0.001, jitter_s=0.001), down=Wire(slice_bytes=1))
    data = bytes(range(256)) * 4
    with connected(wire) as plug:
        assert ask(plug, data) == data


def test_a_cut_is_a_reset_for_both_and_new_connections_are_served(
    wire: FaultProxy, server: EchoServer
) -> None:
    with connected(wire) as plug:
        assert ask(plug, b"before") == b"before"
        wire.cut()
        assert is_reset(plug)
    wait_until(lambda: server.ended == ["reset"], "the server is reset")
    with connected(wire) as plug:
        assert ask(plug, b"after") == b"after"


def test_a_limit_cuts_in_the_middle_of_what_is_said(wire: FaultProxy, server: EchoServer) -> None:
    wire.spoil(up=Wire(limit_bytes=5))
    with connected(wire) as plug:
        plug.sendall(b"0123456789")
        assert is_reset(plug)
    wait_until(lambda: server.ended == ["reset"], "the server is reset")
    assert server.seen in {b"", b"01234"}  # a reset may overtake what was not read yet


def test_a_black_hole_swallows_and_healing_resets_it(wire: FaultProxy, server: EchoServer) -> None:
    with connected(wire) as early:
        assert ask(early, b"1") == b"1"
        wire.black_hole()
        with connected(wire) as late:
            for plug in (early, late):
                plug.sendall(b"lost")
                assert is_silent(plug)
            wire.heal()
            for plug in (early, late):
                assert is_reset(plug)
    with connected(wire) as plug:
        assert ask(plug, b"2") == b"2"
    assert server.seen == b"12"


def test_refusing_means_that_nobody_listens(wire: FaultProxy) -> None:
    port = wire.port
    wire.refuse()
    with pytest.raises(ConnectionRefusedError), connected(wire):
        pass
    wire.heal()
    with connected(wire) as plug:
        assert ask(plug, b"x") == b"x"
    assert wire.port == port


@pytest.mark.parametrize("fate", [Fate.CLIENT_GONE, Fate.SERVER_GONE])
def test_a_half_open_connection_is_known_to_one_side_only(
    wire: FaultProxy, server: EchoServer, fate: Fate
) -> None:
    with connected(wire) as plug:
        assert ask(plug, b"x") == b"x"
        wire.cut(fate)
        if fate is Fate.CLIENT_GONE:
            assert is_reset(plug)
            assert wire.open_links == 1
            assert server.ended == []
        else:
            wait_until(lambda: server.ended == ["reset"], "the server is reset")
            plug.sendall(b"into nothing")
            assert is_silent(plug)


@pytest.mark.parametrize(
    ("is_passed_on", "seen"), [(False, b"COMMIT.UPDATE."), (True, b"COMMIT.UPDATE.COMMIT.")]
)
def test_a_trap_springs_once_before_or_after_its_last_piece_passes(
    wire: FaultProxy, server: EchoServer, *, is_passed_on: bool, seen: bytes
) -> None:
    wire.trap(b"UPDATE", b"COMMIT", fate=Fate.CLIENT_GONE, is_passed_on=is_passed_on)
    with connected(wire) as plug:
        assert ask(plug, b"COMMIT.") == b"COMMIT."
        assert ask(plug, b"UPDATE.") == b"UPDATE."
        plug.sendall(b"COMMIT.")
        assert is_reset(plug)
    assert wire.trap_has_sprung
    wait_until(lambda: server.seen == seen, "the server has what was passed on")
    with connected(wire) as plug:
        assert ask(plug, b"UPDATE.") == b"UPDATE."
        assert ask(plug, b"COMMIT.") == b"COMMIT."


def test_a_server_that_is_down_resets_the_client(server: EchoServer) -> None:
    server.close()
    with FaultProxy("127.0.0.1", server.port) as wire:
        try:
            with connected(wire) as plug:
                assert is_reset(plug)
        except ConnectionResetError:  # before the client looked at its new connection
            assert wire.accepted == 1


def test_what_connects_while_the_proxy_closes_is_not_left_open(server: EchoServer) -> None:
    before = open_sockets()
    is_over = threading.Event()

    def knock(wire: FaultProxy) -> None:
        while not is_over.is_set():
            with contextlib.suppress(OSError), connected(wire):
                pass

    with FaultProxy("127.0.0.1", server.port) as wire:
        guests = [threading.Thread(target=knock, args=(wire,)) for _ in range(4)]
        for guest in guests:
            guest.start()
        wait_until(lambda: wire.accepted > 20, "guests come and go")
    is_over.set()
    for guest in guests:
        guest.join()
    wait_until(lambda: open_sockets() <= before, "every socket is closed", LIMIT_S)


def test_messages_that_wait_for_others_go_on_after_a_while(server: EchoServer) -> None:
    packets = [publish_packet("t", bytes([number]), number, retain=False) for number in (1, 2, 3)]
    mqtt = MqttFaults(seed=3, up=Plan(window=20))
    with FaultProxy("127.0.0.1", server.port, mqtt=mqtt) as wire, connected(wire) as plug:
        for packet in packets:
            plug.sendall(packet)
        wait_until(lambda: len(server.seen) == len(b"".join(packets)), "all of them arrive")
    assert all(packet in server.seen for packet in packets)


def test_held_messages_arrive_when_they_are_released(server: EchoServer) -> None:
    held, passed = (publish_packet(topic, b"x", 1, retain=False) for topic in ("held", "passed"))
    mqtt = MqttFaults(up=Plan(holds=lambda topic: topic == "held"))
    with FaultProxy("127.0.0.1", server.port, mqtt=mqtt) as wire, connected(wire) as plug:
        plug.sendall(held + passed)
        wait_until(lambda: server.seen == passed, "only the other one arrives")
        assert mqtt.counts["held"] == 1
        wire.release()
        wait_until(lambda: server.seen == passed + held, "the held one arrives")


def test_half_a_packet_is_passed_on_when_its_sender_goes(server: EchoServer) -> None:
    half = publish_packet("t", b"never whole", 1, retain=False)[:-3]
    with FaultProxy("127.0.0.1", server.port, mqtt=MqttFaults()) as wire, connected(wire) as plug:
        plug.sendall(DISCONNECT_PACKET + half)
        plug.shutdown(socket.SHUT_WR)
        wait_until(lambda: server.seen == DISCONNECT_PACKET + half, "what there was of it arrives")
