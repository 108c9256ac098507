"""Whether who was built for an older contract can live with a newer one: JSON schemas, giver against taker.

In a request the old client gives and the new server takes, in an answer it is the other way round. New names may
come, none may go; a taker may not ask for more than its giver promises. What is said in prose is not looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

Schema = Mapping[str, Any]

MOST: Final = ("maximum", "maxLength", "maxItems")
LEAST: Final = ("minimum", "minLength", "minItems")
SAME: Final = ("pattern", "format", "const")


@dataclass
class Comparison:
    """`steering` are enums by which the old client decides what to do: an answer may not bring new values of these.

    Other enums may grow in answers: the old client has no word for the new value and shows none.
    """

    old: Schema
    new: Schema
    steering: frozenset[str] = frozenset()
    _within: list[tuple[str, str]] = field(default_factory=list)

    def request(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        """What of an old request the new server does not take."""
        yield from self._fit(old, new, where, is_answer=False)

    def answer(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        """What of a new answer the old client does not expect, or misses."""
        yield from self._fit(old, new, where, is_answer=True)

    def _fit(self, old: Schema, new: Schema, where: str, *, is_answer: bool) -> Iterator[str]:
        """Everything the giver may say is taken; each alternative of the giver by some alternative of the taker."""
        names = (_name(old), _name(new))
        if all(names) and names in self._within:
            return
        self._within.append(names)
        olds, news = _alternatives(self.old, old), _alternatives(self.new, new)
        for given in news if is_answer else olds:
            pairs = [(one, given) for one in olds] if is_answer else [(given, one) for one in news]
            yield from min(([*self._fit_one(*pair, where, is_answer=is_answer)] for pair in pairs), key=len)
        if is_answer:
            lost = {one.schema.get("type") for one in olds} - {one.schema.get("type") for one in news}
            yield from (f"{where}: is never {kind} now" for kind in sorted(filter(None, lost - {"null"})))
        self._within.pop()

    def _fit_one(
        self, old_one: "_Alternative", new_one: "_Alternative", where: str, *, is_answer: bool
    ) -> Iterator[str]:
        old, new = old_one.schema, new_one.schema
        is_closed = is_answer and not self.steering.isdisjoint({old_one.name, new_one.name})
        giver, taker = (new, old) if is_answer else (old, new)
        if giver.get("type") != taker.get("type") and taker.get("type") is not None:
            if (giver.get("type"), taker.get("type")) == ("integer", "number"):
                return
            yield f"{where}: was {old.get('type')}, is {new.get('type')}"
            return
        yield from _values(old, new, where, is_answer=is_answer, is_closed=is_closed)
        yield from _limits(giver, taker, where)
        yield from self._properties(old, new, where, is_answer=is_answer)
        if "items" in old or "items" in new:
            yield from self._fit(
                old.get("items", {}), new.get("items", {}), f"{where}[]", is_answer=is_answer
            )

    def _properties(self, old: Schema, new: Schema, where: str, *, is_answer: bool) -> Iterator[str]:
        olds, news = old.get("properties", {}), new.get("properties", {})
        giver, taker = (new, old) if is_answer else (old, new)
        for name, schema in olds.items():
            if name not in news:
                yield f"{where}.{name}: is gone"
            else:
                yield from self._fit(schema, news[name], f"{where}.{name}", is_answer=is_answer)
        known = {*giver.get("required", ())}
        for name in taker.get("required", ()):
            if name not in known and not (is_answer and name not in news):
                yield f"{where}.{name}: {'may be left out' if is_answer else 'is asked for'} now"


class _Alternative(NamedTuple):
    """A schema that is no reference and no choice; `name` is that of its component, "" without one."""

    name: str
    schema: Schema


def _alternatives(document: Schema, schema: Schema, name: str = "") -> list[_Alternative]:
    """What `anyOf` offers, or the schema alone; references are followed."""
    while "$ref" in schema:
        name = _name(schema)
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    if "anyOf" not in schema:
        return [_Alternative(name, schema)]
    return [inner for part in schema["anyOf"] for inner in _alternatives(document, part, name)]


def _name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _values(old: Schema, new: Schema, where: str, *, is_answer: bool, is_closed: bool) -> Iterator[str]:
    was, now = {*old.get("enum", ())}, {*new.get("enum", ())}
    if was and not now:
        yield from [f"{where}: says anything now"] if is_closed else []
    elif now and not was:
        yield from [] if is_answer else [f"{where}: takes only {sorted(now)} now"]
    else:
        yield from (f"{where}: {value!r} is gone" for value in sorted(was - now))
        if is_closed:
            yield from (
                f"{where}: {value!r} is new, and an old client does not know what to do"
                for value in sorted(now - was)
            )


def _limits(giver: Schema, taker: Schema, where: str) -> Iterator[str]:
    for name in MOST:
        if name in taker and giver.get(name, float("inf")) > taker[name]:
            yield f"{where}: {name} {giver.get(name)} does not fit into {taker[name]}"
    for name in LEAST:
        if name in taker and giver.get(name, float("-inf")) < taker[name]:
            yield f"{where}: {name} {giver.get(name)} does not fit into {taker[name]}"
    for name in SAME:
        if name in taker and giver.get(name) != taker[name]:
            yield f"{where}: {name} {giver.get(name)!r} is not {taker[name]!r}"
