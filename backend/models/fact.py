"""Facts (分析汇总): the sums that the analysis pages read, of stations, of areas and of connectors, by day and by month.

Counted from orders and sessions behind events (services/facts/recount_facts.py), so a moment behind them. An order is
in the local day of its end, a start that failed in the day when it was asked for; a test by staff is in none.
"""

from peewee import BooleanField, CharField, CompositeKey, DateField, IntegerField, SmallIntegerField

from backend.domain.fact import FactFamily, FactGrain
from backend.domain.pile import PileKind
from backend.models.engine.database import Row
from backend.models.engine.fields import ENUM_LENGTH, big_int, enum, row_ref, utc_time

AREA_LENGTH = 6


class StationFact(Row):
    """`value` is of the family (domain/fact.py). `firsts` are charges that were a driver's first at the operator;
    `began` and `failed` are starts, known of the family `day` alone, and `failed` of each reason.
    """

    station_id = row_ref()
    family = enum(FactFamily)
    grain = enum(FactGrain)
    local_date = DateField()
    value = CharField(max_length=ENUM_LENGTH)
    operator_id = row_ref()
    pile_kind = enum(PileKind)
    orders = IntegerField(default=0)
    energy_wh = big_int(0)
    electricity_fen = big_int(0)
    service_fen = big_int(0)
    idle_fen = big_int(0)
    total_fen = big_int(0)
    duration_s = big_int(0)
    firsts = IntegerField(default=0)
    began = IntegerField(default=0)
    failed = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey(
            "station_id", "family", "grain", "local_date", "value", "operator_id", "pile_kind"
        )


class AreaFact(Row):
    """The same of all stations of an area: everywhere (''), a province (`33`), a city (`3301`); of each operator
    and, under the operator 0, of all.
    """

    area_code = CharField(max_length=AREA_LENGTH)
    operator_id = row_ref()
    family = enum(FactFamily)
    grain = enum(FactGrain)
    local_date = DateField()
    value = CharField(max_length=ENUM_LENGTH)
    pile_kind = enum(PileKind)
    orders = IntegerField(default=0)
    energy_wh = big_int(0)
    electricity_fen = big_int(0)
    service_fen = big_int(0)
    idle_fen = big_int(0)
    total_fen = big_int(0)
    duration_s = big_int(0)
    firsts = IntegerField(default=0)
    began = IntegerField(default=0)
    failed = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey(
            "area_code", "operator_id", "family", "grain", "local_date", "value", "pile_kind"
        )


class ConnectorFact(Row):
    """A connector's days and months at a station: by date first, because a ranking reads all connectors of some days."""

    grain = enum(FactGrain)
    local_date = DateField()
    connector_id = row_ref()
    station_id = row_ref()
    operator_id = row_ref()
    orders = IntegerField(default=0)
    energy_wh = big_int(0)
    electricity_fen = big_int(0)
    service_fen = big_int(0)
    idle_fen = big_int(0)
    total_fen = big_int(0)
    duration_s = big_int(0)
    firsts = IntegerField(default=0)
    began = IntegerField(default=0)
    failed = IntegerField(default=0)

    class Meta:
        primary_key = CompositeKey("grain", "local_date", "connector_id", "station_id", "operator_id")
        indexes = (
            (("station_id", "grain", "local_date"), False),
            # the few that failed among all that did not
            (("grain", "failed"), False),
        )


class FactPlace(Row):
    """Under which division a station's sums are in the areas', and how far the comparison with its orders has come."""

    station_id = row_ref(primary_key=True)
    division_code = CharField(max_length=AREA_LENGTH, default="")
    # the month that is compared next, going back; NULL: the present one
    next_month = DateField(null=True)
    # its months have all been counted once; until then the sums lack some of the past
    is_whole = BooleanField(default=False)
    # the night in which its newest days were compared last
    compared_on = DateField(null=True)

    class Meta:
        indexes = ((("compared_on",), False), (("is_whole",), False))


class FactGate(Row):
    """One row, locked by whoever writes facts: a difference is taken and added by one at a time."""

    id = SmallIntegerField(primary_key=True)


class PowerQuarter(Row):
    """What connectors delivered at a quarter of an hour, kept for some weeks: of a station that delivered anything, of
    its operator (station 0), and of all (operator 0 and station 0), which is there whenever somebody looked.
    """

    operator_id = row_ref()
    station_id = row_ref()
    at = utc_time()
    power_w = big_int(0)

    class Meta:
        primary_key = CompositeKey("operator_id", "station_id", "at")
        indexes = ((("at",), False),)
