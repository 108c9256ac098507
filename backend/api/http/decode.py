"""Turns request bodies and queries into typed structs, and what is wrong with them into one Chinese sentence."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from backend.domain.errors import InvalidInput

T = TypeVar("T")

MAX_ECHOED_CHARS: Final = 60
_TYPES: Final = {
    "int": "整数",
    "str": "文字",
    "bool": "true 或 false",
    "float": "数字",
    "object": "对象",
    "array": "数组",
    "null": "空",
}
_PATH: Final = re.compile(r" - at `(?P<path>[^`]*)`$")
_MESSAGES: Final[Sequence[tuple[re.Pattern[str], str]]] = (
    (re.compile(r"Object missing required field `(?P<name>[^`]+)`"), "没有填写"),
    (re.compile(r"Object contains unknown field `(?P<name>[^`]*)`"), "不认识的字段"),
    (re.compile(r"Expected `(?P<type>\w+)` >= (?P<n>-?\d+)"), "不能小于 {n}"),
    (re.compile(r"Expected `(?P<type>\w+)` > (?P<n>-?\d+)"), "必须大于 {n}"),
    (re.compile(r"Expected `(?P<type>\w+)` <= (?P<n>-?\d+)"), "不能大于 {n}"),
    (re.compile(r"Expected `(?P<type>\w+)` < (?P<n>-?\d+)"), "必须小于 {n}"),
    (re.compile(r"Expected `(?P<type>\w+)` of length >= (?P<n>\d+)"), "长度不能小于 {n}"),
    (re.compile(r"Expected `(?P<type>\w+)` of length <= (?P<n>\d+)"), "长度不能大于 {n}"),
    (re.compile(r"Expected `str` matching regex"), "格式不正确"),
    (re.compile(r"Expected `(?P<type>\w+)(?: \| null)?`"), "应为{type}"),
    (re.compile(r"Invalid enum value"), "不是可选的值"),
)


def decode_body(raw: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The typed body. Raises InvalidInput naming the field."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise translate(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput(field="", reason="不是有效的 JSON") from None


def decode_query(arguments: Mapping[str, Sequence[bytes]], wanted: type[T]) -> T:
    """The typed query of `?name=value` pairs; a name given twice is refused. Raises InvalidInput."""
    texts: dict[str, str] = {}
    for name, values in arguments.items():
        if len(values) > 1:
            raise InvalidInput(field=_shorten(name), reason="重复出现")
        try:
            texts[name] = values[0].decode()
        except UnicodeDecodeError:
            raise InvalidInput(field=_shorten(name), reason="不是 UTF-8 文字") from None
    try:
        return msgspec.convert(texts, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise translate(str(error)) from None


def translate(message: str) -> InvalidInput:
    """The English message of msgspec as an InvalidInput with the field's path and a Chinese reason."""
    at = _PATH.search(message)
    path = at["path"].removeprefix("$").lstrip(".") if at else ""
    for pattern, reason in _MESSAGES:
        found = pattern.match(message)
        if found:
            named: dict[str, Any] = found.groupdict()
            if "type" in named:
                named["type"] = _TYPES.get(named["type"], "其他类型")
            field = ".".join(part for part in (path, named.get("name", "")) if part)
            return InvalidInput(field=_shorten(field), reason=reason.format(**named))
    return InvalidInput(field=_shorten(path), reason="格式不正确")


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_ECHOED_CHARS else text[:MAX_ECHOED_CHARS] + "…"
