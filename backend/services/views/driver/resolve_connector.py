"""From a scanned link or a typed number to the connector: where it is, its price, and whether it may start.

Whether this driver may start (balance, debt, another session) is not decided here. Many look-ups are answered
by a few queries, however many they are, and one MGET.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast
from zoneinfo import ZoneInfo

import msgspec
from peewee import JOIN

from backend.domain.connector import asks_whose_car, check_startable
from backend.domain.errors import (
    BadQrLink,
    ConnectorAwaitsPayment,
    ConnectorBusy,
    ConnectorNotFound,
    DomainError,
    OperatorDisabled,
    PileClockUnset,
    QrReplaced,
    TariffMissing,
)
from backend.domain.idle_fee import IdleTerms
from backend.domain.pile import PileKind, spelling
from backend.domain.session import SessionState
from backend.domain.tariff import TariffVersion
from backend.models import (
    Connector,
    LiveSession,
    Payment,
    Pile,
    PileState,
    RetiredQrToken,
    Session,
    Station,
)
from backend.models.engine.database import reading
from backend.services.ground.operator_book import read_operators
from backend.services.sites.find_connector import check_station
from backend.services.views.connector_states import (
    PLACE_COLUMNS,
    ConnectorNow,
    ConnectorPlace,
    load_connector_states,
)
from backend.services.views.current_tariffs import coming_prices_of, find_versions_ahead, prices_of
from backend.services.views.price_outlook import FORESEEN, PriceOutlook, look_ahead
from backend.services.views.price_view import PriceView
from backend.services.views.station_open import StationOpen, look_at_station

MAX_TEXT_CHARS: Final = 200
_QR_PATH: Final = "/p/"
_QR_TOKEN: Final = re.compile(r"[0-9A-Za-z]{10}")
_TYPED: Final = re.compile(r"[0-9A-Z]{3,32}")
_AWAITS: Final = Session.state == SessionState.AWAITING_PAYMENT
_TOLERATED: Final = re.compile(r"[\s\-‐‑–—_]+")


class ConnectorKey(NamedTuple):
    """What a driver has in hand; exactly one of the two is not empty. `connector_no` is in capital letters."""

    qr_token: str = ""
    connector_no: str = ""


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """Why a start would be refused: the error's code, and its sentence (filled in by the API).

    `opens` is when a station that is shut opens again, or a gun that waits for somebody's money is free, as people say
    it; `phone` whom to call about it; both empty where nobody knows.
    """

    code: str
    message: str = ""
    opens: str = ""
    phone: str = ""


class ResolvedStation(msgspec.Struct, frozen=True, kw_only=True):
    station_no: str
    name: str
    address: str
    opening_hours: str
    open_now: StationOpen
    parking_fee: str
    service_phone: str


class ResolvedConnector(msgspec.Struct, frozen=True, kw_only=True):
    """`price` is None where no tariff applies; `obstacle` is None exactly when `is_startable`.

    `coming_prices` begin one after the other where `price` ends; `outlook` is what a usual charge costs.
    `asks_whose_car`: a car was plugged in before this scan, so the driver is asked whether it is theirs, and the start
    carries the answer.
    """

    connector_no: str
    gun: int
    standard: str
    rated_w: int
    pile_no: str
    pile_name: str
    kind: PileKind
    station: ResolvedStation
    price: PriceView | None
    next_price: PriceView | None
    coming_prices: tuple[PriceView, ...] = ()
    outlook: PriceOutlook | None = None
    # what it costs to stay after the charge, where a wallet pays it; null: nothing
    idle_terms: IdleTerms | None
    state: ConnectorNow
    is_startable: bool
    obstacle: Obstacle | None
    asks_whose_car: bool


class _Row(NamedTuple):
    place: ConnectorPlace
    qr_token: str
    is_clock_set: bool
    has_session: bool
    awaited_until: datetime | None
    """Until when it waits for somebody's money."""


