"""A connector is found by its number as a person types it: in capital letters, without hyphens.

`connector.typed_no`: NULL in rows that an older program makes from now on; those are found by the number itself.
"""


def up(migrator, db):
    db.execute_sql("ALTER TABLE connector ADD COLUMN typed_no VARCHAR(32) NULL")
    db.execute_sql("UPDATE connector SET typed_no = UPPER(REPLACE(REPLACE(connector_no, '-', ''), '_', ''))")
    db.execute_sql("CREATE INDEX connector_typed_no ON connector (typed_no)")
