"""A driver may choose a picture that they and staff see beside their name; the file is kept as photos are. Nobody has one yet,
also in rows that an older program makes.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""


def up(migrator, db):
    kind = "INTEGER" if db.param == "?" else "BIGINT"  # SQLite's name for both
    db.execute_sql(f"ALTER TABLE driver ADD COLUMN avatar_file_id {kind} NULL")
    db.execute_sql("ALTER TABLE driver ADD COLUMN avatar VARCHAR(64) NOT NULL DEFAULT ''")
    db.execute_sql("CREATE INDEX driver_avatar_file_id ON driver (avatar_file_id)")
