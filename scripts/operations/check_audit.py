"""`scripts/check_audit`: follows the chain over the audit log and prints one JSON line.

Its number and hash belong on paper, or in another machine's log: given back with `--noted` they tell a chain that
somebody made anew.
"""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING

import msgspec

from backend.config import ConfigError, load
from backend.domain.errors import ServiceUnavailable
from backend.log import configure_log
from backend.models.engine import database
from backend.services.ground.audit_chain import AuditLook, is_link, look_at_chain
from scripts.operations.migrate import DATABASE_AWAY

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTED = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status for the shell: 0 sound, 1 broken or not the chain that was noted, 2 it could not be checked."""
    parser = argparse.ArgumentParser(
        prog="scripts/check_audit", description="核对操作日志的哈希链（数据库由 XINXIANG_CONFIG 指定）"
    )
    parser.add_argument("--noted", metavar="序号:哈希", help="以前抄下的一环；不在链上就报告")
    options = parser.parse_args(arguments)
    noted = _NOTED.fullmatch(options.noted) if options.noted else None
    if options.noted and noted is None:
        parser.exit(2, "✗ --noted 的格式是 序号:哈希，两者都在本命令以前的输出里\n")
    configure_log(level="error", style="text")
    try:
        database.connect(load().database_url)
        found = _follow()
        is_kept = noted is None or is_link(number=int(noted[1]), link_hash=noted[2])
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
    if not is_kept:
        print("✗ 抄下的那一环不在现在的链上：整条链被重做过", file=sys.stderr)
    return 0 if found.broken is None and is_kept else 1


def _follow() -> AuditLook:
    look = look_at_chain(after=0)
    while not look.is_done:
        look = look_at_chain(after=look.checked)
    return look
