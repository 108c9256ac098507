"""The broker's password file: every pile in service, our own accounts, and no change without a reason."""

import stat
from pathlib import Path

import pytest

from backend.gateways.passwords import verify_broker_password
from backend.models import Pile
from scripts.operations.broker_file import write_broker_passwords
from tests.scenario import Scenario

ACCOUNTS = {"bridge": "b-secret", "viewer": "v-secret"}


@pytest.fixture
def world(database: str) -> Scenario:
    return Scenario()


def _hashes(path: Path) -> dict[str, str]:
    return dict(line.split(":", 1) for line in path.read_text().splitlines())


def test_lets_piles_and_own_accounts_in(world: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    assert write_broker_passwords(path, ACCOUNTS) == 1
    hashes = _hashes(path)
    assert set(hashes) == {"bridge", "viewer", world.pile.pile_no}
    assert verify_broker_password(hashes["bridge"], "b-secret")
    assert hashes[world.pile.pile_no] == world.pile.broker_password_hash
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_unchanged_file_is_not_touched(world: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    write_broker_passwords(path, ACCOUNTS)
    before = path.stat().st_ino, path.read_text()
    write_broker_passwords(path, ACCOUNTS)
    assert (path.stat().st_ino, path.read_text()) == before


def test_a_new_password_replaces_only_its_own_line(world: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    write_broker_passwords(path, ACCOUNTS)
    before = _hashes(path)
    write_broker_passwords(path, {**ACCOUNTS, "viewer": "another"})
    after = _hashes(path)
    assert after["bridge"] == before["bridge"]
    assert verify_broker_password(after["viewer"], "another")


def test_a_retired_pile_is_let_in_no_more(world: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "passwords"
    write_broker_passwords(path, ACCOUNTS)
    Pile.update(is_retired=True).where(Pile.id == world.pile.id).execute()
    assert write_broker_passwords(path, ACCOUNTS) == 0
    assert world.pile.pile_no not in _hashes(path)
