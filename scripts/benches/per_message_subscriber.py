"""Worker, the rival of the bridge bench: the usual way, each message by itself in paho's on_message.

json.loads, peewee create and upsert, one Redis command, then paho acknowledges by itself.
"""

from __future__ import annotations

import json
from typing import Any

import paho.mqtt.client as paho
import redis
from paho.mqtt.enums import CallbackAPIVersion

from backend.domain.connector import ConnectorStatus
from backend.gateways.clock import utc_now
from backend.models import Connector, ConnectorState, MeterValue, Pile
from backend.models.engine import database as db
from backend.models.engine.database import database
from mqtt_bridge import topics
from scripts.benches.worker import read_task, say_ready

KEEPALIVE_S = 60
_LATEST = (
    ConnectorState.session_no,
    ConnectorState.meter_boot,
    ConnectorState.meter_seq,
    ConnectorState.meter_at,
    ConnectorState.register_wh,
    ConnectorState.power_w,
)

_SHOWN = ("at", "session_no", "register_wh", "power_w", "soc_percent")


def main() -> None:
    """Take messages until the bench closes us."""
    task = read_task()
    db.connect(task["database_url"])
    database.connect()
    store = redis.Redis.from_url(task["redis_url"])
    pile_ids = {row.pile_no: row.id for row in Pile.select()}
    connector_ids = {row.pile_id: row.id for row in Connector.select().where(Connector.gun == 1)}

    def take(_: paho.Client, __: Any, message: paho.MQTTMessage) -> None:
        body = json.loads(message.payload)
        pile_no = message.topic.split("/")[2]
        pile_id = pile_ids[pile_no]
        _write(body, pile_id, connector_ids[pile_id])
        store.hset(f"rival:{pile_no}", mapping={name: body[name] for name in _SHOWN})

    client = paho.Client(
        CallbackAPIVersion.VERSION2, client_id=task["username"], clean_session=False, protocol=paho.MQTTv311
    )
    client.username_pw_set(task["username"], task["password"])
    client.on_message = take
    client.on_connect = lambda client, *_: client.subscribe(topics.UP, qos=1)
    client.on_subscribe = lambda *_: say_ready()
    client.connect("127.0.0.1", task["port"], KEEPALIVE_S)
    client.loop_forever()


def _write(body: dict[str, Any], pile_id: int, connector_id: int) -> None:
    """One row, and the connector's latest."""
    same = {name: body[name] for name in ("session_no", "register_wh", "power_w", "voltage_mv", "current_ma")}
    same |= {"soc_percent": body["soc_percent"], "temperature_c": body["temperature_c"]}
    at = body["at"].replace("T", " ").removesuffix("Z")
    MeterValue.create(
        pile_id=pile_id,
        boot=body["boot"],
        seq=body["seq"],
        gun=body["connector"],
        at=at,
        received_at=utc_now(),
        **same,
    )
    ConnectorState.insert(
        connector_id=connector_id,
        status=ConnectorStatus.CHARGING,
        meter_boot=body["boot"],
        meter_seq=body["seq"],
        meter_at=at,
        **same,
    ).on_conflict(preserve=_LATEST).execute()


if __name__ == "__main__":
    main()
