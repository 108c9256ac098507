"""The schema as MySQL SQL, for people who read SQL: `python -m backend.models.schema_dump` prints it.

sql/schema.mysql.sql is its committed output; a test proves that it is the present one.
"""

import sys
from typing import Any

from peewee import MySQLDatabase

from backend.models import TABLES

HEADER = "-- Generated from backend/models by `python -m backend.models.schema_dump`; not edited by hand.\n"


def dump_schema() -> str:
    """CREATE statements of every table and index, in the order of `TABLES`."""
    dialect = MySQLDatabase(None)
    statements = [HEADER]
    with dialect.bind_ctx(TABLES):
        for table in TABLES:
            schema: Any = table._schema  # type: ignore[attr-defined]  # noqa: SLF001 - peewee has no other door
            statements.append(f"{_sql(schema._create_table(safe=False))};")  # noqa: SLF001
            statements.extend(f"{_sql(index)};" for index in schema._create_indexes(safe=False))  # noqa: SLF001
            statements.append("")
    return "\n".join(statements)


def _sql(context: Any) -> str:
    sql, _ = context.query()
    return str(sql).replace(", `", ",\n  `").replace(" (`", " (\n  `", 1)


if __name__ == "__main__":
    sys.stdout.write(dump_schema())
