"""What production asks the broker: whether it lets a stranger in. One CONNECT without a name, and its answer.

Written by hand, for paho has its place in mqtt_bridge, and this must not take over the bridge's own session.
"""

import socket
import ssl
from collections.abc import Iterator
from typing import Final

from backend.config import MqttSettings, Settings
from backend.self_check.finding import Finding, judged, unknown

KEY: Final = "mqtt"
LIMIT_S: Final = 5.0
CLIENT_ID: Final = b"self-check"
CONNACK: Final = 0x20
CONNACK_BYTES: Final = 4
ACCEPTED: Final = 0


def check_broker(settings: Settings) -> Iterator[Finding]:
    """UNSAFE when a client without name and password is let in, UNKNOWN when the broker cannot be asked."""
    table = settings.mqtt
    where = f"{table.host}:{table.port}"
    try:
        is_let_in = lets_strangers_in(table)
    except OSError as error:
        yield unknown(KEY, f"连不上 MQTT 服务器 {where}：{error}")
        return
    said = f"MQTT 服务器 {where} 允许匿名登录，任何人都能冒充充电桩（见 conf/mosquitto.conf）"
    yield judged(KEY, said if is_let_in else None)


def lets_strangers_in(table: MqttSettings) -> bool:
    """Whether the broker accepts a client without a name. Raises OSError when it gives no answer of MQTT."""
    with socket.create_connection((table.host, table.port), LIMIT_S) as plain:
        if not table.tls_ca_file:
            return _is_accepted(plain)
        context = ssl.create_default_context(cafile=table.tls_ca_file)
        with context.wrap_socket(plain, server_hostname=table.host) as secured:
            return _is_accepted(secured)


def _is_accepted(connection: socket.socket) -> bool:
    # MQTT 3.1.1, clean session, keepalive 10 s, no user name, no password
    variable = b"\x00\x04MQTT\x04\x02\x00\x0a" + len(CLIENT_ID).to_bytes(2, "big") + CLIENT_ID
    connection.sendall(bytes([0x10, len(variable)]) + variable)
    answer = b""
    while len(answer) < CONNACK_BYTES:
        piece = connection.recv(CONNACK_BYTES - len(answer))
        if not piece:
            break
        answer += piece
    if not answer:
        return False  # hung up on without a word: that is a refusal, too
    if answer[0] != CONNACK or len(answer) < CONNACK_BYTES:
        raise OSError("没有按 MQTT 应答")
    return answer[3] == ACCEPTED
