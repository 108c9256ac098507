"""The first tables: operators and staff, stations and piles, tariffs, sessions, orders, the ledger, payments,
roll-ups, audit, quarantine and timers. Operator scope, audit rows and permission scopes are here from the start,
because rows without an owner cannot be given one later.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    DateTimeField,
    IntegerField,
    Model,
    MySQLDatabase,
    SmallIntegerField,
    TextField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class Operator(Model):
    id = BigAutoField()
    operator_no = CharField(32, unique=True)
    name = CharField(100)
    is_platform = BooleanField()
    service_phone = CharField(32)
    created_at = Instant()

    class Meta:
        table_name = "operator"


class Role(Model):
    id = BigAutoField()
    operator_id = BigIntegerField(index=True)
    name = CharField(50)
    created_at = Instant()

    class Meta:
        table_name = "role"


class RolePermission(Model):
    role_id = BigIntegerField()
    permission = CharField(50)

    class Meta:
        table_name = "role_permission"
        primary_key = CompositeKey("role_id", "permission")


class Staff(Model):
    id = BigAutoField()
    operator_id = BigIntegerField(index=True)
    role_id = BigIntegerField(null=True)
    account = CharField(50, unique=True)
    name = CharField(50)
    password_hash = CharField(200)
    is_enabled = BooleanField()
    sees_all_stations = BooleanField()
    failed_logins = IntegerField()
    locked_until = Instant(null=True)
    last_login_at = Instant(null=True)
    created_at = Instant()

    class Meta:
        table_name = "staff"


class StaffStation(Model):
    staff_id = BigIntegerField()
    station_id = BigIntegerField()

    class Meta:
        table_name = "staff_station"
        primary_key = CompositeKey("staff_id", "station_id")


class AuthToken(Model):
    id = BigAutoField()
    token_hash = CharField(64, unique=True)
    actor_kind = CharField(24)
    actor_id = BigIntegerField()
    created_at = Instant()
    expires_at = Instant(index=True)
    revoked_at = Instant(null=True)

    class Meta:
        table_name = "auth_token"
        indexes = ((("actor_kind", "actor_id"), False),)


class Driver(Model):
    id = BigAutoField()
    driver_no = CharField(32, unique=True)
    wechat_openid = CharField(64, null=True, unique=True)
    wechat_unionid = CharField(64, null=True)
    nickname = CharField(50)
    is_enabled = BooleanField()
    created_at = Instant(index=True)
    last_login_at = Instant(null=True)

    class Meta:
        table_name = "driver"


class Tariff(Model):
    id = BigAutoField()
    tariff_no = CharField(32, unique=True)
    operator_id = BigIntegerField(index=True)
    name = CharField(100)
    created_at = Instant()

    class Meta:
        table_name = "tariff"


class TariffVersion(Model):
    id = BigAutoField()
    tariff_id = BigIntegerField()
    version = IntegerField()
    effective_from = Instant()
    published_at = Instant(null=True)
    created_at = Instant()

    class Meta:
        table_name = "tariff_version"
        indexes = ((("tariff_id", "version"), True), (("tariff_id", "effective_from"), False))


class TariffPeriod(Model):
    tariff_version_id = BigIntegerField()
    start_slot = SmallIntegerField()
    end_slot = SmallIntegerField()
    rate_band = CharField(24)
    electricity_e5 = BigIntegerField()
    service_e5 = BigIntegerField()

    class Meta:
        table_name = "tariff_period"
        primary_key = CompositeKey("tariff_version_id", "start_slot")


class Station(Model):
    id = BigAutoField()
    station_no = CharField(32, unique=True)
    operator_id = BigIntegerField(index=True)
    name = CharField(100)
    city = CharField(50)
    district = CharField(50)
    address = CharField(200)
    lat_e6 = IntegerField()
    lng_e6 = IntegerField()
    time_zone = CharField(40)
    opening_hours = CharField(100)
    parking_fee = CharField(200)
    service_phone = CharField(32)
    tariff_id = BigIntegerField(null=True)
    is_visible = BooleanField()
    created_at = Instant()

    class Meta:
        table_name = "station"
        indexes = ((("lat_e6", "lng_e6"), False),)


class Pile(Model):
    id = BigAutoField()
    pile_no = CharField(32, unique=True)
    operator_id = BigIntegerField(index=True)
    station_id = BigIntegerField(index=True)
    name = CharField(50)
    kind = CharField(24)
    rated_w = IntegerField()
    vendor = CharField(50)
    model = CharField(50)
    firmware = CharField(50)
    tariff_id = BigIntegerField(null=True)
    broker_password_hash = CharField(200)
    is_retired = BooleanField()
    created_at = Instant()

    class Meta:
        table_name = "pile"


class PileState(Model):
    pile_id = BigIntegerField(primary_key=True)
    is_online = BooleanField()
    conn = CharField(64)
    boot = BigIntegerField()
    seq = BigIntegerField()
    last_seen_at = Instant(null=True)
    online_since = Instant(null=True)
    clock_offset_ms = BigIntegerField(null=True)
    is_clock_set = BooleanField()

    class Meta:
        table_name = "pile_state"


class Connector(Model):
    id = BigAutoField()
    connector_no = CharField(32, unique=True)
    operator_id = BigIntegerField(index=True)
    station_id = BigIntegerField(index=True)
    pile_id = BigIntegerField()
    gun = SmallIntegerField()
    qr_token = CharField(16, unique=True)
    standard = CharField(30)
    rated_w = IntegerField()
    created_at = Instant()

    class Meta:
        table_name = "connector"
        indexes = ((("pile_id", "gun"), True),)


class ConnectorState(Model):
    connector_id = BigIntegerField(primary_key=True)
    status = CharField(24)
    is_plugged = BooleanField()
    fault_codes = CharField(200)
    boot = BigIntegerField()
    seq = BigIntegerField()
    status_at = Instant(null=True)
    session_no = CharField(32, null=True)
    meter_boot = BigIntegerField()
    meter_seq = BigIntegerField()
    meter_at = Instant(null=True)
    register_wh = BigIntegerField(null=True)
    power_w = IntegerField(null=True)
    voltage_mv = IntegerField(null=True)
    current_ma = IntegerField(null=True)
    soc_percent = SmallIntegerField(null=True)
    temperature_c = SmallIntegerField(null=True)
    remaining_s = IntegerField(null=True)

    class Meta:
        table_name = "connector_state"


class Session(Model):
    id = BigAutoField()
    session_no = CharField(32, unique=True)
    operator_id = BigIntegerField()
    station_id = BigIntegerField()
    pile_id = BigIntegerField()
    connector_id = BigIntegerField()
    payer_kind = CharField(24)
    driver_id = BigIntegerField(null=True)
    tariff_version_id = BigIntegerField(null=True)
    time_zone = CharField(40)
    rated_w = IntegerField()
    state = CharField(24)
    failure_reason = CharField(24, null=True)
    hold_fen = BigIntegerField()
    limit_wh = BigIntegerField(null=True)
    created_at = Instant()
    starting_at = Instant(null=True)
    started_at = Instant(null=True)
    stopping_at = Instant(null=True)
    ended_at = Instant(null=True)
    settled_at = Instant(null=True)
    stop_asked_reason = CharField(24, null=True)
    stop_reason = CharField(24, null=True)
    raw_stop_code = CharField(64)
    register_start_wh = BigIntegerField(null=True)
    register_end_wh = BigIntegerField(null=True)
    reported_fen_e4 = BigIntegerField(null=True)
    review_reason = CharField(200)

    class Meta:
        table_name = "session"
        indexes = (
            (("driver_id", "id"), False),
            (("station_id", "id"), False),
            (("operator_id", "id"), False),
            (("state", "id"), False),
        )


class LiveSession(Model):
    connector_id = BigIntegerField(primary_key=True)
    driver_id = BigIntegerField(null=True, unique=True)
    session_id = BigIntegerField(unique=True)

    class Meta:
        table_name = "live_session"


class SessionProgress(Model):
    session_id = BigIntegerField(primary_key=True)
    boot = BigIntegerField()
    seq = BigIntegerField()
    meter_at = Instant()
    register_wh = BigIntegerField()
    energy_wh = BigIntegerField()
    electricity_fen_e6 = BigIntegerField()
    service_fen_e6 = BigIntegerField()
    power_w = IntegerField()
    voltage_mv = IntegerField()
    current_ma = IntegerField()
    soc_percent = SmallIntegerField(null=True)
    temperature_c = SmallIntegerField(null=True)
    remaining_s = IntegerField(null=True)
    energy_grew_at = Instant()

    class Meta:
        table_name = "session_progress"


class SessionSegment(Model):
    session_id = BigIntegerField()
    from_at = Instant()
    to_at = Instant()
    energy_wh = BigIntegerField()

    class Meta:
        table_name = "session_segment"
        primary_key = CompositeKey("session_id", "from_at")


class MeterValue(Model):
    pile_id = BigIntegerField()
    boot = BigIntegerField()
    seq = BigIntegerField()
    gun = SmallIntegerField()
    session_no = CharField(32)
    at = Instant()
    received_at = Instant()
    register_wh = BigIntegerField()
    power_w = IntegerField()
    voltage_mv = IntegerField()
    current_ma = IntegerField()
    soc_percent = SmallIntegerField(null=True)
    temperature_c = SmallIntegerField(null=True)
    is_replayed = BooleanField()

    class Meta:
        table_name = "meter_value"
        primary_key = CompositeKey("pile_id", "boot", "seq")
        indexes = ((("session_no", "at"), False),)


class Command(Model):
    id = BigAutoField()
    command_no = CharField(32, unique=True)
    operator_id = BigIntegerField()
    pile_id = BigIntegerField()
    session_id = BigIntegerField(null=True, index=True)
    kind = CharField(24)
    params = TextField()
    state = CharField(24)
    created_at = Instant()
    expires_at = Instant(null=True)
    next_send_at = Instant()
    sent_at = Instant(null=True)
    sends = IntegerField()
    answered_at = Instant(null=True)
    reason = CharField(200)

    class Meta:
        table_name = "command"
        indexes = ((("state", "next_send_at"), False), (("pile_id", "state"), False))


class Order(Model):
    id = BigAutoField()
    order_no = CharField(32, unique=True)
    kind = CharField(24)
    session_id = BigIntegerField()
    operator_id = BigIntegerField()
    station_id = BigIntegerField()
    connector_id = BigIntegerField()
    driver_id = BigIntegerField(null=True)
    state = CharField(24)
    energy_wh = BigIntegerField()
    electricity_fen = BigIntegerField()
    service_fen = BigIntegerField()
    total_fen = BigIntegerField()
    held_fen = BigIntegerField()
    captured_fen = BigIntegerField()
    released_fen = BigIntegerField()
    debt_fen = BigIntegerField()
    reported_fen_e4 = BigIntegerField(null=True)
    has_discrepancy = BooleanField()
    is_estimated = BooleanField()
    started_at = Instant()
    ended_at = Instant()
    created_at = Instant()
    settled_at = Instant(null=True)

    class Meta:
        table_name = "charge_order"
        indexes = (
            (("session_id", "kind"), True),
            (("driver_id", "id"), False),
            (("operator_id", "id"), False),
            (("station_id", "id"), False),
            (("operator_id", "ended_at"), False),
            (("state", "id"), False),
        )


class FeeLine(Model):
    id = BigAutoField()
    order_id = BigIntegerField(index=True)
    line_no = SmallIntegerField()
    local_date = DateField()
    start_slot = SmallIntegerField()
    end_slot = SmallIntegerField()
    rate_band = CharField(24)
    component = CharField(24)
    energy_wh = BigIntegerField()
    price_e5 = BigIntegerField()
    fee_fen = BigIntegerField()
    note = CharField(100)

    class Meta:
        table_name = "fee_line"


class LedgerAccount(Model):
    id = BigAutoField()
    kind = CharField(24)
    owner_kind = CharField(24)
    owner_key = CharField(32)
    balance_fen = BigIntegerField(null=True)
    created_at = Instant()

    class Meta:
        table_name = "ledger_account"
        indexes = ((("owner_kind", "owner_key", "kind"), True),)


class LedgerEntry(Model):
    id = BigAutoField()
    entry_no = CharField(32, unique=True)
    kind = CharField(24)
    reference = CharField(64)
    corrects_id = BigIntegerField(null=True)
    created_at = Instant(index=True)

    class Meta:
        table_name = "ledger_entry"
        indexes = ((("kind", "reference"), True),)


class LedgerPosting(Model):
    id = BigAutoField()
    entry_id = BigIntegerField(index=True)
    account_id = BigIntegerField()
    amount_fen = BigIntegerField()

    class Meta:
        table_name = "ledger_posting"
        indexes = ((("account_id", "id"), False),)


class Payment(Model):
    id = BigAutoField()
    payment_no = CharField(32, unique=True)
    driver_id = BigIntegerField()
    operator_id = BigIntegerField()
    purpose = CharField(24)
    channel = CharField(24)
    session_id = BigIntegerField(null=True)
    amount_fen = BigIntegerField()
    state = CharField(24)
    prepay_id = CharField(64)
    channel_transaction_no = CharField(64, null=True)
    created_at = Instant()
    expires_at = Instant()
    paid_at = Instant(null=True)
    closed_at = Instant(null=True)
    queries = IntegerField()
    last_error = CharField(200)

    class Meta:
        table_name = "payment"
        indexes = (
            (("channel", "channel_transaction_no"), True),
            (("driver_id", "id"), False),
            (("state", "id"), False),
        )


class IdempotencyKey(Model):
    id = BigAutoField()
    actor_kind = CharField(24)
    actor_id = BigIntegerField()
    route = CharField(80)
    key = CharField(80)
    input_hash = CharField(64)
    answer = TextField()
    created_at = Instant(index=True)

    class Meta:
        table_name = "idempotency_key"
        indexes = ((("actor_kind", "actor_id", "route", "key"), True),)


class StationHour(Model):
    station_id = BigIntegerField()
    local_date = DateField()
    local_hour = SmallIntegerField()
    operator_id = BigIntegerField()
    orders = IntegerField()
    energy_wh = BigIntegerField()
    electricity_fen = BigIntegerField()
    service_fen = BigIntegerField()
    total_fen = BigIntegerField()
    duration_s = BigIntegerField()

    class Meta:
        table_name = "station_hour"
        primary_key = CompositeKey("station_id", "local_date", "local_hour")
        indexes = ((("operator_id", "local_date"), False), (("local_date",), False))


class ConnectorDay(Model):
    connector_id = BigIntegerField()
    local_date = DateField()
    station_id = BigIntegerField()
    operator_id = BigIntegerField()
    orders = IntegerField()
    energy_wh = BigIntegerField()
    total_fen = BigIntegerField()
    duration_s = BigIntegerField()

    class Meta:
        table_name = "connector_day"
        primary_key = CompositeKey("connector_id", "local_date")
        indexes = ((("operator_id", "local_date"), False),)


class PlatformDay(Model):
    local_date = DateField(primary_key=True)
    top_ups = IntegerField()
    top_up_fen = BigIntegerField()
    new_drivers = IntegerField()

    class Meta:
        table_name = "platform_day"


class AuditRow(Model):
    id = BigAutoField()
    at = Instant(index=True)
    actor_kind = CharField(24)
    actor_id = BigIntegerField(null=True)
    operator_id = BigIntegerField(null=True)
    action = CharField(50)
    object_kind = CharField(30)
    object_no = CharField(64)
    detail = TextField()
    request_id = CharField(40)
    ip = CharField(45)

    class Meta:
        table_name = "audit_row"
        indexes = ((("object_kind", "object_no"), False), (("operator_id", "id"), False))


class Quarantine(Model):
    id = BigAutoField()
    topic = CharField(200)
    pile_no = CharField(64)
    payload = BlobField()
    reason = CharField(50)
    detail = CharField(500)
    received_at = Instant(index=True)

    class Meta:
        table_name = "quarantine"


class PileMessage(Model):
    pile_id = BigIntegerField()
    message_id = CharField(64)
    received_at = Instant(index=True)

    class Meta:
        table_name = "pile_message"
        primary_key = CompositeKey("pile_id", "message_id")


class Timer(Model):
    id = BigAutoField()
    kind = CharField(24)
    subject_no = CharField(32)
    due_at = Instant()
    claimed_until = Instant(null=True)
    attempts = IntegerField()
    last_error = CharField(200)

    class Meta:
        table_name = "timer"
        indexes = ((("kind", "subject_no"), True), (("due_at",), False))


TABLES = (
    Operator,
    Role,
    RolePermission,
    Staff,
    StaffStation,
    AuthToken,
    Driver,
    Tariff,
    TariffVersion,
    TariffPeriod,
    Station,
    Pile,
    PileState,
    Connector,
    ConnectorState,
    Session,
    LiveSession,
    SessionProgress,
    SessionSegment,
    MeterValue,
    Command,
    Order,
    FeeLine,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    Payment,
    IdempotencyKey,
    StationHour,
    ConnectorDay,
    PlatformDay,
    AuditRow,
    Quarantine,
    PileMessage,
    Timer,
)


def up(migrator, db):
    if isinstance(db, MySQLDatabase):
        # numbers and tokens are compared to the letter; this is the default of every table to come
        db.execute_sql("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
