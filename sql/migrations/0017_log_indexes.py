"""Indexes by which the two logs and the texts answer every filter of their pages without reading all of their history.

Log-ins by account and by outcome; the audit log by the number of an object alone, by kind of actor, and by an action
together with a kind of actor or an operator; how many drivers accepted a text. Nothing is changed or dropped: an older
program writes its rows as before.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

NEW_INDEXES = (
    ("login_record", ("account", "at")),
    ("login_record", ("outcome", "at")),
    ("audit_row", ("object_no", "at")),
    ("audit_row", ("actor_kind", "at")),
    ("audit_row", ("actor_kind", "action", "at")),
    ("audit_row", ("operator_id", "action", "at")),
    ("agreement_acceptance", ("agreement_id",)),
)


def up(migrator, db):
    for table, columns in NEW_INDEXES:
        migrator.migrate(migrator.add_index(table, columns))
