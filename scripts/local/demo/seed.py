"""Demo data: one operator, stations of one city, fast and slow piles, time-of-use tariffs with day plans and staff.

Written through the product's own services, so that what the demo shows is what the product makes.
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from backend.domain.opening_hours import describe, to_text
from backend.domain.permission import Permission
from backend.domain.pile import PileKind
from backend.domain.station_facts import amenities_text
from backend.domain.tariff import every_day
from backend.gateways.divisions import find_division
from backend.models import Connector, Operator, Pile, Station, Tariff
from backend.models.engine.database import transact
from backend.services.access.register_staff import register_role, register_staff
from backend.services.sites.register_operator import register_operator
from backend.services.sites.register_pile import register_pile
from backend.services.sites.register_station import register_station
from backend.services.tariffs.publish_tariff import publish_tariff, register_tariff
from scripts.local.demo.city import (
    FAST_MODELS,
    OPERATOR_NAME,
    OPERATOR_NO,
    OTHER_OPERATORS,
    SERVICE_PHONE,
    SLOW_MODEL,
    STATIONS,
    DemoPileModel,
    DemoStation,
)
from scripts.local.demo.more_stations import list_stations
from scripts.local.demo.prices import FAST_PLANS, FAST_TARIFF, SLOW_TARIFF, seed_calendar

LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)
PILE_NO_FIRST: Final = 32_050_000_000_001
"""Fourteen digits as the field prints them: 3205 is Suzhou."""
PILES_AT_ONCE: Final = 200
OTHERS_EVERY: Final = 6
"""Of so many stations beyond the demo's city each of the other operators has one."""
READ_ONLY: Final = (
    Permission.DASHBOARD_READ,
    Permission.STATION_READ,
    Permission.PILE_READ,
    Permission.ORDER_READ,
    Permission.REFUND_READ,
)


class NotDemoError(Exception):
    """The database has an operator of its own; the text is one sentence."""


def seed(*, piles: int, folder: Path, now: datetime, stations: int = len(STATIONS)) -> None:
    """Write what is missing of the demo: the rest once, piles up to `piles`, spread over `stations` from the start.

    `folder`/piles.json gets the piles' numbers and secrets for the simulator, `folder`/logins.json the staff's
    passwords, `folder`/stickers.json what is printed on each connector; all readable by their owner only.
    Raises NotDemoError when the database belongs to somebody.
    """
    first = Operator.select().order_by(Operator.id).first()
    if first is None:
        _seed_operator(folder, list_stations(stations), now)
    elif first.operator_no != OPERATOR_NO:
        raise NotDemoError(
            f"数据库里已有运营商「{first.name}」，不会写入演示数据 (not the demo's database)。"
        )
    _seed_piles(piles, folder / "piles.json", now)
    _write_private(folder / "stickers.json", list_stickers())


def tell_meters(meters: Mapping[str, Sequence[int]], *, folder: Path) -> None:
    """Let the simulated piles of `folder` begin where these meters are: pile number → Wh of each gun."""
    path = folder / "piles.json"
    piles: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    for pile in piles:
        pile["registers_wh"] = meters.get(str(pile["pile_no"]), [])
    _write_private(path, piles)


def list_stickers() -> list[dict[str, str]]:
    """What is printed on each connector there is: its number and its QR token."""
    stations = {station.id: station.name for station in Station.select()}
    return [
        {
            "station": stations[connector.station_id],
            "connector_no": connector.connector_no,
            "qr_token": connector.qr_token,
        }
        for connector in Connector.select().order_by(Connector.connector_no)
    ]


def _seed_operator(folder: Path, stations: Sequence[DemoStation], now: datetime) -> None:
    operator = register_operator(
        operator_no=OPERATOR_NO, name=OPERATOR_NAME, is_platform=True, service_phone=SERVICE_PHONE, now=now
    )
    logins = []
    for account, name, role_name, permissions in (
        ("admin", "管理员", "超级管理员", tuple(Permission)),
        ("guest", "值班员", "只读", READ_ONLY),
    ):
        role = register_role(operator=operator, name=role_name, permissions=permissions, now=now)
        password = secrets.token_urlsafe(9)
        register_staff(operator=operator, role=role, account=account, name=name, password=password, now=now)
        logins.append({"account": account, "name": name, "role": role_name, "password": password})
    _write_private(folder / "logins.json", logins)
    transact(lambda: _seed_stations(operator, stations, now))


