"""Reads the answer of Alipay's gateway: finds the very text that is signed, proves it, and says what it says.

An answer without a sound signature is no answer: some refusals come unsigned, and anybody could have written them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from backend.gateways.alipay.signature import UnprovenError, prove

OK = "10000"
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Proven. `code` is the gateway's (10000 is success), `sub_code` the business reason of a refusal."""

    code: str
    sub_code: str
    fields: Mapping[str, Any]

    @property
    def is_ok(self) -> bool:
        return self.code == OK


def read_answer(body: bytes, method: str, alipay_keys: Sequence[RSAPublicKey]) -> Answer:
    """The answer to a call of `method`. UnprovenError when it is not Alipay's or not about that call."""
    try:
        members = _members(body.decode())
    except (ValueError, RecursionError):
        raise UnprovenError("body_unreadable") from None
    content, text = members.get(f"{method.replace('.', '_')}_response", (None, ""))
    signature, _ = members.get("sign", ("", ""))
    if not isinstance(content, dict) or not isinstance(signature, str):
        raise UnprovenError("error_unproven" if "error_response" in members else "body_unreadable")
    prove(alipay_keys, signature, text)
    return Answer(
        code=str(content.get("code", "")), sub_code=str(content.get("sub_code", "")), fields=content
    )


def _members(text: str) -> dict[str, tuple[Any, str]]:
    """The members of the outer object with the text of each value: that of the inner object is what is signed.

    ValueError for anything but one object, each name once.
    """
    members: dict[str, tuple[Any, str]] = {}
    at = _after(text, 0, "{")
    while True:
        name, at = _DECODER.raw_decode(text, at)
        start = _after(text, at, ":")
        value, at = _DECODER.raw_decode(text, start)
        if not isinstance(name, str) or name in members:
            raise ValueError("a name that is none, or comes twice")
        members[name] = (value, text[start:at])
        at = _skip(text, at)
        if text[at : at + 1] != ",":
            break
        at = _skip(text, at + 1)
    if _after(text, at, "}") != len(text):
        raise ValueError("more than one object")
    return members


def _after(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"{mark} expected")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
