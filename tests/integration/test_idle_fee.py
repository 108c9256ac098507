"""A car that stays after its charge: heard plugged, told, billed from its driver's wallet by an order of its own, waived."""

from datetime import timedelta

import pytest

from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.connector import ConnectorStatus
from backend.domain.errors import Forbidden, IdleFeeNotWaivable, SessionNotFound
from backend.domain.idle_fee import IdleTerms, StayEnd, StayState
from backend.domain.order import OrderKind, OrderState
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import StopReason
from backend.domain.tariff import every_day
from backend.models import AuditRow, Connector, IdleStay, Operator, Order, PlugSense
from backend.services.charging.claim_due_stays import claim_due_stays
from backend.services.charging.look_after_stay import look_after_stay
from backend.services.charging.waive_idle_fee import waive_idle_fee
from backend.services.intake.record_status import StatusChange, record_statuses
from backend.services.ledger.check_ledger import check_ledger
from backend.services.tariffs.publish_tariff import publish_tariff
from backend.services.views.desk.list_orders_for_staff import OrderFilter, list_orders_for_staff
from backend.services.views.driver.get_order import get_order
from backend.services.views.driver.get_order_proof import get_order_proof
from backend.services.views.driver.get_session import get_session
from tests.builders import a_staff
from tests.invariants import check_invariants
from tests.scenario import PERIODS, Scenario

TERMS = IdleTerms(free_minutes=15, minute_fen=50, day_cap_fen=2_000)
PLUGGED, IDLE, FAULTED = ConnectorStatus.PLUGGED, ConnectorStatus.IDLE, ConnectorStatus.FAULTED


class Lot(Scenario):
    """A station whose tariff asks a fee of cars that stay; a charge of its driver has just ended on gun 1."""

    def __init__(self, *, available_fen: int = 10_000, senses: bool = True) -> None:
        super().__init__()
        publish_tariff(
            tariff=self.tariff, plans=every_day(PERIODS), effective_from=self.now, now=self.now, idle=TERMS
        )
        self.seq = 0
        if senses:
            PlugSense.insert(connector_id=self.connector().id, proven_at=self.now).execute()
        self.owner = self.driver(available_fen)
        self.session_no = self.charge()

    def charge(self) -> str:
        number = self.start(self.owner).session_no
        self.after(seconds=5).say_started(number)
        self.after(minutes=30).say_ended(number, 10_000)
        return number

    def says(
        self, status: ConnectorStatus, *, plugged: bool, was: bool = True, is_replayed: bool = False
    ) -> None:
        self.seq += 1
        change = StatusChange(
            connector_id=self.connector().id,
            connector_no=self.connector().connector_no,
            status=status,
            previous=PLUGGED,
            is_plugged=plugged,
            was_plugged=was,
            fault_codes="",
            boot=2,
            seq=self.seq,
            at=self.now,
            is_replayed=is_replayed,
        )
        record_statuses(changes=[change], now=self.now)

    def stays(self, minutes: int) -> None:
        """Heard plugged now and every five minutes, as a pile tells its statuses."""
        self.says(PLUGGED, plugged=True)
        for _ in range(0, minutes, 5):
            self.after(minutes=5).says(PLUGGED, plugged=True)

    def leaves(self) -> None:
        self.after(minutes=1).says(IDLE, plugged=False)

    def look(self) -> None:
        for session_id in claim_due_stays(limit=10, now=self.now):
            look_after_stay(session_id=session_id, now=self.now)

    @property
    def stay(self) -> IdleStay:
        return IdleStay.get_by_id(self.session(self.session_no).id)

    def fees(self) -> list[Order]:
        return list(Order.select().where(Order.kind == OrderKind.IDLE))

    def person(self, *permissions: Permission) -> Actor:
        row = a_staff(operator=Operator.get(), now=self.now, permissions=permissions)
        return Actor(
            kind=ActorKind.STAFF,
            id=row.id,
            no=row.account,
            operator_id=row.operator_id,
            is_platform=True,
            permissions=frozenset(one.value for one in permissions),
        )

    def waive(self, staff: Actor, session_no: str = "") -> None:
        waive_idle_fee(
            staff=staff,
            session_no=session_no or self.session_no,
            reason="枪锁故障拔不下来",
            caller=NOWHERE,
            now=self.now,
        )


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def lot(database: str) -> Lot:
    del database
    return Lot()


