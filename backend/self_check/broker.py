"""What the broker is asked: whether it lets a stranger in, or a name with its password. One CONNECT and its answer.

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
SHORT_PACKET_BYTES: Final = 127
"""So that its length is one byte."""


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
    return _ask(table, _connect(CLIENT_ID, b""))


def lets_in(table: MqttSettings, name: str, password: str) -> bool:
    """Whether the broker accepts this name, also as client id, with this password. Raises OSError as above."""
    words = [name.encode(), password.encode()]
    return _ask(table, _connect(words[0], b"".join(map(_text, words))))


def _ask(table: MqttSettings, packet: bytes) -> bool:
    with socket.create_connection((table.host, table.port), LIMIT_S) as plain:
        if not table.tls_ca_file:
            return _is_accepted(plain, packet)
        context = ssl.create_default_context(cafile=table.tls_ca_file)
        with context.wrap_socket(plain, server_hostname=table.host) as secured:
            return _is_accepted(secured, packet)


def _connect(client_id: bytes, credentials: bytes) -> bytes:
    """MQTT 3.1.1 CONNECT: clean session, keepalive 10 s, with user name and password where there are any."""
    flags = b"\xc2" if credentials else b"\x02"
    variable = b"\x00\x04MQTT\x04" + flags + b"\x00\x0a" + _text(client_id) + credentials
    if len(variable) > SHORT_PACKET_BYTES:
        raise ValueError("the name or the password is too long to ask for")
    return bytes([0x10, len(variable)]) + variable


def _text(words: bytes) -> bytes:
    return len(words).to_bytes(2, "big") + words


def _is_accepted(connection: socket.socket, packet: bytes) -> bool:
    connection.sendall(packet)
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
