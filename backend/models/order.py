"""Orders (充电订单): the bill of one session with its fee lines, or of the idle fee after it (models/idle_stay)."""

from peewee import BigAutoField, BooleanField, CharField, DateField, SmallIntegerField

from backend.domain.fees import FeeComponent
from backend.domain.order import OrderKind, OrderState
from backend.domain.tariff import RateBand
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    big_int,
    big_int_or_none,
    enum,
    number,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class Order(Row):
    id = BigAutoField()
    order_no = number(unique=True)
    kind = enum(OrderKind)
    session_id = row_ref()
    operator_id = row_ref()
    station_id = row_ref()
    connector_id = row_ref()
    driver_id = row_ref_or_none()
    state = enum(OrderState)
    energy_wh = big_int()
    electricity_fen = big_int()
    service_fen = big_int()
    # of an idle fee's order, which has nothing else; 0 for a charge
    idle_fen = big_int(0)
    total_fen = big_int()
    held_fen = big_int(0)
    captured_fen = big_int(0)
    released_fen = big_int(0)
    debt_fen = big_int(0)
    # of a prepaid session: what the bill asks beyond what was paid, the platform's loss
    written_off_fen = big_int(0)
    # what the pile says it cost, in 1e-4 fen; a difference beyond the tolerance is flagged, never taken over
    reported_fen_e4 = big_int_or_none()
    has_discrepancy = BooleanField(default=False)
    # segments were missing or contradictory and cut from the meter values
    is_estimated = BooleanField(default=False)
    # of a test by staff: costs nothing and is in no sum; NULL: no test
    is_test = BooleanField(null=True)
    started_at = utc_time()
    ended_at = utc_time()
    created_at = utc_time()
    settled_at = utc_time_or_none()

    class Meta:
        # `order` is a word of SQL
        table_name = "charge_order"
        indexes = (
            (("session_id", "kind"), True),
            (("driver_id", "id"), False),
            # a driver's month
            (("driver_id", "started_at"), False),
            # the desk's list; why each of them ends so: sql/migrations/0003
            (("ended_at",), False),
            (("operator_id", "ended_at", "id", "state"), False),
            (("station_id", "ended_at", "id", "state"), False),
            (("state", "ended_at"), False),
            # a pile's, gun by gun
            (("connector_id", "ended_at"), False),
            # the few that are no charges
            (("kind", "operator_id", "station_id"), False),
        )


class FeeLine(Row):
    """One tariff period on one local date × one component."""

    id = BigAutoField()
    order_id = row_ref(index=True)
    line_no = SmallIntegerField()
    local_date = DateField()
    start_slot = SmallIntegerField()
    end_slot = SmallIntegerField()
    rate_band = enum(RateBand)
    component = enum(FeeComponent)
    energy_wh = big_int()
    price_e5 = big_int()
    fee_fen = big_int()
    note = CharField(max_length=100, default="")
