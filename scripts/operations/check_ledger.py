"""`scripts/check_ledger`: adds the configured database's ledger up and prints one JSON line."""

from __future__ import annotations

import argparse
import sys

import msgspec

from backend.config import ConfigError, load
from backend.domain.errors import ServiceUnavailable
from backend.log import configure_log
from backend.models.engine import database
from backend.services.ledger.check_ledger import check_ledger
from scripts.operations.migrate import DATABASE_AWAY


def main() -> int:
    """Exit status for the shell: 0 sound, 1 a sum is off, 2 it could not be checked."""
    parser = argparse.ArgumentParser(
        prog="scripts/check_ledger", description="核对账本（数据库由 XINXIANG_CONFIG 指定）"
    )
    parser.parse_args()
    configure_log(level="error", style="text")
    try:
        database.connect(load().database_url)
        found = check_ledger()
    except (ConfigError, ValueError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 2
    except ServiceUnavailable:
        print(f"✗ {DATABASE_AWAY}", file=sys.stderr)
        return 2
    finally:
        if database.database.obj is not None:
            database.close()
    print(msgspec.json.encode(found).decode())
    return 0 if found.is_sound else 1
