"""The smoke's own ear at the broker: everything piles and platform say to one another, with the read-only account."""

from __future__ import annotations

import json
import threading
from collections import deque
from typing import Any, Self

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from scripts.local.launcher.smoke_http import require

CONNECT_LIMIT_S = 60.0
KEPT_MESSAGES = 50_000


class Observer:
    """`with Observer(host, port, name, secret) as observer:` — entering waits for the subscription."""

    def __init__(self, host: str, port: int, name: str, secret: str) -> None:
        self._address = (host, port)
        self._heard: deque[tuple[str, dict[str, Any]]] = deque(maxlen=KEPT_MESSAGES)
        self._is_listening = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name)
        self._client.username_pw_set(name, secret)
        self._client.on_connect = lambda client, *_: client.subscribe("cp/v1/#", qos=1)
        self._client.on_subscribe = lambda *_: self._is_listening.set()
        self._client.on_message = lambda _client, _data, message: self._hear(message)

    def __enter__(self) -> Self:
        self._client.connect(*self._address)
        self._client.loop_start()
        require(self._is_listening.wait(CONNECT_LIMIT_S), "the broker does not let the viewer listen")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def said(self, pile_no: str, topic: str, **fields: object) -> list[dict[str, Any]]:
        """What was said on cp/v1/{pile_no}/{topic}, such as `up/meter`, with these fields, oldest first."""
        whole = f"cp/v1/{pile_no}/{topic}"
        return [
            body
            for heard, body in tuple(self._heard)
            if heard == whole and all(body.get(name) == value for name, value in fields.items())
        ]

    def _hear(self, message: mqtt.MQTTMessage) -> None:
        body = json.loads(message.payload)
        if isinstance(body, dict):
            self._heard.append((message.topic, body))
