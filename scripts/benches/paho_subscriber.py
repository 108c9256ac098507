"""Worker, the ceiling of the bridge bench: stock paho, manual acknowledgement, each message acknowledged at once."""

from __future__ import annotations

import time
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from mqtt_bridge import topics
from scripts.benches.worker import read_task, say_answer, say_ready

KEEPALIVE_S = 60


def main() -> None:
    """Count to each of the task's totals and say when it was reached."""
    task = read_task()
    totals: list[int] = list(task["totals"])
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=task["username"],
        clean_session=False,
        protocol=paho.MQTTv311,
        manual_ack=True,
    )
    client.username_pw_set(task["username"], task["password"])
    received = 0

    def take(client: paho.Client, _: Any, message: paho.MQTTMessage) -> None:
        nonlocal received
        received += 1
        client.ack(message.mid, message.qos)
        if received == totals[0]:
            say_answer({"reached_s": time.monotonic()})
            del totals[0]
            if not totals:
                client.disconnect()

    client.on_message = take
    client.on_connect = lambda client, *_: client.subscribe(topics.UP, qos=1)
    client.on_subscribe = lambda *_: say_ready()
    client.connect("127.0.0.1", task["port"], KEEPALIVE_S)
    client.loop_forever()


if __name__ == "__main__":
    main()
