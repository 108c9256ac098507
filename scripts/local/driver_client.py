"""What a driver's phone asks of the product, and the person's finger in the WeChat sandbox, for demo, smoke and tests.

What a refusal means is theirs to say: each gives its own `take`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests

from scripts.local.door import Door

DRIVER = "/api/v1/driver"
SANDBOX = "/sandbox"

Take = Callable[[requests.Response], Any]
"""The JSON of an answer, None for an empty one; raises whatever it raises for a refusal."""


class DriverClient:
    """One driver's requests. All but `send` return the answer's JSON by `take`; requests' own errors pass through."""

    def __init__(self, api_url: str, sandbox_url: str, take: Take, token: str = "") -> None:
        self.api = Door(api_url, token)
        self.sandbox = Door(sandbox_url)
        self._take = take

    def close(self) -> None:
        """Close the connections."""
        self.api.close()
        self.sandbox.close()

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str = "",
        query: Mapping[str, str | int] | None = None,
    ) -> requests.Response:
        """The answer as it is; `path` is below the driver API, `key` the Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.api.request(method, f"{DRIVER}/{path}", json=body, params=query, headers=headers)

    def get(self, path: str, **query: str | int) -> Any:
        return self._take(self.send("GET", path, query=query))

    def post(self, path: str, body: object = None, *, key: str = "") -> Any:
        return self._take(self.send("POST", path, body, key=key))

    def log_in(self, openid: str = "") -> Any:
        """wx.login, then our token; the first time registers the driver. Without an openid it is somebody new."""
        minted = self._take(
            self.sandbox.post(f"{SANDBOX}/login-codes", json={"openid": openid} if openid else {})
        )
        login = self.post("login", {"code": minted["code"]})
        self.api.token = login["token"]
        return login

    def ask_top_up(self, amount_fen: int, *, key: str) -> Any:
        """A payment that waits for the person."""
        return self.post("top-ups", {"amount_fen": amount_fen, "channel": "wechat"}, key=key)

    def pay(self, top_up: Mapping[str, Any]) -> None:
        """wx.requestPayment with exactly what the API gave, and the person's yes."""
        pay: Mapping[str, str] = top_up["pay"]
        prepay_id = pay["package"].removeprefix("prepay_id=")
        self._take(self.sandbox.post(f"{SANDBOX}/pay", json={"prepay_id": prepay_id, **pay}))

    def notifies(self) -> list[dict[str, Any]]:
        """Every attempt of the sandbox to tell the product of a payment, oldest first."""
        attempts: list[dict[str, Any]] = self._take(self.sandbox.get(f"{SANDBOX}/notifies"))["attempts"]
        return attempts
