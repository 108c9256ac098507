"""The fields of request bodies that take text, read off docs/openapi.json, so that a new one is among them by itself."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.security.http_world import CONTRACT

Path = tuple[str | int, ...]
ANY_OF: Final = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True, slots=True)
class TextField:
    """`path` leads into the body of `operation`; 0 is the first of a list."""

    operation: str
    path: Path

    @property
    def name(self) -> str:
        return [step for step in self.path if isinstance(step, str)][-1]


class TextFields:
    """Every text field of every body of the contract."""

    def __init__(self) -> None:
        contract = json.loads(CONTRACT.read_text(encoding="utf-8"))
        self._schemas: Mapping[str, Any] = contract["components"]["schemas"]
        self._bodies: dict[str, Any] = {
            one["operationId"]: content["schema"]
            for methods in contract["paths"].values()
            for one in methods.values()
            for kind, content in one.get("requestBody", {}).get("content", {}).items()
            if kind == "application/json"
        }

    def __iter__(self) -> Iterator[TextField]:
        for operation, schema in self._bodies.items():
            for path, _ in self._walk(schema, ()):
                yield TextField(operation, path)

    def put(self, field: TextField, text: str, sound: Any) -> Any:
        """The sound body with this text in this field, and whatever is missing on the way to it."""
        body = copy.deepcopy(sound)
        at, schema = body, self._bodies[field.operation]
        for step, following in zip(field.path, (*field.path[1:], None), strict=True):
            schema = self._inner(schema, step)
            if following is None:
                _set(at, step, text)
            else:
                if _get(at, step) in (None, [], {}):
                    _set(at, step, [] if following == 0 else self._sample(schema))
                at = _get(at, step)
        return body

    def _walk(self, schema: Any, path: Path) -> Iterator[tuple[Path, Any]]:
        for one in self._forms(schema):
            kind = one.get("type")
            if kind == "object":
                for name, inner in one.get("properties", {}).items():
                    yield from self._walk(inner, (*path, name))
            elif kind == "array":
                yield from self._walk(one["items"], (*path, 0))
            elif kind == "string" and "enum" not in one:
                yield path, one

    def _forms(self, schema: Any) -> list[Any]:
        """What a schema may be, its references followed."""
        if "$ref" in schema:
            return self._forms(self._schemas[schema["$ref"].rpartition("/")[2]])
        inner = [one for word in ANY_OF for one in schema.get(word, ())]
        return [form for one in inner for form in self._forms(one)] or [schema]

    def _inner(self, schema: Any, step: str | int) -> Any:
        for one in self._forms(schema):
            if step == 0 and one.get("type") == "array":
                return one["items"]
            if step in one.get("properties", {}):
                return one["properties"][step]
        raise AssertionError(f"{step!r} is not in {schema}")

    def _sample(self, schema: Any) -> Any:
        """The least that fits: what is required of an object, and nothing else."""
        form = self._forms(schema)[0]
        if form.get("type") == "object":
            return {name: self._sample(form["properties"][name]) for name in form.get("required", ())}
        if "enum" in form:
            return form["enum"][0]
        if form.get("type") == "integer":
            return form.get("minimum", 0)
        return "0" * max(1, form.get("minLength", 1))


def _get(at: Any, step: str | int) -> Any:
    return at.get(step) if isinstance(at, dict) else (at[0] if at else None)


def _set(at: Any, step: str | int, value: Any) -> None:
    if isinstance(at, dict):
        at[step] = value
    else:
        at[:] = [value]
