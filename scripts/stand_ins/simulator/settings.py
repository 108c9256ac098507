"""What a simulated pile is (one entry of the piles file) and how it behaves (intervals, speed, clock skew)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

MAX_PILES = 50_000
MAX_FILE_BYTES = 64 * 1024 * 1024


class SpecError(ValueError):
    """The piles file cannot be used; the text is one sentence that says why."""


class PileSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One pile. `secret` is the MQTT password; `rated_w` is the whole pile's rated power in W.

    `registers_wh` is where its meters are when it is first switched on; those it does not name are new, at 0.
    """

    pile_no: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    kind: Literal["ac", "dc"]
    rated_w: Annotated[int, msgspec.Meta(ge=1_000, le=2_000_000)]
    connectors: Annotated[int, msgspec.Meta(ge=1, le=32)] = 1
    vendor: Annotated[str, msgspec.Meta(max_length=64)] = "Simulated"
    model: Annotated[str, msgspec.Meta(max_length=64)] = "SIM-1"
    registers_wh: tuple[Annotated[int, msgspec.Meta(ge=0)], ...] = ()

    @property
    def connector_limit_w(self) -> int:
        """A DC pile shares its power evenly among its connectors; each AC connector has the rated power."""
        return self.rated_w // self.connectors if self.kind == "dc" else self.rated_w


class PileSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Intervals of the protocol, and two knobs of the simulation.

    `speed` divides the battery of every car: at 60 a charge that would take 60 min takes 1 min. Power, energy
    per second, message intervals and `at` stay those of real time, so that every meter value is plausible.
    Commands that `capabilities` do not name are rejected.
    `skew_ms` is how far the pile's clock is ahead of the machine's until `set_time` puts it right.
    """

    heartbeat_ms: int = 30_000
    status_ms: int = 300_000
    meter_ms: int = 15_000
    plug_wait_ms: int = 90_000
    speed: int = 1
    skew_ms: int = 0
    firmware: str = "sim-1.0"
    capabilities: tuple[str, ...] = ("start", "stop", "report_status", "set_time", "set_limit")


def read_piles_file(path: Path) -> list[PileSpec]:
    """Read `[{pile_no, secret, kind, rated_w, connectors, vendor, model, registers_wh}]`; SpecError says what is wrong."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise SpecError(f"{path} is larger than {MAX_FILE_BYTES} bytes.")
        specs = msgspec.json.decode(path.read_bytes(), type=list[PileSpec])
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise SpecError(f"{path} is not a list of piles: {error}.") from error
    if not 1 <= len(specs) <= MAX_PILES:
        raise SpecError(f"{path} names {len(specs)} piles; 1 to {MAX_PILES} are possible.")
    seen: set[str] = set()
    for spec in specs:
        if spec.pile_no in seen:
            raise SpecError(f"{path} names pile {spec.pile_no} twice.")
        seen.add(spec.pile_no)
    return specs
