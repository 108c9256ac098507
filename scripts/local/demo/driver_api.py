"""The driver's side of the public HTTP API and of the sandbox, for demo drivers: one request a second in all."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPRequest

REQUEST_LIMIT_S = 10.0
GAP_S = 1.0
UNAUTHENTICATED = 401
FIRST_ERROR_STATUS = 400


class RefusedError(Exception):
    """The API said no: its status, its code and its sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence or f"HTTP {status}")
        self.status = status
        self.code = code


class Turnstile:
    """Lets one request through every GAP_S, whoever asks."""

    def __init__(self, gap_s: float = GAP_S) -> None:
        self._gap_s = gap_s
        self._next_s = 0.0

    async def pass_through(self) -> None:
        """Return when it is this caller's turn."""
        now_s = asyncio.get_running_loop().time()
        turn_s = max(self._next_s, now_s)
        self._next_s = turn_s + self._gap_s
        await asyncio.sleep(turn_s - now_s)


class DriverApi:
    """One driver's requests. `openid` says who logs in; the token is asked for when it is missing."""

    def __init__(self, api_url: str, sandbox_url: str, openid: str, turnstile: Turnstile) -> None:
        self._api_url = f"{api_url}/api/v1/driver"
        self._sandbox_url = f"{sandbox_url}/sandbox"
        self._openid = openid
        self._turnstile = turnstile
        self._token = ""

    async def get(self, path: str) -> Any:
        """GET. Raises RefusedError, OSError and tornado's HTTPError when nobody answers."""
        return await self._ask("GET", path, None, "")

    async def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        """POST, with this Idempotency-Key where there is one; raises as `get` does."""
        return await self._ask("POST", path, body, key)

    async def pay(self, pay: dict[str, str]) -> None:
        """What the person does in WeChat: pay what wx.requestPayment was given."""
        prepay_id = pay["package"].removeprefix("prepay_id=")
        await self._send("POST", f"{self._sandbox_url}/pay", {"prepay_id": prepay_id, **pay}, {})

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> Any:
        if not self._token:
            await self._log_in()
        headers = {"Authorization": f"Bearer {self._token}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            return await self._send(method, f"{self._api_url}/{path}", body, headers)
        except RefusedError as refusal:
            if refusal.status == UNAUTHENTICATED:
                self._token = ""
            raise

    async def _log_in(self) -> None:
        minted = await self._send("POST", f"{self._sandbox_url}/login-codes", {"openid": self._openid}, {})
        login = await self._send("POST", f"{self._api_url}/login", {"code": minted["code"]}, {})
        self._token = login["token"]

    async def _send(self, method: str, url: str, body: dict[str, Any] | None, headers: dict[str, str]) -> Any:
        await self._turnstile.pass_through()
        content = None
        if method != "GET":
            content = b"" if body is None else json.dumps(body).encode()
        request = HTTPRequest(
            url,
            method,
            headers={"Content-Type": "application/json", **headers} if content else headers,
            body=content,
            connect_timeout=REQUEST_LIMIT_S,
            request_timeout=REQUEST_LIMIT_S,
        )
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)  # raises when nobody answers
        told = json.loads(answer.body) if answer.body else None
        if answer.code >= FIRST_ERROR_STATUS:
            error = told.get("error", {}) if isinstance(told, dict) else {}
            raise RefusedError(answer.code, error.get("code", ""), error.get("message", ""))
        return told
