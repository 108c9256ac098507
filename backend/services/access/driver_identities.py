"""Which driver an identity is: found by kind and key, added once, whoever comes at the same time.

It does not merge drivers: what is somebody else's already stays theirs.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from peewee import IntegrityError

from backend.domain.identity import Identity, IdentityKind
from backend.models import Driver, DriverIdentity
from backend.models.engine.database import RetryTransaction


def find_known(proven: Sequence[Identity]) -> dict[Identity, Driver]:
    """The driver of each of these identities, without those nobody has; one look into one index."""
    either: Any = reduce(
        or_, ((DriverIdentity.kind == one.kind) & (DriverIdentity.key == one.key) for one in proven)
    )
    rows: Any = (
        Driver.select(Driver, DriverIdentity.kind, DriverIdentity.key)
        .join(DriverIdentity, on=(DriverIdentity.driver_id == Driver.id))
        .where(either)
        .objects()
    )
    return {Identity(row.kind, row.key): row for row in rows}


def find_registered_before(identity: Identity) -> Driver | None:
    """The driver whom the version before registered, beside this one or after a rollback, and gave no identity."""
    if identity.kind is not IdentityKind.WECHAT_MINI_PROGRAM:
        return None
    return Driver.get_or_none(Driver.mini_program_key == identity.key)


def add_identities(*, driver: Driver, identities: Iterable[Identity], now: datetime) -> None:
    """Write those of a driver. One that somebody else has just written runs the transaction again, and is found."""
    rows = [
        {"driver_id": driver.id, "kind": one.kind, "key": one.key, "created_at": now} for one in identities
    ]
    if not rows:
        return
    try:
        DriverIdentity.insert_many(rows).execute()
    except IntegrityError as error:
        raise RetryTransaction from error
