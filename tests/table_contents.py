"""What is in the tables of the bound database: all of it deleted, or remembered and brought back (on MariaDB)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from backend.models import TABLES
from backend.models.engine.database import Row, database

CHUNK = 200


class Contents:
    """What MariaDB's tables held when this was made."""

    def __init__(self) -> None:
        self._sums = _checksums()
        self._rows = {table: list(table.select().dicts()) for table in TABLES}

    def changed(self) -> set[type[Row]]:
        """Tables that do not hold the same any more."""
        now = _checksums()
        return {table for table in TABLES if now[table] != self._sums[table]}

    def new_rows(self, table: type[Row]) -> Iterator[dict[str, Any]]:
        """Rows of a table that were not there, or were not so."""
        now: list[Any] = list(table.select().dicts())
        yield from (row for row in now if row not in self._rows[table])

    def restore(self, changed: Iterable[type[Row]] | None = None) -> None:
        """Everything as it was; `changed` are the tables that differ, where that is known."""
        with database.atomic():
            for table in self.changed() if changed is None else changed:
                table.delete().execute()
                for at in range(0, len(self._rows[table]), CHUNK):
                    table.insert_many(self._rows[table][at : at + CHUNK]).execute()


def count_rows() -> Counter[str]:
    """How many rows each table has, by its name."""
    names = [table._meta.table_name for table in TABLES]
    asked = " UNION ALL ".join(f"SELECT '{name}', COUNT(*) FROM `{name}`" for name in names)
    return Counter(dict(database.execute_sql(asked).fetchall()))


def delete_all_rows() -> None:
    """Much cheaper than new tables; row numbers go on counting, which no test may depend on."""
    counts = count_rows()
    with database.atomic():
        for table in TABLES:
            if counts[table._meta.table_name]:
                table.delete().execute()


def _checksums() -> dict[type[Row], int]:
    names = {table._meta.table_name: table for table in TABLES}
    asked = database.execute_sql(f"CHECKSUM TABLE {', '.join(f'`{name}`' for name in names)}")
    return {names[name.rpartition(".")[2]]: value for name, value in asked.fetchall()}
