"""What control of piles has to remember: whether anybody listened, what a pile can do, what was said under an id.

`bridge_hearing`: while no bridge listened, silence says nothing about piles. `pile.capabilities`: a limit is raised
only where the pile takes it. `pile_message.digest`: an id used again with other content is no repeat.
`session.record_digest`: a second and different end of one session is no repeat either. All are empty for what is
there, and an older program leaves them empty: it runs on.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import CharField, DateTimeField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class BridgeHearing(Model):
    name = CharField(64, primary_key=True)
    heard_since = Instant()
    heard_until = Instant()

    class Meta:
        table_name = "bridge_hearing"


COLUMNS = (("pile", "capabilities", 500), ("pile_message", "digest", 32), ("session", "record_digest", 32))


def up(migrator, db):
    with db.bind_ctx([BridgeHearing]):
        db.create_tables([BridgeHearing], safe=False)
    for table, column, length in COLUMNS:
        migrator.migrate(migrator.add_column(table, column, CharField(length, null=True)))
