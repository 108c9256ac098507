"""The folder one running system keeps everything in: where each file lies, who owns it now, starting from nothing."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scripts.environment import NotReadyError
from scripts.private_file import write_private

LOCK_FILE = "launcher.lock"
SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths inside `path`; nothing is made by asking for one."""

    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def keys(self) -> Path:
        """Secrets, the sandbox's keys and the configuration that names them."""
        return self.path / "keys"

    @property
    def config(self) -> Path:
        return self.keys / "xinxiang.toml"

    @property
    def database(self) -> Path:
        return self.path / "database.sqlite"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{quote(str(self.database.resolve()))}"

    @property
    def passwords(self) -> Path:
        """The broker's password file."""
        return self.path / "passwords"

    @property
    def topic_rules(self) -> Path:
        return self.path / "mosquitto.acl"

    @property
    def piles(self) -> Path:
        """All piles of the demo with their secrets."""
        return self.path / "piles.json"

    @property
    def fleet(self) -> Path:
        """Those of them that are simulated in this run."""
        return self.path / "fleet.json"

    @property
    def logins(self) -> Path:
        return self.path / "logins.json"

    @property
    def stickers(self) -> Path:
        """What is printed on each connector: its number and its QR token."""
        return self.path / "stickers.json"

    @property
    def pile_states(self) -> Path:
        return self.path / "simulator"

    @property
    def prepared(self) -> Path:
        """What the data in here was prepared from; see preparation.py."""
        return self.path / "prepared.json"

    @property
    def ports(self) -> Path:
        return self.path / "ports.json"

    def secret(self, name: str) -> str:
        """The secret in keys/`name`.txt, made the first time; readable by its owner only."""
        path = self.keys / f"{name}.txt"
        if not path.exists():
            write_private(path, secrets.token_hex(SECRET_BYTES))
        return path.read_text(encoding="ascii")


@contextlib.contextmanager
def occupied(path: Path, *, is_fresh: bool = False) -> Iterator[RunFolder]:
    """Hold the folder for this process; `is_fresh` empties it first.

    Raises NotReadyError with one sentence when it cannot be written, when another copy runs in it, or when it
    should be emptied and is not one of ours.
    """
    with contextlib.ExitStack() as held:
        try:
            if is_fresh:
                _require_ours(path)
            path.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((path / LOCK_FILE).open("a+", encoding="ascii"))
            _take(lock.fileno(), path / LOCK_FILE)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            if is_fresh:
                _empty(path)
            folder = RunFolder(path)
            for inner in (folder.logs, folder.keys, folder.pile_states):
                inner.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise NotReadyError(
                f"无法写入 {error.filename or path}：{error.strerror} (this must be a writable folder)。"
            ) from error
        yield folder


def read_json(path: Path) -> Any:
    """The file's content, None when there is none or it is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, content: object) -> None:
    """Replace the file by this content."""
    write_private(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _take(descriptor: int, lock: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = lock.read_text(encoding="ascii").strip() or "?"
        raise NotReadyError(
            f"已经在运行了 (进程 {owner})：请用那一个，或先按 Ctrl-C 结束它 "
            f"(already running in {lock.parent}; --folder starts a second copy)。"
        ) from None


def _require_ours(path: Path) -> None:
    """A typing error must not empty someone's folder."""
    if path.is_dir() and any(path.iterdir()) and not (path / LOCK_FILE).exists():
        raise NotReadyError(f"{path} 不是本命令的数据文件夹，不会清空它 (not ours, it is left alone)。")


def _empty(path: Path) -> None:
    for entry in path.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != LOCK_FILE:
            entry.unlink()
