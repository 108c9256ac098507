"""What production asks the database server: settings that money depends on, rights, schema, clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import peewee

from backend.config import ConfigError, Settings
from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.models.engine import database, server
from backend.models.engine.migrations import pending_migrations, unknown_migrations
from backend.self_check.finding import Finding, Level, advice, judged, passed, unknown, unsafe

CONF: Final = "见 conf/mariadb.cnf"
MOST_SKEW_S: Final = 5
KEY: Final = "database"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A variable that must, or should, have this value; one that the server does not know is passed over."""

    wanted: str
    why: str
    level: Level = Level.UNSAFE


_RULES: Final = {
    "innodb_flush_log_at_trx_commit": _Rule("1", "否则断电会丢失已经答复的扣款"),
    "innodb_doublewrite": _Rule("ON", "否则断电会写坏数据页"),
    "innodb_rollback_on_timeout": _Rule("ON", "否则锁等待超时只撤销半个事务，会丢掉半笔账"),
    "read_only": _Rule("OFF", "这是只读的从库"),
    "innodb_snapshot_isolation": _Rule("ON", "人工执行 SQL 时防止覆盖别人的修改", Level.ADVICE),
    "log_bin": _Rule("ON", "没有二进制日志就不能恢复到备份之后的时刻", Level.ADVICE),
    "local_infile": _Rule("OFF", "用不到的入口应关闭", Level.ADVICE),
    "innodb_print_all_deadlocks": _Rule("ON", "便于排查死锁", Level.ADVICE),
}
_ASKED: Final = (*_RULES, "sync_binlog", "sql_mode", "version")
_ALMIGHTY: Final = ("ALL PRIVILEGES ON *.*", "SUPER", "WITH GRANT OPTION")


def check_database_server(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Iterator[Finding]:
    """Ask the server over a connection of its own; one that cannot be reached is UNKNOWN, and nothing more."""
    if not settings.database.url.startswith("mysql:"):
        return
    try:
        database.connect(settings.database_url)
        values = server.read_variables(_ASKED)
        yield passed(KEY, values.get("version", ""))
        yield from _judge_variables(values)
        yield from _judge_rights(server.list_grants())
        yield _judge_clock(server.read_server_time(), clock())
        yield from _judge_schema()
    except ConfigError:
        return  # its password file is told of elsewhere
    except (ServiceUnavailable, peewee.PeeweeException, ValueError) as error:
        yield unknown(KEY, f"连不上数据库：{error.__cause__ or error}")
    finally:
        if database.database.obj is not None:
            database.close()


def _judge_variables(values: dict[str, str]) -> Iterator[Finding]:
    for name, rule in _RULES.items():
        value = values.get(name, rule.wanted)
        if value == rule.wanted:
            yield passed(name, value)
        else:
            yield Finding(name, rule.level, f"应为 {rule.wanted}，现在是 {value}：{rule.why}（{CONF}）")
    if values.get("log_bin") == "ON":
        # with a binary log the commit is what the binary log holds after a crash
        is_synced = values.get("sync_binlog") == "1"
        yield judged("sync_binlog", None if is_synced else f"应为 1，否则断电会丢失已经答复的扣款（{CONF}）")
    if "STRICT_" in values.get("sql_mode", ""):
        yield passed("sql_mode")
    else:
        yield advice(
            "sql_mode", f"应含 STRICT_ALL_TABLES，否则人工执行的 SQL 会把错误的值截断后写入（{CONF}）"
        )


def _judge_rights(grants: list[str]) -> Iterator[Finding]:
    text = "\n".join(grants).upper()
    if any(right in text for right in _ALMIGHTY):
        yield unsafe(
            "database.url", "数据库用户有管理员权限；程序用的用户只要读写本库（scripts/database_grants）"
        )
        return
    of_schema = [line for line in text.splitlines() if ".* TO" in line and "*.* TO" not in line]
    if any(right in line for line in of_schema for right in ("UPDATE", "DELETE", "ALL PRIVILEGES")):
        yield advice("database.url", "数据库用户能修改和删除账本；请按表授权（scripts/database_grants）")


def _judge_clock(theirs: datetime, ours: datetime) -> Finding:
    skew_s = abs((theirs - ours).total_seconds())
    said = f"数据库与本机的时钟相差 {skew_s:.1f} 秒，应在 {MOST_SKEW_S} 秒以内（检查 NTP）"
    return judged("clock", said if skew_s > MOST_SKEW_S else None)


def _judge_schema() -> Iterator[Finding]:
    if pending := pending_migrations():
        yield unsafe(
            "schema", f"数据库结构落后 {len(pending)} 步，请先运行 scripts/migrate（{pending[0]} …）"
        )
        return
    if newer := unknown_migrations():
        # not unsafe: a migration leaves the version before it able to run, or nobody could roll back
        yield advice("schema", f"数据库结构比程序新（{newer[-1]}）：这是升级途中或回退后的旧版本")
    else:
        yield passed("schema")
    loose = server.list_tables_with_loose_text()
    said = (
        f"表 {loose[0]} 等 {len(loose)} 张按不区分大小写的规则比较文字，请以 {CONF[2:]} 的字符集重建"
        if loose
        else None
    )
    yield judged("collation", said)
