"""Everything the invariants look at, read in one snapshot: each table once, as lists and as maps by row id."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from backend.domain.order import OrderKind
from backend.models import (
    Adjustment,
    AuditRow,
    ChannelAccount,
    Command,
    Connector,
    ConnectorDay,
    ConnectorState,
    Driver,
    DriverMessage,
    Event,
    FeeLine,
    Holiday,
    IdempotencyKey,
    IdleFeeLine,
    IdleSpell,
    IdleStay,
    LiveSession,
    MessageCredit,
    MeterValue,
    Operator,
    Order,
    Payment,
    Pile,
    PileMessage,
    PlatformDay,
    PlugSense,
    Quarantine,
    Refund,
    RefundPart,
    Session,
    SessionDecision,
    SessionProgress,
    SessionSegment,
    Station,
    StationHour,
    StationTotal,
    TariffPeriod,
    TariffPlan,
    TariffPlanDay,
    TariffPlanPeriod,
    TariffVersion,
    Timer,
)
from backend.models.engine.database import Row, database, is_sqlite
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from scripts.stand_ins.simulator.envelope import UpMessage

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
R = TypeVar("R", bound=Row)

Sent = Mapping[str, Collection[UpMessage]]
"""pile_no → every message that pile handed to its connection; repeats of an id are one message."""
Receipted = Mapping[str, Collection[str]]
"""pile_no → the ids that its receipts named as durable."""


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """Reads inside see the database at one instant, though the product writes on; a new connection each time."""
    if not database.is_closed():
        database.close()  # the server may have been killed since
    database.connect()
    if not is_sqlite():
        database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with database.atomic():
        yield


class Rows:
    """The tables, read when first asked for and then kept; the arguments are what the test knows besides."""

    def __init__(
        self, sent: Sent | None = None, losable: Collection[str] = (), receipted: Receipted | None = None
    ) -> None:
        self.sent = sent
        self.receipted = receipted or {}
        self.losable = frozenset(losable)

    @cached_property
    def sessions(self) -> list[Session]:
        return _all(Session)

    @cached_property
    def session_by_id(self) -> dict[int, Session]:
        return {row.id: row for row in self.sessions}

    @cached_property
    def live_sessions(self) -> list[LiveSession]:
        return _all(LiveSession)

    @cached_property
    def progress_by_session(self) -> dict[int, SessionProgress]:
        return {row.session_id: row for row in _all(SessionProgress)}

    @cached_property
    def segments_by_session(self) -> dict[int, list[SessionSegment]]:
        return grouped(_all(SessionSegment), lambda row: row.session_id)

    @cached_property
    def decisions_by_session(self) -> dict[int, list[SessionDecision]]:
        return grouped(
            list(SessionDecision.select().order_by(SessionDecision.number)), lambda row: row.session_id
        )

    @cached_property
    def orders(self) -> list[Order]:
        """Of charges; idle fees are apart, and have no energy."""
        return [row for row in _all(Order) if row.kind is OrderKind.CHARGING]

    @cached_property
    def idle_orders(self) -> list[Order]:
        return [row for row in _all(Order) if row.kind is OrderKind.IDLE]

    @cached_property
    def idle_stays(self) -> list[IdleStay]:
        return _all(IdleStay)

    @cached_property
    def idle_spells_by_session(self) -> dict[int, list[IdleSpell]]:
        return grouped(_all(IdleSpell), lambda row: row.session_id)

    @cached_property
    def idle_lines_by_order(self) -> dict[int, list[IdleFeeLine]]:
        return grouped(_all(IdleFeeLine), lambda row: row.order_id)

    @cached_property
    def driver_messages(self) -> list[DriverMessage]:
        return _all(DriverMessage)

    @cached_property
    def message_credits(self) -> list[MessageCredit]:
        return _all(MessageCredit)

    @cached_property
    def sensing_connectors(self) -> set[int]:
        return {row.connector_id for row in _all(PlugSense)}

    @cached_property
    def orders_by_session(self) -> dict[int, list[Order]]:
        return grouped(self.orders, lambda row: row.session_id)

    @cached_property
    def lines_by_order(self) -> dict[int, list[FeeLine]]:
        return grouped(_all(FeeLine), lambda row: row.order_id)

    @cached_property
    def periods_by_version(self) -> dict[int, list[TariffPeriod]]:
        return grouped(_all(TariffPeriod), lambda row: row.tariff_version_id)

    @cached_property
    def plans_by_version(self) -> dict[int, list[TariffPlan]]:
        return grouped(_all(TariffPlan), lambda row: row.tariff_version_id)

    @cached_property
    def plan_periods_by_version(self) -> dict[int, list[TariffPlanPeriod]]:
        return grouped(_all(TariffPlanPeriod), lambda row: row.tariff_version_id)

    @cached_property
    def plan_days_by_version(self) -> dict[int, list[TariffPlanDay]]:
        return grouped(_all(TariffPlanDay), lambda row: row.tariff_version_id)

    @cached_property
    def holidays(self) -> list[Holiday]:
        return _all(Holiday)

    @cached_property
    def versions(self) -> list[TariffVersion]:
        return _all(TariffVersion)

    @cached_property
    def accounts(self) -> list[LedgerAccount]:
        return _all(LedgerAccount)

    @cached_property
    def account_by_id(self) -> dict[int, LedgerAccount]:
        return {row.id: row for row in self.accounts}

    @cached_property
    def entries(self) -> list[LedgerEntry]:
        return _all(LedgerEntry)

    @cached_property
    def postings(self) -> list[LedgerPosting]:
        return list(LedgerPosting.select().order_by(LedgerPosting.id))

    @cached_property
    def postings_by_entry(self) -> dict[int, list[LedgerPosting]]:
        return grouped(self.postings, lambda row: row.entry_id)

    @cached_property
    def payments(self) -> list[Payment]:
        return _all(Payment)

    @cached_property
    def payment_by_number(self) -> dict[str, Payment]:
        """By our number and by the channel's."""
        own = {row.payment_no: row for row in self.payments}
        return own | {row.channel_transaction_no: row for row in self.payments if row.channel_transaction_no}

    @cached_property
    def channel_accounts(self) -> list[ChannelAccount]:
        return _all(ChannelAccount)

    @cached_property
    def adjustments(self) -> list[Adjustment]:
        return _all(Adjustment)

    @cached_property
    def refunds(self) -> list[Refund]:
        return _all(Refund)

    @cached_property
    def refund_parts(self) -> list[RefundPart]:
        return _all(RefundPart)

    @cached_property
    def parts_by_refund(self) -> dict[int, list[RefundPart]]:
        return grouped(self.refund_parts, lambda row: row.refund_id)

    @cached_property
    def driver_by_id(self) -> dict[int, Driver]:
        return {row.id: row for row in _all(Driver)}

    @cached_property
    def operator_by_id(self) -> dict[int, Operator]:
        return {row.id: row for row in _all(Operator)}

    @cached_property
    def station_by_id(self) -> dict[int, Station]:
        return {row.id: row for row in _all(Station)}

    @cached_property
    def pile_by_id(self) -> dict[int, Pile]:
        return {row.id: row for row in _all(Pile)}

    @cached_property
    def connector_by_id(self) -> dict[int, Connector]:
        return {row.id: row for row in _all(Connector)}

    @cached_property
    def connector_states(self) -> list[ConnectorState]:
        return _all(ConnectorState)

    @cached_property
    def connector_state_by_id(self) -> dict[int, ConnectorState]:
        return {row.connector_id: row for row in self.connector_states}

    @cached_property
    def meters_by_session(self) -> dict[str, list[MeterValue]]:
        return grouped(self.meter_values, lambda row: row.session_no)

    @cached_property
    def meter_values(self) -> list[MeterValue]:
        return _all(MeterValue)

    @cached_property
    def pile_messages(self) -> list[PileMessage]:
        return _all(PileMessage)

    @cached_property
    def quarantined(self) -> list[Quarantine]:
        return _all(Quarantine)

    @cached_property
    def commands(self) -> list[Command]:
        return _all(Command)

    @cached_property
    def commands_by_session(self) -> dict[int | None, list[Command]]:
        return grouped(self.commands, lambda row: row.session_id)

    @cached_property
    def timers(self) -> list[Timer]:
        return _all(Timer)

    @cached_property
    def events(self) -> list[Event]:
        return list(Event.select().order_by(Event.id))

    @cached_property
    def keys(self) -> list[IdempotencyKey]:
        return _all(IdempotencyKey)

    @cached_property
    def audit_rows(self) -> list[AuditRow]:
        return _all(AuditRow)

    @cached_property
    def station_hours(self) -> list[StationHour]:
        return _all(StationHour)

    @cached_property
    def connector_days(self) -> list[ConnectorDay]:
        return _all(ConnectorDay)

    @cached_property
    def station_totals(self) -> list[StationTotal]:
        return _all(StationTotal)

    @cached_property
    def platform_days(self) -> list[PlatformDay]:
        return _all(PlatformDay)


def grouped(rows: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """The rows by their key, in their order; a key that no row has gives an empty list."""
    groups: defaultdict[K, list[T]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups


def _all(table: type[R]) -> list[R]:
    return list(table.select())
