"""Keeps channel accounts' keys in order: those before go when their time is over, and all are sealed with the present key."""

from datetime import datetime
from typing import Final

from backend.domain.errors import AccountKeyMissing
from backend.gateways import get_account_ring
from backend.models import ChannelAccount
from backend.models.engine.database import locked, transactional
from backend.services.payments.account_secrets import SECRETS, seal, unseal

ACCOUNTS_PER_CALL: Final = 100


@transactional
def tend_accounts(*, now: datetime) -> int:
    """How many rows were changed; none where no key is configured, for then there is nothing to tend."""
    try:
        ring = get_account_ring()
    except AccountKeyMissing:
        return 0
    changed = 0
    for known in ChannelAccount.select().order_by(ChannelAccount.id):
        is_over = known.both_until is not None and known.both_until <= now
        stale = [name for name in SECRETS if (text := getattr(known, name)) and not ring.is_current(text)]
        if not (is_over or stale) or changed >= ACCOUNTS_PER_CALL:
            continue
        row = locked(ChannelAccount.select().where(ChannelAccount.id == known.id)).get()
        if is_over:
            row.earlier_api_key = row.earlier_proof_key = row.earlier_proof_key_no = ""
            row.both_until = None
        for name in stale:
            seal(row, name, unseal(row, name))
        row.save()
        changed += 1
    return changed