class _StationRow(NamedTuple):
    """What is shown and judged of a station: a third of its columns, each of the table's name."""

    id: int
    station_no: str
    operator_id: int
    name: str
    address: str
    time_zone: str
    hours: str | None
    opening_hours: str
    parking_fee: str
    service_phone: str
    tariff_id: int | None
    is_visible: bool
    closed_at: datetime | None


_STATION_COLUMNS: Final = tuple(getattr(Station, name) for name in _StationRow._fields)


class _Known(NamedTuple):
    """What was read for all look-ups at once: by connector_no, and by tariff."""

    states: Mapping[str, ConnectorNow]
    versions: Mapping[int, TariffVersion]
    changes: Mapping[int, datetime]


def read_scanned_text(text: str, *, public_url: str) -> ConnectorKey:
    """What a scanned or typed text asks for. Raises BadQrLink for anything but our own link or a number.

    Spaces, hyphens and full-width digits of a typed number are tolerated. The text is hostile until it fits.
    """
    text = text.strip()
    if len(text) > MAX_TEXT_CHARS:
        raise BadQrLink
    prefix = f"{public_url}{_QR_PATH}"
    if text.startswith(prefix):
        token = text.removeprefix(prefix)
        if not _QR_TOKEN.fullmatch(token):
            raise BadQrLink
        return ConnectorKey(qr_token=token)
    typed = _TOLERATED.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not _TYPED.fullmatch(typed):
        raise BadQrLink
    return ConnectorKey(connector_no=typed)


@reading
def resolve_connectors(
    keys: Sequence[ConnectorKey], *, now: datetime
) -> dict[ConnectorKey, ResolvedConnector | DomainError]:
    """Each key's connector; BadQrLink, QrReplaced or ConnectorNotFound in its place where there is none."""
    rows = _load(keys)
    places = [row.place for row in rows]
    stations = _load_stations({place.station_id for place in places})
    tariff_ids = {_tariff_id(place, stations[place.station_id]) or None for place in places}
    versions, changes = find_versions_ahead(tariff_ids, now=now, until=now + FORESEEN)
    known = _Known(states=load_connector_states(places, now=now), versions=versions, changes=changes)
    found: dict[ConnectorKey, ResolvedConnector] = {}
    for row in rows:
        view = _view(row, stations[row.place.station_id], known, now)
        found[ConnectorKey(qr_token=row.qr_token)] = view
        found[ConnectorKey(connector_no=spelling(view.connector_no))] = view
    replaced = _replaced({key.qr_token for key in keys if key.qr_token and key not in found})
    return {key: found.get(key) or _not_found(key, replaced) for key in keys}


def _replaced(tokens: set[str]) -> set[str]:
    """Those of the unknown tokens that were on stickers which staff replaced."""
    if not tokens:
        return set()
    rows = RetiredQrToken.select().where(RetiredQrToken.qr_token.in_(sorted(tokens)))
    return {row.qr_token for row in rows}


def _load(keys: Sequence[ConnectorKey]) -> list[_Row]:
    tokens = [key.qr_token for key in keys if key.qr_token]
    numbers = [key.connector_no for key in keys if key.connector_no]
    rows: list[_Row] = []
    if tokens:
        rows += _select(Connector.qr_token.in_(tokens))
    if numbers:
        rows += _select(Connector.typed_no.in_(numbers))
        # rows of programs that did not know how a number is typed
        rows += _select(Connector.typed_no.is_null() & Connector.connector_no.in_(numbers))
    return rows


def _select(condition: object) -> list[_Row]:
    query = (
        Connector.select(
            *PLACE_COLUMNS,
            Connector.qr_token,
            PileState.is_clock_set,
            LiveSession.session_id,
            Payment.expires_at,
        )
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .join(PileState, JOIN.LEFT_OUTER, on=(PileState.pile_id == Pile.id))
        .join(LiveSession, JOIN.LEFT_OUTER, on=(LiveSession.connector_id == Connector.id))
        .join(Session, JOIN.LEFT_OUTER, on=(Session.id == LiveSession.session_id) & _AWAITS)
        .join(Payment, JOIN.LEFT_OUTER, on=(Payment.id == Session.payment_id))
        .where(condition, Pile.is_retired == False)  # noqa: E712 - SQL
        .tuples()
    )
    names = ConnectorPlace.__slots__
    return [
        _Row(
            ConnectorPlace(**dict(zip(names, row[: len(names)], strict=True))),
            row[-4],
            bool(row[-3]),
            row[-2] is not None,
            row[-1],
        )
        for row in cast("Iterable[tuple[Any, ...]]", query)
    ]


