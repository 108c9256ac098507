"""Charging processes (充电过程) and the database's own word that a connector and a driver have one at most."""

from peewee import BigAutoField, BooleanField, CharField, CompositeKey, IntegerField, SmallIntegerField

from backend.domain.decision import Decision
from backend.domain.meter import Doubt
from backend.domain.session import FailureReason, PayerKind, SessionState, StopReason
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    big_int,
    big_int_or_none,
    enum,
    enum_or_none,
    number,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class Session(Row):
    id = BigAutoField()
    session_no = number(unique=True)
    operator_id = row_ref()
    station_id = row_ref()
    pile_id = row_ref()
    connector_id = row_ref()
    payer_kind = enum(PayerKind)
    driver_id = row_ref_or_none()
    # frozen at start: the version's periods never change
    tariff_version_id = row_ref_or_none()
    # the holidays as they were known at the start; NULL: started before day plans, the version knows one day
    calendar_revision = row_ref_or_none()
    time_zone = CharField(max_length=40)
    rated_w = IntegerField()
    state = enum(SessionState)
    failure_reason = enum_or_none(FailureReason)
    # what the hold was sized to, and what the pile was told to stop at
    hold_fen = big_int(0)
    limit_wh = big_int_or_none()
    # set at each state change; `created_at` is when the driver asked
    created_at = utc_time()
    starting_at = utc_time_or_none()
    started_at = utc_time_or_none()
    stopping_at = utc_time_or_none()
    ended_at = utc_time_or_none()
    settled_at = utc_time_or_none()
    # who asked for the stop, then what the final record said
    stop_asked_reason = enum_or_none(StopReason)
    stop_reason = enum_or_none(StopReason)
    raw_stop_code = CharField(max_length=64, default="")
    # running total of the pile's register; energy is always a difference of registers
    register_start_wh = big_int_or_none()
    register_end_wh = big_int_or_none()
    reported_fen_e4 = big_int_or_none()
    # of the final record as the pile told it: a different one is a second end, for a person
    record_digest = CharField(max_length=32, null=True)
    # what pays for this session alone; NULL: the wallet does, or nobody
    payment_id = row_ref_or_none()
    # a car was plugged in before the scan, and its driver said that it is theirs; NULL: nobody asked
    is_own_car = BooleanField(null=True)
    # staff try a pile and nobody pays; NULL: no test
    is_test = BooleanField(null=True)
    # of the policy it started under; NULL: the defaults (services/charging/session_terms.py)
    start_deadline_s = IntegerField(null=True)
    provisional_after_s = IntegerField(null=True)
    no_energy_after_s = IntegerField(null=True)
    longest_session_s = IntegerField(null=True)
    plug_claim_s = IntegerField(null=True)
    review_release_s = IntegerField(null=True)
    # implausible meter, contradiction: waits for staff, is not billed
    review_reason = CharField(max_length=200, default="")

    class Meta:
        indexes = (
            (("driver_id", "id"), False),
            # the sessions before and after on the same meter
            (("connector_id", "id"), False),
            # the desk's list; why each of them ends so: sql/migrations/0003
            (("operator_id", "created_at", "id", "state"), False),
            (("station_id", "created_at", "id", "state"), False),
            (("state", "created_at"), False),
        )


class LiveSession(Row):
    """Inserted with the hold, deleted when the session ends: two on one connector, or one driver twice, cannot be."""

    connector_id = row_ref(primary_key=True)
    # NULL where a partner pays: NULLs are never equal, so partners may have many
    driver_id = row_ref_or_none(unique=True)
    session_id = row_ref(unique=True)


class PlugClaim(Row):
    """A car that was charged and, as far as was heard, hangs on its connector still: until then only its driver starts.

    Written in the transaction that frees the connector, deleted when the plug was heard pulled.
    """

    connector_id = row_ref(primary_key=True)
    driver_id = row_ref()
    session_id = row_ref()
    since_at = utc_time()
    # silence locks no gun for ever
    until_at = utc_time()


class SessionProgress(Row):
    """What a driver watches while charging: upserted in bulk by the bridge alone, guarded by `(boot, seq)`.

    The running fees are for the eye and for stopping in time; the bill is priced anew from the segments.
    """

    session_id = row_ref(primary_key=True)
    boot = big_int(0)
    seq = big_int(0)
    meter_at = utc_time()
    register_wh = big_int()
    energy_wh = big_int(0)
    # Σ energy_wh × price_e5, in 1e-6 fen: rounded once when shown
    electricity_fen_e6 = big_int(0)
    service_fen_e6 = big_int(0)
    power_w = IntegerField(default=0)
    voltage_mv = IntegerField(default=0)
    current_ma = IntegerField(default=0)
    soc_percent = SmallIntegerField(null=True)
    temperature_c = SmallIntegerField(null=True)
    remaining_s = IntegerField(null=True)
    # when the register last grew: a frozen register and a zombie both show here
    energy_grew_at = utc_time()


class SessionDoubt(Row):
    """What was seen to contradict itself in a session, when first: `detail` says what was compared."""

    session_id = row_ref()
    doubt = enum(Doubt)
    found_at = utc_time()
    detail = CharField(max_length=100, default="")

    class Meta:
        primary_key = CompositeKey("session_id", "doubt")


class SessionRecord(Row):
    """The final record of a session that went to review, in our time: what a person compares with the rest."""

    session_id = row_ref(primary_key=True)
    received_at = utc_time()
    started_at = utc_time()
    ended_at = utc_time()
    register_start_wh = big_int()
    register_end_wh = big_int()
    stop_reason = enum(StopReason)
    raw_stop_code = CharField(max_length=64, default="")
    reported_fen_e4 = big_int_or_none()


class RecordSegment(Row):
    """Energy of one UTC half-hour as such a record says, in our time."""

    session_id = row_ref()
    from_at = utc_time()
    to_at = utc_time()
    energy_wh = big_int()

    class Meta:
        primary_key = CompositeKey("session_id", "from_at")


class SessionDecision(Row):
    """What a person decided, each time: `number` counts from 1, so that two at once cannot both be the next."""

    session_id = row_ref()
    number = SmallIntegerField()
    decision = enum(Decision)
    # what was billed from and to; none where nothing is billed
    register_start_wh = big_int_or_none()
    register_end_wh = big_int_or_none()
    energy_wh = big_int()
    # the bill before and after; none where there was none
    before_fen = big_int_or_none()
    total_fen = big_int()
    reason = CharField(max_length=200)
    staff_id = row_ref()
    decided_at = utc_time()

    class Meta:
        primary_key = CompositeKey("session_id", "number")


class SessionSegment(Row):
    """Energy of one UTC half-hour of a session: what the bill was priced from, kept for the proof."""

    session_id = row_ref()
    from_at = utc_time()
    to_at = utc_time()
    energy_wh = big_int()

    class Meta:
        primary_key = CompositeKey("session_id", "from_at")
