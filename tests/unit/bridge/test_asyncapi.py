"""The published contract of the pile protocol is the one the bridge speaks."""

from pathlib import Path

from mqtt_bridge import asyncapi
from mqtt_bridge.messages import KINDS

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "asyncapi.yaml"


def test_the_committed_contract_is_the_present_one() -> None:
    present = asyncapi.encode(asyncapi.make_document())
    assert COMMITTED.read_text(encoding="utf-8") == present, (
        "run: python -m mqtt_bridge.asyncapi > docs/asyncapi.yaml"
    )


def test_every_message_has_a_channel_and_a_payload() -> None:
    document = asyncapi.make_document()
    assert set(document["channels"]) == {*KINDS, "command", "receipt"}
    for name in document["channels"]:
        assert document["components"]["messages"][name]["payload"]["$ref"].startswith("#/components/schemas/")
    assert document["channels"]["meter"]["address"] == "cp/v1/{pile_no}/up/meter"
