"""Channel accounts (收款账户) of operators: where prepaid charges at their piles are paid, and by which keys.

The platform's own account is no row: it is what the configuration says (docs/adr/0029). Secrets are sealed.
"""

from peewee import BigAutoField, BooleanField, CharField, DateField, IntegerField, TextField

from backend.domain.channel_account import AccountMode
from backend.domain.payment import Channel
from backend.models.engine.database import Row
from backend.models.engine.fields import enum, number, row_ref, utc_time, utc_time_or_none


class ChannelAccount(Row):
    id = BigAutoField()
    # stands in the address of its notifies
    account_no = number(unique=True)
    operator_id = row_ref()
    channel = enum(Channel)
    mode = enum(AccountMode)
    name = CharField(max_length=60)
    is_enabled = BooleanField(default=False)
    # who is paid, and where it is so the application and the merchant that another one collects for
    merchant_no = CharField(max_length=32)
    application_no = CharField(max_length=32, default="")
    sub_merchant_no = CharField(max_length=32, default="")
    # of the merchant's own certificate
    key_serial = CharField(max_length=64, default="")
    # the channel's public key and its number; beside them those before, while both count
    proof_key_no = CharField(max_length=64, default="")
    proof_key = TextField()
    earlier_proof_key_no = CharField(max_length=64, default="")
    earlier_proof_key = TextField()
    uses_certificates = BooleanField(default=False)
    # sealed
    private_key = TextField()
    api_key = TextField()
    earlier_api_key = TextField()
    # the earlier keys count until then
    both_until = utc_time_or_none()
    expires_on = DateField(null=True)
    created_at = utc_time()
    row_version = IntegerField(default=0)

    class Meta:
        indexes = ((("operator_id", "channel"), False),)
