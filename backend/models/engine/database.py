"""The one door to the database: connecting, transactions with whole-closure retry, row locks.

Each thread keeps one connection. Money and states change only inside `transact` (or a function made with
`@transactional`): the closure is re-run whole after a deadlock, a lock timeout or a snapshot conflict, inner
transactions join the outer one, and effects (live view, feed, wake-ups) run only after the outermost commit.
"""

import functools
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import peewee
import structlog
from peewee import DatabaseProxy, Model, ModelSelect, MySQLDatabase, SqliteDatabase
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions

from backend.crash_points import CrashPoint, pass_all
from backend.domain.errors import ServiceUnavailable

P = ParamSpec("P")
R = TypeVar("R")
_M = TypeVar("_M", bound=Model)

MAX_ATTEMPTS: Final = 6
BACKOFF_S: Final = 0.01
CONNECT_TIMEOUT_S: Final = 5
STATEMENT_TIMEOUT_S: Final = 30
SQLITE_BUSY_TIMEOUT_MS: Final = 5_000
# deadlock, lock wait timeout, snapshot conflict (MariaDB's innodb_snapshot_isolation)
RETRYABLE_MYSQL: Final = frozenset({1213, 1205, 1020})
FULL_MYSQL: Final = frozenset({1021, 1030, 1114, 1290, 1836, 3675})
"""No room on the disk or in the tablespace, or writes are switched off."""
LOST_MYSQL: Final = frozenset({2002, 2003, 2006, 2013, 2055, 1053, 1927, 0})

# the driver's own takes a DATETIME apart by a regular expression, twenty times as long
_CONVERSIONS: Final = conversions | {FIELD_TYPE.DATETIME: datetime.fromisoformat}

# counted by length, which threads may add to without a lock; bounded, for only changes mean something
_refused_writes: deque[None] = deque(maxlen=100_000)
_AFTER_EFFECT: Final = CrashPoint("database.after_effect")

database = DatabaseProxy()
_log = structlog.get_logger(__name__)
_local = threading.local()
_forgets: list[Callable[[], None]] = []


class Row(Model):
    """Base of all tables."""

    class Meta:
        database = database
        legacy_table_names = False
        # `save` of a row that was read writes what was changed, not what somebody else may have changed since
        only_save_dirty = True


class RetryTransaction(Exception):  # noqa: N818 - an order, not an error
    """Raised by work that met another transaction's commit on a unique key: the closure runs again, and sees it."""


class _Transaction:
    """The running transaction of this thread; collects what to do once it is durable."""

    __slots__ = ("_effects", "after_commit_points", "is_committing")

    def __init__(self) -> None:
        self._effects: list[Callable[[], None]] = []
        # of every function that took part: for all of them the commit is one instant
        self.after_commit_points: list[CrashPoint] = []
        # from here on a lost connection leaves it unknown whether the database took it
        self.is_committing = False

    def add_effect(self, effect: Callable[[], None]) -> None:
        self._effects.append(effect)

    def run_effects(self) -> None:
        """Fire the effects in the order they were asked for."""
        for effect in self._effects:
            try:
                effect()
            except Exception:  # noqa: BLE001 - whatever it is, the commit stands
                _log.exception("effect_failed", effect=getattr(effect, "__qualname__", repr(effect)))
            _AFTER_EFFECT()


def open_database(url: str, *, statement_timeout_s: int = STATEMENT_TIMEOUT_S) -> peewee.Database:
    """A peewee database for `sqlite:///relative`, `sqlite:////absolute` or `mysql://user:password@host:port/name`.

    MySQL's may end in `?ssl_ca=/file` (TLS, the server's name and authority checked) or `?unix_socket=/file`.
    Raises ValueError with one clear sentence for any other URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return SqliteDatabase(
            unquote(parts.path[1:]),
            lock_type="IMMEDIATE",
            check_same_thread=False,
            pragmas={
                "journal_mode": "wal",
                "synchronous": "full",
                "busy_timeout": SQLITE_BUSY_TIMEOUT_MS,
                "foreign_keys": 1,
            },
        )
    if parts.scheme == "mysql":
        query = parse_qs(parts.query)
        place: dict[str, Any] = {"host": parts.hostname, "port": parts.port or 3306}
        if "unix_socket" in query:
            place = {"unix_socket": query["unix_socket"][0]}
        elif "ssl_ca" in query:
            place |= {"ssl_ca": query["ssl_ca"][0], "ssl_verify_identity": True}
        return MySQLDatabase(
            parts.path.lstrip("/"),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            charset="utf8mb4",
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=statement_timeout_s,
            write_timeout=statement_timeout_s,
            # our own strictness and isolation, whatever the server's configuration says (docs/adr/0008)
            sql_mode="STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION",
            init_command="SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
            conv=_CONVERSIONS,
            **place,
        )
    msg = f"database URL must start with sqlite:/// or mysql://, not {parts.scheme or 'nothing'}:"
    raise ValueError(msg)


def connect(url: str, *, statement_timeout_s: int = STATEMENT_TIMEOUT_S) -> None:
    """Bind all models to the database at `url`; threads open their connections as they need them."""
    database.initialize(open_database(url, statement_timeout_s=statement_timeout_s))
    forget()


def forget_with_database(clear: Callable[[], None]) -> None:
    """Have `clear` called whenever another database is bound: for what is remembered of rows that never change."""
    _forgets.append(clear)


def forget() -> None:
    """Forget what was remembered of rows; `connect` does."""
    for clear in _forgets:
        clear()


def close() -> None:
    """Close this thread's connection."""
    if not database.is_closed():
        database.close()


