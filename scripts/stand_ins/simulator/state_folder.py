"""Keeps what survives a power loss as one small file per pile, replaced in one step.

Guards against the end of the process, not of the machine: nothing is forced to the disk.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from scripts.stand_ins.simulator.pile_model import StoredState


class StateError(ValueError):
    """A stored state cannot be used; the text is one sentence that says why."""


def load_state(folder: Path, pile_no: str) -> StoredState | None:
    """None when the pile has no state yet; StateError when there is one that makes no sense."""
    path = _path(folder, pile_no)
    try:
        return msgspec.json.decode(path.read_bytes(), type=StoredState)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{path} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise StateError(f"{path} is not a pile's state ({error}); move it away to begin anew.") from error


def save_state(folder: Path, pile_no: str, state: StoredState) -> None:
    path = _path(folder, pile_no)
    half = path.with_suffix(".new")
    half.write_bytes(msgspec.json.encode(state))
    half.replace(path)


def _path(folder: Path, pile_no: str) -> Path:
    return folder / f"{pile_no}.json"
