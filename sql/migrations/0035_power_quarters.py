"""What connectors delivered at each quarter of an hour, a station's, an operator's and all, for the power curve that is there when the page
opens; written by the jobs, kept for some weeks. An older program writes none, which shows as a gap.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigIntegerField, CompositeKey, DateTimeField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class PowerQuarter(Model):
    operator_id = BigIntegerField()
    station_id = BigIntegerField()
    at = Instant()
    power_w = BigIntegerField()

    class Meta:
        table_name = "power_quarter"
        primary_key = CompositeKey("operator_id", "station_id", "at")
        indexes = ((("at",), False),)


TABLES = (PowerQuarter,)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
