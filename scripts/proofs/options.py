"""How a proof is to be run, and how it says on one line what it found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`seed` repeats the choices of an earlier run; `minutes` is how long a full run goes on at least."""

    is_full: bool
    seed: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`figures` are the keys of the JSON line; `violations` says what was broken, one sentence each."""

    figures: Mapping[str, object]
    violations: tuple[str, ...] = ()

    def json_line(self) -> str:
        return json.dumps(dict(self.figures), ensure_ascii=False)
