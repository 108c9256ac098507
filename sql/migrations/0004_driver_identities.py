"""A driver is known by any number of identities, a kind and a key each; a payment keeps what its channel gave, whichever.

`driver.wechat_openid`, `driver.wechat_unionid` and `payment.prepay_id` held what WeChat alone has. What is there is
copied; of several drivers with one union id (they came by different mini-programs) the first keeps it, since a kind
and key is one driver's. Of payments only open ones are paid by anything.

The old columns stay, because the version before this one names them in every read of a driver or a payment, and it runs
beside this one during an upgrade and alone after a rollback. It knows a driver by `wechat_openid` only, so this version
goes on writing that one and takes over whoever has it and no identity: else one person would have two wallets. The other
two are written no more: nothing read the union id, and a payment without `prepay_id` is ordered again under the same
number, which the channel answers as it did at first. `prepay_id` may be NULL for that, and `pay_handle` because the
version before does not write it. A migration of a later version drops all three.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class DriverIdentity(Model):
    id = BigAutoField()
    driver_id = BigIntegerField()
    kind = CharField(24)
    key = CharField(64)
    created_at = Instant()

    class Meta:
        table_name = "driver_identity"
        indexes = ((("kind", "key"), True), (("driver_id", "kind"), False))


def up(migrator, db):
    with db.bind_ctx([DriverIdentity]):
        db.create_tables([DriverIdentity], safe=False)
    db.execute_sql(
        "INSERT INTO driver_identity (driver_id, kind, `key`, created_at)"
        " SELECT id, 'wechat_mini_program', wechat_openid, created_at FROM driver"
        " WHERE wechat_openid IS NOT NULL ORDER BY id"
    )
    db.execute_sql(
        "INSERT INTO driver_identity (driver_id, kind, `key`, created_at)"
        " SELECT MIN(id), 'wechat_union', wechat_unionid, MIN(created_at) FROM driver"
        " WHERE wechat_unionid IS NOT NULL GROUP BY wechat_unionid"
    )
    migrator.migrate(migrator.add_column("payment", "pay_handle", CharField(255, null=True)))
    migrator.migrate(migrator.drop_not_null("payment", "prepay_id"))
    db.execute_sql(
        "UPDATE payment SET pay_handle = prepay_id"
        " WHERE prepay_id <> '' AND state IN ('created', 'awaiting', 'unknown')"
    )
