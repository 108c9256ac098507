"""What callers send wrongly comes back as one Chinese sentence that names the field."""

from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.api.http.decode import decode_body, decode_query
from backend.domain.errors import InvalidInput


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    size: Annotated[int, msgspec.Meta(ge=1, le=5)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=2, max_length=4)]
    kind: Literal["a", "b"] = "a"
    inner: Inner | None = None


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: Annotated[int, msgspec.Meta(ge=1)] = 20
    cursor: str | None = None


DECODER = msgspec.json.Decoder(Body)


@pytest.mark.parametrize(
    ("raw", "field", "reason"),
    [
        (b"{}", "name", "没有填写"),
        (b'{"name":"abc","price":1}', "price", "不认识的字段"),
        (b'{"name":7}', "name", "应为文字"),
        (b'{"name":"a"}', "name", "长度不能小于 2"),
        (b'{"name":"abcde"}', "name", "长度不能大于 4"),
        (b'{"name":"abc","kind":"c"}', "kind", "不是可选的值"),
        (b'{"name":"abc","inner":{"size":9}}', "inner.size", "不能大于 5"),
        (b'{"name":"abc","inner":{}}', "inner.size", "没有填写"),
        (b'{"name":"abc","inner":{"size":1.5}}', "inner.size", "应为整数"),
        (b"[1]", "", "应为对象"),
        (b"{", "", "不是有效的 JSON"),
        (b"", "", "不是有效的 JSON"),
        (b"\xff\xfe", "", "不是有效的 JSON"),
    ],
)
def test_a_wrong_body_names_field_and_reason(raw: bytes, field: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_body(raw, DECODER)
    assert refused.value.data == {"field": field, "reason": reason}


@given(st.binary(max_size=200))
def test_no_bytes_give_anything_but_invalid_input(raw: bytes) -> None:
    try:
        taken = decode_body(raw, DECODER)
    except InvalidInput:
        return
    assert 2 <= len(taken.name) <= 4


def test_deeply_nested_json_is_refused_like_any_other() -> None:
    with pytest.raises(InvalidInput):
        decode_body(b'{"name":' + b"[" * 30_000 + b"]" * 30_000 + b"}", DECODER)


def test_a_query_turns_texts_into_numbers() -> None:
    assert decode_query({"limit": [b"7"]}, Query) == Query(limit=7)


@pytest.mark.parametrize(
    ("arguments", "field", "reason"),
    [
        ({"limit": [b"0"]}, "limit", "不能小于 1"),
        ({"limit": [b"x"]}, "limit", "应为整数"),
        ({"limit": [b"1", b"2"]}, "limit", "重复出现"),
        ({"cursor": [b"\xff"]}, "cursor", "不是 UTF-8 文字"),
        ({"page": [b"1"]}, "page", "不认识的字段"),
    ],
)
def test_a_wrong_query_names_field_and_reason(
    arguments: dict[str, list[bytes]], field: str, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_query(arguments, Query)
    assert refused.value.data == {"field": field, "reason": reason}


def test_a_long_unknown_name_is_not_echoed_whole() -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_query({"x" * 5_000: [b"1"]}, Query)
    assert len(str(refused.value.data["field"])) < 100
