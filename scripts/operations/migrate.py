"""`scripts/migrate`: brings the configured database to the present schema."""

from __future__ import annotations

import argparse
import sys

import peewee

from backend.config import ConfigError, load
from backend.log import configure_log
from backend.models.engine import database
from backend.models.engine.migrations import apply_migrations

DATABASE_AWAY = (
    "数据库不可用：连不上，或还没有运行 scripts/migrate (cannot be reached, or not migrated yet)。"
)
# An ALTER of the largest table is let run; a server that is gone is noticed all the same.
STATEMENT_LIMIT_S = 6 * 3600


def main() -> int:
    """Exit status for the shell."""
    parser = argparse.ArgumentParser(
        prog="scripts/migrate", description="把数据库升级到当前结构（数据库由 XINXIANG_CONFIG 指定）"
    )
    parser.add_argument("--database", metavar="URL", help="不读配置，直接用这个数据库")
    options = parser.parse_args()
    configure_log(level="error", style="text")
    try:
        url = options.database or load().database_url
        database.connect(url, statement_timeout_s=STATEMENT_LIMIT_S)
        applied = apply_migrations()
    except (ConfigError, ValueError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1
    except peewee.OperationalError as problem:
        print(f"✗ 无法升级数据库 (the database refused)：{problem}", file=sys.stderr)
        return 1
    finally:
        if database.database.obj is not None:
            database.close()
    for name in applied:
        print(f"✓ {name}")
    print(f"数据库已是最新，本次执行 {len(applied)} 个迁移 (up to date)")
    return 0
