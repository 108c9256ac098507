"""Plain HTTP for the smoke: what it makes of an answer, and what it requires of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests

from scripts.local.door import Door
from scripts.local.launcher.smoke_error import SmokeError

POLL_S = 0.05
T = TypeVar("T")


class Client:
    """What the smoke asks of one server below `base_url`, by `take_answer`."""

    def __init__(self, base_url: str) -> None:
        self.door = Door(base_url)

    def get(self, path: str, **query: str | int) -> Any:
        return take_answer(self.door.get(f"/{path}", params=query))

    def post(self, path: str, body: object = None) -> Any:
        return take_answer(self.door.post(f"/{path}", json=body))

    def close(self) -> None:
        """Close the connections."""
        self.door.close()


def take_answer(answer: requests.Response) -> Any:
    """Its JSON, None when it is empty. Raises SmokeError for anything but a 2xx."""
    asked = f"{answer.request.method} {answer.url}"
    require(answer.ok, f"{asked} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json() if answer.content else None


def require(holds: object, sentence: str) -> None:
    """Raises SmokeError with the sentence unless it holds."""
    if not holds:
        raise SmokeError(sentence)


def require_equal(name: str, found: object, wanted: object) -> None:
    """Raises SmokeError naming the value when it is not the wanted one."""
    require(found == wanted, f"{name} is {found!r}, not {wanted!r}")


def poll(ask: Callable[[], T | None], what: str, limit_s: float, every_s: float = POLL_S) -> T:
    """The first answer that is not None. Raises SmokeError when there is none within `limit_s`."""
    deadline_s = time.monotonic() + limit_s
    while True:
        found = ask()
        if found is not None:
            return found
        require(time.monotonic() < deadline_s, f"not within {limit_s:g} s: {what}")
        time.sleep(every_s)
