"""Duplicates, reordering and replay over real processes: whatever the arrival, the same rows and one order."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.gateways.clock import utc_now
from backend.models import FeeLine, MeterValue, Order, PileMessage, Session
from mqtt_bridge.batch import Incoming
from tests.bad_input import BALANCE_FEN, RawPile, World, a_phone, id_of
from tests.pile_voice import as_text
from tests.unit.domain import oracle
from tests.whole_charge import Phone, answer_of, soon

REGISTER_WH = 5_000
POWER_W = 60_000
METER_S = 15
LASTS_S = 600
ENERGY_WH = POWER_W * LASTS_S // 3_600


class Backlog:
    """All that a pile keeps of a charge during which it was offline, as it sends it afterwards."""

    def __init__(self, pile: RawPile, start: dict[str, Any], began_at: datetime) -> None:
        self._pile, self._began_at = pile, began_at
        session_no = start["params"]["session_no"]
        self.reply = self._make("reply", 0, command_id=start["id"], result="accepted")
        self.started = self._make(
            "session_started", 0, connector=1, session_no=session_no, register_wh=REGISTER_WH, auth="app"
        )
        self.meters = [self._meter(session_no, after_s) for after_s in range(0, LASTS_S + 1, METER_S)]
        self.ended = self._make("session_ended", LASTS_S, **self._record(session_no))
        self.status = self._make(
            "status", LASTS_S + 1, connector=1, status="finishing", plugged=True, fault_codes=[]
        )

    @property
    def kept(self) -> set[str]:
        """Ids of what a pile keeps until the receipt."""
        return {id_of(payload) for _, payload, _ in (self.reply, self.started, self.ended)}

    @property
    def all(self) -> list[Incoming]:
        """As they were made."""
        return [self.reply, self.started, *self.meters, self.ended, self.status]

    def _make(self, kind: str, after_s: int, **fields: Any) -> Incoming:
        at = self._began_at + timedelta(seconds=after_s)
        return self._pile.make(kind, at=as_text(at), replayed=True, **fields)

    def _meter(self, session_no: str, after_s: int) -> Incoming:
        return self._make(
            "meter",
            after_s,
            connector=1,
            session_no=session_no,
            register_wh=REGISTER_WH + POWER_W * after_s // 3_600,
            power_w=POWER_W,
            voltage_mv=400_000,
            current_ma=150_000,
            elapsed_s=after_s,
        )

    def _record(self, session_no: str) -> dict[str, Any]:
        ended_at = self._began_at + timedelta(seconds=LASTS_S)
        parts = oracle.cut(self._began_at, ended_at, REGISTER_WH, REGISTER_WH + ENERGY_WH, [])
        return {
            "connector": 1,
            "session_no": session_no,
            "started_at": as_text(self._began_at),
            "ended_at": as_text(ended_at),
            "register_start_wh": REGISTER_WH,
            "register_end_wh": REGISTER_WH + ENERGY_WH,
            "segments": [
                {"from_at": as_text(from_at), "to_at": as_text(to_at), "energy_wh": energy_wh}
                for from_at, to_at, energy_wh in parts
            ],
            "stop_reason": "car_full",
            "raw_stop_code": "S10",
        }


@dataclass(frozen=True)
class Left:
    """What a charge has left in the tables, without the numbers that differ between any two charges."""

    session: dict[str, object]
    order: dict[str, object]
    lines: list[tuple[object, ...]]
    meters: list[tuple[object, ...]]
    remembered: int
    wallet: dict[str, int]


def left_of(pile: RawPile, phone: Phone, *, flushes: int) -> Left:
    pile_id = pile.row().id
    (session,) = pile.sessions()
    (order,) = Order.select().where(Order.session_id == session.id)
    meters = MeterValue.select().where(MeterValue.pile_id == pile_id).order_by(MeterValue.seq)
    lines = FeeLine.select().where(FeeLine.order_id == order.id).order_by(FeeLine.line_no)
    wallet = phone.get("wallet")
    return Left(
        session=_values(session, "state", "started_at", "ended_at", "register_start_wh", "register_end_wh"),
        order=_values(order, "state", "started_at", "ended_at", "energy_wh", "total_fen", "captured_fen"),
        lines=[(row.local_date, row.start_slot, row.component, row.energy_wh, row.fee_fen) for row in lines],
        meters=[(row.boot, row.seq, row.at, row.register_wh, row.is_replayed) for row in meters],
        remembered=PileMessage.select().where(PileMessage.pile_id == pile_id).count() - flushes,
        wallet={name: wallet[name] for name in ("available_fen", "held_fen", "debt_fen")},
    )


def _values(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


Bursts = Sequence[Sequence[Incoming]]
"""What is sent at once; the next burst follows when the one before has been taken."""


def charge_while_offline(world: World, began_at: datetime, arrange: Callable[[Backlog], Bursts]) -> Left:
    """What is left of a charge of ten minutes whose messages all came late, arranged in some way."""
    with RawPile(world) as pile, a_phone(world) as phone:
        pile.come_up()
        session_no = answer_of(phone.start(pile.connector_no))["session_no"]
        (start,) = soon(lambda: pile.commands("start"), "the start arrives")
        # ten minutes are told at once here, and no charge begins before its session was made
        made_at = _move_back(session_no, began_at)
        backlog = Backlog(pile, start, began_at)
        bursts = arrange(backlog)
        for burst in bursts:
            for topic, payload, _ in burst:
                pile.client.publish(topic, payload)
            pile.flush()
        soon(lambda: backlog.kept <= pile.receipted(), "every record is receipted")
        assert phone.get(f"sessions/{session_no}")["state"] == "settled"
        _move_back(session_no, made_at)
        assert pile.quarantined() == []
        return left_of(pile, phone, flushes=len(bursts))


def _move_back(session_no: str, created_at: datetime) -> datetime:
    """Say that a session was made then; returns what was said before."""
    session = Session.get(Session.session_no == session_no)
    Session.update(created_at=created_at).where(Session.id == session.id).execute()
    return session.created_at


def _thrice(messages: Sequence[Incoming], seed: int) -> list[Incoming]:
    shuffled = [*messages] * 3
    random.Random(seed).shuffle(shuffled)
    return shuffled


ARRANGEMENTS: dict[str, Callable[[Backlog], Bursts]] = {
    "each three times": lambda backlog: [[one for one in backlog.all for _ in range(3)]],
    "shuffled": lambda backlog: [_thrice(backlog.all, 1)],
    "shuffled otherwise": lambda backlog: [_thrice(backlog.all, 2)],
    "in pieces": lambda backlog: [
        _thrice(backlog.all, 3)[n : n + 20] for n in range(0, 3 * len(backlog.all), 20)
    ],
    "the end first": lambda backlog: [[backlog.ended] * 3, _thrice(backlog.all, 4)],
    "the meters first": lambda backlog: [_thrice(backlog.meters, 5), _thrice(backlog.all, 5)],
    "backwards": lambda backlog: (
        [[one] for one in (backlog.ended, *backlog.meters[::-10], backlog.started)] + [backlog.all[::-1]] * 3
    ),
}


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_ten_minutes_offline_replayed_in_any_order_and_number_leave_one_order_and_the_same_rows(
    world: World, arrangement: str
) -> None:
    began_at = utc_now().replace(microsecond=0) - timedelta(minutes=10)
    in_order = charge_while_offline(world, began_at, lambda backlog: [backlog.all])
    assert (in_order.order["energy_wh"], in_order.order["started_at"]) == (ENERGY_WH, began_at)
    assert in_order.wallet["held_fen"] == 0
    assert in_order.wallet["available_fen"] == BALANCE_FEN - int(str(in_order.order["total_fen"]))
    assert len(in_order.meters) == LASTS_S // METER_S + 1
    assert charge_while_offline(world, began_at, ARRANGEMENTS[arrangement]) == in_order
