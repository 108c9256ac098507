"""The demo's history is what the product would have written: every invariant holds, and all sums are the orders'."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.domain.order import OrderKind, OrderState
from backend.domain.permission import ActorKind
from backend.domain.session import SessionState
from backend.models import (
    Connector,
    IdempotencyKey,
    IdleStay,
    Operator,
    Order,
    Payment,
    Refund,
    Session,
    Station,
)
from backend.services.facts.rebuild_facts import list_rebuilt_stations, rebuild_facts
from backend.services.ground.audit_chain import link_audit_rows, look_at_chain
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.ledger.check_ledger import check_ledger
from scripts.local.demo.seed import seed
from scripts.local.demo.years.seed_years import NotEmptyError, Written, seed_years
from tests.invariants.check import check_invariants
from tests.scenario import NOON
from tests.table_contents import delete_all_rows

PILES, STATIONS, DAYS, ORDERS = 30, 15, 100, 300
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def write(folder: Path, *, days: int = DAYS, orders: int = ORDERS) -> Written:
    seed(piles=PILES, folder=folder, now=NOON, stations=STATIONS)
    return seed_years(days=days, orders=orders, seed=3, now=NOON)


def put_old_keys_back() -> None:
    """The keys of starts that the jobs have deleted since: every invariant is about all sessions."""
    kept = {msgspec.json.decode(row.answer)["session_no"] for row in IdempotencyKey.select()}
    for row in Session.select().where(Session.session_no.not_in(kept)):
        IdempotencyKey.create(
            actor_kind=ActorKind.DRIVER,
            actor_id=row.driver_id,
            route="start_session",
            key=row.session_no,
            input_hash="",
            answer=msgspec.json.encode({"session_no": row.session_no}).decode(),
            created_at=row.created_at,
        )


@pytest.mark.usefixtures("database")
def test_history_holds_every_invariant_and_its_sums_are_those_of_its_orders(tmp_path: Path) -> None:
    written = write(tmp_path)
    put_old_keys_back()
    check_invariants()
    assert check_ledger().is_sound
    while link_audit_rows(now=NOON):
        pass
    assert look_at_chain(after=0).broken is None
    stations = list_rebuilt_stations(station_no=None)
    wrong = Counter[str]()
    for done in rebuild_facts(stations, from_date=date(2000, 1, 1), to_date=NOON.date(), now=NOON):
        wrong[done.place] += done.wrong
    assert set(wrong.values()) == {0}
    look_at_what_happened(written)


def look_at_what_happened(written: Written) -> None:
    """All that pages show has happened, up to yesterday, where and when it could."""
    assert abs(written.orders - ORDERS) < ORDERS // 20
    assert written.last_day == NOON.astimezone(PLATFORM_ZONE).date() - timedelta(days=1)
    rows = list(Order.select())
    assert {OrderState.SETTLED, OrderState.CORRECTED} == {row.state for row in rows}
    assert {OrderKind.CHARGING, OrderKind.IDLE} == {row.kind for row in rows}
    assert len({row.operator_id for row in rows}) == Operator.select().count()
    ends = {row.ended_at.astimezone(PLATFORM_ZONE).date() for row in rows}
    assert (min(ends) - written.first_day).days < DAYS // 20
    assert max(ends) == written.last_day
    failed = Session.select().where(Session.state == SessionState.FAILED)
    assert len({row.failure_reason for row in failed}) > 2
    assert Refund.select().count() > 0
    assert IdleStay.select().count() > 0
    assert {row.channel for row in Payment.select()} == {"wechat", "alipay"}
    opened: dict[int, datetime] = {row.id: row.created_at for row in Station.select()}
    assert len(set(opened.values())) > STATIONS // 2
    assert all(row.started_at >= opened[row.station_id] for row in rows)
    assert all(row.created_at == opened[row.station_id] for row in Connector.select())


@one_database
@pytest.mark.usefixtures("database")
def test_the_same_seed_gives_the_same_history(tmp_path: Path) -> None:
    found = []
    for name in ("first", "second"):
        write(tmp_path / name, days=60, orders=60)
        orders: Any = (
            Order.select(Order.order_no, Order.ended_at, Order.total_fen).order_by(Order.id).tuples()
        )
        found.append(list(orders))
        delete_all_rows()
    assert found[0] == found[1]


@one_database
@pytest.mark.usefixtures("database")
def test_history_is_never_written_beside_charges_that_happened(tmp_path: Path) -> None:
    write(tmp_path, days=3, orders=5)
    with pytest.raises(NotEmptyError, match="已经有充电记录"):
        seed_years(days=3, orders=5, seed=4, now=NOON)