def _seed_stations(operator: Operator, stations: Sequence[DemoStation], now: datetime) -> None:
    seed_calendar(now)
    owners = [operator]
    if len(stations) > len(STATIONS):
        owners += [_register_other(number, name, now) for number, name in enumerate(OTHER_OPERATORS, 2)]
    tariffs = [_seed_tariff(owner, now) for owner in owners]
    for place, station in enumerate(stations):
        # the demo's own city is the platform's, as is most of what lies beyond
        turn = place % OTHERS_EVERY if place >= len(STATIONS) else 0
        at = turn if turn < len(owners) else 0
        _seed_station(owners[at], tariffs[at], station, now)


def _register_other(number: int, name: str, now: datetime) -> Operator:
    return register_operator(
        operator_no=f"{OPERATOR_NO[:-1]}{number}",
        name=name,
        is_platform=False,
        service_phone=SERVICE_PHONE,
        now=now,
    )


def _seed_tariff(operator: Operator, now: datetime) -> Tariff:
    """The operator's prices; those of fast piles."""
    plans = {FAST_TARIFF[0]: FAST_PLANS, SLOW_TARIFF[0]: every_day(SLOW_TARIFF[1])}
    tariffs = []
    for name, days in plans.items():
        tariff = register_tariff(operator=operator, name=name, now=now)
        publish_tariff(tariff=tariff, plans=days, effective_from=LONG_AGO, now=now)
        tariffs.append(tariff)
    return tariffs[0]


def _seed_station(operator: Operator, tariff: Tariff, station: DemoStation, now: datetime) -> None:
    division = find_division(station.division_code)
    if division is None:
        raise LookupError(f"no division {station.division_code}")
    registered = register_station(
        operator=operator,
        tariff=tariff,
        name=station.name,
        city=division.city,
        district=division.district,
        address=station.address,
        lat_e6=station.lat_e6,
        lng_e6=station.lng_e6,
        opening_hours=describe(station.hours),
        parking_fee=station.parking_fee,
        service_phone=SERVICE_PHONE,
        now=now,
    )
    _tell_more(registered, station)


def _tell_more(row: Station, station: DemoStation) -> None:
    """What an operator enters besides."""
    row.division_code = station.division_code
    row.hours = to_text(station.hours)
    row.construction = station.construction
    row.amenities = amenities_text(station.amenities)
    row.parking_spaces = station.parking_spaces
    row.parking_info = station.parking_info
    row.site_guide = station.site_guide
    row.save()


def _seed_piles(count: int, path: Path, now: datetime) -> None:
    written: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    stations = list(Station.select().order_by(Station.id))
    facts = list_stations(len(stations))
    slow = {row.operator_id: row for row in Tariff.select().where(Tariff.name == SLOW_TARIFF[0])}
    have = Pile.select().count()
    for start in range(have, count, PILES_AT_ONCE):
        numbers = range(start, min(start + PILES_AT_ONCE, count))
        written += transact(partial(_seed_some, numbers, stations, facts, slow, now))
        _write_private(path, written)


def _seed_some(
    numbers: Sequence[int],
    stations: Sequence[Station],
    facts: Sequence[DemoStation],
    slow: Mapping[int, Tariff],
    now: datetime,
) -> list[dict[str, object]]:
    return [_seed_pile(number, stations, facts, slow, now) for number in numbers]


def _seed_pile(
    number: int,
    stations: Sequence[Station],
    facts: Sequence[DemoStation],
    slow: Mapping[int, Tariff],
    now: datetime,
) -> dict[str, object]:
    place = number % len(stations)
    turn = number // len(stations)
    station = stations[place]
    model = _model_of(facts[place], place, turn)
    registered = register_pile(
        station=station,
        tariff=slow[station.operator_id] if model.kind is PileKind.AC else None,
        pile_no=str(PILE_NO_FIRST + number),
        name=f"{turn + 1}号{'快' if model.kind is PileKind.DC else '慢'}充桩",
        kind=model.kind,
        rated_w=model.rated_w,
        guns=model.guns,
        vendor=model.vendor,
        model=model.model,
        now=now,
    )
    return {
        "pile_no": registered.pile.pile_no,
        "secret": registered.secret,
        "kind": model.kind.value,
        "rated_w": model.rated_w,
        "connectors": model.guns,
        "vendor": model.vendor,
        "model": model.model,
    }


def _model_of(station: DemoStation, place: int, turn: int) -> DemoPileModel:
    """Fast and slow piles mixed as the station has them, spread evenly over its piles."""
    share = station.fast_of_ten
    is_fast = (turn + 1) * share // 10 > turn * share // 10 or (turn == 0 and share > 0)
    return FAST_MODELS[(place + turn) % len(FAST_MODELS)] if is_fast else SLOW_MODEL


def _write_private(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    part.replace(path)