def _load_stations(station_ids: Iterable[int]) -> dict[int, _StationRow]:
    rows = Station.select(*_STATION_COLUMNS).where(Station.id.in_(list(station_ids))).tuples()
    return {row[0]: _StationRow(*row) for row in cast("Iterable[tuple[Any, ...]]", rows)}


def _view(row: _Row, station: _StationRow, known: _Known, now: datetime) -> ResolvedConnector:
    place = row.place
    tariff_id = _tariff_id(place, station)
    version = known.versions.get(tariff_id)
    state = known.states[place.connector_no]
    operators = read_operators()
    obstacle = _find_obstacle(row, station, known, now)
    if station.operator_id in operators.disabled_ids:
        obstacle = Obstacle(code=OperatorDisabled.code)
    price, next_price = (
        (None, None) if version is None else prices_of(version, now=now, time_zone=station.time_zone)
    )
    coming, outlook = (
        ((), None)
        if version is None
        else (
            coming_prices_of(version, now=now, time_zone=station.time_zone),
            look_ahead(
                version,
                changes_at=known.changes.get(tariff_id),
                station=station,
                rated_w=place.rated_w,
                now=now,
            ),
        )
    )
    return ResolvedConnector(
        connector_no=place.connector_no,
        gun=place.gun,
        standard=place.standard,
        rated_w=place.rated_w,
        pile_no=place.pile_no,
        pile_name=place.pile_name,
        kind=place.kind,
        station=ResolvedStation(
            station_no=station.station_no,
            name=station.name,
            address=station.address,
            opening_hours=station.opening_hours,
            open_now=look_at_station(station, now=now),
            parking_fee=station.parking_fee,
            service_phone=operators.help_of(station.operator_id, station.service_phone).phone,
        ),
        price=price,
        next_price=next_price,
        coming_prices=coming,
        outlook=outlook,
        idle_terms=None if version is None else version.idle,
        state=state,
        is_startable=obstacle is None,
        obstacle=obstacle,
        asks_whose_car=asks_whose_car(state.status, plugged=state.is_plugged),
    )


def _find_obstacle(row: _Row, station: _StationRow, known: _Known, now: datetime) -> Obstacle | None:
    state = known.states[row.place.connector_no]
    try:
        check_station(station, now=now)
        check_startable(state.status, plugged=state.is_plugged, require_plug=True)
    except DomainError as error:
        return Obstacle(code=error.code, opens=str(error.data.get("opens", "")))
    if row.has_session:
        return _busy(row.awaited_until, station.time_zone)
    if not row.is_clock_set:
        return Obstacle(code=PileClockUnset.code)
    return None if _tariff_id(row.place, station) in known.versions else Obstacle(code=TariffMissing.code)


def _tariff_id(place: ConnectorPlace, station: _StationRow) -> int:
    """The pile's own, else its station's; 0, which is none, where neither has one."""
    return place.tariff_id or station.tariff_id or 0


def _busy(until: datetime | None, time_zone: str) -> Obstacle:
    """By a charge, or by somebody who has still to pay for one: then until when is told."""
    if until is None:
        return Obstacle(code=ConnectorBusy.code)
    opens = f"{until.astimezone(ZoneInfo(time_zone)):%H:%M:%S}"
    return Obstacle(code=ConnectorAwaitsPayment.code, opens=opens)


def _not_found(key: ConnectorKey, replaced: set[str]) -> DomainError:
    if key.qr_token in replaced:
        return QrReplaced()
    return BadQrLink() if key.qr_token else ConnectorNotFound()
