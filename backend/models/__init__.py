"""All tables, in the order they are created. sql/migrations is what makes them; a test proves both agree."""

from backend.models.audit import AuditRow
from backend.models.auth_token import AuthToken
from backend.models.command import Command
from backend.models.database import Row
from backend.models.driver import Driver
from backend.models.idempotency_key import IdempotencyKey
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.models.meter_value import MeterValue
from backend.models.operator import Operator
from backend.models.order import FeeLine, Order
from backend.models.payment import Payment
from backend.models.pile import Connector, ConnectorState, Pile, PileState
from backend.models.quarantine import PileMessage, Quarantine
from backend.models.roll_up import ConnectorDay, PlatformDay, StationHour, StationTotal
from backend.models.session import LiveSession, Session, SessionProgress, SessionSegment
from backend.models.staff import Role, RolePermission, Staff, StaffStation
from backend.models.station import Station
from backend.models.tariff import Tariff, TariffPeriod, TariffVersion
from backend.models.timer import Timer

__all__ = [
    "TABLES",
    "AuditRow",
    "AuthToken",
    "Command",
    "Connector",
    "ConnectorDay",
    "ConnectorState",
    "Driver",
    "FeeLine",
    "IdempotencyKey",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerPosting",
    "LiveSession",
    "MeterValue",
    "Operator",
    "Order",
    "Payment",
    "Pile",
    "PileMessage",
    "PileState",
    "PlatformDay",
    "Quarantine",
    "Role",
    "RolePermission",
    "Session",
    "SessionProgress",
    "SessionSegment",
    "Staff",
    "StaffStation",
    "Station",
    "StationHour",
    "StationTotal",
    "Tariff",
    "TariffPeriod",
    "TariffVersion",
    "Timer",
]

TABLES: tuple[type[Row], ...] = (
    Operator,
    Role,
    RolePermission,
    Staff,
    StaffStation,
    AuthToken,
    Driver,
    Tariff,
    TariffVersion,
    TariffPeriod,
    Station,
    Pile,
    PileState,
    Connector,
    ConnectorState,
    Session,
    LiveSession,
    SessionProgress,
    SessionSegment,
    MeterValue,
    Command,
    Order,
    FeeLine,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    Payment,
    IdempotencyKey,
    StationHour,
    ConnectorDay,
    StationTotal,
    PlatformDay,
    AuditRow,
    Quarantine,
    PileMessage,
    Timer,
)
