"""The data a bench runs over: stations, piles, a driver with money for each, and live charges.

The first pile of each kind is written through the product's own services and its bridge's writer, so that it is
what the product makes; the others are copies of its rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from backend.domain.actor import Actor
from backend.domain.identity import Identity, IdentityKind
from backend.domain.ledger import top_up_entry
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind
from backend.domain.pile import PileKind
from backend.domain.tariff import every_day
from backend.domain.units import Fen
from backend.gateways.ids import hash_token, new_token, new_ulid
from backend.models import Connector, Driver, Operator, Pile, PlatformDay, Session, Station, Tariff
from backend.models.engine.database import Row, transact
from backend.services.access.issue_token import issue_token
from backend.services.access.register_driver import register_driver
from backend.services.charging.start_session import start_session
from backend.services.commands.queue import claim_commands
from backend.services.ledger.post_entry import post_entry
from backend.services.sites.register_operator import register_operator
from backend.services.sites.register_pile import register_pile
from backend.services.sites.register_station import register_station
from backend.services.tariffs.publish_tariff import publish_tariff, register_tariff
from backend.services.upkeep.rebuild_live import rebuild_live
from mqtt_bridge import topics
from mqtt_bridge.batch import Incoming, Writer
from scripts.benches.copies import Copy, Original, newest_rows
from scripts.local.demo.city import CITY
from scripts.local.demo.prices import FAST_TARIFF

PILES_PER_STATION = 20
STATIONS_PER_ROW = 10
LAT_E6, LNG_E6, STEP_E6 = 31_250_000, 120_550_000, 12_000
FIRST_PILE_NO = 32_050_000_000_001
RATED_W = 120_000
GUNS = 2
TOP_UP_FEN = 30_000
MESSAGES_PER_BATCH = 500
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


@dataclass(frozen=True, slots=True, kw_only=True)
class IdlePile:
    """A pile whose first connector is plugged in; `driver` has the money to start there."""

    pile_id: int
    pile_no: str
    connector_no: str
    qr_token: str
    driver: Actor
    token: str


AnyPile = TypeVar("AnyPile", ChargingPile, IdlePile)


@dataclass(frozen=True, slots=True)
class World:
    """`began_at` is when every session started, its register at FIRST_REGISTER_WH."""

    piles: Sequence[ChargingPile]
    began_at: datetime
    idle: Sequence[IdlePile] = ()


def seed_world(count: int, now: datetime, charging: int | None = None) -> World:
    """Write `count` piles, everything as of `now`; the first `charging` of them charge, without it all do."""
    stations = _seed_stations(-(-count // PILES_PER_STATION), now)
    places = [(str(FIRST_PILE_NO + number), stations[number // PILES_PER_STATION]) for number in range(count)]
    border = count if charging is None else charging
    transact(lambda: _seed_driver("nobody", now))  # from here on there is what all wallets share
    piles = _seed_alike(places[:border], make_charging, now)
    idle = _seed_alike(places[border:], make_idle, now)
    rebuild_live(now=now)
    return World(piles, now, idle)


def make_idle(pile_no: str, station: Station, now: datetime) -> IdlePile:
    """A pile that is online and plugged in, through the product's own services."""
    transact(lambda: _seed_pile(station, pile_no, now))
    driver, token = transact(lambda: _seed_driver(pile_no, now))
    _take([_message(pile_no, "online", now, 0, online=True, conn="c1"), _plugged(pile_no, now)], now)
    connector = Connector.get(Connector.connector_no == f"{pile_no}01")
    return IdlePile(
        pile_id=connector.pile_id,
        pile_no=pile_no,
        connector_no=connector.connector_no,
        qr_token=connector.qr_token,
        driver=driver,
        token=token,
    )


def make_charging(pile_no: str, station: Station, now: datetime) -> ChargingPile:
    """A pile that charges, through the product's own services; its start command is answered."""
    idle = make_idle(pile_no, station, now)
    session_no = start_session(
        driver=idle.driver,
        connector_no=idle.connector_no,
        limit_fen=None,
        idempotency_key=f"bench-{pile_no}",
        now=now,
    ).session_no
    (command,) = transact(lambda: claim_commands(limit=2, now=now))
    answer = {"command_id": command.command_no, "result": "done", "reason": ""}
    began = {"connector": 1, "session_no": session_no, "register_wh": FIRST_REGISTER_WH}
    _take([_message(pile_no, "reply", now, 2, **answer)], now)
    _take([_message(pile_no, "session_started", now, 3, **began)], now)
    session = Session.get(Session.session_no == session_no)
    if session.started_at is None:
        raise AssertionError(f"{session_no} does not charge")
    return ChargingPile(
        pile_id=idle.pile_id,
        pile_no=pile_no,
        connector_no=idle.connector_no,
        qr_token=idle.qr_token,
        driver=idle.driver,
        token=idle.token,
        session_id=session.id,
        session_no=session_no,
    )


