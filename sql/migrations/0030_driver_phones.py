"""A driver may bind the phone number that WeChat proves of them; with it a forgotten payment password is set anew without
a wait. Nobody has one yet: NULL, also in rows that an older program makes.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""


def up(migrator, db):
    db.execute_sql("ALTER TABLE driver ADD COLUMN phone VARCHAR(20) NULL")
    db.execute_sql("ALTER TABLE driver ADD COLUMN phone_bound_at DATETIME(3) NULL")
