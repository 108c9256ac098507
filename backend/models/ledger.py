"""The ledger: balanced, append-only entries. `balance_fen` is kept for drivers' accounts only, under their lock."""

from peewee import BigAutoField, CharField

from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    NUMBER_LENGTH,
    big_int,
    big_int_or_none,
    enum,
    number,
    row_ref,
    row_ref_or_none,
    utc_time,
)


class LedgerAccount(Row):
    id = BigAutoField()
    kind = enum(AccountKind)
    owner_kind = enum(OwnerKind)
    # driver_no, operator_no, channel, or "platform"
    owner_key = CharField(max_length=NUMBER_LENGTH)
    # NULL where no balance is guarded: no hot row serialises every order
    balance_fen = big_int_or_none()
    created_at = utc_time()

    class Meta:
        indexes = ((("owner_kind", "owner_key", "kind"), True),)


class LedgerEntry(Row):
    id = BigAutoField()
    entry_no = number(unique=True)
    kind = enum(EntryKind)
    # what it was posted for; unique, so the same business fact cannot be posted twice
    reference = CharField(max_length=64)
    corrects_id = row_ref_or_none()
    created_at = utc_time(index=True)

    class Meta:
        indexes = ((("kind", "reference"), True),)


class LedgerPosting(Row):
    """Signed, credit positive: +100 on a driver's `available` means we owe the driver 100 fen."""

    id = BigAutoField()
    entry_id = row_ref(index=True)
    account_id = row_ref()
    amount_fen = big_int()

    class Meta:
        indexes = ((("account_id", "entry_id"), False),)
