"""Rows for tests: each function writes one thing with everything it needs and returns its row.

Names and numbers are made from a counter, so that two of a kind never collide. `now` is always given.
"""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.domain.actor import Actor
from backend.domain.connector import ConnectorStatus
from backend.domain.identity import Identity, IdentityKind
from backend.domain.ledger import top_up_entry
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind, Permission
from backend.domain.pile import PileKind
from backend.domain.tariff import RateBand
from backend.domain.units import Fen
from backend.gateways.ids import hash_token, new_qr_token, new_token
from backend.models import (
    AuthToken,
    Connector,
    ConnectorState,
    Driver,
    DriverIdentity,
    Operator,
    Pile,
    PileState,
    Role,
    RolePermission,
    Staff,
    Station,
    Tariff,
    TariffPeriod,
    TariffVersion,
)
from backend.models.engine.database import transactional
from backend.services.access.driver_identities import add_identities
from backend.services.ledger.open_wallet import open_wallet
from backend.services.ledger.post_entry import post_entry

# 10:00 in Beijing, in the flat period of `a_tariff`
TEN_O_CLOCK = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
# start slot, end slot, band, electricity and service price in 1e-5 yuan per kWh
GRANT_FIELDS = (RolePermission.role_id, RolePermission.permission)
FLAT_DAY = ((0, 14, RateBand.VALLEY, 30_000, 24_000), (14, 48, RateBand.FLAT, 86_000, 24_000))

# of one length, so that no number is a part of another: T2 would be found in ST20
_numbers = itertools.count(1_001)


def an_operator(*, now: datetime, is_platform: bool = False) -> Operator:
    """An operator of stations."""
    number = next(_numbers)
    return Operator.create(
        operator_no=f"OP{number}", name=f"运营商{number}", is_platform=is_platform, created_at=now
    )


def a_tariff(
    *,
    operator: Operator,
    now: datetime,
    periods: Sequence[tuple[int, int, RateBand, int, int]] = FLAT_DAY,
) -> Tariff:
    """A tariff with one published version, in force since yesterday."""
    number = next(_numbers)
    tariff = Tariff.create(
        tariff_no=f"T{number}", operator_id=operator.id, name=f"计费模型{number}", created_at=now
    )
    yesterday = now - timedelta(days=1)
    version = TariffVersion.create(
        tariff_id=tariff.id, version=1, effective_from=yesterday, published_at=yesterday, created_at=yesterday
    )
    for start_slot, end_slot, rate_band, electricity_e5, service_e5 in periods:
        TariffPeriod.create(
            tariff_version_id=version.id,
            start_slot=start_slot,
            end_slot=end_slot,
            rate_band=rate_band,
            electricity_e5=electricity_e5,
            service_e5=service_e5,
        )
    return tariff


def a_station(
    *,
    now: datetime,
    operator: Operator | None = None,
    tariff: Tariff | None = None,
    has_tariff: bool = True,
    lat_e6: int = 31_230_416,
    lng_e6: int = 121_473_701,
    is_visible: bool = True,
) -> Station:
    """A visible station in Shanghai with its own tariff (without one: `has_tariff=False`)."""
    operator = operator or an_operator(now=now)
    if tariff is None and has_tariff:
        tariff = a_tariff(operator=operator, now=now)
    number = next(_numbers)
    return Station.create(
        station_no=f"ST{number}",
        operator_id=operator.id,
        name=f"欣象充电站{number}",
        city="上海市",
        district="黄浦区",
        address=f"人民大道 {number} 号",
        lat_e6=lat_e6,
        lng_e6=lng_e6,
        opening_hours="00:00–24:00",
        parking_fee="充电 2 小时内免费",
        service_phone="4008001234",
        tariff_id=None if tariff is None else tariff.id,
        is_visible=is_visible,
        created_at=now,
    )