def is_sqlite() -> bool:
    """Whether the bound database is SQLite (row locks are then the whole-file lock of BEGIN IMMEDIATE)."""
    return isinstance(database.obj, SqliteDatabase)


def locked(query: "ModelSelect[_M]") -> "ModelSelect[_M]":
    """The query with its rows locked until the transaction ends (`FOR UPDATE` where the database has it)."""
    return query if is_sqlite() else query.for_update()


def after_commit(effect: Callable[[], None]) -> None:
    """Run `effect` once after the outermost commit; its failure is logged, never raised.

    Raises LookupError where no transaction runs: an effect without a commit would never be repaired.
    """
    running: _Transaction | None = getattr(_local, "tx", None)
    if running is None:
        msg = "after_commit outside a transaction"
        raise LookupError(msg)
    running.add_effect(effect)


def transact(work: Callable[[], R]) -> R:
    """Run `work` in a transaction and return its value.

    Inside a running transaction of this thread it joins that one. Otherwise it commits when `work` returns,
    rolls back when it raises, and re-runs it whole on deadlock, lock timeout or snapshot conflict, and once
    with a new connection where the old one was lost before the commit.
    Raises ServiceUnavailable when the database cannot be reached or the outcome of the commit is unknown.
    """
    if getattr(_local, "tx", None) is not None:
        return work()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        tx = _Transaction()
        try:
            result = _attempt(work, tx)
        except (
            peewee.OperationalError,
            peewee.InterfaceError,
            peewee.InternalError,
            RetryTransaction,
        ) as error:
            if not isinstance(error, RetryTransaction) and not _is_retryable(error):
                refusal = _refusal(error)
                if attempt == 1 and _is_lost(error) and not tx.is_committing:
                    continue
                raise refusal from error
            if attempt == MAX_ATTEMPTS:
                _log.warning("transaction_gave_up", attempts=attempt, error=str(error))
                raise ServiceUnavailable(reason="database_busy") from error
            time.sleep(BACKOFF_S * 2**attempt * random.random())  # noqa: S311 - jitter, not a secret
            continue
        pass_all(tx.after_commit_points)
        tx.run_effects()
        return result
    msg = "unreachable: the loop returns or raises"
    raise AssertionError(msg)


def _attempt(work: Callable[[], R], tx: _Transaction) -> R:
    _open_connection()
    with database.atomic():
        _local.tx = tx
        try:
            result = work()
        finally:
            _local.tx = None
        tx.is_committing = True
        return result


def transactional(work: Callable[P, R]) -> Callable[P, R]:
    """Make a service function run in `transact`.

    It gets two crash points, `<module>.<function>.before_commit` and `.after_commit`.
    """
    name = f"{work.__module__.rpartition('.')[2]}.{work.__name__}"
    before_commit, committed = CrashPoint(f"{name}.before_commit"), CrashPoint(f"{name}.after_commit")

    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        result = work(*args, **kwargs)
        _local.tx.after_commit_points.append(committed)
        before_commit()
        return result

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return transact(lambda: attempt(*args, **kwargs))

    return run


def reading(work: Callable[P, R]) -> Callable[P, R]:
    """Make a read-only service function open this thread's connection and survive one lost connection.

    Raises ServiceUnavailable when the database cannot be reached.
    """

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if getattr(_local, "tx", None) is not None:
            return work(*args, **kwargs)
        for last in (False, True):
            try:
                _open_connection()
                return work(*args, **kwargs)
            except (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError) as error:
                refusal = _refusal(error)
                if last or not _is_lost(error):
                    raise refusal from error
        msg = "unreachable: the loop returns or raises"
        raise AssertionError(msg)

    return run


def _open_connection() -> None:
    if not database.is_closed():
        return
    try:
        database.connect()
    except peewee.OperationalError as error:
        raise ServiceUnavailable(reason="database") from error


def count_refused_writes() -> int:
    """How many writes the database refused in this process because it has no room or takes none."""
    return len(_refused_writes)


def _refusal(error: peewee.PeeweeException) -> ServiceUnavailable:
    """Log why the database did not do it (away, full, read-only, another schema) and drop a lost connection."""
    if _is_lost(error):
        close()
    elif _code(error) in FULL_MYSQL or (is_sqlite() and "full" in str(error)):
        _refused_writes.append(None)
    _log.warning("database_refused", error=str(error), is_lost=_is_lost(error))
    return ServiceUnavailable(reason="database")


def _code(error: BaseException) -> Any:
    return error.args[0] if error.args else None


def _is_retryable(error: peewee.PeeweeException) -> bool:
    if is_sqlite():
        return "locked" in str(error) or "busy" in str(error)
    return _code(error) in RETRYABLE_MYSQL


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, peewee.InterfaceError):
        return True
    return not is_sqlite() and _code(error) in LOST_MYSQL
