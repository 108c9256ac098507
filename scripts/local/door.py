"""An HTTP connection to one server of the running product or beside it: JSON, addresses relative to its own."""

from __future__ import annotations

from typing import Any

import requests
from typing_extensions import override

REQUEST_LIMIT_S = 60.0


class Door(requests.Session):
    """A session below `base_url`. It follows no redirect, and no proxy: everything is on this machine."""

    def __init__(self, base_url: str, token: str = "") -> None:
        super().__init__()
        self.trust_env = False
        self.base_url = base_url
        if token:
            self.token = token

    @property
    def token(self) -> str:
        """Who asks; empty before a login."""
        return str(self.headers.get("Authorization", "")).removeprefix("Bearer ")

    @token.setter
    def token(self, token: str) -> None:
        self.headers["Authorization"] = f"Bearer {token}"

    @override
    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", REQUEST_LIMIT_S)
        kwargs.setdefault("allow_redirects", False)
        return super().request(method, f"{self.base_url}{url}", *args, **kwargs)
