"""Guessing over HTTP: it ends at a bound, and neither a stranger's guesses nor one's own bad luck keeps anybody out."""

import contextlib
from typing import Any, Final

import pytest
import requests
import requests.adapters
from typing_extensions import override

from backend.api.http import limits
from backend.domain.connector import ConnectorStatus
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from backend.gateways.passwords import hash_password
from backend.models import ConnectorState, Session, Staff
from backend.services.access.password_guesses import ACCOUNT_ATTEMPTS, NETWORK_ATTEMPTS
from tests import builders
from tests.api_server import ApiClient
from tests.security.tally import nothing_through

PASSWORD: Final = "一个正确的密码"
OWNER: Final = "127.0.0.1"
ELSEWHERE: Final = "127.0.9.9"
NETWORKS: Final = ACCOUNT_ATTEMPTS // NETWORK_ATTEMPTS

on_sqlite: Final = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class FromAddress(requests.adapters.HTTPAdapter):
    """Connects from an address of its own; all of 127/8 is this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    @override
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


class Door:
    """The desk's log-in, knocked at from several addresses."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api
        now = utc_now()
        self.account = builders.a_staff(operator=builders.an_operator(now=now), now=now).account
        Staff.update(password_hash=hash_password(PASSWORD)).execute()

    def knock(self, password: str, *, address: str) -> int:
        """The status that this address gets."""
        with contextlib.closing(ApiClient(self._api.base_url)) as client:
            client.mount("http://", FromAddress(address))
            body = {"account": self.account, "password": password}
            return client.post("/api/v1/admin/login", json=body).status_code

    def guess(self) -> list[int]:
        """Wrong passwords from so many networks that the account closes to all that are new to it."""
        addresses = [f"127.0.1.{number}" for number in range(1, NETWORKS + 1)] * NETWORK_ATTEMPTS
        return [self.knock(f"guess-{number}", address=address) for number, address in enumerate(addresses)]


@on_sqlite
def test_guesses_from_everywhere_end_and_the_owner_still_comes_in(api: ApiClient) -> None:
    door = Door(api)
    assert door.knock(PASSWORD, address=OWNER) == 200
    answers = door.guess()
    late = [door.knock(PASSWORD, address=address) for address in ("127.0.1.1", ELSEWHERE)]
    through = [status for status in [*answers, *late] if status != 401]
    nothing_through("HTTP: passwords guessed from many addresses", tried=len(answers) + 2, through=through)
    assert door.knock(PASSWORD, address=OWNER) == 200


@on_sqlite
def test_guesses_from_one_network_end_for_it_alone(api: ApiClient) -> None:
    door = Door(api)
    answers = [door.knock(f"guess-{number}", address="127.0.1.1") for number in range(NETWORK_ATTEMPTS)]
    answers.append(door.knock(PASSWORD, address="127.0.1.1"))
    through = [status for status in answers if status != 401]
    nothing_through("HTTP: passwords guessed from one address", tried=len(answers), through=through)
    assert door.knock(PASSWORD, address=ELSEWHERE) == 200


class Starter:
    """A driver with money before a gun."""

    def __init__(self, api: ApiClient) -> None:
        now = utc_now()
        builders.an_operator(now=now, is_platform=True)
        pile = builders.a_pile(station=builders.a_station(now=now), status=ConnectorStatus.IDLE, now=now)
        self.gun = builders.connectors_of(pile)[0]
        driver = builders.a_driver(now=now, balance_fen=10_000)
        self._phone = api.as_owner_of(builders.a_token(owner=driver, now=now))

    def start(self, connector_no: str = "") -> tuple[int, str]:
        """The status, and the code of a refusal."""
        answer = self._phone.post(
            "/api/v1/driver/sessions",
            json={"connector_no": connector_no or self.gun.connector_no},
            headers={"Idempotency-Key": new_ulid()},
        )
        return answer.status_code, "" if answer.ok else answer.json()["error"]["code"]

    def plug(self) -> None:
        ConnectorState.update(status=ConnectorStatus.PLUGGED, is_plugged=True).where(
            ConnectorState.connector_id == self.gun.id
        ).execute()


@on_sqlite
def test_a_driver_who_was_refused_for_honest_reasons_can_start_once_they_are_gone(api: ApiClient) -> None:
    starter = Starter(api)
    refused = {starter.start() for _ in range(limits.STARTED.times + 5)}
    assert refused == {(409, "connector_not_plugged")}
    starter.plug()
    assert starter.start() == (201, "")
    assert Session.select().count() == 1


@on_sqlite
def test_numbers_that_nobody_has_are_tried_ten_times_a_minute_and_no_more(api: ApiClient) -> None:
    starter = Starter(api)
    answers = [starter.start(f"32050000{number:06d}") for number in range(limits.STARTED.times + 10)]
    assert answers[: limits.STARTED.times] == [(404, "connector_not_found")] * limits.STARTED.times
    through = [one for one in answers[limits.STARTED.times :] if one != (429, "rate_limited")]
    nothing_through("HTTP: connector numbers guessed by starts", tried=10, through=through)


@on_sqlite
def test_refused_starts_too_have_a_bound(api: ApiClient) -> None:
    starter = Starter(api)
    answers = [starter.start() for _ in range(limits.START.times + 5)]
    assert answers[limits.START.times :] == [(429, "rate_limited")] * 5