def test_a_car_that_stays_is_billed_for_what_was_heard_beyond_the_free_minutes(lot: Lot) -> None:
    before = lot.wallet(lot.owner).available_fen
    lot.stays(30)
    view = get_session(driver=lot.owner, session_no=lot.session_no, now=lot.now)
    assert view.stay is not None
    assert (view.stay.state, view.stay.minutes, view.stay.fee_fen) == (StayState.WATCHING, 15, 750)
    assert view.idle_terms == TERMS
    lot.leaves()
    lot.look()
    (order,) = lot.fees()
    assert (order.state, order.total_fen, order.idle_fen, order.captured_fen, order.debt_fen) == (
        OrderState.SETTLED,
        750,
        750,
        750,
        0,
    )
    assert lot.wallet(lot.owner).available_fen == before - 750
    assert (lot.stay.state, lot.stay.end_reason, lot.stay.due_at) == (
        StayState.BILLED,
        StayEnd.UNPLUGGED,
        None,
    )
    shown = get_order(driver=lot.owner, order_no=order.order_no)
    assert [(line.minutes, line.fee_fen, line.is_capped) for line in shown.idle_lines] == [(15, 750, False)]
    assert [spell.to_at - spell.from_at for spell in shown.idle_spells] == [timedelta(minutes=30)]
    proof = get_order_proof(driver=lot.owner, order_no=order.order_no)
    assert (proof.total_fen, proof.recomputed_fen, len(proof.movements)) == (750, 750, 1)
    lot.after(minutes=2).look()
    assert len(lot.fees()) == 1
    check_ledger()
    check_invariants()


def test_whoever_leaves_in_the_free_minutes_has_no_order(lot: Lot) -> None:
    lot.stays(15)
    lot.leaves()
    lot.look()
    assert lot.fees() == []
    assert (lot.stay.state, lot.stay.order_id) == (StayState.FREE, None)


def test_what_the_wallet_lacks_becomes_debt(database: str) -> None:
    del database
    lot = Lot(available_fen=2_000)
    lot.stays(60)
    lot.leaves()
    lot.look()
    (order,) = lot.fees()
    assert (order.captured_fen, order.debt_fen) == (500, 1_500)
    assert lot.wallet(lot.owner).debt_fen == 1_500
    lot.waive(lot.person(Permission.IDLE_FEE_WAIVE))
    wallet = lot.wallet(lot.owner)
    assert (wallet.debt_fen, wallet.available_fen) == (0, 500)
    check_invariants()


def test_silence_bills_nothing_and_ends_the_stay_where_the_car_was_last_heard(lot: Lot) -> None:
    lot.stays(20)
    heard_at = lot.now
    lot.after(minutes=14).look()
    assert lot.stay.state is StayState.WATCHING
    lot.after(minutes=2).look()
    assert (lot.stay.ended_at, lot.stay.end_reason) == (heard_at, StayEnd.SILENT)
    (order,) = lot.fees()
    assert order.total_fen == 250


def test_a_gap_in_what_was_heard_is_free_and_so_is_a_fault(lot: Lot) -> None:
    lot.stays(20)  # 5 minutes to pay
    lot.after(minutes=10).says(PLUGGED, plugged=True)
    lot.after(minutes=3).says(FAULTED, plugged=True)
    lot.after(minutes=3).says(PLUGGED, plugged=True)
    lot.after(minutes=4).says(PLUGGED, plugged=True)  # 4 more
    lot.after(minutes=3).says(PLUGGED, plugged=True, is_replayed=True)
    lot.leaves()
    lot.look()
    (order,) = lot.fees()
    assert order.total_fen == 9 * 50
    check_invariants()


def test_a_pile_that_never_told_a_pulled_plug_bills_nobody(database: str) -> None:
    del database
    lot = Lot(senses=False)
    lot.stays(60)
    lot.after(minutes=16).look()
    assert (lot.stay.state, lot.fees()) == (StayState.FREE, [])


def test_the_first_pulled_plug_proves_that_a_gun_senses_it(database: str) -> None:
    del database
    lot = Lot(senses=False)
    lot.stays(20)
    lot.leaves()
    assert PlugSense.select().count() == 1
    lot.look()
    assert [order.total_fen for order in lot.fees()] == [250]


