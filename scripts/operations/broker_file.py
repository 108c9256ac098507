"""The broker's password file: one line for each pile in service, and some for the product's own accounts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backend.gateways.passwords import broker_password_hash, verify_broker_password
from backend.services.sites.broker_accounts import list_broker_accounts
from scripts.private_file import write_private


def write_broker_passwords(path: Path, accounts: Mapping[str, str]) -> int:
    """Write `path` with every pile in service and `accounts` (name → password); returns the number of piles.

    The file is untouched when nothing changed. The database must be connected.
    """
    known = _read_lines(path)
    piles = list_broker_accounts()
    own = []
    for name, password in accounts.items():
        line = known.get(name, "")
        own.append(
            f"{name}:{line if verify_broker_password(line, password) else broker_password_hash(password)}"
        )
    text = "".join(f"{line}\n" for line in (*own, *piles))
    if not path.exists() or path.read_text(encoding="ascii") != text:
        write_private(path, text)
    return len(piles)


def _read_lines(path: Path) -> dict[str, str]:
    """Name → hash of an existing file."""
    if not path.exists():
        return {}
    pairs = (line.partition(":") for line in path.read_text(encoding="ascii").splitlines())
    return {name: line for name, _, line in pairs}
