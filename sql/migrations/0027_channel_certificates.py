"""Certificates by which a payment channel proves its words, downloaded and renewed by the programs.

Nothing for those who use the channel's public key, which is all of them until now. An older program knows no such table
and goes on with the public key.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import CharField, DateTimeField, Model, TextField


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class ChannelCertificates(Model):
    account_key = CharField(64, primary_key=True)
    certificates = TextField()
    claimed_at = Instant(null=True)
    kept_at = Instant(null=True)
    next_download_at = Instant(index=True)

    class Meta:
        table_name = "channel_certificates"


TABLES = (ChannelCertificates,)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
