"""`scripts/seed_demo`: writes the demo's city into the configured database, for showing a real deployment."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import peewee

from backend.config import ConfigError, load
from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.log import configure_log
from backend.models.engine import database
from scripts.local.demo.seed import NotDemoError, seed
from scripts.operations.migrate import DATABASE_AWAY
from scripts.whole_number import whole_number

DEFAULT_PILES = 40
MAX_PILES = 10_000


def main() -> int:
    """Exit status for the shell."""
    parser = argparse.ArgumentParser(
        prog="scripts/seed_demo",
        description="写入演示数据（数据库由 XINXIANG_CONFIG 指定）；已有的保留，充电桩补足到 --piles",
    )
    parser.add_argument(
        "--piles",
        type=whole_number(1, MAX_PILES),
        default=DEFAULT_PILES,
        metavar="N",
        help="充电桩数量（默认 40）",
    )
    parser.add_argument(
        "--folder", type=Path, required=True, metavar="DIR", help="充电桩密钥、员工密码和二维码写到这里"
    )
    options = parser.parse_args()
    configure_log(level="error", style="text")
    try:
        database.connect(load().database_url)
        seed(piles=options.piles, folder=options.folder, now=utc_now())
    except (ConfigError, ValueError, NotDemoError, OSError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1
    except (ServiceUnavailable, peewee.OperationalError):
        print(f"✗ {DATABASE_AWAY}", file=sys.stderr)
        return 1
    finally:
        if database.database.obj is not None:
            database.close()
    print(f"✓ 演示数据就绪，账号在 {options.folder / 'logins.json'}")
    return 0
