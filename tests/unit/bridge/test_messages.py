"""Decoding: every golden message, and every way a payload can be wrong."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mqtt_bridge import messages, topics
from mqtt_bridge.messages import CommandDown, DecodeError, ReceiptDown, decode

WIRE = Path(__file__).parents[2] / "wire"


def golden(kind: str) -> dict[str, Any]:
    body = json.loads((WIRE / "up" / f"{kind}.json").read_text(encoding="utf-8"))
    assert isinstance(body, dict)
    return body


def decode_body(kind: str, body: object) -> messages.UpMessage:
    return decode(topics.up("CP1", kind), json.dumps(body).encode())


def reason_of(topic: str, payload: bytes) -> str:
    with pytest.raises(DecodeError) as caught:
        decode(topic, payload)
    return caught.value.reason


def outcome_of(topic: str, payload: bytes) -> str:
    try:
        decode(topic, payload)
    except DecodeError as error:
        return error.reason
    return "taken"


def test_every_up_message_has_a_golden_file() -> None:
    assert {path.stem for path in (WIRE / "up").iterdir()} == set(messages.KINDS)


@pytest.mark.parametrize("kind", sorted(messages.KINDS))
def test_golden_up_message_decodes_to_what_it_says(kind: str) -> None:
    body = golden(kind)
    message = decode_body(kind, body)
    assert type(message) is messages.KINDS[kind]
    said = json.loads(msgspec.json.encode(message))
    for name in type(message).__struct_fields__:
        if name in body and not name.endswith("at") and name != "segments":
            assert said[name] == body[name]
    assert not message.replayed
    assert decode_body(kind, {**body, "replayed": True}).replayed


@pytest.mark.parametrize("kind", sorted(messages.KINDS))
def test_refuses_a_message_without_any_one_of_its_envelope_fields(kind: str) -> None:
    for name in ("id", "at", "seq", "boot"):
        body = golden(kind)
        del body[name]
        assert reason_of(topics.up("CP1", kind), json.dumps(body).encode()) == "malformed"


@pytest.mark.parametrize(
    ("name", "shape"),
    [("command", CommandDown), ("command.set_limit", CommandDown), ("receipt", ReceiptDown)],
)
def test_golden_down_messages_are_what_we_send(name: str, shape: type[CommandDown | ReceiptDown]) -> None:
    text = (WIRE / "down" / f"{name}.json").read_bytes()
    assert json.loads(msgspec.json.encode(msgspec.json.decode(text, type=shape))) == json.loads(text)


@pytest.mark.parametrize(
    "change",
    [
        {"register_wh": 1.0},
        {"register_wh": -1},
        {"register_wh": 10**30},
        {"register_wh": "5"},
        {"power_w": True},
        {"power_w": 2**31},
        {"soc_percent": 101},
        {"connector": 0},
        {"connector": 100},
        {"session_no": ""},
        {"session_no": "S" * 33},
        {"session_no": "a b"},
        {"session_no": "a\n"},
        {"id": "x" * 65},
        {"id": "编号"},
        {"seq": -1},
        {"boot": 2**40},
        {"at": "2026-11-23T04:00:00"},
        {"at": 1_700_000_000},
    ],
)
def test_refuses_a_meter_whose_field_is_out_of_range_or_of_another_type(change: dict[str, object]) -> None:
    body = {**golden("meter"), **change}
    assert reason_of(topics.up("CP1", "meter"), json.dumps(body).encode()) == "malformed"


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_refuses_times_that_cannot_be_turned_into_utc(year: str) -> None:
    for kind, name in (("meter", "at"), ("session_ended", "ended_at"), ("session_ended", "started_at")):
        body = {**golden(kind), name: year}
        assert reason_of(topics.up("CP1", kind), json.dumps(body).encode()) == "bad_time"


def test_ignores_fields_it_does_not_know() -> None:
    decode_body("heartbeat", {**golden("heartbeat"), "novelty": {"deep": [1, 2, {"x": None}]}})


def test_refuses_oversize_before_anything_else_looks_at_it() -> None:
    padding = " " * messages.MAX_PAYLOAD_BYTES
    assert reason_of(topics.up("CP1", "meter"), padding.encode() + b"{}") == "oversize"


def test_refuses_too_deep_but_counts_no_brackets_inside_strings() -> None:
    deep = golden("heartbeat") | {"x": json.loads("[" * 8 + "]" * 8)}
    assert reason_of(topics.up("CP1", "heartbeat"), json.dumps(deep).encode()) == "too_deep"
    decode_body("heartbeat", golden("heartbeat") | {"x": json.loads("[" * 7 + "]" * 7)})
    decode_body("heartbeat", golden("heartbeat") | {"x": '[[[[[["[[[[[{{{{\\"[['})


def test_refuses_the_identity_of_another_pile_in_the_payload() -> None:
    body = golden("meter") | {"pile_no": "CP2"}
    assert reason_of(topics.up("CP1", "meter"), json.dumps(body).encode()) == "wrong_identity"
    decode(topics.up("CP2", "meter"), json.dumps(body).encode())


@pytest.mark.parametrize(
    "topic", ["", "cp/v1/CP1/up", "cp/v2/CP1/up/meter", "cp/v1/CP1/down/meter", "a/b/c/d/e"]
)
def test_refuses_topics_that_are_none_of_ours(topic: str) -> None:
    assert reason_of(topic, b"{}") == "bad_topic"


@pytest.mark.parametrize("kind", ["alarm", "authorize", "config_applied", "novelty", ""])
def test_names_kinds_it_does_not_take(kind: str) -> None:
    assert reason_of(topics.up("CP1", kind), b"{}") == "unknown_message"


def test_finds_the_id_of_a_message_it_refuses() -> None:
    assert messages.find_id(b'{"id": "A1", "code": 1.5}') == "A1"
    for payload in (b"", b"{", b'{"id": 5}', b"\xff", b"[" * 9_000, b'{"id": "' + b"x" * 20_000 + b'"}'):
        assert messages.find_id(payload) is None


@given(kind=st.sampled_from([*messages.KINDS, "alarm"]), payload=st.binary(max_size=400))
@example(kind="meter", payload=b"[" * 100_000)
@example(kind="meter", payload=b'{"id":"\\ud800"}')
@example(kind="meter", payload=b'{"id":NaN}')
def test_nothing_but_decode_error_escapes_from_any_bytes(kind: str, payload: bytes) -> None:
    with pytest.raises(DecodeError):
        decode(topics.up("CP1", kind), payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=20,
)


@given(kind=st.sampled_from(sorted(messages.KINDS)), data=st.data())
def test_nothing_but_decode_error_escapes_from_a_mutated_message(kind: str, data: st.DataObject) -> None:
    body = golden(kind)
    for name in data.draw(st.lists(st.sampled_from(sorted(body)), max_size=3)):
        body[name] = data.draw(JSON)
    payload = json.dumps(body).encode()
    if data.draw(st.booleans()):
        payload = payload[: data.draw(st.integers(0, len(payload)))]
    outcome = outcome_of(topics.up("CP1", kind), payload)
    assert outcome in {"taken", "malformed", "too_deep", "bad_time", "oversize"}
