"""The status line: what the dashboard and the bridge's metrics say now, asked over HTTP like anybody else does."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from scripts.local.launcher.configuration import Addresses

ASK_LIMIT_S = 2.0
LARGEST_ANSWER_BYTES = 1_000_000
TAKEN = re.compile(rb"^xinxiang_bridge_applied_total ([0-9.e+]+)$", re.MULTILINE)
GROUPS = (
    ("charging", "充电中"),
    ("plugged", "已插枪"),
    ("free", "空闲"),
    ("offline", "离线"),
    ("faulted", "故障"),
)
WH_PER_KWH = 1000


class Status:
    """Logs in as the first of `logins` when it is first asked, and again when its token is refused; without any it
    tells what needs no log-in.
    """

    def __init__(self, addresses: Addresses, logins: Sequence[dict[str, Any]]) -> None:
        self._api_url = f"{addresses.api_url}/api/v1/admin"
        self._metrics_url = addresses.metrics_url
        self._login = logins[0] if logins else None
        self._token = ""

    def line(self) -> str:
        """One line; what cannot be asked now is left out."""
        found: list[str] = []
        try:
            found += _dashboard_texts(self._ask_dashboard(self._login)) if self._login else []
        except (OSError, ValueError, KeyError, TypeError):
            self._token = ""
        try:
            taken = TAKEN.search(_read(urllib.request.Request(self._metrics_url)))  # noqa: S310 http, ours
            found += [f"消息 {int(float(taken[1])):,}"] if taken else []
        except OSError:
            pass
        return "  " + " · ".join(found or ["运行中"])

    def _ask_dashboard(self, login: dict[str, Any]) -> Any:
        if not self._token:
            body = {"account": login["account"], "password": login["password"]}
            self._token = self._ask("login", body)["token"]
        return self._ask("dashboard")

    def _ask(self, path: str, body: dict[str, str] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        data = None if body is None else json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
        return json.loads(_read(urllib.request.Request(f"{self._api_url}/{path}", data, headers)))  # noqa: S310


def _dashboard_texts(dashboard: Any) -> list[str]:
    connectors, today = dashboard["connectors"], dashboard["today"]
    texts = [f"{label} {connectors[name]}" for name, label in GROUPS if connectors.get(name)]
    texts.append(f"今日 {today['energy_wh'] / WH_PER_KWH:.1f} kWh")
    texts.append(f"{today['charges']} 单")
    return texts


def _read(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=ASK_LIMIT_S) as answer:  # noqa: S310
        content: bytes = answer.read(LARGEST_ANSWER_BYTES)
        return content
