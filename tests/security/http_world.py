"""Two drivers, two operators and staff of every kind, and one call of each operation of docs/openapi.json.

`victim` owns a running and a settled charge and a payment at one station; whatever belongs to them is in `marks`.
"""

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import requests

from backend.domain.adjustment import AdjustmentState
from backend.domain.agreement import AgreementKind
from backend.domain.caller import NOWHERE
from backend.domain.export import ExportFormat, ExportKind, ExportState
from backend.domain.idle_fee import StayState
from backend.domain.ledger import AccountKind, Entry, EntryKind, Posting, account_of
from backend.domain.operator import check_character
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.ids import hash_token, new_number, new_token, new_ulid
from backend.models import (
    Adjustment,
    Agreement,
    AgreementAcceptance,
    AuditRow,
    AuthToken,
    ChargingPolicy,
    Command,
    Driver,
    DriverTotal,
    ExportJob,
    IdleStay,
    LiveSession,
    MovementView,
    Operator,
    Payment,
    Pile,
    Quarantine,
    Refund,
    RefundPart,
    Session,
    Staff,
    StaffStation,
    Station,
)
from backend.models.ledger import LedgerPosting
from backend.services.access.set_pay_password import set_pay_password
from backend.services.charging.session_evidence import gather
from backend.services.facts.recount_facts import recount_facts
from backend.services.ground.audit import write_audit
from backend.services.intake.quarantine_message import RefusedMessage, quarantine_messages
from backend.services.ledger.post_entry import post_entry
from tests.api_server import ApiClient
from tests.builders import (
    a_driver,
    a_pile,
    a_staff,
    a_station,
    a_token,
    actor_of,
    an_operator,
    connectors_of,
    key_of,
)
from tests.desk import a_running_charge, an_ended_charge, hear
from tests.pay_channel import Sandbox
from tests.security.own_account import OwnAccount
from tests.security.own_tariffs import OwnTariffs
from tests.security.staff_world import StaffWorld
from tests.station_desk import open_always

