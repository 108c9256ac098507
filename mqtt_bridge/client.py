"""The connection to the broker: MQTT 3.1.1, persistent session, manual acknowledgement. With `fast_reader` the only place with paho.

What arrives goes to the inbox; acknowledgements come back from the writer in the order of receipt. A token is
the connection's number and the packet id: one from an earlier connection acknowledges nothing in this one.
"""

import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import paho.mqtt.client as paho
import structlog

from mqtt_bridge import fast_reader, topics
from mqtt_bridge.fast_reader import BridgeClient, FastClient
from mqtt_bridge.inbox import Inbox

KEEPALIVE_S: Final = 60
FIRST_RECONNECT_S: Final = 1
LONGEST_RECONNECT_S: Final = 30
OUT_IN_FLIGHT: Final = 1_000
OUT_QUEUED: Final = 20_000
_log = structlog.get_logger(__name__)


class MqttSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is; `username` is also the client id. `tls_ca_file` empty: no TLS."""

    host: str
    port: int
    username: str
    password: str
    tls_ca_file: str = ""


class MqttClient:
    """One persistent session; reconnects by itself until it is stopped."""

    def __init__(self, settings: MqttSettings, inbox: Inbox, *, is_fast: bool | None = None) -> None:
        self._settings = settings
        self._connected = threading.Event()
        self._subscribed = threading.Event()
        self._refused = threading.Event()
        self.on_possible_loss: Callable[[], None] = lambda: None
        """Called by the network thread once a connection stands and subscribes: a broker that was killed keeps our
        session and forgets what it had acknowledged since it last saved, and nothing tells us that it was killed."""
        if is_fast is None:
            is_fast = fast_reader.works()
        self.is_fast = is_fast
        self._client: BridgeClient = (FastClient if is_fast else BridgeClient)(inbox, settings.username)
        self._configure()

    def start(self) -> None:
        """Connect in a thread of its own; an absent broker is asked again, with growing pauses."""
        self._client.connect_async(self._settings.host, self._settings.port, KEEPALIVE_S)
        self._client.loop_start()

    def stop(self) -> None:
        """Disconnect and end the thread; what was not acknowledged stays with the broker."""
        self._client.end()

    @property
    def is_connected(self) -> bool:
        return self._connected.is_set()

    @property
    def hears(self) -> bool:
        """Whether what piles say reaches us now."""
        return self._connected.is_set() and self._subscribed.is_set()

    @property
    def is_alive(self) -> bool:
        """Whether the network thread runs and the broker lets us read."""
        return self._client.is_running and not self._refused.is_set()

    def wait_until_subscribed(self, timeout_s: float) -> bool:
        """Whether the broker has confirmed the subscription within the time."""
        return self._subscribed.wait(timeout_s)

    def pause(self) -> None:
        """Read nothing more; what waits in the inbox can still be written and acknowledged."""
        self._client.is_paused = True

    def acknowledge(self, tokens: Sequence[int]) -> None:
        """Acknowledge messages of this connection, in this order."""
        self._client.acknowledge(tokens)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send at QoS 1; kept while the connection is away, up to `OUT_QUEUED` messages, then dropped with a log."""
        info = self._client.publish(topic, payload, qos=1)
        if info.rc == paho.MQTT_ERR_QUEUE_SIZE:
            _log.warning("publish_dropped", topic=topic)

    def _configure(self) -> None:
        client, settings = self._client, self._settings
        client.username_pw_set(settings.username, settings.password)
        if settings.tls_ca_file:
            client.tls_set(settings.tls_ca_file, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.reconnect_delay_set(FIRST_RECONNECT_S, LONGEST_RECONNECT_S)
        client.max_inflight_messages_set(OUT_IN_FLIGHT)
        client.max_queued_messages_set(OUT_QUEUED)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe

    def _on_connect(self, client: paho.Client, _: Any, flags: Any, reason: Any, __: Any) -> None:
        if reason.is_failure:
            _log.error("broker_refused", reason=str(reason))
            return
        _log.info("broker_connected", session_present=flags.session_present)
        self._connected.set()
        # without a confirmed subscription of this process the broker's memory is not relied on
        if not flags.session_present or not self._subscribed.is_set():
            self._subscribed.clear()
            client.subscribe(topics.UP, qos=1)
        else:
            self.on_possible_loss()

    def _on_subscribe(self, _: paho.Client, __: Any, ___: int, reasons: Any, ____: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            _log.error("subscription_refused", topic=topics.UP)
            self._refused.set()
            return
        self._subscribed.set()
        self.on_possible_loss()

    def _on_disconnect(self, _: paho.Client, __: Any, ___: Any, reason: Any, ____: Any) -> None:
        if self._connected.is_set():
            _log.warning("broker_away", reason=str(reason))
        self._connected.clear()
