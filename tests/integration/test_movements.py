"""All movements in one list: each row once, whoever looks sees their own, and sums that are those of the rows or none."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.errors import (
    InvalidCursor,
    MovementViewNameTaken,
    MovementViewNotFound,
    RowChanged,
    TooManyMovementViews,
    UnfitInput,
)
from backend.domain.export import ExportKind
from backend.domain.movement import MovementKind, MovementState
from backend.domain.order import OrderKind
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.permission import ActorKind, Permission
from backend.domain.refund import PartState, RefundState
from backend.models import AuditRow, MovementView, Operator, Order, Payment, Pile, Refund, RefundPart
from backend.services.exports.tables import TABLES
from backend.services.staff.drop_movement_view import drop_movement_view
from backend.services.staff.keep_movement_view import keep_movement_view
from backend.services.staff.movement_views import MOST_VIEWS
from backend.services.staff.rename_movement_view import rename_movement_view
from backend.services.views.desk import sum_movements_for_staff as sums
from backend.services.views.desk.list_movement_views import list_movement_views
from backend.services.views.desk.list_movements_for_staff import StaffMovementPage, list_movements_for_staff
from backend.services.views.desk.movement_walks import MovementFilter
from backend.services.views.desk.sum_movements_for_staff import sum_movements_for_staff
from tests.builders import TEN_O_CLOCK, a_driver, a_pile, a_staff, a_station, an_operator
from tests.desk import an_ended_charge

HOUR = timedelta(hours=1)


class Books:
    """A charge, an idle fee, a top-up, a prepayment and a refund at the platform; a charge at another operator."""

    def __init__(self) -> None:
        self.operator = Operator.get_or_none(Operator.is_platform) or an_operator(
            now=TEN_O_CLOCK, is_platform=True
        )
        self.other = an_operator(now=TEN_O_CLOCK)
        self.pile = self._pile(self.operator)
        self.driver = a_driver(now=TEN_O_CLOCK, balance_fen=50_000)
        # what the builder paid in is no movement of these tests
        Payment.delete().execute()
        self.charge = an_ended_charge(pile=self.pile, ended_at=TEN_O_CLOCK, driver=self.driver)
        self.theirs = an_ended_charge(pile=self._pile(self.other), ended_at=TEN_O_CLOCK + HOUR)
        Payment.delete().execute()
        self.idle = self._idle(TEN_O_CLOCK + 2 * HOUR)
        self.top_up = self._payment("P1", PaymentPurpose.TOP_UP, 5_000, TEN_O_CLOCK + 3 * HOUR)
        self.prepay = self._payment("P2", PaymentPurpose.PREPAY, 3_000, TEN_O_CLOCK + 3 * HOUR)
        self._payment("P3", PaymentPurpose.TOP_UP, 9_900, None)
        self.refund = self._refund(TEN_O_CLOCK + 3 * HOUR)
        self.newest_first = ["R1", "P2", "P1", self.idle.order_no, self.theirs.order_no, self.charge.order_no]

    def _pile(self, operator: Operator) -> Pile:
        return a_pile(station=a_station(now=TEN_O_CLOCK, operator=operator), now=TEN_O_CLOCK)

    def _idle(self, at: datetime) -> Order:
        facts = dict(self.charge.__data__)
        del facts["id"]
        zero = dict.fromkeys(("energy_wh", "electricity_fen", "service_fen", "held_fen", "captured_fen"), 0)
        return Order.create(
            **facts
            | zero
            | {"order_no": "OIDLE", "kind": OrderKind.IDLE, "ended_at": at, "idle_fen": 600, "total_fen": 600}
        )

    def _payment(self, number: str, purpose: PaymentPurpose, fen: int, paid_at: datetime | None) -> Payment:
        return Payment.create(
            payment_no=number,
            driver_id=self.driver.id,
            operator_id=self.operator.id,
            purpose=purpose,
            channel=Channel.WECHAT if purpose is PaymentPurpose.TOP_UP else Channel.ALIPAY,
            amount_fen=fen,
            state=PaymentState.CLOSED if paid_at is None else PaymentState.PAID,
            created_at=TEN_O_CLOCK,
            expires_at=TEN_O_CLOCK,
            paid_at=paid_at,
        )

    def _refund(self, at: datetime) -> Refund:
        row = Refund.create(
            refund_no="R1",
            driver_id=self.driver.id,
            amount_fen=2_000,
            state=RefundState.IN_PROGRESS,
            asked_at=at,
        )
        for number, state in ((1, PartState.SUCCEEDED), (2, PartState.SENT)):
            RefundPart.create(
                part_no=f"RP{number}", refund_id=row.id, channel=Channel.WECHAT, amount_fen=1_000, state=state
            )
        return row


@pytest.fixture
def books(database: str) -> Books:
    del database
    return Books()


def staff_of(operator: Operator, *, lacks: Permission | None = None) -> Actor:
    row = a_staff(operator=operator, now=TEN_O_CLOCK)
    return Actor(
        kind=ActorKind.STAFF,
        id=row.id,
        no=row.account,
        operator_id=operator.id,
        is_platform=operator.is_platform,
        permissions=frozenset(one.value for one in Permission if one is not lacks),
    )


def listed(staff: Actor, *, cursor: str | None = None, limit: int = 20, **wanted: Any) -> StaffMovementPage:
    return list_movements_for_staff(staff=staff, wanted=MovementFilter(**wanted), cursor=cursor, limit=limit)


def numbers(staff: Actor, **wanted: Any) -> list[str]:
    page = listed(staff, **wanted)
    assert page.total.count == len(page.movements)
    return [row.number for row in page.movements]


def test_pages_forth_and_back_show_each_movement_of_all_tables_once(books: Books) -> None:
    staff = staff_of(books.operator)
    assert numbers(staff) == books.newest_first
    pages = [listed(staff, limit=1)]
    while (cursor := pages[-1].next_cursor) is not None:
        pages.append(listed(staff, cursor=cursor, limit=1))
    assert [row.number for page in pages for row in page.movements] == books.newest_first
    assert [listed(staff, cursor=page.prev_cursor, limit=1) for page in pages[1:]] == pages[:-1]
    assert [(row.kind, row.state, row.amount_fen) for page in pages[:3] for row in page.movements] == [
        (MovementKind.REFUND, MovementState.IN_PROGRESS, 2_000),
        (MovementKind.PREPAY, MovementState.DONE, 3_000),
        (MovementKind.TOP_UP, MovementState.DONE, 5_000),
    ]


def test_each_sees_the_movements_of_their_scope_and_names_no_other_in_a_cursor(books: Books) -> None:
    orders = [books.idle.order_no, books.theirs.order_no, books.charge.order_no]
    assert numbers(staff_of(books.operator, lacks=Permission.REFUND_READ)) == orders
    theirs = staff_of(books.other)
    assert numbers(theirs) == [books.theirs.order_no]
    for cursor in (f"n.o.{books.charge.order_no}", "n.p.P1", "n.r.R1", "n.x.R1", "n.o.", "nothing"):
        with pytest.raises(InvalidCursor):
            listed(theirs, cursor=cursor)
    with pytest.raises(InvalidCursor):  # it was never paid
        listed(staff_of(books.operator), cursor="n.p.P3")


def test_filters_combine(books: Books) -> None:
    staff = staff_of(books.operator)
    day = TEN_O_CLOCK.astimezone().date()
    days = {"from_date": day - timedelta(days=40), "to_date": day + timedelta(days=40)}
    charge, theirs, idle = books.charge.order_no, books.theirs.order_no, books.idle.order_no
    # ten o'clock of the tests is 18:00 in Shanghai
    hour, weekday = TEN_O_CLOCK.hour + 8, TEN_O_CLOCK.isoweekday()
    for wanted, found in (
        ({"kind": MovementKind.CHARGE}, [theirs, charge]),
        ({"kind": MovementKind.IDLE}, [idle]),
        ({"kind": MovementKind.TOP_UP}, ["P1"]),
        ({"kind": MovementKind.PREPAY}, ["P2"]),
        ({"kind": MovementKind.REFUND}, ["R1"]),
        ({"driver_no": books.driver.driver_no}, ["R1", "P2", "P1", idle, charge]),
        ({"driver_no": "D-nobody"}, []),
        ({"pile_no": books.pile.pile_no}, [idle, charge]),
        ({"pile_no": "none"}, []),
        ({"channel": Channel.WECHAT, **days}, ["R1", "P1"]),
        ({"state": MovementState.IN_PROGRESS, **days}, ["R1"]),
        ({"least_fen": 2_000, "most_fen": 3_000, **days}, ["R1", "P2"]),
        ({"hour": hour, **days}, [charge]),
        ({"hour": hour, "weekday": weekday, **days}, [charge]),
        ({"hour": hour, "weekday": weekday % 7 + 1, **days}, []),
        ({"from_date": day + timedelta(days=1)}, []),
        ({"kind": MovementKind.CHARGE, "channel": Channel.WECHAT, **days}, []),
    ):
        assert numbers(staff, **wanted) == found, wanted


@pytest.mark.parametrize(
    "wanted",
    [
        {"state": MovementState.DONE},
        {"channel": Channel.WECHAT, "from_date": date(2026, 1, 1)},
        {"least_fen": 1, "from_date": date(2026, 1, 1), "to_date": date(2026, 6, 1)},
        {"hour": 0},
        {"weekday": 1, "from_date": date(2025, 1, 1), "to_date": date(2026, 6, 1)},
        {"from_date": date(2026, 1, 2), "to_date": date(2026, 1, 1)},
        {"least_fen": 2, "most_fen": 1, "driver_no": "D1"},
    ],
)
def test_what_would_look_through_too_much_is_refused(books: Books, wanted: dict[str, Any]) -> None:
    staff = staff_of(books.operator)
    with pytest.raises(UnfitInput):
        listed(staff, **wanted)
    with pytest.raises(UnfitInput):
        sum_movements_for_staff(staff=staff, wanted=MovementFilter(**wanted))


def summed(staff: Actor, **wanted: Any) -> dict[MovementKind, tuple[int, int, int, int]] | None:
    found = sum_movements_for_staff(staff=staff, wanted=MovementFilter(**wanted)).kinds
    if found is None:
        return None
    return {one.kind: (one.count, one.energy_wh, one.amount_fen, one.paid_out_fen) for one in found}


def test_sums_are_those_of_the_rows_from_roll_ups_and_added_up_alike(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = TEN_O_CLOCK.date()
    days = {"from_date": day - timedelta(days=5), "to_date": day + timedelta(days=5)}
    station_no = listed(staff_of(books.operator), kind=MovementKind.IDLE).movements[0].station_no
    filters: Sequence[dict[str, Any]] = (
        {},
        days,
        {"station_no": station_no},
        {"hour": TEN_O_CLOCK.hour + 8, "weekday": TEN_O_CLOCK.isoweekday(), **days},
        {"kind": MovementKind.CHARGE},
        {"kind": MovementKind.REFUND},
        {"driver_no": books.driver.driver_no},
        {"least_fen": 601, **days},
    )
    for staff in (staff_of(books.operator), staff_of(books.other)):
        for wanted in filters:
            of_rows: dict[MovementKind, tuple[int, int, int, int]] = {}
            for row in listed(staff, **wanted).movements:
                count, energy, fen, _ = of_rows.get(row.kind, (0, 0, 0, 0))
                paid_out = 1_000 if row.kind is MovementKind.REFUND else 0
                of_rows[row.kind] = (count + 1, energy + (row.energy_wh or 0), fen + row.amount_fen, paid_out)
            assert summed(staff, **wanted) == of_rows, wanted
    Order.update(is_test=True).where(Order.id == books.idle.id).execute()
    assert MovementKind.IDLE not in (summed(staff_of(books.operator)) or {})
    monkeypatch.setattr(sums, "MOST_ADDED", 1)
    assert summed(staff_of(books.operator)) is None
    assert summed(staff_of(books.operator), kind=MovementKind.CHARGE) is not None


def test_an_export_holds_the_rows_of_the_list_however_it_is_cut(books: Books) -> None:
    table, staff = TABLES[ExportKind.MOVEMENTS], staff_of(books.operator)
    walks, place, told = table.find(staff, MovementFilter()), "", []
    while True:
        cells, place = table.read(staff, walks, place, 2)
        if not cells:
            break
        told += [row[0] for row in cells]
        assert {len(row) for row in cells} == {len(table.columns)}
    assert told == books.newest_first


def test_views_are_kept_renamed_and_dropped_by_their_owner_alone(books: Books) -> None:
    staff, stranger = staff_of(books.operator), staff_of(books.operator)
    told: dict[str, Any] = {"caller": NOWHERE, "now": TEN_O_CLOCK}
    view_id = keep_movement_view(
        staff=staff, name="夜里的充电", query={"kind": "charge", "hour": "2"}, **told
    )
    with pytest.raises(MovementViewNameTaken):
        keep_movement_view(staff=staff, name="夜里的充电", query={}, **told)
    (kept,) = list_movement_views(staff=staff).views
    assert (kept.name, kept.query) == ("夜里的充电", {"kind": "charge", "hour": "2"})
    assert list_movement_views(staff=stranger).views == ()
    for_stranger = {"staff": stranger, "view_id": view_id, **told}
    with pytest.raises(MovementViewNotFound):
        rename_movement_view(name="我的", row_version=0, **for_stranger)
    with pytest.raises(MovementViewNotFound):
        drop_movement_view(**for_stranger)
    rename_movement_view(staff=staff, view_id=view_id, name="夜间", row_version=0, **told)
    with pytest.raises(RowChanged):
        rename_movement_view(staff=staff, view_id=view_id, name="夜间二", row_version=0, **told)
    for number in range(MOST_VIEWS - 1):
        keep_movement_view(staff=staff, name=f"筛选{number}", query={}, **told)
    with pytest.raises(TooManyMovementViews):
        keep_movement_view(staff=staff, name="再一个", query={}, **told)
    drop_movement_view(staff=staff, view_id=view_id, **told)
    assert MovementView.get_or_none(MovementView.id == view_id) is None
    actions = [row.action for row in AuditRow.select().where(AuditRow.object_no == str(view_id))]
    assert sorted(actions) == ["movement_view.drop", "movement_view.keep", "movement_view.rename"]