CONTRACT: Final = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
TOP_UP_FEN: Final = 1_234
REFUND_FEN: Final = 321
PAY_PASSWORD: Final = "135790"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract; `scope` is "" for those without a login."""

    name: str
    method: str
    path: str
    scope: str
    needs_key: bool
    has_body: bool

    @property
    def is_public(self) -> bool:
        return not self.scope

    @property
    def is_driver(self) -> bool:
        return self.scope == "driver"

    @property
    def permission(self) -> Permission | None:
        return None if self.scope in {"", "driver", "staff"} else Permission(self.scope)


def read_operations() -> dict[str, Operation]:
    """Every operation of the published contract by its operationId."""
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
    found = [
        Operation(
            name=one["operationId"],
            method=method.upper(),
            path=path,
            scope=one.get("x-scope", ""),
            needs_key=any(parameter["name"] == "Idempotency-Key" for parameter in one["parameters"]),
            has_body="requestBody" in one,
        )
        for path, methods in contract["paths"].items()
        for method, one in methods.items()
    ]
    return {operation.name: operation for operation in found}


class HttpWorld:
    """The world of one test, over its database and a running API."""

    def __init__(self, api: ApiClient, sandbox: Sandbox) -> None:
        now = utc_now()
        self.api = api
        self.sandbox = sandbox
        self.victim = a_driver(now=now, balance_fen=50_000)
        self.leaving = a_driver(now=now)
        self._staff_tokens: dict[tuple[object, ...], str] = {}
        self.platform = an_operator(now=now, is_platform=True)
        self.operator = an_operator(now=now)
        self.own_account = OwnAccount(self.operator, sandbox)
        self.station = a_station(now=now, operator=self.operator)
        self.pile = a_pile(station=self.station, now=now, guns=3)
        self.free_connector = connectors_of(self.pile)[2]
        # never charged: one to be deleted, one to be moved and retired
        self.spares = [a_pile(station=self.station, now=now, guns=1) for _ in range(2)]
        # tried out by staff, so that no driver finds the gun taken
        self.tried_pile = a_pile(station=self.station, now=now, guns=1)
        self.other_station = a_station(now=now, operator=self.operator)
        self.other = a_driver(now=now, balance_fen=50_000)
        self.order = an_ended_charge(pile=self.pile, ended_at=now, driver=self.victim)
        self.session = a_running_charge(pile=self.pile, now=now, gun=2, driver=self.victim, energy_wh=5_000)
        self._count_driver(now)
        recount_facts(station_id=self.station.id, from_date=now.date() - DAY, to_date=now.date() + DAY)
        self.settled_no = str(Session.get_by_id(self.order.session_id).session_no)
        self._stay()
        self.tariffs = OwnTariffs(self.station, now)
        self.text_no = self._publish_a_text(now)
        self.draft_no = self._draft_a_text(now)
        self.payment_no = self._ask_top_up()
        self.prepayment_no = self._prepay(now)
        self.colleagues = StaffWorld(self.operator, self.station)
        self.retried_no = self._ask_refund_of_a_top_up()
        self._worthless = self._make_worthless_tokens()
        self.careful = a_driver(now=now)
        set_pay_password(driver=actor_of(self.careful), password=PAY_PASSWORD, caller=NOWHERE, now=now)
        self.owing = a_driver(now=now, balance_fen=5_000)
        self._owe(self.owing)
        self.numbers = {
            "account_no": self.own_account.account_no,
            "operator_no": self.operator.operator_no,
            "agreement_no": self.draft_no,
            "audit_id": self._audit_id(),
            "quarantine_id": self._refuse_a_message(),
            "station_no": self.station.station_no,
            "pile_no": self.pile.pile_no,
            "connector_no": self.free_connector.connector_no,
            "session_no": self.session.session_no,
            "order_no": self.order.order_no,
            "payment_no": self.payment_no,
            "tariff_no": self.tariffs.used_no,
            "version": "1",
            "part_no": self._ask_refund(),
            "driver_no": self.victim.driver_no,
            "adjustment_no": self._ask_adjustment(),
            "export_no": self._ask_export(now),
            "view_id": self._keep_view("夜里的充电", now),
            "refund_no": str(Refund.select().order_by(Refund.id.desc()).get().refund_no),
        }
        self.spare_view_id = self._keep_view("白天的充电", now)

    @property
    def drivers_marks(self) -> set[str]:
        """What no answer to another driver may hold."""
        numbers = (
            self.session.session_no,
            self.settled_no,
            self.order.order_no,
            self.payment_no,
            self.prepayment_no,
            f'"{self.victim.driver_no}"',  # short, so that a signature may hold it by chance
            self.numbers["refund_no"],
            self.numbers["adjustment_no"],
            self.numbers["part_no"],
            self.retried_no,
        )
        return {*numbers, self.victim.nickname, key_of(self.victim)}

    @property
    def operators_marks(self) -> set[str]:
        """What no answer to another operator's staff may hold."""
        spares = {spare.pile_no for spare in (*self.spares, self.tried_pile)}
        own = {self.operator.operator_no, self.station.station_no, self.station.name, self.pile.pile_no}
        places = own | spares
        return self.drivers_marks | places | self.tariffs.marks

    def call(
        self, operation: Operation, token: str | None, *, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """The operation on what is the victim's, as the owner of `token` would call it."""
        return self.calls(operation, {"": bearer(token) | dict(headers or {})})[""]

    def calls(
        self, operation: Operation, callers: Mapping[str, Mapping[str, str]]
    ) -> dict[str, requests.Response]:
        """The same for each of the callers, told by their headers; the body is as it is sound before the first."""
        path = self.path_of(operation)
        body = self.body_of(operation.name) if operation.has_body else None
        return {who: self._call(operation, path, body, headers) for who, headers in callers.items()}

    def _call(
        self, operation: Operation, path: str, body: Any, headers: Mapping[str, str]
    ) -> requests.Response:
        own = {"Idempotency-Key": new_ulid()} if operation.needs_key else {}
        for pile in self._piles_started_on(operation):
            hear(pile=pile, now=utc_now())  # the loop takes longer than a pile counts as heard
        if operation.name in STARTS:  # whoever was there in this loop has left
            LiveSession.delete().where(LiveSession.connector_id == self.free_connector.id).execute()
        return self.api.request(
            operation.method,
            path,
            json=body,
            params=QUERIES.get(operation.name),
            headers=own | dict(headers),
        )

    def path_of(self, operation: Operation) -> str:
        """The operation's address with the victim's numbers in it."""
        numbers = self.numbers_of(operation)
        return re.sub(r"\{(\w+)\}", lambda found: numbers[found[1]], operation.path)

    def numbers_of(self, operation: Operation) -> dict[str, str]:
        """The victim's numbers that may stand in the operation's address."""
        # what has ended is decided, not what runs
        own = {"session_no": self.settled_no} if operation.name in OF_THE_SETTLED else {}
        if operation.name.startswith(OF_COLLEAGUES):
            own = self.colleagues.numbers_of(operation.name)
        if operation.name in OF_SPARES:
            own = {"pile_no": self.spares[OF_SPARES[operation.name]].pile_no}
        if operation.name == "prepayments_show":
            own = {"payment_no": self.prepayment_no}
        own |= self.tariffs.numbers_of(operation.name)
        if operation.name == "admin_piles_try_out":
            own = self._numbers_of_the_tried()
        if operation.name == "admin_movements_drop_view":
            own = {"view_id": self.spare_view_id}
        if operation.name == "admin_drivers_delete":
            own = {"driver_no": self.leaving.driver_no}
        if operation.name == "admin_refunds_retry":
            own = {"part_no": self.retried_no}
        return self.numbers | own

    def _piles_started_on(self, operation: Operation) -> list[Pile]:
        if operation.name == "admin_piles_try_out":
            return [self.tried_pile]
        return [self.pile] if operation.name in STARTS else []

    def _numbers_of_the_tried(self) -> dict[str, str]:
        (gun,) = connectors_of(self.tried_pile)
        return {"pile_no": self.tried_pile.pile_no, "connector_no": gun.connector_no}

    def body_of(self, name: str) -> Any:
        """The JSON body of a sound call; None for an operation without one."""
        bodies = {
            "login_log_in": {"code": "no-such-code"},
            "connectors_resolve": {"text": self.free_connector.connector_no},
            "sessions_start": {"connector_no": self.free_connector.connector_no},
            "prepayments_begin_guest": {"qr_token": self.free_connector.qr_token},
            "prepayments_prepay": {
                "connector_no": self.free_connector.connector_no,
                "amount_fen": TOP_UP_FEN,
                "channel": "wechat",
            },
            "payments_top_up": {"amount_fen": TOP_UP_FEN, "channel": "wechat"},
            "admin_login_log_in": {"account": "nobody", "password": "guessed"},
            "admin_sessions_stop": {"reason": "测试"},
            "admin_sessions_waive": {"reason": "测试"},
            "messages_allow": {"kinds": ["charge_billed"]},
            "admin_sessions_decide": {"decision": "bill_nothing", "reason": "测试", "seen": self._seen()},
            "admin_piles_release": {"reason": "测试"},
            "admin_quarantine_close": {"note": "测试"},
            "admin_stations_create": {"facts": open_always()},
            "admin_stations_edit": {
                "row_version": self._row_version(),
                "facts": {**open_always(), "tariff_no": self.tariffs.used_no},
            },
            "admin_stations_change": {"change": "show", "reason": "测试"},
            **self._pile_bodies(),
            **self.tariffs.bodies(),
            "admin_operators_create": {"operator_no": new_operator_no(), "name": "新运营商"},
            "admin_operators_appoint": {"account": "first.there", "name": "第一位"},
            "admin_operators_edit": {
                "name": self.operator.name,
                "service_phone": "",
                "service_hours": "全天",
                "row_version": self._version(Operator.get_by_id(self.operator.id)),
            },
            "admin_operators_switch": {"is_enabled": True, "reason": "测试", "row_version": 0},
            "admin_policy_edit": self._policy_edit(self.operator.id),
            "admin_policy_edit_platform": self._policy_edit(0),
            "admin_agreements_draft": {
                "operator_no": self.operator.operator_no,
                "kind": "service_terms",
                "title": "条款",
                "text": "文字",
            },
            "admin_agreements_edit": {
                "title": "条款",
                "text": "文字",
                "note": "",
                "row_version": self._draft_version(),
            },
            "admin_agreements_publish": {"row_version": self._draft_version()},
            "agreements_accept": {"agreement_nos": [self.text_no]},
            "admin_refunds_pay_out": {"reference": "T-1", "reason": "测试"},
            "refunds_ask": {"amount_fen": REFUND_FEN},
            "profile_rename": {"nickname": "小王"},
            "pay_password_set_first": {"password": PAY_PASSWORD},
            "pay_password_change": {"password": PAY_PASSWORD, "new_password": PAY_PASSWORD},
            "pay_password_switch": {"is_on": True, "password": PAY_PASSWORD},
            "admin_adjustments_ask": {
                "driver_no": self.victim.driver_no,
                "amount_fen": 100,
                "reason": "测试",
                "told": "补偿",
            },
            "admin_adjustments_decide": {"is_approved": True, "reason": "测试"},
            "admin_movements_keep_view": {"name": f"筛选{new_ulid()}", "query": {"kind": "charge"}},
            "admin_movements_rename_view": {
                "name": f"筛选{new_ulid()}",
                "row_version": sum(row.row_version for row in MovementView.select()),
            },
            "admin_exports_ask": {"kind": "orders", "format": "csv", "query": {}},
            "admin_drivers_delete": {"reason": "测试", "row_version": 0},
            "admin_drivers_find_phone": {"phone": "13812345678"},
            "admin_drivers_freeze": {
                "is_frozen": False,
                "reason": "测试",
                "row_version": Driver.get_by_id(self.victim.id).row_version,
            },
            **self.own_account.bodies(),
        }
        if name == "profile_bind":
            return {"code": self.sandbox.control("phone-codes", {})["code"]}
        if name == "pay_password_reset":
            code = self.sandbox.login_code(key_of(self.careful))
            return {"code": code, "new_password": PAY_PASSWORD}
        return bodies[name] if name in bodies else self.colleagues.body_of(name)

    def _pile_bodies(self) -> dict[str, Any]:
        seen, spare = (Pile.get_by_id(one.id).row_version for one in (self.pile, self.spares[1]))
        made = {
            "station_no": self.station.station_no,
            "name": "新桩",
            "kind": "dc",
            "rated_w": 60_000,
            "guns": 1,
        }
        facts = {"name": "桩", "vendor": "", "model": "", "rated_w": 120_000, "guns": 3, "tariff_no": None}
        return {
            "admin_piles_add": {**made, "pile_no": "NEW001"},
            "admin_piles_add_many": {**made, "first_no": "MANY001", "count": 2},
            "admin_piles_edit": {**facts, "row_version": seen},
            "admin_piles_move": {"station_no": self.other_station.station_no, "row_version": spare},
            "admin_piles_retire": {"reason": "测试", "row_version": spare},
            "admin_piles_serve": {"is_out": True, "reason": "测试", "row_version": seen},
            "admin_piles_issue": {"reason": "测试"},
            "admin_piles_issue_sheet": {"pile_nos": [self.pile.pile_no]},
            "admin_piles_revoke": {"reason": "测试"},
            "admin_piles_replace": {"reason": "测试"},
        }

    def _row_version(self) -> int:
        """Of the victim's station as it is now."""
        return int(Station.get_by_id(self.station.id).row_version)

    def _stay(self) -> None:
        """The car of the settled charge stayed, which is not billed yet."""
        IdleStay.insert(
            session_id=self.order.session_id,
            connector_id=self.free_connector.id,
            driver_id=self.victim.id,
            state=StayState.WATCHING,
            began_at=utc_now(),
            free_minutes=15,
            minute_fen=50,
            day_cap_fen=2_000,
        ).execute()

    def token_for(self, operation: Operation) -> str:
        """A token that may call the operation; a start is the other driver's, for the victim charges already."""
        if operation.name.startswith("admin_account_"):
            return self.colleagues.account_token(operation.name)
        if operation.is_driver:
            return self.driver_token(self._driver_for(operation.name))
        return self._token_of_staff(operation)

    def _token_of_staff(self, operation: Operation) -> str:
        if operation.name in OF_EXPORTS:
            return a_token(owner=self.exporter, now=utc_now())
        is_platform = operation.name in OF_THE_PLATFORM or operation.name.startswith(WALLETS)
        operator = self.platform if is_platform else None
        return self.staff_token(*self._permissions(operation), operator=operator)

    def _driver_for(self, name: str) -> Driver:
        if name in STARTS:
            return self.other
        if name == "pay_password_set_first":
            return a_driver(now=utc_now())
        if name.startswith("pay_password_"):
            return self.careful
        return self.owing if name == "wallet_pay_own_debt" else self.victim

    @staticmethod
    def _permissions(operation: Operation) -> list[Permission]:
        if operation.name == "admin_operators_appoint":
            return [*Permission]  # nobody grants what they do not have
        if operation.name == "admin_exports_ask":
            return [Permission.EXPORT_MAKE, Permission.ORDER_READ]
        return [operation.permission] if operation.permission else []

    def driver_token(self, driver: Driver) -> str:
        return a_token(owner=driver, now=utc_now())

    def staff_token(
        self, *permissions: Permission, operator: Operator | None = None, sees_all_stations: bool = True
    ) -> str:
        """A token of staff with just these permissions, always the same; `operator` is the victim's unless given."""
        kind = (permissions, operator and operator.id, sees_all_stations)
        if kind not in self._staff_tokens:
            owner = self.staff(*permissions, operator=operator, sees_all=sees_all_stations)
            self._staff_tokens[kind] = a_token(owner=owner, now=utc_now())
        return self._staff_tokens[kind]

    def staff(
        self, *permissions: Permission, operator: Operator | None = None, sees_all: bool = True
    ) -> Staff:
        return a_staff(
            operator=operator or self.operator,
            now=utc_now(),
            permissions=permissions,
            sees_all_stations=sees_all,
        )

    def worthless_tokens(self, good: str) -> dict[str, str]:
        """Tokens that open nothing, by what is wrong with them; `good` is one that would."""
        return {
            "one letter changed": ("A" if good[0] != "A" else "B") + good[1:],
            "cut": good[:-1],
            "longer": f"{good}A",
            "other case": good.swapcase(),
            "its hash": hash_token(good),
            **self._worthless,
        }

    def _make_worthless_tokens(self) -> dict[str, str]:
        now = utc_now()
        barred = a_driver(now=now, is_enabled=False)
        gone = a_staff(operator=self.operator, now=now)
        Staff.update(is_enabled=False).where(Staff.id == gone.id).execute()
        revoked = a_token(owner=self.victim, now=now)
        AuthToken.update(revoked_at=now).where(AuthToken.token_hash == hash_token(revoked)).execute()
        return {
            "invented": new_token(),
            "expired": a_token(owner=self.victim, now=now, lasts=timedelta(seconds=-1)),
            "revoked": revoked,
            "of a barred driver": a_token(owner=barred, now=now),
            "of disabled staff": a_token(owner=gone, now=now),
            "unsigned JWT": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
            "SQL": "' OR '1'='1",
            "wildcard": "%",
            "empty": "",
        }

    def outsiders(self, permissions: tuple[Permission, ...]) -> dict[str, str]:
        """Tokens of staff with these permissions, whose scope holds nothing of the victim's operator."""
        elsewhere = a_station(now=utc_now(), operator=self.operator)
        other_operator = an_operator(now=utc_now())
        neighbour = self.staff(*permissions, sees_all=False)
        StaffStation.insert(staff_id=neighbour.id, station_id=elsewhere.id).execute()
        foreign = self.staff(*permissions, operator=other_operator, sees_all=False)
        StaffStation.insert(staff_id=foreign.id, station_id=self.station.id).execute()
        return {
            "staff of another operator": self.staff_token(*permissions, operator=other_operator),
            "staff of another station": a_token(owner=neighbour, now=utc_now()),
            "staff of no station": self.staff_token(*permissions, sees_all_stations=False),
            "staff of another operator with our station": a_token(owner=foreign, now=utc_now()),
        }

    def _seen(self) -> str:
        return gather(Session.get(Session.session_no == self.settled_no)).seen

    def _refuse_a_message(self) -> str:
        refused = RefusedMessage(
            topic="t", pile_no=self.pile.pile_no, payload=b"{", reason="malformed", detail=""
        )
        quarantine_messages(messages=[refused], now=utc_now())
        return str(Quarantine.get().id)

    @staticmethod
    def _version(row: Operator) -> int:
        return row.row_version

    @staticmethod
    def _policy_edit(operator_id: int) -> dict[str, object]:
        row = ChargingPolicy.get_or_none(ChargingPolicy.operator_id == operator_id)
        version = 0 if row is None else row.row_version
        return {"values": {"min_hold_fen": 600}, "reason": "测试", "row_version": version}

    def _draft_version(self) -> int:
        return int(Agreement.get(Agreement.agreement_no == self.draft_no).row_version)

    def _draft_a_text(self, now: datetime) -> str:
        return self._text(now, AgreementKind.USER_AGREEMENT, None)

    def _publish_a_text(self, now: datetime) -> str:
        """One that both drivers have accepted."""
        number = self._text(now, AgreementKind.SERVICE_TERMS, 1)
        row = Agreement.get(Agreement.agreement_no == number)
        for driver in (self.victim, self.other):
            AgreementAcceptance.create(driver_id=driver.id, agreement_id=row.id, accepted_at=now)
        return number

    def _text(self, now: datetime, kind: AgreementKind, version: int | None) -> str:
        row = Agreement.create(
            agreement_no=new_number("A", now),
            operator_id=self.operator.id,
            kind=kind,
            version=version,
            title=f"协议·{self.station.name}",
            text="文字",
            created_at=now,
            published_at=None if version is None else now,
        )
        return str(row.agreement_no)

    def _audit_id(self) -> str:
        """A row about the victim's session."""
        write_audit(
            actor=None,
            action="session.stop",
            object_kind="session",
            object_no=self.session.session_no,
            operator_id=self.operator.id,
            detail={},
            now=utc_now(),
        )
        row = AuditRow.select().where(AuditRow.object_no == self.session.session_no)
        return str(row.order_by(AuditRow.id.desc()).first().id)

    def _owe(self, driver: Driver) -> None:
        postings = (
            Posting(account_of(AccountKind.DEBT, driver.driver_no), -300),
            Posting(account_of(AccountKind.SERVICE_INCOME, self.operator.operator_no), 300),
        )
        post_entry(entry=Entry(EntryKind.SETTLE, postings), reference="owed", now=utc_now())

    def _ask_adjustment(self) -> str:
        """Of the victim's balance, by somebody else of the platform: it waits for a second person."""
        row = Adjustment.create(
            adjustment_no=new_number("AD", utc_now()),
            driver_id=self.victim.id,
            amount_fen=100,
            reason="测试",
            told="补偿",
            state=AdjustmentState.ASKED,
            is_alone=False,
            asked_by_id=0,
            asked_at=utc_now(),
        )
        return str(row.adjustment_no)

    def _count_driver(self, now: datetime) -> None:
        """As the jobs do behind each order."""
        DriverTotal.create(
            driver_id=self.victim.id,
            operator_id=self.operator.id,
            charges=1,
            energy_wh=self.order.energy_wh,
            total_fen=self.order.total_fen,
            last_ended_at=now,
        )

    def _keep_view(self, name: str, now: datetime) -> str:
        row = MovementView.create(
            staff_id=self.exporter.id, name=name, wanted='{"kind":"charge"}', created_at=now
        )
        return str(row.id)

    def _ask_export(self, now: datetime) -> str:
        """Of one person's own, told by the station it is about."""
        self.exporter = self.staff(Permission.EXPORT_MAKE, Permission.ORDER_READ)
        row = ExportJob.create(
            export_no=new_number("EX", now),
            staff_id=self.exporter.id,
            kind=ExportKind.ORDERS,
            format=ExportFormat.CSV,
            wanted=json.dumps({"station_no": self.station.station_no}),
            state=ExportState.QUEUED,
            created_at=now,
        )
        return str(row.export_no)

    def _ask_refund(self) -> str:
        """The number of its only part, which waits for a person: no top-up was paid."""
        client = self.api.as_owner_of(self.driver_token(self.victim))
        answer = client.post(
            "/api/v1/driver/refunds",
            json=self.body_of("refunds_ask"),
            headers={"Idempotency-Key": new_ulid()},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["parts"][0]["part_no"])

    def _ask_refund_of_a_top_up(self) -> str:
        part_no = self._ask_refund()
        payment = Payment.get(Payment.payment_no == self.payment_no)
        RefundPart.update(payment_id=payment.id, channel=payment.channel).where(
            RefundPart.part_no == part_no
        ).execute()
        return part_no

    def _prepay(self, now: datetime) -> str:
        """One that nobody paid, of a charge that is over."""
        number = new_number("P", now)
        Payment.create(
            payment_no=number,
            driver_id=self.victim.id,
            operator_id=self.operator.id,
            purpose=PaymentPurpose.PREPAY,
            channel=Channel.WECHAT,
            session_id=self.order.session_id,
            amount_fen=TOP_UP_FEN,
            state=PaymentState.CLOSED,
            created_at=now,
            expires_at=now,
        )
        return number

    def _ask_top_up(self) -> str:
        client = self.api.as_owner_of(self.driver_token(self.victim))
        answer = client.post(
            "/api/v1/driver/top-ups",
            json=self.body_of("payments_top_up"),
            headers={"Idempotency-Key": new_ulid()},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["payment_no"])


OF_EXPORTS: Final = {
    "admin_exports_cancel",
    "admin_exports_retry",
    "admin_movements_rename_view",
    "admin_movements_drop_view",
}
"""Of one member of staff alone, in whose name they are done."""
STARTS: Final = {"sessions_start", "prepayments_prepay"}
OF_COLLEAGUES: Final = ("admin_staff_", "admin_roles_", "admin_account_")
OF_THE_PLATFORM: Final = {
    "admin_holidays_save",
    "admin_operators_create",
    "admin_operators_appoint",
    "admin_operators_switch",
    "admin_policy_show_platform",
    "admin_policy_edit_platform",
    "admin_audit_look_at_chain",
}
"""For the platform's staff alone."""
OF_THE_SETTLED: Final = {"admin_sessions_show_evidence", "admin_sessions_decide", "admin_sessions_waive"}
OF_SPARES: Final = {"admin_piles_delete": 0, "admin_piles_move": 1, "admin_piles_retire": 1}
WALLETS: Final = (
    "admin_refunds_",
    "admin_adjustments_",
    "admin_drivers_freeze",
    "admin_drivers_delete",
    "admin_drivers_find_phone",
    "admin_drivers_show_phone",
    "admin_drivers_show_obstacles",
    "admin_drivers_list_postings",
)
"""Of the wallets, which are the platform's."""
DAY: Final = timedelta(days=1)
_DAYS: Final = {"from_date": str(utc_now().date() - DAY), "to_date": str(utc_now().date() + DAY)}
QUERIES: Final = {
    **{
        f"admin_analysis_{chart}": _DAYS
        for chart in ("trend", "regions", "hours", "piles", "bands", "failures", "drivers", "ways")
    },
    "stations_list_nearby": {"lat": "31.230416", "lng": "121.473701"},
    "admin_piles_draw_code": {"gun": "3"},
    "admin_tariffs_compare": {"before": "1"},
    "admin_tariffs_discard": {"row_version": "0"},
}


def bearer(token: str | None) -> dict[str, str]:
    """The headers of the token's owner; None is nobody."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def bearers(tokens: Mapping[str, str]) -> dict[str, Mapping[str, str]]:
    """The headers of each token's owner."""
    return {who: bearer(token) for who, token in tokens.items()}


_codes = itertools.count(1)


def new_operator_no() -> str:
    """An organisation code that no operator has."""
    code = f"MA2T{next(_codes):04d}"
    return code + check_character(code)


def books() -> tuple[object, ...]:
    """Everything that a refused call could have changed."""
    return (
        sorted((row.session_no, row.state) for row in Session.select()),
        LiveSession.select().count(),
        Command.select().count(),
        Payment.select().count(),
        LedgerPosting.select().count(),
    )
