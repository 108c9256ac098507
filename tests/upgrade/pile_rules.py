"""What firmware in the field demands of a message from the platform, whatever release it comes from.

These are the rules a pile of protocol version 1 answers by (bad_params, or silence), so they outlive landings.
"""

from typing import Any, Final

from openapi_schema_validator import OAS31Validator

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 64}
_COUNT: Final = {"type": "integer", "minimum": 1, "maximum": 2**53}
_TIME: Final = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
_PARAMS: Final[dict[str, dict[str, Any]]] = {
    "start": {
        "required": ["connector", "session_no", "limit_fen"],
        "properties": {
            "connector": _COUNT,
            "session_no": _TEXT,
            "limit_fen": _COUNT,
            "limit_wh": _COUNT,
            "limit_s": _COUNT,
            "limit_soc": {"type": "integer", "minimum": 1, "maximum": 100},
        },
    },
    "stop": {
        "required": ["session_no", "reason"],
        "properties": {
            "session_no": _TEXT,
            "reason": {"enum": ["driver_app", "balance_exhausted", "limit_reached", "staff", "platform"]},
        },
    },
    "set_limit": {
        "required": ["session_no", "limit_fen", "limit_wh"],
        "properties": {"session_no": _TEXT, "limit_fen": _COUNT, "limit_wh": _COUNT},
    },
    "report_status": {},
    "set_time": {"required": ["now"], "properties": {"now": _TIME}},
}
KINDS: Final = frozenset(_PARAMS)
"""A pile rejects any other kind of command, which does no harm; `set_limit` where its `boot` does not name it."""

_RECEIPT: Final = {
    "required": ["ids"],
    "properties": {
        "ids": {"type": "array", "items": _TEXT},
        "refused": {
            "type": "array",
            "items": {"required": ["id", "code"], "properties": {"id": _TEXT, "code": {"type": "string"}}},
        },
    },
}


def find_faults(topic: str, body: dict[str, Any]) -> list[str]:
    """Why a pile would not do what this message wants, a sentence each."""
    what = topic.rpartition("/")[2]
    kind = body.get("kind")
    if what == "receipt":
        schema: dict[str, Any] = _RECEIPT
    elif what == "command" and kind in KINDS:
        asked = ["id", "kind", "params", *(["expires_at"] if kind == "start" else [])]
        told = {"id": _TEXT, "expires_at": _TIME, "params": {"type": "object", **_PARAMS[str(kind)]}}
        schema = {"required": asked, "properties": told}
    else:
        return [f"{what} {kind}: no pile knows it"]
    return [f"{what} {kind}: {error.message}" for error in OAS31Validator(schema).iter_errors(body)]