def freshen(world: World, now: datetime) -> None:
    """Have every pile be heard now (idle for long, it would count as offline), and the live view whole."""
    _take([_message(pile.pile_no, "heartbeat", now, 100, uptime_s=60) for pile in world.piles], now)
    rebuild_live(now=now)


def as_text(at: datetime) -> str:
    """RFC 3339 with milliseconds and Z, as piles write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _seed_stations(count: int, now: datetime) -> list[Station]:
    name, periods = FAST_TARIFF

    def write() -> tuple[Operator, Tariff]:
        operator = register_operator(
            operator_no="MA1BENCH1", name="测速运营商", is_platform=True, service_phone="", now=now
        )
        tariff = register_tariff(operator=operator, name=name, now=now)
        publish_tariff(tariff=tariff, plans=every_day(periods), effective_from=LONG_AGO, now=now)
        return operator, tariff

    operator, tariff = transact(write)
    return transact(lambda: [_seed_station(operator, tariff, number, now) for number in range(count)])


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


def _seed_alike(
    places: Sequence[tuple[str, Station]], make: Callable[[str, Station, datetime], AnyPile], now: datetime
) -> list[AnyPile]:
    """A pile at each place: one made, the others its copies."""
    if not places:
        return []
    pile_no, station = places[0]
    before = newest_rows()
    first = make(pile_no, station, now)
    given = [_given(first, station, *place) for place in places[1:]]
    copies = Original(before).write_copies(given, now)
    PlatformDay.update(new_drivers=PlatformDay.new_drivers + len(copies)).execute()
    return [first] + [_renamed(first, copy) for copy in copies]


def _given(first: AnyPile, station: Station, pile_no: str, other: Station) -> Copy:
    token = new_token()
    names = {first.pile_no: pile_no, first.token: token, hash_token(first.token): hash_token(token)}
    ids: dict[tuple[type[Row], int], int] = {(Station, station.id): other.id}
    return Copy(names, ids)


def _renamed(first: AnyPile, copy: Copy) -> AnyPile:
    driver = first.driver
    changes: dict[str, Any] = {
        "pile_id": copy.ids[Pile, first.pile_id],
        "pile_no": copy.names[first.pile_no],
        "connector_no": copy.text(first.connector_no, [first.pile_no]),
        "qr_token": copy.names[first.qr_token],
        "driver": msgspec.structs.replace(driver, id=copy.ids[Driver, driver.id], no=copy.names[driver.no]),
        "token": copy.names[first.token],
    }
    if isinstance(first, ChargingPile):
        changes["session_id"] = copy.ids[Session, first.session_id]
        changes["session_no"] = copy.names[first.session_no]
    return replace(first, **changes)


def _seed_pile(station: Station, pile_no: str, now: datetime) -> None:
    register_pile(
        station=station,
        tariff=None,
        pile_no=pile_no,
        name=f"{pile_no}号快充桩",
        kind=PileKind.DC,
        rated_w=RATED_W,
        guns=GUNS,
        vendor="欣象",
        model="XX-DC120D",
        now=now,
    )


def _seed_driver(name: str, now: datetime) -> tuple[Actor, str]:
    """A driver with money who is logged in: who it is, and the token."""
    row = register_driver(identities=[Identity(IdentityKind.WECHAT_MINI_PROGRAM, f"bench-{name}")], now=now)
    driver = Actor(kind=ActorKind.DRIVER, id=row.id, no=row.driver_no)
    token, _ = issue_token(kind=ActorKind.DRIVER, actor_id=row.id, now=now)
    paid = top_up_entry(driver.no, Channel.WECHAT, Fen(TOP_UP_FEN), Fen(0))
    post_entry(entry=paid, reference=f"bench-{name}", now=now)
    return driver, token


def _plugged(pile_no: str, now: datetime) -> Incoming:
    return _message(pile_no, "status", now, 1, connector=1, status="plugged", plugged=True, fault_codes=[])


def _message(pile_no: str, kind: str, at: datetime, seq: int, **fields: Any) -> Incoming:
    body = {"id": new_ulid(), "at": as_text(at), "seq": seq, "boot": FIRST_BOOT, **fields}
    return topics.up(pile_no, kind), json.dumps(body).encode(), 0


def _take(messages: Sequence[Incoming], now: datetime) -> None:
    """Have the bridge's writer take these messages, received `now`. Raises AssertionError when it refuses one."""
    writer = Writer(acknowledge=lambda _: None, publish=lambda _, __: None, clock=lambda: now)
    for start in range(0, len(messages), MESSAGES_PER_BATCH):
        writer.write(messages[start : start + MESSAGES_PER_BATCH])
    if writer.totals.quarantined:
        raise AssertionError(f"{writer.totals.quarantined} messages were refused")
