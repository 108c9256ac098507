"""All tables. sql/migrations is what makes them; a test proves both agree.

The ledger's are imported from `backend.models.ledger` alone, so that a contract can say who may (pyproject.toml).
"""

from backend.models import ledger as ledger
from backend.models.adjustment import Adjustment as Adjustment
from backend.models.agreement import Agreement as Agreement
from backend.models.agreement import AgreementAcceptance as AgreementAcceptance
from backend.models.audit import AuditChain as AuditChain
from backend.models.audit import AuditLink as AuditLink
from backend.models.audit import AuditRow as AuditRow
from backend.models.auth_token import AuthToken as AuthToken
from backend.models.begin_link import BeginLink as BeginLink
from backend.models.bridge_hearing import BridgeHearing as BridgeHearing
from backend.models.broker import BrokerAccounts as BrokerAccounts
from backend.models.broker import BrokerNode as BrokerNode
from backend.models.broker import PileContact as PileContact
from backend.models.channel_account import ChannelAccount as ChannelAccount
from backend.models.channel_certificates import ChannelCertificates as ChannelCertificates
from backend.models.command import Command as Command
from backend.models.driver import Driver as Driver
from backend.models.driver import DriverIdentity as DriverIdentity
from backend.models.driver_message import DriverMessage as DriverMessage
from backend.models.driver_message import MessageCredit as MessageCredit
from backend.models.engine.database import Row as Row
from backend.models.event import Event as Event
from backend.models.event import EventConsumer as EventConsumer
from backend.models.event import EventCounter as EventCounter
from backend.models.event import EventRetry as EventRetry
from backend.models.export_job import ExportJob as ExportJob
from backend.models.export_job import ExportPart as ExportPart
from backend.models.fact import AreaFact as AreaFact
from backend.models.fact import ConnectorFact as ConnectorFact
from backend.models.fact import FactGate as FactGate
from backend.models.fact import FactPlace as FactPlace
from backend.models.fact import PowerQuarter as PowerQuarter
from backend.models.fact import StationFact as StationFact
from backend.models.holiday import Holiday as Holiday
from backend.models.holiday import HolidayRevision as HolidayRevision
from backend.models.idempotency_key import IdempotencyKey as IdempotencyKey
from backend.models.idle_stay import IdleFeeLine as IdleFeeLine
from backend.models.idle_stay import IdleSpell as IdleSpell
from backend.models.idle_stay import IdleStay as IdleStay
from backend.models.idle_stay import PlugSense as PlugSense
from backend.models.login_record import LoginRecord as LoginRecord
from backend.models.meter_value import MeterValue as MeterValue
from backend.models.movement_view import MovementView as MovementView
from backend.models.operator import Operator as Operator
from backend.models.order import FeeLine as FeeLine
from backend.models.order import Order as Order
from backend.models.pay_password import PayPassword as PayPassword
from backend.models.payment import Payment as Payment
from backend.models.pile import Connector as Connector
from backend.models.pile import ConnectorState as ConnectorState
from backend.models.pile import Pile as Pile
from backend.models.pile import PileState as PileState
from backend.models.pile import RetiredQrToken as RetiredQrToken
from backend.models.policy import ChargingPolicy as ChargingPolicy
from backend.models.quarantine import PileMessage as PileMessage
from backend.models.quarantine import Quarantine as Quarantine
from backend.models.refund import Refund as Refund
from backend.models.refund import RefundPart as RefundPart
from backend.models.roll_up import ConnectorDay as ConnectorDay
from backend.models.roll_up import DriverTotal as DriverTotal
from backend.models.roll_up import PileDay as PileDay
from backend.models.roll_up import PlatformDay as PlatformDay
from backend.models.roll_up import StationHour as StationHour
from backend.models.roll_up import StationTotal as StationTotal
from backend.models.second_factor import BackupCode as BackupCode
from backend.models.second_factor import SecondFactor as SecondFactor
from backend.models.session import LiveSession as LiveSession
from backend.models.session import PlugClaim as PlugClaim
from backend.models.session import RecordSegment as RecordSegment
from backend.models.session import Session as Session
from backend.models.session import SessionDecision as SessionDecision
from backend.models.session import SessionDoubt as SessionDoubt
from backend.models.session import SessionProgress as SessionProgress
from backend.models.session import SessionRecord as SessionRecord
from backend.models.session import SessionSegment as SessionSegment
from backend.models.staff import Role as Role
from backend.models.staff import RolePermission as RolePermission
from backend.models.staff import Staff as Staff
from backend.models.staff import StaffStation as StaffStation
from backend.models.station import Station as Station
from backend.models.station import StationPhoto as StationPhoto
from backend.models.stored_file import StoredFile as StoredFile
from backend.models.tariff import Tariff as Tariff
from backend.models.tariff import TariffPeriod as TariffPeriod
from backend.models.tariff import TariffPlan as TariffPlan
from backend.models.tariff import TariffPlanDay as TariffPlanDay
from backend.models.tariff import TariffPlanPeriod as TariffPlanPeriod
from backend.models.tariff import TariffPlanPrice as TariffPlanPrice
from backend.models.tariff import TariffVersion as TariffVersion
from backend.models.timer import Timer as Timer
from backend.models.write_probe import WriteProbe as WriteProbe

TABLES: tuple[type[Row], ...] = tuple(
    sorted(
        (table for table in Row.__subclasses__() if table.__module__.startswith(f"{__name__}.")),
        key=lambda table: str(table._meta.table_name),  # noqa: SLF001 - peewee has no other door
    )
)
"""Every table, in the order of their names."""
