"""What the bound database server says of itself: settings, clock, rights of our user, how tables compare text.

For the self-check only; MariaDB and MySQL. Every function raises ServiceUnavailable when it cannot be asked.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from backend.models.engine.database import database, reading


@reading
def read_variables(names: Collection[str]) -> dict[str, str]:
    """The server's global variables of these names; a name that it does not know is left out."""
    marks = ", ".join(["%s"] * len(names))
    return dict(_rows(f"SHOW GLOBAL VARIABLES WHERE Variable_name IN ({marks})", tuple(names)))


@reading
def read_server_time() -> datetime:
    """The server's clock, aware UTC."""
    ((now,),) = _rows("SELECT UTC_TIMESTAMP(3)")
    told: datetime = now
    return told.replace(tzinfo=UTC)


@reading
def list_grants() -> list[str]:
    """Our user's rights, one GRANT statement each; may hold a password's hash, so it is never shown."""
    return [grant for (grant,) in _rows("SHOW GRANTS FOR CURRENT_USER()")]


@reading
def list_tables_with_loose_text() -> list[str]:
    """Our tables whose text is not compared by bytes: there `a` and `A` would be one number."""
    return [
        name
        for (name,) in _rows(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
            " AND table_collation NOT LIKE %s ORDER BY table_name",
            (r"%\_bin",),
        )
    ]


def _rows(sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    return list(database.execute_sql(sql, values or None).fetchall())
