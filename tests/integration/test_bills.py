"""A driver's money by month: the bill of all movements, the charges with their sums, and the curve of one."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.bill import BillKind
from backend.domain.errors import InvalidCursor, OrderNotFound
from backend.domain.ledger import EntryKind
from backend.domain.payment import Channel
from backend.models import Connector, MeterValue, RefundPart
from backend.services.charging.get_order_curve import get_order_curve
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.views.driver.list_bills import MonthTotals, list_bills
from backend.services.views.driver.list_orders import list_orders
from backend.services.views.driver.order_months import OrderMonth
from tests.prepay_channel import PrepayChannel, pay, prepay
from tests.scenario import FIRST_REGISTER_WH, Scenario

pytestmark = pytest.mark.usefixtures("database")


class Year(Scenario):
    """In November one charge of the wallet and a prepaid one; in December, at midnight where the station is, another."""

    def __init__(self) -> None:
        super().__init__()
        self.owner, self.other = self.driver(10_000), self.driver(10_000)
        self.by_wallet = self.charge(10_000)
        self.by_payment = self.charge_prepaid(20_000, 5_000)
        self.now = datetime(2026, 11, 30, 15, 50, tzinfo=UTC)
        self.connect()
        self.over_midnight = self.charge(2_000)

    def charge(self, energy_wh: int) -> str:
        self.next_car()
        session_no = self.start(self.owner).session_no
        self._end(session_no, energy_wh)
        return session_no

    def charge_prepaid(self, energy_wh: int, paid_fen: int) -> str:
        self.next_car()
        asked = prepay(self, self.owner, paid_fen)
        pay(self, asked.payment_no)
        self._end(asked.session_no, energy_wh)
        for part in RefundPart.select().where(RefundPart.next_step_at.is_null(False)):
            step_refund_part(part_no=part.part_no, now=self.now)
        return asked.session_no

    def _end(self, session_no: str, energy_wh: int) -> None:
        self.after(seconds=5).say_started(session_no)
        self.after(minutes=25).say_ended(session_no, energy_wh, started_at=self.now - timedelta(minutes=25))


@pytest.fixture
def year() -> Year:
    PrepayChannel().connect()
    return Year()


def _kinds(year: Year, month: str, kind: BillKind | None = None) -> list[tuple[str, int]]:
    page = list_bills(driver=year.owner, month=month, kind=kind, cursor=None, limit=50)
    return [(row.kind.value, row.sum_fen) for row in page.movements]


def test_a_month_tells_every_movement_with_its_place_and_what_all_come_to(year: Year) -> None:
    page = list_bills(driver=year.owner, month="2026-11", kind=None, cursor=None, limit=50)
    assert page.totals == MonthTotals(charged_fen=4_500, paid_fen=15_000, refunded_fen=2_000, other_fen=0)
    told = [(row.kind.value, row.sum_fen) for row in page.movements]
    assert told[0] == ("hold", 0)
    assert sorted(told[1:4]) == [("prepaid_rest", 0), ("refund", -2_000), ("settle", -3_000)]
    assert told[4:] == [("prepay", 5_000), ("settle", -1_500), ("hold", 0), ("top_up", 10_000)]
    bill = next(row for row in page.movements if row.order_no == year.order(year.by_wallet).order_no)
    gun = Connector.get(Connector.gun == 1)
    assert (bill.station_name, bill.pile_name, bill.connector_no) == (
        "测试充电站",
        year.pile.name,
        gun.connector_no,
    )
    paid = next(row for row in page.movements if row.kind is EntryKind.PREPAY)
    back = next(row for row in page.movements if row.kind is EntryKind.REFUND)
    assert (paid.channel, paid.connector_no) == (back.channel, back.connector_no)
    assert (paid.channel, paid.station_name) == (Channel.WECHAT, "测试充电站")

    assert _kinds(year, "2026-12") == [("settle", -203)]
    assert _kinds(year, "2026-10") == []
    assert _kinds(year, "2026-11", BillKind.PAID) == [("prepay", 5_000), ("top_up", 10_000)]
    assert _kinds(year, "2026-11", BillKind.OTHER) == []


def test_pages_of_a_month_hold_every_movement_once_and_its_sums_come_once(year: Year) -> None:
    def read(cursor: str | None) -> tuple[list[str], str | None, bool]:
        page = list_bills(driver=year.owner, month="2026-11", kind=None, cursor=cursor, limit=3)
        return [row.entry_no for row in page.movements], page.next_cursor, page.totals is not None

    seen, cursor, has_totals = read(None)
    assert has_totals
    while cursor is not None:
        rows, cursor, has_totals = read(cursor)
        assert not has_totals
        seen += rows
    whole = list_bills(driver=year.owner, month="2026-11", kind=None, cursor=None, limit=50)
    assert seen == [row.entry_no for row in whole.movements]
    with pytest.raises(InvalidCursor):
        list_bills(driver=year.other, month="2026-11", kind=None, cursor=seen[0], limit=3)


def test_charges_come_with_the_sums_of_the_months_that_begin_on_the_page(year: Year) -> None:
    november = OrderMonth(month="2026-11", charges=3, energy_wh=32_000, total_fen=4_703)
    first = list_orders(driver=year.owner, cursor=None, limit=2, with_months=True)
    assert first.months == (november,)
    assert list_orders(driver=year.owner, cursor=first.next_cursor, limit=2, with_months=True).months == ()
    assert list_orders(driver=year.owner, cursor=None, limit=2).months == ()
    assert list_orders(driver=year.other, cursor=None, limit=2, with_months=True).months == ()


def test_a_charge_is_drawn_from_the_readings_that_are_kept(year: Year) -> None:
    year.next_car()
    session_no = year.start(year.owner).session_no
    year.after(seconds=5).say_started(session_no)
    begun_wh, began_at = year.session(session_no).register_start_wh, year.now
    assert begun_wh is not None
    assert begun_wh > FIRST_REGISTER_WH
    for minute in range(1, 101):
        at = began_at + timedelta(minutes=minute)
        power_w = 30_000 if minute <= 50 else 15_000
        energy_wh = min(minute, 50) * 500 + max(0, minute - 50) * 250
        MeterValue.create(
            pile_id=year.pile.id,
            boot=9,
            seq=minute,
            gun=1,
            session_no=session_no,
            at=at,
            received_at=at,
            register_wh=begun_wh + energy_wh,
            power_w=power_w,
            voltage_mv=400_000,
            current_ma=150_000,
        )
    year.after(minutes=101).say_ended(session_no, 37_500, started_at=began_at)
    order_no = year.order(session_no).order_no
    points = get_order_curve(driver=year.owner, order_no=order_no).points
    assert 40 <= len(points) <= 48
    assert (points[0].power_w, points[-1].power_w, points[-1].energy_wh) == (30_000, 15_000, 37_500)
    with pytest.raises(OrderNotFound):
        get_order_curve(driver=year.other, order_no=order_no)
    MeterValue.delete().execute()
    assert get_order_curve(driver=year.owner, order_no=order_no).points == ()
