"""Sums behind the analysis pages: of stations, areas and connectors, by day and month, each by hour, rate band, way of
paying and reason of failure. No page adds orders up.

They begin empty: the jobs count what is new at once and go back through the history by themselves, some station-months
a minute; `scripts/rebuild_sums` counts all of it in one go. An older program leaves the tables alone, and what it
settles is told by the same events. Roles that could do everything until now may read the analysis as well.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    IntegerField,
    Model,
    SmallIntegerField,
)


class Sums(Model):
    orders = IntegerField()
    energy_wh = BigIntegerField()
    electricity_fen = BigIntegerField()
    service_fen = BigIntegerField()
    idle_fen = BigIntegerField()
    total_fen = BigIntegerField()
    duration_s = BigIntegerField()
    firsts = IntegerField()
    began = IntegerField()
    failed = IntegerField()


class StationFact(Sums):
    station_id = BigIntegerField()
    family = CharField(24)
    grain = CharField(24)
    local_date = DateField()
    value = CharField(24)
    operator_id = BigIntegerField()
    pile_kind = CharField(24)

    class Meta:
        table_name = "station_fact"
        primary_key = CompositeKey(
            "station_id", "family", "grain", "local_date", "value", "operator_id", "pile_kind"
        )


class AreaFact(Sums):
    area_code = CharField(6)
    operator_id = BigIntegerField()
    family = CharField(24)
    grain = CharField(24)
    local_date = DateField()
    value = CharField(24)
    pile_kind = CharField(24)

    class Meta:
        table_name = "area_fact"
        primary_key = CompositeKey(
            "area_code", "operator_id", "family", "grain", "local_date", "value", "pile_kind"
        )


class ConnectorFact(Sums):
    grain = CharField(24)
    local_date = DateField()
    connector_id = BigIntegerField()
    station_id = BigIntegerField()
    operator_id = BigIntegerField()

    class Meta:
        table_name = "connector_fact"
        primary_key = CompositeKey("grain", "local_date", "connector_id", "station_id", "operator_id")
        indexes = ((("station_id", "grain", "local_date"), False), (("grain", "failed"), False))


class FactPlace(Model):
    station_id = BigIntegerField(primary_key=True)
    division_code = CharField(6)
    next_month = DateField(null=True)
    is_whole = BooleanField()
    compared_on = DateField(null=True)

    class Meta:
        table_name = "fact_place"
        indexes = ((("compared_on",), False), (("is_whole",), False))


class FactGate(Model):
    id = SmallIntegerField(primary_key=True)

    class Meta:
        table_name = "fact_gate"


TABLES = (StationFact, AreaFact, ConnectorFact, FactPlace, FactGate)
NEW_PERMISSIONS = ("analysis.read",)
OLD_PERMISSIONS = (
    "adjustment.approve",
    "audit.read",
    "driver.freeze",
    "driver.read",
    "export.make",
    "operator.edit",
    "order.read",
    "refund.manage",
    "role.edit",
    "session.decide",
    "staff.edit",
    "station.edit",
    "tariff.publish",
)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    db.execute_sql(
        "INSERT INTO fact_place (station_id, division_code, is_whole) SELECT id, division_code, 0 FROM station"
    )
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))
