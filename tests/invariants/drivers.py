"""Invariants of drivers who are gone: I61 nobody comes back as them, I62 nothing of theirs is open."""

from collections.abc import Iterator

from backend.domain.ledger import AccountKind
from backend.domain.permission import ActorKind
from backend.models import AuthToken, Driver, DriverIdentity, LiveSession, Payment
from backend.models.ledger import LedgerAccount
from tests.invariants.rows import Rows


def deleted_drivers_are_nobody(rows: Rows) -> Iterator[str]:
    """I61: a deleted driver has no name, phone, picture or identity, and no log-in that would be taken."""
    for driver in _deleted(rows):
        told = {
            "is not barred": driver.is_enabled,
            "has a name": driver.nickname,
            "has a phone": driver.phone,
            "has a picture": driver.avatar or driver.avatar_file_id,
            "is known to WeChat": driver.mini_program_key,
            "has an identity": DriverIdentity.get_or_none(DriverIdentity.driver_id == driver.id),
            "is known by a payment": Payment.get_or_none(
                (Payment.driver_id == driver.id) & Payment.payer_key.is_null(False)
            ),
            "is logged in": AuthToken.get_or_none(
                (AuthToken.actor_kind == ActorKind.DRIVER)
                & (AuthToken.actor_id == driver.id)
                & AuthToken.revoked_at.is_null()
            ),
        }
        for what, is_so in told.items():
            if is_so:
                yield f"driver {driver.id} ({driver.driver_no}) is deleted and {what}"


def deleted_drivers_have_nothing_open(rows: Rows) -> Iterator[str]:
    """I62: a deleted driver's accounts are empty, and no charge of theirs runs; what came too late is on its way back."""
    for driver in _deleted(rows):
        name = f"driver {driver.id} ({driver.driver_no}) is deleted"
        for account in LedgerAccount.select().where(LedgerAccount.owner_key == driver.driver_no):
            if account.balance_fen and account.kind is not AccountKind.REFUND_PENDING:
                yield f"{name} and has {account.balance_fen} fen on {account.kind.value}"
        if LiveSession.get_or_none(LiveSession.driver_id == driver.id):
            yield f"{name} and charges"


def _deleted(rows: Rows) -> Iterator[Driver]:
    return (driver for driver in rows.driver_by_id.values() if driver.deleted_at is not None)
