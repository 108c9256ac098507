"""`scripts/rebuild_sums`: counts the sums of the analysis pages anew, a station's month at a time, beside the running product."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from backend.config import ConfigError, load
from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.log import configure_log
from backend.models.engine import database
from backend.services.facts.rebuild_facts import list_rebuilt_stations, rebuild_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONG_AGO = date(2000, 1, 1)
_EVERY_S = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status for the shell: 0 done, 1 no such station, 2 the database is away or the configuration is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/rebuild_sums",
        description="用订单重新统计运营分析的汇总（由 XINXIANG_CONFIG 指定数据库）",
    )
    parser.add_argument("--station", metavar="站编号", help="只统计一个充电站")
    parser.add_argument(
        "--from", dest="from_date", type=date.fromisoformat, default=_LONG_AGO, metavar="日期"
    )
    parser.add_argument("--to", dest="to_date", type=date.fromisoformat, metavar="日期")
    wanted = parser.parse_args(arguments)
    configure_log(level="error", style="text")
    try:
        database.connect(load().database_url)
        stations = list_rebuilt_stations(station_no=wanted.station)
        if wanted.station and not stations:
            print(f"✗ 没有充电站 {wanted.station} (no such station)。", file=sys.stderr)
            return 1
        to_date = wanted.to_date or utc_now().date() + timedelta(days=1)
        wrong = _rebuild(stations, wanted.from_date, to_date)
    except (ConfigError, ValueError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 2
    except ServiceUnavailable:
        print("✗ 连不上数据库 (the database cannot be reached)。", file=sys.stderr)
        return 2
    finally:
        if database.database.obj is not None:
            database.close()
    print(f"汇总已重新统计：{len(stations)} 个充电站，改正 {wrong} 项 (rebuilt)")
    return 0


def _rebuild(stations: Sequence[int], from_date: date, to_date: date) -> int:
    wrong, told_s = 0, time.monotonic()
    for done in rebuild_facts(stations, from_date=from_date, to_date=to_date, now=utc_now()):
        wrong += done.wrong
        if time.monotonic() - told_s >= _EVERY_S:
            told_s = time.monotonic()
            print(f"  {done.place}  {done.number}/{done.of}", flush=True)
    return wrong
