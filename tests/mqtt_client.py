"""A paho connection for tests that remembers what happened to it, and waiting with a deadline."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from tests.waiting import LIMIT_S

HOST = "127.0.0.1"
POLL_S = 0.01
KEEPALIVE_S = 60
MAX_IN_FLIGHT = 20_000


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Poll until the condition holds; fail the test with `what` after LIMIT_S."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"gave up waiting for {what}"
        time.sleep(POLL_S)


class BrokerClient:
    """One MQTT 3.1.1 connection that remembers what happened to it."""

    def __init__(
        self,
        port: int,
        name: str,
        secret: str,
        *,
        client_id: str | None = None,
        clean: bool = True,
        manual_ack: bool = False,
        will: tuple[str, bytes] | None = None,
        tls: ssl.SSLContext | None = None,
        source_address: str = "",
    ) -> None:
        self.name = name
        self.messages: list[tuple[str, bytes]] = []
        self.raw: list[mqtt.MQTTMessage] = []
        self.answer: int | None = None
        self.session_present = False
        self.lost = 0
        self.granted: dict[int, list[int]] = {}
        self.acked: set[int] = set()
        self.paho = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id if client_id is not None else name,
            clean_session=clean,
            reconnect_on_failure=False,
            manual_ack=manual_ack,
        )
        self.paho.max_inflight_messages_set(MAX_IN_FLIGHT)
        self.paho.username_pw_set(name, secret)
        if tls is not None:
            self.paho.tls_set_context(tls)
        if will is not None:
            self.paho.will_set(will[0], will[1], qos=1, retain=True)
        self.paho.on_connect = self._on_connect
        self.paho.on_disconnect = self._on_disconnect
        self.paho.on_message = self._on_message
        self.paho.on_subscribe = self._on_subscribe
        self.paho.on_publish = lambda _client, _data, mid, _code, _properties: self.acked.add(mid)
        self.paho.connect(HOST, port, keepalive=KEEPALIVE_S, bind_address=source_address)
        self.paho.loop_start()
        wait_for(lambda: self.answer is not None or self.lost > 0, f"the broker's answer to {name}")

    @property
    def is_in(self) -> bool:
        return self.answer == 0 and self.lost == 0

    def subscribe(self, *topics: str) -> list[int]:
        _, mid = self.paho.subscribe([(topic, 1) for topic in topics])
        assert mid is not None
        wait_for(lambda: mid in self.granted or self.lost > 0, f"{self.name}'s subscription")
        return self.granted.get(mid, [])

    def publish(self, topic: str, payload: bytes = b"x", *, qos: int = 1, retain: bool = False) -> int:
        return self.paho.publish(topic, payload, qos=qos, retain=retain).mid

    def publish_acked(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> None:
        mid = self.publish(topic, payload, retain=retain)
        wait_for(lambda: mid in self.acked, f"PUBACK of {topic}")

    def payloads(self, topic: str) -> list[bytes]:
        return [payload for got, payload in list(self.messages) if got == topic]

    def leave(self) -> None:
        self.paho.disconnect()
        self._end()

    def drop(self) -> None:
        """Cut the connection without a word, as a power cut does."""
        sock = self.paho.socket()
        assert isinstance(sock, socket.socket)
        sock.shutdown(socket.SHUT_RDWR)
        wait_for(lambda: self.lost > 0, "the cut to be noticed")
        self._end()

    def _end(self) -> None:
        """paho keeps the TCP pair that wakes its thread; a collector may meet its ends before the client."""
        self.paho.loop_stop()
        self.paho._reset_sockets()

    def _on_connect(
        self, _client: object, _data: object, flags: mqtt.ConnectFlags, code: object, *_: object
    ) -> None:
        self.session_present = flags.session_present
        self.answer = int(getattr(code, "value", -1))

    def _on_disconnect(self, *_: object) -> None:
        self.lost += 1

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        self.raw.append(message)
        self.messages.append((message.topic, bytes(message.payload)))

    def _on_subscribe(
        self, _client: object, _data: object, mid: int, codes: Iterable[object], *_: object
    ) -> None:
        self.granted[mid] = [int(getattr(code, "value", -1)) for code in codes]
