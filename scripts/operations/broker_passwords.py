"""`scripts/broker_passwords`: the broker's password file from the database, one line for each pile in service.

The broker takes a changed file over while it runs (mosquitto: on SIGHUP). Lines that still hold are kept, so that
nobody is disconnected for a new salt. With `--follow` it goes on for ever (`follow_accounts.py`).
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from backend.config import ConfigError, load, read_secret
from backend.domain.errors import ServiceUnavailable
from backend.log import configure_log
from backend.models.engine import database
from scripts.operations.broker_file import write_broker_passwords
from scripts.operations.follow_accounts import AccountFollower, Beside
from scripts.operations.migrate import DATABASE_AWAY


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
