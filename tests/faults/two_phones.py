"""One driver with two phones at the API's own server, before a pile with two plugged guns."""

import socket
from typing import Final
from urllib.parse import urlsplit

import msgspec

from backend.domain.connector import ConnectorStatus
from backend.gateways.clock import utc_now
from tests import builders
from tests.api_server import ApiClient
from tests.waiting import LIMIT_S

BALANCE_FEN: Final = 10_000
KEY: Final = "a-tap"


class TwoPhones:
    """One driver logged in on two phones, before a pile with two plugged guns."""

    def __init__(self, api: ApiClient) -> None:
        now = utc_now()
        builders.an_operator(now=now, is_platform=True)
        pile = builders.a_pile(station=builders.a_station(now=now), status=ConnectorStatus.PLUGGED, now=now)
        self.pile_no = pile.pile_no
        self.guns = [row.connector_no for row in builders.connectors_of(pile)]
        self.driver = builders.a_driver(now=now, balance_fen=BALANCE_FEN)
        self.phones = [api.as_owner_of(builders.a_token(owner=self.driver, now=now)) for _ in range(2)]

    def start(self, *, phone: int = 0, gun: int = 0, key: str = KEY) -> tuple[int, str]:
        """The status, and the session's number or the code of the refusal."""
        body = {"connector_no": self.guns[gun], "limit_fen": None}
        answer = self.phones[phone].post(
            "/api/v1/driver/sessions", json=body, headers={"Idempotency-Key": key}
        )
        said = answer.json()
        return answer.status_code, said["session_no"] if answer.ok else said["error"]["code"]

    def start_and_die(self) -> None:
        """The request reaches the server; the app is gone before the answer."""
        phone = self.phones[0]
        where = urlsplit(phone.base_url)
        body = msgspec.json.encode({"connector_no": self.guns[0], "limit_fen": None})
        head = (
            f"POST /api/v1/driver/sessions HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Authorization: {phone.headers['Authorization']!s}\r\nIdempotency-Key: {KEY}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((where.hostname or "", where.port or 0), LIMIT_S) as connection:
            connection.sendall(head.encode() + body)

    def top_up(self, *, phone: int = 0, key: str = KEY) -> tuple[int, str]:
        answer = self.phones[phone].post(
            "/api/v1/driver/top-ups",
            json={"amount_fen": 5_000, "channel": "wechat"},
            headers={"Idempotency-Key": key},
        )
        said = answer.json()
        return answer.status_code, said["payment_no"] if answer.ok else said["error"]["code"]

    def live(self) -> int:
        """The status of asking what charges now."""
        return self.phones[0].get("/api/v1/driver/sessions/live").status_code
