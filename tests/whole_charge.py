"""The people and the pile of a whole charge against the running product, each by the door they really use.

Only rows that no public door makes (station, tariff, pile, staff) are written through the product's services.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Self, TypeVar

import requests

from backend import live
from backend.domain.permission import Permission
from backend.domain.pile import PileKind
from backend.domain.tariff import RateBand, TariffPeriod, every_day
from backend.domain.units import PriceE5
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from backend.models import Connector, Pile, Station
from backend.models.engine import database
from backend.services.access.register_staff import register_role, register_staff
from backend.services.sites.register_operator import register_operator
from backend.services.sites.register_pile import register_pile
from backend.services.sites.register_station import register_station
from backend.services.tariffs.publish_tariff import publish_tariff, register_tariff
from scripts.local.driver_client import DriverClient
from scripts.stand_ins.simulator import PileSpec
from tests.stack import Stack
from tests.waiting import LIMIT_S, wait_until

T = TypeVar("T")


# start slot, end slot, electricity and service in 1e-5 yuan per kWh: borders and roundings all day long
RATES = (
    (0, 14, 31_457, 40_001),
    (14, 20, 99_999, 51_237),
    (20, 34, 68_383, 33_333),
    (34, 48, 113_621, 47_779),
)
BANDS = (RateBand.VALLEY, RateBand.PEAK, RateBand.FLAT, RateBand.SHARP)
LAT, LNG = "31.317040", "120.678920"
STAFF, PASSWORD = "admin", "a-password-of-one-test"
RATED_W = 180_000
GUNS = 2
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def secrets_of_piles(count: int, first: int = 32_059_900_000_001) -> dict[str, str]:
    """Broker accounts for piles that are registered later: their numbers and secrets."""
    return {str(number): f"secret-of-{number}" for number in range(first, first + count)}


@contextlib.contextmanager
def bound_to(database_url: str, redis_url: str) -> Iterator[None]:
    """The models and the live view of this process on the running product's database and Redis."""
    database.connect(database_url)
    live.connect(redis_url or None)
    try:
        yield
    finally:
        live.close()
        database.close()


class Site:
    """One operator (the platform's own) with a tariff, a station and a member of staff who may do everything."""

    def __init__(self, pile_secrets: Mapping[str, str]) -> None:
        now = utc_now()
        self._secrets = iter(pile_secrets.items())
        operator = register_operator(
            operator_no="MA1WHOLE01", name="整次充电运营商", is_platform=True, service_phone="", now=now
        )
        self.operator_no = operator.operator_no
        self._tariff = register_tariff(operator=operator, name="分时电价", now=now)
        periods = [
            TariffPeriod(
                start_slot=start,
                end_slot=end,
                rate_band=band,
                electricity_e5=PriceE5(electricity_e5),
                service_e5=PriceE5(service_e5),
            )
            for (start, end, electricity_e5, service_e5), band in zip(RATES, BANDS, strict=True)
        ]
        publish_tariff(
            tariff=self._tariff, plans=every_day(periods), effective_from=now - timedelta(days=1), now=now
        )
        self.station: Station = register_station(
            operator=operator,
            tariff=self._tariff,
            name="苏州中心超级充电站",
            city="苏州市",
            district="工业园区",
            address="苏州大道西229号",
            lat_e6=31_317_040,
            lng_e6=120_678_920,
            opening_hours="00:00–24:00",
            parking_fee="免费停车",
            service_phone="400-800-0512",
            now=now,
        )
        role = register_role(operator=operator, name="管理员", permissions=tuple(Permission), now=now)
        register_staff(operator=operator, role=role, account=STAFF, name="管理员", password=PASSWORD, now=now)

    def add_pile(self) -> PileSpec:
        """The next pile that the broker has an account for, with two guns, never heard yet."""
        spec = self.add_stranger()
        register_pile(
            station=self.station,
            tariff=None,
            pile_no=spec.pile_no,
            name="1号快充桩",
            kind=PileKind.DC,
            rated_w=RATED_W,
            guns=GUNS,
            vendor="",
            model="",
            now=utc_now(),
        )
        return spec

    def add_stranger(self) -> PileSpec:
        """The next pile that the broker has an account for, unknown to the product."""
        pile_no, secret = next(self._secrets)
        return PileSpec(pile_no=pile_no, secret=secret, kind="dc", rated_w=RATED_W, connectors=GUNS)

    def connector(self, pile_no: str, gun: int = 1) -> Connector:
        """The row of a gun."""
        return Connector.get(
            (Connector.pile_id == Pile.get(Pile.pile_no == pile_no).id) & (Connector.gun == gun)
        )


