"""The published contract of the pile protocol: AsyncAPI 3 made from the typed messages.

`python -m mqtt_bridge.asyncapi > docs/asyncapi.yaml`; a test proves that the committed file is the present one.
"""

import sys
from typing import Any, Final

import msgspec

from backend.domain.fault_code import KnownFault
from mqtt_bridge.messages import KINDS, MAX_PAYLOAD_BYTES, RECEIPTED, CommandDown, ReceiptDown
from mqtt_bridge.topics import down, up

REF: Final = "#/components/schemas/{name}"
VERSION: Final = "1.0.0"
_PILE: Final = "{pile_no}"
_DESCRIPTION: Final = (
    "Pile and platform over MQTT 3.1.1 or 5, QoS 1, one JSON object of at most "
    f"{MAX_PAYLOAD_BYTES} bytes, integers only. User name = client id = pile_no. A PUBACK proves nothing but the "
    "broker: a message marked `x-receipted` is kept by the pile until `receipt` names its id. An id is unique for ever, "
    "across boots and after a counter was lost: a ULID, or the boot number and more in it. The same id with other "
    "content is no repeat: it is kept apart, for a person, and refused as `id_reused`. Fault codes are the maker's own; "
    f"these mean the same on every pile and are shown to people in words: {', '.join(KnownFault)}."
)
_DOWN: Final[dict[str, type[msgspec.Struct]]] = {"command": CommandDown, "receipt": ReceiptDown}


def make_document() -> dict[str, Any]:
    """The AsyncAPI document of protocol version 1."""
    messages: dict[str, type[msgspec.Struct]] = {**KINDS, **_DOWN}
    schemas, components = msgspec.json.schema_components(list(messages.values()), ref_template=REF)
    payloads = dict(zip(messages, schemas, strict=True))
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "欣象 pile protocol", "version": VERSION, "description": _DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {name: _channel(name) for name in messages},
        "operations": {name: _operation(name) for name in messages},
        "components": {
            "messages": {
                name: {
                    "name": name,
                    "summary": _summary(kind),
                    "payload": payloads[name],
                    **({"x-receipted": True} if name in RECEIPTED else {}),
                }
                for name, kind in messages.items()
            },
            "schemas": components,
        },
    }


def encode(document: dict[str, Any]) -> str:
    """The document as YAML, the same bytes for the same document."""
    import yaml  # noqa: PLC0415 - a tool of developers, not installed where the bridge runs

    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110))


def _channel(name: str) -> dict[str, Any]:
    topic = down(_PILE, name) if name in _DOWN else up(_PILE, name)
    return {
        "address": topic,
        "parameters": {
            "pile_no": {"description": "The number printed on the pile; the topic's is believed."}
        },
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }


def _operation(name: str) -> dict[str, Any]:
    """Seen from the platform: it receives what piles send up."""
    return {
        "action": "send" if name in _DOWN else "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "bindings": {"mqtt": {"qos": 1, "retain": name == "online"}},
    }


def _summary(kind: type[msgspec.Struct]) -> str:
    """The first line of the struct's own docstring; msgspec gives structs without one a signature."""
    text = (kind.__doc__ or "").strip().splitlines()
    return text[0] if text and not text[0].startswith(kind.__name__) else kind.__name__


if __name__ == "__main__":
    sys.stdout.write(encode(make_document()))
