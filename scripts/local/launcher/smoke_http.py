"""Plain HTTP for the smoke: a driver, a member of staff, the sandbox and the simulator are all just URLs to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests

from scripts.local.launcher.smoke_error import SmokeError

REQUEST_LIMIT_S = 10.0
POLL_S = 0.05
T = TypeVar("T")


class Client:
    """JSON requests below `base_url`; `token` goes into the Authorization header once it is known."""

    def __init__(self, base_url: str) -> None:
        self.token = ""
        self._base_url = base_url
        self._session = requests.Session()
        # a proxy of this machine's environment has nothing to do with loopback addresses
        self._session.trust_env = False

    def get(self, path: str, **query: str | int) -> Any:
        """The answer of a GET. Raises SmokeError for anything but a 2xx."""
        return self._ask("GET", path, params=query)

    def post(self, path: str, body: object = None, *, key: str = "") -> Any:
        """The answer of a POST; `key` is its Idempotency-Key. Raises SmokeError for anything but a 2xx."""
        return self._ask("POST", path, json=body, headers={"Idempotency-Key": key} if key else {})

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _ask(self, method: str, path: str, **rest: Any) -> Any:
        url = f"{self._base_url}/{path}"
        if self.token:
            rest["headers"] = {**rest.get("headers", {}), "Authorization": f"Bearer {self.token}"}
        try:
            answer = self._session.request(method, url, timeout=REQUEST_LIMIT_S, **rest)
        except requests.RequestException as error:
            raise SmokeError(f"{method} {url}: {type(error).__name__}") from error
        if not answer.ok:
            raise SmokeError(f"{method} {url} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json() if answer.content else None


def require(holds: object, sentence: str) -> None:
    """Raises SmokeError with the sentence unless it holds."""
    if not holds:
        raise SmokeError(sentence)


def require_equal(name: str, found: object, wanted: object) -> None:
    """Raises SmokeError naming the value when it is not the wanted one."""
    require(found == wanted, f"{name} is {found!r}, not {wanted!r}")


def poll(ask: Callable[[], T | None], what: str, limit_s: float) -> T:
    """The first answer that is not None. Raises SmokeError when there is none within `limit_s`."""
    deadline_s = time.monotonic() + limit_s
    while True:
        found = ask()
        if found is not None:
            return found
        require(time.monotonic() < deadline_s, f"not within {limit_s:g} s: {what}")
        time.sleep(POLL_S)