def a_pile(
    *,
    station: Station,
    now: datetime,
    kind: PileKind = PileKind.DC,
    guns: int = 2,
    status: ConnectorStatus = ConnectorStatus.PLUGGED,
    is_online: bool = True,
    tariff: Tariff | None = None,
    rated_w: int = 120_000,
) -> Pile:
    """A pile that was heard just now, its clock set, every connector in `status`."""
    number = next(_numbers)
    pile = Pile.create(
        pile_no=f"CP{number:06d}",
        operator_id=station.operator_id,
        station_id=station.id,
        name=f"{number}号桩",
        kind=kind,
        rated_w=rated_w,
        tariff_id=None if tariff is None else tariff.id,
        broker_password_hash="$7$101$AAAA$AAAA",
        created_at=now,
    )
    PileState.insert(
        pile_id=pile.id,
        is_online=is_online,
        conn="c1",
        boot=1,
        seq=1,
        last_seen_at=now,
        online_since=now,
        is_clock_set=True,
    ).execute()
    for gun in range(1, guns + 1):
        a_connector(pile=pile, gun=gun, status=status, now=now)
    return pile


def a_connector(*, pile: Pile, gun: int, status: ConnectorStatus, now: datetime) -> Connector:
    """A connector with its latest report."""
    connector = Connector.create(
        connector_no=f"{pile.pile_no}{gun:02d}",
        operator_id=pile.operator_id,
        station_id=pile.station_id,
        pile_id=pile.id,
        gun=gun,
        qr_token=new_qr_token(),
        standard="GB/T 20234.3" if pile.kind is PileKind.DC else "GB/T 20234.2",
        rated_w=pile.rated_w,
        created_at=now,
    )
    ConnectorState.insert(
        connector_id=connector.id,
        status=status,
        is_plugged=status not in {ConnectorStatus.IDLE, ConnectorStatus.OFFLINE},
        boot=1,
        seq=1,
        status_at=now,
    ).execute()
    return connector


def connectors_of(pile: Pile) -> list[Connector]:
    """A pile's connectors by gun."""
    return list(Connector.select().where(Connector.pile_id == pile.id).order_by(Connector.gun))


@transactional
def a_driver(*, now: datetime, balance_fen: int = 0, is_enabled: bool = True) -> Driver:
    """A driver with a wallet; the balance comes by a top-up entry, as real money does."""
    number = next(_numbers)
    driver = Driver.create(
        driver_no=f"D{number}",
        mini_program_key=f"openid-{number}",
        nickname=f"车主{number}",
        is_enabled=is_enabled,
        created_at=now,
    )
    own = Identity(IdentityKind.WECHAT_MINI_PROGRAM, f"openid-{number}")
    add_identities(driver=driver, identities=[own], now=now)
    open_wallet(driver_no=driver.driver_no, now=now)
    if balance_fen:
        entry = top_up_entry(driver.driver_no, Channel.WECHAT, Fen(balance_fen), Fen(0))
        post_entry(entry=entry, reference=f"P-built-{number}", now=now)
    return driver


def key_of(driver: Driver) -> str:
    """What WeChat knows the driver by."""
    return DriverIdentity.get(DriverIdentity.driver_id == driver.id).key


def actor_of(driver: Driver) -> Actor:
    """The driver as services know a caller."""
    return Actor(kind=ActorKind.DRIVER, id=driver.id, no=driver.driver_no)


def a_staff(
    *,
    operator: Operator,
    now: datetime,
    permissions: Sequence[Permission] = tuple(Permission),
    sees_all_stations: bool = True,
) -> Staff:
    """A member of staff with a role of just these permissions; nobody knows the password."""
    number = next(_numbers)
    role = Role.create(operator_id=operator.id, name=f"角色{number}", created_at=now)
    if permissions:
        RolePermission.insert_many([(role.id, one.value) for one in permissions], GRANT_FIELDS).execute()
    return Staff.create(
        operator_id=operator.id,
        role_id=role.id,
        account=f"staff{number}",
        name=f"员工{number}",
        password_hash="!",
        sees_all_stations=sees_all_stations,
        created_at=now,
    )


def a_token(*, owner: Driver | Staff, now: datetime, lasts: timedelta = timedelta(days=1)) -> str:
    """A login token of a driver or a member of staff."""
    token = new_token()
    AuthToken.create(
        token_hash=hash_token(token),
        actor_kind=ActorKind.DRIVER if isinstance(owner, Driver) else ActorKind.STAFF,
        actor_id=owner.id,
        created_at=now,
        expires_at=now + lasts,
    )
    return token
