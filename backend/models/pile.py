"""Piles (充电桩), their connectors (充电枪), and the latest state the bridge wrote of each.

State rows are apart from the master rows: the bridge upserts them in bulk and nobody else writes them.
"""

from peewee import BigAutoField, BooleanField, CharField, IntegerField, SmallIntegerField

from backend.domain.connector import ConnectorStatus
from backend.domain.pile import PileKind
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    big_int,
    big_int_or_none,
    enum,
    number,
    number_or_none,
    row_ref,
    row_ref_or_none,
    utc_time,
    utc_time_or_none,
)


class Pile(Row):
    id = BigAutoField()
    pile_no = number(unique=True)
    operator_id = row_ref(index=True)
    station_id = row_ref(index=True)
    name = CharField(max_length=50)
    kind = enum(PileKind)
    rated_w = IntegerField()
    vendor = CharField(max_length=50, default="")
    model = CharField(max_length=50, default="")
    firmware = CharField(max_length=50, default="")
    # what its last `boot` said it can do, comma separated; NULL: it never said
    capabilities = CharField(max_length=500, null=True)
    # overrides the station's tariff (fast and slow piles are often priced apart)
    tariff_id = row_ref_or_none(index=True)
    # mosquitto's $7$ hash of the pile's MQTT secret; the secret itself is shown once and never kept
    broker_password_hash = CharField(max_length=200)
    # when an installer was shown a secret of this pile; NULL: none was, or it was revoked
    secret_issued_at = utc_time_or_none()
    # the count of `broker_accounts` at the last change of its account; NULL: before changes were counted
    secret_version = big_int_or_none()
    # what staff say, apart from what the pile reports: nobody may start here; what charges goes on
    out_of_service_at = utc_time_or_none()
    out_of_service_reason = CharField(max_length=200, null=True)
    is_retired = BooleanField(default=False)
    retired_at = utc_time_or_none()
    row_version = IntegerField(default=0)
    created_at = utc_time()


class PileState(Row):
    """What is known of a pile's connection. `boot` and `seq` order its messages."""

    pile_id = row_ref(primary_key=True)
    is_online = BooleanField(default=False)
    # fixed by the pile at connect; a will with another value is an old one
    conn = CharField(max_length=64, default="")
    boot = big_int(0)
    seq = big_int(0)
    last_seen_at = utc_time_or_none()
    online_since = utc_time_or_none()
    # the pile's clock minus ours, of the last message that was not replayed
    clock_offset_ms = big_int_or_none()
    # whether set_time was answered (or the clock seen right) since the last boot
    is_clock_set = BooleanField(default=False)


class Connector(Row):
    id = BigAutoField()
    connector_no = number(unique=True)
    # the same as a person types it (domain/pile: spelling); NULL in rows of programs from before
    typed_no = CharField(max_length=32, null=True, index=True)
    operator_id = row_ref(index=True)
    station_id = row_ref(index=True)
    pile_id = row_ref()
    gun = SmallIntegerField()
    qr_token = CharField(max_length=16, unique=True)
    # plug standard as printed: GB/T 20234.3 (DC), GB/T 20234.2 (AC)
    standard = CharField(max_length=30, default="")
    rated_w = IntegerField()
    # as of its pile
    out_of_service_at = utc_time_or_none()
    out_of_service_reason = CharField(max_length=200, null=True)
    created_at = utc_time()

    class Meta:
        indexes = ((("pile_id", "gun"), True),)


class RetiredQrToken(Row):
    """A sticker's token that was replaced: who scans it is told so."""

    qr_token = CharField(max_length=16, primary_key=True)
    connector_id = row_ref(index=True)
    retired_at = utc_time()

    class Meta:
        table_name = "retired_qr_token"


class ConnectorState(Row):
    """The latest report of a connector, guarded by `(boot, seq)`; `*_at` of a meter may differ from a status's."""

    connector_id = row_ref(primary_key=True)
    status = enum(ConnectorStatus)
    is_plugged = BooleanField(default=False)
    # the pile's fault codes, comma separated
    fault_codes = CharField(max_length=200, default="")
    boot = big_int(0)
    seq = big_int(0)
    status_at = utc_time_or_none()
    # the charging process the last meter belonged to, and what it said
    session_no = number_or_none()
    meter_boot = big_int(0)
    meter_seq = big_int(0)
    meter_at = utc_time_or_none()
    register_wh = big_int_or_none()
    power_w = IntegerField(null=True)
    voltage_mv = IntegerField(null=True)
    current_ma = IntegerField(null=True)
    soc_percent = SmallIntegerField(null=True)
    temperature_c = SmallIntegerField(null=True)
    remaining_s = IntegerField(null=True)
