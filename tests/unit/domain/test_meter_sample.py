"""The one list of what a meter shows: whoever carries it must carry all of it."""

from msgspec.structs import fields

from backend.domain.meter_sample import SAMPLE_KEPT, SAMPLE_NAMES, MeterSample
from backend.models import ConnectorState, MeterValue, SessionProgress
from backend.services.views.session_view import MeterView
from mqtt_bridge.messages import Meter


def test_the_message_and_the_view_have_every_value_of_the_sample_with_its_range() -> None:
    expected = {field.name: field.type for field in fields(MeterSample)}
    for carrier in (Meter, MeterView):
        found = {field.name: field.type for field in fields(carrier)}
        assert {name: found[name] for name in SAMPLE_NAMES} == expected


def test_every_table_that_keeps_a_sample_has_a_column_for_each_value() -> None:
    kept = {ConnectorState: SAMPLE_NAMES, SessionProgress: SAMPLE_NAMES, MeterValue: SAMPLE_KEPT}
    for table, names in kept.items():
        columns = set(table._meta.fields)
        assert set(names) <= columns, table
