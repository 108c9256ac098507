"""Hostile values and seeded mutations of sound JSON: what is put into every field, body and payload."""

import json
import random
from collections.abc import Iterator
from typing import Any, Final

# Kept as JSON text, for Python's own values cannot say all of them.
JSON_VALUES: Final = (
    "null",
    "true",
    "0",
    "-1",
    "-0.0",
    "1.5",
    "1e308",
    "1e999",
    "-1e308",
    "NaN",
    "Infinity",
    "-Infinity",
    "9223372036854775808",
    "123456789012345678901234567890",
    "1" * 4_400,
    '""',
    '" "',
    r'"\u0000"',
    r'"\ud800"',
    r'"\udc00\ud800"',
    '"' + "x" * 5_000 + '"',
    '"\u202e\u2066"',
    '"😀"',
    '"\'; DROP TABLE driver; --"',
    '"<script>alert(1)</script>"',
    '"../../etc/passwd"',
    '"${jndi:ldap://x}"',
    '"%00%n%s"',
    "[]",
    "{}",
    "[" * 200 + "]" * 200,
    '{"$ne": null}',
    "\x00",
    "'",
    "",
)
WHOLE_BODIES: Final = (
    b"",
    b" ",
    b"null",
    b"[]",
    b'"text"',
    b"NaN",
    b"{",
    b"{}",
    b"{}{}",
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b'{"a":"\xed\xa0\x80"}',
    b'{"\\ud800":1}',
    b"[" * 30_000,
    b"[" * 30_000 + b"]" * 30_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    b"code=1&text=2",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    bytes(range(256)),
)


def bodies_like(sound: dict[str, Any]) -> Iterator[bytes]:
    """Bodies that are wrong as a whole, then `sound` with one field hostile, gone, double, or one too many."""
    yield from WHOLE_BODIES
    whole = {name: json.dumps(value, ensure_ascii=False) for name, value in sound.items()}
    for name, value in whole.items():
        for text in JSON_VALUES:
            yield _join({**whole, name: text})
        yield _join({other: text for other, text in whole.items() if other != name})
        yield f'{_join(whole).decode()[:-1]},"{name}":{value}}}'.encode()
    for extra in ("price_e5", "total_fen", "driver_no", "is_platform", "__proto__", "id"):
        yield _join({**whole, extra: "1"})


def mutate(rng: random.Random, sound: bytes) -> bytes:
    """`sound` JSON changed in one of the ways that break parsers: a value, some bytes, its length or its nesting."""
    return _with_one_value(rng, sound) if rng.randrange(4) == 0 else mutate_bytes(rng, sound)


def mutate_bytes(rng: random.Random, sound: bytes) -> bytes:
    """`sound` of any kind with some bytes, its length or its nesting changed."""
    way = rng.randrange(3)
    raw = bytearray(sound)
    if way == 0:
        for _ in range(rng.randrange(1, 8)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
    elif way == 1:
        start = rng.randrange(len(raw))
        raw[start : start + rng.randrange(20)] = rng.randbytes(rng.randrange(20))
    else:
        at = rng.randrange(len(raw))
        raw[at:at] = rng.choice([b"[", b"{", b'"', b"\\u", b"\\ud800", b"\x00", b",", b"e999", b'{"a":' * 9])
    return bytes(raw)


def _with_one_value(rng: random.Random, sound: bytes) -> bytes:
    body = json.loads(sound)
    if not isinstance(body, dict) or not body:
        return rng.choice(JSON_VALUES).encode()
    whole = {name: json.dumps(value, ensure_ascii=False) for name, value in body.items()}
    whole[rng.choice(list(whole))] = rng.choice(JSON_VALUES)
    return _join(whole)


def _join(fields: dict[str, str]) -> bytes:
    return ("{" + ",".join(f'"{name}":{text}' for name, text in fields.items()) + "}").encode()
