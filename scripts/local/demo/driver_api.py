"""A demo driver's requests: one a second in all, a login when there is none, the API's refusal as an error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import requests

from scripts.local.driver_client import DriverClient

GAP_S = 1.0
UNAUTHENTICATED = 401

T = TypeVar("T")


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
    """One driver's requests. `openid` says who logs in; the token is asked for when it is missing.

    They raise RefusedError, and OSError when nobody answers (requests' errors are OSErrors).
    """

    def __init__(self, api_url: str, sandbox_url: str, openid: str, turnstile: Turnstile) -> None:
        self._client = DriverClient(api_url, sandbox_url, _take)
        self._openid = openid
        self._turnstile = turnstile
        self._is_in = False

    async def get(self, path: str, **query: str | int) -> Any:
        return await self._ask(lambda: self._client.get(path, **query))

    async def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        return await self._ask(lambda: self._client.post(path, body, key=key))

    async def ask_top_up(self, amount_fen: int, *, key: str) -> Any:
        """A payment that waits for the person."""
        return await self._ask(lambda: self._client.ask_top_up(amount_fen, key=key))

    async def pay(self, top_up: dict[str, Any]) -> None:
        """What the person does in WeChat."""
        await self._ask(lambda: self._client.pay(top_up))

    async def _ask(self, request: Callable[[], T]) -> T:
        if not self._is_in:
            await self._turnstile.pass_through()
            await asyncio.to_thread(self._client.log_in, self._openid)
            self._is_in = True
        await self._turnstile.pass_through()
        try:
            return await asyncio.to_thread(request)
        except RefusedError as refusal:
            if refusal.status == UNAUTHENTICATED:
                self._is_in = False
            raise


def _take(answer: requests.Response) -> Any:
    told = answer.json() if answer.content else None
    if not answer.ok:
        error = told.get("error", {}) if isinstance(told, dict) else {}
        raise RefusedError(answer.status_code, error.get("code", ""), error.get("message", ""))
    return told
