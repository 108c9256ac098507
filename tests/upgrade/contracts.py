"""What of an older contract a newer one does not keep: of the drivers' API as OpenAPI, of the pile protocol as AsyncAPI."""

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from tests.upgrade.compatible import Comparison

Document: TypeAlias = dict[str, Any]

STEERING: Final = frozenset({"SessionState"})
"""By these a build chooses what a page shows; of others it only shows the word."""
KNOWN_CODES: Final = frozenset(
    {
        "bad_qr_link",
        "balance_too_low",
        "connector_busy",
        "connector_faulted",
        "connector_not_found",
        "connector_not_plugged",
        "connector_unavailable",
        "debt_unpaid",
        "driver_busy",
        "driver_disabled",
        "idempotency_in_progress",
        "insufficient_funds",
        "invalid_input",
        "pile_offline",
        "rate_limited",
        "service_unavailable",
        "tariff_missing",
        "unauthenticated",
    }
)
"""Refusals for which a mini-program has a way on; of others it shows the message."""


def find_breaks(old: Document, new: Document) -> Iterator[str]:
    """What of the old contract the new one does not keep, a sentence each."""
    comparison = Comparison(old, new, STEERING)
    for path, item in old["paths"].items():
        for method, operation in item.items():
            where = f"{method.upper()} {path}"
            if method not in new["paths"].get(path, {}):
                yield f"{where}: is gone"
                continue
            kept = new["paths"][path][method]
            yield from _parameter_breaks(comparison, operation, kept, where)
            yield from _body_breaks(comparison, operation, kept, where)
            yield from _answer_breaks(comparison, operation, kept, where)
            if any(operation.get(name) != kept.get(name) for name in ("security", "x-scope")):
                yield f"{where}: asks for another token"


def find_pile_breaks(old: Document, new: Document) -> Iterator[str]:
    """A pile gives what goes up and takes what comes down."""
    comparison = Comparison(old, new)
    for name, channel in old["channels"].items():
        if name not in new["channels"]:
            yield f"{name}: is gone"
            continue
        if new["channels"][name]["address"] != channel["address"]:
            yield f"{name}: is at {new['channels'][name]['address']}"
        was, now = (document["components"]["messages"][name] for document in (old, new))
        if was.get("x-receipted") and not now.get("x-receipted"):
            yield f"{name}: is not receipted"
        compare = comparison.answer if "/down/" in channel["address"] else comparison.request
        yield from compare(was["payload"], now["payload"], name)


def _parameter_breaks(comparison: Comparison, old: Document, new: Document, where: str) -> Iterator[str]:
    olds, news = (
        {(one["in"], one["name"]): one for one in operation.get("parameters", ())} for operation in (old, new)
    )
    for key, parameter in olds.items():
        if key not in news:
            yield f"{where} ?{key[1]}: is gone"
            continue
        yield from comparison.request(parameter["schema"], news[key]["schema"], f"{where} ?{key[1]}")
    for key, parameter in news.items():
        if parameter.get("required") and not olds.get(key, {}).get("required"):
            yield f"{where} ?{key[1]}: is asked for now"


def _body_breaks(comparison: Comparison, old: Document, new: Document, where: str) -> Iterator[str]:
    was, now = old.get("requestBody"), new.get("requestBody")
    if now is None or was is None:
        if was is not None or (now is not None and now.get("required")):
            yield f"{where} body: {'is gone' if now is None else 'is asked for now'}"
        return
    yield from comparison.request(_json_of(was), _json_of(now), f"{where} body")


def _answer_breaks(comparison: Comparison, old: Document, new: Document, where: str) -> Iterator[str]:
    was, now = _successes(old), _successes(new)
    if was.keys() != now.keys():
        yield f"{where}: succeeds with {sorted(now)}, not {sorted(was)}"
        return
    for status, answer in was.items():
        if "content" in answer:
            yield from comparison.answer(_json_of(answer), _json_of(now[status]), f"{where} {status}")
    for status, answer in old["responses"].items():
        kept = new["responses"].get(status, {}).get("x-error-codes", ())
        for code in KNOWN_CODES.intersection(answer.get("x-error-codes", ())).difference(kept):
            yield f"{where} {status}: {code} is gone"


def _successes(operation: Document) -> dict[str, Document]:
    return {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}


def _json_of(part: Document) -> Document:
    schema: Document = part["content"]["application/json"]["schema"]
    return schema