class Phone:
    """A driver's mini-program and its owner: answers must not be refusals, except where the raw one is returned."""

    def __init__(self, stack: Stack, token: str = "") -> None:
        self.client = DriverClient(stack.api_url, stack.sandbox_url, answer_of, token)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @property
    def token(self) -> str:
        return self.client.api.token

    def log_in(self) -> None:
        """The first time registers the driver."""
        self.client.log_in()

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(path, **query)

    def post(
        self, path: str, body: Mapping[str, object] | None = None, *, key: str = ""
    ) -> requests.Response:
        """The raw response, for it may be a refusal that the test wants."""
        return self.client.send("POST", path, body, key=key or new_ulid())

    def start(self, connector_no: str, *, limit_fen: int | None = None, key: str = "") -> requests.Response:
        return self.post("sessions", {"connector_no": connector_no, "limit_fen": limit_fen}, key=key)

    def ask_top_up(self, amount_fen: int, *, key: str = "") -> Any:
        """A payment that waits for the person."""
        return self.client.ask_top_up(amount_fen, key=key or new_ulid())

    def pay(self, top_up: Mapping[str, Any]) -> None:
        """The person says yes in WeChat."""
        self.client.pay(top_up)

    def notifies(self, payment_no: str) -> list[dict[str, Any]]:
        """Every attempt of the sandbox to tell us of this payment, oldest first."""
        return [attempt for attempt in self.client.notifies() if attempt["out_trade_no"] == payment_no]

    def statuses(self, payment_no: str, kind: str = "") -> list[int | None]:
        """What we answered to these attempts; None for one on its way."""
        return [one["status"] for one in self.notifies(payment_no) if kind in {"", one["kind"]}]


def answer_of(response: requests.Response) -> Any:
    """The JSON of a success; AssertionError with the refusal otherwise."""
    assert response.ok, f"{response.request.method} {response.url}: {response.status_code} {response.text}"
    return response.json() if response.content else None


def refusal_of(response: requests.Response) -> dict[str, Any]:
    """The error of a refusal in its one shape, with a code and a Chinese sentence."""
    assert not response.ok, f"was not refused: {response.text}"
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"code", "message", "data", "request_id"}
    assert _CHINESE.search(error["message"]), f"no Chinese in {error['message']!r}"
    assert error["request_id"] == response.headers["X-Request-Id"]
    return error


def soon(check: Callable[[], T | None], what: str) -> T:
    """What `check` gives once it gives something true; AssertionError naming `what` after LIMIT_S."""
    found: list[T] = []

    def is_there() -> bool:
        value = check()
        if value:
            found.append(value)
        return bool(value)

    wait_until(is_there, what, LIMIT_S)
    return found[0]


def bridge_counts(metrics_port: int) -> dict[str, int]:
    """The bridge's own counters since its start: received, applied, duplicates, quarantined."""
    text = requests.get(f"http://127.0.0.1:{metrics_port}/metrics", timeout=LIMIT_S).text
    found: Sequence[tuple[str, str]] = re.findall(
        r"^xinxiang_bridge_(\w+)_total ([0-9.e+]+)$", text, re.MULTILINE
    )
    return {name: int(float(value)) for name, value in found}