def test_a_stay_ends_with_the_next_charge_on_the_gun(lot: Lot) -> None:
    first = lot.stay
    lot.stays(20)
    lot.charge()
    lot.look()
    ended = IdleStay.get_by_id(first.session_id)
    assert (ended.state, ended.end_reason) == (StayState.BILLED, StayEnd.NEXT_SESSION)
    assert [order.total_fen for order in lot.fees()] == [250]
    check_invariants()


def test_a_gun_out_of_service_ends_it(lot: Lot) -> None:
    lot.stays(20)
    Connector.update(out_of_service_at=lot.now).where(Connector.id == lot.connector().id).execute()
    lot.after(minutes=2).says(PLUGGED, plugged=True)
    lot.look()
    assert lot.stay.end_reason is StayEnd.OUT_OF_SERVICE
    assert [order.total_fen for order in lot.fees()] == [250]


def test_the_driver_is_warned_once_before_the_free_minutes_are_over(lot: Lot) -> None:
    lot.says(PLUGGED, plugged=True)
    lot.after(minutes=5).says(PLUGGED, plugged=True)
    lot.look()
    assert lot.stay.warned_at is None
    lot.after(minutes=5).says(PLUGGED, plugged=True)
    lot.look()
    warned_at = lot.stay.warned_at
    assert warned_at == lot.now
    lot.after(minutes=2).look()
    assert lot.stay.warned_at == warned_at


def test_staff_waive_a_fee_that_was_billed_and_it_goes_back_with_an_audit_row(lot: Lot) -> None:
    before = lot.wallet(lot.owner).available_fen
    lot.stays(30)
    lot.leaves()
    lot.look()
    with pytest.raises(Forbidden):
        lot.waive(lot.person(Permission.ORDER_READ))
    staff = lot.person(Permission.IDLE_FEE_WAIVE)
    with pytest.raises(SessionNotFound):
        lot.waive(staff, "S-nowhere")
    lot.waive(staff)
    lot.waive(staff)
    (order,) = lot.fees()
    assert (order.state, order.total_fen, order.captured_fen) == (OrderState.CORRECTED, 0, 0)
    assert lot.wallet(lot.owner).available_fen == before
    rows = list(AuditRow.select().where(AuditRow.action == "idle_fee.waive"))
    assert len(rows) == 1
    shown = get_order(driver=lot.owner, order_no=order.order_no)
    assert sum(line.fee_fen for line in shown.idle_lines) == 0
    assert get_order_proof(driver=lot.owner, order_no=order.order_no).recomputed_fen == 0
    check_ledger()
    check_invariants()


def test_staff_waive_a_fee_that_still_runs_and_nothing_is_billed(lot: Lot) -> None:
    lot.stays(30)
    lot.waive(lot.person(Permission.IDLE_FEE_WAIVE))
    lot.stays(30)
    lot.leaves()
    lot.look()
    assert (lot.stay.state, lot.fees()) == (StayState.WAIVED, [])
    with pytest.raises(IdleFeeNotWaivable):
        lot.waive(lot.person(Permission.IDLE_FEE_WAIVE), lot.start(lot.driver(), gun=2).session_no)


def test_a_charge_without_energy_or_whose_plug_was_pulled_begins_no_stay(lot: Lot) -> None:
    for energy_wh, reason in ((0, StopReason.DRIVER_APP), (5_000, StopReason.UNPLUGGED)):
        lot.plug(1)
        number = lot.start(lot.owner).session_no
        lot.after(seconds=5).say_started(number)
        lot.after(minutes=30).say_ended(number, energy_wh, stop_reason=reason)
        assert IdleStay.get_or_none(IdleStay.session_id == lot.session(number).id) is None


def test_the_desk_lists_and_counts_idle_orders_beside_charges(lot: Lot) -> None:
    lot.stays(30)
    lot.leaves()
    lot.look()
    page = list_orders_for_staff(
        staff=lot.person(Permission.ORDER_READ), wanted=OrderFilter(), cursor=None, limit=20
    )
    assert [(row.kind, row.idle_fen) for row in page.orders] == [
        (OrderKind.IDLE, 750),
        (OrderKind.CHARGING, 0),
    ]
    assert page.total.count == 2
    assert page.sums is not None
    assert page.sums.idle_fen == 750
