"""The rights that a program's database user needs, and no more: `scripts/database_grants` prints them as SQL.

No DDL (that is the migrator's), and no UPDATE or DELETE on what is only ever appended to: ledger entries, their
postings, audit rows and their links, decisions, the holiday calendar. A migration that makes a table makes new rights necessary: print and apply them again.
"""

import argparse
import re
import sys
from typing import Final

from backend.models import (
    TABLES,
    AgreementAcceptance,
    AuditLink,
    AuditRow,
    Holiday,
    HolidayRevision,
    SessionDecision,
)
from backend.models.engine.migrations import HISTORY_TABLE
from backend.models.ledger import LedgerEntry, LedgerPosting

APPEND_ONLY: Final = frozenset(
    {
        LedgerEntry,
        LedgerPosting,
        AuditRow,
        AuditLink,
        AgreementAcceptance,
        SessionDecision,
        Holiday,
        HolidayRevision,
    }
)
_NAME: Final = re.compile(r"[\w.%-]{1,60}")


def grant_statements(*, user: str, host: str, schema: str) -> list[str]:
    """GRANT statements for MariaDB and MySQL; the user exists. ValueError for a name that would need quoting."""
    for name in (user, host, schema):
        if not _NAME.fullmatch(name):
            raise ValueError(f"不是可用的名字：{name}")
    account = f"'{user}'@'{host}'"
    granted = [(HISTORY_TABLE, "SELECT")]
    for table in TABLES:
        rights = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        granted.append((table._meta.table_name, rights))  # noqa: SLF001 - peewee has no other door
    return [f"GRANT {rights} ON `{schema}`.`{name}` TO {account};" for name, rights in granted]


def main() -> int:
    """Print them; exit status for the shell."""
    parser = argparse.ArgumentParser(
        prog="scripts/database_grants",
        description="打印程序用的数据库用户所需的最小权限；用 mariadb 执行，每次升级数据库结构后再执行一次",
    )
    parser.add_argument("--user", default="xinxiang", help="数据库用户（默认 xinxiang）")
    parser.add_argument("--host", default="127.0.0.1", help="从哪里连接（默认 127.0.0.1）")
    parser.add_argument("--schema", default="xinxiang", help="数据库名（默认 xinxiang）")
    options = parser.parse_args()
    try:
        statements = grant_statements(user=options.user, host=options.host, schema=options.schema)
    except ValueError as problem:
        parser.exit(1, f"✗ {problem}\n")
    sys.stdout.write("".join(f"{statement}\n" for statement in statements))
    return 0
