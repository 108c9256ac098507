"""The data a bench runs over: stations, piles, drivers with money, and a live charge on every pile.

Written through the product's own services and its bridge's writer, in bulk, so that it is what the product makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from backend.domain.ledger import top_up_entry
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind
from backend.domain.pile import PileKind
from backend.domain.units import Fen
from backend.gateways.ids import new_ulid
from backend.models import Connector, Operator, Session, Station, Tariff
from backend.models.database import transact
from backend.services.authenticate import Actor
from backend.services.commands import claim_commands
from backend.services.issue_token import issue_token
from backend.services.post_entry import post_entry
from backend.services.publish_tariff import publish_tariff, register_tariff
from backend.services.rebuild_live import rebuild_live
from backend.services.register_driver import register_driver
from backend.services.register_operator import register_operator
from backend.services.register_pile import register_pile
from backend.services.register_station import register_station
from backend.services.start_session import start_session
from mqtt_bridge import topics
from mqtt_bridge.batch import Incoming, Writer
from scripts.demo.city import CITY, FAST_TARIFF

T = TypeVar("T")
S = TypeVar("S")

PILES_PER_STATION = 20
STATIONS_PER_ROW = 10
LAT_E6, LNG_E6, STEP_E6 = 31_250_000, 120_550_000, 12_000
FIRST_PILE_NO = 32_050_000_000_001
RATED_W = 120_000
GUNS = 2
TOP_UP_FEN = 30_000
ROWS_PER_TRANSACTION = 50
MESSAGES_PER_BATCH = 500
COMMANDS_AT_ONCE = 200
FIRST_BOOT = 1
FIRST_REGISTER_WH = 1_000_000_000
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargingPile:
    """A pile whose first connector charges for a driver of its own; `token` is that driver's login."""

    pile_id: int
    pile_no: str
    connector_no: str
    qr_token: str
    driver: Actor
    token: str
    session_id: int
    session_no: str


@dataclass(frozen=True, slots=True)
class World:
    """`began_at` is when every session started, its register at FIRST_REGISTER_WH."""

    piles: Sequence[ChargingPile]
    began_at: datetime


