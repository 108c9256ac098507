"""Staff of the scenario's operator at the desk, over HTTP, with files and without a payment channel: a world for tests of piles."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from backend import gateways
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import INCOMING, Files
from backend.gateways.ids import new_ulid
from backend.models import (
    Operator,
)
from backend.services.sites.register_station import register_station
from tests.api_server import ApiClient, running_api
from tests.builders import a_staff, a_token
from tests.scenario import Scenario

ADMIN = "/api/v1/admin"


class Desk(Scenario):
    """The scenario's world with staff of its operator at the desk."""

    def __init__(self, api: ApiClient) -> None:
        super().__init__()
        self.api = api
        self.operator = Operator.get()
        self.client = self.as_staff(*Permission)
        self.other = register_station(
            operator=self.operator, tariff=self.tariff, name="东站", city="苏州市", district="姑苏区",
            address="东路1号", lat_e6=31_310_000, lng_e6=120_610_000, opening_hours="", parking_fee="",
            service_phone="0512-1", now=utc_now(),
        )  # fmt: skip

    def as_staff(self, *permissions: Permission, operator: Operator | None = None) -> ApiClient:
        now = utc_now()
        staff = a_staff(operator=operator or self.operator, now=now, permissions=permissions)
        return self.api.as_owner_of(a_token(owner=staff, now=now))

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> requests.Response:
        return self.client.post(f"{ADMIN}{path}", json=body, headers={"Idempotency-Key": key or new_ulid()})

    def add(self, pile_no: str = "P-0001", **more: Any) -> requests.Response:
        body = {
            "station_no": self.station.station_no,
            "pile_no": pile_no,
            "name": "新桩",
            "kind": "dc",
            "rated_w": 60_000,
            "guns": 2,
        }
        return self.post("/piles", body | more)

    def detail(self, pile_no: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"{ADMIN}/piles/{pile_no}").json()
        return found

    def upload(self, path: str, content: bytes) -> requests.Response:
        return self.client.post(f"{ADMIN}{path}", data=content)


@contextmanager
def running_desk(folder: Path) -> Iterator[Desk]:
    """One at its work; its files are kept in `folder`."""
    files = folder / "files"
    (files / INCOMING).mkdir(parents=True)
    gateways.configure_files(Files(store=LocalFolder(files), incoming=files / INCOMING, max_bytes=1 << 20))
    # the page behind a sticker asks which channels take money
    gateways.configure(channels={}, log_ins={})
    with running_api() as api:
        yield Desk(api)
    gateways.configure_files(None)


def told(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
