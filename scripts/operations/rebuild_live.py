"""`scripts/rebuild_live`: fills the configured Redis from the configured database."""

from __future__ import annotations

import argparse
import sys

from backend import live
from backend.config import ConfigError, load
from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.log import configure_log
from backend.models.engine import database
from backend.services.upkeep.rebuild_live import rebuild_live


def main() -> int:
    """Exit status for the shell: 0 done, 2 a server is away or the configuration is wrong."""
    parser = argparse.ArgumentParser(
        prog="scripts/rebuild_live", description="用数据库重建 Redis 里的实时视图（由 XINXIANG_CONFIG 指定）"
    )
    parser.parse_args()
    configure_log(level="error", style="text")
    try:
        settings = load()
        database.connect(settings.database_url)
        live.connect(settings.redis.url or None)
        if not live.is_available():
            print("✗ 没有配置 Redis，或连不上它 (no Redis)。", file=sys.stderr)
            return 2
        count = rebuild_live(now=utc_now())
    except (ConfigError, ValueError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 2
    except ServiceUnavailable:
        print("✗ 连不上数据库 (the database cannot be reached)。", file=sys.stderr)
        return 2
    finally:
        if database.database.obj is not None:
            database.close()
        live.close()
    print(f"实时视图已重建：写入 {count} 项 (rebuilt)")
    return 0