def seed_world(count: int, now: datetime) -> World:
    """Write `count` piles with a live session each, everything as of `now`."""
    writer = Writer(acknowledge=lambda _: None, publish=lambda _, __: None, clock=lambda: now)
    stations = _seed_stations(-(-count // PILES_PER_STATION), now)
    pile_nos = [str(FIRST_PILE_NO + number) for number in range(count)]
    _in_bulk(
        list(enumerate(pile_nos)), lambda one: _seed_pile(stations[one[0] // PILES_PER_STATION], one[1], now)
    )
    _write(writer, [_message(no, "online", now, 0, online=True, conn="c1") for no in pile_nos])
    _write(writer, [_plugged(no, now) for no in pile_nos])
    connectors = {row.connector_no: row for row in Connector.select().where(Connector.gun == 1)}
    piles = _in_bulk(pile_nos, lambda no: _seed_charge(connectors[f"{no}01"], no, now))
    _answer_commands(writer, now)
    _write(writer, [_started(pile, now) for pile in piles])
    charging = Session.select().where(Session.started_at.is_null(is_null=False)).count()
    if charging != count or writer.totals.quarantined:
        raise AssertionError(
            f"{charging} of {count} piles charge, {writer.totals.quarantined} messages refused"
        )
    return World(piles, now)


def freshen(world: World, now: datetime) -> None:
    """Have every pile be heard now (idle for long, it would count as offline), and the live view whole."""
    writer = Writer(acknowledge=lambda _: None, publish=lambda _, __: None, clock=lambda: now)
    _write(writer, [_message(pile.pile_no, "heartbeat", now, 100, uptime_s=60) for pile in world.piles])
    rebuild_live(now=now)


def as_text(at: datetime) -> str:
    """RFC 3339 with milliseconds and Z, as piles write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seed_stations(count: int, now: datetime) -> list[Station]:
    name, periods = FAST_TARIFF

    def write(_: object) -> tuple[Operator, Tariff]:
        operator = register_operator(
            operator_no="MA1BENCH1", name="测速运营商", is_platform=True, service_phone="", now=now
        )
        tariff = register_tariff(operator=operator, name=name, now=now)
        publish_tariff(tariff=tariff, periods=periods, effective_from=LONG_AGO, now=now)
        return operator, tariff

    operator, tariff = transact(write)
    return _in_bulk(range(count), lambda number: _seed_station(operator, tariff, number, now))


def _seed_station(operator: Operator, tariff: Tariff, number: int, now: datetime) -> Station:
    row, column = divmod(number, STATIONS_PER_ROW)
    return register_station(
        operator=operator,
        tariff=tariff,
        name=f"测速充电站{number + 1}",
        city=CITY,
        district="工业园区",
        address=f"测速路{number + 1}号",
        lat_e6=LAT_E6 + row * STEP_E6,
        lng_e6=LNG_E6 + column * STEP_E6,
        opening_hours="00:00–24:00",
        parking_fee="免费停车",
        service_phone="",
        now=now,
    )


def _seed_pile(station: Station, pile_no: str, now: datetime) -> None:
    register_pile(
        station=station,
        tariff=None,
        pile_no=pile_no,
        name=f"{pile_no[-4:]}号快充桩",
        kind=PileKind.DC,
        rated_w=RATED_W,
        guns=GUNS,
        vendor="欣象",
        model="XX-DC120D",
        now=now,
    )


def _seed_charge(connector: Connector, pile_no: str, now: datetime) -> ChargingPile:
    row = register_driver(openid=f"bench-{pile_no}", unionid=None, now=now)
    driver = Actor(kind=ActorKind.DRIVER, id=row.id, no=row.driver_no)
    token, _ = issue_token(kind=ActorKind.DRIVER, actor_id=row.id, now=now)
    paid = top_up_entry(driver.no, Channel.WECHAT, Fen(TOP_UP_FEN), Fen(0))
    post_entry(entry=paid, reference=f"bench-{pile_no}", now=now)
    started = start_session(
        driver=driver,
        connector_no=connector.connector_no,
        limit_fen=None,
        idempotency_key=f"bench-{pile_no}",
        now=now,
    )
    return ChargingPile(
        pile_id=connector.pile_id,
        pile_no=pile_no,
        connector_no=connector.connector_no,
        qr_token=connector.qr_token,
        driver=driver,
        token=token,
        session_id=Session.get(Session.session_no == started.session_no).id,
        session_no=started.session_no,
    )


def _answer_commands(writer: Writer, now: datetime) -> None:
    """Every start command is sent and done, so that no bridge of the bench has any to send."""
    while claimed := transact(lambda _: claim_commands(limit=COMMANDS_AT_ONCE, now=now)):
        replies = [
            _message(one.pile_no, "reply", now, 2, command_id=one.command_no, result="done", reason="")
            for one in claimed
        ]
        _write(writer, replies)


def _plugged(pile_no: str, now: datetime) -> Incoming:
    return _message(pile_no, "status", now, 1, connector=1, status="plugged", plugged=True, fault_codes=[])


def _started(pile: ChargingPile, now: datetime) -> Incoming:
    fields = {"connector": 1, "session_no": pile.session_no, "register_wh": FIRST_REGISTER_WH}
    return _message(pile.pile_no, "session_started", now, 3, **fields)


def _message(pile_no: str, kind: str, at: datetime, seq: int, **fields: Any) -> Incoming:
    body = {"id": new_ulid(), "at": as_text(at), "seq": seq, "boot": FIRST_BOOT, **fields}
    return topics.up(pile_no, kind), json.dumps(body).encode(), 0


def _write(writer: Writer, messages: Sequence[Incoming]) -> None:
    for start in range(0, len(messages), MESSAGES_PER_BATCH):
        writer.write(messages[start : start + MESSAGES_PER_BATCH])


def _in_bulk(ones: Iterable[T], write: Callable[[T], S]) -> list[S]:
    """`write` for each, many in a transaction."""
    rest, written = list(ones), []
    for start in range(0, len(rest), ROWS_PER_TRANSACTION):
        part = rest[start : start + ROWS_PER_TRANSACTION]
        written += transact(lambda _, part=part: [write(one) for one in part])  # type: ignore[misc]
    return written
