"""The rows of charges in history: session, start command, audit, order, lines. They hold what they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from backend.domain.command import START_TTL_S, CommandKind, CommandState
from backend.domain.order import OrderKind, OrderState
from backend.domain.permission import ActorKind
from backend.domain.session import FailureReason, PayerKind, SessionState, StopReason
from backend.domain.settlement import Settlement
from backend.models import (
    AuditRow,
    Command,
    FeeLine,
    IdempotencyKey,
    Order,
    Session,
    SessionSegment,
)
from scripts.local.demo.years.people import Person
from scripts.local.demo.years.places import Gun, Site
from scripts.local.demo.years.prices import ZONE, Line, Priced
from scripts.local.demo.years.sheets import Numbers, Sheet, moment

CORRECTION_NOTE: Final = "correction"
KEYS_KEPT_S: Final = 30 * 86_400
"""Older keys are deleted by the jobs, so they are not written."""


@dataclass(slots=True, kw_only=True, eq=False)
class Visit:
    """Somebody at a gun; filled as it goes on. `prepaid_id` is the payment where the wallet does not pay."""

    site: Site
    gun: Gun
    person: Person
    asked_s: int
    session_id: int
    session_no: str
    hold_fen: int
    limit_wh: int
    prepaid_id: int | None = None
    started_s: int | None = None
    stopping_s: int | None = None
    ended_s: int = 0
    energy_wh: int = 0
    stop_reason: StopReason | None = None
    failure: FailureReason | None = None


class ChargeRows:
    """Every `add_…` writes what the product writes of that fact."""

    def __init__(self, numbers: Numbers, calendar_revision: int, keys_since_s: int) -> None:
        self._numbers = numbers
        self._calendar_revision = calendar_revision
        self._keys_since_s = keys_since_s
        self._sessions = Sheet(
            Session,
            (
                *("id", "session_no", "operator_id", "station_id", "pile_id", "connector_id", "payer_kind"),
                *("driver_id", "tariff_version_id", "calendar_revision", "time_zone", "rated_w", "state"),
                *("failure_reason", "hold_fen", "limit_wh", "created_at", "starting_at", "started_at"),
                *(
                    "stopping_at",
                    "ended_at",
                    "settled_at",
                    "stop_asked_reason",
                    "stop_reason",
                    "raw_stop_code",
                ),
                *("register_start_wh", "register_end_wh", "payment_id", "review_reason"),
            ),
        )
        self._commands = Sheet(
            Command,
            (
                *("command_no", "operator_id", "pile_id", "session_id", "kind", "params", "state"),
                *("created_at", "expires_at", "next_send_at", "sent_at", "sends", "answered_at", "reason"),
            ),
        )
        self._audit = Sheet(
            AuditRow,
            (
                *("at", "actor_kind", "actor_id", "operator_id", "action", "object_kind", "object_no"),
                *("detail", "request_id", "ip"),
            ),
        )
        self._keys = Sheet(
            IdempotencyKey,
            ("actor_kind", "actor_id", "route", "key", "input_hash", "answer", "created_at"),
        )
        self._orders = Sheet(
            Order,
            (
                *("id", "order_no", "kind", "session_id", "operator_id", "station_id", "connector_id"),
                *(
                    "driver_id",
                    "state",
                    "energy_wh",
                    "electricity_fen",
                    "service_fen",
                    "idle_fen",
                    "total_fen",
                ),
                *("held_fen", "captured_fen", "released_fen", "debt_fen", "written_off_fen"),
                *("has_discrepancy", "is_estimated", "started_at", "ended_at", "created_at", "settled_at"),
            ),
        )
        self._lines = Sheet(
            FeeLine,
            (
                *("order_id", "line_no", "local_date", "start_slot", "end_slot", "rate_band", "component"),
                *("energy_wh", "price_e5", "fee_fen", "note"),
            ),
        )
        self._segments = Sheet(SessionSegment, ("session_id", "from_at", "to_at", "energy_wh"))
        self.sheets = (
            *(self._sessions, self._commands, self._audit, self._keys, self._orders, self._lines),
            self._segments,
        )

    def new_session(self, asked_s: int) -> tuple[int, str]:
        """Row id and number of the next session."""
        return self._sessions.new_id(), self._numbers.new("S", asked_s)

    def new_order(self, at_s: int) -> tuple[int, str]:
        """Row id and number of the next order."""
        return self._orders.new_id(), self._numbers.new("O", at_s)

    def add_session(self, visit: Visit, answer: CommandState) -> None:
        """The session as it ended, the start that the pile answered so, and what is kept of who asked for it."""
        site, gun, person = visit.site, visit.gun, visit.person
        asked_at, ended_at = moment(visit.asked_s), moment(visit.ended_s)
        asked_by = StopReason.DRIVER_APP if visit.stopping_s is not None else None
        begins_wh = gun.register_wh
        self._sessions.add(
            (
                *(visit.session_id, visit.session_no, site.operator_id, site.id, gun.pile_id, gun.id),
                *(
                    PayerKind.DRIVER.value,
                    person.id,
                    gun.version_id,
                    self._calendar_revision,
                    ZONE.key,
                    gun.rated_w,
                ),
                (SessionState.SETTLED if visit.failure is None else SessionState.FAILED).value,
                *(_value(visit.failure), visit.hold_fen, visit.limit_wh, asked_at, asked_at),
                None if visit.started_s is None else moment(visit.started_s),
                None if visit.stopping_s is None else moment(visit.stopping_s),
                *(
                    ended_at,
                    None if visit.failure is not None else ended_at,
                    _value(asked_by),
                    _value(visit.stop_reason),
                    "",
                ),
                None if visit.started_s is None else begins_wh,
                None if visit.started_s is None else begins_wh + visit.energy_wh,
                *(visit.prepaid_id, ""),
            )
        )
        self._add_command(visit, answer)
        self._add_asked(visit, "start", visit.asked_s)
        if visit.stopping_s is not None:
            self._add_asked(visit, "stop", visit.stopping_s)

    def add_order(
        self, visit: Visit, order: tuple[int, str], bill: Priced, met: Settlement, state: OrderState
    ) -> None:
        """The charge's order as it says in the end."""
        site, ended_at = visit.site, moment(visit.ended_s)
        self._orders.add(
            (
                *(
                    *order,
                    OrderKind.CHARGING.value,
                    visit.session_id,
                    site.operator_id,
                    site.id,
                    visit.gun.id,
                ),
                *(visit.person.id, state.value, bill.energy_wh, bill.electricity_fen, bill.service_fen, 0),
                *(bill.total_fen, visit.hold_fen, met.captured_fen + met.collected_fen, met.released_fen),
                *(
                    met.debt_fen,
                    0,
                    0,
                    0,
                    moment(visit.started_s or visit.ended_s),
                    ended_at,
                    ended_at,
                    ended_at,
                ),
            )
        )

    def add_lines(self, order_id: int, lines: Sequence[Line], *, after: int = 0) -> None:
        """Fee lines; `after` so many others they are what a correction adds."""
        note = CORRECTION_NOTE if after else ""
        for number, line in enumerate(lines, after + 1):
            self._lines.add((order_id, number, *line, note))

    def add_segments(self, visit: Visit, segments: Sequence[tuple[int, int, int]]) -> None:
        """What the bill was priced from."""
        for from_s, to_s, energy_wh in segments:
            self._segments.add((visit.session_id, moment(from_s), moment(to_s), energy_wh))

    def add_idle_order(self, visit: Visit, order: tuple[int, str], ended_s: int, met: Settlement) -> None:
        """The order of a stay's fee."""
        site, began_at, ended_at = visit.site, moment(visit.ended_s), moment(ended_s)
        fee_fen = met.collected_fen + met.debt_fen
        self._orders.add(
            (
                *(*order, OrderKind.IDLE.value, visit.session_id, site.operator_id, site.id, visit.gun.id),
                *(visit.person.id, OrderState.SETTLED.value, 0, 0, 0, fee_fen, fee_fen, 0, met.collected_fen),
                *(0, met.debt_fen, 0, 0, 0, began_at, ended_at, ended_at, ended_at),
            )
        )

    def _add_command(self, visit: Visit, answer: CommandState) -> None:
        asked_at, gun = moment(visit.asked_s), visit.gun
        params = (
            f'{{"connector":{gun.number},"session_no":"{visit.session_no}",'
            f'"limit_fen":{visit.hold_fen},"limit_wh":{visit.limit_wh}}}'
        )
        is_sent = answer is not CommandState.EXPIRED
        self._commands.add(
            (
                *(
                    self._numbers.ulid(),
                    visit.site.operator_id,
                    gun.pile_id,
                    visit.session_id,
                    CommandKind.START.value,
                ),
                *(params, answer.value, asked_at, moment(visit.asked_s + START_TTL_S), asked_at),
                *(asked_at if is_sent else None, int(is_sent), asked_at if is_sent else None, ""),
            )
        )

    def _add_asked(self, visit: Visit, what: str, at_s: int) -> None:
        """The audit row of a driver's start or stop, and the key of a start."""
        at, person = moment(at_s), visit.person
        self._audit.add(
            (
                *(
                    at,
                    ActorKind.DRIVER.value,
                    person.id,
                    visit.site.operator_id,
                    f"session.{what}",
                    "session",
                ),
                *(visit.session_no, "{}", "", ""),
            )
        )
        if what == "start" and at_s >= self._keys_since_s:
            route = "start_session" if visit.prepaid_id is None else "prepay_session"
            answer = msgspec.json.encode({"session_no": visit.session_no}).decode()
            self._keys.add((ActorKind.DRIVER.value, person.id, route, visit.session_no, "", answer, at))


def _value(word: StrEnum | None) -> str | None:
    """As a column holds it."""
    return None if word is None else word.value
