"""`scripts/seed_demo`: writes the demo's city, and years of history, into the configured database."""

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
from scripts.local.demo.city import STATIONS
from scripts.local.demo.seed import NotDemoError, seed, tell_meters
from scripts.local.demo.years.seed_years import (
    DAYS_PER_YEAR,
    NotEmptyError,
    list_meters,
    require_empty,
    seed_years,
)
from scripts.operations.migrate import DATABASE_AWAY
from scripts.whole_number import whole_number

DEFAULT_PILES = 40
MAX_PILES = 10_000
MAX_STATIONS = 2_000
MAX_YEARS = 10
MAX_ORDERS = 20_000_000
ORDERS_PER_PILE_AND_YEAR = 500
LONGEST_STATEMENT_S = 1_800


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
    parser.add_argument(
        "--stations",
        type=whole_number(len(STATIONS), MAX_STATIONS),
        default=len(STATIONS),
        metavar="N",
        help="充电站数量（默认 10，更多的在别的城市，有三家运营商；只在第一次写入时有效）",
    )
    parser.add_argument(
        "--years",
        type=whole_number(1, MAX_YEARS),
        metavar="N",
        help="再写入到昨天为止 N 年的历史：充电、充值、退款、占位费和账本；只写入还没有人充过电的数据库",
    )
    parser.add_argument(
        "--orders",
        type=whole_number(1, MAX_ORDERS),
        metavar="N",
        help=f"历史里的充电订单大约有多少（默认每台桩每年 {ORDERS_PER_PILE_AND_YEAR} 笔）",
    )
    parser.add_argument(
        "--seed", type=whole_number(0, 255), default=1, metavar="N", help="随机种子：同样的种子，同样的历史"
    )
    options = parser.parse_args()
    configure_log(level="error", style="text")
    try:
        database.connect(load().database_url, statement_timeout_s=LONGEST_STATEMENT_S)
        _write(options)
    except (ConfigError, ValueError, NotDemoError, NotEmptyError, OSError) as problem:
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


def _write(options: argparse.Namespace) -> None:
    now = utc_now()
    if options.years is not None:
        require_empty()
    seed(piles=options.piles, folder=options.folder, now=now, stations=options.stations)
    if options.years is not None:
        orders = options.orders or options.piles * options.years * ORDERS_PER_PILE_AND_YEAR
        days = options.years * DAYS_PER_YEAR
        written = seed_years(days=days, orders=orders, seed=options.seed, now=now, tell=_tell)
        tell_meters(list_meters(), folder=options.folder)
        print(
            f"✓ {written.first_day} 至 {written.last_day}：{written.orders:,} 笔充电，{written.drivers:,} 位车主"
        )


def _tell(step: str, done: int) -> None:
    print(f"  {step} {done:,} …", flush=True)
