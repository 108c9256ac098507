"""The running bridge: network thread → inbox → writer, and outbound beside it; watched, and drained at the end."""

import threading
from typing import Final

import structlog

from backend.collector import calm_collector
from backend.gateways.clock import monotonic_s, utc_now
from backend.live import wake
from mqtt_bridge.batch import StoppedError, Writer
from mqtt_bridge.client import MqttClient, MqttSettings
from mqtt_bridge.inbox import Inbox
from mqtt_bridge.outbound import Outbound
from mqtt_bridge.status_asking import StatusAsker

DRAIN_S: Final = 10.0
WATCH_S: Final = 0.5
TAKE_WAIT_S: Final = 0.5
FEW_MESSAGES: Final = 3
REST_S: Final = 0.004
_log = structlog.get_logger(__name__)


class Bridge:
    """One persistent MQTT session and what serves it."""

    def __init__(
        self, settings: MqttSettings, *, batch_cap: int, queue_cap: int, status_asks_per_s: int
    ) -> None:
        self.inbox = Inbox(queue_cap)
        self.client = MqttClient(settings, self.inbox)
        self._batch_cap = batch_cap
        self._draining = threading.Event()
        self._stopping = threading.Event()
        self.writer = Writer(
            acknowledge=self.client.acknowledge,
            publish=self.client.publish,
            clock=utc_now,
            name=settings.username,
            stopping=self._draining,
        )
        status_asker = StatusAsker(per_s=status_asks_per_s, clock=utc_now)
        self.client.on_possible_loss = status_asker.begin
        self.outbound = Outbound(
            publish=self.client.publish,
            is_connected=lambda: self.client.is_connected,
            clock=utc_now,
            every_turn=status_asker.ask_due,
        )
        self._write_thread = threading.Thread(target=self._write, name="writer", daemon=True)
        self._send_thread = threading.Thread(
            target=self.outbound.run, args=(self._stopping,), name="outbound", daemon=True
        )

    def run(self, stop: threading.Event) -> int:
        """Serve until `stop` is set, then drain; the exit code, 1 when a part of it died."""
        calm_collector()
        self.client.start()
        self._write_thread.start()
        self._send_thread.start()
        woken = wake.subscribe_wake(self.outbound.wake)
        is_ready_told = False
        code = 0
        while not stop.wait(WATCH_S):
            if not is_ready_told and self.client.wait_until_subscribed(0):
                is_ready_told = True
                _log.info("bridge_ready", fast_reader=self.client.is_fast)
            if not self._is_sound():
                code = 1
                break
        self._drain()
        if woken is not None:
            woken.close()
        return code

    def _is_sound(self) -> bool:
        parts = {
            "writer": self._write_thread.is_alive(),
            "outbound": self._send_thread.is_alive(),
            "network": self.client.is_alive,
        }
        for name, is_alive in parts.items():
            if not is_alive:
                _log.critical("bridge_part_died", part=name)
        return all(parts.values())

    def _write(self) -> None:
        try:
            self.writer.restore()
            while not (self._draining.is_set() and not len(self.inbox)):
                batch = self.inbox.take(self._batch_cap, TAKE_WAIT_S)
                if batch:
                    self.writer.write(batch)
                    self._draining.wait(rest_after_s(len(batch)))
                self.writer.catch_up()
                if self.client.hears and len(batch) < self._batch_cap:
                    self.writer.note_hearing()
            self.writer.catch_up(is_all=True)
        except StoppedError:
            _log.warning("stopped_without_database", waiting=len(self.inbox))
        except Exception:
            _log.exception("writer_died")
            raise

    def _drain(self) -> None:
        """Read nothing more, write what was read, let it be acknowledged; what is left stays with the broker."""
        began_s = monotonic_s()
        self.client.pause()
        self._stopping.set()
        self._draining.set()
        self.outbound.wake()
        self._write_thread.join(DRAIN_S)
        self._send_thread.join(max(0.0, DRAIN_S - (monotonic_s() - began_s)))
        self.client.stop()
        _log.info("bridge_stopped", waiting=len(self.inbox))


def rest_after_s(messages: int) -> float:
    """How long messages may gather after a batch of so many: a transaction of two costs nearly as much as one of ten.

    Under load batches are never so small, and the first message after a silence never waits.
    """
    return REST_S if messages < FEW_MESSAGES else 0.0
