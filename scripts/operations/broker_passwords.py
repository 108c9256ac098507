"""`scripts/broker_passwords`: the broker's password file from the database, one line for each pile in service.

The broker takes a changed file over while it runs (mosquitto: on SIGHUP). Lines that still hold are kept, so that
nobody is disconnected for a new salt. With `--follow` it goes on for ever (`follow_accounts.py`).
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from backend.config import ConfigError, load, read_secret
from backend.domain.errors import ServiceUnavailable
from backend.gateways.passwords import broker_password_hash, verify_broker_password
from backend.log import configure_log
from backend.models.engine import database
from backend.services.sites.broker_accounts import list_broker_accounts
from scripts.operations.migrate import DATABASE_AWAY
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


def main() -> int:
    """Exit status for the shell."""
    parser = argparse.ArgumentParser(
        prog="scripts/broker_passwords",
        description="生成 MQTT 服务器的密码文件（数据库由 XINXIANG_CONFIG 指定）",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到这个文件，权限 0600")
    parser.add_argument(
        "--bridge-password-file",
        type=Path,
        metavar="FILE",
        help="桥接账号的密码文件；省略则用配置里的 mqtt.password_file",
    )
    parser.add_argument(
        "--follow",
        action="store_true",
        help="不退出：桩的账号一有变化就写入并让消息服务器接管（生产环境用这个）",
    )
    parser.add_argument(
        "--account",
        type=_account,
        action="append",
        metavar="NAME=FILE",
        help="桥接之外还要有的账号（可重复；写了它就要把桥接也写上）",
    )
    parser.add_argument(
        "--pid-file", type=Path, metavar="FILE", help="消息服务器的 pid 文件，写完后发 SIGHUP"
    )
    parser.add_argument(
        "--log-file", type=Path, metavar="FILE", help="消息服务器的日志，从中得知谁登录或被拒绝"
    )
    options = parser.parse_args()
    if options.follow:
        return _follow(options)
    configure_log(level="error", style="text")
    try:
        settings = load()
        database.connect(settings.database_url)
        secret = read_secret(str(options.bridge_password_file or settings.mqtt.password_file))
        piles = write_broker_passwords(options.out, {settings.mqtt.username: secret})
    except (ConfigError, ValueError, OSError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1
    except ServiceUnavailable:
        print(f"✗ {DATABASE_AWAY}", file=sys.stderr)
        return 1
    print(f"✓ {options.out}：{piles} 台充电桩和账号 {settings.mqtt.username}")
    return 0


def _follow(options: argparse.Namespace) -> int:
    # imported here: it writes the file by this module
    from scripts.operations.follow_accounts import AccountFollower, Beside

    try:
        settings = load()
        configure_log(level=settings.log.level, style=settings.log.format)
        database.connect(settings.database_url)
        secrets = options.account or [
            (settings.mqtt.username, str(options.bridge_password_file or settings.mqtt.password_file))
        ]
        accounts = {name: read_secret(path) for name, path in secrets}
    except (ConfigError, ValueError, OSError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 2
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    beside = Beside(
        password_file=options.out,
        accounts=accounts,
        mqtt=settings.mqtt,
        pid_file=options.pid_file,
        log_file=options.log_file,
    )
    print("accounts_ready", flush=True)
    AccountFollower(beside).run(stopping)
    database.close()
    return 0


def _account(text: str) -> tuple[str, str]:
    name, _, path = text.partition("=")
    if not name or not path:
        raise argparse.ArgumentTypeError("应为 名称=密码文件")
    return name, path


def _read_lines(path: Path) -> dict[str, str]:
    """Name → hash of an existing file."""
    if not path.exists():
        return {}
    pairs = (line.partition(":") for line in path.read_text(encoding="ascii").splitlines())
    return {name: line for name, _, line in pairs}
